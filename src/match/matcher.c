#include "match/matcher.h"

#include "match/fold.h"
#include "match/glob.h"
#include "match/literals.h"
#include "match/needed.h"
#include "match/regex.h"
#include "match/trie.h"

#include <stdlib.h>
#include <string.h>

/* What is left to do when the piece a pattern was filed under has been seen. */
enum proof {
    PROOF_NONE,   /* the piece was all of it */
    PROOF_FOLDED, /* compare `glob` with the folded value */
    PROOF_CASED,  /* compare `glob` with the value as it is */
    PROOF_REGEX,  /* search the value */
};

struct entry {
    uint32_t id;
    enum proof proof;
    str glob; /* for the proof */
    struct regex *regex;
};

struct unfiled { /* entries without any piece: `*`, `??*`, `[0-9]+` */
    uint32_t *entries;
    size_t count, cap;
};

struct matcher {
    struct arena *arena;
    struct entry *entries;
    size_t count, cap;
    struct trie from_start, from_end;
    struct literals anywhere, needed; /* needed: by regular expressions */
    struct unfiled texts_unfiled, regexes_unfiled;
    size_t texts, regexes;
};

struct match_scratch {
    struct fold folded, clean;
    uint64_t *seen; /* by entry */
    size_t cap_seen;
    uint32_t *ids, *tried; /* found in this run; looked at, found or not */
    size_t count, ntried, cap;
    struct regex_scratch *regex;
    /* of the run in progress */
    const struct matcher *matcher;
    str value, text, cleaned;
    bool is_cleaned;
};

struct matcher *matcher_new(struct arena *arena)
{
    struct matcher *m = ARENA_NEW(arena, struct matcher);
    if (m) {
        m->arena = arena;
        trie_init(&m->from_start, arena, false);
        trie_init(&m->from_end, arena, true);
        literals_init(&m->anywhere, arena);
        literals_init(&m->needed, arena);
    }
    return m;
}

void matcher_done(struct matcher *m)
{
    for (size_t i = 0; m && i < m->count; i++) {
        regex_done(m->entries[i].regex);
    }
}

struct piece { /* the longest literal of a glob */
    size_t at, len;
};

static struct piece longest_piece(str glob)
{
    struct piece best = {0};
    for (size_t at = 0; at < glob.len;) {
        size_t n = glob_literal(glob, at);
        if (n > best.len) {
            best = (struct piece){at, n};
        }
        at += n ? n : 1;
    }
    return best;
}

static bool file_unfiled(struct matcher *m, struct unfiled *u, uint32_t entry)
{
    u->entries = arena_grow(m->arena, u->entries, &u->cap, u->count + 1, sizeof *u->entries);
    if (u->entries) {
        u->entries[u->count++] = entry;
    }
    return u->entries != NULL;
}

/* Files the entry under its longest literal. `*whole` says that nothing is left to prove. */
static bool file_text(struct matcher *m, str glob, uint32_t entry, bool *whole)
{
    struct piece p = longest_piece(glob);
    str literal = str_sub(glob, p.at, p.len);
    bool first = p.at == 0, last = p.at + p.len == glob.len;
    bool any_before = !first && p.at == 1 && glob.p[0] == GLOB_ANY;
    bool any_after = !last && p.at + p.len + 1 == glob.len && glob.p[glob.len - 1] == GLOB_ANY;
    *whole = (first || any_before) && (last || any_after);
    if (glob.len == 1 && glob.p[0] == GLOB_ANY) {
        *whole = true;
        return file_unfiled(m, &m->texts_unfiled, entry);
    }
    if (glob.len > 0 && p.len == 0) {
        *whole = false;
        return file_unfiled(m, &m->texts_unfiled, entry);
    }
    if (first) {
        return trie_add(&m->from_start, literal, last, entry);
    }
    return last ? trie_add(&m->from_end, literal, false, entry)
                : literals_add(&m->anywhere, literal, entry);
}

static str spell(struct arena *a, str glob, size_t at, str spelling)
{
    char *out = arena_alloc(a, glob.len + spelling.len);
    if (!out) {
        return STR_NONE;
    }
    memcpy(out, glob.p, at);
    memcpy(out + at, spelling.p, spelling.len);
    memcpy(out + at + spelling.len, glob.p + at + 1, glob.len - at - 1);
    return (str){out, glob.len + spelling.len - 1};
}

/* GLOB_DASH has five spellings. One or two of them are filed spelled out, so that nothing is left
 * to prove; of three or more there are too many spellings. */
static bool file_spellings(struct matcher *m, str glob, unsigned dashes, uint32_t entry,
                           bool *whole)
{
    static const str spellings[] = {STR_INIT("-"), STR_INIT("/"), STR_INIT("\xe2\x80\x93"),
                                    STR_INIT("\xe2\x80\x94"), STR_INIT("\xe2\x80\x95")};
    size_t at = str_find_char(glob, GLOB_DASH);
    if (at == glob.len || dashes > 2) {
        return file_text(m, glob, entry, whole);
    }
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
        str spelled = spell(m->arena, glob, at, spellings[i]);
        if (!spelled.p || !file_spellings(m, spelled, dashes - 1, entry, whole)) {
            return false;
        }
    }
    return true;
}

static unsigned count_dashes(str glob)
{
    unsigned n = 0;
    for (size_t i = 0; i < glob.len; i++) {
        n += glob.p[i] == GLOB_DASH;
    }
    return n;
}

