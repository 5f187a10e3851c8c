/* Every exporter against a file in expected/, which a person has read. GOLDEN_UPDATE=1 writes
 * them anew: read the difference as you read code. */
#include "export/exporter.h"

#include "kit.h"
#include "sample.h"

static struct arena arena;
static struct report report;
static struct buf out;

static struct case_file *sample_case(void)
{
    static const struct case_identity identity = {
        .tool = STR_INIT("limier 0.1.0"),
        .rules = STR_INIT("abcd"),
        .evidence = STR_INIT("/evidence/t.zip\n/evidence/\x1b[2Jweb"),
        .options = STR_INIT(""),
        .command = STR_INIT("limier scan /evidence --threads 8"),
    };
    static const str problems[] = {STR_INIT("rules/bad.yml:3:1: a colon was expected")};
    struct case_file *c = NULL;
    struct err err = {0};
    struct finding f[3] = {finding_a, finding_a, finding_a};
    struct rule_info foreign = rule_a;
    foreign.source = STR("rules/theirs.yml");
    f[0].trail = false, f[0].rule = &foreign;
    f[1].id = STR("ba9876543210"), f[1].rule = &rule_b, f[1].time += 5000000, f[1].trail = false;
    f[2].id = STR("222222222222"), f[2].rule = &rule_b, f[2].time = TIME_NONE;
    struct case_part p = {.unit = finding_a.unit, .findings = f, .nfindings = 3};
    bool ok = case_create(NULL, &identity, &c, &err) && case_put_part(c, &p, &err) &&
              case_put_assessment(c, &assessment_a, &err) &&
              case_put_rules(c, 12, problems, 1, &err) && case_set_complete(c, &err);
    CHECK(ok);
    return c;
}

static char *read_expected(const char *name, size_t *len)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", getenv("EXPECTED"), name);
    if (getenv("GOLDEN_UPDATE")) {
        FILE *f = fopen(path, "wb");
        (void)fwrite(out.p, 1, out.len, f);
        (void)fclose(f);
    }
    char *text = calloc(1, 1 << 20);
    FILE *f = fopen(path, "rb");
    *len = f ? fread(text, 1, 1 << 20, f) : 0;
    if (f) {
        (void)fclose(f);
    }
    return text;
}

static void check_export(const char *exporter, struct export_style style, const char *name)
{
    buf_clear(&out);
    exporter_named(str_of(exporter))->write(&report, &style, &out);
    CHECK(buf_ok(&out));
    size_t len = 0;
    char *want = read_expected(name, &len);
    CHECK(len == out.len && memcmp(want, out.p, len) == 0);
    free(want);
}

static void text_is_the_page_we_read(void)
{
    check_export("text", (struct export_style){.width = 100}, "report.txt");
}

static void text_in_full_leaves_nothing_out(void)
{
    check_export("text", (struct export_style){.width = 100, .full = true}, "report.full.txt");
}

static void text_speaks_french(void)
{
    check_export("text", (struct export_style){.width = 60, .lang = LANG_FR}, "report.fr.txt");
}

static void text_has_colours_on_a_terminal(void)
{
    check_export("text", (struct export_style){.width = 80, .colour = true}, "report.colour.txt");
}

static void json_is_the_contract(void)
{
    check_export("json", (struct export_style){.width = 100}, "report.json");
    check_export("json", (struct export_style){.width = 40, .lang = LANG_FR, .colour = true},
                 "report.json"); /* the same bytes in every language */
    CHECK(!str_has(buf_str(&out), STR("--threads")));
}

static void csv_is_a_table(void)
{
    check_export("csv", (struct export_style){.width = 100}, "report.csv");
}

static void timesketch_is_json_lines(void)
{
    check_export("timesketch", (struct export_style){.width = 100}, "report.jsonl");
}

static void a_level_keeps_what_sentences_rest_on(void)
{
    const size_t shown[] = {0, 1, 2};
    CHECK_STR(report.findings[0].id, "222222222222"); /* without a time, nobody cites it */
    CHECK(!report_shows(&report, shown[0], LEVEL_LOW));
    CHECK(report_shows(&report, shown[0], LEVEL_INFORMATIONAL));
    CHECK(report_shows(&report, shown[1], LEVEL_CRITICAL));
    CHECK(report_shows(&report, shown[2], LEVEL_CRITICAL));
}

int main(void)
{
    arena_init(&arena, 1 << 26);
    buf_init(&out, 1 << 22);
    struct err err = {0};
    struct case_file *c = sample_case();
    if (!c || !report_load(c, &arena, &report, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    RUN(text_is_the_page_we_read);
    RUN(text_in_full_leaves_nothing_out);
    RUN(text_speaks_french);
    RUN(text_has_colours_on_a_terminal);
    RUN(json_is_the_contract);
    RUN(csv_is_a_table);
    RUN(timesketch_is_json_lines);
    RUN(a_level_keeps_what_sentences_rest_on);
    case_close(c);
    arena_done(&arena);
    buf_done(&out);
    return kit_end();
}
