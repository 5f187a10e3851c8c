/* Real logs. The counts are those of the collection's manifest and of the peers' own tests; the
 * fields are compared with the JSON that stands beside each log of the Sigma regression set, which
 * another reader made. */
#include "base/json.h"
#include "base/text.h"
#include "reading.h"

enum { PATH_MAX_LEN = 1024 };

static bytes corpus_file(const char *name)
{
    char path[PATH_MAX_LEN];
    (void)snprintf(path, sizeof path, "%s/corpus/%s", kit_shared(), name);
    return file_read(path);
}

static bool no_corpus(void)
{
    if (kit_shared()) {
        return false;
    }
    SKIP("the shared evidence is not here (LIMIER_SHARED)");
    return true;
}

/* Calls `with` for each log of the manifest. */
static size_t each_log(void (*with)(const char *name, bytes log, uint64_t records))
{
    bytes manifest = corpus_file("MANIFEST.tsv");
    str rest = str_of_bytes(manifest), line;
    size_t logs = 0;
    while (str_cut(&rest, '\n', &line)) {
        str column[4] = {STR_NONE};
        for (size_t i = 0; i < ARRAY_LEN(column); i++) {
            (void)str_cut(&line, '\t', &column[i]);
        }
        uint64_t records;
        if (!str_ends(column[0], STR(".evtx")) || !str_u64(column[3], &records)) {
            continue;
        }
        char name[PATH_MAX_LEN];
        (void)snprintf(name, sizeof name, "%.*s", STR_ARG(column[0]));
        bytes log = corpus_file(name);
        CHECK(log.p != NULL);
        with(name, log, records);
        file_free(log);
        logs++;
    }
    file_free(manifest);
    return logs;
}

static void check_count(const char *name, bytes log, uint64_t records)
{
    struct reading r = {.keep = KEEP_FIELDS};
    reading_all(&r, log);
    if (r.events != records) {
        (void)fprintf(stderr, "%s: %llu records, not %llu\n", name, (unsigned long long)r.events,
                      (unsigned long long)records);
    }
    CHECK(r.events == records);
    reading_done(&r);
}

static void every_log_gives_the_records_of_the_manifest(void)
{
    if (no_corpus()) {
        return;
    }
    CHECK(each_log(check_count) >= 263);
}

static void check_nothing_wanted(const char *name, bytes log, uint64_t records)
{
    struct reading r = {.keep = KEEP_NOTHING};
    reading_all(&r, log);
    CHECK_INT(r.events, records);
    CHECK(r.first == NULL);
    reading_done(&r);
    (void)name;
}

static void records_are_counted_when_nobody_wants_their_fields(void)
{
    if (no_corpus()) {
        return;
    }
    CHECK(each_log(check_nothing_wanted) >= 263);
}

static bool same_events(const struct seen *a, const struct seen *b)
{
    for (; a && b; a = a->next, b = b->next) {
        bool same = a->head.record == b->head.record && a->head.time == b->head.time &&
                    a->head.offset == b->head.offset && a->head.len == b->head.len &&
                    a->count == b->count && a->head.origin->event_id == b->head.origin->event_id;
        for (size_t i = 0; same && i < a->count; i++) {
            same = str_eq(a->fields[i].name, b->fields[i].name) &&
                   str_eq(a->fields[i].text, b->fields[i].text);
        }
        if (!same) {
            return false;
        }
    }
    return !a && !b;
}

static void check_parts(const char *name, bytes log, uint64_t records)
{
    struct reading whole = {.keep = KEEP_FIELDS}, parts = {.keep = KEEP_FIELDS};
    reading_all(&whole, log);
    for (uint64_t from = 0; from < log.len;) {
        uint64_t to = format_evtx.cut(log, from + 100000);
        reading_part(&parts, log, from, to);
        from = to;
    }
    CHECK(parts.events == records && same_events(whole.first, parts.first));
    CHECK(memcmp(whole.notes, parts.notes, sizeof whole.notes) == 0);
    reading_done(&whole);
    reading_done(&parts);
    (void)name;
}

static void parts_together_give_what_the_whole_gives(void)
{
    if (no_corpus()) {
        return;
    }
    CHECK(each_log(check_parts) >= 263);
}

