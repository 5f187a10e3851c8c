/* What a rule asked of an event, and what was missing. */
#include "load.h"

static struct arena arena;
static struct names names;
static struct sigma *s;
static struct sigma_explanation x;

static const char rule[] = "title: Dump\n"
                           "logsource: {category: process_creation, product: windows}\n"
                           "detection:\n"
                           "  image:\n"
                           "    - Image|endswith: '\\7z.exe'\n"
                           "    - Description|contains: 7-Zip\n"
                           "  words: {CommandLine|contains|all: [.dmp, ' -p']}\n"
                           "  filter: {User: SYSTEM}\n"
                           "  condition: image and words and not filter\n";

/* Explains the first rule of `yaml` on a record of `channel` and `id` with these fields. */
static void explain(const char *yaml, const char *channel, uint32_t id,
                    const char *const (*pairs)[2], size_t count)
{
    struct err err = {0};
    arena_init(&arena, 64 << 20);
    CHECK(names_init(&names, &arena));
    s = sigma_new(&arena, &names);
    CHECK(load_sources(s));
    CHECK(sigma_add(s, STR("x.yml"), bytes_of_str(str_of(yaml))) > 0);
    CHECK(sigma_compile(s, &err));
    struct field fields[8] = {0};
    for (size_t i = 0; i < count; i++) {
        str value = str_of(pairs[i][1]);
        fields[i] = (struct field){.name = str_of(pairs[i][0]),
                                   .data = bytes_of_str(value).p,
                                   .len = (uint32_t)value.len,
                                   .id = names_find(&names, str_of(pairs[i][0])),
                                   .type = VALUE_TEXT};
    }
    struct origin origin = {.channel = str_of(channel), .event_id = id};
    struct event e = {.origin = &origin, .fields = fields, .nfields = count};
    CHECK(sigma_explain(s, 0, &e, &arena, &x));
    CHECK(x.matched == sigma_holds(s, 0, &e, false, &arena));
}

static void end(void)
{
    sigma_done(s);
    arena_done(&arena);
}

static const struct sigma_reason *reason(const char *predicate)
{
    for (size_t i = 0; i < x.count; i++) {
        if (str_eq(x.reasons[i].predicate, str_of(predicate))) {
            return &x.reasons[i];
        }
    }
    return NULL;
}

static void what_matches_needs_nothing(void)
{
    const char *const fields[][2] = {
        {"Image",       "C:\\7z.exe"   },
        {"CommandLine", "7z a -p x.dmp"},
        {"User",        "ann"          }
    };
    explain(rule, "Microsoft-Windows-Sysmon/Operational", 1, fields, 3);
    CHECK(x.matched && x.source_fits);
    CHECK_INT(x.decisive, 0);
    CHECK_INT(x.count, 5);
    CHECK(reason("endswith \\7z.exe")->matched);
    CHECK(!reason("contains 7-Zip")->matched && !reason("contains 7-Zip")->there);
    end();
}

static void the_least_that_was_missing_is_told(void)
{
    const char *const fields[][2] = {
        {"Image",       "C:\\7z.exe"},
        {"CommandLine", "7z a x.dmp"},
        {"User",        "ann"       }
    };
    explain(rule, "Microsoft-Windows-Sysmon/Operational", 1, fields, 3);
    CHECK(!x.matched && x.source_fits);
    CHECK_INT(x.decisive, 1);
    CHECK(reason("contains \" -p\"")->decisive);
    CHECK_STR(reason("contains \" -p\"")->value, "7z a x.dmp");
    end();
}

static void a_filter_that_held_is_what_was_in_the_way(void)
{
    const char *const fields[][2] = {
        {"Image",       "C:\\7z.exe"   },
        {"CommandLine", "7z a -p x.dmp"},
        {"User",        "SYSTEM"       }
    };
    explain(rule, "Microsoft-Windows-Sysmon/Operational", 1, fields, 3);
    CHECK(!x.matched);
    CHECK_INT(x.decisive, 1);
    CHECK(reason("is SYSTEM")->decisive && reason("is SYSTEM")->matched);
    end();
}

static void of_several_ways_the_shortest_is_told(void)
{
    const char *const fields[][2] = {
        {"A", "1"}
    };
    explain("title: Ways\nlogsource: {product: windows, service: security}\n"
            "detection:\n"
            "  long: {A: 2, B: 3}\n"
            "  short: {A: 1, C: 4}\n"
            "  condition: 1 of them\n",
            "Security", 1, fields, 1);
    CHECK_INT(x.decisive, 1);
    CHECK(reason("is 4")->decisive && !reason("is 4")->there);
    CHECK(!reason("is 2")->decisive && !reason("is 3")->decisive);
    end();
}

static void another_log_is_looked_at_as_it_is(void)
{
    const char *const fields[][2] = {
        {"Image",       "C:\\7z.exe"   },
        {"CommandLine", "7z a -p x.dmp"},
        {"User",        "ann"          }
    };
    explain(rule, "Application", 1, fields, 3);
    CHECK(!x.matched && !x.source_fits);
    CHECK_INT(x.decisive, 0);
    end();
}

static void a_field_is_told_by_the_name_the_log_has_for_it(void)
{
    const char *const fields[][2] = {
        {"NewProcessName", "C:\\7z.exe"   },
        {"CommandLine",    "7z a -p x.dmp"}
    };
    explain(rule, "Security", 4688, fields, 2);
    CHECK(x.matched && x.source_fits);
    CHECK_STR(reason("endswith \\7z.exe")->taken_from, "NewProcessName");
    CHECK_STR(reason("endswith \\7z.exe")->value, "C:\\7z.exe");
    CHECK_INT(reason("contains .dmp")->taken_from.len, 0);
    end();
}

static void what_a_filter_of_another_file_asks_is_told_too(void)
{
    const char *const fields[][2] = {
        {"A", "1"},
        {"B", "2"}
    };
    explain("title: One\nid: 11111111-2222-4333-8444-555555555555\n"
            "logsource: {product: windows, service: security}\n"
            "detection: {sel: {A: 1}, condition: sel}\n"
            "---\n"
            "title: Ours\nlogsource: {product: windows}\n"
            "filter:\n"
            "  rules: [11111111-2222-4333-8444-555555555555]\n"
            "  normal: {B: 2}\n"
            "  condition: not normal\n",
            "Security", 1, fields, 2);
    CHECK(!x.matched);
    CHECK_INT(x.decisive, 1);
    CHECK(reason("is 2") && reason("is 2")->decisive && !reason("is 2")->selection.len);
    end();
}

int main(void)
{
    RUN(what_matches_needs_nothing);
    RUN(the_least_that_was_missing_is_told);
    RUN(a_filter_that_held_is_what_was_in_the_way);
    RUN(of_several_ways_the_shortest_is_told);
    RUN(another_log_is_looked_at_as_it_is);
    RUN(a_field_is_told_by_the_name_the_log_has_for_it);
    RUN(what_a_filter_of_another_file_asks_is_told_too);
    return kit_end();
}
