#include "detect/sigma/sieve.h"

#include "base/table.h"
#include "detect/sigma/look.h"
#include "detect/sigma/witness.h"
#include "match/glob.h"
#include "match/literals.h"
#include "match/needed.h"

#include <string.h>

enum {
    PIECE_MIN = 4,        /* shorter ones are everywhere */
    BRIEF_MAX = 9,        /* bytes of a value that may be a text of fewer letters, folded */
    PIECES_MAX = 4096,    /* of a lane with more, the fields know better */
    WATCHED_MAX = 64 / 2, /* two bits of a lane's 64 each */
    GAP_MAX = 4,          /* between the cells of a row: a separator and quotes */
    SEAMS_MAX = 4,
    HINTS_MAX = 16,
};

/* Rules see two cells as one text with `separator` between. Where they lie beside each other it is
 * put between them, and the row holds that text. */
struct seam {
    field_id left, right;
    char separator;
    uint64_t open[SIEVE_LANES]; /* what relies on it */
};

/* What has no piece is looked at when a cell is brief, or holds a byte that such cells seldom do.
 */
struct hint {
    field_id field;
    char byte; /* 0: brief */
    uint64_t open[SIEVE_LANES];
};

/* Lanes ask much alike: a piece is looked for once. */
struct piece {
    uint64_t open[SIEVE_LANES];
};

