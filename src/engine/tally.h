/* Notes of one kind are one line: how many, where the first is, how many bytes they concern. */
#ifndef ENGINE_TALLY_H
#define ENGINE_TALLY_H

#include "model/unit.h"

struct tally {
    struct note_row rows[NOTE_COUNT]; /* by id; count 0: none */
};

void tally_note(struct tally *t, enum note_id id, uint64_t count, uint64_t offset, uint64_t len);
void tally_add(struct tally *t, const struct tally *more);
size_t tally_rows(const struct tally *t, struct note_row out[NOTE_COUNT]);
bool tally_has(const struct tally *t, enum note_grade at_least);

#endif
