// How Swift sees OpenSSL's digests: SHA-256, nothing else. The low-level calls, because the others
// look the algorithm up by name each time, which takes longer than hashing what we hash.
// https://docs.openssl.org/3.0/man3/SHA256_Init/
#pragma once
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

static inline void sesmail_sha256(const void *bytes, size_t count, unsigned char *digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(digest, &context);
}
