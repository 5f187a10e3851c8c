#include "detect/indicators/alike.h"

#include <stdlib.h>

enum {
    ROW_BITS = 17, /* of ALIKE_MAX */
    SIZES = 256,
    SIZES_APART = 3, /* each costs 12: more are beyond ALIKE_DISTANCE */
};
_Static_assert(1 << ROW_BITS == ALIKE_MAX, "a row holds seven pieces, a level, a number: 64 bits");
_Static_assert(12 * (SIZES_APART + 1) > ALIKE_DISTANCE, "nothing near is further in size");

struct alike_pieces {
    const struct image *image;
    const struct kept *kept;
    struct piecewise hash; /* squeezed */
};

struct alike_digest {
    const struct image *image;
    const struct kept *kept;
    struct tlsh hash;
    size_t number; /* in the order of lists */
};

bool is_alike_kind(enum indicator_kind k)
{
    return k == KIND_SSDEEP || k == KIND_TLSH;
}

bool is_alike_hash(enum indicator_kind k, str text)
{
    struct piecewise p;
    struct tlsh t;
    return k == KIND_SSDEEP ? piecewise_parse(text, &p) : tlsh_parse(text, &t);
}

/* ---- rows of seven */

struct rows { /* of one half */
    const struct pieces *pieces;
    unsigned level;
    size_t at;
    uint64_t row;
};

static bool next_row(struct rows *r, uint64_t *row)
{
    const uint64_t all = (UINT64_C(1) << 6 * PIECES_ALIKE) - 1;
    while (r->at < r->pieces->count) {
        r->row = (r->row << 6 | r->pieces->piece[r->at++]) & all;
        if (r->at >= PIECES_ALIKE) {
            *row = ((uint64_t)r->level << 6 * PIECES_ALIKE | r->row) << ROW_BITS;
            return true;
        }
    }
    return false;
}

static size_t rows_of(const struct pieces *p)
{
    return p->count < PIECES_ALIKE ? 0 : p->count - PIECES_ALIKE + 1;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static bool index_rows(struct alike *l, struct arena *a)
{
    size_t count = 0;
    for (size_t i = 0; i < l->npieces; i++) {
        const struct piecewise *p = &l->pieces[i].hash;
        count += rows_of(&p->half[0]) + rows_of(&p->half[1]);
    }
    l->rows = ARENA_ARRAY(a, uint64_t, count + 1);
    for (size_t i = 0; l->rows && i < 2 * l->npieces; i++) {
        const struct piecewise *p = &l->pieces[i / 2].hash;
        struct rows rows = {.pieces = &p->half[i % 2], .level = p->level + i % 2};
        for (uint64_t row; next_row(&rows, &row);) {
            l->rows[l->nrows++] = row | i / 2;
        }
    }
    if (l->nrows) {
        qsort(l->rows, l->nrows, sizeof *l->rows, by_number);
    }
    return l->rows;
}

/* The first that is not below `row`. */
static size_t first_row(const struct alike *l, uint64_t row)
{
    size_t from = 0, to = l->nrows;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        bool below = l->rows[middle] < row;
        from = below ? middle + 1 : from;
        to = below ? to : middle;
    }
    return from;
}

/* ---- building */

static bool add_pieces(struct alike *l, const struct image *im, const struct kept *k, str text)
{
    struct alike_pieces *p = &l->pieces[l->npieces];
    bool ok = l->npieces < ALIKE_MAX && piecewise_parse(text, &p->hash);
    if (ok) {
        p->image = im;
        p->kept = k;
        piecewise_squeeze(&p->hash);
        l->npieces++;
    }
    return ok;
}

static bool add_digest(struct alike *l, const struct image *im, const struct kept *k, str text)
{
    struct alike_digest *d = &l->digests[l->ndigests];
    bool ok = l->ndigests < ALIKE_MAX && tlsh_parse(text, &d->hash);
    if (ok) {
        d->image = im;
        d->kept = k;
        d->number = l->ndigests++;
    }
    return ok;
}

static uint64_t add_all(struct alike *l, const struct image *im)
{
    uint64_t refused = 0;
    for (uint64_t i = 0; i < im->head.nkept; i++) {
        const struct kept *k = &im->kept[i];
        str text = image_string((bytes){im->strings, im->head.strings}, k->text);
        refused += k->kind == KIND_SSDEEP ? !add_pieces(l, im, k, text)
                   : k->kind == KIND_TLSH ? !add_digest(l, im, k, text)
                                          : false;
    }
    return refused;
}

static int by_size(const void *a, const void *b)
{
    const struct alike_digest *x = a, *y = b;
    return x->hash.size != y->hash.size ? (x->hash.size > y->hash.size ? 1 : -1)
                                        : (x->number > y->number) - (x->number < y->number);
}

static size_t count_of(const struct image *images, size_t nimages, enum indicator_kind k)
{
    size_t count = 0;
    for (size_t i = 0; i < nimages; i++) {
        for (uint64_t n = 0; n < images[i].head.nkept; n++) {
            count += images[i].kept[n].kind == (uint32_t)k;
        }
    }
    return count < ALIKE_MAX ? count : ALIKE_MAX;
}

