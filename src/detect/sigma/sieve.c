#include "detect/sigma/sieve.h"

#include "base/table.h"
#include "detect/sigma/look.h"
#include "detect/sigma/witness.h"
#include "match/glob.h"
#include "match/needed.h"

#include <string.h>

enum {
    PIECE_MIN = 4,        /* shorter ones are everywhere */
    PIECES_MAX = 4096,    /* of a lane with more, the fields know better */
    WATCHED_MAX = 64 / 2, /* two bits of a lane's 64 each */
};

struct sifting {
    const struct sigma *s;
    const struct room *room;
    uint32_t at; /* the lane in hand */
    struct arena *arena;
    struct sieve *sieve;
    struct table numbers; /* of pieces */
};

/* The longest literal of the glob, without the byte `apart` (0: any). */
static str longest_piece(str glob, char apart)
{
    str best = STR_NONE;
    for (size_t at = 0; at < glob.len;) {
        size_t len = glob_literal(glob, at);
        str piece = str_sub(glob, at, len);
        piece.len = apart ? str_find_char(piece, apart) : len;
        best = piece.len > best.len ? piece : best;
        at += piece.len + 1;
    }
    return best;
}

static void open_always(struct sifting *x, uint32_t bit)
{
    x->sieve->open.lane[x->at] |= UINT64_C(1) << bit;
}

static const struct field_source *source_of(const struct sifting *x, field_id field)
{
    return look_source(x->room->lanes[x->at].lens, field);
}

/* What stands between the parts of the field, which no cell holds; 0: it is one cell. */
static char separator_of(const struct sifting *x, field_id field)
{
    const struct field_source *f = source_of(x, field);
    return f && f->nparts > 1 ? f->separator.p[0] : 0;
}

static bool rely_on_seam(struct sifting *x, field_id field, uint32_t bit)
{
    const struct field_source *f = source_of(x, field);
    struct sieve *v = x->sieve;
    size_t i = 0;
    while (i < v->nseams && (v->seams[i].left != f->parts[0] || v->seams[i].right != f->parts[1])) {
        i++;
    }
    if (i == v->nseams && i < SIEVE_SEAMS) {
        v->seams[v->nseams++] = (struct seam){f->parts[0], f->parts[1], f->separator.p[0], {{0}}};
    }
    if (i == SIEVE_SEAMS || v->seams[i].separator != f->separator.p[0]) {
        return false;
    }
    v->seams[i].open.lane[x->at] |= UINT64_C(1) << bit;
    return true;
}

/* Do the values of the field stand in the row as rules see them? */
static bool stands_in_row(const struct sifting *x, field_id field)
{
    const struct field_source *f = source_of(x, field);
    if (!f) {
        return !witness_is_of_origin(field) && !witness_is_of_origin(look_alias(x->s, field));
    }
    for (size_t i = 0; i < f->nparts; i++) {
        if (witness_is_of_origin(f->parts[i])) {
            return false;
        }
    }
    bool plain = !f->conversion && !f->nvalues && !f->nprefixes;
    bool seamed = f->nparts == 2 && f->separator.len == 1 && (uint8_t)f->separator.p[0] < 0x80 &&
                  !ascii_is_alnum(f->separator.p[0]);
    return plain && (f->nparts == 1 || seamed);
}

/* Of a field in two cells best a piece that lies in one of them; else they must be sewn together.
 */
static str choose_piece(struct sifting *x, field_id field, str glob, uint32_t bit)
{
    char apart = separator_of(x, field);
    str piece = longest_piece(glob, apart);
    if (apart && piece.len < PIECE_MIN && rely_on_seam(x, field, bit)) {
        piece = longest_piece(glob, 0);
    }
    return piece;
}

