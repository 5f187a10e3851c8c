/* Damage: of the kinds the field has, made by the writer, and seeded mutations: a thousand, or as
 * many as the first argument says (`make fuzz`). What was not touched must still be read. */
#include "evtx_writer.h"
#include "reading.h"

enum { FILE_HEADER = 4096, CHUNK = 65536, RECORDS = 400, CHUNKS_MAX = 16 };

static uint64_t state;

/* xorshift64*: the same numbers on every machine. */
static uint64_t chance(uint64_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * UINT64_C(0x2545f4914f6cdd1d) >> 11) % below;
}

static void write_some(struct evtx_writer *w, uint32_t count)
{
    static const char *const items[] = {"one", "two"};
    for (uint32_t i = 0; i < count; i++) {
        const struct evtx_value data[] = {
            evtx_text("Image", "C:\\Windows\\System32\\cmd.exe"),
            evtx_u32("ProcessId", i),
            evtx_texts(NULL, items, 2),
            evtx_sid("Sid", "S-1-5-21-1-2-3-500"),
            evtx_null("Nothing"),
        };
        const struct evtx_record record = {
            .provider = "Test-Provider",
            .channel = i % 4 ? "Test/Operational" : "Security",
            .computer = "HOST",
            .event_id = 1 + i % 7,
            .time = INT64_C(1600000000000000) + i,
            .data = data,
            .count = 1 + i % 5,
            .user_data = i % 9 == 8 ? "Cleared" : NULL,
            .shape = i % 10 == 9 ? EVTX_PLAIN : EVTX_TEMPLATES,
        };
        CHECK(evtx_write(w, &record));
    }
}

static bytes damaged_log(const struct evtx_options *options, struct evtx_written *written)
{
    struct evtx_writer *w = evtx_writer_to_memory(options);
    write_some(w, RECORDS);
    size_t len = 0;
    uint8_t *log = evtx_writer_take(w, &len, written);
    CHECK(log != NULL);
    return (bytes){log, len};
}

static void every_kind_of_damage_costs_only_what_it_hit(void)
{
    for (unsigned damage = 0; damage <= EVTX_DAMAGE_SHIFTED_TIME;
         damage = damage ? damage * 2 : 1) {
        for (uint32_t every = 1; every <= 3; every++) {
            struct evtx_written written;
            const struct evtx_options options = {
                .damage = damage, .damage_every = every, .chunk_records = 50};
            bytes log = damaged_log(&options, &written);
            struct reading r = {.keep = KEEP_FIELDS};
            reading_all(&r, log);
            CHECK_INT(written.records, RECORDS);
            CHECK_INT(r.events, written.records - written.damaged);
            for (const struct seen *s = r.first; s; s = s->next) {
                CHECK_INT(s->head.time - INT64_C(1600000000000000), s->head.record - 1);
            }
            reading_done(&r);
            file_free(log);
        }
    }
}

static uint64_t notes_with(unsigned damage, enum note_id id)
{
    const struct evtx_options options = {.damage = damage, .chunk_records = 50};
    bytes log = damaged_log(&options, NULL);
    struct reading r = {.keep = KEEP_NOTHING};
    reading_all(&r, log);
    reading_done(&r);
    file_free(log);
    return r.notes[id];
}

static void damage_is_noted_by_its_kind(void)
{
    CHECK_INT(notes_with(0, NOTE_BAD_CHECKSUM), 0);
    CHECK_INT(notes_with(0, NOTE_BAD_HEADER), 0);
    CHECK_INT(notes_with(0, NOTE_BAD_RECORD), 0);
    CHECK_INT(notes_with(EVTX_DAMAGE_DIRTY, NOTE_BAD_HEADER), 1);
    CHECK_INT(notes_with(EVTX_DAMAGE_FILE_CRC, NOTE_BAD_HEADER), 1);
    CHECK_INT(notes_with(EVTX_DAMAGE_NO_CRC, NOTE_BAD_CHECKSUM), 0);
    CHECK_INT(notes_with(EVTX_DAMAGE_CHUNK_CRC, NOTE_BAD_CHECKSUM), 8);
    CHECK_INT(notes_with(EVTX_DAMAGE_DATA_CRC, NOTE_BAD_CHECKSUM), 8);
    CHECK_INT(notes_with(EVTX_DAMAGE_SIGNATURE, NOTE_BAD_CHUNK), 8);
    CHECK_INT(notes_with(EVTX_DAMAGE_TORN_RECORD, NOTE_BAD_RECORD), 8);
    CHECK_INT(notes_with(EVTX_DAMAGE_RECORD_SIZE, NOTE_BAD_RECORD), 8);
}

