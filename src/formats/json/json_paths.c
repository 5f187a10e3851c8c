#include "formats/json/json_paths.h"

#include "base/json.h"

#include <string.h>

/* Names as the zones below make them. `rename` is what Sigma calls it, where that differs. */
static const struct known {
    str name, rename;
    uint8_t role, rank;
} known[] = {
    {STR_INIT("Channel"),                STR_INIT("Channel"),       JSON_CHANNEL,         2},
    {STR_INIT("winlog.channel"),         STR_INIT("Channel"),       JSON_CHANNEL,         2},
    {STR_INIT("log_name"),               STR_INIT("Channel"),       JSON_CHANNEL,         1},
    {STR_INIT("LogName"),                STR_INIT("Channel"),       JSON_CHANNEL,         1},
    {STR_INIT("Provider_Name"),          STR_INIT("Provider_Name"), JSON_PROVIDER,        2},
    {STR_INIT("SourceName"),             STR_INIT("Provider_Name"), JSON_PROVIDER,        2},
    {STR_INIT("ProviderName"),           STR_INIT("Provider_Name"), JSON_PROVIDER,        2},
    {STR_INIT("winlog.provider_name"),   STR_INIT("Provider_Name"), JSON_PROVIDER,        2},
    {STR_INIT("source_name"),            STR_INIT("Provider_Name"), JSON_PROVIDER,        1},
    {STR_INIT("Provider"),               STR_INIT("Provider_Name"), JSON_PROVIDER,        1},
    {STR_INIT("event.provider"),         STR_INIT(""),              JSON_PROVIDER,        0},
    {STR_INIT("ProviderGuid"),           STR_INIT("Provider_Guid"), JSON_PLAIN,           0},
    {STR_INIT("winlog.provider_guid"),   STR_INIT("Provider_Guid"), JSON_PLAIN,           0},
    {STR_INIT("EventID"),                STR_INIT("EventID"),       JSON_EVENT_ID,        2},
    {STR_INIT("winlog.event_id"),        STR_INIT("EventID"),       JSON_EVENT_ID,        2},
    {STR_INIT("event_id"),               STR_INIT("EventID"),       JSON_EVENT_ID,        1},
    {STR_INIT("event.code"),             STR_INIT(""),              JSON_EVENT_ID,        0},
    {STR_INIT("Computer"),               STR_INIT("Computer"),      JSON_HOST,            4},
    {STR_INIT("winlog.computer_name"),   STR_INIT("Computer"),      JSON_HOST,            4},
    {STR_INIT("Hostname"),               STR_INIT("Computer"),      JSON_HOST,            3},
    {STR_INIT("computer_name"),          STR_INIT("Computer"),      JSON_HOST,            3},
    {STR_INIT("ComputerName"),           STR_INIT("Computer"),      JSON_HOST,            3},
    {STR_INIT("MachineName"),            STR_INIT("Computer"),      JSON_HOST,            3},
    {STR_INIT("host.name"),              STR_INIT(""),              JSON_HOST,            2},
    {STR_INIT("host.hostname"),          STR_INIT(""),              JSON_HOST,            1},
    {STR_INIT("host"),                   STR_INIT(""),              JSON_HOST,            0}, /* often the collector's */
    {STR_INIT("EventRecordID"),          STR_INIT("EventRecordID"), JSON_RECORD,          2},
    {STR_INIT("winlog.record_id"),       STR_INIT("EventRecordID"), JSON_RECORD,          2},
    {STR_INIT("record_number"),          STR_INIT("EventRecordID"), JSON_RECORD,          1},
    {STR_INIT("RecordID"),               STR_INIT("EventRecordID"), JSON_RECORD,          1},
    {STR_INIT("RecordNumber"),           STR_INIT(""),              JSON_RECORD,          0}, /* EvtxECmd: its own count */
    {STR_INIT("Payload"),                STR_INIT(""),              JSON_PAYLOAD,         0},
    {STR_INIT("TimeCreated_SystemTime"), STR_INIT(""),              JSON_TIME,            4},
    {STR_INIT("TimeCreated"),            STR_INIT(""),              JSON_TIME,            3},
    {STR_INIT("@timestamp"),             STR_INIT(""),              JSON_TIME,            2},
    {STR_INIT("EventTime"),              STR_INIT(""),              JSON_TIME,            1}, /* NXLog: local, without zone */
    {STR_INIT("Timestamp"),              STR_INIT(""),              JSON_TIME,            1},
    {STR_INIT("time"),                   STR_INIT(""),              JSON_TIME,            0},
    {STR_INIT("ts"),                     STR_INIT(""),              JSON_TIME,            0}, /* Zeek */
    {STR_INIT("_path"),                  STR_INIT(""),              JSON_ZEEK_PATH,       0},
    {STR_INIT("uid"),                    STR_INIT(""),              JSON_ZEEK_UID,        0},
    {STR_INIT("event_type"),             STR_INIT(""),              JSON_EVE_TYPE,        0},
    {STR_INIT("flow_id"),                STR_INIT(""),              JSON_EVE_FLOW,        0},
    {STR_INIT("CreationTime"),           STR_INIT(""),              JSON_TIME,            0}, /* Microsoft 365 */
    {STR_INIT("Workload"),               STR_INIT(""),              JSON_AUDIT_WORKLOAD,  0},
    {STR_INIT("Operation"),              STR_INIT(""),              JSON_AUDIT_OPERATION, 0},
};

