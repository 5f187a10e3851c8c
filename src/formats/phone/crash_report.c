/* Reports of iOS (.ips): a line of JSON that says what it is, and behind it the report, JSON too,
 * or in older ones text. Channel "ios-crash": an event for the process that it is about, and one
 * for each that it lists as running (reports of memory, of hangs, of panics). */
#include "base/json.h"
#include "formats/lines.h"
#include "formats/phone/telling.h"

enum { CRASH_VALUES_MAX = 1 << 20 };

static int crash_report_probe(bytes head, str path)
{
    (void)path;
    str text = str_of_bytes(head);
    str line = str_sub(text, 0, str_find_char(text, '\n'));
    bool ours = str_starts(line, STR("{")) && str_has(line, STR("\"bug_type\"")) &&
                (str_has(line, STR("\"os_version\"")) || str_has(line, STR("\"timestamp\"")));
    return ours ? BY_MAGIC : NO_MATCH;
}

static const struct {
    const char *key, *field;
} crash_known[] = {
    {"app_name",        "ProcessName"    },
    {"procName",        "ProcessName"    },
    {"process",         "ProcessName"    },
    {"procPath",        "Image"          },
    {"bundleID",        "BundleId"       },
    {"bug_type",        "BugType"        },
    {"os_version",      "OsVersion"      },
    {"parentProc",      "ParentName"     },
    {"responsibleProc", "ResponsibleName"},
    {"incident_id",     "Incident"       },
    {"panicString",     "Message"        },
};

static const char *crash_field(str key)
{
    for (size_t i = 0; i < ARRAY_LEN(crash_known); i++) {
        if (str_eq(key, str_of(crash_known[i].key))) {
            return crash_known[i].field;
        }
    }
    return NULL;
}

static bool crash_has(const struct telling *t, const char *field)
{
    for (size_t i = 0; i < t->nfields; i++) {
        if (str_eq(t->fields[i].name, str_of(field))) {
            return true;
        }
    }
    return false;
}

/* What an object says of itself, not of what is in it. */
static void crash_top(struct telling *t, bytes text, usec *time)
{
    struct json j = json_of(text);
    const char *field = NULL;
    bool stamp = false;
    for (enum json_token k = json_next(&j); k != JSON_END; k = json_next(&j)) {
        if (k == JSON_KEY) {
            str key = json_text(&j, t->p->scratch);
            field = crash_field(key);
            stamp = str_eq(key, STR("timestamp")) || str_eq(key, STR("captureTime"));
        } else if (j.depth > 1) {
            json_skip(&j, k);
        } else if (k == JSON_STRING && field && !crash_has(t, field)) {
            telling_add(t, field, json_text(&j, t->p->scratch));
        } else if (k == JSON_STRING && stamp && *time == TIME_NONE) {
            *time = time_parse(json_text(&j, t->p->scratch));
        }
    }
}

/* Processes are listed by "name" in an array "processes", or by "procname" anywhere. */
static void crash_listed(struct telling *t, bytes text, usec time, uint64_t offset)
{
    struct json j = json_of(text);
    bool name = false;
    uint32_t inside = 0, values = 0; /* the depth of the array; 0: not in it */
    bool opens = false;
    for (enum json_token k = json_next(&j); k != JSON_END && !t->stopped; k = json_next(&j)) {
        if (++values == CRASH_VALUES_MAX) {
            emit_note(t->p, NOTE_OVER_BUDGET, offset + j.at, 0);
            return;
        }
        if (k == JSON_KEY) {
            name = str_eq(j.raw, STR("procname")) ||
                   (inside && j.depth == inside + 1U && str_eq(j.raw, STR("name")));
            opens = str_eq(j.raw, STR("processes"));
            continue;
        }
        if (k == JSON_ARRAY && opens) {
            inside = j.depth;
        } else if (k == JSON_ARRAY_END && inside && j.depth < inside) {
            inside = 0;
        } else if (k == JSON_STRING && name) {
            struct arena_mark mark = arena_mark(t->p->scratch);
            telling_add(t, "ProcessName", json_text(&j, t->p->scratch));
            (void)telling_give(t, "ios-crash", time, offset + j.at, j.raw.len);
            arena_rewind(t->p->scratch, mark);
        }
        name = opens = false;
    }
    if (json_bad(&j)) {
        emit_note(t->p, NOTE_BAD_JSON, offset + j.at, text.len - j.at);
    }
}

/* Process:  name [123] / Path:  /usr/... */
static void crash_text(struct telling *t, bytes text)
{
    struct lines in = lines_of(text, text.len < PROBE_HEAD ? text.len : PROBE_HEAD, PROBE_HEAD);
    struct line line;
    while (lines_next(&in, &line)) {
        str rest = str_of_bytes(line.raw), key;
        (void)str_cut(&rest, ':', &key);
        rest = str_trim(rest);
        if (str_eq(key, STR("Path")) && !crash_has(t, "Image")) {
            telling_add(t, "Image", rest);
        } else if (str_eq(key, STR("Process")) && !crash_has(t, "ProcessName")) {
            telling_add(t, "ProcessName", str_sub(rest, 0, str_find(rest, STR(" ["))));
        }
    }
}

static void crash_report_parse(struct parse *p)
{
    struct telling *t = p->from == 0 ? telling_new(p) : NULL;
    str all = str_of_bytes(p->unit);
    size_t head = str_find_char(all, '\n');
    bytes first = {p->unit.p, head};
    str behind = str_trim(str_from(all, head));
    bytes body = bytes_of_str(behind);
    uint64_t offset = behind.len ? (uint64_t)(behind.p - all.p) : p->unit.len;
    usec time = TIME_NONE;
    if (!t) {
        return;
    }
    bool json = str_starts(behind, STR("{"));
    crash_top(t, first, &time);
    if (json) {
        crash_top(t, body, &time);
    } else {
        crash_text(t, body);
    }
    if (telling_give(t, "ios-crash", time, 0, p->unit.len) && json) {
        crash_listed(t, body, time, offset);
    }
}

const struct format format_crash_report = {
    .name = "crash_report",
    .title = "iOS: report of a crash or a problem (.ips)",
    .probe = crash_report_probe,
    .parse = crash_report_parse,
};
