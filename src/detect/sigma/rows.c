#include "detect/sigma/rows.h"

#include <string.h>

enum {
    GAP_MAX = 4,    /* between the cells of a row: a separator and quotes */
    EMPTY_MAX = 16, /* so many separators of empty cells are searched with the rest */
    FIELDS_MAX = 1024,
    CELL_MIN = 24, /* bytes; a shorter cell is searched as fast as it is remembered */
    CELL_MAX = 1024,
    CREDITS = 64, /* fields share them by number */
    CREDIT = 256, /* to begin with, and again each so many rows: */
    CREDIT_ROWS = 4096,
    CREDIT_MISS = 2, /* what a cell costs that was not remembered; one that was gives 1 */
    NUMBER_MAX = 1 << 13,
};

/* Beside those of match_stage, in what the cache tells values apart by. */
#define KIND_OF_CELL(field, number) ((uint32_t)(field) << 16 | (number) << 3 | 4)

struct column {
    field_id id;
    uint16_t hints; /* a bit each */
    bool sewn;      /* read together with another: searched anew in each row */
};

struct rows {
    const struct sieve *sieve;
    struct arena *arena;
    uint32_t number;
    uint32_t everywhere; /* hints for any field */
    struct column *columns;
    size_t ncolumns, cap;
    uint32_t layout;                              /* how many there were */
    size_t left[SIEVE_SEAMS], right[SIEVE_SEAMS]; /* ncolumns: not there */
    int credit[CREDITS];
    uint32_t until; /* rows before credit is given again */
};

/* One row on its way. */
struct sifted {
    struct rows *rows;
    const struct event *event;
    struct cache *cache;
    struct fold *folded;
    struct openings *open;
    size_t first, end;    /* cells that lie beside each other and wait to be searched */
    const uint8_t *reach; /* behind the last of them, and the empty ones that follow */
};

struct rows *rows_new(struct arena *a, const struct sieve *sieve, uint32_t number)
{
    struct rows *r = ARENA_NEW(a, struct rows);
    if (r) {
        *r = (struct rows){.sieve = sieve, .arena = a, .number = number};
        for (size_t i = 0; i < sieve->nhints; i++) {
            r->everywhere |= (uint32_t)(sieve->hints[i].field == FIELD_NONE) << i;
        }
    }
    return r;
}

/* ---- where things lie */

static uint16_t hints_of(const struct sieve *v, field_id id)
{
    uint16_t hints = 0;
    for (size_t i = 0; i < v->nhints && id != FIELD_NONE; i++) {
        hints |= (uint16_t)((v->hints[i].field == id) << i);
    }
    return hints;
}

static size_t column_of(const struct rows *r, field_id id)
{
    size_t i = 0;
    while (i < r->ncolumns && r->columns[i].id != id) {
        i++;
    }
    return i;
}

static void find_seams(struct rows *r)
{
    for (size_t i = 0; i < r->sieve->nseams; i++) {
        r->left[i] = column_of(r, r->sieve->seams[i].left);
        r->right[i] = column_of(r, r->sieve->seams[i].right);
        if (r->left[i] < r->ncolumns && r->right[i] < r->ncolumns) {
            r->columns[r->left[i]].sewn = r->columns[r->right[i]].sewn = true;
        }
    }
}

static bool lay_out(struct rows *r, const struct event *e)
{
    struct column *grown =
        arena_grow(r->arena, r->columns, &r->cap, e->nfields, sizeof *r->columns);
    r->ncolumns = 0;
    if (!grown) {
        return false;
    }
    r->columns = grown;
    for (size_t i = 0; i < e->nfields; i++) {
        field_id id = e->fields[i].id;
        r->columns[i] = (struct column){.id = id, .hints = hints_of(r->sieve, id)};
    }
    r->ncolumns = e->nfields;
    r->layout++;
    find_seams(r);
    return true;
}

uint32_t rows_layout(const struct rows *r)
{
    return r->layout;
}