/* A small one is filled and emptied again and again. */
static struct memory large_memory, small_memory;

static void check_memory(const char *name, bytes log, uint64_t records)
{
    struct reading without = {.keep = KEEP_FIELDS};
    reading_all(&without, log);
    struct memory *const memories[] = {&large_memory, &large_memory, &small_memory};
    for (size_t i = 0; i < ARRAY_LEN(memories); i++) {
        struct reading with = {.keep = KEEP_FIELDS, .memory = memories[i]};
        reading_all(&with, log);
        CHECK(with.events == records && same_events(without.first, with.first));
        CHECK(memcmp(without.notes, with.notes, sizeof with.notes) == 0);
        reading_done(&with);
    }
    reading_done(&without);
    (void)name;
}

static void what_is_remembered_of_other_logs_changes_nothing(void)
{
    if (no_corpus()) {
        return;
    }
    arena_init(&large_memory.arena, UINT64_C(1) << 26);
    arena_init(&small_memory.arena, 50000);
    CHECK(each_log(check_memory) >= 263);
    arena_done(&large_memory.arena);
    arena_done(&small_memory.arena);
}

/* knowledge/evtx.md, section 8: what each of these damaged logs must still give. */
static void damaged_logs_give_all_that_is_left(void)
{
    static const struct {
        const char *name;
        uint64_t records, bad_chunks, bad_records;
    } logs[] = {
        {"evtx/evtx/system.evtx",                                                                 1881, 0, 0},
        {"evtx/evtx/sysmon.evtx",                                                                 358,  8, 0},
        {"evtx/evtx/2-vss_7-System.evtx",                                                         1160, 0, 0},
        {"evtx/evtx/2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational.evtx",
         1910,                                                                                          0, 2},
        {"evtx/evtx/Microsoft-Windows-HelloForBusiness%4Operational.evtx",                        6,    0, 1},
        {"evtx/evtx/security_bad_string_cache.evtx",                                              2261, 0, 0},
        {"evtx/evtx/sample-with-irregular-bool-values.evtx",                                      3028, 0, 0},
        {"evtx/evtx/Application_no_crc32.evtx",                                                   17,   0, 0},
        {"evtx/evtx/E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational.evtx",    340,
         0,                                                                                                0},
    };
    if (no_corpus()) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(logs); i++) {
        bytes log = corpus_file(logs[i].name);
        struct reading r = {.keep = KEEP_FIELDS};
        reading_all(&r, log);
        CHECK_INT(r.events, logs[i].records);
        CHECK_INT(r.notes[NOTE_BAD_CHUNK], logs[i].bad_chunks);
        CHECK_INT(r.notes[NOTE_BAD_RECORD], logs[i].bad_records);
        reading_done(&r);
        file_free(log);
    }
}

/* ---- against the JSON that another reader made ---- */

struct comparison {
    const struct seen *event;
    const char *name;
    size_t values, texts, wrong; /* of them, those that are not empty */
};

static str without_braces(str s)
{
    bool braces = s.len == 38 && s.p[0] == '{' && s.p[37] == '}';
    return braces ? str_sub(s, 1, 36) : s;
}

static bool same_value(str theirs, str mine)
{
    mine = str_trim(mine); /* as they do; blanks are kept here */
    if (str_eq_nocase(without_braces(str_trim(theirs)), without_braces(mine))) {
        return true;
    }
    usec time = time_parse(theirs);
    return time != TIME_NONE && time == time_parse(mine); /* they cut the last digit */
}

static void compare(struct comparison *c, str field, str theirs)
{
    c->values++;
    c->texts += theirs.len > 0;
    bool absent_is_same = theirs.len == 0;
    bool found = false;
    for (size_t i = 0; i < c->event->count; i++) {
        const struct seen_field *f = &c->event->fields[i];
        if (str_eq(f->name, field)) {
            found |= same_value(theirs, f->text);
            absent_is_same &= f->text.len == 0;
        }
    }
    if (!found && !absent_is_same) {
        (void)fprintf(stderr, "%s: %.*s should be %.*s\n", c->name, STR_ARG(field),
                      STR_ARG(theirs));
        c->wrong++;
    }
}

