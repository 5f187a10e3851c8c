#include "match/literals.h"

#include "base/reader.h"
#include "match/short.h"

#include <string.h>

/* With more literals than this the bits for all their pieces leave the nearest cache: two of a
 * literal's four pieces are filed then, and every second place is looked at. */
enum { STRIDE = 4, STRIDE_OF_MANY = 2, MANY = 2048 };

/* Places of a bitmap for each piece, so that most chance probes end at the bit, and how many bits
 * there are at most: the bitmap has to stay in a cache near by. */
enum { SPARSE = 16, BITS_MAX = 18, PAIRS = 1 << 16 };

/* A byte for each place is faster to look at, and takes eight times the room. So pieces lie more
 * apart when there are few, and closer together rather than without it. */
enum { MAP_BITS = 15, MAP_SPARSE = 8, MAP_SHIFT = 32 - MAP_BITS, FEW_BITS = 13, FEW_SPARSE = 64 };

enum { USUAL = 1000 }; /* a piece that logs are full of is as bad as one of so many literals */

struct literal {
    str text;
    uint32_t number;
};

struct filed {
    uint32_t gram; /* the piece itself */
    uint32_t at;   /* where it stands in the literal */
    uint32_t literal;
};

void literals_init(struct literals *l, struct arena *arena)
{
    *l = (struct literals){.arena = arena};
    l->by1 = (struct grams){.width = 1, .stride = 1};
    l->by2 = (struct grams){.width = 2, .stride = 2};
    l->by3 = (struct grams){.width = 3, .stride = 2};
    l->by4 = (struct grams){.width = 4, .stride = STRIDE};
}

bool literals_add(struct literals *l, str text, uint32_t number)
{
    struct literal *grown = arena_grow(l->arena, l->items, &l->cap, l->count + 1, sizeof *grown);
    if (!grown) {
        return false;
    }
    l->items = grown;
    l->items[l->count++] = (struct literal){text, number};
    return true;
}

/* NULL: it is one of a few short ones. */
static struct grams *grams_for(struct literals *l, size_t len)
{
    if (len < l->few_below) {
        return NULL;
    }
    return len >= 3 + STRIDE ? &l->by4 : len >= 4 ? &l->by3 : len >= 2 ? &l->by2 : &l->by1;
}

/* Its bytes at the upper end. */
static inline uint32_t gram_of(uint32_t four_bytes, unsigned width)
{
    return four_bytes << 8 * (4 - width);
}

static inline uint32_t gram_load(const char *p, unsigned width)
{
    return gram_of(load_u32le((const uint8_t *)p), width);
}

static uint32_t gram_at(str text, size_t at, unsigned width)
{
    char piece[4] = {0};
    memcpy(piece, text.p + at, width);
    return gram_load(piece, width);
}

#define GRAM_FACTOR UINT32_C(0x9e3779b1)

static size_t gram_hash(const struct grams *g, uint32_t gram)
{
    return gram * GRAM_FACTOR >> g->shift & g->mask;
}

static unsigned bits_for(size_t places, unsigned most)
{
    unsigned bits = 8;
    while (bits < most && ((size_t)1 << bits) < places) {
        bits++;
    }
    return bits;
}

static unsigned grams_bits(size_t pieces)
{
    unsigned bits = bits_for(pieces * SPARSE, BITS_MAX);
    if (bits <= FEW_BITS) {
        return bits_for(pieces * FEW_SPARSE, FEW_BITS);
    }
    return pieces * MAP_SPARSE <= 1 << MAP_BITS ? bits_for(pieces * SPARSE, MAP_BITS) : bits;
}

