#include "evidence.h"

/* A small intrusion: two steps, one of them carried by a log of its own. */
#define DOSSIER                                                                                    \
    "dossier: flood\n"                                                                             \
    "name: {en: Flood, fr: Crue}\n"                                                                \
    "summary: {en: A flood., fr: Une crue.}\n"                                                     \
    "cves: [CVE-2021-1]\n"                                                                         \
    "applies: [dam]\n"                                                                             \
    "logs:\n"                                                                                      \
    "  - {channel: dam, title: {en: dam log, fr: journal du barrage}, where: {en: /d, fr: /d}}\n"  \
    "  - {channel: river, title: {en: river log, fr: journal du fleuve},\n"                        \
    "     where: {en: /r, fr: /r}}\n"                                                              \
    "steps:\n"                                                                                     \
    "  - id: leak\n"                                                                               \
    "    title: {en: It leaks, fr: Il fuit}\n"                                                     \
    "    stage: entry\n"                                                                           \
    "    technique: T1190\n"                                                                       \
    "    rung: 3\n"                                                                                \
    "    telling: true\n"                                                                          \
    "    looks: {en: wet, fr: humide}\n"                                                           \
    "    shown_by: [limier.leak]\n"                                                                \
    "    logs: [dam]\n"                                                                            \
    "  - id: gone\n"                                                                               \
    "    title: {en: It flows, fr: Il coule}\n"                                                    \
    "    stage: exfiltrate\n"                                                                      \
    "    technique: T1041\n"                                                                       \
    "    rung: 7\n"                                                                                \
    "    looks: {en: water, fr: eau}\n"                                                            \
    "    logs: [river]\n"                                                                          \
    "limits:\n"                                                                                    \
    "  - id: river\n"                                                                              \
    "    needs: [river]\n"                                                                         \
    "    steps: [gone]\n"                                                                          \
    "    text: {en: Water that left could not be seen., fr: \"L'eau sortie n'a pu être vue.\"}\n" \
    "    remedy: {en: Read the river., fr: Lire le fleuve.}\n"                                     \
    "actions:\n"                                                                                   \
    "  - {id: later, when: this_week, rung: 1, text: {en: l, fr: l}, why: {en: w, fr: w}}\n"       \
    "  - {id: never, when: now, forbidden: true, rung: 3, text: {en: n, fr: n},\n"                 \
    "     why: {en: w, fr: w}}\n"                                                                  \
    "  - {id: first, when: now, rung: 4, text: {en: f, fr: f}, why: {en: w, fr: w}}\n"             \
    "  - {id: leak, when: today, rung: 3, stages: [entry], text: {en: k, fr: k},\n"                \
    "     why: {en: w, fr: w}}\n"

static void each_rung_has_its_state(void)
{
    static const enum verdict_state states[] = {
        VERDICT_NONE,        VERDICT_SCANNED,     VERDICT_ATTEMPTED,   VERDICT_EXPLOITED,
        VERDICT_COMPROMISED, VERDICT_COMPROMISED, VERDICT_COMPROMISED, VERDICT_COMPROMISED,
    };
    for (int rung = 0; rung <= RUNG_MAX; rung++) {
        struct evidence e;
        evidence_init(&e);
        has_unit(&e, "a", OUTCOME_PARSED, 1);
        (void)saw(&e, rung, WEIGHT_STRONG, "entry", "iis", 0);
        struct assessment as = judged(&e);
        CHECK_INT(as.verdict.state, states[rung]);
        CHECK_INT(as.verdict.rung, rung);
        CHECK_INT(as.verdict.because.count, rung > 0);
        evidence_done(&e);
    }
}

static void nothing_read_cannot_tell(void)
{
    struct evidence e;
    evidence_init(&e);
    has_unit(&e, "noise.bin", OUTCOME_NOT_UNDERSTOOD, 0);
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.state, VERDICT_CANNOT_TELL);
    CHECK_INT(as.verdict.likelihood, LIKELIHOOD_NONE);
    CHECK(says(as.verdict.sentences, as.verdict.nsentences, "nothing was read that could"));
    evidence_done(&e);
}

