#include "kit.h"
#include "trace/normalise.h"
#include "trace/trace.h"

static struct arena arena;

static void one_spelling_for_each_address(void)
{
    static const char *const same[] = {"192.0.2.1", "192.0.2.1:443", "::ffff:192.0.2.1",
                                       "[::FFFF:192.0.2.1]:80", " 192.0.2.1 "};
    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        CHECK_STR(normalise(STR("address"), str_of(same[i]), &arena), "192.0.2.1");
    }
    CHECK_STR(normalise(STR("address"), STR("[2001:DB8::1]:443"), &arena), "2001:db8::1");
    CHECK_STR(normalise(STR("address"), STR("fe80::1%12"), &arena), "fe80::1");
    CHECK_STR(normalise(STR("address"), STR("-"), &arena), "");
    CHECK_STR(normalise(STR("address"), STR("["), &arena), "");
}

static void paths_lose_quotes_and_prefixes(void)
{
    CHECK_STR(normalise(STR("path"), STR("\"C:\\a b\\c.exe\""), &arena), "C:\\a b\\c.exe");
    CHECK_STR(normalise(STR("path"), STR("\\??\\C:\\x.aspx"), &arena), "C:\\x.aspx");
    CHECK_STR(normalise(STR("path"), STR("\\\\?\\C:\\x.aspx"), &arena), "C:\\x.aspx");
    CHECK_STR(normalise(STR("path"), STR("\""), &arena), "\"");
}

static void the_longest_hash_says_most(void)
{
    str list = STR("SHA1=AA11,MD5=BB,SHA256=CC22DD33,IMPHASH=EE44FF55AA");
    CHECK_STR(normalise(STR("hash"), list, &arena), "cc22dd33");
    CHECK_STR(normalise(STR("hash"), STR("ABCDEF"), &arena), "abcdef");
}

static void urls_lose_their_query(void)
{
    CHECK_STR(normalise(STR("url"), STR("/a/b.aspx?x=1"), &arena), "/a/b.aspx");
}

/* As Exchange writes them, in its event log and in its own. */
static void a_mailbox_is_read_from_parameters(void)
{
    static const struct {
        const char *text, *mailbox;
    } cases[] = {
        {"-Mailbox \"anna@example.com\" -FilePath \"\\\\h\\c$\\a.pst\"", "anna@example.com"},
        {"-FilePath \"x\" -mailbox anna -Confirm",                       "anna"            },
        {"-Mailbox \"anna",                                              "anna"            },
        {"-Mailbox ",                                                    ""                },
        {"-Role \"Mailbox Import Export\"",                              ""                },
        {"anna@example.com",                                             ""                },
        {"New-MailboxExportRequest -Name x",                             ""                },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CHECK_STR(normalise(STR("mailbox"), str_of(cases[i].text), &arena), cases[i].mailbox);
    }
}

/* As Windows writes it in event 5145. */
static void a_file_below_a_share_has_its_place_on_disk(void)
{
    const struct rule_entity e = {STR("RelativeTargetName"), STR("path"), STR("shell")};
    const struct rule_info rule = {.entities = &e, .nentities = 1};
    const struct named_value fields[] = {
        {STR("ShareName"),          STR("\\\\*\\C$")               },
        {STR("ShareLocalPath"),     STR("\\??\\C:\\")              },
        {STR("RelativeTargetName"), STR("inetpub\\wwwroot\\x.aspx")},
    };
    struct entity_ref *refs;
    CHECK_INT(trace_refs(&rule, fields, 3, &arena, &refs), 1);
    CHECK_STR(refs[0].value, "C:\\inetpub\\wwwroot\\x.aspx");
    CHECK_STR(normalise_share(STR(""), STR("\\\\*\\D$"), STR("a\\b"), &arena), "D:\\a\\b");
    CHECK_STR(normalise_share(STR(""), STR("\\\\*\\Data"), STR("a\\b"), &arena), "a\\b");
}

static void the_loopback_is_nobodys_address(void)
{
    const struct rule_entity e = {STR("c-ip"), STR("address"), STR("attacker")};
    const struct rule_info rule = {.entities = &e, .nentities = 1};
    struct entity_ref *refs;
    struct named_value field = {STR("c-ip"), STR("127.0.0.1")};
    CHECK_INT(trace_refs(&rule, &field, 1, &arena, &refs), 1);
    CHECK_STR(refs[0].role, "");
    field.value = STR("::1");
    CHECK_INT(trace_refs(&rule, &field, 1, &arena, &refs), 1);
    CHECK_STR(refs[0].role, "");
    field.value = STR("203.0.113.7");
    CHECK_INT(trace_refs(&rule, &field, 1, &arena, &refs), 1);
    CHECK_STR(refs[0].role, "attacker");
}

