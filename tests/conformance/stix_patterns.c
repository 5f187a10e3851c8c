/* Test vectors of STIX patterns: JSON lines as ../shared/knowledge/sharing.md tells them, `obs`
 * lines before the `case` lines that name them.
 *
 *     stix_patterns FILE...          or, without one, those of LIMIER_SHARED
 *
 * All answers have to be `expect`; those of contested cases are told apart, and asked for `ref`
 * in the reading of the reference where that gives an answer at all. */
#include "detect/stix/stix.h"
#include "kit.h"

#include "base/table.h"

enum { LINE_LONGEST = 1 << 22, VALUES_MAX = 1 << 20 };

struct run {
    struct arena arena; /* of the observations */
    struct table names;
    const struct json_value **bundles;
    size_t nbundles, cap;
    size_t cases, wrong, contested, contested_wrong, wrong_place;
};

static const struct json_value *observed_in(const struct run *r, const struct json_value *v)
{
    uint32_t at = table_get(&r->names, json_member_text(v, STR("obs")));
    return at == TABLE_NONE ? NULL : r->bundles[at];
}

static bool bound_as_asserted(const struct json_value *v, const struct stix_result *result,
                              const struct stix_observations *seen)
{
    const struct json_value *all = json_member(v, STR("sdo_ids"));
    const struct json_value *first = all ? all->first : NULL;
    const struct json_value *id = first ? first->first : NULL;
    return !json_is(id, JSON_STRING) || result->nbound == 0 ||
           str_eq(seen->items[result->bound[0]].id, id->text);
}

static const char *match(const struct stix_pattern *p, const struct run *r,
                         const struct json_value *v, struct arena *a)
{
    struct stix_observations seen;
    const struct json_value *trees = observed_in(r, v);
    stix_observations_init(&seen, a, (struct hash_key){1, 2});
    CHECK(trees && stix_observations_read(&seen, &trees, 1) && seen.refused == 0);
    struct stix_result result = stix_match(p, &seen, a);
    CHECK(result.answer != STIX_YES || bound_as_asserted(v, &result, &seen));
    return result.answer == STIX_YES ? "match" : result.answer == STIX_NO ? "nomatch" : "undecided";
}

static const char *answer_of(struct run *r, const struct json_value *v, enum stix_reading reading,
                             struct stix_fault *fault)
{
    struct arena a;
    arena_init(&a, UINT64_C(1) << 28);
    bool validate = str_eq(json_member_text(v, STR("suite")), STR("validate"));
    enum stix_edition edition =
        str_eq(json_member_text(v, STR("stix")), STR("2.0")) ? STIX_2_0 : STIX_2_1;
    struct stix_pattern *p =
        stix_pattern_new(&a, json_member_text(v, STR("pattern")), edition, reading, fault);
    bool fine = p && (!validate || stix_pattern_is_plausible(p, fault));
    const char *answer = !fine ? "invalid" : validate ? "valid" : match(p, r, v, &a);
    stix_pattern_done(p);
    arena_done(&a);
    return answer;
}

static bool is_at(const struct json_value *v, const struct stix_fault *fault)
{
    char got[64];
    const struct json_value *at = json_member(v, STR("err_at"));
    if (!json_is(at, JSON_ARRAY) || at->count != 2) {
        return true;
    }
    (void)snprintf(got, sizeof got, "%u %u", fault->line, fault->column);
    char want[64];
    (void)snprintf(want, sizeof want, "%.*s %.*s", STR_ARG(at->first->text),
                   STR_ARG(at->first->next->text));
    return strcmp(got, want) == 0;
}

static void try_case(struct run *r, const struct json_value *v)
{
    struct stix_fault fault;
    str expect = json_member_text(v, STR("expect")), ref = json_member_text(v, STR("ref"));
    bool contested = json_member(v, STR("contested")) != NULL;
    const char *got = answer_of(r, v, STIX_AS_THE_TEXT_SAYS, &fault);
    bool right = str_eq(expect, str_of(got));
    bool placed = !right || !str_eq(expect, STR("invalid")) || is_at(v, &fault);
    bool answers = str_eq(ref, STR("match")) || str_eq(ref, STR("nomatch"));
    if (right && contested && answers) {
        right = str_eq(ref, str_of(answer_of(r, v, STIX_AS_THE_REFERENCE_DOES, &fault)));
    }
    r->cases++;
    r->contested += contested;
    r->contested_wrong += contested && !right;
    r->wrong += !contested && !right;
    r->wrong_place += !placed;
    if (!right || !placed) {
        (void)fprintf(stderr, "%.*s: got %s at %u:%u, want %.*s: %.*s\n",
                      STR_ARG(json_member_text(v, STR("id"))), got, fault.line, fault.column,
                      STR_ARG(expect), STR_ARG(json_member_text(v, STR("pattern"))));
    }
}

static void keep_observed(struct run *r, const struct json_value *v)
{
    uint32_t at = (uint32_t)r->nbundles;
    r->bundles = arena_grow(&r->arena, r->bundles, &r->cap, r->nbundles + 1, sizeof *r->bundles);
    if (!r->bundles || !table_put(&r->names, json_member_text(v, STR("id")), at, &at)) {
        abort();
    }
    r->bundles[r->nbundles++] = json_member(v, STR("bundles"));
}

static void try_line(struct run *r, str line)
{
    struct arena a;
    enum json_fault fault;
    uint64_t at;
    arena_init(&a, UINT64_C(1) << 28);
    const struct json_value *v =
        json_tree(bytes_of_str(arena_str(&r->arena, line)), &r->arena, VALUES_MAX, &fault, &at);
    str kind = json_member_text(v, STR("k"));
    CHECK(v);
    if (str_eq(kind, STR("obs"))) {
        keep_observed(r, v);
    } else if (str_eq(kind, STR("case"))) {
        try_case(r, v);
    }
    arena_done(&a);
}

static bool try_file(const char *path)
{
    FILE *f = fopen(path, "r");
    char *line = malloc(LINE_LONGEST);
    struct run r = {0};
    if (!f || !line) {
        free(line);
        return false;
    }
    arena_init(&r.arena, UINT64_C(1) << 32);
    table_init(&r.names, &r.arena, false);
    while (fgets(line, LINE_LONGEST, f)) {
        try_line(&r, str_trim(str_of(line)));
    }
    (void)printf("%s: %zu cases; %zu of %zu wrong; %zu of %zu contested wrong; %zu errors in "
                 "another place\n",
                 path, r.cases, r.wrong, r.cases - r.contested, r.contested_wrong, r.contested,
                 r.wrong_place);
    CHECK(r.cases > 0 && r.wrong == 0 && r.contested_wrong == 0 && r.wrong_place == 0);
    arena_done(&r.arena);
    free(line);
    (void)fclose(f);
    return true;
}

static int nfiles;
static char **files;

static void every_vector_has_its_answer(void)
{
    char path[4096];
    const char *shared = kit_shared();
    (void)snprintf(path, sizeof path, "%s/conformance/stix/stix-patterns.dev.jsonl",
                   shared ? shared : "");
    if (nfiles == 0 && !try_file(path)) {
        SKIP("LIMIER_SHARED has no patterns of STIX");
    }
    for (int i = 0; i < nfiles; i++) {
        CHECK(try_file(files[i]));
    }
}

int main(int argc, char **argv)
{
    nfiles = argc - 1;
    files = argv + 1;
    RUN(every_vector_has_its_answer);
    return kit_end();
}
