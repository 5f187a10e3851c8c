/* The objects of a STIX bundle or of MISP events, one after the other as their ends are read: no
 * tree is made, so that a bundle of any size takes the memory of its deepest object. */
#ifndef DETECT_INDICATORS_SHARED_OBJECTS_H
#define DETECT_INDICATORS_SHARED_OBJECTS_H

#include "base/json.h"
#include "model/tlp.h"

enum shared_member {
#define MEMBER(symbol, name) MEMBER_##symbol,
#include "detect/indicators/shared_members.def"
#undef MEMBER
    MEMBER_COUNT,
};

struct shared_object {
    str member[MEMBER_COUNT]; /* simple values; empty where there is none */
    enum shared_member under; /* the member that it is the value of, or in the list of */
    enum shared_member list;  /* that is being read */
    enum tlp tlp;             /* the strictest of its marks */
    str actors, phase, caveat;
    bool benign;
    uint32_t event; /* MISP: the number of the event around it, or its own */
    struct arena_mark mark;
};

struct shared_reading {
    struct json json;
    struct arena *scratch;
    uint32_t line, events; /* so far */
    uint64_t counted;      /* bytes whose lines are counted */
    struct shared_object stack[JSON_MAX_DEPTH + 1];
    size_t depth;
    void (*end)(void *ctx, const struct shared_object *o); /* borrowed until it returns */
    void *ctx;
};

/* False when it ends as no JSON does; what stood before was told. */
bool shared_read(struct shared_reading *s, str text);

uint32_t shared_line(struct shared_reading *s); /* that is being read, from 1 */

#endif
