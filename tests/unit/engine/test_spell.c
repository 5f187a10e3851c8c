/* Fast spelling says what the slow and obvious way says: value_text(), then buf_json(). */
#include "base/json.h"
#include "engine/spell.h"
#include "kit.h"
#include "model/value.h"

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t chance(uint64_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * UINT64_C(0x2545f4914f6cdd1d) >> 11) % below;
}

/* Mostly plain text, with what needs care strewn in. */
static uint8_t any_byte(uint64_t plain)
{
    static const uint8_t care[] = {0,    '"',  '\\', '<',  '>',  '&',  '\'', '\n',
                                   '\r', '\t', 1,    0x1f, 0x7f, 0x80, 0x9f, 0xa0,
                                   0xd8, 0xdc, 0xe2, 0xff, 0xfe, 0x20};
    return chance(100) < plain ? (uint8_t)(0x20 + chance(0x5f)) : care[chance(sizeof care)];
}

static size_t fill(uint8_t *p, size_t len, bool wide)
{
    uint64_t plain = 50 + 25 * chance(3);
    for (size_t i = 0; i < len; i++) {
        p[i] = wide && i % 2 ? (chance(30) ? 0 : any_byte(0)) : any_byte(plain);
    }
    return len;
}

static bool says_the_same(const struct field *f, struct arena *a)
{
    struct buf fast, slow;
    buf_init(&fast, 1 << 22);
    buf_init(&slow, 1 << 22);
    str text = value_text(f, a);
    if (f->type == VALUE_NULL) {
        buf_add(&slow, STR("null"));
    } else if (f->type == VALUE_INT || f->type == VALUE_UINT || f->type == VALUE_BOOL) {
        buf_add(&slow, text);
    } else {
        buf_json(&slow, text);
    }
    spell_json(&fast, f, a);
    bool same = buf_ok(&fast) && str_eq(buf_str(&fast), buf_str(&slow));
    if (!same) {
        (void)fprintf(stderr, "type %u, %u bytes\n fast %.*s\n slow %.*s\n", f->type, f->len,
                      STR_ARG(buf_str(&fast)), STR_ARG(buf_str(&slow)));
    }
    buf_done(&fast);
    buf_done(&slow);
    return same;
}

static void json_is_that_of_the_slow_way(void)
{
    static const uint8_t types[] = {
        VALUE_NULL, VALUE_TEXT, VALUE_UTF16, VALUE_UTF16,    VALUE_ANSI,       VALUE_BINARY,
        VALUE_GUID, VALUE_SID,  VALUE_UTF16, VALUE_FILETIME, VALUE_SYSTEMTIME, VALUE_HEX,
    };
    struct arena a;
    arena_init(&a, 1 << 24);
    for (int i = 0; i < 20000; i++) {
        arena_reset(&a);
        uint8_t raw[600];
        uint8_t type = types[chance(ARRAY_LEN(types))];
        size_t most = type == VALUE_GUID ? 17 : type == VALUE_FILETIME ? 9 : 1 + chance(500);
        size_t len = fill(raw, chance(most), type == VALUE_UTF16);
        if (type == VALUE_HEX || type == VALUE_FILETIME) {
            len = type == VALUE_HEX ? (size_t)1 << chance(4) : 8;
            raw[7] = chance(2) ? 1 : raw[7]; /* times of our days, or none */
        }
        uint8_t *exact = malloc(len ? len : 1); /* so that a read behind the end is found */
        memcpy(exact, raw, len);
        struct field f = {.type = type, .data = exact, .len = (uint32_t)len};
        CHECK(says_the_same(&f, &a));
        free(exact);
    }
    arena_done(&a);
}

static void numbers_are_those_of_the_slow_way(void)
{
    static const uint8_t types[] = {VALUE_INT, VALUE_UINT, VALUE_HEX, VALUE_BOOL};
    static const uint64_t odd[] = {0,      1,          0x7f,       0x80,     0xffff,
                                   0x8000, 0x80000000, UINT64_MAX, INT64_MAX};
    struct arena a;
    arena_init(&a, 1 << 24);
    for (size_t t = 0; t < ARRAY_LEN(types); t++) {
        for (uint32_t len = 1; len <= 8; len *= 2) {
            for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
                uint8_t raw[8];
                memcpy(raw, &odd[i], 8);
                struct field f = {.type = types[t], .data = raw, .len = len};
                CHECK(says_the_same(&f, &a));
            }
        }
    }
    arena_done(&a);
}

static void long_texts_take_several_turns(void)
{
    struct arena a;
    arena_init(&a, 1 << 26);
    for (size_t len = 4090; len < 100000; len += 4093) {
        uint8_t *raw = malloc(len);
        (void)fill(raw, len, false);
        for (size_t i = 0; i < len; i++) {
            raw[i] = raw[i] ? raw[i] : 1;
        }
        struct field f = {.type = VALUE_TEXT, .data = raw, .len = (uint32_t)len};
        CHECK(says_the_same(&f, &a));
        f.type = VALUE_UTF16;
        CHECK(says_the_same(&f, &a));
        free(raw);
    }
    arena_done(&a);
}

static void times_are_those_of_the_slow_way(void)
{
    struct arena a;
    arena_init(&a, 1 << 24);
    for (int i = 0; i < 10000; i++) {
        usec t = (usec)chance(UINT64_C(4000000000)) * USEC_PER_SEC;
        t += i % 3 == 0 ? 0 : i % 3 == 1 ? (usec)chance(1000) * 1000 : (usec)chance(1000000);
        struct buf b;
        buf_init(&b, 1000);
        spell_time(&b, t);
        CHECK(str_eq(buf_str(&b), time_text(&a, t)));
        buf_done(&b);
        arena_reset(&a);
    }
    arena_done(&a);
}

static void xml_escapes_what_would_be_markup(void)
{
    struct buf b;
    buf_init(&b, 1000);
    spell_xml_text(&b, STR("<a b=\"c\" d='e'>&\t\n\r\x01\xef\xbf\xbf\xc3\xa9"));
    CHECK_STR(buf_str(&b), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;&#9;&#10;&#13;"
                           "\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9");
    buf_done(&b);
}

static void what_is_over_the_maximum_is_told(void)
{
    struct buf b;
    buf_init(&b, 100);
    spell_json_text(&b, STR("a text that with the room it might take is too long for this buffer"));
    CHECK(!buf_ok(&b));
    buf_done(&b);
}

int main(void)
{
    RUN(json_is_that_of_the_slow_way);
    RUN(numbers_are_those_of_the_slow_way);
    RUN(long_texts_take_several_turns);
    RUN(times_are_those_of_the_slow_way);
    RUN(xml_escapes_what_would_be_markup);
    RUN(what_is_over_the_maximum_is_told);
    return kit_end();
}