static void silence_is_none_and_never_sure(void)
{
    struct evidence e;
    evidence_init(&e);
    has_unit(&e, "a", OUTCOME_PARSED, 1000);
    has_log(&e, "iis", 0, 1000);
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.state, VERDICT_NONE);
    CHECK_INT(as.verdict.confidence, CONFIDENCE_LOW);
    CHECK(says(as.verdict.sentences, 1, "no sign of compromise in what we could see"));
    CHECK_INT(as.nactions, 0);
    evidence_done(&e);
}

static void silence_in_whole_logs_is_moderately_sure(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)knows(&e, DOSSIER);
    has_unit(&e, "a", OUTCOME_PARSED, 1000);
    has_log(&e, "dam", 0, 1000);
    CHECK_INT(judged(&e).verdict.confidence, CONFIDENCE_LOW); /* the river's log is missing */
    CHECK_INT(judged(&e).verdict.rung_possible, 7);
    has_log(&e, "river", 0, 1000);
    CHECK_INT(judged(&e).verdict.confidence, CONFIDENCE_MODERATE);
    CHECK_INT(judged(&e).verdict.rung_possible, 0);
    has_unit(&e, "b", OUTCOME_FAILED, 0);
    CHECK_INT(judged(&e).verdict.confidence, CONFIDENCE_LOW);
    evidence_done(&e);
}

static void leads_alone_do_not_prove_a_break_in(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 6, WEIGHT_LEAD, "collect", "Security", 0);
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.state, VERDICT_CANNOT_TELL);
    CHECK_INT(as.verdict.rung, 0);
    CHECK_INT(as.verdict.rung_possible, 6);
    e.rules[0].level = LEVEL_LOW;
    as = judged(&e);
    CHECK_INT(as.verdict.state, VERDICT_NONE);
    CHECK_INT(as.verdict.rung_possible, 6);
    evidence_done(&e);
}

static void after_a_break_in_leads_count_on_that_host(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 6, WEIGHT_LEAD, "collect", "Security", -60); /* before: says nothing */
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "Sysmon", 0);
    CHECK_INT(judged(&e).verdict.rung, 4);
    struct finding *elsewhere = saw(&e, 6, WEIGHT_LEAD, "collect", "Security", 60);
    elsewhere->host = STR("DC01");
    CHECK_INT(judged(&e).verdict.rung, 4);
    elsewhere->host = STR("mx01");
    CHECK_INT(judged(&e).verdict.rung, 6);
    (void)saw(&e, 7, WEIGHT_LEAD, "exfiltrate", "Security", 61); /* loss needs more than a lead */
    CHECK_INT(judged(&e).verdict.rung, 6);
    evidence_done(&e);
}

static void rules_of_others_are_leads(void)
{
    struct evidence e;
    evidence_init(&e);
    str tactic = STR("credential_access"); /* older rules write it so */
    (void)saw_of_others(&e, LEVEL_CRITICAL, &tactic, 0);
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.state, VERDICT_CANNOT_TELL);
    CHECK_INT(as.verdict.confidence, CONFIDENCE_LOW);
    CHECK_INT(as.verdict.rung_possible, 6);
    CHECK_INT(as.verdict.because.count, 1);
    e.rules[0].level = LEVEL_MEDIUM;
    CHECK_INT(judged(&e).verdict.state, VERDICT_NONE);
    evidence_done(&e);
}

static void rules_of_others_that_speak_of_knocking_are_an_attempt(void)
{
    struct evidence e;
    evidence_init(&e);
    str tactic = STR("initial-access");
    (void)saw_of_others(&e, LEVEL_HIGH, &tactic, 0);
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.state, VERDICT_ATTEMPTED);
    CHECK_INT(as.verdict.confidence, CONFIDENCE_LOW);
    evidence_done(&e);
}

static void a_sweep_of_any_size_is_no_compromise(void)
{
    struct evidence e;
    evidence_init(&e);
    for (int i = 0; i < 40; i++) {
        (void)saw(&e, 1 + i % 2, WEIGHT_LEAD, "entry", "iis", i);
    }
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.state, VERDICT_ATTEMPTED);
    CHECK_STR(stage_of(&as, "entry")->title.in[LANG_EN], "What they tried");
    CHECK(stage_of(&as, "exfiltrate") == NULL);
    evidence_done(&e);
}

