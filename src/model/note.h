/* A note: something wrong with the evidence, with its place. Grade and sentence stand in
 * notes.def. */
#ifndef MODEL_NOTE_H
#define MODEL_NOTE_H

#include "base/catalog.h"

enum note_id {
#define NOTE(symbol, grade, sentence) NOTE_##symbol,
#include "model/notes.def"
#undef NOTE
    NOTE_COUNT,
};

enum note_grade { NOTE_GRADE_ODD, NOTE_GRADE_LOST, NOTE_GRADE_UNREADABLE };

struct note {
    enum note_id id;
    uint64_t offset, len; /* in the unit; len 0 when it is not about bytes */
};

const char *note_name(enum note_id id);     /* "TRUNCATED": for machines */
const char *note_sentence(enum note_id id); /* a message id */
enum note_grade note_grade(enum note_id id);

#endif
