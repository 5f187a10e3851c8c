#include "detect/indicators/piecewise.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum {
    WINDOW = 7,
    SMALLEST = 3,
    PIECE_BEGIN = 0x67, /* 28021967 and the prime of FNV: their low bits are all that counts */
    PIECE_PRIME = 0x93,
    EQUAL_MAX = 3,
    NO_PIECE = 0xff,
};

/* ---- making */

struct rolling { /* a sum over the last bytes */
    uint8_t window[WINDOW];
    unsigned at;
    uint32_t sum, weighted, shifted;
};

static uint32_t roll(struct rolling *r, uint8_t c)
{
    r->weighted += (uint32_t)WINDOW * c - r->sum;
    r->sum += (uint32_t)c - r->window[r->at];
    r->window[r->at] = c;
    r->at = r->at == WINDOW - 1 ? 0 : r->at + 1;
    r->shifted = r->shifted << 5 ^ c;
    return r->sum + r->weighted + r->shifted;
}

/* The pieces of all block sizes at once: which one a file gets is known at its end. Only those
 * between `first` and `end` can still be it, or the one behind it. */
struct making {
    uint8_t hash[PIECE_LEVELS], half[PIECE_LEVELS]; /* of the piece at hand, by level */
    uint8_t last[PIECE_LEVELS], half_last[PIECE_LEVELS];
    struct pieces done[PIECE_LEVELS];
    unsigned first, end, wanted; /* `wanted` has blocks enough for the size */
};

static void begin_level(struct making *m, unsigned level, uint8_t hash, uint8_t half)
{
    m->hash[level] = hash;
    m->half[level] = half;
    m->last[level] = m->half_last[level] = NO_PIECE;
    m->done[level].count = 0;
    m->end = level + 1;
}

static void end_piece(struct making *m, unsigned level)
{
    struct pieces *done = &m->done[level];
    if (done->count == 0 && level + 1 < PIECE_LEVELS && level <= m->wanted) {
        begin_level(m, level + 1, m->hash[level], m->half[level]);
    }
    m->half_last[level] = m->half[level] & 63;
    if (done->count == PIECES_MAX - 1) {
        m->last[level] = m->hash[level] & 63; /* all that follows is one piece */
        return;
    }
    done->piece[done->count++] = m->hash[level] & 63;
    m->hash[level] = PIECE_BEGIN;
    if (done->count < PIECES_MAX / 2) {
        m->half[level] = PIECE_BEGIN;
        m->half_last[level] = NO_PIECE;
    } else if (level <= m->wanted && level > m->first) {
        m->first = level; /* smaller blocks would be too many */
    }
}

/* At how many levels, from the first on, does a piece end where the sum is `rolled`? */
static unsigned levels_ended(uint32_t rolled)
{
    uint64_t blocks = (uint64_t)rolled + 1;
    return blocks % SMALLEST ? 0 : (unsigned)__builtin_ctzll(blocks / SMALLEST) + 1;
}

static void take_byte(struct making *m, uint8_t c, uint32_t rolled)
{
    for (unsigned i = m->first; i < m->end; i++) {
        m->hash[i] = (uint8_t)(m->hash[i] * PIECE_PRIME ^ c);
        m->half[i] = (uint8_t)(m->half[i] * PIECE_PRIME ^ c);
    }
    unsigned ended = levels_ended(rolled);
    for (unsigned i = m->first; i < m->end && i < ended; i++) {
        end_piece(m, i);
    }
}

static void put_piece(struct pieces *p, uint8_t piece)
{
    if (piece != NO_PIECE) {
        p->piece[p->count++] = piece;
    }
}

/* Of the level behind: half as many pieces, the last of them as long as it takes. */
static struct pieces second_half(const struct making *m, unsigned level, bool open)
{
    struct pieces p = {.count = 0};
    if (level + 1 == m->end) {
        put_piece(&p, open ? m->hash[level] & 63 : NO_PIECE);
        return p;
    }
    p = m->done[level + 1];
    p.count = p.count < PIECES_MAX / 2 ? p.count : PIECES_MAX / 2 - 1;
    put_piece(&p, open ? m->half[level + 1] & 63 : m->half_last[level + 1]);
    return p;
}

static unsigned level_for(size_t size)
{
    unsigned level = 0;
    while (level < PIECE_LEVELS - 1 && ((uint64_t)SMALLEST << level) * PIECES_MAX < size) {
        level++;
    }
    return level;
}

struct piecewise piecewise_of(bytes data)
{
    struct rolling r = {.at = 0};
    struct making m = {.wanted = level_for(data.len)};
    uint32_t rolled = 0;
    begin_level(&m, 0, PIECE_BEGIN, PIECE_BEGIN);
    for (size_t i = 0; i < data.len; i++) {
        rolled = roll(&r, data.p[i]);
        take_byte(&m, data.p[i], rolled);
    }
    unsigned level = m.wanted < m.end ? m.wanted : m.end - 1;
    while (level > m.first && m.done[level].count < PIECES_MAX / 2) {
        level--;
    }
    struct piecewise p = {.level = level, .half = {m.done[level]}};
    put_piece(&p.half[0], rolled ? m.hash[level] & 63 : m.last[level]);
    p.half[1] = second_half(&m, level, rolled != 0);
    return p;
}

