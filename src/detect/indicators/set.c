#include "detect/indicators/set.h"

#include <stdlib.h>
#include <string.h>

enum { SCRATCH_MEMORY = 256 << 20 };

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

static bool making_init(struct making *m, struct arena *a, struct hash_key key)
{
    *m = (struct making){.head.key = key, .last = UINT32_MAX};
    table_init(&m->facts_by_hash, a, false);
    table_init(&m->strings_by_text, a, false);
    m->facts_by_hash.key = m->strings_by_text.key = key;
    m->tails = arena_array(a, KIND_COUNT, sizeof *m->tails);
    buf_init(&m->strings, STRINGS_MAX);
    buf_bytes(&m->strings, "\0\0\0", 4); /* the empty string */
    return m->tails;
}

struct indicators *indicators_new(struct arena *a, const struct names *names, struct hash_key key)
{
    struct indicators *set = ARENA_NEW(a, struct indicators);
    if (!set) {
        return NULL;
    }
    set->arena = a;
    arena_init(&set->scratch, SCRATCH_MEMORY);
    set->nmeanings = (size_t)names->count + 1;
    set->meanings = ARENA_ARRAY(a, struct meaning, set->nmeanings);
    set->rules = indicator_rules(a);
    set->tails = arena_array(a, KIND_COUNT, sizeof *set->tails);
    if (!set->meanings || !set->rules || !set->tails || !making_init(&set->making, a, key)) {
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

void indicators_made(struct making *m)
{
    free(m->pending);
    buf_done(&m->strings);
    m->pending = NULL;
    m->head.count = m->cap_pending = 0;
}

void indicators_done(struct indicators *set)
{
    if (set) {
        arena_done(&set->scratch);
        indicators_made(&set->making);
        fragments_done(&set->fragments);
        free(set->made);
        set->made = NULL;
        set->nimages = 0;
    }
}

/* ---- compiled sets */

void indicators_add_image(struct indicators *set, const struct image *im)
{
    set->images[set->nimages++] = *im;
    for (uint32_t k = 0; k < im->head.kinds; k++) {
        for (size_t i = 0; i < TAIL_WORDS; i++) {
            set->tails[k][i] |= im->tails[k * TAIL_WORDS + i];
        }
    }
    for (size_t i = 0; i < sizeof set->prefixes; i++) {
        (&set->prefixes[0][0])[i] |= (&im->head.prefixes[0][0])[i];
    }
}

bool indicators_is_compiled(bytes data)
{
    return image_is(data);
}

bool indicators_open(struct indicators *set, bytes compiled, const char **why)
{
    struct image im;
    *why = "there are too many sets";
    bool ok = set->nimages < IMAGES_MAX && image_open(&im, compiled, why);
    if (ok) {
        indicators_add_image(set, &im);
    }
    return ok;
}

bytes indicators_compiled(const struct indicators *set)
{
    const struct image *im = set->made ? &set->images[set->nimages - 1] : NULL;
    return im ? (bytes){set->made, im->head.size} : (bytes){0};
}

/* ---- what was read */

size_t indicators_count(const struct indicators *set, enum indicator_kind k)
{
    uint64_t count = 0;
    for (size_t i = 0; set && i < set->nimages; i++) {
        count += set->images[i].head.by_kind[k];
    }
    return count;
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
    size_t all = 0;
    for (size_t i = 0; i < set->nimages; i++) {
        all += set->images[i].head.size;
    }
    return all;
}

bool indicators_has_hashes(const struct indicators *set, size_t len)
{
    uint64_t all = 0;
    for (size_t i = 0; set && i < set->nimages; i++) {
        all |= set->images[i].head.hash_lengths;
    }
    return len >= 1 && len <= 64 && (all >> (len - 1) & 1);
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

bool indicators_has_alike(const struct indicators *set)
{
    return set && (set->alike.npieces || set->alike.ndigests);
}

size_t indicators_rule_count(const struct indicators *set)
{
    return set ? RULES_OF_INDICATORS : 0;
}

const struct rule_info *indicators_rule(const struct indicators *set, uint32_t rule)
{
    return &set->rules[rule];
}

/* An MD5 in hex, a comma, a UUID. */
static bool is_feed_hashes(str line)
{
    str hash, uuid = line;
    struct canonical ignored;
    return str_cut(&uuid, ',', &hash) && hash.len == 32 && canonical(KIND_HASH, hash, &ignored) &&
           uuid.len == 36 && uuid.p[8] == '-' && uuid.p[13] == '-' && uuid.p[23] == '-';
}

static str without_mark(bytes text) /* of the order of bytes */
{
    str all = str_of_bytes(text);
    return str_starts(all, STR("\xef\xbb\xbf")) ? str_from(all, 3) : all;
}

void indicators_read(struct indicators *set, str file, bytes text)
{
    str all = without_mark(text);
    str head = str_trim(str_sub(all, 0, 4096)), rest = head, line = STR_NONE;
    file = arena_str(set->arena, file);
    (void)str_cut(&rest, '\n', &line);
    if (head.len && (head.p[0] == '{' || head.p[0] == '[')) {
        read_json(set, file, all);
    } else if (is_openioc(head)) {
        read_openioc(set, file, all);
    } else if (is_feed_hashes(str_trim(line))) {
        return; /* MISP: hashes of values, by which a feed says that it has nothing new */
    } else if (is_csv_header(str_trim(line))) {
        read_csv(set, file, all);
    } else {
        read_plain(set, file, all);
    }
}

bool indicators_is_list(bytes text)
{
    str all = without_mark(text), head = str_trim(str_sub(all, 0, 4096)), rest = head, line;
    bool json = head.len && (head.p[0] == '{' || head.p[0] == '[');
    bool lines = str_cut(&rest, '\n', &line);
    return image_is(text) || json || is_openioc(head) ||
           (lines && (is_feed_hashes(str_trim(line)) || is_csv_header(str_trim(line)))) ||
           is_plain_list(all);
}

void indicators_leave(struct indicators *set, str file)
{
    indicators_refuse(set, arena_str(set->arena, file), 0, STR_NONE,
                      N_("this holds no list of indicators, and was left out"));
}
