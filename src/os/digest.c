#include "os/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct digest {
    EVP_MD_CTX *context;
};

static void need(bool ok)
{
    if (!ok) {
        abort(); /* out of memory, or a libcrypto without SHA-256 */
    }
}

void digest_prepare(void)
{
    uint8_t out[DIGEST_LEN];
    need(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1);
    digest_of((bytes){0}, out);
    (void)digest_md5((bytes){0}, out);
    (void)digest_sha1((bytes){0}, out);
}

struct digest *digest_new(void)
{
    struct digest *d = malloc(sizeof *d);
    need(d != NULL);
    d->context = EVP_MD_CTX_new();
    need(d->context && EVP_DigestInit_ex(d->context, EVP_sha256(), NULL) == 1);
    return d;
}

void digest_add(struct digest *d, bytes b)
{
    if (b.len > 0) {
        need(EVP_DigestUpdate(d->context, b.p, b.len) == 1);
    }
}

void digest_end(struct digest *d, uint8_t out[DIGEST_LEN])
{
    need(EVP_DigestFinal_ex(d->context, out, NULL) == 1);
    EVP_MD_CTX_free(d->context);
    free(d);
}

void digest_of(bytes b, uint8_t out[DIGEST_LEN])
{
    struct digest *d = digest_new();
    digest_add(d, b);
    digest_end(d, out);
}

bool digest_md5(bytes b, uint8_t out[DIGEST_MD5_LEN])
{
    return EVP_Digest(b.p, b.len, out, NULL, EVP_md5(), NULL) == 1;
}

bool digest_sha1(bytes b, uint8_t out[DIGEST_SHA1_LEN])
{
    return EVP_Digest(b.p, b.len, out, NULL, EVP_sha1(), NULL) == 1;
}

str digest_hex(const uint8_t digest[DIGEST_LEN], char out[DIGEST_HEX])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DIGEST_LEN; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    return (str){out, DIGEST_HEX};
}
