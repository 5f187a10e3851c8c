#include "os/sealed.h"

#include "kit.h"

/* Vectors of others: RFC 3394 4.6, RFC 6070, NIST SP 800-38A F.1.5 (its first block is that of a
 * vector of zeros). */

static size_t from_hex(const char *hex, uint8_t *out)
{
    size_t n = 0;
    for (; hex[2 * n]; n++) {
        char pair[] = {hex[2 * n], hex[2 * n + 1], 0};
        out[n] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return n;
}

static void keys_unwrap_as_the_rfc_says(void)
{
    uint8_t with[SEALED_KEY], wrapped[SEALED_WRAPPED], want[SEALED_KEY], got[SEALED_KEY];
    (void)from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", with);
    (void)from_hex(
        "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
        wrapped);
    (void)from_hex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f", want);
    CHECK(sealed_unwrap(with, (bytes){wrapped, sizeof wrapped}, got));
    CHECK(memcmp(got, want, sizeof want) == 0);
}

static void another_key_unwraps_nothing(void)
{
    uint8_t with[SEALED_KEY] = {1}, wrapped[SEALED_WRAPPED] = {0}, got[SEALED_KEY];
    CHECK(!sealed_unwrap(with, (bytes){wrapped, sizeof wrapped}, got));
    CHECK(!sealed_unwrap(with, (bytes){wrapped, 0}, got));
    CHECK(!sealed_unwrap(with, (bytes){wrapped, sizeof wrapped - 1}, got));
}

static void passwords_become_keys_as_the_rfc_says(void)
{
    uint8_t want[20], got[SEALED_KEY];
    (void)from_hex("4b007901b765489abead49d926f721d065a429c1", want);
    sealed_derive(SEALED_SHA1, bytes_of_str(STR("password")), bytes_of_str(STR("salt")), 4096, got);
    CHECK(memcmp(got, want, sizeof want) == 0);
}

static void a_block_opens_as_nist_says(void)
{
    uint8_t key[SEALED_KEY], sealed[16], want[16], got[16];
    (void)from_hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", key);
    (void)from_hex("f3eed1bdb5d2a03c064b5a7e3db181f8", sealed);
    (void)from_hex("6bc1bee22e409f96e93d7e117393172a", want);
    CHECK_INT(sealed_open(key, (bytes){sealed, sizeof sealed}, got), 16);
    CHECK(memcmp(got, want, sizeof want) == 0);
}

static void what_is_no_whole_block_is_left_out(void)
{
    uint8_t key[SEALED_KEY] = {0}, sealed[31] = {0}, got[31];
    CHECK(sealed_open(key, (bytes){sealed, 15}, got) == 0);
    CHECK(sealed_open(key, (bytes){sealed, 31}, got) <= 16);
    CHECK(sealed_open(key, (bytes){sealed, 0}, got) == 0);
}

int main(void)
{
    sealed_prepare();
    RUN(keys_unwrap_as_the_rfc_says);
    RUN(another_key_unwraps_nothing);
    RUN(passwords_become_keys_as_the_rfc_says);
    RUN(a_block_opens_as_nist_says);
    RUN(what_is_no_whole_block_is_left_out);
    return kit_end();
}
