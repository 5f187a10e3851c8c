/* Building: entries sorted into buckets by the top of their hash, and laid down as an image. */
#include "detect/indicators/set.h"

#include <stdlib.h>
#include <string.h>

enum { BITS_AN_INDICATOR = 16, ENTRIES_A_BUCKET = 4 };

static unsigned bits_for(size_t buckets)
{
    unsigned bits = 1;
    while (bits < 31 && (size_t)1 << bits < buckets) {
        bits++;
    }
    return bits;
}

static void *zeroed(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p) {
        abort();
    }
    return p;
}

static size_t bucket_of(const struct making *m, const struct pending *p)
{
    return (size_t)(p->hash >> (64 - m->head.bucket_bits));
}

/* Entries by bucket; `at` are where buckets begin. */
static struct entry *by_bucket(const struct making *m, uint32_t *at)
{
    size_t buckets = (size_t)1 << m->head.bucket_bits;
    struct entry *entries = zeroed(m->head.count, sizeof *entries);
    for (size_t i = 0; i < m->head.count; i++) {
        at[bucket_of(m, &m->pending[i]) + 1]++;
    }
    for (size_t i = 0; i < buckets; i++) {
        at[i + 1] += at[i];
    }
    for (size_t i = 0; i < m->head.count; i++) {
        entries[at[bucket_of(m, &m->pending[i])]++] = m->pending[i].entry;
    }
    for (size_t i = buckets; i > 0; i--) {
        at[i] = at[i - 1]; /* each had moved to the beginning of the next */
    }
    at[0] = 0;
    return entries;
}

static int by_value(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const uint32_t left[] = {x->mark, x->low, x->high, x->facts, x->line};
    const uint32_t right[] = {y->mark, y->low, y->high, y->facts, y->line};
    for (size_t i = 0; i < ARRAY_LEN(left); i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}

static bool says_the_same(const struct entry *a, const struct entry *b)
{
    return a->mark == b->mark && a->low == b->low && a->high == b->high && a->facts == b->facts;
}

/* What a list says twice counts once; and nobody fills a bucket with a million lists of the same
 * value, which would cost each look at it. Returns how many stay. */
static size_t thin_out(struct indicators *set, struct entry *entries, uint32_t *at)
{
    size_t buckets = (size_t)1 << set->making.head.bucket_bits, to = 0;
    for (size_t b = 0; b < buckets; b++) {
        size_t from = at[b], end = at[b + 1], first = to;
        qsort(entries + from, end - from, sizeof *entries, by_value);
        at[b] = (uint32_t)first;
        for (size_t i = from; i < end; i++) {
            bool twice = to > first && says_the_same(&entries[to - 1], &entries[i]);
            bool fits = to - first < BUCKET_MAX;
            set->refused += !twice && !fits;
            if (!twice && fits) {
                entries[to++] = entries[i];
            }
        }
    }
    at[buckets] = (uint32_t)to;
    return to;
}

static uint64_t *filter_of(const struct making *m)
{
    uint64_t *filter = zeroed(m->head.filter_words, sizeof *filter);
    const struct image sized = {.head = m->head};
    for (size_t i = 0; i < m->head.count; i++) {
        uint64_t hash = m->pending[i].hash;
        filter[image_filter_word(&sized, hash)] |= image_filter_bits(hash);
    }
    return filter;
}

/* To where an image over `made` has it. */
static void copy(uint8_t *made, const void *to, const void *from, size_t size)
{
    if (size) {
        memcpy(made + ((const uint8_t *)to - made), from, size);
    }
}

static void fill(uint8_t *made, const struct making *m, const struct image *im,
                 const uint64_t *filter, const uint32_t *at, const struct entry *entries)
{
    const struct image_head *h = &im->head;
    copy(made, im->tails, m->tails, KIND_COUNT * sizeof *m->tails);
    copy(made, im->filter, filter, h->filter_words * sizeof *filter);
    copy(made, im->facts, m->facts, h->nfacts * sizeof *m->facts);
    copy(made, im->buckets, at, (((size_t)1 << h->bucket_bits) + 1) * sizeof *at);
    copy(made, im->entries, entries, h->count * sizeof *entries);
    copy(made, im->kept, m->kept, h->nkept * sizeof *m->kept);
    copy(made, im->strings, m->strings.p, h->strings);
}

static void build_image(struct indicators *set)
{
    struct making *m = &set->making;
    struct image im;
    if (m->head.nfacts == 0 || set->nimages == IMAGES_MAX) {
        indicators_made(m);
        return;
    }
    m->head.bucket_bits = bits_for(m->head.count / ENTRIES_A_BUCKET);
    m->head.filter_words = m->head.count * BITS_AN_INDICATOR / 64 + 1;
    uint32_t *at = zeroed(((size_t)1 << m->head.bucket_bits) + 1, sizeof *at);
    uint64_t *filter = filter_of(m);
    struct entry *entries = by_bucket(m, at);
    free(m->pending);
    m->pending = NULL;
    m->head.count = thin_out(set, entries, at);
    m->head.strings = m->strings.len;
    m->head.refused = set->refused;
    set->made = image_new(&im, &m->head);
    fill(set->made, m, &im, filter, at, entries);
    indicators_add_image(set, &im);
    free(at);
    free(filter);
    free(entries);
    indicators_made(m);
}

void indicators_build(struct indicators *set)
{
    build_image(set);
    for (size_t i = 0; i < set->nimages; i++) {
        set->refused += fragments_add(&set->fragments, set->arena, &set->images[i]);
    }
    set->refused += alike_build(&set->alike, set->arena, set->images, set->nimages);
    if (!fragments_build(&set->fragments)) {
        set->refused += set->fragments.count;
        fragments_done(&set->fragments);
    }
}
