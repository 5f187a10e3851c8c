#include "model/note.h"

#include <assert.h>

#define ODD        NOTE_GRADE_ODD
#define LOST       NOTE_GRADE_LOST
#define UNREADABLE NOTE_GRADE_UNREADABLE

static const struct {
    const char *name, *sentence;
    enum note_grade grade;
} notes[] = {
#define NOTE(symbol, grade, sentence) {#symbol, sentence, grade},
#include "model/notes.def"
#undef NOTE
};

const char *note_name(enum note_id id)
{
    assert(id < NOTE_COUNT);
    return notes[id].name;
}

const char *note_sentence(enum note_id id)
{
    assert(id < NOTE_COUNT);
    return notes[id].sentence;
}

enum note_grade note_grade(enum note_id id)
{
    assert(id < NOTE_COUNT);
    return notes[id].grade;
}
