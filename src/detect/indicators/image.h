/* A set of indicators as it lies in memory and in a file: one piece, without pointers, read as it
 * stands. All numbers are those of the machine that made it; `order` tells another one.
 *
 *     struct image_head
 *     tails      TAIL_WORDS words a kind: three last letters that there are
 *     filter     two bits of one word an indicator
 *     facts      what lists say of indicators, by number
 *     buckets    where each bucket of entries begins; one more at the end
 *     entries    indicators, by the top of their hash
 *     kept       what hashes do not find: patterns, fuzzy hashes
 *     strings    each behind its length, of four bytes; the first is the empty one
 *
 * The key of the hashes is part of it, drawn when it was made. A file is untrusted whoever wrote
 * it: image_open() checks the sizes, and what they do not bound is checked at each use. */
#ifndef DETECT_INDICATORS_IMAGE_H
#define DETECT_INDICATORS_IMAGE_H

#include "base/buf.h"
#include "base/hash.h"
#include "detect/indicators/canonical.h"
#include "model/time.h"

enum {
    IMAGE_VERSION = 1,
    IMAGE_KINDS = 64, /* room for kinds to come */
    TAIL_WORDS = 1 << 9,
    INDICATORS_MAX = 1 << 26,
    BUCKET_MAX = 1 << 12, /* entries */
};

struct image_head {
    char magic[8];
    uint32_t order, version;
    struct hash_key key;
    uint64_t size; /* of all of it */
    uint64_t count, filter_words, nfacts, nkept, strings;
    uint64_t refused; /* of what was read to make it */
    uint64_t by_kind[IMAGE_KINDS];
    uint32_t bucket_bits, kinds;
    uint64_t hash_lengths;    /* a bit each, by bytes */
    uint8_t prefixes[2][136]; /* of networks: those there are, by version */
};

struct packed_facts { /* struct facts, with places in `strings` */
    int64_t from, until;
    uint32_t list, about, caveat, source, id, phase;
    int8_t confidence;
    uint8_t flags, tlp;
    uint8_t zero[5];
};

struct entry { /* an indicator, by its hash; those of one bucket stand together */
    uint32_t mark, low, high;
    uint32_t line;
    uint32_t facts;
};

struct kept {
    uint32_t kind, text, line, facts; /* its text is in `strings` */
};

struct image {
    struct image_head head; /* a copy */
    const uint64_t *tails, *filter;
    const struct packed_facts *facts;
    const uint32_t *buckets;
    const struct entry *entries;
    const struct kept *kept;
    const uint8_t *strings;
};

bool image_is(bytes data); /* by its first bytes */

/* False, and why: it is none, or broken. `data` is aligned to 8 and has to live on. */
bool image_open(struct image *im, bytes data, const char **why);

/* Room for an image of these counts, zeroed but for its head; `im` is over it. Freed by free(). */
void *image_new(struct image *im, const struct image_head *counts);

str image_string(bytes strings, uint32_t at); /* empty for a bad place */

/* The entries of a value in its canonical form, or the end of one: 8 zeros stand behind it. A
 * filter says at once that most have none. */
struct entries {
    const struct entry *items;
    size_t count; /* of the bucket: those are meant that entry_is() */
    uint32_t mark, low, high;
};
struct entries image_find(const struct image *im, enum indicator_kind k, bytes value);

static inline bool entry_is(const struct entry *e, const struct entries *of)
{
    return e->mark == of->mark && e->low == of->low && e->high == of->high;
}

/* ---- hashes, for who makes one */

/* It only has to spread: whether a value is there is decided by the rest of the entry. */
uint64_t image_hash(struct hash_key key, enum indicator_kind k, bytes value);
struct entry image_entry(struct hash_key key, uint64_t hash, enum indicator_kind k, bytes value);

static inline size_t image_filter_word(const struct image *im, uint64_t hash)
{
    return (size_t)((hash >> 32) * im->head.filter_words >> 32);
}

static inline uint64_t image_filter_bits(uint64_t hash)
{
    return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63);
}

static inline size_t image_bucket(const struct image *im, uint64_t hash)
{
    return (size_t)(hash >> (64 - im->head.bucket_bits));
}

/* A bit of `tails`; without letter case. */
static inline unsigned tail_of(const uint8_t *end)
{
    return (end[-3] & 31u) << 10 | (end[-2] & 31u) << 5 | (end[-1] & 31u);
}

#endif