static void a_cut_log_gives_its_whole_records(void)
{
    const struct evtx_options options = {.chunk_records = 50};
    bytes log = damaged_log(&options, NULL);
    uint64_t before = 0;
    for (size_t len = 0; len < log.len; len += 4099) {
        struct reading r = {.keep = KEEP_FIELDS};
        reading_all(&r, (bytes){log.p, len});
        CHECK(r.events >= before && r.events <= RECORDS);
        CHECK(len == 0 || r.notes[NOTE_TRUNCATED] > 0);
        before = r.events;
        reading_done(&r);
    }
    CHECK(before > RECORDS - 51);
    file_free(log);
}

static uint64_t told_lost;

static void add_lost(void *ctx, const struct note *n)
{
    (void)ctx;
    told_lost += n->id == NOTE_TRUNCATED ? n->len : 0;
}

static bool no_fields(void *ctx, const struct event *head)
{
    (void)ctx, (void)head;
    return false;
}

static void a_cut_log_tells_how_much_is_missing(void)
{
    const struct evtx_options options = {.chunk_records = 50};
    bytes log = damaged_log(&options, NULL);
    struct sink sink = {.on_head = no_fields, .on_note = add_lost};
    for (size_t len = FILE_HEADER + 600; len < log.len; len += 30011) {
        struct arena arena, scratch;
        struct names names = {0};
        arena_init(&arena, 1 << 24);
        arena_init(&scratch, 1 << 24);
        told_lost = 0;
        bool tail = (len - FILE_HEADER) % CHUNK < 512; /* no chunk: what is there is lost as well */
        struct parse p = {
            .unit = {log.p, len},
            .to = len,
            .names = &names,
            .arena = &arena,
            .scratch = &scratch,
            .sink = &sink
        };
        format_evtx.parse(&p);
        CHECK(tail || told_lost == log.len - len);
        arena_done(&arena);
        arena_done(&scratch);
    }
    file_free(log);
}

static void cuts_fall_between_chunks(void)
{
    const struct evtx_options options = {.chunk_records = 50};
    bytes log = damaged_log(&options, NULL);
    for (uint64_t near = 0; near <= log.len + CHUNK; near += 997) {
        uint64_t at = format_evtx.cut(log, near);
        CHECK(at == log.len || (at >= near && at - near < CHUNK + FILE_HEADER));
        CHECK(at == log.len || (at >= FILE_HEADER && (at - FILE_HEADER) % CHUNK == 0));
    }
    file_free(log);
}

static void the_sink_can_stop_the_parser(void)
{
    bytes log = damaged_log(NULL, NULL);
    struct reading r = {.keep = KEEP_FIELDS, .stop_after = 7};
    reading_all(&r, log);
    CHECK_INT(r.events, 7);
    reading_done(&r);
    file_free(log);
}

static void any_budget_is_enough_not_to_crash(void)
{
    bytes log = damaged_log(NULL, NULL);
    uint64_t most = 0;
    for (uint64_t budget = 1; budget < 2000000; budget += budget / 3 + 1) {
        struct reading r = {.keep = KEEP_FIELDS, .budget = budget};
        reading_all(&r, log);
        CHECK(r.events == RECORDS || r.notes[NOTE_OVER_BUDGET] > 0);
        most = r.events > most ? r.events : most;
        reading_done(&r);
    }
    CHECK_INT(most, RECORDS);
    file_free(log);
}

