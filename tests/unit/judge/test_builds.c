/* Builds against the tables that Microsoft published ("Exchange Server build numbers and release
 * dates"): Mar21SU for ProxyLogon, Apr21SU and May21SU for ProxyShell. */
#include "evidence.h"

#include "judge/dossier.h"

#define DAY_S (24 * HOUR_S)

static void knows_file(struct evidence *e, const char *path)
{
    enum { ROOM = 1 << 20 };
    FILE *f = fopen(path, "rb");
    uint8_t *room = arena_alloc(&e->arena, ROOM);
    struct yaml_error error = {0};
    CHECK(f != NULL);
    bytes text = {room, f ? fread(room, 1, ROOM, f) : 0};
    e->dossiers[e->ndossiers++] = dossier_read(&e->arena, STR("d"), text, &error);
    CHECK(e->dossiers[e->ndossiers - 1] != NULL);
    if (f) {
        (void)fclose(f);
    }
}

static void begin(struct evidence *e)
{
    evidence_init(e);
    knows_file(e, PROJECT "/dossiers/proxylogon.yml");
    knows_file(e, PROJECT "/dossiers/proxyshell.yml");
}

static struct source_row *runs(struct evidence *e, const char *host, const char *channel,
                               const char *build, int64_t from, int64_t to)
{
    has_log(e, channel, from, to);
    struct source_row *s = &e->sources[e->nsources - 1];
    s->host = str_of(host);
    s->build = str_of(build);
    return s;
}

static const struct build *of(const struct assessment *as, const char *dossier, size_t skip)
{
    for (size_t i = 0; i < as->nbuilds; i++) {
        if (str_eq(as->builds[i].dossier, str_of(dossier)) && skip-- == 0) {
            return &as->builds[i];
        }
    }
    return NULL;
}

static const char *state_of(const char *dossier, const char *build)
{
    struct evidence e;
    begin(&e);
    runs(&e, "MAIL01", "exchange-httpproxy", build, 0, DAY_S);
    struct assessment as = judged(&e);
    const struct build *b = of(&as, dossier, 0);
    const char *state = b ? build_state_name(b->state) : "none";
    evidence_done(&e);
    return state;
}

static void is(const char *dossier, const char *build, const char *state)
{
    if (strcmp(state_of(dossier, build), state) != 0) {
        (void)fprintf(stderr, "%s: %s is %s, not %s\n", dossier, build, state_of(dossier, build),
                      state);
        CHECK(false);
    }
}

static void the_published_builds_are_told_apart(void)
{
    static const struct {
        const char *build, *logon, *shell;
    } known[] = {
        {"15.0.847.32",  "unconfirmed", "open"       }, /* 2013 SP1 */
        {"15.0.847.64",  "fixed",       "open"       }, /* Mar21SU */
        {"15.0.1367.3",  "open",        "open"       }, /* CU20: never corrected */
        {"15.0.1497.2",  "unconfirmed", "unconfirmed"}, /* CU23 */
        {"15.0.1497.12", "fixed",       "unconfirmed"}, /* Mar21SU */
        {"15.0.1497.15", "fixed",       "unconfirmed"}, /* Apr21SU: one of three flaws is left */
        {"15.0.1497.18", "fixed",       "fixed"      }, /* May21SU */
        {"15.1.225.42",  "open",        "open"       }, /* 2016 RTM */
        {"15.1.1415.2",  "unconfirmed", "open"       }, /* CU8 */
        {"15.1.1415.10", "fixed",       "open"       },
        {"15.1.1466.16", "fixed",       "open"       }, /* CU9 */
        {"15.1.2106.2",  "unconfirmed", "open"       }, /* CU18 */
        {"15.1.2106.13", "fixed",       "open"       },
        {"15.1.2176.2",  "unconfirmed", "unconfirmed"}, /* CU19 */
        {"15.1.2176.9",  "fixed",       "unconfirmed"},
        {"15.1.2176.14", "fixed",       "fixed"      },
        {"15.1.2242.4",  "fixed",       "unconfirmed"}, /* CU20 */
        {"15.1.2308.8",  "fixed",       "fixed"      }, /* CU21 */
        {"15.1.2507.6",  "fixed",       "fixed"      }, /* CU23, of 2022 */
        {"15.2.221.12",  "unconfirmed", "open"       }, /* 2019 RTM */
        {"15.2.221.18",  "fixed",       "open"       },
        {"15.2.792.3",   "unconfirmed", "unconfirmed"}, /* CU8 */
        {"15.2.792.10",  "fixed",       "unconfirmed"},
        {"15.2.858.5",   "fixed",       "unconfirmed"}, /* CU9 */
        {"15.2.922.7",   "fixed",       "fixed"      }, /* CU10 */
        {"15.2.2562.17", "fixed",       "fixed"      }, /* Subscription Edition */
        {"14.3.123.4",   "none",        "none"       }, /* 2010: the dossiers do not know it */
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        is("proxylogon", known[i].build, known[i].logon);
        is("proxyshell", known[i].build, known[i].shell);
    }
}