static bool grams_prepare(struct literals *l, struct grams *g)
{
    if (!g->count) {
        return true;
    }
    g->stride = g->count > MANY && g->stride > STRIDE_OF_MANY ? STRIDE_OF_MANY : g->stride;
    size_t pieces = g->count * g->stride;
    unsigned bits = grams_bits(pieces);
    size_t places = (size_t)1 << bits;
    g->mask = (uint32_t)places - 1;
    g->shift = bits <= MAP_BITS ? MAP_SHIFT : 32 - bits;
    g->map = bits <= MAP_BITS ? ARENA_ARRAY(l->arena, uint8_t, places) : NULL;
    g->bitmap = ARENA_ARRAY(l->arena, uint64_t, places / 64);
    g->start = ARENA_ARRAY(l->arena, uint32_t, places / SPARSE + 1);
    g->filed = ARENA_ARRAY(l->arena, struct filed, pieces);
    return g->bitmap && g->start && g->filed && (g->map || bits > MAP_BITS);
}

/* Pieces with a byte outside ASCII are rare in logs: such a literal costs plain values nothing. */
static uint32_t gram_price(const uint32_t *common, const struct grams *g, uint32_t gram)
{
    return gram & 0x80808080 ? 0 : 1 + common[gram_hash(g, gram)];
}

/* Of the places first, first + stride, ... */
static size_t cheapest_place(const struct grams *g, const uint32_t *common, str text, size_t first)
{
    size_t best = first;
    uint32_t best_price = UINT32_MAX;
    for (size_t at = first; at + g->width <= text.len; at += g->stride) {
        uint32_t price = gram_price(common, g, gram_at(text, at, g->width));
        if (price < best_price) {
            best_price = price;
            best = at;
        }
    }
    return best;
}

/* Words that logs are full of, whatever they log: where a literal has another piece, it is filed
 * under that. */
static const str usual =
    STR_INIT("mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) "
             "chrome/88.0.4324.190 safari/537.36 edg/88.0 firefox/115.0 gecko/20100101 "
             "mozilla/4.0 (compatible; msie 6.0; windows nt 5.1) (macintosh; intel mac os x 10_15) "
             "mobile/15e148 (iphone; cpu iphone os 14_0) (linux; android 10) microsoft office/16.0 "
             "outlook 16.0.13628 https://www.example.com/index.html http://mail.example.org/ "
             "/autodiscover/autodiscover.xml /ews/exchange.asmx /owa/auth/logon.aspx /index.php? "
             "/mapi/emsmdb/ /api/ /images/ /css/ /js/ user request server client error address "
             "c:\\windows\\system32\\ c:\\program files\\microsoft .exe .dll .aspx .com .net");

static void count_grams(const struct grams *g, str text, uint32_t weight, uint32_t *common)
{
    for (size_t at = 0; at + g->width <= text.len; at++) {
        common[gram_hash(g, gram_at(text, at, g->width))] += weight;
    }
}

static uint32_t pair_at(const char *p)
{
    return load_u16le((const uint8_t *)p);
}

static bool is_pair(const struct literals *l, uint32_t pair)
{
    return l->pairs[pair / 64] >> (pair % 64) & 1;
}

static void note_pair(struct literals *l, const struct grams *g, uint32_t pair)
{
    if (l->pairs && (g == &l->by2 || g == &l->by3)) {
        l->pairs[pair / 64] |= UINT64_C(1) << (pair % 64);
    }
}

/* Counting sort of the literals by the hash of their piece. */
static bool grams_file(struct literals *l, struct grams *g)
{
    size_t places = (size_t)g->mask + 1;
    uint32_t *common = ARENA_ARRAY(l->arena, uint32_t, places);
    struct filed *all = ARENA_ARRAY(l->arena, struct filed, g->count * g->stride);
    if (!common || !all) {
        return false;
    }
    for (size_t i = 0; i < l->count; i++) {
        if (grams_for(l, l->items[i].text.len) == g) {
            count_grams(g, l->items[i].text, 1, common);
        }
    }
    count_grams(g, usual, USUAL, common);
    size_t n = 0;
    for (size_t i = 0; i < l->count; i++) {
        str text = l->items[i].text;
        for (size_t first = 0; grams_for(l, text.len) == g && first < g->stride; first++) {
            size_t at = cheapest_place(g, common, text, first);
            uint32_t gram = gram_at(text, at, g->width);
            size_t h = gram_hash(g, gram);
            all[n++] = (struct filed){gram, (uint32_t)at, (uint32_t)i};
            g->bitmap[h / 64] |= UINT64_C(1) << (h % 64);
            g->start[h / SPARSE + 1]++;
            if (g->map) {
                g->map[h] = 1;
            }
            note_pair(l, g, pair_at(text.p + at));
        }
    }
    for (size_t i = 0; i < places / SPARSE; i++) {
        g->start[i + 1] += g->start[i];
    }
    memcpy(common, g->start, places / SPARSE * sizeof *common);
    for (size_t i = 0; i < n; i++) {
        g->filed[common[gram_hash(g, all[i].gram) / SPARSE]++] = all[i];
    }
    return true;
}

