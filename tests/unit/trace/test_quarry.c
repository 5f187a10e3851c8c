#include "kit.h"
#include "trace/trace.h"

static struct arena arena;

static size_t quarries_of(const char *kind, const char *role, const char *value, int rung,
                          enum weight weight, struct quarry **out)
{
    const struct rule_info rule = {.rung = rung, .weight = weight};
    struct entity_ref ref = {str_of(kind), str_of(role), str_of(value)};
    const struct finding f = {.rule = &rule, .entities = &ref, .nentities = 1};
    return trace_quarries(&f, 1, 8, &arena, out);
}

static bool followed(const char *kind, const char *role, const char *value)
{
    struct quarry *q;
    return quarries_of(kind, role, value, 4, WEIGHT_STRONG, &q) == 1;
}

static void the_name_of_a_shell_is_followed(void)
{
    struct quarry *q;
    CHECK_INT(quarries_of("path", "shell", "C:\\owa\\auth\\ohyeah.aspx", 4, WEIGHT_STRONG, &q), 1);
    CHECK_STR(q[0].needle, "ohyeah.aspx");
}

static void a_common_name_is_followed_with_its_folder(void)
{
    struct quarry *q;
    CHECK_INT(
        quarries_of("path", "shell", "C:\\themes\\resources\\logon.aspx", 4, WEIGHT_STRONG, &q), 1);
    CHECK_STR(q[0].needle, "resources\\logon.aspx");
    CHECK(!followed("path", "shell", "logon.aspx"));
}

static void only_what_is_proven_is_followed(void)
{
    struct quarry *q;
    CHECK_INT(quarries_of("path", "shell", "C:\\ohyeah.aspx", 2, WEIGHT_PROOF, &q), 0);
    CHECK_INT(quarries_of("path", "shell", "C:\\ohyeah.aspx", 4, WEIGHT_LEAD, &q), 0);
    CHECK_INT(quarries_of("path", "shell", "C:\\ohyeah.aspx", RUNG_NONE, WEIGHT_LEAD, &q), 0);
}

static void what_is_everywhere_is_held_back(void)
{
    static const char *const inside[] = {"127.0.0.1",  "::1",         "10.1.2.3",
                                         "172.16.0.1", "192.168.3.4", "fe80::1"};
    for (size_t i = 0; i < ARRAY_LEN(inside); i++) {
        CHECK(!followed("address", "attacker", inside[i]));
    }
    CHECK(followed("address", "attacker", "203.0.113.77"));
    CHECK(followed("address", "attacker", "172.32.0.1"));
    CHECK(!followed("address", "client", "203.0.113.77"));
    CHECK(!followed("account", "attacker", "CORP\\MX01$"));
    CHECK(!followed("account", "attacker", "NT AUTHORITY\\SYSTEM"));
    CHECK(followed("account", "created", "CORP\\support_388945"));
    CHECK(!followed("path", "", "C:\\Windows\\System32\\cmd.exe"));
    CHECK(!followed("command", "executed", "cmd /c whoami"));
}

static void what_was_held_back_is_counted(void)
{
    const struct rule_info rule = {.rung = 4, .weight = WEIGHT_STRONG};
    struct entity_ref refs[] = {
        {STR("address"), STR("attacker"), STR("10.0.0.1")       },
        {STR("account"), STR("attacker"), STR("MX01$")          },
        {STR("path"),    STR("shell"),    STR("C:\\ohyeah.aspx")}
    };
    const struct finding f = {.rule = &rule, .entities = refs, .nentities = 3};
    struct held *held;
    CHECK_INT(trace_held_back(&f, 1, &arena, &held), 2);
    CHECK(held[0].why && held[1].why && held[0].value.len > 0);
}

static void a_process_is_followed_by_its_guid_only(void)
{
    CHECK(followed("process", "started", "{6004D249-AFCF-604D-2A27-000000000900}"));
    CHECK(!followed("process", "started", "23392"));
}

/* Seen on the trail of its parent. */
static void what_a_followed_process_started_is_followed(void)
{
    const struct named_value fields[] = {
        {STR("ProcessGuid"),       STR("{6004D249-0000-0000-0000-000000000002}")},
        {STR("ParentProcessGuid"), STR("{6004D249-0000-0000-0000-000000000001}")},
    };
    const struct finding child = {.rule = &rule_trail,
                                  .trail = true,
                                  .led_by = fields[1].value,
                                  .fields = fields,
                                  .nfields = 2};
    struct quarry *q;
    CHECK_INT(trace_quarries(&child, 1, 8, &arena, &q), 1);
    CHECK_STR(q[0].needle, "{6004D249-0000-0000-0000-000000000002}");
}

