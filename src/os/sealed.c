#include "os/sealed.h"

#include <openssl/evp.h>
#include <stdlib.h>

enum { BLOCK = 16, STEP = 1 << 30 };

static void need(bool ok)
{
    if (!ok) {
        abort(); /* out of memory, or a libcrypto without AES */
    }
}

void sealed_prepare(void)
{
    uint8_t key[SEALED_KEY] = {0}, out[SEALED_WRAPPED] = {0};
    sealed_derive(SEALED_SHA1, (bytes){key, 1}, (bytes){key, 1}, 1, out);
    sealed_derive(SEALED_SHA256, (bytes){key, 1}, (bytes){key, 1}, 1, out);
    (void)sealed_open(key, (bytes){out, BLOCK}, out);
    (void)sealed_unwrap(key, (bytes){out, sizeof out}, key);
}

void sealed_derive(enum sealed_hash hash, bytes password, bytes salt, uint32_t rounds,
                   uint8_t out[SEALED_KEY])
{
    const EVP_MD *md = hash == SEALED_SHA1 ? EVP_sha1() : EVP_sha256();
    need(PKCS5_PBKDF2_HMAC((const char *)password.p, (int)password.len, salt.p, (int)salt.len,
                           (int)rounds, md, SEALED_KEY, out) == 1);
}

bool sealed_unwrap(const uint8_t with[SEALED_KEY], bytes wrapped, uint8_t out[SEALED_KEY])
{
    uint8_t room[SEALED_WRAPPED];
    int len = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    need(c != NULL);
    EVP_CIPHER_CTX_set_flags(c, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    bool ok = wrapped.len == SEALED_WRAPPED &&
              EVP_DecryptInit_ex(c, EVP_aes_256_wrap(), NULL, with, NULL) == 1 &&
              EVP_DecryptUpdate(c, room, &len, wrapped.p, (int)wrapped.len) == 1 &&
              len == SEALED_KEY;
    EVP_CIPHER_CTX_free(c);
    for (size_t i = 0; ok && i < SEALED_KEY; i++) {
        out[i] = room[i];
    }
    return ok;
}

/* PKCS #7, where it is that: n bytes of n. */
static size_t without_padding(const uint8_t *p, size_t len)
{
    size_t n = len > 0 ? p[len - 1] : 0;
    bool padded = n >= 1 && n <= BLOCK && n <= len;
    for (size_t i = 0; padded && i < n; i++) {
        padded = p[len - 1 - i] == n;
    }
    return padded ? len - n : len;
}

size_t sealed_open(const uint8_t key[SEALED_KEY], bytes sealed, uint8_t *out)
{
    static const uint8_t zeros[BLOCK];
    size_t whole = sealed.len / BLOCK * BLOCK, done = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    need(c && EVP_DecryptInit_ex(c, EVP_aes_256_cbc(), NULL, key, zeros) == 1);
    (void)EVP_CIPHER_CTX_set_padding(c, 0);
    while (done < whole) {
        size_t step = whole - done < STEP ? whole - done : STEP;
        int len = 0;
        need(EVP_DecryptUpdate(c, out + done, &len, sealed.p + done, (int)step) == 1);
        done += step;
    }
    EVP_CIPHER_CTX_free(c);
    return without_padding(out, whole);
}
