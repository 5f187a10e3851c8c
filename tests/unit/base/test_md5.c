#include "base/md5.h"
#include "kit.h"

static str hex_of(const char *text, char out[MD5_HEX])
{
    return md5_hex(bytes_of_str(str_of(text)), out);
}

/* RFC 1321, appendix 5. */
static void gives_what_the_standard_says(void)
{
    char hex[MD5_HEX];
    CHECK_STR(hex_of("", hex), "d41d8cd98f00b204e9800998ecf8427e");
    CHECK_STR(hex_of("a", hex), "0cc175b9c0f1b6a831c399e269772661");
    CHECK_STR(hex_of("message digest", hex), "f96b697d7cb7938d525a2f31aaf161d0");
    CHECK_STR(hex_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", hex),
              "d174ab98d277d9f5a5611c2c9f419d9f");
    CHECK_STR(hex_of("1234567890123456789012345678901234567890123456789012345678901234567890123456"
                     "7890",
                     hex),
              "57edf4a22be3c955ac49da2e2107b67a");
}

int main(void)
{
    RUN(gives_what_the_standard_says);
    return kit_end();
}
