/* What comes out of the trail: lives of shells, what was taken, ways back, trees of processes. */
#include "evidence.h"

static const struct entity_ref *refs(struct evidence *e, const char *const words[][3], size_t count)
{
    struct entity_ref *out = ARENA_ARRAY(&e->arena, struct entity_ref, count);
    for (size_t i = 0; out && i < count; i++) {
        out[i] = (struct entity_ref){str_of(words[i][0]), str_of(words[i][1]), str_of(words[i][2])};
    }
    return out;
}

static void about(struct evidence *e, struct finding *f, const char *kind, const char *role,
                  const char *value)
{
    const char *const words[][3] = {
        {kind, role, value}
    };
    f->entities = refs(e, words, 1);
    f->nentities = 1;
}

static struct assessment judged_with(struct evidence *e, const struct judge_input *more)
{
    struct judge_input in = *more;
    struct assessment as;
    in.findings = e->findings;
    in.nfindings = e->nfindings;
    in.units = e->units;
    in.nunits = e->nunits;
    in.sources = e->sources;
    in.nsources = e->nsources;
    judge(&in, &e->arena, &as);
    return as;
}

/* Written at 0 by w3wp.exe; asked for by two at 100 and 200, the second refused twice; another page
 * of the same folder is in the evidence, this one is not. */
static void a_shell_has_a_life(void)
{
    struct evidence e;
    evidence_init(&e);
    struct finding *wrote = saw(&e, 4, WEIGHT_STRONG, "write", "sysmon", 0);
    about(&e, wrote, "path", "shell", "C:\\inetpub\\wwwroot\\aspnet_client\\supp0rt.aspx");
    const struct named_value image = {STR("Image"), STR("w3wp.exe")};
    wrote->fields = &image;
    wrote->nfields = 1;
    about(&e, saw(&e, 5, WEIGHT_STRONG, "execute", "iis", 100), "url", "shell",
          "/aspnet_client/supp0rt.aspx");
    about(&e, saw(&e, 5, WEIGHT_STRONG, "execute", "sysmon", 101), "process", "started", "{A}");
    e.units[e.nunits++] = (struct unit_row){
        .path = STR("c/inetpub/wwwroot/aspnet_client/a.aspx"), .format = STR("page"), .events = 1};
    const struct visit visits[] = {
        {.page = STR("/aspnet_client/Supp0rt.aspx"),
         .requests = 2,
         .refused = 2,
         .first = AT(300),
         .last = AT(301),
         .ok_first = AT(300),
         .ok_last = AT(301)                             },
        { .page = STR("/aspnet_client/supp0rt.aspx"),
         .address = STR("192.0.2.1"),
         .agent = STR("x"),
         .requests = 3,
         .ok = 3,
         .posts = 3,
         .out = 700,
         .sized = 3,
         .first = AT(100),
         .last = AT(150),
         .ok_first = AT(100),
         .ok_last = AT(150)},
        {                                  .page = STR("/aspnet_client/supp0rt.aspx"),
         .address = STR("192.0.2.2"),
         .agent = STR("x"),
         .requests = 1,
         .ok = 1,
         .out = 7,
         .sized = 1,
         .first = AT(200),
         .last = AT(200),
         .ok_first = AT(200),
         .ok_last = AT(200)},
        {                                           .page = STR("/other.aspx"),
         .address = STR("192.0.2.2"),
         .requests = 1,
         .ok = 1,
         .first = AT(1),
         .last = AT(1),
         .ok_first = AT(1),
         .ok_last = AT(1)},
    };
    struct assessment as =
        judged_with(&e, &(struct judge_input){.visits = visits, .nvisits = ARRAY_LEN(visits)});
    CHECK_INT(as.nshells, 1);
    const struct shell *s = as.shells;
    CHECK(s->written == AT(0) && str_eq(s->writer, STR("w3wp.exe")));
    CHECK(s->first == AT(100) && s->last == AT(200));
    CHECK(s->requests == 6 && s->ok == 4 && s->refused == 2 && s->posts == 3 && s->out == 707);
    CHECK(s->naddresses == 2 && s->nagents == 1 && s->started == 1);
    CHECK_INT(s->state, SHELL_GONE);
    CHECK(!s->by_trail && s->findings.count == 2);
    CHECK_INT(as.npersistence, 0);                           /* what is gone leads nowhere */
    e.units[0].path = STR("c/inetpub/wwwroot/other/a.aspx"); /* of another folder: says nothing */
    as = judged_with(&e, &(struct judge_input){.visits = visits + 1, .nvisits = 3});
    CHECK_INT(as.shells[0].state, SHELL_UNKNOWN);
    e.units[e.nunits++] =
        (struct unit_row){.path = STR("c/inetpub/wwwroot/aspnet_client/supp0rt.aspx"),
                          .format = STR("page"),
                          .events = 1};
    as = judged_with(&e, &(struct judge_input){.visits = visits, .nvisits = ARRAY_LEN(visits)});
    CHECK_INT(as.shells[0].state, SHELL_THERE);
    CHECK_INT(as.npersistence, 1);
    evidence_done(&e);
}