/* Mar21SU of CU18 is .13; CU19's own first build is .2. A number counts in its line only. */
static void a_high_last_number_of_an_older_line_says_nothing_of_a_newer_one(void)
{
    is("proxylogon", "15.1.2106.99", "fixed");
    is("proxylogon", "15.1.2107.99", "open"); /* no line at all, older than the last */
    is("proxylogon", "15.1.2176.8", "unconfirmed");
    is("proxylogon", "15.1.2243.0", "fixed"); /* newer than all that needed it */
}

static void what_is_no_build_is_none(void)
{
    is("proxylogon", "", "none");
    is("proxylogon", "15.1.2176", "none");
    is("proxylogon", "15.1.2176.2.1", "none");
    is("proxylogon", "15.1.2176.x", "none");
    is("proxylogon", "15.1.999999.1", "none");
}

static void an_open_build_is_exposed_and_asks_for_the_update(void)
{
    struct evidence e;
    begin(&e);
    runs(&e, "MAIL01", "exchange-httpproxy", "15.0.1367.3", 0, DAY_S);
    has_unit(&e, "HttpProxy.LOG", OUTCOME_PARSED, 9);
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.state, VERDICT_NONE);
    CHECK_INT(as.verdict.rung, 0);
    CHECK(says(as.verdict.sentences, as.verdict.nsentences,
               "MAIL01 ran Exchange, build 15.0.1367.3"));
    CHECK(says(as.verdict.sentences, as.verdict.nsentences, "CVE-2021-26855"));
    bool asked = false;
    for (size_t i = 0; i < as.nactions; i++) {
        asked |= str_eq(as.actions[i].id, STR("patch"));
    }
    CHECK(asked);
    evidence_done(&e);
}

static void a_corrected_build_asks_for_nothing(void)
{
    struct evidence e;
    begin(&e);
    runs(&e, "MAIL01", "exchange-httpproxy", "15.2.1118.7", 0, DAY_S);
    struct assessment as = judged(&e);
    CHECK_INT(as.nbuilds, 2);
    CHECK(!says(as.verdict.sentences, as.verdict.nsentences, "15.2.1118.7"));
    for (size_t i = 0; i < as.nactions; i++) {
        CHECK(!str_has(as.actions[i].id, STR("patch")));
    }
    evidence_done(&e);
}

static void an_update_inside_the_evidence_is_seen(void)
{
    struct evidence e;
    begin(&e);
    runs(&e, "MAIL01", "exchange-httpproxy", "15.1.2176.2", 0, 5 * DAY_S);
    runs(&e, "mail01.example.com", "exchange-ews", "15.1.2176.2", DAY_S, 5 * DAY_S - 9);
    runs(&e, "MAIL01", "exchange-httpproxy", "15.1.2176.9", 5 * DAY_S + 60, 9 * DAY_S);
    struct assessment as = judged(&e);
    const struct build *before = of(&as, "proxylogon", 0), *after = of(&as, "proxylogon", 1);
    CHECK(before && after && !of(&as, "proxylogon", 2));
    if (before && after) {
        CHECK_INT(before->state, BUILD_UNCONFIRMED);
        CHECK_INT(before->first, AT(0));
        CHECK_INT(before->last, AT(5 * DAY_S));
        CHECK_STR(before->product, "Exchange 2016 CU19");
        CHECK(!before->latest && after->latest);
        CHECK_INT(after->state, BUILD_FIXED);
        CHECK_INT(after->first, AT(5 * DAY_S + 60));
    }
    evidence_done(&e);
}