/* By the log of management commands and by the event log, a second apart. */
static void two_logs_tell_of_one_step_once(void)
{
    static str export = STR_INIT("limier.proxyshell-export");
    struct evidence e;
    evidence_init(&e);
    for (int i = 0; i < 2; i++) {
        const char *log = i ? "MSExchange Management" : "exchange-cmdlet";
        struct rule_info *rule = rule_of(&e, saw(&e, 4, WEIGHT_PROOF, "write", log, i));
        rule->tags = &export;
        rule->ntags = 1;
    }
    struct assessment as = judged(&e);
    CHECK_INT(stage_of(&as, "write")->nclaims, 1);
    CHECK_INT(stage_of(&as, "write")->claims[0].findings.count, 2);
    e.findings[1].time = AT(60); /* another export */
    as = judged(&e);
    CHECK_INT(stage_of(&as, "write")->nclaims, 2);
    evidence_done(&e);
}

static void once_somebody_is_in_the_probes_of_others_are_set_aside(void)
{
    struct evidence e;
    evidence_init(&e);
    const struct entity_ref intruder = {STR("address"), STR("attacker"), STR("203.0.113.7")};
    const struct entity_ref stranger = {STR("address"), STR("client"), STR("198.51.100.9")};
    const struct entity_ref same = {STR("address"), STR("client"), STR("203.0.113.7")};
    struct finding *of_other = saw(&e, 1, WEIGHT_LEAD, "entry", "iis", -90000);
    of_other->entities = &stranger;
    struct finding *of_intruder = saw(&e, 1, WEIGHT_LEAD, "entry", "iis", -600);
    of_intruder->entities = &same;
    of_other->nentities = of_intruder->nentities = 1;
    CHECK_INT(judged(&e).verdict.because.count, 2);
    struct finding *in = saw(&e, 3, WEIGHT_STRONG, "entry", "iis", 0);
    in->entities = &intruder;
    in->nentities = 1;
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.because.count, 2);
    CHECK_INT(as.verdict.first_seen, AT(-600));
    evidence_done(&e);
}

static void a_host_under_two_names_is_one(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "Sysmon", 0);
    saw(&e, 5, WEIGHT_STRONG, "execute", "Security", 1)->host = STR("mx01.example.com");
    struct assessment as = judged(&e);
    CHECK(says(as.verdict.sentences, 1, "that mx01.example.com was compromised"));
    e.findings[1].host = STR("mx012.example.com");
    as = judged(&e);
    CHECK(says(as.verdict.sentences, 1, "these hosts were compromised: MX01, mx012.example.com"));
    evidence_done(&e);
}

static void more_logs_that_agree_make_it_surer(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 5, WEIGHT_STRONG, "execute", "Security", 0);
    struct verdict v = judged(&e).verdict;
    CHECK_INT(v.likelihood, LIKELIHOOD_LIKELY);
    CHECK_INT(v.confidence, CONFIDENCE_LOW);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "Sysmon", 1);
    v = judged(&e).verdict;
    CHECK_INT(v.likelihood, LIKELIHOOD_VERY_LIKELY);
    CHECK_INT(v.confidence, CONFIDENCE_MODERATE);
    (void)saw(&e, 4, WEIGHT_PROOF, "write", "MSExchange Management", 2);
    v = judged(&e).verdict;
    CHECK_INT(v.likelihood, LIKELIHOOD_ALMOST_CERTAIN);
    CHECK_INT(v.confidence, CONFIDENCE_HIGH);
    CHECK(says(v.sentences, 1, "It is almost certain that MX01 was compromised."));
    evidence_done(&e);
}

/* ICD 203: likelihood and confidence never stand in one sentence. */
static void likelihood_and_confidence_stay_apart(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 5, WEIGHT_PROOF, "execute", "Security", 0);
    struct verdict v = judged(&e).verdict;
    CHECK(v.nsentences >= 2);
    for (size_t i = 0; i < v.nsentences; i++) {
        str s = v.sentences[i].text.in[LANG_EN];
        CHECK(!(str_has_nocase(s, STR("likely")) && str_has_nocase(s, STR("confidence"))));
        CHECK(str_find_char(s, '{') == s.len);
        CHECK(v.sentences[i].findings.count > 0);
    }
    evidence_done(&e);
}

