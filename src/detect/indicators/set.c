#include "detect/indicators/set.h"

#include "base/reader.h"

#include <stdlib.h>
#include <string.h>

enum {
    INDICATORS_MAX = 1 << 26,
    FACTS_MAX = 1 << 24,
    PROBLEMS_KEPT = 1000,
    BITS_AN_INDICATOR = 16,
    ENTRIES_A_BUCKET = 4,
    SHOWN_MAX = 120,
    SCRATCH_MEMORY = 256 << 20,
};

static const struct {
    str name;
    uint8_t as, how;
} meanings[] = {
#define MEANING(name, as, how) {STR_INIT(name), AS_##as, HOW_##how},
#include "detect/indicators/meanings.def"
#undef MEANING
};

void indicators_names(struct names *names)
{
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
        (void)names_add(names, meanings[i].name);
    }
}

struct indicators *indicators_new(struct arena *a, const struct names *names, struct hash_key key)
{
    struct indicators *set = ARENA_NEW(a, struct indicators);
    if (!set) {
        return NULL;
    }
    set->arena = a;
    arena_init(&set->scratch, SCRATCH_MEMORY);
    set->key = key;
    set->nmeanings = (size_t)names->count + 1;
    set->meanings = ARENA_ARRAY(a, struct meaning, set->nmeanings);
    set->rules = indicator_rules(a);
    table_init(&set->facts_by_text, a, false);
    set->facts_by_text.key = key;
    if (!set->meanings || !set->rules) {
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
        field_id id = names_find(names, meanings[i].name);
        if (id != FIELD_NONE && set->meanings[id].as == AS_NOTHING) {
            set->meanings[id] = (struct meaning){meanings[i].as, meanings[i].how};
        }
    }
    return set;
}

void indicators_done(struct indicators *set)
{
    if (set) {
        arena_done(&set->scratch);
        free(set->pending);
        free(set->entries);
        free(set->buckets);
        free(set->filter);
        set->pending = NULL;
        set->entries = NULL;
        set->buckets = NULL;
        set->filter = NULL;
    }
}

/* ---- hashes */

/* Eight bytes at a time; what stands behind `len` is zeros. It only has to spread: whether a value
 * is there is decided by another hash. */
