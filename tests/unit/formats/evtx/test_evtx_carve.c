/* What a log has given up, found again: behind the end of a chunk's records, and in chunks that
 * have lost their signature. */
#include "base/reader.h"
#include "evtx_writer.h"
#include "reading.h"

enum { FILE_HEADER = 4096, CHUNK = 65536, CHUNK_HEADER = 512, RECORDS = 30, EACH = 10 };

static const usec start = INT64_C(1600000000000000);

/* Three chunks of ten records. */
static uint8_t *three_chunks(size_t *len)
{
    struct evtx_writer *w = evtx_writer_to_memory(&(struct evtx_options){.chunk_records = EACH});
    for (uint32_t i = 0; i < RECORDS; i++) {
        const struct evtx_value data[] = {evtx_u32("N", i), evtx_text("Text", "some text")};
        CHECK(evtx_write(w, &(struct evtx_record){.provider = "P",
                                                  .channel = "Channel",
                                                  .computer = "HOST",
                                                  .event_id = 1 + i % 2,
                                                  .time = start + i,
                                                  .data = data,
                                                  .count = 1 + i % 2}));
    }
    uint8_t *log = evtx_writer_take(w, len, NULL);
    CHECK(log != NULL && *len == FILE_HEADER + 3 * CHUNK);
    return log;
}

static uint8_t *chunk_of(uint8_t *log, size_t n)
{
    return log + FILE_HEADER + n * CHUNK;
}

/* The chunk's header forgets all records from the `n`th on. */
static void forget_from(uint8_t *chunk, uint32_t n)
{
    uint32_t at = CHUNK_HEADER;
    for (uint32_t i = 0; i < n; i++) {
        at += load_u32le(chunk + at + 4);
    }
    for (int i = 0; i < 4; i++) {
        chunk[48 + i] = (uint8_t)(at >> (8 * i));
    }
}

static uint64_t marked(const struct reading *r, const char *where)
{
    uint64_t count = 0;
    for (const struct seen *s = r->first; s; s = s->next) {
        const str *mark = seen_text(s, "_recovered", 0);
        count += mark && str_eq(*mark, str_of(where));
    }
    return count;
}

static void expect(const uint8_t *log, size_t len, uint64_t kept, uint64_t slack, uint64_t lost)
{
    struct reading without = {.keep = KEEP_FIELDS}, with = {.keep = KEEP_FIELDS, .carve = true};
    reading_all(&without, (bytes){log, len});
    CHECK_INT(without.events, kept);
    CHECK_INT(marked(&without, "slack") + marked(&without, "lost chunk"), 0);
    CHECK_INT(without.notes[NOTE_RECOVERED], 0);
    reading_all(&with, (bytes){log, len});
    CHECK_INT(with.events, kept + slack + lost);
    CHECK_INT(marked(&with, "slack"), slack);
    CHECK_INT(marked(&with, "lost chunk"), lost);
    CHECK_INT(with.notes[NOTE_RECOVERED], slack + lost);
    for (const struct seen *s = with.first; s; s = s->next) {
        CHECK_INT(s->head.time, start + (usec)s->head.record - 1);
        CHECK(seen_text(s, "N", 0) != NULL);
        CHECK_INT(s->head.recovered, seen_text(s, "_recovered", 0) != NULL);
    }
    reading_done(&without);
    reading_done(&with);
}

static void a_whole_log_has_nothing_to_recover(void)
{
    size_t len;
    uint8_t *log = three_chunks(&len);
    expect(log, len, RECORDS, 0, 0);
    free(log);
}

static void records_behind_the_end_are_found(void)
{
    size_t len;
    uint8_t *log = three_chunks(&len);
    forget_from(chunk_of(log, 0), 4);
    forget_from(chunk_of(log, 2), 9);
    expect(log, len, RECORDS - 7, 7, 0);
    free(log);
}

static void records_of_a_lost_chunk_are_found(void)
{
    size_t len;
    uint8_t *log = three_chunks(&len);
    memset(chunk_of(log, 1), 0xee, 8);
    expect(log, len, RECORDS - EACH, 0, EACH);
    memset(chunk_of(log, 1), 0, CHUNK_HEADER);
    expect(log, len, RECORDS - EACH, 0, EACH);
    free(log);
}

static void copies_of_what_is_there_are_left_out(void)
{
    size_t len;
    uint8_t *log = three_chunks(&len);
    memcpy(chunk_of(log, 0), chunk_of(log, 2), CHUNK); /* the last chunk also lies in the first, */
    forget_from(chunk_of(log, 0), 3);                  /* which has given most of it up */
    expect(log, len, 2 * EACH + 3, 0, 0);
    memset(chunk_of(log, 2), 0xee, 8); /* both are copies of what is nowhere else: one is told */
    expect(log, len, EACH + 3, EACH - 3, 0);
    free(log);
}