static void one_process_in_two_logs_is_one_sentence(void)
{
    struct evidence e;
    evidence_init(&e);
    const struct entity_ref command[] = {
        {STR("command"), STR("executed"), STR("cmd /c whoami")}
    };
    struct finding *sysmon = saw(&e, 5, WEIGHT_PROOF, "execute", "Sysmon", 1);
    struct finding *audit = saw(&e, 5, WEIGHT_STRONG, "execute", "Security", 0);
    struct finding *other = saw(&e, 5, WEIGHT_STRONG, "execute", "Security", 2);
    sysmon->entities = audit->entities = command;
    sysmon->nentities = audit->nentities = 1;
    (void)other;
    struct assessment as = judged(&e);
    const struct stage *s = stage_of(&as, "execute");
    CHECK(s && s->seen && s->nclaims == 2);
    CHECK_INT(s->claims[0].findings.count, 2);
    CHECK_STR(s->claims[0].text.in[LANG_EN], "Sentence 0."); /* the weightier one's */
    CHECK_INT(s->first, AT(0));
    CHECK_INT(s->last, AT(2));
    CHECK(says(as.verdict.sentences, as.verdict.nsentences, "`cmd /c whoami`"));
    evidence_done(&e);
}

static void many_of_one_rule_are_told_by_example(void)
{
    struct evidence e;
    evidence_init(&e);
    for (int i = 0; i < 30; i++) {
        struct finding *f = saw(&e, 5, WEIGHT_STRONG, "execute", "Security", i);
        f->rule = &e.rules[0];
    }
    struct assessment as = judged(&e);
    const struct stage *s = stage_of(&as, "execute");
    CHECK_INT(s->nclaims, 6);
    size_t findings = 0;
    for (size_t i = 0; i < s->nclaims; i++) {
        findings += s->claims[i].findings.count;
    }
    CHECK_INT(findings, 30); /* none is dropped */
    CHECK(says(s->claims, s->nclaims, "(Further findings of this kind: 24.)"));
    evidence_done(&e);
}

static void context_is_told_beside_a_proof_only(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 4, WEIGHT_CONTEXT, "write", "Security", 30);
    CHECK_INT(judged(&e).nstages, 0);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "Sysmon", 0);
    struct assessment as = judged(&e);
    CHECK_INT(stage_of(&as, "write")->nclaims, 2);
    e.findings[0].time = AT(48 * HOUR_S);
    as = judged(&e);
    CHECK_INT(stage_of(&as, "write")->nclaims, 1);
    evidence_done(&e);
}

static void what_is_not_seen_says_whether_it_would_have_been(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)knows(&e, DOSSIER);
    has_log(&e, "dam", -100, 100);
    (void)saw(&e, 4, WEIGHT_STRONG, "entry", "dam", 0);
    struct rule_info *rule = &e.rules[0];
    const str cve = STR("CVE-2021-1");
    rule->cves = &cve;
    rule->ncves = 1;
    struct assessment as = judged(&e);
    const struct stage *left = stage_of(&as, "exfiltrate");
    CHECK(left && !left->seen);
    CHECK_STR(left->claims[0].text.in[LANG_EN],
              "Nothing in this evidence shows that data left. It could not have shown it: it holds "
              "none of these: river log.");
    CHECK_INT(as.verdict.rung_possible, 7);
    CHECK(says(as.verdict.sentences, as.verdict.nsentences, "CVE-2021-1 (2021-03-14T06:40:00Z)"));
    has_log(&e, "river", -100, 100);
    as = judged(&e);
    CHECK(str_has(stage_of(&as, "exfiltrate")->claims[0].text.in[LANG_EN],
                  STR("Logs that could show it were read: river log.")));
    evidence_done(&e);
}

