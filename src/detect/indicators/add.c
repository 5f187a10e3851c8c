/* Adding to a set: what lists say of their indicators, each said once, and the indicators. */
#include "detect/indicators/set.h"

#include <stdlib.h>

enum {
    FACTS_MAX = 1 << 26,
    KEPT_MAX = 1 << 20,
    PROBLEMS_KEPT = 1000,
    SHOWN_MAX = 120,
};

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

/* The place of a new string; 0 when there is no room, as of the empty one. */
static uint32_t append_string(struct making *m, str s)
{
    uint32_t at = (uint32_t)m->strings.len, len = (uint32_t)s.len;
    const uint8_t size[4] = {(uint8_t)len, (uint8_t)(len >> 8), (uint8_t)(len >> 16),
                             (uint8_t)(len >> 24)};
    if (s.len == 0 || s.len > STRINGS_MAX - 4 - m->strings.len) {
        return 0;
    }
    buf_bytes(&m->strings, size, sizeof size);
    buf_add(&m->strings, s);
    return at;
}

/* The same for the same string. */
static uint32_t string_of(struct making *m, str s)
{
    uint32_t at = s.len ? table_get(&m->strings_by_text, s) : 0;
    if (at == TABLE_NONE) {
        at = append_string(m, s);
        (void)table_put(&m->strings_by_text, s, at, &at);
    }
    return at;
}

enum { IS_BENIGN = 1, IS_PART = 2, IS_CAVEAT_ONLY = 4 };

static struct packed_facts pack(struct making *m, const struct facts *f)
{
    return (struct packed_facts){
        .from = f->from,
        .until = f->until,
        .list = string_of(m, f->list),
        .about = string_of(m, f->about),
        .caveat = string_of(m, f->caveat),
        .source = string_of(m, f->source),
        .id = append_string(m, f->id),
        .phase = string_of(m, f->phase),
        .tlp = (uint8_t)f->tlp,
        .confidence = (int8_t)f->confidence,
        .flags = (uint8_t)((f->benign ? IS_BENIGN : 0) | (f->part ? IS_PART : 0) |
                           (f->caveat_only ? IS_CAVEAT_ONLY : 0)),
    };
}

static struct facts unpack(const struct packed_facts *p, bytes strings)
{
    return (struct facts){
        .list = image_string(strings, p->list),
        .about = image_string(strings, p->about),
        .caveat = image_string(strings, p->caveat),
        .source = image_string(strings, p->source),
        .id = image_string(strings, p->id),
        .phase = image_string(strings, p->phase),
        .tlp = p->tlp < TLP_COUNT ? (enum tlp)p->tlp : TLP_NONE,
        .confidence = p->confidence,
        .from = p->from,
        .until = p->until,
        .benign = p->flags & IS_BENIGN,
        .part = p->flags & IS_PART,
        .caveat_only = p->flags & IS_CAVEAT_ONLY,
    };
}

struct facts image_facts(const struct image *im, uint32_t number)
{
    static const struct packed_facts none = {
        .confidence = CONFIDENCE_UNKNOWN, .from = TIME_NONE, .until = TIME_NONE};
    const bytes strings = {im->strings, im->head.strings};
    return unpack(number < im->head.nfacts ? &im->facts[number] : &none, strings);
}

/* What was said of those before; nothing, for a number that is none. */
static struct facts said(const struct making *m, uint32_t number)
{
    static const struct packed_facts none;
    bytes strings = bytes_of_str(buf_str(&m->strings));
    return unpack(number < m->head.nfacts ? &m->facts[number] : &none, strings);
}

static bool is_said(const struct making *m, uint32_t number, const struct facts *a)
{
    const struct facts said_before = said(m, number), *b = &said_before;
    return number < m->head.nfacts && a->confidence == b->confidence && a->from == b->from &&
           a->until == b->until && a->benign == b->benign && a->part == b->part &&
           a->caveat_only == b->caveat_only && a->tlp == b->tlp && str_eq(a->phase, b->phase) &&
           str_eq(a->id, b->id) && str_eq(a->about, b->about) && str_eq(a->caveat, b->caveat) &&
           str_eq(a->source, b->source) && str_eq(a->list, b->list);
}

/* Texts are parted by a byte that no text has. 16 bytes stand for all of it. */
static str key_of(struct indicators *set, const struct facts *f, uint64_t room[2])
{
    struct hash_key key = set->making.head.key;
    str all = arena_printf(
        &set->scratch, "%.*s\xff%.*s\xff%.*s\xff%.*s\xff%.*s\xff%d %lld %lld %d%d%d%d\xff%.*s",
        STR_ARG(f->list), STR_ARG(f->about), STR_ARG(f->caveat), STR_ARG(f->source), STR_ARG(f->id),
        f->confidence, (long long)f->from, (long long)f->until, f->benign, f->part, f->caveat_only,
        (int)f->tlp, STR_ARG(f->phase));
    room[0] = hash_str(key, all);
    key.k0 = ~key.k0;
    room[1] = hash_str(key, all);
    return all.len ? (str){(const char *)room, 2 * sizeof *room} : STR_NONE;
}

static bool add_facts(struct indicators *set, const struct facts *f, str key, uint32_t *number)
{
    struct making *m = &set->making;
    size_t count = m->head.nfacts;
    struct packed_facts *grown = count < FACTS_MAX ? arena_grow(set->arena, m->facts, &m->cap_facts,
                                                                count + 1, sizeof *grown)
                                                   : NULL;
    if (!grown || !table_put(&m->facts_by_hash, key, (uint32_t)count, number)) {
        return false;
    }
    m->facts = grown;
    grown[m->head.nfacts++] = pack(m, f);
    return true;
}