static void rules_that_name_none_give_well_known_ones(void)
{
    const struct rule_info rule = {.rung = RUNG_NONE};
    const struct named_value fields[] = {
        {STR("commandline"), STR("whoami")},
        {STR("IpAddress"),   STR("-")     },
        {STR("Nonsense"),    STR("x")     },
    };
    struct entity_ref *refs;
    CHECK_INT(trace_refs(&rule, fields, 3, &arena, &refs), 1);
    CHECK_STR(refs[0].kind, "command");
    CHECK_STR(refs[0].role, "");
}

static void the_same_thing_in_two_findings_is_one_entity(void)
{
    const struct rule_info rule = {.rung = 4};
    struct entity_ref page[] = {
        {STR("path"), STR(""),      STR("C:\\X.aspx")},
        {STR("path"), STR("shell"), STR("c:\\x.ASPX")}
    };
    struct entity_ref address[] = {
        {STR("address"), STR("attacker"), STR("203.0.113.7")}
    };
    const struct finding findings[] = {
        {.id = STR("a"), .rule = &rule, .time = 20,        .entities = &page[0], .nentities = 1},
        {.id = STR("b"), .rule = &rule, .time = TIME_NONE, .entities = &page[1], .nentities = 1},
        {.id = STR("c"), .rule = &rule, .time = 30,        .entities = &page[1], .nentities = 1},
        {.id = STR("d"), .rule = &rule, .time = 10,        .entities = address,  .nentities = 1},
    };
    struct entity *all;
    CHECK_INT(trace_entities(findings, 4, &arena, &all), 2);
    CHECK_STR(all[0].value, "203.0.113.7"); /* first sight first */
    CHECK_STR(all[1].value, "C:\\X.aspx");
    CHECK_STR(all[1].role, "shell");
    CHECK_INT(all[1].findings.count, 3);
    CHECK_INT(all[1].first, 20);
    CHECK_INT(all[1].last, 30);
}

static void the_highest_rung_names_the_role(void)
{
    const struct rule_info probe = {.rung = 1}, flaw = {.rung = 3}, late = {.rung = 2};
    struct entity_ref refs[] = {
        {STR("address"), STR("client"),   STR("203.0.113.7")},
        {STR("address"), STR("attacker"), STR("203.0.113.7")}
    };
    const struct finding findings[] = {
        {.id = STR("a"), .rule = &probe, .time = 1, .entities = &refs[0], .nentities = 1},
        {.id = STR("b"), .rule = &flaw,  .time = 2, .entities = &refs[1], .nentities = 1},
        {.id = STR("c"), .rule = &late,  .time = 3, .entities = &refs[0], .nentities = 1},
    };
    struct entity *all;
    CHECK_INT(trace_entities(findings, 3, &arena, &all), 1);
    CHECK_STR(all[0].role, "attacker");
    CHECK_INT(trace_entities(findings, 1, &arena, &all), 1);
    CHECK_STR(all[0].role, "client");
}

static void what_has_no_time_comes_last(void)
{
    const struct rule_info rule = {.rung = 4};
    struct entity_ref refs[] = {
        {STR("path"), STR(""), STR("a")},
        {STR("path"), STR(""), STR("b")}
    };
    const struct finding findings[] = {
        {.id = STR("a"), .rule = &rule, .time = TIME_NONE, .entities = &refs[0], .nentities = 1},
        {.id = STR("b"), .rule = &rule, .time = 5,         .entities = &refs[1], .nentities = 1},
    };
    struct entity *all;
    CHECK_INT(trace_entities(findings, 2, &arena, &all), 2);
    CHECK_STR(all[0].value, "b");
    CHECK_STR(all[1].value, "a");
}

int main(void)
{
    arena_init(&arena, UINT64_C(16) << 20);
    RUN(one_spelling_for_each_address);
    RUN(paths_lose_quotes_and_prefixes);
    RUN(the_longest_hash_says_most);
    RUN(urls_lose_their_query);
    RUN(a_mailbox_is_read_from_parameters);
    RUN(a_file_below_a_share_has_its_place_on_disk);
    RUN(the_loopback_is_nobodys_address);
    RUN(rules_that_name_none_give_well_known_ones);
    RUN(the_same_thing_in_two_findings_is_one_entity);
    RUN(the_highest_rung_names_the_role);
    RUN(what_has_no_time_comes_last);
    arena_done(&arena);
    return kit_end();
}