/* False: there are more than a few that are shorter than `len`. */
static bool set_few_apart(struct literals *l, size_t len)
{
    l->few_below = len;
    l->nfew = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->items[i].text.len < len) {
            if (l->nfew == LITERALS_FEW) {
                l->nfew = l->few_below = 0;
                return false;
            }
            l->few[l->nfew++] = i;
        }
    }
    return true;
}

bool literals_build(struct literals *l)
{
    (void)(set_few_apart(l, 3 + STRIDE) || set_few_apart(l, 4));
    for (size_t i = 0; i < l->count; i++) {
        struct grams *g = grams_for(l, l->items[i].text.len);
        if (g) {
            g->count++;
            g->stride = l->items[i].text.len == g->width ? 1 : g->stride;
        }
    }
    bool brief = l->by2.count > 0;
    l->pairs = brief ? ARENA_ARRAY(l->arena, uint64_t, PAIRS / 64) : NULL;
    if (brief && !l->pairs) {
        return false;
    }
    struct grams *all[] = {&l->by1, &l->by2, &l->by3, &l->by4};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (all[i]->count && (!grams_prepare(l, all[i]) || !grams_file(l, all[i]))) {
            return false;
        }
    }
    return true;
}

static void compare_filed(const struct literals *l, const struct grams *g, size_t h, uint32_t gram,
                          str text, size_t at, literals_found *found, void *ctx)
{
    for (uint32_t i = g->start[h / SPARSE]; i < g->start[h / SPARSE + 1]; i++) {
        const struct filed *f = &g->filed[i];
        if (f->gram != gram || f->at > at) {
            continue;
        }
        const struct literal *c = &l->items[f->literal];
        size_t from = at - f->at;
        if (c->text.len <= text.len - from && !memcmp(text.p + from, c->text.p, c->text.len)) {
            found(ctx, c->number);
        }
    }
}

/* `width` and `stride` are those of g, as constants for each caller: the loop is the hot spot of a
 * scan. */
static inline void grams_find(const struct literals *l, const struct grams *g, unsigned width,
                              size_t stride, str text, literals_found *found, void *ctx)
{
    if (!g->count) {
        return;
    }
    const uint64_t *bitmap = g->bitmap;
    unsigned shift = g->shift;
    uint32_t mask = g->mask;
    for (size_t at = 0; at + width <= text.len; at += stride) {
        uint32_t gram = gram_load(text.p + at, width);
        size_t h = gram * GRAM_FACTOR >> shift & mask;
        if (bitmap[h / 64] >> (h % 64) & 1) {
            compare_filed(l, g, h, gram, text, at, found, ctx);
        }
    }
}

static inline void look_up(const struct literals *l, const struct grams *g, uint32_t gram, str text,
                           size_t at, literals_found *found, void *ctx)
{
    size_t h = g->count ? gram_hash(g, gram) : 0;
    if (g->count && g->bitmap[h / 64] >> (h % 64) & 1) {
        compare_filed(l, g, h, gram, text, at, found, ctx);
    }
}

