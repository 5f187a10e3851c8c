#include "store/store.h"

#include "same.h"
#include "sample.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct case_identity identity = {
    .tool = STR_INIT("limier 0.1.0"),
    .rules = STR_INIT("abcd"),
    .evidence = STR_INIT("/e/one"),
    .options = STR_INIT(""),
    .command = STR_INIT("limier scan /e/one -o x.case"),
};
static struct arena arena;
static char folder[] = "/tmp/limier-store-XXXXXX";

static const char *file_in_folder(const char *name)
{
    str path = arena_printf(&arena, "%s/%s", folder, name);
    (void)unlink(path.p);
    return path.p;
}

static struct case_file *create(const char *path)
{
    struct case_file *c = NULL;
    struct err err = {0};
    if (!case_create(path, &identity, &c, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        CHECK(c != NULL);
    }
    return c;
}

static struct case_file *open_case(const char *path)
{
    struct case_file *c = NULL;
    struct err err = {0};
    if (!case_open(path, &c, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        CHECK(c != NULL);
    }
    return c;
}

static const struct note_row notes_a[] = {
    {NOTE_BAD_RECORD,   2, 900, 10},
    {NOTE_BAD_CHECKSUM, 1, 5,   3 }
};
static const struct note_row notes_b[] = {
    {NOTE_BAD_RECORD, 1, 800, 7}
};
static const struct event_kind numbers_a[] = {
    {4624, 3},
    {4688, 2}
};
static const struct event_kind numbers_b[] = {
    {1102, 1},
    {4688, 5}
};
static const struct source_row rows_a[] = {
    {STR_INIT("t.zip!/Security.evtx"), STR_INIT("MXS01"), STR_INIT("Security"), STR_INIT("10.0.1"),
     1000, 2000, 5, 0, gaps_a, 1, numbers_a, 2},
};
static const struct source_row rows_b[] = {
    {STR_INIT("t.zip!/Security.evtx"), STR_INIT("MXS01"), STR_INIT("Security"), STR_INIT("10.0.1"),
     500, 3000, 6, 0, gaps_a + 1, 1, numbers_b, 2},
};
static const struct clock_vote_row votes_a[] = {
    {STR_INIT("MXS01"), 20, 4679}
};
static const struct visit visits_a[] = {
    {.page = STR_INIT("/x.aspx"),
     .address = STR_INIT("192.0.2.1"),
     .agent = STR_INIT("later"),
     .first = 500,
     .last = 900,
     .requests = 3,
     .ok = 2,
     .refused = 1,
     .posts = 1,
     .minutes = 2,
     .out = 10,
     .in = 20,
     .sized = 3,
     .agents = UINT64_C(1) << 63,
     .record = 9,
     .offset = 90},
};
static const struct visit visits_b[] = {
    {.page = STR_INIT("/X.aspx"),
     .address = STR_INIT("192.0.2.1"),
     .agent = STR_INIT("first"),
     .first = 100,
     .last = 200,
     .requests = 1,
     .ok = 1,
     .out = UINT64_C(1) << 40,
     .sized = 1,
     .agents = 1,
     .record = 1,
     .offset = 10},
    {.address = STR_INIT("192.0.2.1"),                     .first = 100,           .last = 900,                                                           .requests = 5,                                                                                 .refused = 4                                                                                                                                                         },
    {.address = STR_INIT("192.0.2.2"),                           .first = 100, .last = 900, .requests = 5, .refused = 3},
};
static const struct case_part part_a = {
    STR_INIT("t.zip!/Security.evtx"),
    0,
    0,
    &finding_a,
    1,
    notes_a,
    2,
    rows_a,
    1,
    votes_a,
    1,
    visits_a,
    1,
    NULL,
    0,
    100,
};
static const struct case_part part_b = {
    STR_INIT("t.zip!/Security.evtx"),
    0,
    1,
    NULL,
    0,
    notes_b,
    1,
    rows_b,
    1,
    votes_a,
    1,
    visits_b,
    3,
    NULL,
    0,
    50,
};

/* Pages are the same in any letter case; parts are one. */
static void check_visits(struct case_file *c)
{
    struct visit *v = NULL, client;
    struct err err;
    size_t count = 0;
    CHECK(case_pages(c, &arena, &v, &count, &err));
    CHECK_INT(count, 1);
    CHECK(v[0].requests == 4 && v[0].ok == 3 && v[0].refused == 1 && v[0].posts == 1);
    CHECK(v[0].first == 100 && v[0].last == 900 && v[0].record == 1 && v[0].offset == 10);
    CHECK(v[0].out == (UINT64_C(1) << 40) + 10 && v[0].in == 20 && v[0].sized == 4);
    CHECK(v[0].agents == ((UINT64_C(1) << 63) | 1) && v[0].minutes == 2);
    CHECK(str_eq(v[0].agent, STR("first")) && str_eq(v[0].unit, part_a.unit));
    CHECK(case_clients(c, 5, &arena, &v, &count, &err));
    CHECK_INT(count, 2);
    CHECK(case_clients(c, 6, &arena, &v, &count, &err));
    CHECK_INT(count, 0);
    CHECK(case_client(c, STR("192.0.2.2"), &arena, &client, &err) && client.refused == 3);
    CHECK(case_client(c, STR("192.0.2.3"), &arena, &client, &err) && client.requests == 0);
}

static void write_parts(struct case_file *c)
{
    struct err err = {0};
    CHECK(case_put_part(c, &part_b, &err)); /* in any order */
    CHECK(case_put_part(c, &part_a, &err));
}

static void a_finding_comes_back_equal(void)
{
    const char *path = file_in_folder("finding.case");
    struct case_file *c = create(path);
    write_parts(c);
    case_close(c);
    struct err err = {0};
    struct finding *found = NULL;
    size_t count = 0;
    c = open_case(path);
    CHECK(case_findings(c, &arena, &found, &count, &err));
    CHECK_INT(count, 1);
    same_finding(&finding_a, found);
    struct finding one;
    CHECK(case_finding(c, STR("0123"), &arena, &one, &err));
    same_finding(&finding_a, &one);
    CHECK(!case_finding(c, STR("4"), &arena, &one, &err) && err.kind == ERR_NOT_FOUND);
    CHECK(!case_finding(c, STR("xyz"), &arena, &one, &err) && err.kind == ERR_USAGE);
    case_close(c);
}

static void findings_are_ordered_whatever_the_order_of_writing(void)
{
    struct case_file *c = create(NULL);
    struct err err = {0};
    struct finding f[4] = {finding_a, finding_a, finding_a, finding_a};
    f[0].time = 30, f[1].time = 10, f[2].time = TIME_NONE, f[3].time = 10;
    f[1].rule = &rule_b, f[3].offset = 3;
    for (uint32_t i = 0; i < 4; i++) {
        struct case_part p = {.unit = STR("u"), .part = i, .findings = &f[i], .nfindings = 1};
        CHECK(case_put_part(c, &p, &err));
    }
    struct finding *found = NULL;
    size_t count = 0;
    CHECK(case_findings(c, &arena, &found, &count, &err));
    CHECK_INT(count, 4);
    CHECK(found[0].time == TIME_NONE && found[1].offset == 3 && found[2].time == 10);
    CHECK_STR(found[2].rule->id, "aaaa");
    CHECK_INT(found[3].time, 30);
    CHECK(found[0].rule == found[1].rule); /* a rule is stored once */
    case_close(c);
}

static void an_ambiguous_id_is_refused(void)
{
    struct case_file *c = create(NULL);
    struct err err = {0};
    struct finding f[2] = {finding_a, finding_a};
    f[1].id = STR("0123ffffffff");
    struct case_part p = {.unit = STR("u"), .findings = f, .nfindings = 2};
    CHECK(case_put_part(c, &p, &err));
    struct finding one;
    CHECK(!case_finding(c, STR("0123"), &arena, &one, &err) && err.kind == ERR_USAGE);
    CHECK(case_finding(c, STR("0123F"), &arena, &one, &err));
    CHECK_STR(one.id, "0123ffffffff");
    case_close(c);
}

static void parts_of_a_unit_are_summed(void)
{
    struct case_file *c = create(NULL);
    struct err err = {0};
    write_parts(c);
    write_parts(c); /* again: changes nothing */
    struct unit_row row = {
        .path = part_a.unit,
        .format = STR("evtx"),
        .size = 69632,
        .modified = 77,
        .hashed = true,
        .sha256 = {1, 2, 3},
        .outcome = OUTCOME_PARTLY,
        .example = STR("not a \\x00 line"),
        .notes = notes_b,
        .nnotes = 1
    };
    CHECK(!case_has_unit(c, row.path));
    CHECK(case_put_unit(c, &row, &err) && case_put_unit(c, &row, &err));
    CHECK(case_has_unit(c, row.path) && case_has_part(c, part_a.unit, 0, 1));
    CHECK(!case_has_part(c, part_a.unit, 1, 1));
    struct unit_row *units = NULL;
    size_t count = 0;
    CHECK(case_units(c, &arena, &units, &count, &err));
    CHECK_INT(count, 1);
    CHECK_INT(units[0].events, 150);
    CHECK_INT(units[0].modified, 77);
    CHECK(units[0].hashed && memcmp(units[0].sha256, row.sha256, 32) == 0);
    CHECK_INT(units[0].outcome, OUTCOME_PARTLY);
    CHECK_INT(units[0].nnotes, 2);
    CHECK_INT(units[0].notes[1].id, NOTE_BAD_RECORD);
    CHECK_INT(units[0].notes[1].count, 4);
    CHECK_INT(units[0].notes[1].offset, 800);
    CHECK_INT(units[0].lost, 10 + 7 + 7); /* a wrong checksum loses nothing */
    check_visits(c);
    struct source_row *sources = NULL;
    CHECK(case_sources(c, &arena, &sources, &count, &err));
    CHECK_INT(count, 1);
    CHECK(sources[0].first == 500 && sources[0].last == 3000 && sources[0].events == 11);
    CHECK_STR(sources[0].build, "10.0.1");
    CHECK_INT(sources[0].ngaps, 2);
    CHECK_INT(sources[0].gaps[1].to, gaps_a[1].to);
    CHECK_INT(sources[0].nids, 3);
    CHECK_INT(sources[0].ids[0].id, 1102);
    CHECK_INT(sources[0].ids[2].events, 2 + 5);
    str *vote_units = NULL;
    struct clock_vote_row *votes = NULL;
    CHECK(case_votes(c, &arena, &vote_units, &votes, &count, &err));
    CHECK_INT(count, 1);
    CHECK_INT(votes[0].count, 2 * 4679);
    CHECK_INT(votes[0].quarter_hours, 20);
    CHECK_STR(vote_units[0], "t.zip!/Security.evtx");
    case_close(c);
}

static void a_clock_is_set_not_pushed(void)
{
    struct case_file *c = create(NULL);
    struct err err = {0};
    write_parts(c);
    CHECK(case_shift_clock(c, STR("t.zip"), STR("MXS01"), 3600, &err));
    CHECK(case_shift_clock(c, STR("t.zip"), STR("MXS01"), 3600, &err));
    CHECK(case_shift_clock(c, STR("t.zip"), STR("OTHER"), 60, &err));
    CHECK(case_shift_clock(c, STR("u.zip"), STR("MXS01"), 60, &err));
    struct finding *found = NULL;
    struct source_row *sources = NULL;
    size_t count = 0;
    CHECK(case_findings(c, &arena, &found, &count, &err));
    CHECK_INT(found[0].time, finding_a.raw_time + 3600 * USEC_PER_SEC);
    CHECK_INT(found[0].raw_time, finding_a.raw_time);
    CHECK(case_sources(c, &arena, &sources, &count, &err));
    CHECK_INT(sources[0].first, 500 + 3600 * USEC_PER_SEC);
    CHECK_INT(sources[0].gaps[0].from, gaps_a[0].from + 3600 * USEC_PER_SEC);
    CHECK_INT(sources[0].clock_shift, 3600);
    case_close(c);
}

/* As the findings of the same log; those of a log that names another host stay. */
static void a_clock_moves_what_was_asked_of_pages_too(void)
{
    static const struct visit visits[] = {
        {.host = STR_INIT("MXS01"),
         .page = STR_INIT("/a.aspx"),
         .address = STR_INIT("192.0.2.1"),
         .first = 100,
         .last = 200,
         .ok_first = TIME_NONE,
         .ok_last = 150,
         .requests = 1},
        {.page = STR_INIT("/b.aspx"),     .address = STR_INIT("192.0.2.1"),              .first = 100,                    .last = 200},
    };
    struct case_file *c = create(NULL);
    struct err err = {0};
    struct visit *v = NULL;
    size_t count = 0;
    const struct case_part p = {.unit = STR("t.zip!/u.log"), .visits = visits, .nvisits = 2};
    CHECK(case_put_part(c, &p, &err));
    CHECK(case_shift_clock(c, STR("t.zip"), STR("MXS01"), 3600, &err));
    CHECK(case_shift_clock(c, STR("t.zip"), STR("MXS01"), 3600, &err)); /* once is enough */
    CHECK(case_pages(c, &arena, &v, &count, &err));
    CHECK_INT(count, 2);
    CHECK(v[0].first == 100 && v[0].last == 200);
    CHECK(v[1].first == 100 + 3600 * USEC_PER_SEC && v[1].last == 200 + 3600 * USEC_PER_SEC);
    CHECK(v[1].ok_first == TIME_NONE && v[1].ok_last == 150 + 3600 * USEC_PER_SEC);
    case_close(c);
}

static void a_clock_is_set_in_no_other_file_of_a_like_name(void)
{
    static const struct source_row row = {
        .host = STR_INIT("h"), .channel = STR_INIT("c"), .first = 1, .last = 2, .events = 1};
    static const char *const units[] = {"a.zip", "a.zip!/b", "a.zip!/b!/c", "a.zip.1", "a.zi"};
    struct case_file *c = create(NULL);
    struct err err = {0};
    struct source_row *rows = NULL;
    size_t count = 0, shifted = 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const struct case_part p = {.unit = str_of(units[i]), .sources = &row, .nsources = 1};
        CHECK(case_put_part(c, &p, &err));
    }
    CHECK(case_shift_clock(c, STR("a.zip"), STR("h"), 60, &err));
    CHECK(case_sources(c, &arena, &rows, &count, &err));
    for (size_t i = 0; i < count; i++) {
        bool inside =
            str_eq(rows[i].unit, STR("a.zip")) || str_starts(rows[i].unit, STR("a.zip!/"));
        CHECK_INT(rows[i].clock_shift, inside ? 60 : 0);
        shifted += inside;
    }
    CHECK_INT(shifted, 3);
    case_close(c);
}

static void observations_come_back_by_time_and_place_and_no_more_than_asked_for(void)
{
    static const struct named_value fields[] = {
        {STR_INIT("User"), STR_INIT("a \"b\"")}
    };
    struct case_observation seen[] = {
        {.rule = 3,         .record = 9,  .offset = 5, .len = 1,                    .time = 20,   .host = STR("h")},
        {.rule = 2,                 .record = 8,                     .offset = 5,     .len = 1, .time = 10, .fields = fields, .nfields = 1},
        {.rule = 1, .record = 7, .offset = 4,            .len = 1,                               .time = 10                               },
    };
    struct case_file *c = create(NULL);
    struct err err = {0};
    struct case_observation *got = NULL;
    size_t count = 0;
    uint64_t all = 0;
    const struct case_part p = {.unit = STR("u"), .observations = seen, .nobservations = 3};
    CHECK(case_put_part(c, &p, &err) && case_put_part(c, &p, &err)); /* once is enough */
    CHECK(case_observations(c, 10, &arena, &got, &count, &all, &err));
    CHECK(count == 3 && all == 3);
    CHECK(got[0].rule == 1 && got[1].rule == 2 && got[2].rule == 3);
    CHECK_STR(got[1].unit, "u");
    CHECK_INT(got[1].nfields, 1);
    CHECK_STR(got[1].fields[0].value, "a \"b\"");
    CHECK(got[2].record == 9 && got[2].offset == 5 && got[2].time == 20);
    CHECK_STR(got[2].host, "h");
    CHECK(case_observations(c, 2, &arena, &got, &count, &all, &err));
    CHECK(count == 2 && all == 3 && got[1].rule == 2);
    case_close(c);
}

static void the_assessment_comes_back_equal(void)
{
    const char *path = file_in_folder("assessment.case");
    struct case_file *c = create(path);
    struct err err = {0};
    struct assessment back;
    CHECK(!case_assessment(c, &arena, &back, &err) && err.kind == ERR_INPUT);
    CHECK(case_put_assessment(c, &assessment_a, &err) && case_set_complete(c, &err));
    case_close(c);
    c = open_case(path);
    struct case_info info;
    CHECK(case_assessment(c, &arena, &back, &err));
    same_assessment(&assessment_a, &back);
    CHECK(case_info(c, &arena, &info, &err) && info.complete);
    CHECK_STR(info.command, "limier scan /e/one -o x.case");
    CHECK_STR(info.path, path);
    case_close(c);
}

static void problems_of_rules_are_replaced(void)
{
    struct case_file *c = create(NULL);
    struct err err = {0};
    uint64_t loaded = 0;
    str *problems = NULL;
    size_t count = 0;
    CHECK(case_put_rules(c, 1, words_b, 1, &err) && case_put_rules(c, 3779, words_a, 3, &err));
    CHECK(case_rules(c, &arena, &loaded, &problems, &count, &err));
    CHECK_INT(loaded, 3779);
    CHECK_INT(count, 3);
    CHECK_STR(problems[2], "three");
    case_close(c);
}

static void the_same_scan_goes_on_and_another_is_refused(void)
{
    const char *path = file_in_folder("same.case");
    struct case_file *c = create(path);
    write_parts(c);
    case_close(c);
    c = create(path);
    CHECK(case_has_part(c, part_a.unit, 0, 0));
    case_close(c);
    struct {
        size_t at;
        const char *says;
    } parts[] = {
        {offsetof(struct case_identity, tool),     "version" },
        {offsetof(struct case_identity, rules),    "rules"   },
        {offsetof(struct case_identity, evidence), "evidence"},
        {offsetof(struct case_identity, options),  "options" }
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct case_identity other = identity;
        *(str *)(void *)((char *)&other + parts[i].at) = STR("different");
        struct err err = {0};
        c = NULL;
        CHECK(!case_create(path, &other, &c, &err) && !c);
        CHECK(strstr(err.text, parts[i].says) && strstr(err.text, "limier scan /e/one"));
    }
}

static void what_is_not_a_case_is_refused_and_left_alone(void)
{
    const char *path = file_in_folder("noise.case");
    FILE *f = fopen(path, "w");
    for (int i = 0; i < 5000; i++) {
        (void)fputs("noise ", f);
    }
    (void)fclose(f);
    struct case_file *c = NULL;
    struct err err = {0};
    CHECK(!case_open(path, &c, &err) && strstr(err.text, "not a case"));
    CHECK(!case_create(path, &identity, &c, &err) && strstr(err.text, "not a case"));
    path = file_in_folder("other.sqlite");
    sqlite3 *db = NULL;
    (void)sqlite3_open(path, &db);
    (void)sqlite3_exec(db, "CREATE TABLE t (x)", NULL, NULL, NULL);
    (void)sqlite3_close(db);
    CHECK(!case_create(path, &identity, &c, &err) && strstr(err.text, "not a case"));
    CHECK(!case_open(path, &c, &err) && strstr(err.text, "not a case"));
    CHECK(!case_open(folder, &c, &err));
    CHECK(!case_create(folder, &identity, &c, &err));
    CHECK(!case_open("/nowhere/x.case", &c, &err) && err.kind == ERR_NOT_FOUND);
    CHECK(!case_create("/nowhere/x.case", &identity, &c, &err));
}

static void an_empty_file_becomes_a_case(void)
{
    const char *path = file_in_folder("empty.case");
    (void)fclose(fopen(path, "w"));
    struct case_file *c = NULL;
    struct err err = {0};
    CHECK(!case_open(path, &c, &err));
    case_close(create(path));
    case_close(open_case(path));
}

static void a_second_writer_is_refused_and_a_reader_meanwhile(void)
{
    const char *path = file_in_folder("busy.case");
    struct case_file *c = create(path);
    write_parts(c);
    pid_t child = fork();
    if (child == 0) {
        struct case_file *other = NULL;
        struct err err = {0};
        bool refused = !case_create(path, &identity, &other, &err) && err.kind == ERR_DENIED &&
                       strstr(err.text, "being written by another limier");
        _exit(refused ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    struct case_file *reader = NULL;
    struct err err = {0};
    CHECK(!case_open(path, &reader, &err) && strstr(err.text, "being written by another limier"));
    case_close(c);
    case_close(open_case(path));
}

/* Kills a writer after it said how many parts it had written; all of them must be there. */
static void a_killed_writer_loses_nothing(void)
{
    for (int round = 0; round < 8; round++) {
        const char *path = file_in_folder("killed.case");
        int said[2];
        CHECK(pipe(said) == 0);
        pid_t child = fork();
        if (child == 0) {
            struct case_file *c = create(path);
            for (uint32_t i = 0;; i++) {
                struct err err = {0};
                struct case_part p = part_a;
                p.part = i;
                bool ok = case_put_part(c, &p, &err) && write(said[1], &i, sizeof i) == sizeof i;
                if (!ok) {
                    _exit(1);
                }
            }
        }
        (void)usleep((useconds_t)(20000 + round * 7000));
        (void)kill(child, SIGKILL);
        (void)waitpid(child, NULL, 0);
        (void)close(said[1]);
        uint32_t last = 0, count = 0;
        while (read(said[0], &last, sizeof last) == sizeof last) {
            count++;
        }
        (void)close(said[0]);
        struct finding *found = NULL;
        size_t nfound = 0;
        struct err err = {0};
        if (count) {
            struct case_file *c = open_case(path); /* read-only, before anybody repaired it */
            CHECK(case_findings(c, &arena, &found, &nfound, &err));
            CHECK(nfound == count || nfound == count + 1);
            case_close(c);
        }
        struct case_file *c = create(path);
        CHECK(case_findings(c, &arena, &found, &nfound, &err) && nfound >= count);
        CHECK(count == 0 || case_has_part(c, part_a.unit, 0, last));
        case_close(c);
    }
}

static void a_closed_case_is_one_file(void)
{
    const char *path = file_in_folder("one.case");
    struct case_file *c = create(path);
    write_parts(c);
    case_close(c);
    CHECK(access(arena_printf(&arena, "%s-wal", path).p, F_OK) != 0);
    CHECK(access(arena_printf(&arena, "%s-shm", path).p, F_OK) != 0);
    CHECK(access(arena_printf(&arena, "%s-journal", path).p, F_OK) != 0);
}

int main(void)
{
    arena_init(&arena, 1 << 28);
    if (!mkdtemp(folder)) {
        return 1;
    }
    RUN(a_finding_comes_back_equal);
    RUN(findings_are_ordered_whatever_the_order_of_writing);
    RUN(an_ambiguous_id_is_refused);
    RUN(parts_of_a_unit_are_summed);
    RUN(a_clock_is_set_not_pushed);
    RUN(a_clock_moves_what_was_asked_of_pages_too);
    RUN(a_clock_is_set_in_no_other_file_of_a_like_name);
    RUN(observations_come_back_by_time_and_place_and_no_more_than_asked_for);
    RUN(the_assessment_comes_back_equal);
    RUN(problems_of_rules_are_replaced);
    RUN(the_same_scan_goes_on_and_another_is_refused);
    RUN(what_is_not_a_case_is_refused_and_left_alone);
    RUN(an_empty_file_becomes_a_case);
    RUN(a_second_writer_is_refused_and_a_reader_meanwhile);
    RUN(a_killed_writer_loses_nothing);
    RUN(a_closed_case_is_one_file);
    arena_done(&arena);
    return kit_end();
}
