/* An assessment and a finding in which every member has a value of its own, so that a member
 * lost or exchanged on the way shows. */
#ifndef TESTS_STORE_SAMPLE_H
#define TESTS_STORE_SAMPLE_H

#include "model/assessment.h"
#include "model/unit.h"

static const str ids_a[] = {STR_INIT("0123456789ab"), STR_INIT("ba9876543210")};
static const str ids_b[] = {STR_INIT("ffffffffffff")};
static const str words_a[] = {STR_INIT("one"), STR_INIT("two"), STR_INIT("three")};
static const str words_b[] = {STR_INIT("CVE-2021-26855")};

#define TEXT_OF(en, fr)                \
    {                                  \
        {                              \
            STR_INIT(en), STR_INIT(fr) \
        }                              \
    }

static const struct claim claims_a[] = {
    {TEXT_OF("They came in.",              "Ils sont entrés\u00a0!"), {ids_a, 2}},
    {TEXT_OF("They wrote \"x\"\n\x1b[31m", "Ils ont écrit"),          {ids_b, 1}},
};
static const struct gap gaps_a[] = {
    {1,                2               },
    {1615704011940123, 1615704015338000}
};
static const struct event_kind kinds_a[] = {
    {1102, 1                },
    {4688, UINT64_C(1) << 40}
};
static const struct coverage_source sources_a[] = {
    {STR_INIT("MXS01"), STR_INIT("iis"),      10,        20,        30, gaps_a, 2, -18000, NULL,    0},
    {STR_INIT("MXS02"), STR_INIT("Security"), TIME_NONE, TIME_NONE, 0,  NULL,   0, 0,      kinds_a, 2},
};
static const struct blind_spot spots_a[] = {
    {TEXT_OF("no IIS log", "pas de journal IIS"), TEXT_OF("give it", "fournissez-le"), words_a, 3},
};
static const struct unit_problem problems_a[] = {
    {STR_INIT("a.zip!/b.evtx"), OUTCOME_FAILED, NOTE_WORKER_DIED, 3, 4096, UINT64_MAX,
     STR_INIT("a \\x00 line")},
};
static const struct stage stages_a[] = {
    {STR_INIT("entry"),      TEXT_OF("Entry",   "Entrée"), 100,       200,       claims_a, 2, true},
    {STR_INIT("exfiltrate"), TEXT_OF("Leaving", "Sortie"),  TIME_NONE, TIME_NONE, claims_a, 1,
     false                                                                                         },
};
static const struct entity entities_a[] = {
    {STR_INIT("path"), STR_INIT("shell"), STR_INIT("C:\\owa\\auth\\x.aspx"), 5, 6, {ids_a, 2}},
};
static const struct dossier_step_seen steps_a[] = {
    {STR_INIT("ssrf"),  TEXT_OF("SSRF",  "SSRF fr"),  STR_INIT("T1190"),     true,  {ids_b, 1}},
    {STR_INIT("shell"), TEXT_OF("Shell", "Coquille"), STR_INIT("T1505.003"), false, {NULL, 0} },
};
static const struct contender_seen contenders_a[] = {
    {STR_INIT("G0125"), STR_INIT("HAFNIUM"), STR_INIT("CN"), 0.5, -1.25},
};
static const struct weighed_item weighed_a[] = {
    {STR_INIT("software"), STR_INIT("S0020"), STR_INIT("China Chopper"), STR_INIT("f1"), 1,   1.5,
     -0.25,                                                                                            0},
    {STR_INIT("parent"),   STR_INIT(""),      STR_INIT(""),              STR_INIT(""),   0.5, 0.75, 0, 2},
};
static const str without_a[] = {STR_INIT("S0020"), STR_INIT("S0073")};
static const struct linchpin linchpins_a[] = {
    {without_a, 2, STR_INIT("G0027"), 0.125}
};
static const struct public_attribution public_a[] = {
    {STR_INIT("who"), STR_INIT("actor"), STR_INIT("words"), STR_INIT("high"), STR_INIT("https://x"),
     STR_INIT("2021-07-19")},
};
static const struct dossier_match dossiers_a[] = {
    {STR_INIT("proxylogon"), TEXT_OF("ProxyLogon", "ProxyLogon fr"), words_b, 1, steps_a, 2,
     public_a, 1},
};
static const struct action actions_a[] = {
    {STR_INIT("isolate"),
     TEXT_OF("Cut it off.", "Isolez-le."),
     TEXT_OF("because",  "parce que"),
     STR_INIT("now"),
     false, {ids_a, 1}},
    {STR_INIT("no-delete"),
     TEXT_OF("Delete it",   "La supprimer"),
     TEXT_OF("evidence", "preuve"),
     STR_INIT("today"),
     true,  {NULL, 0} },
};
static const struct shell shells_a[] = {
    {.host = STR_INIT("MXS01"),
     .page = STR_INIT("/owa/auth/x.aspx"),
     .path = STR_INIT("C:\\x.aspx"),
     .written = 41,
     .writer = STR_INIT("w3wp.exe"),
     .first = 42,
     .last = 43,
     .requests = 44,
     .ok = 45,
     .refused = 46,
     .posts = 47,
     .out = UINT64_C(1) << 41,
     .in = 48,
     .sized = 49,
     .started = 50,
     .addresses = words_a,
     .naddresses = 3,
     .agents = words_b,
     .nagents = 1,
     .state = SHELL_GONE,
     .by_trail = true,
     .findings = {ids_a, 2}},
};
static const struct taking takings_a[] = {
    {STR_INIT("archive"),
     STR_INIT("/a.7z"),
     STR_INIT("192.0.2.1"),
     51, 52,
     53, true,
     54, 55,
     TEXT_OF("its file", "son fichier"),
     {ids_b, 1}},
};
static const struct reached reached_a[] = {
    {STR_INIT("logon"),
     STR_INIT("MXS01"),
     STR_INIT("DC01"),
     STR_INIT("CONTOSO\\admin"),
     63, 64,
     65, {ids_b, 1}},
};
static const struct foothold footholds_a[] = {
    {STR_INIT("task"),
     STR_INIT("Updater"),
     STR_INIT("MXS01"),
     56, TEXT_OF("A task.", "Une tâche."),
     {ids_b, 1}},
};
static const struct bystander bystanders_a[] = {
    {STR_INIT("198.51.100.7"), STR_INIT("scan/1"), 57, 58, 59, 60, 61,
     TEXT_OF("a sweep", "un balayage")},
};
static const struct not_followed not_followed_a[] = {
    {STR_INIT("address"), STR_INIT("10.0.0.1"), TEXT_OF("inside", "interne")},
};
static const struct process processes_a[] = {
    {0,
     STR_INIT("MXS01"),
     STR_INIT("1"),
     STR_INIT("w3wp.exe"),
     STR_INIT(""),
     STR_INIT(""),
     TIME_NONE, {NULL, 0} },
    {1,
     STR_INIT("MXS01"),
     STR_INIT("2"),
     STR_INIT("cmd.exe"),
     STR_INIT("cmd /c whoami"),
     STR_INIT("SYSTEM"),
     62,        {ids_a, 2}},
};
static const struct build builds_a[] = {
    {STR_INIT("MXS01"), STR_INIT("Exchange 2016 CU19"), STR_INIT("15.1.2176.2"), 64, 65,
     STR_INIT("proxylogon"), BUILD_UNCONFIRMED, false,
     TEXT_OF("MXS01 ran an open build.",     "MXS01 avait une version ouverte.")  },
    {STR_INIT("MXS01"), STR_INIT("Exchange 2016 CU19"), STR_INIT("15.1.2176.9"), 66, 67,
     STR_INIT("proxylogon"), BUILD_FIXED,       true,
     TEXT_OF("MXS01 ran a corrected build.", "MXS01 avait une version corrigée.")},
};
static const struct assessment assessment_a = {
    .verdict = {VERDICT_COMPROMISED,
                5,                                  7,
                LIKELIHOOD_ALMOST_CERTAIN,               CONFIDENCE_HIGH,
                {ids_a, 2},
                1615704011940000, 1615704015345001,
                {{TEXT_OF("s1", "p1"), {ids_a, 1}},
                 {TEXT_OF("s2", "p2"), {NULL, 0}},
                 {TEXT_OF("s3", "p3"), {ids_b, 1}},
                 {TEXT_OF("s4", "p4"), {ids_a, 2}}},
                4},
    .coverage = {{11, 12, 13, 14},    10487, 123456789012,   sources_a,                                       2,                                                                                    spots_a, 1, problems_a, 1},
    .story = stages_a,
    .nstages = 2,
    .entities = entities_a,
    .nentities = 1,
    .dossiers = dossiers_a,
    .ndossiers = 1,
    .attribution =
        {
                .named = true,
                .actor = STR_INIT("HAFNIUM"),
                .likelihood = LIKELIHOOD_UNLIKELY,
                .confidence = CONFIDENCE_MODERATE,
                .claims = claims_a,
                .nclaims = 2,
                .unknown = 0.25,
                .contenders = contenders_a,
                .ncontenders = 1,
                .ledger = weighed_a,
                .nledger = 2,
                .linchpins = linchpins_a,
                .nlinchpins = 1,
                .tell_apart = weighed_a,
                .ntell_apart = 1,
                },
    .actions = actions_a,
    .nactions = 2,
    .shells = shells_a,
    .nshells = 1,
    .taken = {62,         63,                     true,                      takings_a,                           1                                                          },
    .persistence = footholds_a,
    .npersistence = 1,
    .reached = reached_a,
    .nreached = 1,
    .set_aside = bystanders_a,
    .nset_aside = 1,
    .not_followed = not_followed_a,
    .nnot_followed = 1,
    .processes = processes_a,
    .nprocesses = 2,
    .builds = builds_a,
    .nbuilds = 2,
};