/* Pieces of two and of three bytes at once, at every second place. */
static void find_brief(const struct literals *l, str text, literals_found *found, void *ctx)
{
    for (size_t at = 0; at + 2 <= text.len; at += 2) {
        if (is_pair(l, pair_at(text.p + at))) {
            look_up(l, &l->by2, gram_load(text.p + at, 2), text, at, found, ctx);
            look_up(l, &l->by3, gram_load(text.p + at, 3), text, at, found, ctx);
        }
    }
}

static inline unsigned mapped(const uint8_t *map, uint32_t mask, uint32_t gram)
{
    return map[gram * GRAM_FACTOR >> MAP_SHIFT & mask];
}

static void look_up_three(const struct literals *l, uint64_t word, str text, size_t at,
                          literals_found *found, void *ctx)
{
    look_up(l, &l->by4, (uint32_t)word, text, at, found, ctx);
    look_up(l, &l->by3, gram_of((uint32_t)word, 3), text, at, found, ctx);
    look_up(l, &l->by3, gram_of((uint32_t)(word >> 16), 3), text, at + 2, found, ctx);
}

/* Pieces of four bytes and of three at once. The padding behind the text is in no literal. */
static void find_mapped(const struct literals *l, str text, literals_found *found, void *ctx)
{
    const uint8_t *map3 = l->by3.map, *map4 = l->by4.map, *p = (const uint8_t *)text.p;
    uint32_t mask3 = l->by3.mask, mask4 = l->by4.mask;
    for (size_t at = 0; at + 3 <= text.len; at += STRIDE) {
        uint64_t word = load_u64le(p + at);
        if (mapped(map4, mask4, (uint32_t)word) | mapped(map3, mask3, gram_of((uint32_t)word, 3)) |
            mapped(map3, mask3, gram_of((uint32_t)(word >> 16), 3))) {
            look_up_three(l, word, text, at, found, ctx);
        }
    }
}

/* Pieces of four bytes alone. */
static void find_fours(const struct literals *l, str text, literals_found *found, void *ctx)
{
    const uint8_t *map = l->by4.map, *p = (const uint8_t *)text.p;
    uint32_t mask = l->by4.mask;
    for (size_t at = 0; at + 4 <= text.len; at += 2 * STRIDE) { /* two, for less of a loop */
        uint64_t word = load_u64le(p + at);
        if (mapped(map, mask, (uint32_t)word) | mapped(map, mask, (uint32_t)(word >> 32))) {
            look_up(l, &l->by4, (uint32_t)word, text, at, found, ctx);
            if (at + STRIDE < text.len) {
                look_up(l, &l->by4, (uint32_t)(word >> 32), text, at + STRIDE, found, ctx);
            }
        }
    }
}

static void find_few(const struct literals *l, str text, literals_found *found, void *ctx)
{
    for (size_t i = 0; i < l->nfew; i++) {
        const struct literal *c = &l->items[l->few[i]];
        for (size_t at = short_find(text, 0, c->text); at < text.len;
             at = short_find(text, at + 1, c->text)) {
            found(ctx, c->number);
        }
    }
}

void literals_find(const struct literals *l, str text, literals_found *found, void *ctx)
{
    find_few(l, text, found, ctx);
    bool near = l->by4.map && l->by4.stride == STRIDE;
    if (near && l->by3.map && !l->by2.count && !l->by1.count) {
        find_mapped(l, text, found, ctx);
        return;
    }
    if (near) {
        find_fours(l, text, found, ctx);
    } else if (l->by4.stride == STRIDE) {
        grams_find(l, &l->by4, 4, STRIDE, text, found, ctx);
    } else {
        grams_find(l, &l->by4, 4, STRIDE_OF_MANY, text, found, ctx);
    }
    if (l->pairs && l->by2.stride == 2) {
        find_brief(l, text, found, ctx);
    } else {
        grams_find(l, &l->by3, 3, 2, text, found, ctx);
        grams_find(l, &l->by2, 2, 1, text, found, ctx);
    }
    grams_find(l, &l->by1, 1, 1, text, found, ctx);
}