static void logs_are_known_by_signature_or_name(void)
{
    bytes log = damaged_log(NULL, NULL);
    CHECK_INT(format_evtx.probe(log, STR("x")), BY_MAGIC);
    CHECK_INT(format_evtx.probe((bytes){log.p, 3}, STR("x")), NO_MATCH);
    CHECK_INT(format_evtx.probe((bytes){log.p, 0}, STR("Security.EVTX")), BY_NAME);
    file_free(log);
}

/* ---- mutations ---- */

struct mutation {
    uint8_t *log;
    size_t len;
    bool hit[CHUNKS_MAX]; /* chunks that were touched */
};

static void hurt(struct mutation *m, size_t at, size_t len)
{
    for (size_t i = at; i < at + len; i++) {
        if (i >= FILE_HEADER) {
            m->hit[(i - FILE_HEADER) / CHUNK] = true;
        }
    }
}

static void flip_bits(struct mutation *m)
{
    for (uint64_t n = 1 + chance(40); n > 0; n--) {
        size_t at = chance(m->len);
        m->log[at] ^= (uint8_t)(1u << chance(8));
        hurt(m, at, 1);
    }
}

/* Sizes, counts and offsets that lie: any four bytes become an odd number. */
static void lie(struct mutation *m)
{
    static const uint32_t lies[] = {0, 1, 0x7fffffff, 0xffffffff, 0xffff, 0x10000, 511, 28};
    for (uint64_t n = 1 + chance(20); n > 0; n--) {
        size_t at = chance(m->len - 4);
        uint32_t lie_told = lies[chance(ARRAY_LEN(lies))];
        memcpy(m->log + at, &lie_told, 4);
        hurt(m, at, 4);
    }
}

static void splice(struct mutation *m)
{
    size_t len = 1 + chance(20000);
    size_t from = chance(m->len - len), to = chance(m->len - len);
    memmove(m->log + to, m->log + from, len);
    hurt(m, to, len);
}

static void truncate_log(struct mutation *m)
{
    size_t len = chance(m->len);
    hurt(m, len, m->len - len);
    m->len = len;
}

static void blank(struct mutation *m)
{
    size_t len = 1 + chance(5000), at = chance(m->len - len);
    memset(m->log + at, (int)chance(2) * 0xff, len);
    hurt(m, at, len);
}

static uint64_t sum_of(uint64_t sum, str s)
{
    for (size_t i = 0; i < s.len; i++) {
        sum = (sum ^ (uint8_t)s.p[i]) * UINT64_C(0x100000001b3);
    }
    return sum;
}

/* A sum over the events of each chunk: it differs when one is missing or any text of it is not
 * what it was. */
static void sum_chunks(const struct reading *r, uint64_t sums[CHUNKS_MAX])
{
    memset(sums, 0, CHUNKS_MAX * sizeof *sums);
    for (const struct seen *s = r->first; s; s = s->next) {
        uint64_t sum = s->head.record;
        for (size_t i = 0; i < s->count; i++) {
            sum = sum_of(sum_of(sum, s->fields[i].name), s->fields[i].text);
        }
        sums[(s->head.offset - FILE_HEADER) / CHUNK] += sum;
    }
}

static void mutate(const uint64_t good[CHUNKS_MAX], bytes log)
{
    uint64_t sums[CHUNKS_MAX];
    void (*const kinds[])(struct mutation *) = {flip_bits, lie, splice, truncate_log, blank};
    struct mutation m = {.log = malloc(log.len), .len = log.len};
    memcpy(m.log, log.p, log.len);
    kinds[chance(ARRAY_LEN(kinds))](&m);
    struct reading r = {.keep = KEEP_FIELDS};
    reading_all(&r, (bytes){m.log, m.len});
    sum_chunks(&r, sums);
    for (size_t chunk = 0; chunk < CHUNKS_MAX; chunk++) {
        CHECK(m.hit[chunk] || sums[chunk] == good[chunk]);
    }
    reading_done(&r);
    struct reading carved = {.keep = KEEP_FIELDS, .carve = true};
    reading_all(&carved, (bytes){m.log, m.len});
    CHECK(carved.events >= r.events);
    reading_done(&carved);
    free(m.log);
}