static void what_was_taken_is_a_range(void)
{
    struct evidence e;
    evidence_init(&e);
    struct finding *f = saw(&e, 7, WEIGHT_STRONG, "exfiltrate", "iis", 0);
    about(&e, f, "url", "staged", "/owa/auth/it.zip");
    const struct visit visits[] = {
        {.page = STR("/owa/auth/it.zip"),
         .address = STR("192.0.2.1"),
         .requests = 1,
         .ok = 1,
         .out = 5000,
         .sized = 1,
         .first = AT(0),
         .last = AT(0),
         .ok_first = AT(0),
         .ok_last = AT(0)},
        {.page = STR("/owa/auth/it.zip"),
         .address = STR("192.0.2.9"),
         .requests = 1,
         .ok = 1,
         .out = 5000,
         .sized = 1,
         .first = AT(0),
         .last = AT(0),
         .ok_first = AT(0),
         .ok_last = AT(0)},
    };
    struct visit intruder = {.address = STR("192.0.2.1"),
                             .requests = 10,
                             .ok = 10,
                             .out = 9000,
                             .sized = 10,
                             .first = AT(-5),
                             .last = AT(5),
                             .ok_first = AT(-5),
                             .ok_last = AT(5)};
    const struct judge_input in = {
        .visits = visits, .nvisits = 2, .intruders = &intruder, .nintruders = 1};
    struct assessment as = judged_with(&e, &in);
    CHECK(as.taken.least == 5000 && as.taken.most == 9000 && as.taken.bounded);
    CHECK_INT(as.taken.nitems, 2);
    intruder.sized = 9; /* of one answer the bytes were not logged */
    as = judged_with(&e, &in);
    CHECK(as.taken.least == 5000 && !as.taken.bounded);
    evidence_done(&e);
}

/* Two answers of unknown size, that took 3 s and a bit together: 375 MB at most by 1 Gbit/s. */
static void what_took_no_longer_was_no_more(void)
{
    struct evidence e;
    evidence_init(&e);
    about(&e, saw(&e, 6, WEIGHT_STRONG, "move", "iis", 0), "url", "tunnel", "/erp/conn.aspx");
    struct visit used = {.page = STR("/erp/conn.aspx"),
                         .address = STR("192.0.2.1"),
                         .requests = 3,
                         .ok = 3,
                         .out = 70,
                         .sized = 1,
                         .timed = 2,
                         .waited = 2998,
                         .first = AT(0),
                         .last = AT(0),
                         .ok_first = AT(0),
                         .ok_last = AT(0)};
    const struct judge_input in = {
        .visits = &used, .nvisits = 1, .intruders = &used, .nintruders = 1};
    struct assessment as = judged_with(&e, &in);
    CHECK(as.taken.bounded && as.taken.least == 0 && as.taken.most == 375000070);
    CHECK(str_has(as.taken.items[0].why.in[LANG_EN], STR("took 2 s together")));
    CHECK(as.taken.items[1].bounded && as.taken.items[1].most == 375000070);
    used.timed = 1; /* of one nobody knows anything */
    as = judged_with(&e, &in);
    CHECK(!as.taken.bounded);
    evidence_done(&e);
}