bool json_paths_init(struct json_paths *ps, const struct names *names, struct arena *arena)
{
    *ps = (struct json_paths){.arena = arena, .names = names};
    ps->slots = ARENA_ARRAY(arena, struct json_path *, JSON_PATH_SLOTS);
    return ps->slots != NULL;
}

static bool is_attributes(str key)
{
    return str_eq(key, STR("#attributes")) || str_eq(key, STR("_attributes"));
}

/* Objects whose children are named in another way than "outer.inner". */
static const struct {
    str key;
    uint8_t in, zone;
} zones[] = {
    {STR_INIT("_source"),           JSON_TOP,   JSON_TOP      },
    {STR_INIT("System"),            JSON_TOP,   JSON_SYSTEM   }, /* Velociraptor */
    {STR_INIT("EventData"),         JSON_TOP,   JSON_DATA     },
    {STR_INIT("UserData"),          JSON_TOP,   JSON_USER_DATA},
    {STR_INIT("Event"),             JSON_TOP,   JSON_EVENT    },
    {STR_INIT("event_data"),        JSON_TOP,   JSON_DATA     },
    {STR_INIT("user_data"),         JSON_TOP,   JSON_DATA     },
    {STR_INIT("winlog.event_data"), JSON_TOP,   JSON_DATA     },
    {STR_INIT("winlog.user_data"),  JSON_TOP,   JSON_DATA     },
    {STR_INIT("System"),            JSON_EVENT, JSON_SYSTEM   },
    {STR_INIT("EventData"),         JSON_EVENT, JSON_DATA     },
    {STR_INIT("UserData"),          JSON_EVENT, JSON_USER_DATA},
};

static str join(struct arena *a, str outer, const char *separator, str inner)
{
    if (!outer.len || !inner.len) {
        return arena_str(a, outer.len ? outer : inner);
    }
    return arena_printf(a, "%.*s%s%.*s", STR_ARG(outer), separator, STR_ARG(inner));
}

/* Name spaces and attributes of elements that the event itself does not speak of. */
static bool says_nothing(const struct json_path *outer, str key)
{
    enum json_zone zone = outer->zone;
    bool element = zone == JSON_EVENT || zone == JSON_USER_DATA;
    bool xml = element || zone == JSON_DATA;
    return outer->role == JSON_SKIPPED || (element && str_ends(key, STR("_attributes"))) ||
           (xml && (is_attributes(key) || str_eq(key, STR("Data_attributes")) ||
                    str_eq(key, STR("xmlns")) || str_eq(key, STR("@xmlns"))));
}

/* Attributes are called like elements: evtx_dump has them in "#attributes" or in
 * "Provider_attributes", others as "@Name"; Velociraptor has {"EventID": {"Value": 1}}. */
static str system_key(str key)
{
    if (is_attributes(key) || str_eq(key, STR("#text")) || str_eq(key, STR("Value"))) {
        return STR_NONE;
    }
    if (str_ends(key, STR("_attributes"))) {
        return str_sub(key, 0, key.len - strlen("_attributes"));
    }
    return str_from(key, str_starts(key, STR("@")) ? 1 : 0);
}

/* What a value called `key` below `outer` is called. */
static str name_below(const struct json_path *outer, str key, struct arena *a)
{
    switch ((enum json_zone)outer->zone) {
    case JSON_SYSTEM:
        return join(a, outer->prefix, "_", system_key(key));
    case JSON_DATA:
        return str_eq(key, STR("#text")) ? outer->prefix : join(a, outer->prefix, ".", key);
    case JSON_DATA_LIST:
        return outer->prefix;
    case JSON_TOP:
    case JSON_EVENT:
    case JSON_USER_DATA:
        break;
    }
    return join(a, outer->prefix, ".", key);
}

