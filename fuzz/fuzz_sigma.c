/* A rule file, fed hostile bytes: it loads or is refused; what loads gives the same answers by the
 * fast path and the slow one on an event made of the file's own words. */
#include "detect/sigma/sigma.h"
#include "fuzz.h"

#include <stdlib.h>

enum { BUDGET = 64 << 20, INPUT_MAX = 64 << 10, WORDS_MAX = 32 };

struct answers {
    uint32_t rule[64];
    size_t count;
};

static bool on_hit(void *ctx, const struct sigma_hit *hit)
{
    struct answers *a = ctx;
    if (a->count < ARRAY_LEN(a->rule)) {
        a->rule[a->count++] = hit->rule;
    }
    return true;
}

/* Every second word names a field and the next is its value, so that rules meet their own texts. */
static size_t words_as_fields(str rest, const struct names *names, struct field *out)
{
    size_t n = 0;
    str line, name = STR_NONE;
    while (n < WORDS_MAX && rest.len && str_cut(&rest, '\n', &line)) {
        str value = str_trim(line);
        (void)str_cut(&value, ':', &name);
        name = str_sub(name, 0, str_find_char(name, '|'));
        bytes data = bytes_of_str(str_trim(value));
        out[n++] =
            (struct field){name, data.p, (uint32_t)data.len, names_find(names, name), VALUE_TEXT};
    }
    return n;
}

/* What only feeds correlations is not reported, so it cannot be compared. */
static bool has_correlations(str text)
{
    return str_has(text, STR("correlation"));
}

static void must_agree(const struct sigma *s, const struct event *e)
{
    struct answers fast = {0};
    struct sigma_run *run = sigma_run_new(s, (struct hash_key){1, 2});
    sigma_run_any_source(run);
    (void)sigma_run_event(run, e, on_hit, &fast);
    (void)sigma_run_event(run, e, on_hit, &fast); /* from what was remembered */
    struct arena scratch;
    arena_init(&scratch, BUDGET);
    size_t slow = 0;
    bool whole = fast.count < ARRAY_LEN(fast.rule);
    for (uint32_t i = 0; i < sigma_rule_count(s) && whole; i++) {
        slow += 2 * (size_t)sigma_holds(s, i, e, true, &scratch);
    }
    if (whole && slow != fast.count) {
        abort(); /* the two paths differ */
    }
    arena_done(&scratch);
    sigma_run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct origin origin = {.channel = STR_INIT("")};
    struct arena arena;
    struct names names;
    struct err err = {0};
    if (size > INPUT_MAX) {
        return 0;
    }
    arena_init(&arena, BUDGET);
    struct sigma *s = names_init(&names, &arena) ? sigma_new(&arena, &names) : NULL;
    if (s) {
        (void)sigma_add(s, STR("fuzz.yml"), (bytes){data, size});
        struct field fields[WORDS_MAX];
        if (sigma_compile(s, &err)) {
            struct event e = {.origin = &origin, .fields = fields};
            e.nfields = words_as_fields((str){(const char *)data, size}, &names, fields);
            if (!has_correlations((str){(const char *)data, size})) {
                must_agree(s, &e);
            }
        }
        sigma_done(s);
    }
    arena_done(&arena);
    return 0;
}