/* The log tells no bytes; a copy of the archive lies in the evidence. */
static void what_was_fetched_is_no_larger_than_its_file(void)
{
    struct evidence e;
    evidence_init(&e);
    about(&e, saw(&e, 7, WEIGHT_STRONG, "exfiltrate", "iis", 0), "url", "staged",
          "/owa/auth/it.zip");
    const struct visit fetched = {.page = STR("/owa/auth/it.zip"),
                                  .address = STR("192.0.2.1"),
                                  .requests = 2,
                                  .ok = 2,
                                  .first = AT(0),
                                  .last = AT(0),
                                  .ok_first = AT(0),
                                  .ok_last = AT(0)};
    const struct judge_input in = {
        .visits = &fetched, .nvisits = 1, .intruders = &fetched, .nintruders = 1};
    struct assessment as = judged_with(&e, &in);
    CHECK(!as.taken.items[1].bounded && as.taken.items[1].least == 0);
    CHECK(str_has(as.taken.items[1].why.in[LANG_EN], STR("does not hold the size of it.zip")));
    CHECK(str_has(as.taken.items[0].why.in[LANG_EN], STR("the bytes of 2 answers of 2")));
    e.units[e.nunits++] =
        (struct unit_row){.path = STR("c/Exchange/owa/auth/IT.zip"), .events = 0, .size = 5000};
    as = judged_with(&e, &in);
    CHECK(as.taken.items[1].bounded && as.taken.items[1].most == 10000);
    CHECK(as.taken.items[1].least == 0 && as.taken.least == 0);
    CHECK(!as.taken.bounded); /* whatever else they were answered, nobody counted */
    evidence_done(&e);
}

static void a_mailbox_is_no_larger_than_its_export(void)
{
    static const struct named_value parameters = {
        STR_INIT("Parameters"),
        STR_INIT("-Mailbox anna -FilePath \"\\\\127.0.0.1\\c$\\x\\a.pst\"")};
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "iis", 0);
    struct finding *f = saw(&e, 6, WEIGHT_STRONG, "collect", "MSExchange Management", 5);
    about(&e, f, "mailbox", "collected", "anna");
    struct assessment as = judged_with(&e, &(struct judge_input){.nvisits = 0});
    CHECK_INT(as.taken.nitems, 1);
    CHECK(!as.taken.items[0].bounded &&
          str_has(as.taken.items[0].why.in[LANG_EN], STR("does not say")));
    f->fields = &parameters;
    f->nfields = 1;
    e.units[e.nunits++] = (struct unit_row){.path = STR("c/x/a.pst"), .size = 700};
    as = judged_with(&e, &(struct judge_input){.nvisits = 0});
    CHECK(as.taken.items[0].bounded && as.taken.items[0].most == 700);
    about(&e, saw(&e, 7, WEIGHT_STRONG, "exfiltrate", "iis", 9), "url", "staged", "/x/a.pst");
    const struct visit part = {.page = STR("/x/a.pst"),
                               .address = STR("192.0.2.1"),
                               .requests = 1,
                               .ok = 1,
                               .out = 300,
                               .sized = 1,
                               .first = AT(9),
                               .last = AT(9),
                               .ok_first = AT(9),
                               .ok_last = AT(9)};
    as = judged_with(&e, &(struct judge_input){
                             .visits = &part, .nvisits = 1, .intruders = &part, .nintruders = 1});
    const struct taking *mail = &as.taken.items[as.taken.nitems - 1];
    CHECK(str_eq(mail->kind, STR("mailbox")) && mail->least == 300 && mail->most == 300);
    CHECK_STR(mail->client, "192.0.2.1");
    CHECK_INT(as.taken.least, 300); /* counted once */
    evidence_done(&e);
}

/* From MX01, where they are: a logon to DC01 that the trail led to, twice; one to MX01 itself; a
 * connection of nobody's; a share of FILES opened by an account that was followed. */