static unsigned long mutations = 1000;

static void mutate_often(bytes log, unsigned long times)
{
    uint64_t good[CHUNKS_MAX];
    struct reading r = {.keep = KEEP_FIELDS};
    reading_all(&r, log);
    CHECK(r.events > 0);
    sum_chunks(&r, good);
    reading_done(&r);
    for (unsigned long i = 0; i < times; i++) {
        mutate(good, log);
    }
}

static void mutations_of_a_made_log_lose_no_record_elsewhere(void)
{
    state = UINT64_C(0x9e3779b97f4a7c15);
    const struct evtx_options options = {.chunk_records = 100};
    bytes log = damaged_log(&options, NULL);
    mutate_often(log, mutations / 4);
    file_free(log);
}

/* ---- of real logs ---- */

static const char *const real_logs[] = {
    "security.evtx",
    "system.evtx",
    "sysmon.evtx",
    "sample-with-irregular-bool-values.evtx",
    "2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational.evtx",
    "E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational.evtx",
    "Application_no_crc32.evtx",
    "security_bad_string_cache.evtx",
};

static bool read_real_logs(bytes logs[ARRAY_LEN(real_logs)])
{
    bool all = kit_shared() != NULL;
    for (size_t i = 0; i < ARRAY_LEN(real_logs); i++) {
        char path[1024];
        (void)snprintf(path, sizeof path, "%s/corpus/evtx/evtx/%s",
                       kit_shared() ? kit_shared() : "", real_logs[i]);
        logs[i] = file_read(path);
        all &= logs[i].len >= FILE_HEADER + CHUNK;
    }
    return all;
}

/* Chunks stand for themselves: a few of several logs behind one header are a log too. */
static size_t splice_chunks(uint8_t *out, const bytes logs[ARRAY_LEN(real_logs)])
{
    size_t chunks = 3 + chance(3);
    memcpy(out, logs[0].p, FILE_HEADER);
    for (size_t i = 0; i < chunks; i++) {
        const bytes *log = &logs[chance(ARRAY_LEN(real_logs))];
        size_t which = chance((log->len - FILE_HEADER) / CHUNK);
        memcpy(out + FILE_HEADER + i * CHUNK, log->p + FILE_HEADER + which * CHUNK, CHUNK);
    }
    return FILE_HEADER + chunks * CHUNK;
}

static void mutations_of_real_logs_lose_no_record_elsewhere(void)
{
    enum { TIMES = 25 };
    bytes logs[ARRAY_LEN(real_logs)];
    state = UINT64_C(0x2545f4914f6cdd1d);
    uint8_t *log = malloc(FILE_HEADER + CHUNKS_MAX * CHUNK);
    if (!read_real_logs(logs)) {
        SKIP("the shared evidence is not here (LIMIER_SHARED)");
    } else {
        for (unsigned long i = 0; i < mutations; i += TIMES) {
            mutate_often((bytes){log, splice_chunks(log, logs)}, TIMES);
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(real_logs); i++) {
        file_free(logs[i]);
    }
    free(log);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        mutations = strtoul(argv[1], NULL, 10);
        RUN(mutations_of_a_made_log_lose_no_record_elsewhere);
        RUN(mutations_of_real_logs_lose_no_record_elsewhere);
        return kit_end();
    }
    RUN(every_kind_of_damage_costs_only_what_it_hit);
    RUN(damage_is_noted_by_its_kind);
    RUN(a_cut_log_gives_its_whole_records);
    RUN(a_cut_log_tells_how_much_is_missing);
    RUN(cuts_fall_between_chunks);
    RUN(the_sink_can_stop_the_parser);
    RUN(any_budget_is_enough_not_to_crash);
    RUN(logs_are_known_by_signature_or_name);
    RUN(mutations_of_a_made_log_lose_no_record_elsewhere);
    RUN(mutations_of_real_logs_lose_no_record_elsewhere);
    return kit_end();
}