static struct hint *find_hint(struct sieve *v, field_id field, const struct hint *like)
{
    struct hint *h = v->hints, *end = h + v->nhints;
    while (h < end && (h->field != field || h->kind != like->kind || h->byte != like->byte)) {
        h++;
    }
    if (h == v->hints + SIEVE_HINTS) {
        return NULL;
    }
    if (h == end) {
        v->nhints++;
        *h = *like;
        h->field = field;
    }
    return h;
}

/* A hint for each field that the value can come from. */
static bool add_hint(struct sifting *x, field_id field, const struct hint *like, str tail,
                     uint32_t bit)
{
    struct hint *h = find_hint(x->sieve, field, like);
    if (h && tail.len && !h->tails) {
        h->tails = ARENA_NEW(x->arena, struct tails);
    }
    if (!h || (tail.len && !h->tails)) {
        return false;
    }
    if (tail.len) {
        uint32_t hash = tail_hash(bytes_of_str(tail).p);
        h->tails->bits[hash / 64] |= UINT64_C(1) << hash % 64;
    }
    h->open.lane[x->at] |= UINT64_C(1) << bit;
    return true;
}

static bool hint_at(struct sifting *x, field_id field, const struct hint *like, str tail,
                    uint32_t bit)
{
    const struct field_source *f = source_of(x, field);
    field_id alias = f ? FIELD_NONE : look_alias(x->s, field);
    bool single = !f || f->nparts == 1;
    return single && (field != FIELD_NONE || like->kind == HINT_BYTE) &&
           add_hint(x, f ? f->parts[0] : field, like, tail, bit) &&
           (alias == FIELD_NONE || add_hint(x, alias, like, tail, bit));
}

/* A byte that folding neither makes nor takes away, and rows are not full of; 0 when there is none,
 * but of a single byte that one. */
static char telling_byte(str piece)
{
    static const str everywhere = STR_INIT("=&@/.:;-_,+%?() \"\\");
    for (size_t i = 0; i < piece.len; i++) {
        char c = piece.p[i];
        bool common = str_find_char(everywhere, c) < everywhere.len;
        if ((uint8_t)c < 0x80 && !ascii_is_alnum(c) && (!common || piece.len == 1)) {
            return c;
        }
    }
    return 0;
}

static bool new_piece(struct sieve *v, struct arena *a, str piece)
{
    struct openings *grown = arena_grow(a, v->opened, &v->cap, v->npieces + 1, sizeof *grown);
    if (!grown) {
        return false;
    }
    v->opened = grown;
    v->opened[v->npieces] = (struct openings){{0}};
    return literals_add(&v->pieces, piece, (uint32_t)v->npieces++);
}

static bool add_piece(struct sifting *x, str piece, uint32_t bit)
{
    struct sieve *v = x->sieve;
    uint32_t number = 0;
    if (!table_put(&x->numbers, piece, (uint32_t)v->npieces, &number) ||
        (number == v->npieces && !new_piece(v, x->arena, piece))) {
        return false;
    }
    v->opened[number].lane[x->at] |= UINT64_C(1) << bit;
    return true;
}

/* The last two bytes of every value that ends so; none when it may end otherwise. */
static str tail_of(str glob, str piece)
{
    bool last = glob.len == piece.len + 1 && glob.p[0] == GLOB_ANY && piece.len > 1;
    str tail = last ? str_from(piece, piece.len - 2) : STR_NONE;
    return last && (tail.p[0] | tail.p[1]) & 0x80 ? STR_NONE : tail;
}

static bool hint_short(struct sifting *x, field_id field, str glob, str piece, uint32_t bit)
{
    str tail = tail_of(glob, piece);
    struct hint like = {.byte = telling_byte(piece)};
    like.kind = like.byte ? HINT_BYTE : tail.len ? HINT_TAIL : HINT_BRIEF;
    if (piece.len == glob.len) {
        like = (struct hint){.kind = HINT_BRIEF};
    }
    bool known = piece.len == glob.len || like.kind != HINT_BRIEF;
    return known && hint_at(x, field, &like, like.kind == HINT_TAIL ? tail : STR_NONE, bit);
}

