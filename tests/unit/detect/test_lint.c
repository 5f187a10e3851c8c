/* Advice for who writes rules: one line each, at its place, and none where nothing is to be said.
 */
#include "load.h"

#define HEAD                                                                         \
    "title: T\nid: 11111111-2222-4333-8444-555555555555\nstatus: test\nlevel: low\n" \
    "date: 2024-01-31\nlogsource: {category: process_creation, product: windows}\n"

static struct arena arena;
static struct names names;
static struct sigma *s;

static void check(const char *yaml)
{
    struct err err = {0};
    arena_init(&arena, 64 << 20);
    CHECK(names_init(&names, &arena));
    s = sigma_new(&arena, &names);
    CHECK(load_sources(s));
    sigma_advise(s);
    (void)sigma_add(s, STR("x.yml"), bytes_of_str(str_of(yaml)));
    CHECK(sigma_compile(s, &err));
}

static void end(void)
{
    sigma_done(s);
    arena_done(&arena);
}

/* Exactly one thing is said of the rule: this, there. */
static void advised(const char *yaml, uint32_t line, uint32_t column, const char *what)
{
    check(yaml);
    const struct rule_problem *p = sigma_problem(s, 0);
    CHECK_INT(sigma_problem_count(s), 1);
    bool said = p && p->advice && !p->fatal && str_has(p->text, str_of(what));
    CHECK(said && p->line == line && p->column == column);
    for (size_t i = 0; i < sigma_problem_count(s) && (!said || p->line != line); i++) {
        p = sigma_problem(s, i);
        (void)fprintf(stderr, "%u:%u: %.*s\n", p->line, p->column, STR_ARG(p->text));
        p = sigma_problem(s, 0);
    }
    end();
}

static void a_good_rule_needs_no_advice(void)
{
    check(HEAD "detection:\n  sel: {Image|endswith: '\\x.exe', CommandLine|re: 'needle.{4}'}\n"
               "  condition: sel\n");
    CHECK_INT(sigma_problem_count(s), 0);
    end();
}

static void the_head_is_looked_at(void)
{
    advised("title: T\nstatus: test\nlevel: low\nlogsource: {product: windows, service: security}\n"
            "detection: {sel: {EventID: 1}, condition: sel}\n",
            1, 1, "give the rule an `id`");
    advised("title: T\nid: one\nstatus: test\nlevel: low\n"
            "logsource: {product: windows, service: security}\n"
            "detection: {sel: {EventID: 1}, condition: sel}\n",
            2, 5, "UUID");
    advised("title: T\nid: 11111111-2222-4333-8444-555555555555\nstatus: stabel\nlevel: low\n"
            "logsource: {product: windows, service: security}\n"
            "detection: {sel: {EventID: 1}, condition: sel}\n",
            3, 9, "this is no `status`");
    advised("title: T\nid: 11111111-2222-4333-8444-555555555555\nlevel: low\n"
            "logsource: {product: windows, service: security}\n"
            "detection: {sel: {EventID: 1}, condition: sel}\n",
            1, 1, "give the rule a `status`");
    advised("title: T\nid: 11111111-2222-4333-8444-555555555555\nstatus: test\n"
            "logsource: {product: windows, service: security}\n"
            "detection: {sel: {EventID: 1}, condition: sel}\n",
            1, 1, "`level`");
    advised(HEAD "modified: 2024/02/01\ndetection: {sel: {Image: x}, condition: sel}\n", 7, 11,
            "2024-12-31");
}

static void ids_are_used_once(void)
{
    advised(HEAD "detection: {sel: {Image: x}, condition: sel}\n---\n" HEAD
                 "detection: {sel: {Image: y}, condition: sel}\n",
            10, 5, "another rule has this `id`");
}

static void a_selection_that_is_not_used_is_told(void)
{
    advised(HEAD "detection:\n  sel: {Image: x}\n  filter: {User: y}\n  condition: sel\n", 9, 3,
            "does not use `filter`");
}

static void values_are_looked_at(void)
{
    advised(HEAD "detection: {sel: {Image: x, User: '*'}, condition: sel}\n", 7, 35,
            "`User|exists: true`");
    advised(HEAD "detection: {sel: {Image: 'C:\\Tools\\*'}, condition: sel}\n", 7, 26,
            "`\\*` is a star");
    advised(HEAD "detection: {sel: {CommandLine|re: '[a-z]{3,9}'}, condition: sel}\n", 7, 35,
            "which is slow");
    advised(HEAD "detection: {sel: {CommandLine|re: '.*needle'}, condition: sel}\n", 7, 35,
            "adds only work");
    advised(HEAD "detection: {sel: {CommandLine|contains|all: one}, condition: sel}\n", 7, 19,
            "`all` joins");
}

static void words_without_a_log_cost_speed(void)
{
    advised("title: T\nid: 11111111-2222-4333-8444-555555555555\nstatus: test\nlevel: low\n"
            "logsource: {product: windows}\ndetection: {sel: [needle, straw], condition: sel}\n",
            6, 12, "every field of every event");
}

static void a_field_misspelt_is_told(void)
{
    advised(HEAD "detection: {sel: {ComandLine|contains: x}, condition: sel}\n", 7, 19,
            "is `CommandLine` meant?");
}

static void mistakes_say_what_was_meant(void)
{
    check(HEAD "detection: {sel: {Image|endwith: x}, condition: sel}\n");
    CHECK_INT(sigma_problem_count(s), 1);
    CHECK(sigma_problem(s, 0)->fatal);
    CHECK(str_has(sigma_problem(s, 0)->text, STR("did you mean `endswith`?")));
    end();
    check(HEAD "detection: {sel: {Image: x}, condition: 'sel | count() > 5'}\n");
    CHECK(sigma_problem(s, 0)->fatal);
    CHECK(str_has(sigma_problem(s, 0)->text, STR("correlation")));
    end();
}

static void unasked_no_advice_is_given(void)
{
    arena_init(&arena, 64 << 20);
    CHECK(names_init(&names, &arena));
    s = sigma_new(&arena, &names);
    CHECK(load_sources(s));
    const char *rule = "title: T\nlogsource: {category: process_creation, product: windows}\n"
                       "detection: {sel: {ComandLine: '*'}, condition: sel}\n";
    CHECK_INT(sigma_add(s, STR("x.yml"), bytes_of_str(str_of(rule))), 1);
    struct err err = {0};
    CHECK(sigma_compile(s, &err));
    CHECK_INT(sigma_problem_count(s), 0);
    end();
}

int main(void)
{
    RUN(a_good_rule_needs_no_advice);
    RUN(the_head_is_looked_at);
    RUN(ids_are_used_once);
    RUN(a_selection_that_is_not_used_is_told);
    RUN(values_are_looked_at);
    RUN(words_without_a_log_cost_speed);
    RUN(a_field_misspelt_is_told);
    RUN(mistakes_say_what_was_meant);
    RUN(unasked_no_advice_is_given);
    return kit_end();
}