uint32_t indicators_facts(struct indicators *set, const struct facts *f)
{
    struct making *m = &set->making;
    if (is_said(m, m->last, f)) {
        return m->last; /* rows repeat themselves */
    }
    struct arena_mark mark = arena_mark(&set->scratch);
    uint64_t room[2];
    str key = key_of(set, f, room);
    uint32_t number = key.len ? table_get(&m->facts_by_hash, key) : UINT32_MAX;
    if (key.len && number == TABLE_NONE && !add_facts(set, f, key, &number)) {
        number = UINT32_MAX;
    }
    arena_rewind(&set->scratch, mark);
    m->last = number;
    return number;
}

static bool room_for_one(struct making *m)
{
    if (m->head.count < m->cap_pending) {
        return true;
    }
    size_t cap = m->cap_pending ? m->cap_pending * 2 : 1024;
    struct pending *grown = cap <= INDICATORS_MAX ? realloc(m->pending, cap * sizeof *grown) : NULL;
    if (grown) {
        m->pending = grown;
        m->cap_pending = cap;
    }
    return grown != NULL;
}

static enum indicator_kind network_if_one(enum indicator_kind k, str value)
{
    bool slash = k == KIND_ADDRESS && str_find_char(value, '/') < value.len;
    return slash ? KIND_NETWORK : k;
}

static void put(struct making *m, enum indicator_kind k, const struct canonical *c, uint32_t facts,
                uint32_t line)
{
    const bytes value = {c->byte, c->len};
    uint64_t hash = image_hash(m->head.key, k, value);
    struct pending *p = &m->pending[m->head.count++];
    *p = (struct pending){hash, image_entry(m->head.key, hash, k, value)};
    p->entry.line = line;
    p->entry.facts = facts;
    if (k == KIND_HASH) {
        m->head.hash_lengths |= UINT64_C(1) << (c->len - 1);
    }
    if (k == KIND_NETWORK) {
        m->head.prefixes[c->len > 5][c->byte[c->len - 1]] = 1;
    }
    unsigned tail = c->len < 3 ? 0 : tail_of(c->byte + c->len);
    m->tails[k][tail / 64] |= UINT64_C(1) << (tail % 64);
    m->head.by_kind[k] += !(m->facts[facts].flags & IS_CAVEAT_ONLY);
}

static bool refuse_value(struct indicators *set, str value, uint32_t facts, uint32_t line,
                         const char *why)
{
    indicators_refuse(set, arena_str(set->arena, said(&set->making, facts).list), line, value, why);
    return false;
}

bool indicators_keep(struct indicators *set, enum indicator_kind k, str text, uint32_t facts,
                     uint32_t line)
{
    struct making *m = &set->making;
    size_t count = m->head.nkept;
    struct kept *grown =
        count < KEPT_MAX && facts < m->head.nfacts
            ? arena_grow(set->arena, m->kept, &m->cap_kept, count + 1, sizeof *grown)
            : NULL;
    uint32_t at = grown ? append_string(m, text) : 0;
    if (at == 0) {
        return refuse_value(set, text, facts, line, N_("there is no room for more"));
    }
    m->kept = grown;
    grown[m->head.nkept++] = (struct kept){(uint32_t)k, at, line, facts};
    m->head.by_kind[k]++;
    return true;
}

static bool add_fragment(struct indicators *set, enum indicator_kind k, str value, uint32_t facts,
                         uint32_t line)
{
    struct err why;
    bool fine = k == KIND_EXPRESSION ? matcher_check_regex(value, PATTERN_REGEX, &why)
                                     : value.len >= FRAGMENT_MIN;
    return fine ? indicators_keep(set, k, value, facts, line)
                : refuse_value(set, value, facts, line, N_("this is not what its list says it is"));
}

static bool add_alike(struct indicators *set, enum indicator_kind k, str value, uint32_t facts,
                      uint32_t line)
{
    return is_alike_hash(k, value)
               ? indicators_keep(set, k, value, facts, line)
               : refuse_value(set, value, facts, line, N_("this is not what its list says it is"));
}

/* Places in the network; nobody makes others harmless by brackets. */
static bool is_defanged_kind(enum indicator_kind k)
{
    return k <= KIND_MAIL && k != KIND_HASH;
}

bool indicators_add(struct indicators *set, enum indicator_kind k, str value, uint32_t facts,
                    uint32_t line)
{
    struct canonical c;
    struct making *m = &set->making;
    if (is_fragment_kind(k)) {
        return add_fragment(set, k, value, facts, line);
    }
    if (is_alike_kind(k)) {
        return add_alike(set, k, value, facts, line);
    }
    struct arena_mark mark = arena_mark(&set->scratch);
    str plain = is_defanged_kind(k) ? refanged(value, &set->scratch) : value;
    k = network_if_one(k, plain);
    bool understood = canonical(k, plain, &c);
    arena_rewind(&set->scratch, mark);
    if (!understood) {
        return refuse_value(set, value, facts, line, N_("this is not what its list says it is"));
    }
    if (facts >= m->head.nfacts || !room_for_one(m)) {
        return refuse_value(set, value, facts, line, N_("there is no room for more"));
    }
    put(m, k, &c, facts, line);
    return true;
}
