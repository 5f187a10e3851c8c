/* What a key of a JSON event means, by where it stands.
 *
 * The shapes people have (flat NXLog, evtx_dump, winlogbeat and ECS, EvtxECmd, Get-WinEvent,
 * Hayabusa) differ only in where a value is nested and how it is called. Each place met becomes
 * a path once, with the name that Sigma uses and the part it plays; after that a key costs one
 * comparison, because the keys of a log follow each other in the same order again and again. */
#ifndef FORMATS_JSON_PATHS_H
#define FORMATS_JSON_PATHS_H

#include "base/arena.h"
#include "model/names.h"

/* The part a value plays for the event as a whole. */
enum json_role {
    JSON_PLAIN,
    JSON_SKIPPED, /* says nothing: XML name spaces */
    JSON_CHANNEL,
    JSON_PROVIDER,
    JSON_EVENT_ID,
    JSON_HOST,
    JSON_RECORD,
    JSON_TIME,
    JSON_PAYLOAD,   /* EvtxECmd: the data of the event as JSON inside a string */
    JSON_DATA_NAME, /* {"@Name": "Image", "#text": "..."}: names the value behind it */
    JSON_DATA_TEXT,
    JSON_ZEEK_PATH, /* what network sensors tell themselves by */
    JSON_ZEEK_UID,
    JSON_EVE_TYPE,
    JSON_EVE_FLOW,
    JSON_AUDIT_WORKLOAD, /* Microsoft 365: what it is about, and what was done */
    JSON_AUDIT_OPERATION,
    JSON_ROLE_COUNT,
};

enum { JSON_RANKS = 5 }; /* of several values with one role, the highest rank counts */

/* How names are made below a path. */
enum json_zone {
    JSON_TOP,       /* dotted, with roles */
    JSON_EVENT,     /* <Event> as evtx_dump has it */
    JSON_SYSTEM,    /* Provider_Name, TimeCreated_SystemTime, with roles */
    JSON_USER_DATA, /* the one element below is no part of the name */
    JSON_DATA,      /* what the provider logged: names as they are, no roles */
    JSON_DATA_LIST, /* Data: unnamed values, or pairs of name and text */
};

struct json_path {
    struct json_path *parent;
    str key;                        /* as written, undecoded */
    str name;                       /* of a value that stands here */
    str prefix;                     /* of the names below */
    struct json_path *first, *next; /* what stood first below it, and behind it, last time */
    field_id id;
    uint8_t zone, role, rank;
    bool passing; /* not kept: the table is full or the key absurd */
};

enum { JSON_PATHS_MAX = 4096, JSON_PATH_SLOTS = 16384, JSON_KEY_MAX = 256 };

struct json_paths {
    struct arena *arena;
    const struct names *names;
    struct json_path **slots;
    size_t count;
    struct json_path top;
};

bool json_paths_init(struct json_paths *ps, const struct names *names, struct arena *arena);

/* The path of `key` inside an object at `parent`, where `*last` is the key before it or NULL;
 * moves `*last`. Made in `scratch` when it cannot be kept; NULL over budget. */
struct json_path *json_paths_key(struct json_paths *ps, struct json_path *parent, str key,
                                 bool escaped, struct json_path **last, struct arena *scratch);

/* The same for a key that does not stand there itself: {"@Name": key}. */
struct json_path *json_paths_below(struct json_paths *ps, struct json_path *parent, str key,
                                   bool escaped, struct arena *scratch);

#endif