static void a_log_that_begins_too_late_shows_nothing(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)knows(&e, DOSSIER);
    has_log(&e, "dam", -100, 100);
    has_log(&e, "river", 72 * HOUR_S, 96 * HOUR_S);
    (void)saw(&e, 3, WEIGHT_STRONG, "entry", "dam", 0);
    struct assessment as = judged(&e);
    CHECK_INT(as.coverage.nblind_spots, 2);
    CHECK(str_has(as.coverage.blind_spots[0].text.in[LANG_EN],
                  STR("does not reach the time of the first sign")));
    CHECK(str_has(as.coverage.blind_spots[1].text.in[LANG_EN], STR("begin much later")));
    evidence_done(&e);
}

static void evidence_that_ends_with_the_intrusion_says_so(void)
{
    struct evidence e;
    evidence_init(&e);
    has_log(&e, "dam", -100, 100);
    (void)saw(&e, 5, WEIGHT_STRONG, "execute", "dam", 0);
    struct assessment as = judged(&e);
    CHECK_INT(as.coverage.nblind_spots, 1);
    CHECK(str_has(as.coverage.blind_spots[0].text.in[LANG_EN],
                  STR("What happened later could not be seen")));
    CHECK_INT(as.verdict.rung_possible, 7);
    evidence_done(&e);
}

static void actions_come_by_urgency_and_the_forbidden_last(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)knows(&e, DOSSIER);
    const str tag = STR("limier.leak");
    (void)saw(&e, 4, WEIGHT_STRONG, "entry", "dam", 0);
    e.rules[0].tags = &tag;
    e.rules[0].ntags = 1;
    struct assessment as = judged(&e);
    CHECK_INT(as.nactions, 4);
    CHECK_STR(as.actions[0].id, "first");
    CHECK_STR(as.actions[1].id, "leak");
    CHECK_STR(as.actions[2].id, "later");
    CHECK_STR(as.actions[3].id, "never");
    CHECK(as.actions[3].forbidden);
    CHECK_INT(as.ndossiers, 1);
    CHECK_INT(as.dossiers[0].steps[0].findings.count, 1);
    CHECK(!as.dossiers[0].steps[1].visible);
    evidence_done(&e);
}

static void a_dossier_that_only_applies_is_not_said_to_match(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)knows(&e, DOSSIER);
    has_unit(&e, "a", OUTCOME_PARSED, 5);
    has_log(&e, "dam", 0, 1);
    struct assessment as = judged(&e);
    CHECK_INT(as.ndossiers, 0);
    CHECK_INT(as.coverage.nblind_spots, 1);
    evidence_done(&e);
}

static void the_trail_is_told_by_what_led_it(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "dam", 0);
    for (int i = 1; i < 4; i++) {
        struct finding *f = saw(&e, RUNG_NONE, WEIGHT_CONTEXT, "", "iis", i);
        f->trail = true;
        f->led_by = STR("evil.aspx");
    }
    struct assessment as = judged(&e);
    const struct stage *s = stage_of(&as, "trail");
    CHECK(s && s->nclaims == 1 && s->claims[0].findings.count == 3);
    CHECK(says(s->claims, 1,
               "Further records that name evil.aspx: 3, from 2021-03-14T06:40:01Z on."));
    evidence_done(&e);
}

/* By its GUID, of which only the trail knows the start; and by the number of a session. */
static void processes_and_sessions_are_told_as_people_know_them(void)
{
    static const struct named_value start[] = {
        {STR_INIT("ProcessGuid"), STR_INIT("{A}")   },
        {STR_INIT("CommandLine"), STR_INIT("whoami")},
    };
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "dam", 0);
    for (int i = 1; i < 4; i++) {
        struct finding *f = saw(&e, RUNG_NONE, WEIGHT_CONTEXT, "", "Security", i);
        f->trail = true;
        f->led_by = i < 3 ? STR("{A}") : STR("0x4a2f81");
        f->fields = start;
        f->nfields = i < 3 ? ARRAY_LEN(start) : 0;
    }
    struct assessment as = judged(&e);
    const struct stage *s = stage_of(&as, "trail");
    CHECK(s && s->nclaims == 2);
    CHECK(says(s->claims, 2, "of the process that ran `whoami`: 2"));
    CHECK(says(s->claims, 2, "of their session 0x4a2f81: 1"));
    evidence_done(&e);
}