static void machines_they_went_to_are_listed(void)
{
    static const struct named_value to_dc[] = {
        {STR_INIT("TargetServerName"), STR_INIT("DC01") },
        {STR_INIT("TargetUserName"),   STR_INIT("admin")},
    };
    static const struct named_value to_self[] = {
        {STR_INIT("TargetServerName"), STR_INIT("mx01.contoso.com")},
    };
    static const struct named_value share[] = {
        {STR_INIT("IpAddress"),       STR_INIT("10.0.0.5")},
        {STR_INIT("SubjectUserName"), STR_INIT("admin")   },
    };
    static const struct named_value outside[] = {
        {STR_INIT("DestinationIp"), STR_INIT("192.0.2.80")},
    };
    const char *sysmon = "Microsoft-Windows-Sysmon/Operational";
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 5, WEIGHT_STRONG, "execute", "iis", 0);
    struct {
        uint32_t id;
        const struct named_value *fields;
        size_t count;
        const char *channel, *host;
        bool trail;
    } records[] = {
        {4648, to_dc,   2, "Security", "MX01",  true },
        {4648, to_dc,   2, "Security", "MX01",  true },
        {4648, to_self, 1, "Security", "MX01",  true },
        {3,    outside, 1, sysmon,     "MX01",  false},
        {5140, share,   2, "Security", "FILES", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(records); i++) {
        struct finding *f =
            saw(&e, 0, WEIGHT_CONTEXT, "", records[i].channel, 10 * (int64_t)(i + 1));
        f->event_id = records[i].id;
        f->fields = records[i].fields;
        f->nfields = records[i].count;
        f->host = str_of(records[i].host);
        f->trail = records[i].trail;
        f->led_by = STR("admin");
    }
    struct assessment as = judged_with(&e, &(struct judge_input){.nvisits = 0});
    CHECK_INT(as.nreached, 2);
    CHECK_STR(as.reached[0].target, "DC01");
    CHECK_STR(as.reached[0].account, "admin");
    CHECK(as.reached[0].times == 2 && as.reached[0].first == AT(10) &&
          as.reached[0].last == AT(20));
    CHECK_INT(as.reached[0].findings.count, 2);
    CHECK_STR(as.reached[1].target, "FILES");
    CHECK_STR(as.reached[1].from, "10.0.0.5");
    evidence_done(&e);
}

/* From one of their addresses, on two pages; another asked without a name. */
static void accounts_that_they_used_are_told(void)
{
    struct evidence e;
    evidence_init(&e);
    about(&e, saw(&e, 7, WEIGHT_STRONG, "exfiltrate", "iis", 0), "address", "attacker",
          "192.0.2.1");
    const struct visit visits[] = {
        {.page = STR("/powershell"),
         .address = STR("192.0.2.1"),
         .account = STR("CORP\\adm.keller"),
         .requests = 2,
         .first = AT(-50),
         .last = AT(-40)},
        {.page = STR("/ecp/"),
         .address = STR("192.0.2.1"),
         .account = STR("corp\\ADM.keller"),
         .requests = 1,
         .first = AT(-60),
         .last = AT(-60)},
        {.page = STR("/owa/"),
         .address = STR("192.0.2.9"),
         .account = STR("CORP\\anna"),
         .requests = 1,
         .first = AT(-60),
         .last = AT(-60)},
    };
    const struct visit theirs = {
        .address = STR("192.0.2.1"), .requests = 3, .first = AT(-60), .last = AT(0)};
    struct assessment as = judged_with(&e, &(struct judge_input){.visits = visits,
                                                                 .nvisits = ARRAY_LEN(visits),
                                                                 .intruders = &theirs,
                                                                 .nintruders = 1});
    const struct stage *s = stage_of(&as, "trail");
    CHECK(s && s->nclaims == 1);
    CHECK(s && says(s->claims, 1,
                    "192.0.2.1 asked the web server as CORP\\adm.keller, first at "
                    "2021-03-14T06:39:00Z"));
    evidence_done(&e);
}

