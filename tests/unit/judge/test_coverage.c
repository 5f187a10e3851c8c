#include "evidence.h"

static void files_of_one_log_are_one_source(void)
{
    struct evidence e;
    evidence_init(&e);
    has_log(&e, "iis", 0, 100);
    has_log(&e, "iis", 200, 300);
    has_log(&e, "Security", 50, 60);
    struct assessment as = judged(&e);
    CHECK_INT(as.coverage.nsources, 2);
    CHECK_STR(as.coverage.sources[0].kind, "Security");
    CHECK_STR(as.coverage.sources[1].kind, "iis");
    CHECK_INT(as.coverage.sources[1].first, AT(0));
    CHECK_INT(as.coverage.sources[1].last, AT(300));
    CHECK_INT(as.coverage.sources[1].events, 200);
    CHECK_INT(as.coverage.sources[1].ngaps, 0); /* a short pause between files is none */
    evidence_done(&e);
}

static void a_missing_day_between_files_is_a_gap(void)
{
    struct evidence e;
    evidence_init(&e);
    has_log(&e, "iis", 0, 24 * HOUR_S);
    has_log(&e, "iis", 72 * HOUR_S, 96 * HOUR_S);
    struct assessment as = judged(&e);
    CHECK_INT(as.coverage.nsources, 1);
    CHECK_INT(as.coverage.sources[0].ngaps, 1);
    CHECK_INT(as.coverage.sources[0].gaps[0].from, AT(24 * HOUR_S));
    CHECK_INT(as.coverage.sources[0].gaps[0].to, AT(72 * HOUR_S));
    evidence_done(&e);
}

static void a_gap_that_another_file_covers_is_none(void)
{
    struct evidence e;
    evidence_init(&e);
    const struct gap hole = {AT(1 * HOUR_S), AT(9 * HOUR_S)};
    has_log(&e, "iis", 0, 10 * HOUR_S);
    e.sources[0].gaps = &hole;
    e.sources[0].ngaps = 1;
    CHECK_INT(judged(&e).coverage.sources[0].ngaps, 1);
    has_log(&e, "iis", 0, 10 * HOUR_S);
    CHECK_INT(judged(&e).coverage.sources[0].ngaps, 0);
    evidence_done(&e);
}

static void hosts_stay_apart(void)
{
    struct evidence e;
    evidence_init(&e);
    has_log(&e, "iis", 0, 100);
    has_log(&e, "iis", 0, 100);
    e.sources[1].host = STR("MX02");
    CHECK_INT(judged(&e).coverage.nsources, 2);
    evidence_done(&e);
}

static void what_was_not_read_is_listed_with_its_reason(void)
{
    struct evidence e;
    evidence_init(&e);
    const struct note_row notes[] = {
        {NOTE_BAD_CHECKSUM, 1, 8,    0},
        {NOTE_BAD_CHUNK,    3, 4096, 0}
    };
    has_unit(&e, "a.evtx", OUTCOME_PARSED, 10);
    has_unit(&e, "b.evtx", OUTCOME_PARTLY, 7);
    e.units[1].notes = notes;
    e.units[1].nnotes = 2;
    e.units[1].lost = 65536;
    has_unit(&e, "c.bin", OUTCOME_NOT_UNDERSTOOD, 0);
    const struct coverage c = judged(&e).coverage;
    CHECK_INT(c.units[OUTCOME_PARSED], 1);
    CHECK_INT(c.units[OUTCOME_PARTLY], 1);
    CHECK_INT(c.units[OUTCOME_NOT_UNDERSTOOD], 1);
    CHECK_INT(c.events, 17);
    CHECK_INT(c.nproblems, 2);
    CHECK_STR(c.problems[0].unit, "b.evtx");
    CHECK_INT(c.problems[0].reason, NOTE_BAD_CHUNK); /* what cost something comes first */
    CHECK_INT(c.problems[0].count, 3);
    CHECK_INT(c.problems[0].lost, 65536);
    CHECK_INT(c.problems[1].reason, NOTE_NOT_UNDERSTOOD);
    evidence_done(&e);
}

int main(void)
{
    RUN(files_of_one_log_are_one_source);
    RUN(a_missing_day_between_files_is_a_gap);
    RUN(a_gap_that_another_file_covers_is_none);
    RUN(hosts_stay_apart);
    RUN(what_was_not_read_is_listed_with_its_reason);
    return kit_end();
}
