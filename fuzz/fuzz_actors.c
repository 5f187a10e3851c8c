/* Knowledge of actors in both of its forms, and what was observed, fed hostile bytes. What is made
 * of a bundle must be read without complaint. */
#include "attribute/attack_bundle.h"
#include "attribute/decide.h"
#include "fuzz.h"

#include <stdlib.h>

enum { BUDGET = 64 << 20, INPUT_MAX = 64 << 10 };

static void read_bundle(bytes data, struct arena *a)
{
    const struct bundle_file file = {data, "fuzz"};
    struct actors k;
    struct err err = {0};
    str text;
    if (attack_bundles_read(&file, 1, a, &text, &err) && !actors_read(text, "made", a, &k, &err)) {
        /* Its groups may all be known for nothing. */
        if (k.live > 0 || err.kind != ERR_INPUT || !str_has(str_of(err.text), STR("no actor"))) {
            abort();
        }
    }
}

static void read_observed(bytes data, struct arena *a)
{
    static const char known[] = "G1\tOne\tXX\t2021-03\tT1059=1,T1003.001=2\tS0001=1\n"
                                "known\tG1\tinfrastructure\tevil.example\t2021\t80\tx\n";
    struct actors k;
    struct observed o;
    struct decision d;
    struct err err = {0};
    uint64_t at = 0;
    if (actors_read(str_of(known), "known", a, &k, &err) &&
        observed_read(data, &at, "fuzz", a, &o, &err) && observed_update(&o, &k) &&
        decide(&k, &o, &model_limier, a, &d) && d.named && d.families < 2) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct actors k;
    struct err err = {0};
    bytes in = {data, size};
    if (size > INPUT_MAX) {
        return 0;
    }
    arena_init(&arena, BUDGET);
    read_bundle(in, &arena);
    read_observed(in, &arena);
    (void)!actors_read(str_of_bytes(in), "fuzz", &arena, &k, &err);
    arena_done(&arena);
    return 0;
}
