/* Test vectors of STIX objects: what a reader has to accept or refuse.
 *
 *     stix_objects FILE...          or, without one, those of LIMIER_SHARED */
#include "detect/stix/objects.h"
#include "kit.h"

enum { LINE_LONGEST = 1 << 22, VALUES_MAX = 1 << 20 };

static bool lists(const struct json_value *options, const char *name)
{
    const struct json_value *off = json_member(options, STR("disabled"));
    bool found = false;
    for (const struct json_value *i = off ? off->first : NULL; i; i = i->next) {
        found |= str_eq(i->text, str_of(name));
    }
    return found;
}

/* What the validator was told when the vector was made: without extensions, prefixes are asked for,
 * unless that is switched off too. */
static enum stix_naming naming_of(const struct json_value *options)
{
    if (!lists(options, "extensions-use")) {
        return STIX_ANY_NAME;
    }
    return !lists(options, "custom-prefix")       ? STIX_X_SOURCE_PREFIX
           : !lists(options, "custom-prefix-lax") ? STIX_X_PREFIX
                                                  : STIX_ANY_NAME;
}

static bool is_right(const struct json_value *v, struct arena *a)
{
    const struct json_value *object = json_member(v, STR("object"));
    enum stix_naming naming = naming_of(json_member(v, STR("opts")));
    struct stix_verdict verdict = stix_object_check(object, naming, a);
    bool refused = str_eq(json_member_text(v, STR("breaks")), STR("must"));
    bool right = refused == (verdict.breach != STIX_SOUND);
    if (!right) {
        (void)fprintf(stderr, "%s: %s %.*s %.*s\n    %.*s %.*s\n", refused ? "accepted" : "refused",
                      stix_breach_name(verdict.breach), STR_ARG(verdict.property),
                      STR_ARG(json_member_text(object, STR("id"))),
                      STR_ARG(json_member_text(v, STR("src"))),
                      STR_ARG(json_member_text(v, STR("first_error"))));
    }
    return right;
}

static bool try_file(const char *path)
{
    FILE *f = fopen(path, "r");
    char *line = malloc(LINE_LONGEST);
    size_t seen = 0, wrong = 0;
    while (f && line && fgets(line, LINE_LONGEST, f)) {
        struct arena a;
        enum json_fault fault;
        uint64_t at;
        arena_init(&a, UINT64_C(1) << 26);
        const struct json_value *v =
            json_tree(bytes_of_str(str_trim(str_of(line))), &a, VALUES_MAX, &fault, &at);
        if (json_member(v, STR("breaks"))) {
            seen++;
            wrong += !is_right(v, &a);
        }
        arena_done(&a);
    }
    if (f) {
        (void)printf("%s: %zu of %zu wrong\n", path, wrong, seen);
        CHECK(seen > 0 && wrong == 0);
        (void)fclose(f);
    }
    free(line);
    return f != NULL;
}

static int nfiles;
static char **files;

static void all_that_breaks_a_must_is_refused_and_nothing_else(void)
{
    char path[4096];
    const char *shared = kit_shared();
    (void)snprintf(path, sizeof path, "%s/conformance/stix/stix-objects.dev.jsonl",
                   shared ? shared : "");
    if (nfiles == 0 && !try_file(path)) {
        SKIP("LIMIER_SHARED has no objects of STIX");
    }
    for (int i = 0; i < nfiles; i++) {
        CHECK(try_file(files[i]));
    }
}

int main(int argc, char **argv)
{
    nfiles = argc - 1;
    files = argv + 1;
    RUN(all_that_breaks_a_must_is_refused_and_nothing_else);
    return kit_end();
}