/* Seen in public logs: the front end's rows say 15.0.1497.0, and 15.0.1497.30 stands in EWS'. */
static void a_part_that_updates_leave_alone_says_nothing(void)
{
    struct evidence e;
    begin(&e);
    runs(&e, "MAIL01", "exchange-httpproxy", "15.0.1497.0", 0, 9 * DAY_S);
    runs(&e, "MAIL01", "exchange-ews", "15.0.1497.30", DAY_S, 9 * DAY_S);
    struct assessment as = judged(&e);
    CHECK_INT(as.nbuilds, 2); /* one for each dossier */
    const struct build *b = of(&as, "proxyshell", 0);
    CHECK(b && b->state == BUILD_FIXED);
    evidence_done(&e);
}

static void a_line_that_one_dossier_names_is_named_in_all(void)
{
    struct evidence e;
    begin(&e);
    runs(&e, "MAIL01", "exchange-ews", "15.1.2106.2", 0, DAY_S);
    struct assessment as = judged(&e);
    const struct build *b = of(&as, "proxyshell", 0);
    CHECK(b && b->state == BUILD_OPEN);
    CHECK_STR(b ? b->product : STR_NONE, "Exchange 2016 CU18");
    evidence_done(&e);
}

static void hosts_stay_apart(void)
{
    struct evidence e;
    begin(&e);
    runs(&e, "MAIL01", "exchange-ews", "15.1.2308.8", 0, DAY_S);
    runs(&e, "MAIL02", "exchange-ews", "15.1.2176.2", 0, DAY_S);
    struct assessment as = judged(&e);
    CHECK(says(as.verdict.sentences, as.verdict.nsentences, "MAIL02 ran"));
    CHECK_INT(as.nbuilds, 4);
    CHECK(as.builds[0].latest && as.builds[2].latest);
    evidence_done(&e);
}

static void an_update_after_the_entry_undoes_nothing(void)
{
    struct evidence e;
    begin(&e);
    runs(&e, "MX01", "exchange-httpproxy", "15.1.2176.2", 0, 5 * DAY_S);
    runs(&e, "MX01", "exchange-httpproxy", "15.1.2176.9", 5 * DAY_S, 9 * DAY_S);
    struct finding *f = saw(&e, 3, WEIGHT_PROOF, "entry", "exchange-httpproxy", 2 * DAY_S);
    str cve = STR("CVE-2021-26855");
    rule_of(&e, f)->cves = &cve;
    rule_of(&e, f)->ncves = 1;
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.state, VERDICT_EXPLOITED);
    CHECK(says(as.verdict.sentences, as.verdict.nsentences, "undoes nothing"));
    evidence_done(&e);
}

static void an_update_before_the_entry_is_not_said_to_come_after(void)
{
    struct evidence e;
    begin(&e);
    runs(&e, "MX01", "exchange-httpproxy", "15.1.2176.2", 0, 2 * DAY_S);
    runs(&e, "MX01", "exchange-httpproxy", "15.1.2176.9", 2 * DAY_S, 9 * DAY_S);
    struct finding *f = saw(&e, 3, WEIGHT_PROOF, "entry", "exchange-httpproxy", 5 * DAY_S);
    str cve = STR("CVE-2021-26855");
    rule_of(&e, f)->cves = &cve;
    rule_of(&e, f)->ncves = 1;
    struct assessment as = judged(&e);
    CHECK(!says(as.verdict.sentences, as.verdict.nsentences, "undoes nothing"));
    evidence_done(&e);
}

int main(void)
{
    RUN(the_published_builds_are_told_apart);
    RUN(a_high_last_number_of_an_older_line_says_nothing_of_a_newer_one);
    RUN(what_is_no_build_is_none);
    RUN(an_open_build_is_exposed_and_asks_for_the_update);
    RUN(a_corrected_build_asks_for_nothing);
    RUN(an_update_inside_the_evidence_is_seen);
    RUN(a_part_that_updates_leave_alone_says_nothing);
    RUN(a_line_that_one_dossier_names_is_named_in_all);
    RUN(hosts_stay_apart);
    RUN(an_update_after_the_entry_undoes_nothing);
    RUN(an_update_before_the_entry_is_not_said_to_come_after);
    return kit_end();
}