static uint64_t quick_hash(struct hash_key key, enum indicator_kind k, bytes b)
{
    uint64_t h = key.k0 ^ ((uint64_t)k << 56 | b.len), odd = key.k1 | 1;
    for (size_t i = 0; i < b.len; i += 8) {
        h = (h ^ load_u64le(b.p + i)) * odd;
        h ^= h >> 32;
    }
    h *= UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static uint64_t sure_hash(struct hash_key key, enum indicator_kind k, bytes b)
{
    key.k0 ^= (uint64_t)k + 1;
    return hash_bytes(key, b);
}

static struct entry entry_of(const struct indicators *set, uint64_t hash, enum indicator_kind k,
                             bytes b)
{
    uint64_t sure = sure_hash(set->key, k, b);
    return (struct entry){
        .mark = (uint32_t)hash, .low = (uint32_t)sure, .high = (uint32_t)(sure >> 32)};
}

/* ---- what is added */

void indicators_refuse(struct indicators *set, str file, uint32_t line, str rule, const char *why)
{
    set->refused++;
    if (set->nproblems == PROBLEMS_KEPT) {
        return;
    }
    struct rule_problem *grown = arena_grow(set->arena, set->problems, &set->cap_problems,
                                            set->nproblems + 1, sizeof *grown);
    if (grown) {
        set->problems = grown;
        grown[set->nproblems++] = (struct rule_problem){
            .file = file,
            .line = line,
            .column = line ? 1 : 0,
            .rule = arena_str(set->arena, str_sub(rule, 0, SHOWN_MAX)),
            .text = str_of(why),
            .fatal = true,
        };
    }
}

static bool add_facts(struct indicators *set, const struct facts *f, str key)
{
    uint32_t number;
    struct facts *grown =
        set->nfacts < FACTS_MAX
            ? arena_grow(set->arena, set->facts, &set->cap_facts, set->nfacts + 1, sizeof *grown)
            : NULL;
    if (!grown || !table_put(&set->facts_by_text, key, (uint32_t)set->nfacts, &number)) {
        return false;
    }
    set->facts = grown;
    grown += set->nfacts++;
    *grown = *f;
    grown->about = arena_str(set->arena, f->about);
    grown->caveat = arena_str(set->arena, f->caveat);
    grown->source = arena_str(set->arena, f->source);
    grown->id = arena_str(set->arena, f->id);
    return true;
}

/* Texts are parted by a byte that no text has. */
uint32_t indicators_facts(struct indicators *set, const struct facts *f)
{
    struct arena_mark mark = arena_mark(&set->scratch);
    str key = arena_printf(
        &set->scratch, "%.*s\xff%.*s\xff%.*s\xff%.*s\xff%.*s\xff%d %lld %lld %d%d%d",
        STR_ARG(f->list), STR_ARG(f->about), STR_ARG(f->caveat), STR_ARG(f->source), STR_ARG(f->id),
        f->confidence, (long long)f->from, (long long)f->until, f->benign, f->part, f->caveat_only);
    uint32_t number = key.len ? table_get(&set->facts_by_text, key) : UINT32_MAX;
    bool added = number == TABLE_NONE && add_facts(set, f, key);
    arena_rewind(&set->scratch, mark);
    return added ? (uint32_t)set->nfacts - 1 : number;
}

static bool room_for_one(struct indicators *set)
{
    if (set->npending < set->cap_pending) {
        return true;
    }
    size_t cap = set->cap_pending ? set->cap_pending * 2 : 1024;
    struct pending *grown =
        cap <= INDICATORS_MAX ? realloc(set->pending, cap * sizeof *grown) : NULL;
    if (grown) {
        set->pending = grown;
        set->cap_pending = cap;
    }
    return grown != NULL;
}

static enum indicator_kind network_if_one(enum indicator_kind k, str value)
{
    bool slash = k == KIND_ADDRESS && str_find_char(value, '/') < value.len;
    return slash ? KIND_NETWORK : k;
}

bool indicators_add(struct indicators *set, enum indicator_kind k, str value, uint32_t facts,
                    uint32_t line)
{
    struct canonical c;
    struct arena_mark mark = arena_mark(&set->scratch);
    str plain = k == KIND_AGENT ? value : refanged(value, &set->scratch);
    k = network_if_one(k, plain);
    bool understood = canonical(k, plain, &c);
    arena_rewind(&set->scratch, mark);
    if (!understood || facts >= set->nfacts) {
        str file = facts < set->nfacts ? set->facts[facts].list : STR_NONE;
        indicators_refuse(set, file, line, value, N_("this is not what its list says it is"));
        return false;
    }
    if (!room_for_one(set)) {
        indicators_refuse(set, set->facts[facts].list, line, value,
                          N_("there is no room for more"));
        return false;
    }
    const bytes value_bytes = {c.byte, c.len};
    uint64_t hash = quick_hash(set->key, k, value_bytes);
    struct pending *p = &set->pending[set->npending++];
    *p = (struct pending){hash, entry_of(set, hash, k, value_bytes)};
    p->entry.line = line;
    p->entry.facts = facts;
    if (k == KIND_NETWORK) {
        set->prefixes[c.len > 5][c.byte[c.len - 1]] = true;
    }
    unsigned tail = c.len < 3 ? 0 : tail_of(c.byte + c.len);
    set->tails[k][tail / 64] |= UINT64_C(1) << (tail % 64);
    set->by_kind[k] += !set->facts[facts].caveat_only;
    return true;
}

/* ---- building: entries sorted into buckets by the top of their hash */

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

static void count_buckets(struct indicators *set)
{
    size_t buckets = (size_t)1 << set->bucket_bits;
    set->buckets = zeroed(buckets + 1, sizeof *set->buckets);
    for (size_t i = 0; i < set->npending; i++) {
        set->buckets[(set->pending[i].hash >> (64 - set->bucket_bits)) + 1]++;
    }
    for (size_t i = 0; i < buckets; i++) {
        set->buckets[i + 1] += set->buckets[i];
    }
}

static size_t filter_word(const struct indicators *set, uint64_t hash)
{
    return (size_t)((hash >> 32) * set->filter_words >> 32);
}

static uint64_t filter_bits(uint64_t hash)
{
    return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63);
}