static const struct rule_entity rule_entities_a[] = {
    {STR_INIT("TargetFilename"), STR_INIT("path"), STR_INIT("shell")},
};
static const struct rule_info rule_a = {
    .id = STR_INIT("5b1f"),
    .title = STR_INIT("A page was written"),
    .author = STR_INIT("Somebody"),
    .status = STR_INIT("stable"),
    .engine = STR_INIT("sigma"),
    .source = STR_INIT("builtin:x.yml"),
    .text = STR_INIT("title: A page\nid: 5b1f\n"),
    .level = LEVEL_HIGH,
    .tags = words_a,
    .ntags = 3,
    .attack = words_b,
    .nattack = 1,
    .tactics = words_a,
    .ntactics = 2,
    .rung = 4,
    .weight = WEIGHT_STRONG,
    .stage = STR_INIT("write"),
    .summary = TEXT_OF("{Image} wrote {TargetFilename}", "{Image} a écrit {TargetFilename}"),
    .benign = TEXT_OF("an update", "une mise à jour"),
    .entities = rule_entities_a,
    .nentities = 1,
    .cves = words_b,
    .ncves = 1,
    .decode_field = STR_INIT("QueryName"),
    .decode_scheme = STR_INIT("sunburst-name"),
};
static const struct rule_info rule_b = {
    .id = STR_INIT("aaaa"),
    .title = STR_INIT("Other"),
    .engine = STR_INIT("sigma"),
    .level = LEVEL_INFORMATIONAL,
    .rung = RUNG_NONE,
};
static const struct named_value fields_a[] = {
    {STR_INIT("Image"), STR_INIT("C:\\Windows\\w3wp.exe")},
    {STR_INIT("Data"),  STR_INIT("a\tb")                 },
    {STR_INIT("Data"),  STR_INIT("")                     },
};
static const struct entity_ref refs_a[] = {
    {STR_INIT("path"), STR_INIT("shell"), STR_INIT("C:\\x.aspx")},
};
static const struct finding finding_a = {
    .id = STR_INIT("0123456789ab"),
    .rule = &rule_a,
    .unit = STR_INIT("t.zip!/Security.evtx"),
    .record = 9908,
    .offset = 77,
    .len = 512,
    .time = 1615704011940000,
    .raw_time = 1615686011940000,
    .channel = STR_INIT("Security"),
    .host = STR_INIT("MXS01"),
    .event_id = 4688,
    .summary = TEXT_OF("it wrote", "il a écrit"),
    .fields = fields_a,
    .nfields = 3,
    .entities = refs_a,
    .nentities = 1,
    .trail = true,
    .led_by = STR_INIT("address 10.0.0.1"),
};

#endif