uint64_t alike_build(struct alike *l, struct arena *a, const struct image *images, size_t nimages)
{
    size_t npieces = count_of(images, nimages, KIND_SSDEEP);
    size_t ndigests = count_of(images, nimages, KIND_TLSH);
    uint64_t refused = 0;
    l->pieces = ARENA_ARRAY(a, struct alike_pieces, npieces + 1);
    l->digests = ARENA_ARRAY(a, struct alike_digest, ndigests + 1);
    if (!l->pieces || !l->digests) {
        *l = (struct alike){0};
        return npieces + ndigests;
    }
    for (size_t i = 0; i < nimages; i++) {
        refused += add_all(l, &images[i]);
    }
    if (l->ndigests) {
        qsort(l->digests, l->ndigests, sizeof *l->digests, by_size);
    }
    if (!index_rows(l, a)) {
        refused += l->npieces;
        l->npieces = 0;
    }
    return refused;
}

/* ---- asking */

void alike_tried_init(struct alike_tried *t, const struct alike *l)
{
    t->question = 0;
    t->by = calloc(l->npieces + 1, sizeof *t->by);
    if (!t->by) {
        abort();
    }
}

void alike_tried_done(struct alike_tried *t)
{
    free(t->by);
    t->by = NULL;
}

struct question {
    const struct alike *list;
    struct alike_tried *tried;
    struct arena *arena;
    alike_found *found;
    void *ctx;
    str hash;
    struct piecewise pieces; /* squeezed */
    size_t compared;
};

static void compare_pieces(struct question *q, size_t number)
{
    const struct alike_pieces *p = &q->list->pieces[number];
    unsigned score = piecewise_score(&p->hash, &q->pieces);
    if (score >= ALIKE_SCORE) {
        str text = arena_printf(q->arena, "%u/100, %.*s", score, STR_ARG(q->hash));
        q->found(q->ctx, &(struct alikeness){p->image, p->kept, text});
    }
}

/* Those that have this row and were not compared yet. */
static bool ask_row(struct question *q, uint64_t row)
{
    const uint64_t number = ALIKE_MAX - 1;
    const struct alike *l = q->list;
    for (size_t i = first_row(l, row); i < l->nrows && (l->rows[i] & ~number) == row; i++) {
        size_t which = l->rows[i] & number;
        if (q->tried->by[which] != q->tried->question) {
            if (q->compared++ == ALIKE_TRIED) {
                return false;
            }
            q->tried->by[which] = q->tried->question;
            compare_pieces(q, which);
        }
    }
    return true;
}

static void next_question(struct alike_tried *t, size_t count)
{
    if (++t->question == 0) { /* four thousand million later */
        for (size_t i = 0; i < count; i++) {
            t->by[i] = 0;
        }
        t->question = 1;
    }
}

static bool ask_pieces(struct question *q, const struct piecewise *hash)
{
    bool all = true;
    q->pieces = *hash;
    q->hash = piecewise_text(hash, q->arena);
    piecewise_squeeze(&q->pieces);
    next_question(q->tried, q->list->npieces);
    for (unsigned h = 0; h < 2 && all; h++) {
        struct rows rows = {.pieces = &q->pieces.half[h], .level = q->pieces.level + h};
        for (uint64_t row; all && next_row(&rows, &row);) {
            all = ask_row(q, row);
        }
    }
    return all;
}

static size_t first_of_size(const struct alike *l, unsigned size)
{
    size_t from = 0, to = l->ndigests;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        bool below = l->digests[middle].hash.size < size;
        from = below ? middle + 1 : from;
        to = below ? to : middle;
    }
    return from;
}

static void ask_size(struct question *q, const struct tlsh *hash, unsigned size)
{
    const struct alike *l = q->list;
    for (size_t i = first_of_size(l, size); i < l->ndigests; i++) {
        const struct alike_digest *d = &l->digests[i];
        if (d->hash.size != size) {
            break;
        }
        unsigned distance = tlsh_distance(&d->hash, hash);
        if (distance <= ALIKE_DISTANCE) {
            str text = arena_printf(q->arena, "distance %u, %.*s", distance, STR_ARG(q->hash));
            q->found(q->ctx, &(struct alikeness){d->image, d->kept, text});
        }
    }
}

static void ask_digest(struct question *q, const struct tlsh *hash)
{
    q->hash = tlsh_text(hash, q->arena);
    for (unsigned i = 0; i <= 2 * SIZES_APART; i++) {
        ask_size(q, hash, (hash->size + i + SIZES - (unsigned)SIZES_APART) % SIZES);
    }
}

bool alike_file(const struct alike *l, bytes file, struct alike_tried *tried, struct arena *a,
                alike_found *found, void *ctx)
{
    struct question q = {.list = l, .tried = tried, .arena = a, .found = found, .ctx = ctx};
    struct tlsh digest;
    bool all = true;
    if (l->npieces) {
        const struct piecewise pieces = piecewise_of(file);
        all = ask_pieces(&q, &pieces);
    }
    if (l->ndigests && tlsh_of(file, &digest)) {
        ask_digest(&q, &digest);
    }
    return all;
}

bool alike_hash(const struct alike *l, str hash, struct alike_tried *tried, struct arena *a,
                alike_found *found, void *ctx)
{
    struct question q = {.list = l, .tried = tried, .arena = a, .found = found, .ctx = ctx};
    struct piecewise pieces;
    struct tlsh digest;
    bool all = true;
    if (l->npieces && piecewise_parse(hash, &pieces)) {
        all = ask_pieces(&q, &pieces);
    } else if (l->ndigests && tlsh_parse(hash, &digest)) {
        ask_digest(&q, &digest);
    }
    return all;
}
