/* The shape of a struct of model/, as data: which members it has, of what kind, by what name.
 * From a shape come its JSON and the struct back from its JSON; the case keeps what is nested in
 * this form, and the JSON export shows it.
 *
 * Times are RFC 3339 in UTC or null, enumerations their names, a text gives two members: `text`
 * in English and `text_fr`. Text that is not UTF-8 comes back with U+FFFD in place of it. */
#ifndef STORE_SHAPE_H
#define STORE_SHAPE_H

#include "base/buf.h"
#include "model/unit.h"

enum member_kind {
    MEMBER_STR,
    MEMBER_STRS, /* a list of str: pointer at `at`, size_t at `count_at` */
    MEMBER_TEXT, /* struct text */
    MEMBER_BOOL,
    MEMBER_INT,
    MEMBER_U32,
    MEMBER_U64,
    MEMBER_I64,
    MEMBER_REAL, /* double, six digits behind the point */
    MEMBER_TIME,
    MEMBER_ENUM,
    MEMBER_STRUCT, /* `shape` lies inside */
    MEMBER_LIST,   /* pointer to `shape`s at `at`, their number at `count_at` */
    MEMBER_FEW,    /* an array of at most `max` inside the struct, its size_t at `count_at` */
};

struct member {
    const char *name;
    enum member_kind kind;
    size_t at, count_at, max;
    const struct shape *shape;
    const struct enumeration *names;
};

struct enumeration {
    const char *(*name)(int value);
    int count;
};

struct shape {
    const struct member *members;
    size_t count;
    size_t size;
};

/* The struct as a JSON object; or its members only, for a writer that adds others. */
void shape_write(struct buf *b, const struct shape *s, const void *object);
void shape_write_members(struct buf *b, const struct shape *s, const void *object);
void shape_write_list(struct buf *b, const struct shape *s, const void *items, size_t count);

/* Fills a zeroed struct. Members that are not there stay as they are, unknown ones are skipped.
 * What it points to lives in `a`. False when it is not JSON or the arena is used up. */
bool shape_read(const struct shape *s, str json, struct arena *a, void *object);
bool shape_read_list(const struct shape *s, str json, struct arena *a, void **items, size_t *count);

void shape_write_time(struct buf *b, usec t);

extern const struct shape shape_rule, shape_text, shape_named_value, shape_entity_ref;
extern const struct shape shape_gap, shape_event_kind, shape_assessment;
extern const struct shape shape_verdict, shape_coverage, shape_stage, shape_entity;
extern const struct shape shape_shell, shape_taken, shape_foothold, shape_bystander;
extern const struct shape shape_not_followed, shape_process, shape_reached, shape_build;
extern const struct shape shape_dossier, shape_attribution, shape_action;

#endif