static void what_the_trail_did_not_follow_is_said(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "dam", 0);
    struct assessment as = judged(&e);
    CHECK(stage_of(&as, "trail") == NULL);
    e.held[0] = (struct held){STR("address"), STR("10.0.0.1"), "an address inside"};
    e.nheld = 1;
    as = judged(&e);
    const struct stage *s = stage_of(&as, "trail");
    CHECK(s && says(s->claims, s->nclaims, "Not followed") && says(s->claims, s->nclaims, ": 1."));
    CHECK(s && says(s->claims, s->nclaims, "10.0.0.1 (an address inside)"));
    evidence_done(&e);
}

static void running_out_of_memory_is_no_verdict_of_none(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 5, WEIGHT_PROOF, "execute", "dam", 0);
    const struct judge_input in = {.findings = e.findings, .nfindings = 1};
    struct arena small;
    arena_init(&small, 0);
    struct assessment as;
    judge(&in, &small, &as);
    CHECK_INT(as.verdict.state, VERDICT_CANNOT_TELL);
    arena_done(&small);
    evidence_done(&e);
}

/* ---- several hosts */

static void a_log_of_another_host_shows_nothing(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)knows(&e, DOSSIER);
    has_log(&e, "dam", -100, 100);
    has_log(&e, "river", -100, 100);
    (void)saw(&e, 4, WEIGHT_STRONG, "entry", "dam", 0);
    struct assessment as = judged(&e);
    CHECK(says(stage_of(&as, "exfiltrate")->claims, 1, "Logs that could show it were read"));
    e.sources[1].host = STR("DC01");
    as = judged(&e);
    CHECK(says(stage_of(&as, "exfiltrate")->claims, 1, "could not have shown it of all hosts"));
    e.sources[1].host = STR_NONE; /* it may be of any */
    as = judged(&e);
    CHECK(says(stage_of(&as, "exfiltrate")->claims, 1, "Logs that could show it were read"));
    evidence_done(&e);
}

static void each_of_several_hosts_is_judged_by_its_own_time(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)knows(&e, DOSSIER);
    has_log(&e, "river", -100, 100);
    has_log(&e, "river", 900 * HOUR_S, 1000 * HOUR_S);
    e.sources[1].host = STR("DC01");
    has_log(&e, "dam", -100, 100); /* the dossier applies */
    (void)saw(&e, 4, WEIGHT_STRONG, "entry", "dam", 0);
    saw(&e, 4, WEIGHT_STRONG, "entry", "dam", 950 * HOUR_S)->host = STR("DC01");
    struct assessment as = judged(&e);
    CHECK(says(stage_of(&as, "exfiltrate")->claims, 1, "Logs that could show it were read"));
    const struct stage *entry = stage_of(&as, "entry");
    CHECK(says(entry->claims, entry->nclaims, "MX01: Sentence 0."));
    CHECK(says(entry->claims, entry->nclaims, "DC01: Sentence 1."));
    evidence_done(&e);
}

static void a_host_that_was_only_tried_is_not_called_compromised(void)
{
    struct evidence e;
    evidence_init(&e);
    const struct entity_ref intruder = {STR("address"), STR("attacker"), STR("192.0.2.1")};
    struct finding *in = saw(&e, 4, WEIGHT_STRONG, "write", "iis", 0);
    in->entities = &intruder;
    in->nentities = 1;
    struct finding *tried = saw(&e, 2, WEIGHT_LEAD, "entry", "iis", 5);
    tried->entities = &intruder;
    tried->nentities = 1;
    tried->host = STR("MX02");
    struct assessment as = judged(&e);
    CHECK_STR(as.verdict.sentences[0].text.in[LANG_EN], "It is likely that MX01 was compromised.");
    evidence_done(&e);
}

/* ---- what the logs tell against themselves */

static bool is_blind(const struct assessment *as, const char *text)
{
    for (size_t i = 0; i < as->coverage.nblind_spots; i++) {
        if (str_has(as->coverage.blind_spots[i].text.in[LANG_EN], str_of(text))) {
            return true;
        }
    }
    return false;
}

