/* Numbers and times of neighbouring records. */
#include "base/reader.h"
#include "making.h"
#include "reading.h"

enum { FILE_HEADER = 4096, CHUNK = 65536, RECORDS = 100 };

static const usec start = INT64_C(1600000000000000);

/* A log of chunks of ten records, a second apart. `turn` says by how many numbers, and by how many
 * seconds, a record is shifted against the one before. */
struct shift {
    uint32_t at;
    uint32_t numbers;
    int64_t seconds;
};

/* The writer numbers records without a hole, as an export does; a live log gives them the number
 * that stands in EventRecordID. Chunks hold ten; the first may lie behind the others. */
static void renumber(uint8_t *log, size_t len, const struct shift *shifts, size_t count)
{
    for (size_t chunk = FILE_HEADER; chunk + CHUNK <= len; chunk += CHUNK) {
        for (uint8_t *p = log + chunk + 512; load_u32le(p) == 0x2a2a; p += load_u32le(p + 4)) {
            uint64_t number = load_u64le(p + 8), more = 0;
            for (size_t i = 0; i < count; i++) {
                more += shifts[i].at < number ? shifts[i].numbers : 0;
            }
            for (int i = 0; i < 8; i++) {
                p[8 + i] = (uint8_t)((number + more) >> (8 * i));
            }
        }
    }
}

static bytes shifted_log(const struct evtx_options *options, const struct shift *shifts,
                         size_t count)
{
    struct evtx_writer *w = evtx_writer_to_memory(options);
    uint64_t number = 1;
    usec time = start;
    for (uint32_t i = 0; i < RECORDS; i++) {
        for (size_t k = 0; k < count; k++) {
            number += shifts[k].at == i ? shifts[k].numbers : 0;
            time += shifts[k].at == i ? shifts[k].seconds * USEC_PER_SEC : 0;
        }
        CHECK(evtx_write(w, &(struct evtx_record){.provider = "P",
                                                  .channel = "C",
                                                  .computer = "HOST",
                                                  .event_id = 1,
                                                  .record_id = number,
                                                  .time = time}));
        number++;
        time += USEC_PER_SEC;
    }
    size_t len = 0;
    uint8_t *log = evtx_writer_take(w, &len, NULL);
    CHECK(log != NULL);
    renumber(log, len, shifts, count);
    return (bytes){log, len};
}

static const struct evtx_options tens = {.chunk_records = 10};

static void read_in_parts(struct reading *r, bytes log, uint64_t step)
{
    for (uint64_t from = 0; from < log.len;) {
        uint64_t to = format_evtx.cut(log, from + step);
        reading_part(r, log, from, to);
        from = to;
    }
}

/* However it is cut: so many gaps, and so many times back. */
static void expect(bytes log, uint64_t gaps, uint64_t backs)
{
    for (uint64_t step = 1; step < log.len; step += 2 * CHUNK - 1) {
        struct reading r = {.keep = KEEP_NOTHING};
        read_in_parts(&r, log, step);
        CHECK_INT(r.events, RECORDS);
        CHECK_INT(r.notes[NOTE_RECORD_GAP], gaps);
        CHECK_INT(r.notes[NOTE_TIME_BACK], backs);
        reading_done(&r);
    }
    file_free(log);
}

static void a_log_in_order_says_nothing(void)
{
    expect(shifted_log(&tens, NULL, 0), 0, 0);
}

static void missing_numbers_are_noted_wherever_they_are(void)
{
    const struct shift shifts[] = {
        {15, 1,    0},
        {20, 7,    0},
        {21, 1,    0},
        {50, 1000, 0},
        {90, 1,    0}
    };
    expect(shifted_log(&tens, shifts, ARRAY_LEN(shifts)), 5, 0);
}

static struct note last_gap;

static void keep_gap(void *ctx, const struct note *n)
{
    (void)ctx;
    last_gap = n->id == NOTE_RECORD_GAP ? *n : last_gap;
}

static bool no_head(void *ctx, const struct event *head)
{
    (void)ctx, (void)head;
    return false;
}