struct sieve {
    struct literals pieces; /* numbered as in `list` */
    struct piece *list;
    size_t npieces, cap;
    uint64_t open[SIEVE_LANES]; /* where there are no pieces */
    struct seam seams[SEAMS_MAX];
    struct hint hints[HINTS_MAX];
    size_t nseams, nhints;
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
    x->sieve->open[x->at] |= UINT64_C(1) << bit;
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
    if (i == v->nseams && i < SEAMS_MAX) {
        v->seams[v->nseams++] = (struct seam){f->parts[0], f->parts[1], f->separator.p[0], {0}};
    }
    if (i == SEAMS_MAX || v->seams[i].separator != f->separator.p[0]) {
        return false;
    }
    v->seams[i].open[x->at] |= UINT64_C(1) << bit;
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

/* A hint for each field that the value can come from. */
static bool add_hint(struct sifting *x, field_id field, char byte, uint32_t bit)
{
    struct sieve *v = x->sieve;
    size_t i = 0;
    while (i < v->nhints && (v->hints[i].field != field || v->hints[i].byte != byte)) {
        i++;
    }
    if (i == HINTS_MAX) {
        return false;
    }
    v->nhints += i == v->nhints;
    v->hints[i].field = field;
    v->hints[i].byte = byte;
    v->hints[i].open[x->at] |= UINT64_C(1) << bit;
    return true;
}

static bool hint_at(struct sifting *x, field_id field, char byte, uint32_t bit)
{
    const struct field_source *f = source_of(x, field);
    field_id alias = f ? FIELD_NONE : look_alias(x->s, field);
    bool single = !f || f->nparts == 1;
    return single && (field != FIELD_NONE || byte) &&
           add_hint(x, f ? f->parts[0] : field, byte, bit) &&
           (alias == FIELD_NONE || add_hint(x, alias, byte, bit));
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
    struct piece *grown = arena_grow(a, v->list, &v->cap, v->npieces + 1, sizeof *grown);
    if (!grown) {
        return false;
    }
    v->list = grown;
    v->list[v->npieces] = (struct piece){{0}};
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
    v->list[number].open[x->at] |= UINT64_C(1) << bit;
    return true;
}

static bool sift_short(struct sifting *x, field_id field, str glob, str piece, uint32_t bit)
{
    bool whole = piece.len == glob.len;
    char byte = whole ? 0 : telling_byte(piece);
    if ((whole || byte) && hint_at(x, field, byte, bit)) {
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

/* ---- a row */

static void open_more(uint64_t *open, const uint64_t *more)
{
    for (size_t i = 0; i < SIEVE_LANES; i++) {
        open[i] |= more[i];
    }
}

struct search {
    const struct sieve *sieve;
    uint64_t *open;
};

static void on_piece(void *ctx, uint32_t number)
{
    const struct search *s = ctx;
    open_more(s->open, s->sieve->list[number].open);
}

static size_t first_of(const struct event *e, field_id id)
{
    size_t i = 0;
    while (i < e->nfields && e->fields[i].id != id) {
        i++;
    }
    return i;
}

static bool is_there(const struct event *e, size_t i)
{
    return i < e->nfields && e->fields[i].len > 0;
}

/* Puts the separator between the two cells, if both are there: in `text`, which is made of the
 * bytes from `start`. False where they do not lie beside each other in it. */
static bool sew(const struct seam *seam, const struct event *e, const uint8_t *start, str text,
                char *room)
{
    size_t left = first_of(e, seam->left), right = first_of(e, seam->right);
    if (!is_there(e, left) || !is_there(e, right)) {
        return true;
    }
    const uint8_t *end = e->fields[left].data + e->fields[left].len;
    bool beside = right == left + 1 && e->fields[right].data == end + 1;
    if (beside && end >= start && (size_t)(end - start) < text.len) {
        room[end - start] = seam->separator;
    }
    return beside;
}

struct run { /* cells that lie beside each other */
    const struct field *first;
    size_t count;
    const uint8_t *end;
};

static void search(const struct sieve *v, str text, uint64_t *open)
{
    for (size_t i = 0; i < v->nhints; i++) {
        const struct hint *h = &v->hints[i];
        if (h->field == FIELD_NONE && str_find_char(text, h->byte) < text.len) {
            open_more(open, h->open);
        }
    }
    struct search s = {v, open};
    literals_find(&v->pieces, text, on_piece, &s);
}

/* Cells that lie beside each other are searched as one, with what is between them. Beyond ASCII a
 * character cut off at the end of a cell would be read on in the next. */
static void search_run(const struct sieve *v, const struct event *e, const struct run *run,
                       struct fold *folded, uint64_t *open)
{
    bool ascii = false;
    const uint8_t *start = run->first->data;
    str text = fold_text(folded, str_of_bytes((bytes){start, (size_t)(run->end - start)}), &ascii);
    for (size_t i = 0; i < v->nseams; i++) {
        if (!ascii || !sew(&v->seams[i], e, start, text, folded->p)) {
            open_more(open, v->seams[i].open);
        }
    }
    if (ascii) {
        search(v, text, open);
    }
    for (size_t i = 0; i < run->count && !ascii; i++) {
        str cell = str_of_bytes((bytes){run->first[i].data, run->first[i].len});
        bool plain;
        search(v, fold_text(folded, cell, &plain), open);
    }
}

static void look_for_hints(const struct sieve *v, const struct event *e, uint64_t *open)
{
    for (size_t i = 0; i < v->nhints; i++) {
        const struct hint *h = &v->hints[i];
        for (size_t j = 0; j < e->nfields && h->field != FIELD_NONE; j++) {
            const struct field *f = &e->fields[j];
            if (f->id == h->field && (h->byte ? f->len && memchr(f->data, h->byte, f->len) != NULL
                                              : f->len <= BRIEF_MAX)) {
                open_more(open, h->open);
            }
        }
    }
}

static bool is_behind(const struct field *f, const uint8_t *end)
{
    return f->data >= end && f->data - end <= GAP_MAX;
}

static bool is_row(const struct event *e)
{
    const struct field *f = e->fields;
    bool row = e->nfields > 1 && is_behind(&f[1], f[0].data + f[0].len);
    for (size_t i = 0; i < e->nfields && row; i++) {
        row = f[i].type == VALUE_TEXT;
    }
    return row;
}

bool sieve_row(const struct sieve *v, const struct event *e, struct fold *folded,
               uint64_t open[SIEVE_LANES])
{
    memcpy(open, v->open, sizeof v->open);
    if (!is_row(e)) {
        return false;
    }
    struct run run = {e->fields, 0, e->fields[0].data};
    for (size_t i = 0; i < e->nfields; i++) {
        const struct field *f = &e->fields[i];
        if (!is_behind(f, run.end)) {
            search_run(v, e, &run, folded, open);
            run = (struct run){f, 0, f->data};
        }
        run.count++;
        run.end = f->data + f->len;
    }
    search_run(v, e, &run, folded, open);
    look_for_hints(v, e, open);
    return true;
}