/* ---- as text */

static bool parse_pieces(str s, struct pieces *out)
{
    out->count = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char *at = s.p[i] ? memchr(letters, s.p[i], sizeof letters - 1) : NULL;
        if (!at || out->count == PIECES_MAX) {
            return false;
        }
        out->piece[out->count++] = (uint8_t)(at - letters);
    }
    return true;
}

bool piecewise_parse(str s, struct piecewise *out)
{
    str block, first, second = str_sub(s, 0, str_find_char(s, ','));
    uint64_t size;
    bool halves = str_cut(&second, ':', &block) && str_find_char(second, ':') < second.len;
    if (!halves || !str_cut(&second, ':', &first) || !str_u64(block, &size)) {
        return false;
    }
    out->level = 0;
    while (out->level < PIECE_LEVELS && (uint64_t)SMALLEST << out->level != size) {
        out->level++;
    }
    return out->level < PIECE_LEVELS && parse_pieces(first, &out->half[0]) &&
           parse_pieces(second, &out->half[1]) && first.len > 0;
}

str piecewise_text(const struct piecewise *p, struct arena *a)
{
    char half[2][PIECES_MAX];
    for (size_t h = 0; h < 2; h++) {
        for (size_t i = 0; i < p->half[h].count; i++) {
            half[h][i] = letters[p->half[h].piece[i]];
        }
    }
    return arena_printf(a, "%llu:%.*s:%.*s", (unsigned long long)SMALLEST << p->level,
                        (int)p->half[0].count, half[0], (int)p->half[1].count, half[1]);
}

/* ---- comparing */

static void squeeze(struct pieces *p)
{
    size_t count = 0, equal = 0;
    for (size_t i = 0; i < p->count; i++) {
        equal = i > 0 && p->piece[i] == p->piece[i - 1] ? equal + 1 : 1;
        p->piece[count] = p->piece[i];
        count += equal <= EQUAL_MAX;
    }
    p->count = count;
}

void piecewise_squeeze(struct piecewise *p)
{
    squeeze(&p->half[0]);
    squeeze(&p->half[1]);
}

/* Where each piece stands in `p`: a bit a place. */
static void places(const struct pieces *p, uint64_t at[64])
{
    memset(at, 0, 64 * sizeof *at);
    for (size_t i = 0; i < p->count; i++) {
        at[p->piece[i]] |= UINT64_C(1) << i;
    }
}

static bool has_common_row(const uint64_t at[64], const struct pieces *b)
{
    uint64_t rows[PIECES_ALIKE] = {0}; /* that end here, by length */
    for (size_t i = 0; i < b->count; i++) {
        uint64_t here = at[b->piece[i]];
        for (size_t k = PIECES_ALIKE - 1; k > 0; k--) {
            rows[k] = rows[k - 1] << 1 & here;
        }
        rows[0] = here;
        if (rows[PIECES_ALIKE - 1]) {
            return true;
        }
    }
    return false;
}

/* How long is the longest sequence that stands in both? A row of the usual table is one word:
 * Hyyrö, Bit-parallel LCS-length computation revisited, 2004. */
static size_t common_length(const uint64_t at[64], const struct pieces *b)
{
    uint64_t row = UINT64_MAX;
    for (size_t i = 0; i < b->count; i++) {
        uint64_t both = row & at[b->piece[i]];
        row = (row + both) | (row - both);
    }
    return (size_t)__builtin_popcountll(~row);
}

/* ssdeep counts insertions and deletions, and a change as one of each; in units of 64ths, with its
 * roundings. Small blocks say less: their score is bounded by how many there are. */
static unsigned score_of(const struct pieces *a, const struct pieces *b, unsigned level)
{
    uint64_t at[64];
    places(a, at);
    if (!has_common_row(at, b)) {
        return 0;
    }
    size_t all = a->count + b->count, apart = all - 2 * common_length(at, b);
    size_t least = a->count < b->count ? a->count : b->count;
    size_t score = 100 - 100 * (apart * PIECES_MAX / all) / PIECES_MAX;
    size_t most = level < 4 ? least << level : score;
    return (unsigned)(score < most ? score : most);
}

static bool is_equal(const struct pieces *a, const struct pieces *b)
{
    return a->count == b->count && memcmp(a->piece, b->piece, a->count) == 0;
}

unsigned piecewise_score(const struct piecewise *a, const struct piecewise *b)
{
    if (a->level == b->level) {
        unsigned first = score_of(&a->half[0], &b->half[0], a->level);
        unsigned second = score_of(&a->half[1], &b->half[1], a->level + 1);
        bool same = is_equal(&a->half[0], &b->half[0]) && is_equal(&a->half[1], &b->half[1]);
        return same ? 100 : first > second ? first : second;
    }
    return a->level == b->level + 1   ? score_of(&a->half[0], &b->half[1], a->level)
           : b->level == a->level + 1 ? score_of(&a->half[1], &b->half[0], b->level)
                                      : 0;
}