static void programs_of_the_system_are_held_back(void)
{
    const struct rule_info rule = {.rung = 6, .weight = WEIGHT_STRONG};
    struct entity_ref refs[] = {
        {STR("path"),    STR("tool"),
         STR("C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\"
             "powershell.exe")                                        },
        {STR("path"),    STR("dropped"),   STR("rundll32.exe")        },
        {STR("mailbox"), STR("collected"), STR("h.tanaka@example.com")},
    };
    const struct finding f = {.rule = &rule, .entities = refs, .nentities = 3};
    struct quarry *q;
    struct held *held;
    CHECK_INT(trace_quarries(&f, 1, 8, &arena, &q), 0);
    CHECK_INT(trace_held_back(&f, 1, &arena, &held), 3);
    CHECK_STR(str_of(held[0].why), "a program of the system itself");
    CHECK_STR(str_of(held[2].why), "a mailbox: all its ordinary mail names it");
    CHECK(followed("path", "tool", "C:\\Users\\Public\\powershell.exe")); /* a copy */
    CHECK(followed("path", "dropped", "C:\\Windows\\System32\\wuhelp.exe"));
}

/* Of an account that everybody uses, only the session that came from the intruders' address. */
static void a_session_from_their_address_is_followed(void)
{
    struct named_value id = {STR("TargetLogonId"), STR("0x4a2f81")};
    struct finding logon = {.rule = &rule_trail,
                            .trail = true,
                            .event_id = 4624,
                            .channel = STR("Security"),
                            .led_by = STR("203.0.113.19"),
                            .fields = &id,
                            .nfields = 1};
    struct quarry *q;
    CHECK_INT(trace_quarries(&logon, 1, 8, &arena, &q), 1);
    CHECK_STR(q[0].kind, "session");
    CHECK_STR(q[0].needle, "0x4a2f81");
    id.value = STR("0x3e7"); /* the system's */
    CHECK_INT(trace_quarries(&logon, 1, 8, &arena, &q), 0);
    id.value = STR("0x4a2f81");
    logon.trail = false; /* anybody's */
    CHECK_INT(trace_quarries(&logon, 1, 8, &arena, &q), 0);
}

static void what_was_made_after_a_proof_is_followed(void)
{
    const struct rule_info proof = {.rung = 5, .weight = WEIGHT_STRONG};
    const struct rule_info lead = {.rung = 6, .weight = WEIGHT_LEAD};
    struct entity_ref made[] = {
        {STR("task"),    STR("created"), STR("\\ExchangeHealthSync")},
        {STR("account"), STR("created"), STR("exch_support")        },
        {STR("service"), STR("created"), STR("HealthSvc")           },
    };
    struct finding f[] = {
        {.rule = &proof,    .host = STR("MX01")},
        { .rule = &lead, .host = STR("MX01"),      .entities = made, .nentities = 3},
    };
    struct quarry *q;
    CHECK_INT(trace_quarries(f, 2, 8, &arena, &q), 3);
    CHECK_STR(q[0].needle, "ExchangeHealthSync");
    f[1].host = STR("FILES");
    CHECK_INT(trace_quarries(f, 2, 8, &arena, &q), 0);
    CHECK_INT(trace_quarries(f + 1, 1, 8, &arena, &q), 0);
}

static void a_lead_is_followed_though_it_proves_nothing(void)
{
    const struct rule_info lead = {.rung = 5, .weight = WEIGHT_LEAD};
    struct entity_ref ref = {STR("url"), STR("shell"), STR("/ecp/other.aspx")};
    struct finding f = {.rule = &lead, .entities = &ref, .nentities = 1};
    struct quarry *q;
    CHECK_INT(trace_quarries(&f, 1, 8, &arena, &q), 0);
    f.led_by = STR("192.0.2.1");
    CHECK_INT(trace_quarries(&f, 1, 8, &arena, &q), 1);
}

static void each_needle_is_followed_once_and_no_more_than_asked(void)
{
    const struct rule_info rule = {.rung = 4, .weight = WEIGHT_STRONG};
    struct entity_ref refs[] = {
        {STR("path"), STR("shell"), STR("C:\\one.aspx")      },
        {STR("url"),  STR("shell"), STR("/owa/auth/ONE.aspx")},
        {STR("path"), STR("shell"), STR("C:\\three.aspx")    }
    };
    const struct finding f = {.rule = &rule, .entities = refs, .nentities = 3};
    struct quarry *q;
    CHECK_INT(trace_quarries(&f, 1, 8, &arena, &q), 2);
    CHECK_INT(trace_quarries(&f, 1, 1, &arena, &q), 1);
}

int main(void)
{
    arena_init(&arena, UINT64_C(16) << 20);
    RUN(the_name_of_a_shell_is_followed);
    RUN(a_common_name_is_followed_with_its_folder);
    RUN(only_what_is_proven_is_followed);
    RUN(what_is_everywhere_is_held_back);
    RUN(what_was_held_back_is_counted);
    RUN(a_process_is_followed_by_its_guid_only);
    RUN(what_a_followed_process_started_is_followed);
    RUN(programs_of_the_system_are_held_back);
    RUN(a_session_from_their_address_is_followed);
    RUN(what_was_made_after_a_proof_is_followed);
    RUN(a_lead_is_followed_though_it_proves_nothing);
    RUN(each_needle_is_followed_once_and_no_more_than_asked);
    arena_done(&arena);
    return kit_end();
}