static void a_sweep_is_set_aside_with_the_reason(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 2, WEIGHT_LEAD, "probe", "iis", 0);
    const struct visit clients[] = {
        {.address = STR("198.51.100.7"), .requests = 20000, .refused = 19000, .swept = 18000},
        {.address = STR("198.51.100.8"), .requests = 9000,  .refused = 150,   .swept = 2    },
    };
    struct assessment as =
        judged_with(&e, &(struct judge_input){.clients = clients, .nclients = ARRAY_LEN(clients)});
    CHECK_INT(as.verdict.state, VERDICT_ATTEMPTED);
    CHECK_INT(as.nset_aside, 1);
    CHECK(str_eq(as.set_aside[0].address, STR("198.51.100.7")));
    CHECK(str_has(as.set_aside[0].why.in[LANG_EN], STR("19000 of them refused")));
    evidence_done(&e);
}

static void who_says_that_he_watches_is_counted_and_clears_nobody(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 2, WEIGHT_LEAD, "probe", "iis", 0);
    const struct visit clients[] = {
        {.address = STR("10.0.0.9"),     .requests = 5000, .agent = STR("check_http/v2.3 (x)")},
        {.address = STR("10.0.0.8"),     .requests = 5000, .agent = STR("Mozilla/5.0")        },
        {.address = STR("198.51.100.7"), .requests = 200,  .agent = STR("x Nessus")           },
    };
    const struct visit intruder = {.address = STR("198.51.100.7"), .requests = 200};
    struct assessment as = judged_with(&e, &(struct judge_input){.clients = clients,
                                                                 .nclients = ARRAY_LEN(clients),
                                                                 .intruders = &intruder,
                                                                 .nintruders = 1});
    CHECK_INT(as.verdict.state, VERDICT_ATTEMPTED);
    CHECK_INT(as.nset_aside, 1);
    CHECK_STR(as.set_aside[0].address, "10.0.0.9");
    CHECK(str_has(as.set_aside[0].why.in[LANG_EN], STR("which watches servers: 5000 requests")));
    evidence_done(&e);
}

/* Names made up, each answered 200 with the same page; and somebody who read as many real ones. */
static void a_server_that_answers_everything_is_told(void)
{
    enum { PAGES = 20 };
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 2, WEIGHT_LEAD, "probe", "iis", 0);
    struct visit visits[2 * PAGES];
    for (size_t i = 0; i < ARRAY_LEN(visits); i++) {
        bool real = i % 2;
        visits[i] = (struct visit){.page = arena_printf(&e.arena, "/%zu.aspx", i),
                                   .address = real ? STR("192.0.2.9") : STR("198.51.100.7"),
                                   .requests = 1,
                                   .ok = 1,
                                   .out = real ? 1000 + i : 1245,
                                   .sized = 1,
                                   .first = AT((int64_t)i),
                                   .last = AT((int64_t)i),
                                   .ok_first = AT((int64_t)i),
                                   .ok_last = AT((int64_t)i)};
    }
    struct judge_input in = {.visits = visits, .nvisits = ARRAY_LEN(visits)};
    struct assessment as = judged_with(&e, &in);
    CHECK_INT(as.nset_aside, 1);
    CHECK(str_eq(as.set_aside[0].address, STR("198.51.100.7")) && as.set_aside[0].pages == PAGES);
    CHECK(str_has(as.set_aside[0].why.in[LANG_EN], STR("the same 1245 bytes for 20 of them")));
    visits[0].posts = 1; /* one fewer */
    as = judged_with(&e, &in);
    CHECK_INT(as.nset_aside, 0);
    evidence_done(&e);
}

static struct finding *stayed(struct evidence *e, str *technique, enum weight weight,
                              int64_t seconds)
{
    struct finding *f = saw(e, 6, weight, "persist", "Security", seconds);
    struct rule_info *rule = rule_of(e, f);
    rule->attack = technique;
    rule->nattack = 1;
    return f;
}

/* By a command, a record of its making, and one that tells it by number alone: one account. A task;
 * and what an administrator does every day, in whose name nobody broke in, then in his. */