/* Event, its zone (System, EventData), the element, `#attributes`, the attribute. */
static void compare_leaf(struct comparison *c, const str *path, size_t depth, str value,
                         struct arena *a)
{
    bool attribute = depth >= 3 && str_eq(path[depth - 2], STR("#attributes"));
    if (depth == 3 && !attribute) {
        compare(c, path[2], value);
    } else if (depth == 5 && attribute && str_eq(path[1], STR("System"))) {
        compare(c, arena_printf(a, "%.*s_%.*s", STR_ARG(path[2]), STR_ARG(path[4])), value);
    } else if (depth == 4 && str_eq(path[3], STR("#text"))) {
        compare(c, path[2], value);
    } else if (!attribute) {
        (void)fprintf(stderr, "%s: not expected in the JSON: depth %zu\n", c->name, depth);
        c->wrong++;
    }
}

static void compare_json(struct comparison *c, struct json *j, struct arena *a)
{
    str path[JSON_MAX_DEPTH + 1] = {STR_NONE};
    size_t depth = 0;
    for (enum json_token t = json_next(j); t != JSON_END; t = json_next(j)) {
        switch (t) {
        case JSON_KEY:
            path[depth - 1] = json_text(j, a);
            break;
        case JSON_OBJECT:
            depth++;
            break;
        case JSON_OBJECT_END:
            depth--;
            break;
        case JSON_ARRAY:
        case JSON_ARRAY_END:
            break;
        case JSON_TRUE:
            compare_leaf(c, path, depth, STR("true"), a);
            break;
        case JSON_FALSE:
            compare_leaf(c, path, depth, STR("false"), a);
            break;
        case JSON_NULL:
            compare_leaf(c, path, depth, STR_NONE, a);
            break;
        default:
            compare_leaf(c, path, depth, json_text(j, a), a);
            break;
        }
    }
    CHECK(!json_bad(j));
}

static size_t texts_of(const struct seen *s)
{
    size_t texts = 0;
    for (size_t i = 0; i < s->count; i++) {
        texts += s->fields[i].text.len > 0;
    }
    return texts;
}

static size_t compared_values;

static void check_json(const char *name, bytes log, uint64_t records)
{
    if (!str_starts(str_of(name), STR("sigma-regression/"))) {
        return;
    }
    char beside[PATH_MAX_LEN];
    (void)snprintf(beside, sizeof beside, "%.*s.json", (int)(strlen(name) - 5), name);
    bytes text = corpus_file(beside);
    struct reading r = {.keep = KEEP_FIELDS};
    reading_all(&r, log);
    uint64_t compared = 0, at = 0;
    for (const struct seen *s = r.first; s; s = s->next) {
        struct comparison c = {.event = s, .name = name};
        struct json j = json_of((bytes){text.p + at, text.len - at}); /* one after another */
        compare_json(&c, &j, &r.arena);
        at += j.at;
        CHECK(c.wrong == 0 && c.values >= 12);
        CHECK_INT(texts_of(s), c.texts);
        compared_values += c.values;
        compared++;
    }
    CHECK_INT(compared, records);
    reading_done(&r);
    file_free(text);
}

static void fields_agree_with_the_json_beside_each_regression_log(void)
{
    if (no_corpus()) {
        return;
    }
    CHECK(each_log(check_json) >= 98);
    CHECK(compared_values > 3000);
}

static void the_time_is_that_of_the_event_not_of_the_record(void)
{
    if (no_corpus()) {
        return;
    }
    bytes log = corpus_file("evtx/evtx/security.evtx");
    struct reading r = {.keep = KEEP_FIELDS};
    reading_all(&r, log);
    for (const struct seen *s = r.first; s; s = s->next) {
        const str *time = seen_text(s, "TimeCreated_SystemTime", 0);
        CHECK(time && time_parse(*time) == s->head.time);
    }
    reading_done(&r);
    file_free(log);
}

int main(void)
{
    RUN(every_log_gives_the_records_of_the_manifest);
    RUN(records_are_counted_when_nobody_wants_their_fields);
    RUN(parts_together_give_what_the_whole_gives);
    RUN(what_is_remembered_of_other_logs_changes_nothing);
    RUN(damaged_logs_give_all_that_is_left);
    RUN(fields_agree_with_the_json_beside_each_regression_log);
    RUN(the_time_is_that_of_the_event_not_of_the_record);
    return kit_end();
}