static void a_cleared_log_lowers_confidence(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 4, WEIGHT_PROOF, "write", "iis", 0);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "Security", 1);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "System", 2);
    struct assessment as = judged(&e);
    CHECK_INT(as.verdict.confidence, CONFIDENCE_HIGH);
    CHECK(!is_blind(&as, "cleared"));
    struct finding *cleared = saw(&e, 5, WEIGHT_LEAD, "hide", "Security", 3);
    const str tag = STR("limier.log-cleared");
    rule_of(&e, cleared)->tags = &tag;
    rule_of(&e, cleared)->ntags = 1;
    as = judged(&e);
    CHECK_INT(as.verdict.confidence, CONFIDENCE_MODERATE);
    CHECK(says(as.verdict.sentences, as.verdict.nsentences, "a log was cleared"));
    CHECK(is_blind(&as, "before they were cleared could not be seen: MX01"));
    CHECK(stage_of(&as, "hide") && stage_of(&as, "hide")->seen);
    cleared->time = AT(-365 * 24 * HOUR_S); /* when the server was new */
    as = judged(&e);
    CHECK_INT(as.verdict.confidence, CONFIDENCE_HIGH);
    CHECK(is_blind(&as, "before they were cleared could not be seen: MX01"));
    evidence_done(&e);
}

static void missing_records_and_clocks_set_back_are_blind_spots(void)
{
    struct evidence e;
    evidence_init(&e);
    const struct note_row notes[] = {
        {NOTE_RECORD_GAP, 1, 8, 0},
        {NOTE_TIME_BACK,  1, 9, 0}
    };
    has_unit(&e, "unit", OUTCOME_PARSED, 10);
    has_log(&e, "Security", 0, 100);
    has_log(&e, "System", 0, 100);
    struct assessment as = judged(&e);
    CHECK(!is_blind(&as, "Records are missing") && !is_blind(&as, "clock was set back"));
    e.units[0].notes = notes;
    e.units[0].nnotes = 2;
    as = judged(&e);
    CHECK(is_blind(
        &as, "Records are missing inside these logs, removed, overwritten or left out: Security"));
    CHECK(is_blind(&as, "the clock was set back"));
    CHECK_INT(as.verdict.confidence, CONFIDENCE_LOW);
    evidence_done(&e);
}

/* Whoever removes records leaves few holes; a filter leaves them everywhere. */
static void an_export_of_some_records_is_not_called_tampered_with(void)
{
    struct evidence e;
    evidence_init(&e);
    struct note_row note = {NOTE_RECORD_GAP, 9, 8, 0};
    has_unit(&e, "unit", OUTCOME_PARSED, 200);
    has_log(&e, "Security", 0, 100);
    e.units[0].notes = &note;
    e.units[0].nnotes = 1;
    struct assessment as = judged(&e);
    CHECK(is_blind(&as, "Records are missing inside"));
    note.count = 10;
    as = judged(&e);
    CHECK(!is_blind(&as, "Records are missing inside"));
    CHECK(is_blind(&as, "These logs are exports of some of their records"));
    e.units[0].events = 220; /* one hole in 22 records */
    as = judged(&e);
    CHECK(is_blind(&as, "Records are missing inside"));
    evidence_done(&e);
}

static void programs_are_recorded_when_a_log_counts_their_event(void)
{
    const struct event_kind without[] = {
        {4624, 90},
        {4672, 10}
    };
    const struct event_kind with[] = {
        {4624, 90},
        {4688, 10}
    };
    struct evidence e;
    evidence_init(&e);
    has_log(&e, "Security", -100, 100);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "Security", 0);
    e.sources[0].ids = without;
    e.sources[0].nids = 2;
    struct assessment as = judged(&e);
    CHECK(is_blind(&as, "Which programs ran was not recorded"));
    CHECK_INT(as.coverage.sources[0].nids, 2);
    e.sources[0].ids = with;
    as = judged(&e);
    CHECK(!is_blind(&as, "Which programs ran"));
    CHECK_INT(as.coverage.sources[0].ids[1].events, 10);
    e.sources[0].ids = without;
    has_log(&e, "Microsoft-Windows-Sysmon/Operational", -100, 100);
    e.sources[1].ids = &(struct event_kind){1, 5};
    e.sources[1].nids = 1;
    as = judged(&e);
    CHECK(!is_blind(&as, "Which programs ran"));
    evidence_done(&e);
}

