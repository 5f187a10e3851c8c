/* The cases of conformance/sigma, each through the fast path and the slow one. */
#include "load.h"

#include "detect/sigma/vectors.h"

static void say(void *ctx, str id, str why)
{
    (void)ctx;
    (void)fprintf(stderr, "%.*s: %.*s\n", STR_ARG(id), STR_ARG(why));
}

static struct vectors run(bytes yaml, bool loud)
{
    struct vectors v = {.on_failed = loud ? say : NULL, .budget = 64 << 20};
    struct yaml_error error;
    CHECK(vectors_run(&v, yaml, &error));
    return v;
}

static void the_development_cases_pass(void)
{
    if (!kit_shared()) {
        SKIP("LIMIER_SHARED is not set");
        return;
    }
    char path[512];
    (void)snprintf(path, sizeof path, "%s/conformance/sigma/dev.yml", kit_shared());
    bytes yaml = load_file(path);
    struct vectors v = run(yaml, true);
    CHECK_INT(v.passed, 150);
    CHECK_INT(v.failed, 0);
    load_free(yaml);
}

static void our_own_cases_pass(void)
{
    bytes yaml = load_file(VECTORS);
    struct vectors v = run(yaml, true);
    CHECK(v.passed > 0);
    CHECK_INT(v.failed, 0);
    load_free(yaml);
}

static void wrong_expectations_fail(void)
{
    str yaml = STR("- id: matches\n"
                   "  rule: &rule |\n"
                   "    title: T\n"
                   "    logsource: {product: test}\n"
                   "    detection: {sel: {A: x}, condition: sel}\n"
                   "  events: [{A: x}, {A: y}]\n"
                   "  expect: [1]\n"
                   "- {id: loads, rule: *rule, expect: reject}\n"
                   "- {id: fires, rule: *rule, events: [], fires: [{rule: T, group: {}}]}\n"
                   "- {id: reports, rule: *rule, events: [{A: x}], silent: [T]}\n"
                   "- {id: broken, rule: 'title: T', events: [], expect: []}\n");
    struct vectors v = run(bytes_of_str(yaml), false);
    CHECK_INT(v.passed, 0);
    CHECK_INT(v.failed, 5);
}

int main(void)
{
    RUN(the_development_cases_pass);
    RUN(our_own_cases_pass);
    RUN(wrong_expectations_fail);
    return kit_end();
}