static void a_gap_says_where_and_how_many(void)
{
    const struct shift shift = {20, 7, 0};
    bytes log = shifted_log(&tens, &shift, 1);
    struct arena arena, scratch, names_arena;
    struct names names;
    arena_init(&arena, 1 << 24);
    arena_init(&scratch, 1 << 24);
    arena_init(&names_arena, 1 << 20);
    CHECK(names_init(&names, &names_arena));
    struct sink sink = {.on_head = no_head, .on_note = keep_gap};
    struct parse p = {.unit = log,
                      .to = log.len,
                      .names = &names,
                      .arena = &arena,
                      .scratch = &scratch,
                      .sink = &sink};
    format_evtx.parse(&p);
    CHECK_INT(last_gap.offset, FILE_HEADER + 2 * CHUNK + 512);
    CHECK_INT(last_gap.len, 7);
    arena_done(&arena);
    arena_done(&scratch);
    arena_done(&names_arena);
    file_free(log);
}

/* Numbered anew, as an export does: what EventRecordID says counts, of one log of one host. */
static bytes exported_log(uint32_t hosts, uint32_t missing)
{
    struct evtx_writer *w = evtx_writer_to_memory(&tens);
    for (uint32_t i = 0; i < RECORDS; i++) {
        char host[] = "HOST0";
        host[4] = (char)('0' + i % hosts);
        uint64_t id =
            1000 + 7 * (i % hosts) + i + (i >= 35 ? missing : 0) + (i >= 60 ? missing : 0);
        CHECK(evtx_write(w, &(struct evtx_record){.provider = "P",
                                                  .channel = "C",
                                                  .computer = host,
                                                  .event_id = 1 + i % 3,
                                                  .record_id = id,
                                                  .time = start + i}));
    }
    size_t len = 0;
    uint8_t *log = evtx_writer_take(w, &len, NULL);
    CHECK(log != NULL);
    return (bytes){log, len};
}

static void an_export_has_the_holes_of_its_log(void)
{
    expect(exported_log(1, 0), 0, 0);
    expect(exported_log(1, 1), 2, 0);
    expect(exported_log(1, 500), 2, 0);
    expect(exported_log(2, 500), 0, 0); /* forwarded: the ids are those of several logs */
}

static void a_lap_is_no_gap(void)
{
    const struct evtx_options lap = {.chunk_records = 10, .damage = EVTX_DAMAGE_WRAPPED};
    expect(shifted_log(&lap, NULL, 0), 0, 0);
}

static void what_lies_behind_an_unused_slot_is_another_stretch(void)
{
    const struct evtx_options zeros = {.chunk_records = 10, .damage = EVTX_DAMAGE_ZERO_SLOTS};
    const struct shift shift = {20, 5, -7200};
    expect(shifted_log(&zeros, &shift, 1), 0, 0);
}

static void a_clock_set_back_is_noted_once(void)
{
    for (uint32_t at = 8; at <= 12; at++) { /* around the border of two chunks */
        const struct shift shift = {at, 0, -7200};
        expect(shifted_log(&tens, &shift, 1), 0, 1);
    }
}

static void one_odd_time_is_not_the_clock(void)
{
    for (uint32_t at = 8; at <= 12; at++) {
        const struct shift shifts[] = {
            {at,     0, -7200},
            {at + 1, 0, 7200 }
        };
        expect(shifted_log(&tens, shifts, 2), 0, 0);
    }
}

static void clocks_are_corrected_by_seconds(void)
{
    const struct shift shift = {15, 0, -50};
    expect(shifted_log(&tens, &shift, 1), 0, 0);
}

int main(void)
{
    RUN(a_log_in_order_says_nothing);
    RUN(missing_numbers_are_noted_wherever_they_are);
    RUN(a_gap_says_where_and_how_many);
    RUN(an_export_has_the_holes_of_its_log);
    RUN(a_lap_is_no_gap);
    RUN(what_lies_behind_an_unused_slot_is_another_stretch);
    RUN(a_clock_set_back_is_noted_once);
    RUN(one_odd_time_is_not_the_clock);
    RUN(clocks_are_corrected_by_seconds);
    return kit_end();
}