static bool is_behind(const struct field *f, const uint8_t *end)
{
    return f->data >= end && f->data - end <= GAP_MAX;
}

static bool is_row(struct rows *r, const struct event *e)
{
    const struct field *f = e->fields;
    bool row = e->nfields > 1 && e->nfields <= FIELDS_MAX && is_behind(&f[1], f[0].data + f[0].len);
    bool other = false, moved = e->nfields != r->ncolumns;
    for (size_t i = 0; row && i < e->nfields; i++) {
        other |= f[i].type != VALUE_TEXT;
    }
    for (size_t i = 0; row && !moved && i < e->nfields; i++) {
        moved = f[i].id != r->columns[i].id;
    }
    return row && !other && (!moved || lay_out(r, e));
}

/* ---- searching */

struct search {
    const struct sieve *sieve;
    struct openings *open;
};

static void on_piece(void *ctx, uint32_t number)
{
    const struct search *s = ctx;
    open_more(s->open, &s->sieve->opened[number]);
}

static void search(const struct rows *r, str text, struct openings *open)
{
    const struct hint *hints = r->sieve->hints;
    for (uint32_t left = r->everywhere; left; left &= left - 1) {
        const struct hint *h = &hints[__builtin_ctz(left)];
        if (str_find_char(text, h->byte) < text.len) {
            open_more(open, &h->open);
        }
    }
    struct search s = {r->sieve, open};
    literals_find(&r->sieve->pieces, text, on_piece, &s);
}

static void search_cell(struct sifted *s, const struct field *f, struct openings *open)
{
    bool ascii = false;
    search(s->rows, fold_text(s->folded, str_of_bytes((bytes){f->data, f->len}), &ascii), open);
}

static bool is_there(const struct sifted *s, size_t column)
{
    return column < s->rows->ncolumns && s->event->fields[column].len > 0;
}

/* Puts the separator between the two cells, if both are there: in the folded text, which is made of
 * the bytes from `start`. False where they do not lie beside each other. */
static bool sew(struct sifted *s, size_t seam, const uint8_t *start)
{
    size_t left = s->rows->left[seam], right = s->rows->right[seam];
    if (!is_there(s, left) || !is_there(s, right)) {
        return true;
    }
    const uint8_t *end = s->event->fields[left].data + s->event->fields[left].len;
    bool beside = right == left + 1 && s->event->fields[right].data == end + 1;
    if (beside && left >= s->first && right < s->end) {
        s->folded->p[end - start] = s->rows->sieve->seams[seam].separator;
    }
    return beside;
}

/* Cells that lie beside each other are searched as one, with what is between them. Beyond ASCII a
 * character cut off at the end of a cell would be read on in the next. */
static void search_waiting(struct sifted *s)
{
    if (s->first == s->end) {
        return;
    }
    bool ascii = false;
    const struct sieve *v = s->rows->sieve;
    const struct field *first = &s->event->fields[s->first], *last = &s->event->fields[s->end - 1];
    bytes run = {first->data, (size_t)(last->data + last->len - first->data)};
    str text = fold_text(s->folded, str_of_bytes(run), &ascii);
    for (size_t i = 0; i < v->nseams; i++) {
        if (!ascii || !sew(s, i, run.p)) {
            open_more(s->open, &v->seams[i].open);
        }
    }
    if (ascii) {
        search(s->rows, text, s->open);
    }
    for (size_t i = s->first; i < s->end && !ascii; i++) {
        search_cell(s, &s->event->fields[i], s->open);
    }
    s->first = s->end;
}

/* What folds to ASCII need not be ASCII: there the end tells nothing. */
static bool has_tail(const struct tails *t, const struct field *f)
{
    const uint8_t *end = f->data + f->len - 2;
    uint32_t hash = f->len > 1 ? tail_hash(end) : 0;
    return f->len > 1 && ((end[0] | end[1]) & 0x80 || t->bits[hash / 64] >> hash % 64 & 1);
}

