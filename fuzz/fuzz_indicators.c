/* A list of indicators, fed hostile bytes; what was understood is found again in the list itself,
 * read as a text. Then the compiled set with some of its bytes changed, as the input says. */
#include "detect/indicators/indicators.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { BUDGET = 64 << 20, INPUT_MAX = 64 << 10 };

static void on_hit(void *ctx, const struct indicator_hit *hit)
{
    size_t *fields = ctx;
    for (size_t i = 0; i < hit->nfields; i++) {
        *fields += hit->fields[i].value.len > 0;
    }
    if (hit->nfields == 0) {
        abort(); /* a hit that says nothing */
    }
}

static void look(struct indicators *set, const struct names *names, struct arena *a, bytes text)
{
    static const str asked[] = {STR_INIT("c-ip"), STR_INIT("QueryName"),    STR_INIT("c-uri"),
                                STR_INIT("exe"),  STR_INIT("cs-uri-query"), STR_INIT("Hashes"),
                                STR_INIT("User"), STR_INIT("CommandLine"),  STR_INIT("ssdeep")};
    static const struct origin origin = {.channel = STR_INIT("Microsoft-Windows-Sysmon")};
    struct indicator_run *run = indicator_run_new(set);
    size_t fields = 0;
    for (size_t i = 0; run && i < ARRAY_LEN(asked); i++) {
        const struct field f = {asked[i], text.p, (uint32_t)text.len, names_find(names, asked[i]),
                                VALUE_TEXT};
        const struct event e = {.time = 0, .origin = &origin, .fields = &f, .nfields = 1};
        indicator_run_event(run, &e, a, on_hit, &fields);
    }
    if (run) {
        (void)indicator_run_alike(run, text, a, on_hit, &fields);
    }
    indicator_run_free(run);
}

static void look_broken(bytes compiled, const struct names *names, struct arena *a, bytes text)
{
    struct indicators *set = indicators_new(a, names, (struct hash_key){1, 2});
    uint8_t *broken = compiled.len ? malloc(compiled.len) : NULL;
    const char *why;
    if (set && broken) {
        memcpy(broken, compiled.p, compiled.len);
        for (size_t i = 0; i + 4 <= text.len && i < 64; i += 4) {
            size_t at = (size_t)text.p[i] << 16 | (size_t)text.p[i + 1] << 8 | text.p[i + 2];
            broken[at % compiled.len] ^= text.p[i + 3];
        }
        (void)indicators_open(set, (bytes){broken, compiled.len}, &why);
        indicators_build(set);
        look(set, names, a, text);
    }
    indicators_done(set);
    free(broken);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct names names;
    if (size > INPUT_MAX) {
        return 0;
    }
    arena_init(&arena, BUDGET);
    if (names_init(&names, &arena)) {
        indicators_names(&names);
        struct indicators *set = indicators_new(&arena, &names, (struct hash_key){1, 2});
        if (set) {
            indicators_read(set, STR("fuzz"), (bytes){data, size});
            indicators_build(set);
            look(set, &names, &arena, (bytes){data, size});
            look_broken(indicators_compiled(set), &names, &arena, (bytes){data, size});
            indicators_done(set);
        }
    }
    arena_done(&arena);
    return 0;
}
