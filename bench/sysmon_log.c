/* Writes one event log of a given size out of recorded events: the Sysmon-heavy load that rules
 * have most work with.
 *
 *     limier dump ARCHIVE... | sysmon_log OUT SIZE_MB
 *
 * SIZE counts bytes of the log. When the recording is used up it begins again, with other process
 * numbers and GUIDs, so that no record is repeated whole. */
#include "base/json.h"
#include "evtx_writer.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MAX_VALUES = 128 };

struct recorded { /* one line of `limier dump` */
    struct arena *arena;
    const char *provider, *channel, *host;
    uint64_t event_id;
    usec time;
    struct evtx_value data[MAX_VALUES];
    size_t count;
    unsigned round;
};

/* arena_str ends in NUL; empty over budget. */
static const char *c_string(struct recorded *r, str s)
{
    str copy = arena_str(r->arena, s);
    return copy.p ? copy.p : "";
}

/* Fields of System, and what collectors add. */
static bool is_envelope(str name)
{
    static const str names[] = {
        STR_INIT("Channel"),     STR_INIT("EventID"),     STR_INIT("Computer"),
        STR_INIT("Message"),     STR_INIT("TimeCreated"), STR_INIT("Keywords"),
        STR_INIT("Level"),       STR_INIT("Task"),        STR_INIT("Opcode"),
        STR_INIT("Version"),     STR_INIT("@version"),    STR_INIT("@timestamp"),
        STR_INIT("EventTime"),   STR_INIT("Severity"),    STR_INIT("host"),
        STR_INIT("port"),        STR_INIT("tags"),        STR_INIT("ThreadID"),
        STR_INIT("RecordNumber")};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq(name, names[i])) {
            return true;
        }
    }
    return str_starts(name, STR("Provider_")) || str_starts(name, STR("SourceModule")) ||
           str_starts(name, STR("Event")) || str_starts(name, STR("Severity"));
}

static bool is_guid(str s)
{
    return s.len == 38 && s.p[0] == '{' && s.p[37] == '}' && s.p[9] == '-' && s.p[24] == '-';
}

/* In later rounds the last digits of the GUID count the round. */
static struct evtx_value guid_value(struct recorded *r, const char *name, str guid)
{
    str text = r->round ? arena_printf(r->arena, "%.*s%04X}", 33, guid.p, r->round & 0xffff)
                        : arena_str(r->arena, guid);
    return evtx_guid(name, text.p);
}

static void add_value(struct recorded *r, str name, str value)
{
    if (r->count == MAX_VALUES || is_envelope(name) || value.len > 20000) {
        return;
    }
    const char *c_name = c_string(r, name);
    uint64_t number = 0;
    struct evtx_value v;
    if (is_guid(value)) {
        v = guid_value(r, c_name, value);
    } else if (str_ends(name, STR("rocessId")) && str_u64(value, &number)) {
        v = evtx_u32(c_name, (uint32_t)number + r->round * 4);
    } else {
        v = evtx_text(c_name, c_string(r, value));
    }
    r->data[r->count++] = v;
}

static void read_fields(struct recorded *r, struct json *j)
{
    for (enum json_token t = json_next(j); t == JSON_KEY; t = json_next(j)) {
        str name = json_text(j, r->arena);
        enum json_token v = json_next(j);
        if (v == JSON_STRING || v == JSON_NUMBER) {
            add_value(r, name, json_text(j, r->arena));
        } else {
            json_skip(j, v);
        }
    }
}

static bool read_line(struct recorded *r, str line)
{
    struct json j = json_of(bytes_of_str(line));
    if (json_next(&j) != JSON_OBJECT) {
        return false;
    }
    for (enum json_token t = json_next(&j); t == JSON_KEY; t = json_next(&j)) {
        str key = j.raw;
        enum json_token v = json_next(&j);
        if (v == JSON_OBJECT && str_eq(key, STR("fields"))) {
            read_fields(r, &j);
        } else if (v == JSON_STRING && str_eq(key, STR("channel"))) {
            r->channel = c_string(r, json_text(&j, r->arena));
        } else if (v == JSON_STRING && str_eq(key, STR("provider"))) {
            r->provider = c_string(r, json_text(&j, r->arena));
        } else if (v == JSON_STRING && str_eq(key, STR("host"))) {
            r->host = c_string(r, json_text(&j, r->arena));
        } else if (v == JSON_STRING && str_eq(key, STR("time"))) {
            r->time = time_parse(json_text(&j, r->arena));
        } else if (v == JSON_NUMBER && str_eq(key, STR("event_id"))) {
            (void)str_u64(j.raw, &r->event_id);
        } else {
            json_skip(&j, v);
        }
    }
    return !json_bad(&j) && r->channel && r->provider && r->time != TIME_NONE;
}

static void write_line(struct evtx_writer *w, struct arena *arena, str line, unsigned round)
{
    arena_reset(arena);
    struct recorded *r = ARENA_NEW(arena, struct recorded);
    if (!r) {
        abort();
    }
    *r = (struct recorded){.arena = arena, .time = TIME_NONE, .round = round};
    if (!read_line(r, line)) {
        return;
    }
    (void)evtx_write(w, &(struct evtx_record){.provider = r->provider,
                                              .channel = r->channel,
                                              .computer = r->host ? r->host : "",
                                              .event_id = (uint32_t)r->event_id,
                                              .time = r->time,
                                              .data = r->data,
                                              .count = r->count});
}

static str read_all(FILE *in)
{
    size_t len = 0, cap = 1 << 24;
    char *p = malloc(cap);
    while (p && !feof(in)) {
        if (len == cap) {
            cap *= 2;
            p = realloc(p, cap);
        }
        len += p ? fread(p + len, 1, cap - len, in) : 0;
    }
    if (!p) {
        abort();
    }
    return (str){p, len};
}

int main(int argc, char **argv)
{
    uint64_t megabytes = 0;
    if (argc != 3 || !str_u64(str_of(argv[2]), &megabytes)) {
        (void)fprintf(stderr, "usage: limier dump ARCHIVE... | sysmon_log OUT SIZE_MB\n");
        return 2;
    }
    FILE *out = fopen(argv[1], "wb");
    if (!out) {
        perror(argv[1]);
        return 1;
    }
    str all = read_all(stdin);
    struct arena arena;
    arena_init(&arena, 1 << 26);
    struct evtx_writer *w = evtx_writer_to_file(out, NULL);
    bool more = all.len > 0;
    for (unsigned round = 0; more; round++) {
        str rest = all, line;
        while (more && str_cut(&rest, '\n', &line)) {
            write_line(w, &arena, line, round);
            more = ftell(out) < (long)(megabytes * 1000000);
        }
    }
    struct evtx_written written = {0};
    bool ok = evtx_writer_close(w, &written) && fclose(out) == 0;
    (void)printf("%" PRIu64 " records\n", written.records);
    arena_done(&arena);
    return ok ? 0 : 1;
}
