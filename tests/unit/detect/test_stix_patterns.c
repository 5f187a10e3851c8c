/* The language at its edges. What patterns mean is held to by tests/conformance. */
#include "detect/stix/objects.h"
#include "kit.h"

#include "base/buf.h"

enum { TEXT_MAX = 1 << 23 };

static bool compiles(str pattern, struct stix_fault *fault)
{
    struct arena a;
    arena_init(&a, UINT64_C(1) << 28);
    struct stix_pattern *p = stix_pattern_new(&a, pattern, STIX_2_1, STIX_AS_THE_TEXT_SAYS, fault);
    stix_pattern_done(p);
    arena_done(&a);
    return p != NULL;
}

static enum stix_answer answer(const char *pattern, str objects)
{
    struct arena a;
    struct buf text;
    struct stix_fault fault;
    enum json_fault bad;
    uint64_t at;
    enum stix_answer got = STIX_UNDECIDED;
    arena_init(&a, UINT64_C(1) << 28);
    buf_init(&text, TEXT_MAX);
    buf_add(&text, STR("{\"type\":\"observed-data\",\"number_observed\":1,"
                       "\"first_observed\":\"2021-03-02T04:00:00Z\","
                       "\"last_observed\":\"2021-03-02T04:00:00Z\",\"objects\":"));
    buf_add(&text, objects);
    buf_char(&text, '}');
    struct stix_pattern *p =
        stix_pattern_new(&a, str_of(pattern), STIX_2_1, STIX_AS_THE_TEXT_SAYS, &fault);
    const struct json_value *tree = json_tree(bytes_of_str(buf_str(&text)), &a, 1 << 20, &bad, &at);
    struct stix_observations seen;
    stix_observations_init(&seen, &a, (struct hash_key){1, 2});
    CHECK(p && tree && stix_observations_read(&seen, &tree, 1));
    if (p && tree) {
        got = stix_match(p, &seen, &a).answer;
    }
    stix_pattern_done(p);
    buf_done(&text);
    arena_done(&a);
    return got;
}

static void nesting_has_an_end(void)
{
    struct buf text;
    struct stix_fault fault;
    buf_init(&text, TEXT_MAX);
    for (int i = 0; i < 10000; i++) {
        buf_char(&text, '(');
    }
    buf_add(&text, STR("[a:bcd = 1]"));
    CHECK(!compiles(buf_str(&text), &fault) && fault.line == 1 && fault.column == STIX_DEPTH_MAX);
    buf_done(&text);
}

static void a_megabyte_of_comparisons_is_one_node(void)
{
    struct buf text;
    struct stix_fault fault;
    buf_init(&text, TEXT_MAX);
    buf_add(&text, STR("[a:bcd = 1"));
    while (text.len < 1 << 20) {
        buf_add(&text, STR(" OR a:bcd = 'x'"));
    }
    buf_char(&text, ']');
    CHECK(compiles(buf_str(&text), &fault));
    buf_clear(&text);
    while (text.len < 1 << 20) {
        buf_add(&text, STR("[a:bcd = 1] FOLLOWEDBY "));
    }
    buf_add(&text, STR("[a:bcd = 1]"));
    CHECK(compiles(buf_str(&text), &fault));
    buf_done(&text);
}

static void what_is_wrong_has_a_place(void)
{
    struct stix_fault fault;
    CHECK(!compiles(STR("[a:bcd = 1]\n  AND [a:bcd ? 1]"), &fault));
    CHECK(fault.line == 2 && fault.column == 13);
    CHECK(!compiles(STR("[a:\xc3\xa9 = 1]"), &fault) && fault.column == 3);
    CHECK(!compiles(STR(""), &fault) && !compiles(STR("["), &fault) && !compiles(STR("'"), &fault));
    CHECK(!compiles(STR("[a:bcd MATCHES '(']"), &fault) && fault.column == 15);
}

static void a_regular_expression_that_never_ends_leaves_the_question_open(void)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    buf_add(&text, STR("{\"0\":{\"type\":\"a\",\"bcd\":\""));
    for (int i = 0; i < 5000; i++) {
        buf_char(&text, 'a');
    }
    buf_add(&text, STR("!\"}}"));
    CHECK_INT(answer("[a:bcd MATCHES '^(a+)+$']", buf_str(&text)), STIX_UNDECIDED);
    CHECK_INT(answer("[a:bcd NOT MATCHES '^(a+)+$']", buf_str(&text)), STIX_UNDECIDED);
    CHECK_INT(answer("[a:bcd MATCHES '^(a+)+$' OR a:bcd LIKE 'a%']", buf_str(&text)), STIX_YES);
    buf_done(&text);
}

static void references_in_a_ring_end(void)
{
    struct buf path;
    buf_init(&path, TEXT_MAX);
    buf_add(&path, STR("[a:all_refs[*]"));
    for (int i = 0; i < 30; i++) {
        buf_add(&path, STR(".all_refs[*]"));
    }
    buf_add(&path, STR(".bcd = 1]"));
    char pattern[1024];
    (void)snprintf(pattern, sizeof pattern, "%.*s", STR_ARG(buf_str(&path)));
    str ring = STR("{\"0\":{\"type\":\"a\",\"all_refs\":[\"0\",\"1\"]},"
                   "\"1\":{\"type\":\"a\",\"all_refs\":[\"0\",\"1\"]}}");
    CHECK_INT(answer(pattern, ring), STIX_UNDECIDED);
    CHECK_INT(answer("[a:up_ref.up_ref.up_ref.bcd = 1]",
                     STR("{\"0\":{\"type\":\"a\",\"up_ref\":\"0\",\"bcd\":1}}")),
              STIX_YES);
    buf_done(&path);
}

static void marks_without_number_are_no_text(void)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    buf_add(&text, STR("{\"0\":{\"type\":\"a\",\"bcd\":\"e"));
    for (int i = 0; i < 50000; i++) {
        buf_add(&text, i % 2 ? STR("\xcc\x81") : STR("\xcc\xa3"));
    }
    buf_add(&text, STR("\"}}"));
    CHECK_INT(answer("[a:bcd LIKE '%x']", buf_str(&text)), STIX_UNDECIDED);
    CHECK_INT(answer("[a:bcd LIKE '%x' OR a:bcd != 'x']", buf_str(&text)), STIX_YES);
    buf_done(&text);
}

static void objects_of_any_shape_are_judged(void)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "3",
        "{\"type\":3}",
        "{\"type\":\"file\",\"id\":[]}",
        ("{\"type\":\"bundle\",\"id\":\"bundle--44af6c39-c09b-49c5-9de2-394224b04982\","
         "\"objects\":[{\"type\":\"bundle\"}]}"),
        "{\"type\":\"indicator\",\"pattern\":[]}",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct arena a;
        enum json_fault bad;
        uint64_t at;
        arena_init(&a, 1 << 20);
        const struct json_value *v = json_tree(bytes_of_str(str_of(texts[i])), &a, 1000, &bad, &at);
        bool empty = v && v->kind == JSON_ARRAY;
        CHECK(v && (stix_object_check(v, STIX_ANY_NAME, &a).breach == STIX_SOUND) == empty);
        arena_done(&a);
    }
}

int main(void)
{
    RUN(nesting_has_an_end);
    RUN(a_megabyte_of_comparisons_is_one_node);
    RUN(what_is_wrong_has_a_place);
    RUN(a_regular_expression_that_never_ends_leaves_the_question_open);
    RUN(references_in_a_ring_end);
    RUN(marks_without_number_are_no_text);
    RUN(objects_of_any_shape_are_judged);
    return kit_end();
}