static bool is_hinted(const struct hint *h, const struct field *f)
{
    switch (h->kind) {
    case HINT_BRIEF:
        return f->len <= SIEVE_BRIEF;
    case HINT_BYTE:
        return f->len && memchr(f->data, h->byte, f->len) != NULL;
    case HINT_TAIL:
        break;
    }
    return has_tail(h->tails, f);
}

static void look_for_hints(const struct sieve *v, unsigned hints, const struct field *f,
                           struct openings *open)
{
    for (; hints; hints &= hints - 1) {
        const struct hint *h = &v->hints[__builtin_ctz(hints)];
        if (is_hinted(h, f)) {
            open_more(open, &h->open);
        }
    }
}

/* ---- cells that come again */

static void put_cell(struct sifted *s, const struct cached_value *v, uint64_t hash,
                     const struct openings *open)
{
    uint32_t bits[64 * SIEVE_LANES];
    size_t count = 0;
    for (uint32_t i = 0; i < SIEVE_LANES; i++) {
        for (uint64_t left = open->lane[i]; left; left &= left - 1) {
            bits[count++] = 64 * i + (uint32_t)__builtin_ctzll(left);
        }
    }
    cache_put(s->cache, v, hash, (struct match_ids){bits, count});
}

/* False: the column's cells do not come again. */
static bool remember(struct sifted *s, const struct column *c, const struct field *f)
{
    int *credit = &s->rows->credit[c->id % CREDITS];
    if (f->len > CELL_MAX || c->sewn || *credit <= 0) {
        return false;
    }
    struct cached_value v = {
        {f->data, f->len},
        KIND_OF_CELL(c->id, s->rows->number)
    };
    struct match_ids bits;
    uint64_t hash = 0;
    if (cache_get(s->cache, &v, &hash, &bits)) {
        *credit += *credit < CREDIT;
        for (size_t i = 0; i < bits.count; i++) {
            s->open->lane[bits.id[i] / 64] |= UINT64_C(1) << bits.id[i] % 64;
        }
        return true;
    }
    struct openings open = {{0}};
    *credit -= CREDIT_MISS;
    look_for_hints(s->rows->sieve, c->hints, f, &open);
    search_cell(s, f, &open);
    put_cell(s, &v, hash, &open);
    open_more(s->open, &open);
    return true;
}

static void give_credit(struct rows *r)
{
    if (r->until-- == 0) {
        r->until = CREDIT_ROWS;
        for (size_t i = 0; i < CREDITS; i++) {
            r->credit[i] = r->number < NUMBER_MAX ? CREDIT : 0;
        }
    }
}

/* ---- a row */

static void wait(struct sifted *s, size_t column, const struct field *f)
{
    const struct field *last = s->first < s->end ? &s->event->fields[s->end - 1] : f;
    if (!is_behind(f, s->reach) || f->data - last->data > (ptrdiff_t)last->len + EMPTY_MAX) {
        search_waiting(s);
        s->first = column;
    }
    s->end = column + 1;
    s->reach = f->data + f->len;
}

static void sift_cell(struct sifted *s, size_t i, const struct column *c, const struct field *f)
{
    if (f->len >= CELL_MIN && remember(s, c, f)) {
        return;
    }
    if (c->hints) {
        look_for_hints(s->rows->sieve, c->hints, f, s->open);
    }
    if (f->len > 0) {
        wait(s, i, f);
    } else if (is_behind(f, s->reach)) {
        s->reach = f->data;
    }
}

bool rows_sift(struct rows *r, const struct event *e, struct cache *cache, struct fold *folded,
               struct openings *open)
{
    if (!is_row(r, e)) {
        return false;
    }
    give_credit(r);
    *open = r->sieve->open;
    struct sifted s = {.rows = r, .event = e, .cache = cache, .folded = folded, .open = open};
    for (size_t i = 0; i < e->nfields; i++) {
        sift_cell(&s, i, &r->columns[i], &e->fields[i]);
    }
    search_waiting(&s);
    return true;
}
