#include "base/catalog.h"
#include "kit.h"

/* Two messages, laid out by hand after the GNU manual's table. */
static const char mo[] = "\xde\x12\x04\x95\0\0\0\0"
                         "\x02\0\0\0\x1c\0\0\0\x2c\0\0\0"
                         "\0\0\0\0\0\0\0\0"
                         "\x03\0\0\0\x3c\0\0\0\x03\0\0\0\x40\0\0\0" /* originals at 28 */
                         "\x03\0\0\0\x44\0\0\0\x04\0\0\0\x48\0\0\0" /* translations at 44 */
                         "cat\0dog\0"                               /* 60 */
                         "fox\0loup\0";                             /* 68 */

static void finds_translations_and_falls_back_to_the_id(void)
{
    struct catalog c;
    CHECK(catalog_open(&c, (bytes){(const uint8_t *)mo, sizeof mo - 1}));
    CHECK_STR(str_of(catalog_get(&c, "cat")), "fox");
    CHECK_STR(str_of(catalog_get(&c, "dog")), "loup");
    CHECK_STR(str_of(catalog_get(&c, "cow")), "cow");
    CHECK_STR(str_of(catalog_get(&c, "")), "");
    CHECK_STR(str_of(catalog_get(NULL, "cat")), "cat");
}

static void refuses_a_catalogue_cut_anywhere_or_lying(void)
{
    for (size_t len = 0; len < sizeof mo - 1; len++) {
        struct catalog c;
        CHECK(!catalog_open(&c, (bytes){(const uint8_t *)mo, len}));
    }
    char lying[sizeof mo];
    memcpy(lying, mo, sizeof mo);
    lying[8] = '\xff';
    lying[9] = '\xff';
    struct catalog c;
    CHECK(!catalog_open(&c, (bytes){(const uint8_t *)lying, sizeof mo - 1}));
}

int main(void)
{
    RUN(finds_translations_and_falls_back_to_the_id);
    RUN(refuses_a_catalogue_cut_anywhere_or_lying);
    return kit_end();
}