static bool sift_short(struct sifting *x, field_id field, str glob, str piece, uint32_t bit)
{
    bool whole = piece.len == glob.len;
    if (hint_short(x, field, glob, piece, bit)) {
        return true;
    }
    if (piece.len > 1 && !whole) {
        return add_piece(x, piece, bit);
    }
    open_always(x, bit);
    return true;
}

static bool sift_text(struct sifting *x, const struct predicate *p, uint32_t bit)
{
    str glob = fold_glob(x->arena, p->text, false);
    str piece = choose_piece(x, p->field, glob, bit);
    if (glob.p && piece.len < PIECE_MIN) {
        return sift_short(x, p->field, glob, piece, bit);
    }
    return glob.p && add_piece(x, piece, bit);
}

/* Any one of what is needed may be what is there. */
static bool sift_regex(struct sifting *x, const struct predicate *p, uint32_t bit)
{
    struct needed needed;
    bool ok = needed_of_regex(x->arena, p->text, &needed);
    if (needed.count == 0) {
        open_always(x, bit);
    }
    for (size_t i = 0; ok && i < needed.count; i++) {
        str piece = choose_piece(x, p->field, needed.literals[i], bit);
        if (piece.len > 1) {
            ok = add_piece(x, piece, bit);
        } else {
            open_always(x, bit);
        }
    }
    return ok;
}

static bool sift(struct sifting *x, const struct predicate *p, uint32_t bit)
{
    if (!stands_in_row(x, p->field) || p->kind == PREDICATE_NUMBER) {
        open_always(x, bit);
        return true;
    }
    return p->kind == PREDICATE_REGEX ? sift_regex(x, p, bit) : sift_text(x, p, bit);
}

/* The lower bit of a watched field is for texts, the other for regular expressions. */
static uint32_t bit_of(const struct lane *lane, const struct predicate *p)
{
    uint32_t i = 0;
    while (lane->watched[i].field != p->field) {
        i++;
    }
    return 2 * i + (p->kind == PREDICATE_REGEX);
}

static bool sift_rule(struct sifting *x, uint32_t rule)
{
    const struct witness *w = &x->s->compiled->witnesses[rule];
    for (size_t i = 0; i < w->count; i++) {
        const struct predicate *p = w->predicates[i];
        if (!sift(x, p, bit_of(&x->room->lanes[x->at], p))) {
            return false;
        }
    }
    return true;
}

static bool sift_lane(struct sifting *x)
{
    const struct lane *lane = &x->room->lanes[x->at];
    for (uint32_t i = 0; i < x->s->nrules && x->sieve->npieces <= PIECES_MAX; i++) {
        if (bit_get(lane->rules, i) && !sift_rule(x, i)) {
            return false;
        }
    }
    return true;
}

static bool fits(const struct room *room)
{
    bool fits = room->nlanes > 0 && room->nlanes <= SIEVE_LANES;
    for (size_t i = 0; i < room->nlanes; i++) {
        fits = fits && room->lanes[i].nwatched <= WATCHED_MAX;
    }
    return fits;
}

bool sieve_make(const struct sigma *s, struct arena *a, const struct room *room,
                const struct sieve **out)
{
    struct sifting x = {.s = s, .room = room, .arena = a};
    *out = NULL;
    if (!fits(room)) {
        return true;
    }
    x.sieve = ARENA_NEW(a, struct sieve);
    if (!x.sieve) {
        return false;
    }
    literals_init(&x.sieve->pieces, a);
    table_init(&x.numbers, a, false);
    for (; x.at < room->nlanes; x.at++) {
        if (!sift_lane(&x)) {
            return false;
        }
    }
    *out = x.sieve->npieces > 0 && x.sieve->npieces <= PIECES_MAX ? x.sieve : NULL;
    return literals_build(&x.sieve->pieces);
}
