/* A format: a kind of unit and its parser. One constant struct in one file, one line in
 * formats.list; the build makes the registry, the golden test, the replay test and the fuzz
 * target from that line.
 *
 * Pure: bytes in; events, notes and inner units out. A parser returns nothing: what it could
 * not read it notes, resynchronises, and goes on. */
#ifndef FORMATS_FORMAT_H
#define FORMATS_FORMAT_H

#include "formats/lines.h"
#include "model/sink.h"

enum { PASSED_PATH = 512, PASSED_SAID = 3 };

/* How far the lines of a large unit were passed over, so that its next part goes on from there:
 * line_log.h. */
struct passed {
    char path[PASSED_PATH]; /* of the unit; of longer ones nothing is kept */
    size_t path_len;
    uint64_t unit_len;
    uint64_t at, number;         /* where a line begins, and how many are before it */
    enum text_encoding encoding; /* there */
    uint64_t said[PASSED_SAID];  /* lines before it that still hold, the offset and 1; 0: none */
};

/* What is kept from one parse to the next, so that it need not be worked out again. What a parse
 * emits does not depend on it, where units of one path and length are one unit. Zero it and give
 * its arena a budget. */
struct memory {
    struct arena arena;
    const struct format *of; /* whose it is: another format begins anew */
    void *what;
    struct passed passed;
};

/* What a parser may use. It owns nothing else: no files, no globals, no locks. */
struct parse {
    bytes unit;                /* the whole unit, immutable */
    uint64_t from, to;         /* emit what begins in [from, to); the whole unit unless cut */
    str path;                  /* provenance, for formats that depend on a name */
    const struct names *names; /* frozen */
    struct arena *arena;       /* for the whole parse: origins, tables */
    struct arena *scratch;     /* for one record: rewind it between records */
    struct sink *sink;
    bool carve; /* deleted records too, where the format can; marked by the field _recovered */
    /* SHA-256 of the unit, 32 bytes; NULL for a unit so large that it is read in parts. A scan has
     * it anyhow; a format whose fields depend on it says `hashed`, and has it in every pass. */
    const uint8_t *sha256;
    struct memory *memory; /* NULL: nothing is kept */
    usec modified;         /* when the unit was last written; 0 or TIME_NONE: not known */
    str log_format; /* how access logs are written, as the user says; empty: known by shape */
};

/* How sure a probe is. The surest wins; among equals, the first in formats.list. */
enum { NO_MATCH = 0, BY_NAME = 20, BY_SHAPE = 50, BY_MAGIC = 100 };

enum { PROBE_HEAD = 4096 }; /* bytes of the unit that a probe sees, at most */

struct format {
    const char *name;  /* stable identifier, used in reports and on the command line */
    const char *title; /* for people */

    int (*probe)(bytes head, str path);
    void (*parse)(struct parse *p);

    /* Optional: the first offset at or after `near` where a record can begin, so that several
     * workers parse a large unit in parts; unit.len when there is none. Parts together give what
     * the whole gives. A part sees the whole unit, and so finds the header it depends on. */
    uint64_t (*cut)(bytes unit, uint64_t near);

    bool contains_units; /* an archive: emits members, no events */
    bool hashed;         /* its fields tell the hash of the unit */
    bool plain;          /* values stand in the unit as they are: text in UTF-8 or UTF-16, GUIDs and
                            SIDs in binary. So the trail can look for them before parsing */
    bool whole;          /* not a log: rules over whole files (YARA) look at it too */
};

extern const struct format *const formats[]; /* ended by NULL, in the order of formats.list */

/* The format of a unit, or NULL when none recognises it. */
const struct format *format_of(bytes head, str path);
const struct format *format_named(str name);

/* The same, where the user says how access logs are written: one that is so is one. */
const struct format *format_given(bytes head, str path, str log_format);

/* For parsers: what sink.h says, without the pointers. */
bool emit_head(struct parse *p, const struct event *head); /* fields wanted? */
bool emit_event(struct parse *p, const struct event *e);   /* false: stop */
void emit_note(struct parse *p, enum note_id id, uint64_t offset, uint64_t len);
bool emit_member(struct parse *p, const struct member *m);
bool emit_member_data(struct parse *p, bytes piece);
void emit_member_end(struct parse *p, bool whole);
bool parse_stopped(struct parse *p);

#endif