static bool add_text(struct matcher *m, const struct pattern *p, struct entry *e, uint32_t entry)
{
    bool cased = p->flags & PATTERN_CASED, whole = false;
    str folded = fold_glob(m->arena, p->text, false);
    if (!folded.p || !file_spellings(m, folded, count_dashes(folded), entry, &whole)) {
        return false;
    }
    e->proof = cased ? PROOF_CASED : whole ? PROOF_NONE : PROOF_FOLDED;
    e->glob = cased ? fold_glob(m->arena, p->text, true) : folded;
    m->texts++;
    return e->glob.p != NULL;
}

static bool full(struct err *err)
{
    return err_set(err, ERR_FULL, "too many patterns for the memory set aside");
}

static bool file_regex(struct matcher *m, str regex, uint32_t entry)
{
    struct needed needed;
    bool ok = needed_of_regex(m->arena, regex, &needed);
    for (size_t i = 0; ok && i < needed.count; i++) {
        ok = literals_add(&m->needed, needed.literals[i], entry);
    }
    m->regexes++;
    return ok && (needed.count || file_unfiled(m, &m->regexes_unfiled, entry));
}

bool matcher_add(struct matcher *m, const struct pattern *p, uint32_t id, struct err *err)
{
    struct entry *grown = arena_grow(m->arena, m->entries, &m->cap, m->count + 1, sizeof *grown);
    if (!grown) {
        return full(err);
    }
    m->entries = grown;
    uint32_t entry = (uint32_t)m->count;
    struct entry e = {.id = id};
    if (p->flags & PATTERN_REGEX) {
        e.proof = PROOF_REGEX;
        e.regex = regex_new(m->arena, p->text, p->flags, err);
        if (!e.regex) {
            return false;
        }
    }
    m->entries[m->count++] = e;
    bool filed =
        e.regex ? file_regex(m, p->text, entry) : add_text(m, p, &m->entries[entry], entry);
    return filed || full(err);
}

bool matcher_build(struct matcher *m, struct err *err)
{
    return (literals_build(&m->anywhere) && literals_build(&m->needed)) || full(err);
}

bool matcher_has(const struct matcher *m, enum match_stage stage)
{
    return (stage & MATCH_TEXTS && m->texts) || (stage & MATCH_REGEXES && m->regexes);
}

struct match_scratch *match_scratch_new(void)
{
    struct match_scratch *s = calloc(1, sizeof *s);
    if (!s) {
        abort();
    }
    s->regex = regex_scratch_new();
    return s;
}

void match_scratch_free(struct match_scratch *s)
{
    if (!s) {
        return;
    }
    fold_done(&s->folded);
    fold_done(&s->clean);
    regex_scratch_free(s->regex);
    free(s->seen);
    free(s->ids);
    free(s->tried);
    free(s);
}

bool match_scratch_fit(struct match_scratch *s, const struct matcher *m, struct err *err)
{
    size_t words = m->count / 64 + 1;
    if (words > s->cap_seen) {
        free(s->seen);
        s->seen = calloc(words, sizeof *s->seen);
        s->cap_seen = words;
    }
    if (m->count > s->cap) {
        free(s->ids);
        free(s->tried);
        s->ids = calloc(m->count, sizeof *s->ids);
        s->tried = calloc(m->count, sizeof *s->tried);
        s->cap = m->count;
    }
    if (!s->seen || (s->cap && (!s->ids || !s->tried))) {
        return err_set(err, ERR_FULL, "no memory to match in");
    }
    return true;
}

static str cleaned(struct match_scratch *s)
{
    if (!s->is_cleaned) {
        s->cleaned = fold_clean(&s->clean, s->value);
        s->is_cleaned = true;
    }
    return s->cleaned;
}

static bool proved(struct match_scratch *s, const struct entry *e)
{
    switch (e->proof) {
    case PROOF_NONE:
        break;
    case PROOF_FOLDED:
        return glob_match(e->glob, s->text);
    case PROOF_CASED:
        return glob_match(e->glob, cleaned(s));
    case PROOF_REGEX:
        return regex_finds(e->regex, s->regex, cleaned(s));
    }
    return true;
}

static void found(void *ctx, uint32_t entry)
{
    struct match_scratch *s = ctx;
    uint64_t bit = UINT64_C(1) << (entry % 64);
    if (s->seen[entry / 64] & bit) {
        return;
    }
    s->seen[entry / 64] |= bit;
    s->tried[s->ntried++] = entry;
    const struct entry *e = &s->matcher->entries[entry];
    if (proved(s, e)) {
        s->ids[s->count++] = e->id;
    }
}

static void found_all(struct match_scratch *s, const struct unfiled *u)
{
    for (size_t i = 0; i < u->count; i++) {
        found(s, u->entries[i]);
    }
}

static void run_texts(const struct matcher *m, struct match_scratch *s)
{
    trie_walk(&m->from_start, s->text, found, s);
    trie_walk(&m->from_end, s->text, found, s);
    literals_find(&m->anywhere, s->text, found, s);
    found_all(s, &m->texts_unfiled);
}

static void run_regexes(const struct matcher *m, struct match_scratch *s)
{
    literals_find(&m->needed, s->text, found, s);
    found_all(s, &m->regexes_unfiled);
}

struct match_ids matcher_run(const struct matcher *m, struct match_scratch *s, str value,
                             enum match_stage stages)
{
    for (size_t i = 0; i < s->ntried; i++) {
        s->seen[s->tried[i] / 64] = 0;
    }
    s->count = s->ntried = 0;
    s->matcher = m;
    s->value = value.len ? value : STR("");
    s->is_cleaned = false;
    bool ascii = false;
    s->text = fold_text(&s->folded, s->value, &ascii);
    if (stages & MATCH_TEXTS && m->texts) {
        run_texts(m, s);
    }
    if (stages & MATCH_REGEXES && m->regexes) {
        run_regexes(m, s);
    }
    return (struct match_ids){s->ids, s->count};
}
