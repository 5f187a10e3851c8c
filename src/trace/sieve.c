#include "trace/sieve.h"

#include "match/ascii.h"
#include "match/fold.h"
#include "match/literals.h"

#include <string.h>

enum { BLOCK = 16 << 10, SHORTEST_PIECE = 4, LONGEST_PIECE = 64 };

/* An event log's records refer to templates of their own chunk, 64 KiB; other records stand
 * behind their directives. */
enum { NEAR = 64 << 10 };

struct sieve {
    struct literals literals;
};

static bool add_bytes(struct sieve *s, const uint8_t *p, size_t len)
{
    char *folded = arena_alloc(s->literals.arena, len);
    if (!folded) {
        return false;
    }
    ascii_fold_bytes(folded, p, len);
    return literals_add(&s->literals, (str){folded, len}, 0);
}

/* Written the same in every encoding and in every log. */
static bool is_plain(char c)
{
    return ascii_is_alnum(c) || c == '.' || c == '-' || c == '_' || c == ':';
}

static str plain_piece(str needle)
{
    str best = STR_NONE;
    for (size_t from = 0; from < needle.len; from++) {
        size_t to = from;
        while (to < needle.len && is_plain(needle.p[to])) {
            to++;
        }
        best = to - from > best.len ? str_sub(needle, from, to - from) : best;
        from = to;
    }
    return str_sub(best, 0, LONGEST_PIECE);
}

/* The last byte of UTF-16 is left out, so that either byte order fits. */
static bool add_utf16(struct sieve *s, str piece)
{
    uint8_t wide[2 * LONGEST_PIECE] = {0};
    for (size_t i = 0; i < piece.len; i++) {
        wide[2 * i] = (uint8_t)piece.p[i];
    }
    return add_bytes(s, wide, 2 * piece.len - 1);
}

