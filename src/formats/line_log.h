/* The lines of a text log as events: what every such format does alike.
 *
 *     struct line_log l;
 *     struct line line;
 *     str text;
 *     for (line_log_begin(&l, p); line_log_next(&l, &line, &text);) {
 *         struct event event;
 *         if (!understood) {
 *             line_log_note(&l, NOTE_BAD_LINE, &line);
 *         } else if (line_log_head(&l, &line, time, &origin, &event)) {
 *             line_log_fields(&l, &event, fields, nfields);
 *         }
 *     }
 *
 * It also says what is odd between a line and the one before it: a time that goes back, one that
 * is a year away, another host; and a time later than the unit's last change. That a part may know
 * what its first line follows, the two lines before it are read too, and nothing is told of them.
 */
#ifndef FORMATS_LINE_LOG_H
#define FORMATS_LINE_LOG_H

#include "formats/format.h"
#include "formats/lines.h"
#include "formats/origins.h"

enum { LINE_LOG_LINE_MAX = 1 << 20 };

/* The two records before the one at hand: their times, and where the last one comes from. */
struct neighbours {
    usec time, time_before; /* TIME_NONE: not known */
    const struct origin *origin;
};

#define NEIGHBOURS_NONE ((struct neighbours){TIME_NONE, TIME_NONE, NULL})

/* Notes what is odd about an event that follows them. */
void neighbours_note(const struct neighbours *n, struct parse *p, const struct event *e);
void neighbours_add(struct neighbours *n, const struct event *e);

/* The lines of the unit, those passed over that begin before `before`; from where an earlier part
 * of the unit did so, if that is kept. */
struct lines lines_from(const struct parse *p, uint64_t before, size_t limit);

/* What is kept of the unit at hand, emptied when it was another; NULL where nothing can be. */
struct passed *passed_of(const struct parse *p);

/* Goes on from there, when that is further, and at or before `before`. */
bool lines_resume(struct lines *in, const struct passed *known, uint64_t before);

/* Goes on from here next time; of the lines `said` (NULL: none do) it is kept that they still hold.
 * lines_said() then gives the line of this place among them; false: there is none. */
void lines_keep(const struct lines *in, struct passed *known, const uint64_t said[PASSED_SAID]);
bool lines_said(struct lines *in, const struct passed *known, size_t place, struct line *line);

/* Where to begin so that the two lines before the part are known. */
struct lines lines_before_part(const struct parse *p, size_t limit);

struct line_log {
    struct parse *p;
    struct lines in;
    struct origins origins;
    struct neighbours before;
    struct arena_mark mark;
    bool silent; /* this line is before the part */
    bool stopped;
    uint8_t text_type; /* of the fields of this line: VALUE_TEXT, or VALUE_ANSI when not UTF-8 */
};

/* When the log was last written: on the day that rotation put into its name (mail.log-20210307),
 * or as the file says, whichever is earlier. TIME_NONE: not known. */
usec line_log_written(const struct parse *p);

void line_log_begin(struct line_log *l, struct parse *p);

/* The next line that is not blank, as UTF-8; lives until the next call. False: no more, or stop. */
bool line_log_next(struct line_log *l, struct line *line, str *text);

void line_log_note(struct line_log *l, enum note_id id, const struct line *line);

/* Tells the event's head. True: its fields are wanted. */
bool line_log_head(struct line_log *l, const struct line *line, usec time,
                   const struct origin *origin, struct event *out);
void line_log_fields(struct line_log *l, struct event *event, const struct field *fields,
                     size_t nfields);

/* VALUE_TEXT; VALUE_ANSI when it is not UTF-8. */
uint8_t text_type_of(str text);

static inline struct field text_field(str name, field_id id, str value, uint8_t type)
{
    return (struct field){name, (const uint8_t *)value.p, (uint32_t)value.len, id, type};
}

#endif
