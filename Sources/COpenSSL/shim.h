// How Swift sees OpenSSL's digests: SHA-256 and its HMAC, nothing else.
// https://docs.openssl.org/3.0/man3/HMAC/
#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

static inline int sesmail_hmac_sha256(const void *key, int key_count, const unsigned char *bytes,
                                      size_t byte_count, unsigned char *digest) {
    unsigned int digest_count = 0;
    return HMAC(EVP_sha256(), key, key_count, bytes, byte_count, digest, &digest_count) != NULL;
}