/* How names are made below a path whose own name is decided. */
static void choose_zone(struct json_path *path, str key)
{
    const struct json_path *outer = path->parent;
    path->zone = outer->zone;
    path->prefix = path->name;
    if (outer->zone == JSON_USER_DATA) {
        path->zone = JSON_DATA;
        path->prefix = STR_NONE;
    } else if (outer->zone == JSON_DATA && !outer->prefix.len && str_eq(key, STR("Data"))) {
        path->zone = JSON_DATA_LIST;
    }
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        if (zones[i].in == outer->zone && str_eq(zones[i].key, path->name)) {
            path->zone = zones[i].zone;
            path->prefix = STR_NONE;
        }
    }
}

static enum json_role data_list_role(str key)
{
    if (str_eq(key, STR("@Name")) || str_eq(key, STR("Name"))) {
        return JSON_DATA_NAME;
    }
    if (str_eq(key, STR("#text"))) {
        return JSON_DATA_TEXT;
    }
    return str_starts(key, STR("@")) ? JSON_SKIPPED : JSON_PLAIN;
}

static void find_role(struct json_path *path, str key)
{
    enum json_zone zone = path->parent->zone;
    if (zone == JSON_DATA_LIST) {
        path->role = (uint8_t)data_list_role(key);
    } else if (says_nothing(path->parent, key)) {
        path->role = JSON_SKIPPED;
    }
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        bool meant = zone == JSON_TOP || zone == JSON_SYSTEM;
        if (meant && str_eq_nocase(known[i].name, path->name)) {
            path->role = known[i].role;
            path->rank = known[i].rank;
            path->name = known[i].rename.len ? known[i].rename : path->name;
            return;
        }
    }
}

static struct json_path *path_new(struct json_paths *ps, struct json_path *parent, str key,
                                  bool escaped, struct arena *a)
{
    struct json_path *path = ARENA_NEW(a, struct json_path);
    if (!path) {
        return NULL;
    }
    struct json written = {.raw = key, .escaped = escaped};
    str text = json_text(&written, a);
    *path = (struct json_path){.parent = parent, .key = arena_str(a, key)};
    path->name = name_below(parent, text, a);
    choose_zone(path, text);
    find_role(path, text);
    path->id = names_find(ps->names, path->name);
    return path->key.len == key.len ? path : NULL;
}

static uint64_t path_hash(const struct json_path *parent, str key)
{
    uint64_t h = (uint64_t)(uintptr_t)parent * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < key.len; i++) {
        h = (h ^ (uint8_t)key.p[i]) * UINT64_C(0x100000001b3);
    }
    return h ^ (h >> 31);
}

/* Looks at a few neighbours only: keys come from the evidence, and may be made to collide. */
static struct json_path **path_slot(struct json_paths *ps, const struct json_path *parent, str key)
{
    enum { NEIGHBOURS = 16 };
    uint64_t hash = path_hash(parent, key);
    for (uint64_t i = 0; i < NEIGHBOURS; i++) {
        struct json_path **slot = &ps->slots[(hash + i) % JSON_PATH_SLOTS];
        if (!*slot || ((*slot)->parent == parent && str_eq((*slot)->key, key))) {
            return slot;
        }
    }
    return NULL;
}

struct json_path *json_paths_below(struct json_paths *ps, struct json_path *parent, str key,
                                   bool escaped, struct arena *scratch)
{
    bool keep = !parent->passing && key.len <= JSON_KEY_MAX;
    struct json_path **slot = keep ? path_slot(ps, parent, key) : NULL;
    if (slot && *slot) {
        return *slot;
    }
    bool room = slot && ps->count < JSON_PATHS_MAX;
    struct json_path *path = path_new(ps, parent, key, escaped, room ? ps->arena : scratch);
    if (path && room) {
        *slot = path;
        ps->count++;
    } else if (path) {
        path->passing = true;
    }
    return path;
}

struct json_path *json_paths_key(struct json_paths *ps, struct json_path *parent, str key,
                                 bool escaped, struct json_path **last, struct arena *scratch)
{
    struct json_path **guess = *last ? &(*last)->next : &parent->first;
    struct json_path *path = *guess;
    if (!path || !str_eq(path->key, key)) {
        path = json_paths_below(ps, parent, key, escaped, scratch);
        bool link = path && !path->passing && !(*last ? (*last)->passing : parent->passing);
        if (link) {
            *guess = path;
        }
    }
    *last = path;
    return path;
}
