#include "kit.h"
#include "model/assessment.h"

static void every_note_has_a_name_and_a_sentence(void)
{
    for (int id = 0; id < NOTE_COUNT; id++) {
        CHECK(note_name((enum note_id)id)[0] && note_sentence((enum note_id)id)[0]);
    }
    CHECK(note_grade(NOTE_TRUNCATED) == NOTE_GRADE_LOST);
    CHECK(note_grade(NOTE_WORKER_DIED) == NOTE_GRADE_UNREADABLE);
}

static void verdict_names_read_back(void)
{
    for (int s = 0; s < VERDICT_COUNT; s++) {
        enum verdict_state back = VERDICT_COUNT;
        CHECK(verdict_parse(str_of(verdict_name((enum verdict_state)s)), &back) && (int)back == s);
    }
    enum verdict_state unused;
    CHECK(!verdict_parse(STR("maybe"), &unused));
}

static void levels_read_back(void)
{
    for (int l = 0; l < LEVEL_COUNT; l++) {
        enum level back = LEVEL_COUNT;
        CHECK(level_parse(str_of(level_name((enum level)l)), &back) && (int)back == l);
    }
}

int main(void)
{
    RUN(every_note_has_a_name_and_a_sentence);
    RUN(verdict_names_read_back);
    RUN(levels_read_back);
    return kit_end();
}