static void fill(struct indicators *set)
{
    size_t buckets = (size_t)1 << set->bucket_bits;
    uint32_t *at = zeroed(buckets, sizeof *at);
    memcpy(at, set->buckets, buckets * sizeof *at);
    for (size_t i = 0; i < set->npending; i++) {
        const struct pending *p = &set->pending[i];
        set->entries[at[p->hash >> (64 - set->bucket_bits)]++] = p->entry;
        set->filter[filter_word(set, p->hash)] |= filter_bits(p->hash);
    }
    free(at);
}

void indicators_build(struct indicators *set)
{
    set->count = set->npending;
    set->bucket_bits = bits_for(set->count / ENTRIES_A_BUCKET);
    set->filter_words = set->count * BITS_AN_INDICATOR / 64 + 1;
    set->entries = zeroed(set->count, sizeof *set->entries);
    set->filter = zeroed(set->filter_words, sizeof *set->filter);
    count_buckets(set);
    fill(set);
    free(set->pending);
    set->pending = NULL;
    set->npending = set->cap_pending = 0;
}

struct entries indicators_find(const struct indicators *set, enum indicator_kind k, bytes value)
{
    uint64_t hash = quick_hash(set->key, k, value), bits = filter_bits(hash);
    if ((set->filter[filter_word(set, hash)] & bits) != bits) {
        return (struct entries){0};
    }
    size_t bucket = (size_t)(hash >> (64 - set->bucket_bits));
    uint32_t from = set->buckets[bucket];
    const struct entry e = entry_of(set, hash, k, value);
    return (struct entries){set->entries + from, set->buckets[bucket + 1] - from, e.mark, e.low,
                            e.high};
}

/* ---- what was read */

size_t indicators_count(const struct indicators *set, enum indicator_kind k)
{
    return set ? set->by_kind[k] : 0;
}

size_t indicators_total(const struct indicators *set)
{
    size_t all = 0;
    for (int k = 0; k < KIND_COUNT; k++) {
        all += indicators_count(set, (enum indicator_kind)k);
    }
    return all;
}

size_t indicators_bytes(const struct indicators *set)
{
    return set->count * sizeof *set->entries + set->filter_words * sizeof *set->filter +
           (((size_t)1 << set->bucket_bits) + 1) * sizeof *set->buckets;
}

uint64_t indicators_refused(const struct indicators *set)
{
    return set ? set->refused : 0;
}

size_t indicators_problem_count(const struct indicators *set)
{
    return set ? set->nproblems : 0;
}

const struct rule_problem *indicators_problem(const struct indicators *set, size_t i)
{
    return &set->problems[i];
}

size_t indicators_rule_count(const struct indicators *set)
{
    return set ? RULES_OF_INDICATORS : 0;
}

const struct rule_info *indicators_rule(const struct indicators *set, uint32_t rule)
{
    return &set->rules[rule];
}

void indicators_read(struct indicators *set, str file, bytes text)
{
    str all = str_of_bytes(text);
    all = str_starts(all, STR("\xef\xbb\xbf")) ? str_from(all, 3) : all;
    str head = str_trim(str_sub(all, 0, 4096)), rest = head, line = STR_NONE;
    file = arena_str(set->arena, file);
    (void)str_cut(&rest, '\n', &line);
    if (head.len && (head.p[0] == '{' || head.p[0] == '[')) {
        read_json(set, file, all);
    } else if (is_csv_header(str_trim(line))) {
        read_csv(set, file, all);
    } else {
        read_plain(set, file, all);
    }
}
