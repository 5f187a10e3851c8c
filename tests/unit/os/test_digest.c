#include "kit.h"
#include "os/digest.h"

/* FIPS 180-4, examples. */
static const struct {
    const char *text, *digest;
} vectors[] = {
    {"",                                                         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc",                                                      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"                                                            },
};

static void published_examples_come_out(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint8_t digest[DIGEST_LEN];
        char hex[DIGEST_HEX];
        digest_of(bytes_of_str(str_of(vectors[i].text)), digest);
        CHECK_STR(digest_hex(digest, hex), vectors[i].digest);
    }
}

static void pieces_give_what_the_whole_gives(void)
{
    uint8_t whole[DIGEST_LEN], pieces[DIGEST_LEN];
    digest_of(bytes_of_str(STR("abc")), whole);
    struct digest *d = digest_new();
    digest_add(d, bytes_of_str(STR("a")));
    digest_add(d, (bytes){0});
    digest_add(d, bytes_of_str(STR("bc")));
    digest_end(d, pieces);
    CHECK(memcmp(whole, pieces, sizeof whole) == 0);
}

int main(void)
{
    digest_prepare();
    RUN(published_examples_come_out);
    RUN(pieces_give_what_the_whole_gives);
    return kit_end();
}