static void a_record_whose_template_is_gone_is_not_made_up(void)
{
    size_t len;
    uint8_t *log = three_chunks(&len);
    uint8_t *chunk = chunk_of(log, 0);
    forget_from(chunk, 0);
    memset(chunk + CHUNK_HEADER, 0x41, load_u32le(chunk + CHUNK_HEADER + 4)); /* the first record */
    struct reading r = {.keep = KEEP_FIELDS, .carve = true};
    reading_all(&r, (bytes){log, len});
    CHECK_INT(r.events, 2 * EACH);
    CHECK_INT(r.notes[NOTE_RECOVERED], 0);
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 0);
    reading_done(&r);
    free(log);
}

static void check_parts(const struct reading *one, bytes whole, struct memory *memory)
{
    struct reading parts = {.keep = KEEP_FIELDS, .carve = true, .memory = memory};
    for (uint64_t from = 0; from < whole.len;) {
        uint64_t to = format_evtx.cut(whole, from + 1);
        reading_part(&parts, whole, from, to);
        from = to;
    }
    CHECK_INT(parts.events, one->events);
    CHECK_INT(marked(&parts, "slack"), marked(one, "slack"));
    CHECK_INT(marked(&parts, "lost chunk"), marked(one, "lost chunk"));
    const struct seen *a = one->first, *b = parts.first;
    for (; a && b; a = a->next, b = b->next) {
        CHECK(a->head.record == b->head.record && a->head.offset == b->head.offset);
    }
    CHECK(!a && !b);
    reading_done(&parts);
}

static void parts_recover_what_the_whole_recovers(void)
{
    size_t len;
    uint8_t *log = three_chunks(&len);
    memcpy(chunk_of(log, 1), chunk_of(log, 0), CHUNK);
    forget_from(chunk_of(log, 1), 5);
    forget_from(chunk_of(log, 0), 2);
    memset(chunk_of(log, 2), 0xee, 8);
    bytes whole = {log, len};
    struct reading one = {.keep = KEEP_FIELDS, .carve = true};
    struct memory memory = {0};
    arena_init(&memory.arena, 1 << 22);
    reading_all(&one, whole);
    CHECK_INT(one.events, 2 + 5 + 5 + EACH);
    CHECK_INT(marked(&one, "lost chunk"), EACH);
    check_parts(&one, whole, NULL);
    check_parts(&one, whole, &memory);
    arena_done(&memory.arena);
    reading_done(&one);
    free(log);
}

/* What one log has says nothing of the next: by path and length they are told apart. */
static void logs_are_not_taken_for_each_other(void)
{
    size_t len;
    uint8_t *log = three_chunks(&len);
    struct memory memory = {0};
    arena_init(&memory.arena, 1 << 22);
    struct reading whole = {.carve = true, .memory = &memory}, changed = whole;
    reading_all(&whole, (bytes){log, len});
    CHECK_INT(whole.events, RECORDS);
    memset(chunk_of(log, 1), 0xee, 8);
    reading_all(&changed, (bytes){log, len - CHUNK});
    CHECK_INT(changed.events, 2 * EACH);
    arena_done(&memory.arena);
    reading_done(&whole);
    reading_done(&changed);
    free(log);
}

static void what_does_not_fit_into_memory_is_recovered_all_the_same(void)
{
    size_t len;
    uint8_t *log = three_chunks(&len);
    forget_from(chunk_of(log, 0), 4);
    struct memory memory = {0};
    arena_init(&memory.arena, 60000); /* for templates, and for no record */
    struct reading r = {.keep = KEEP_FIELDS, .carve = true, .memory = &memory};
    reading_all(&r, (bytes){log, len});
    CHECK_INT(r.events, RECORDS);
    CHECK_INT(r.notes[NOTE_OVER_BUDGET], 1);
    arena_done(&memory.arena);
    reading_done(&r);
    free(log);
}

/* The same at any budget, and of noise. */
static void nothing_crashes_it(void)
{
    size_t len;
    uint8_t *log = three_chunks(&len);
    memset(chunk_of(log, 1), 0xee, 8);
    for (uint64_t budget = 1; budget < 4000000; budget += budget / 2 + 1) {
        struct reading r = {.keep = KEEP_FIELDS, .budget = budget, .carve = true};
        reading_all(&r, (bytes){log, len});
        CHECK(r.events <= RECORDS);
        reading_done(&r);
    }
    uint64_t state = 1;
    for (int turn = 0; turn < 300; turn++) {
        for (int i = 0; i < 200; i++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
            log[FILE_HEADER + (state >> 33) % (len - FILE_HEADER)] = (uint8_t)(state >> 24);
        }
        struct reading r = {.keep = KEEP_FIELDS, .carve = true};
        reading_all(&r, (bytes){log, len - (size_t)(turn % 7) * 1001});
        reading_done(&r);
    }
    free(log);
}

int main(void)
{
    RUN(a_whole_log_has_nothing_to_recover);
    RUN(records_behind_the_end_are_found);
    RUN(records_of_a_lost_chunk_are_found);
    RUN(copies_of_what_is_there_are_left_out);
    RUN(a_record_whose_template_is_gone_is_not_made_up);
    RUN(parts_recover_what_the_whole_recovers);
    RUN(logs_are_not_taken_for_each_other);
    RUN(what_does_not_fit_into_memory_is_recovered_all_the_same);
    RUN(nothing_crashes_it);
    return kit_end();
}