static void what_stays_is_told_once(void)
{
    static str account = STR_INIT("T1136.001"), member = STR_INIT("T1098.007"),
               task = STR_INIT("T1053.005"), delegation = STR_INIT("T1098.002");
    static const struct named_value made[] = {
        {STR_INIT("TargetUserName"), STR_INIT("helpdesk")     },
        {STR_INIT("TargetSid"),      STR_INIT("S-1-5-21-1-07")},
    };
    struct evidence e;
    evidence_init(&e);
    about(&e, saw(&e, 5, WEIGHT_STRONG, "execute", "iis", 0), "account", "", "adm.keller");
    about(&e, stayed(&e, &account, WEIGHT_LEAD, 60), "command", "executed",
          "net user helpdesk /add");
    struct finding *f = stayed(&e, &account, WEIGHT_LEAD, 61);
    about(&e, f, "account", "created", "helpdesk");
    f->fields = made;
    f->nfields = ARRAY_LEN(made);
    about(&e, stayed(&e, &member, WEIGHT_LEAD, 400), "account", "created", "S-1-5-21-1-07");
    about(&e, stayed(&e, &task, WEIGHT_LEAD, 500), "task", "created", "\\Sync");
    about(&e, stayed(&e, &delegation, WEIGHT_CONTEXT, 600), "account", "", "anna");
    struct assessment as = judged_with(&e, &(struct judge_input){.nvisits = 0});
    CHECK_INT(as.npersistence, 2);
    CHECK_STR(as.persistence[0].kind, "account");
    CHECK_STR(as.persistence[0].value, "helpdesk");
    CHECK_INT(as.persistence[0].findings.count, 3);
    CHECK_STR(as.persistence[1].kind, "task");
    about(&e, &e.findings[e.nfindings - 1], "account", "", "adm.keller");
    as = judged_with(&e, &(struct judge_input){.nvisits = 0});
    CHECK_INT(as.npersistence, 3);
    CHECK_STR(as.persistence[2].kind, "delegation");
    evidence_done(&e);
}

#define STARTED(guid, parent, image)                           \
    {                                                          \
        {STR_INIT("ProcessGuid"), STR_INIT(guid)},             \
            {STR_INIT("ParentProcessGuid"), STR_INIT(parent)}, \
            {STR_INIT("Image"), STR_INIT(image)},              \
        {                                                      \
            STR_INIT("ParentImage"), STR_INIT("w3wp.exe")      \
        }                                                      \
    }

/* w3wp.exe, of which nobody recorded the start, ran cmd.exe, and that whoami.exe. */
static void processes_stand_in_a_tree(void)
{
    static const struct named_value child[] = STARTED("{2}", "{1}", "whoami.exe");
    static const struct named_value shell[] = STARTED("{1}", "{0}", "cmd.exe");
    struct evidence e;
    evidence_init(&e);
    const char *channel = "Microsoft-Windows-Sysmon/Operational";
    struct finding *f = saw(&e, 5, WEIGHT_STRONG, "execute", channel, 1);
    f->event_id = 1;
    f->fields = child;
    f->nfields = 4;
    f = saw(&e, 5, WEIGHT_STRONG, "execute", channel, 0);
    f->event_id = 1;
    f->fields = shell;
    f->nfields = 4;
    struct assessment as = judged_with(&e, &(struct judge_input){.nvisits = 0});
    CHECK_INT(as.nprocesses, 3);
    static const char *const images[] = {"w3wp.exe", "cmd.exe", "whoami.exe"};
    for (size_t i = 0; i < as.nprocesses && i < 3; i++) {
        CHECK_STR(as.processes[i].image, images[i]);
        CHECK_INT(as.processes[i].depth, i);
    }
    evidence_done(&e);
}

int main(void)
{
    RUN(a_shell_has_a_life);
    RUN(what_was_taken_is_a_range);
    RUN(what_took_no_longer_was_no_more);
    RUN(what_was_fetched_is_no_larger_than_its_file);
    RUN(a_mailbox_is_no_larger_than_its_export);
    RUN(machines_they_went_to_are_listed);
    RUN(what_stays_is_told_once);
    RUN(accounts_that_they_used_are_told);
    RUN(a_sweep_is_set_aside_with_the_reason);
    RUN(who_says_that_he_watches_is_counted_and_clears_nobody);
    RUN(a_server_that_answers_everything_is_told);
    RUN(processes_stand_in_a_tree);
    return kit_end();
}
