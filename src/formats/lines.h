/* The lines of a text log, whatever its encoding, with their places.
 *
 *     struct lines in = lines_of(unit, to, 1 << 20);
 *     struct line line;
 *     while (lines_next(&in, &line)) ...
 *
 * A byte order mark is passed over; UTF-16 (either order) is told by it or by its zeros, also where
 * a log turns to it, or from it, half-way: `encoding` is that of the last line given. NULs before
 * and behind a line are no part of its text: a log that was copied while open, or after a crash, is
 * padded with them. A part passes over the lines of the unit before it: that is how it knows their
 * numbers and finds the header it depends on. That costs about as much as reading memory, and
 * line_log.h remembers how far it was done. */
#ifndef FORMATS_LINES_H
#define FORMATS_LINES_H

#include "base/arena.h"

enum text_encoding { TEXT_UTF8, TEXT_UTF16LE, TEXT_UTF16BE };

struct line {
    uint64_t offset, len; /* in the unit, with the line end and the NULs */
    uint64_t number;      /* from 1 */
    bytes raw;            /* without line end and NULs, as encoded; empty when too long */
    bool ended;           /* false: the unit ends before the line does */
    bool too_long;        /* longer than the limit: passed over */
    bool padded;          /* NULs stood before or behind it */
    enum text_encoding encoding;
};

struct lines {
    bytes in;
    uint64_t at, to; /* lines that begin before `to` are given */
    uint64_t number;
    size_t limit; /* of bytes in a line */
    enum text_encoding encoding;
};

struct lines lines_of(bytes unit, uint64_t to, size_t limit);
bool lines_next(struct lines *l, struct line *line);

/* Passes over the lines that begin before `before`. */
void lines_skip(struct lines *l, uint64_t before);

/* In UTF-8: where the line begins that ends before the line at `at`; 0 when there is none. */
uint64_t lines_back(bytes unit, uint64_t at);

/* UTF-8; borrowed unless the log is UTF-16. Empty over the arena's budget. */
str lines_text(const struct lines *l, const struct line *line, struct arena *a);

/* The encoding that the first bytes show, and how long the byte order mark is. */
enum text_encoding text_encoding_of(bytes head, size_t *mark);

/* UTF-16 of either order as UTF-8. */
str text_utf16(struct arena *a, bytes b, enum text_encoding encoding);

/* For format.cut: the first line that begins at or after `near`. */
uint64_t lines_cut(bytes unit, uint64_t near);

/* What is ASCII of `b`, for looking at how text begins; borrowed unless it is UTF-16, which is
 * narrowed into `room`: the rest becomes `?`. */
str text_narrow(bytes b, enum text_encoding encoding, char *room, size_t size);
str text_head(bytes head, char *room, size_t size); /* the same, behind the byte order mark */

#endif
