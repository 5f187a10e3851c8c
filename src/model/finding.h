/* A finding: what a rule or detector concluded from one event, and everything needed to find
 * that event again, down to the byte. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "model/rule.h"
#include "model/time.h"

struct named_value {
    str name, value; /* UTF-8; value cut at LIMIT_FIELD_TEXT */
};

struct entity_ref {
    str kind, role, value;
};

struct finding {
    str id; /* 12 hex digits, from unit, offset, record and rule: the same in every scan */
    const struct rule_info *rule;
    str unit; /* provenance: triage.zip!/C/Windows/.../Security.evtx; findings are ordered by it */
    uint64_t record, offset, len;
    usec time;     /* UTC, clock corrected */
    usec raw_time; /* as the evidence says */
    str channel, host;
    uint32_t event_id;
    struct text summary;
    const struct named_value *fields; /* of the event, in its order */
    size_t nfields;
    const struct entity_ref *entities;
    size_t nentities;
    bool trail; /* found by following an entity, not by a rule of its own */
    str led_by; /* trail: the entity that led here */
};

/* An entity that the trail did not follow: it stands everywhere, or tells nothing. */
struct held {
    str kind, value;
    const char *why; /* a message id */
};

#endif
