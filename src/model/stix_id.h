/* Identifiers of STIX 2.1: `type--UUID`.
 *
 * Cyber-observables have the same id wherever they are written: a version 5 UUID in a namespace
 * of its own over the canonical JSON of the properties that make them what they are (section
 * 2.9 and the table of each object). Objects of our own have UUIDs made from a namespace of
 * ours, so that a second run updates what the first one sent. */
#ifndef MODEL_STIX_ID_H
#define MODEL_STIX_ID_H

#include "base/json_tree.h"

enum { UUID_BYTES = 16 };

struct uuid {
    uint8_t byte[UUID_BYTES];
};

/* "d9fc...-...": 36 characters; false when it is not one. Either letter case. */
bool uuid_parse(str s, struct uuid *out);
struct uuid uuid_v5(const struct uuid *space, str name);
str uuid_text(struct arena *a, const struct uuid *u); /* lower case */

/* Is `s` a type, two hyphens and a UUID of a known version? `*type` is what stands before. */
bool stix_id_parse(str s, str *type, struct uuid *out);

/* The id of a cyber-observable. False when its type has no deterministic one (a process), when no
 * contributing property is there, or when it does not fit into memory: a random UUID then. */
bool stix_observable_id(const struct json_value *object, struct arena *a, str *out);

/* The id of an object of our own: the same `type` and `name` give the same. `name` has to tell
 * everything that makes it another object. */
str stix_own_id(struct arena *a, str type, str name);

#endif