/* ---- the effect */

static void what_left_is_told_with_its_time(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "iis", 0);
    (void)saw(&e, 6, WEIGHT_STRONG, "credential", "Security", 10);
    (void)saw(&e, 7, WEIGHT_STRONG, "exfiltrate", "iis", 20);
    struct assessment as = judged(&e);
    const struct claim *effect = as.verdict.sentences;
    CHECK(says(effect, 4, "They reached for passwords or keys (2021-03-14T06:40:10Z)."));
    CHECK(says(effect, 4, "Data left (2021-03-14T06:40:20Z). Sentence 2."));
    (void)saw(&e, 7, WEIGHT_STRONG, "exfiltrate", "iis", 30);
    as = judged(&e);
    CHECK(says(as.verdict.sentences, 4,
               "Data left (2 signs, from 2021-03-14T06:40:20Z to 2021-03-14T06:40:30Z). Sentence "
               "2."));
    evidence_done(&e);
}

static void rules_of_others_change_nothing_that_is_proven(void)
{
    struct evidence e;
    evidence_init(&e);
    (void)saw(&e, 4, WEIGHT_STRONG, "write", "iis", 0);
    const struct assessment alone = judged(&e);
    str tactic = STR("exfiltration");
    (void)saw_of_others(&e, LEVEL_CRITICAL, &tactic, 5);
    const struct assessment both = judged(&e);
    CHECK_INT(both.verdict.state, alone.verdict.state);
    CHECK_INT(both.verdict.rung, alone.verdict.rung);
    CHECK_INT(both.verdict.confidence, alone.verdict.confidence);
    CHECK_INT(both.verdict.likelihood, alone.verdict.likelihood);
    CHECK_INT(both.verdict.last_seen, alone.verdict.last_seen);
    CHECK_INT(both.verdict.because.count, 1);
    CHECK_INT(both.nstages, alone.nstages);
    evidence_done(&e);
}

int main(void)
{
    RUN(a_log_of_another_host_shows_nothing);
    RUN(each_of_several_hosts_is_judged_by_its_own_time);
    RUN(a_host_that_was_only_tried_is_not_called_compromised);
    RUN(a_cleared_log_lowers_confidence);
    RUN(missing_records_and_clocks_set_back_are_blind_spots);
    RUN(an_export_of_some_records_is_not_called_tampered_with);
    RUN(programs_are_recorded_when_a_log_counts_their_event);
    RUN(what_left_is_told_with_its_time);
    RUN(rules_of_others_change_nothing_that_is_proven);
    RUN(each_rung_has_its_state);
    RUN(nothing_read_cannot_tell);
    RUN(silence_is_none_and_never_sure);
    RUN(silence_in_whole_logs_is_moderately_sure);
    RUN(leads_alone_do_not_prove_a_break_in);
    RUN(after_a_break_in_leads_count_on_that_host);
    RUN(rules_of_others_are_leads);
    RUN(rules_of_others_that_speak_of_knocking_are_an_attempt);
    RUN(a_sweep_of_any_size_is_no_compromise);
    RUN(two_logs_tell_of_one_step_once);
    RUN(once_somebody_is_in_the_probes_of_others_are_set_aside);
    RUN(a_host_under_two_names_is_one);
    RUN(more_logs_that_agree_make_it_surer);
    RUN(likelihood_and_confidence_stay_apart);
    RUN(one_process_in_two_logs_is_one_sentence);
    RUN(many_of_one_rule_are_told_by_example);
    RUN(context_is_told_beside_a_proof_only);
    RUN(what_is_not_seen_says_whether_it_would_have_been);
    RUN(a_log_that_begins_too_late_shows_nothing);
    RUN(evidence_that_ends_with_the_intrusion_says_so);
    RUN(actions_come_by_urgency_and_the_forbidden_last);
    RUN(a_dossier_that_only_applies_is_not_said_to_match);
    RUN(the_trail_is_told_by_what_led_it);
    RUN(processes_and_sessions_are_told_as_people_know_them);
    RUN(what_the_trail_did_not_follow_is_said);
    RUN(running_out_of_memory_is_no_verdict_of_none);
    return kit_end();
}