/* {6004D249-AFCF-604D-2A27-000000000900}: the first three groups are little-endian. */
static bool add_guid(struct sieve *s, str needle)
{
    static const uint8_t places[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    uint8_t raw[sizeof places] = {0};
    size_t digits = 0;
    for (size_t i = 0; i < needle.len && digits < 2 * sizeof places; i++) {
        char c = ascii_lower(needle.p[i]);
        bool digit = ascii_is_digit(c), letter = c >= 'a' && c <= 'f';
        if (digit || letter) {
            unsigned value = (unsigned)(digit ? c - '0' : c - 'a' + 10);
            uint8_t *byte = &raw[places[digits / 2]];
            *byte = (uint8_t)((unsigned)*byte << 4 | value);
            digits++;
        }
    }
    return digits < 2 * sizeof places || add_bytes(s, raw, sizeof raw);
}

/* S-1-5-21-a-b-c-d: a number is four bytes. */
static bool add_sid(struct sieve *s, str needle)
{
    uint8_t raw[4 * 16];
    size_t len = 0, place = 0;
    str rest = needle, part;
    for (; str_cut(&rest, '-', &part) && len < sizeof raw; place++) {
        uint64_t n = 0;
        if (place < 3 || !str_u64(part, &n)) {
            continue; /* S, the revision, the authority */
        }
        for (size_t i = 0; i < 4; i++) {
            raw[len++] = (uint8_t)(n >> (8 * i));
        }
    }
    return len < 8 || add_bytes(s, raw, len);
}

/* 0x4a2f81: the number of a session, eight bytes, little-endian. */
static bool add_number(struct sieve *s, str needle)
{
    uint8_t raw[8];
    uint64_t n = 0;
    bool number = str_u64(needle, &n);
    for (size_t i = 0; i < sizeof raw; i++) {
        raw[i] = (uint8_t)(n >> (8 * i));
    }
    return !number || add_bytes(s, raw, sizeof raw);
}

static bool add_needle(struct sieve *s, str needle)
{
    str piece = plain_piece(needle);
    bool ok = piece.len >= SHORTEST_PIECE && add_bytes(s, (const uint8_t *)piece.p, piece.len) &&
              add_utf16(s, piece);
    if (str_starts(needle, STR("{"))) {
        ok = ok && add_guid(s, needle);
    }
    if (str_starts_nocase(needle, STR("S-1-"))) {
        ok = ok && add_sid(s, needle);
    }
    if (str_starts_nocase(needle, STR("0x"))) {
        ok = ok && add_number(s, needle);
    }
    return ok;
}

/* Behind \u00: the code of a character that pieces are made of. */
static bool is_of_piece(const char *code)
{
    switch (code[0]) {
    case '2':
        return code[1] == 'd' || code[1] == 'e';
    case '3':
        return ascii_is_digit(code[1]) || code[1] == 'a';
    default:
        return code[0] >= '4' && code[0] <= '7';
    }
}

/* JSON may write any character as \u and four digits. No writer does so with those of a piece, but
 * whoever wants to hide could: such a block is warm. The padding behind the text is no code. */
static bool has_escape(str text)
{
    static const str escape = STR_INIT("\\u00");
    bool found = false;
    for (size_t at = str_find_char(text, '\\'); at < text.len && !found; at++) {
        found = !memcmp(text.p + at, escape.p, escape.len) && is_of_piece(text.p + at + escape.len);
        at += str_find_char(str_from(text, at + 1), '\\');
    }
    return found;
}

struct sieve *sieve_new(struct arena *arena, const struct quarry *quarries, size_t count)
{
    struct sieve *s = ARENA_NEW(arena, struct sieve);
    if (!s) {
        return NULL;
    }
    literals_init(&s->literals, arena);
    for (size_t i = 0; i < count; i++) {
        if (!add_needle(s, quarries[i].needle)) {
            return NULL;
        }
    }
    return literals_build(&s->literals) ? s : NULL;
}

static void on_found(void *ctx, uint32_t number)
{
    bool *found = ctx;
    (void)number;
    *found = true;
}

/* A piece that begins in the block may end behind it. */
static bool look_at(const struct sieve *s, bytes unit, uint64_t from, char *room)
{
    uint64_t left = unit.len - from;
    size_t len = left < BLOCK + 2 * LONGEST_PIECE ? (size_t)left : BLOCK + 2 * LONGEST_PIECE;
    ascii_fold_bytes(room, unit.p + from, len);
    memset(room + len, 0, FOLD_PADDING);
    str text = {room, len};
    bool found = has_escape(text);
    if (!found) {
        literals_find(&s->literals, text, on_found, &found);
    }
    return found;
}

bool sieve_look(const struct sieve *s, bytes unit, uint64_t from, uint64_t to, struct arena *a,
                struct warmth *out)
{
    *out = (struct warmth){.from = from > NEAR ? from - NEAR : 0};
    to = to < unit.len ? to : unit.len;
    size_t count = to > out->from ? (size_t)((to - out->from + BLOCK - 1) / BLOCK) : 0;
    char *room = arena_alloc(a, BLOCK + 2 * LONGEST_PIECE + FOLD_PADDING);
    uint8_t *blocks = ARENA_ARRAY(a, uint8_t, count + 1);
    if (!room || !blocks) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        blocks[i] = look_at(s, unit, out->from + (uint64_t)i * BLOCK, room);
        out->any = out->any || blocks[i];
    }
    out->blocks = blocks;
    out->count = count;
    return true;
}

bool warmth_near(const struct warmth *w, uint64_t offset, uint64_t len)
{
    if (!w->blocks) {
        return true;
    }
    uint64_t first = offset > w->from + NEAR ? offset - w->from - NEAR : 0;
    uint64_t last = offset > w->from ? offset - w->from + len + NEAR : len + NEAR;
    bool warm = false;
    for (uint64_t i = first / BLOCK; i <= last / BLOCK && i < w->count && !warm; i++) {
        warm = w->blocks[i] != 0;
    }
    return warm;
}
