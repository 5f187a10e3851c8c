#include "engine/tally.h"

void tally_note(struct tally *t, enum note_id id, uint64_t count, uint64_t offset, uint64_t len)
{
    struct note_row *row = &t->rows[id];
    if (count == 0) {
        return;
    }
    row->id = id;
    row->offset = row->count == 0 || offset < row->offset ? offset : row->offset;
    row->count += count;
    if (__builtin_add_overflow(row->len, len, &row->len)) {
        row->len = UINT64_MAX;
    }
}

void tally_add(struct tally *t, const struct tally *more)
{
    for (size_t i = 0; i < NOTE_COUNT; i++) {
        const struct note_row *row = &more->rows[i];
        tally_note(t, (enum note_id)i, row->count, row->offset, row->len);
    }
}

size_t tally_rows(const struct tally *t, struct note_row out[NOTE_COUNT])
{
    size_t count = 0;
    for (size_t i = 0; i < NOTE_COUNT; i++) {
        if (t->rows[i].count > 0) {
            out[count++] = t->rows[i];
        }
    }
    return count;
}

bool tally_has(const struct tally *t, enum note_grade at_least)
{
    for (size_t i = 0; i < NOTE_COUNT; i++) {
        if (t->rows[i].count > 0 && note_grade((enum note_id)i) >= at_least) {
            return true;
        }
    }
    return false;
}
