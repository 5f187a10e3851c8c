#include "detect/indicators/image.h"

#include "base/reader.h"

#include <stdlib.h>
#include <string.h>

static const char magic[8] = {'l', 'i', 'm', 'i', 'e', 'r', 'I', '\n'};
enum { ORDER = 0x01020304 };

/* ---- where everything is */

struct layout {
    uint64_t tails, filter, facts, buckets, entries, kept, strings, end;
    bool bad;
};

/* Where a section of so many ends, which begins at `at`. */
static uint64_t behind(struct layout *l, uint64_t at, uint64_t count, uint64_t size)
{
    uint64_t len = 0, end = 0;
    l->bad |= __builtin_mul_overflow(count, size, &len) || __builtin_add_overflow(at, len, &end);
    return end;
}

static struct layout layout_of(const struct image_head *h)
{
    struct layout l = {.tails = sizeof *h};
    l.bad = h->bucket_bits < 1 || h->bucket_bits > 31 || h->kinds > IMAGE_KINDS;
    uint64_t buckets = l.bad ? 0 : (UINT64_C(1) << h->bucket_bits) + 1;
    l.filter = behind(&l, l.tails, h->kinds, TAIL_WORDS * sizeof(uint64_t));
    l.facts = behind(&l, l.filter, h->filter_words, sizeof(uint64_t));
    l.buckets = behind(&l, l.facts, h->nfacts, sizeof(struct packed_facts));
    l.entries = behind(&l, l.buckets, buckets, sizeof(uint32_t));
    l.kept = behind(&l, l.entries, h->count, sizeof(struct entry));
    l.strings = behind(&l, l.kept, h->nkept, sizeof(struct kept));
    l.end = behind(&l, l.strings, h->strings, 1);
    return l;
}

static void lay_over(struct image *im, const uint8_t *p, const struct layout *l)
{
    const void *tails = p + l->tails, *filter = p + l->filter, *facts = p + l->facts;
    const void *buckets = p + l->buckets, *entries = p + l->entries, *kept = p + l->kept;
    const struct image_head h = im->head;
    *im = (struct image){
        .head = h,
        .tails = tails,
        .filter = filter,
        .facts = facts,
        .buckets = buckets,
        .entries = entries,
        .kept = kept,
        .strings = p + l->strings,
    };
}

static bool buckets_are_sound(const struct image *im)
{
    size_t last = (size_t)1 << im->head.bucket_bits;
    bool ok = im->buckets[0] == 0 && im->buckets[last] == im->head.count;
    for (size_t i = 0; ok && i < last; i++) {
        ok = im->buckets[i] <= im->buckets[i + 1] &&
             im->buckets[i + 1] - im->buckets[i] <= BUCKET_MAX;
    }
    return ok;
}

bool image_is(bytes data)
{
    return data.len >= sizeof magic && memcmp(data.p, magic, sizeof magic) == 0;
}

bool image_open(struct image *im, bytes data, const char **why)
{
    struct image_head h;
    *why = "this is no compiled set of indicators";
    if (data.len < sizeof h || !image_is(data)) {
        return false;
    }
    memcpy(&h, data.p, sizeof h);
    if (h.order != ORDER || h.version != IMAGE_VERSION || h.kinds > KIND_COUNT) {
        *why = "this set was made by another version, or on another kind of machine: make it "
               "again with `limier indicators build`";
        return false;
    }
    *why = "this set is broken: its sizes are not true";
    struct layout l = layout_of(&h);
    if (l.bad || l.end != data.len || h.size != data.len || h.count > INDICATORS_MAX ||
        h.filter_words < 1 || h.strings < 4) {
        return false;
    }
    im->head = h;
    lay_over(im, data.p, &l);
    return buckets_are_sound(im);
}

void *image_new(struct image *im, const struct image_head *counts)
{
    struct image_head h = *counts;
    memcpy(h.magic, magic, sizeof magic);
    h.order = ORDER;
    h.version = IMAGE_VERSION;
    h.kinds = KIND_COUNT;
    struct layout l = layout_of(&h);
    h.size = l.end;
    uint8_t *p = l.bad ? NULL : calloc(1, l.end);
    if (!p) {
        abort();
    }
    memcpy(p, &h, sizeof h);
    im->head = h;
    lay_over(im, p, &l);
    return p;
}

str image_string(bytes strings, uint32_t at)
{
    if ((uint64_t)at + 4 > strings.len) {
        return STR_NONE;
    }
    uint32_t len = load_u32le(strings.p + at);
    const bytes found = {strings.p + at + 4, len};
    return len <= strings.len - at - 4 ? str_of_bytes(found) : STR_NONE;
}

/* ---- looking up */

/* Eight bytes at a time; what stands behind `len` is zeros. */
uint64_t image_hash(struct hash_key key, enum indicator_kind k, bytes b)
{
    uint64_t h = key.k0 ^ ((uint64_t)k << 56 | b.len), odd = key.k1 | 1;
    for (size_t i = 0; i < b.len; i += 8) {
        h = (h ^ load_u64le(b.p + i)) * odd;
        h ^= h >> 32;
    }
    h *= UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

struct entry image_entry(struct hash_key key, uint64_t hash, enum indicator_kind k, bytes value)
{
    key.k0 ^= (uint64_t)k + 1;
    uint64_t sure = hash_bytes(key, value);
    return (struct entry){
        .mark = (uint32_t)hash, .low = (uint32_t)sure, .high = (uint32_t)(sure >> 32)};
}

/* The file may change under us: what was checked is not believed twice. */
struct entries image_find(const struct image *im, enum indicator_kind k, bytes value)
{
    const struct image_head *h = &im->head;
    uint64_t hash = image_hash(h->key, k, value), bits = image_filter_bits(hash);
    if ((im->filter[image_filter_word(im, hash)] & bits) != bits) {
        return (struct entries){0};
    }
    size_t bucket = image_bucket(im, hash);
    uint32_t from = im->buckets[bucket], to = im->buckets[bucket + 1];
    if (from >= to || to > h->count) {
        return (struct entries){0};
    }
    const struct entry e = image_entry(h->key, hash, k, value);
    return (struct entries){im->entries + from, to - from, e.mark, e.low, e.high};
}
