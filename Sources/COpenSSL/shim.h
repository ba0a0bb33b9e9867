// How Swift sees OpenSSL: SHA-256, and the store of root certificates that libcurl's connections
// are verified against.
#pragma once
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

// Uses the deprecated low-level API: OpenSSL 3's EVP calls look the algorithm up on every use,
// which costs more than our short hashes. https://docs.openssl.org/3.0/man3/SHA256_Init/
static inline void sesmail_sha256(const void *bytes, size_t count, unsigned char *digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(digest, &context);
}
