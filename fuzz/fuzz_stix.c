/* The first line is a pattern, what follows the observations it is asked of. */
#include "detect/stix/stix.h"
#include "fuzz.h"

static void match(str pattern, const struct json_value *tree, struct arena *a)
{
    struct stix_fault fault;
    struct stix_observations seen;
    struct stix_pattern *p = stix_pattern_new(a, pattern, STIX_2_1, STIX_AS_THE_TEXT_SAYS, &fault);
    stix_observations_init(&seen, a, (struct hash_key){1, 2});
    if (p && stix_pattern_is_plausible(p, &fault) && tree &&
        stix_observations_read(&seen, &tree, 1)) {
        (void)stix_match(p, &seen, a);
    }
    stix_pattern_done(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    enum json_fault fault;
    uint64_t at;
    str pattern, rest = {(const char *)data, size};
    arena_init(&a, 1 << 26);
    if (str_cut(&rest, '\n', &pattern)) {
        const struct json_value *tree = json_tree(bytes_of_str(rest), &a, 1 << 16, &fault, &at);
        match(pattern, tree, &a);
    }
    arena_done(&a);
    return 0;
}
