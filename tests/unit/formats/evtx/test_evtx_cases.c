/* What a log can hold, and the test that has it. R is test_evtx_records.c, D test_evtx_damage.c,
 * C test_evtx_corpus.c (real logs), W test_evtx_writer.c, N test_evtx_numbering.c, V
 * test_evtx_carve.c; no letter: this file.
 *
 *     file     stale chunk count, dirty                 C damaged logs (system, sysmon), D DIRTY
 *              wrong or disabled checksums              C Application_no_crc32, D *_CRC
 *              garbage in the flags                     flags_may_hold_garbage
 *              versions 3.1 and 3.2                     versions_differ_in_nothing
 *              count of chunks wraps above 4 GiB        more_chunks_than_the_header_can_count
 *              zero slots between chunks                C 2-vss_7-System, D ZERO_SLOTS
 *              first chunk behind the last (circular)   D WRAPPED, N a_lap_is_no_gap
 *              cut anywhere                             D a_cut_log_gives_its_whole_records
 *              a tail behind the last chunk             a_tail_costs_no_record
 *     chunk    no signature                             C sysmon, D SIGNATURE, V
 *              free space beyond the end                D FREE_OFFSET
 *              tables destroyed                         C security_bad_string_cache, D NO_TABLES
 *              wrong last record                        D LAST_RECORD
 *              empty                                    an_empty_chunk_is_no_damage
 *              zeros behind the last record             zeros_behind_the_last_record_end_a_chunk
 *     record   size 0, torn, of another lap             D RECORD_SIZE, TORN_RECORD; C RdpCoreTS
 *              header time of the next record           D SHIFTED_TIME; C the_time_is_...
 *              numbers missing, time going back         N
 *              slack                                    V
 *     tokens   CDATA, references, processing instr.     R adjacent_pieces_of_text_are_one
 *              literals of another writer (NetApp)      literals_of_another_writer
 *              dependency, NULL in an optional slot     R slots_are_put_where_...
 *              no templates                             R a_record_without_templates_...
 *              unknown token, depth, names outside      R a_bad_record_is_noted_...
 *     template forward, into itself                     R a_bad_record_is_noted_...
 *              one GUID, two structures                 R one_guid_may_stand_for_two_templates
 *              fewer values than slots                  R slots_are_put_where_...
 *              nesting, several fragments               R nesting_has_a_limit, a_value_may_hold_...
 *     values   every type                               R every_type_has_its_text
 *              wrong size, NULL with bytes              R values_of_a_wrong_size_...
 *              Bool other than 0 and 1                  C sample-with-irregular-bool-values
 *              text: NULs, blanks, tokens behind it     text_ends_at_its_first_nul
 *              arrays, empty arrays                     R unnamed_data_..., packed_arrays_...
 *              array in the definition only             the_type_of_the_instance_counts
 *              two arrays in one element                two_arrays_give_each_pair, ..._bounded
 *              invalid FILETIME                         an_invalid_time_is_shown_as_its_number
 *              reals that are no numbers                reals_are_spelled_as_windows_does
 *              message tokens (%%1936)                  message_tokens_stay_as_they_are
 *     fields   repeated names, blanks in names          R, a_name_may_repeat
 *              no Channel, no Computer                  an_event_without_a_channel_is_kept,
 * ..._host_... numbered anew by an export               N an_export_has_the_holes_of_its_log limits
 * work, nesting, budgets                   R a_record_cannot_ask_..., D any_budget_...
 */
#include "making.h"
#include "reading.h"

#include <sys/mman.h>
#include <unistd.h>

enum { FILE_HEADER = 4096, CHUNK = 65536, CHUNK_HEADER = 512 };

static bytes written(struct evtx_writer *w)
{
    size_t len = 0;
    uint8_t *log = evtx_writer_take(w, &len, NULL);
    CHECK(log != NULL);
    return (bytes){log, len};
}

static bytes log_of(void (*body)(struct making *m))
{
    struct evtx_writer *w = evtx_writer_to_memory(NULL);
    write_made(w, body);
    return written(w);
}

static void read_made(struct reading *r, void (*body)(struct making *m))
{
    bytes log = log_of(body);
    r->keep = KEEP_FIELDS;
    reading_all(r, log);
    file_free(log);
}

static bytes plain_log(uint32_t records)
{
    struct evtx_writer *w = evtx_writer_to_memory(NULL);
    for (uint32_t i = 0; i < records; i++) {
        CHECK(evtx_write(w, &(struct evtx_record){.provider = "P",
                                                  .channel = "C",
                                                  .computer = "HOST",
                                                  .event_id = 1,
                                                  .time = INT64_C(1600000000000000) + i}));
    }
    return written(w);
}

/* A copy with room behind it. */
static uint8_t *copy_of(bytes log, size_t more)
{
    uint8_t *copy = calloc(1, log.len + more);
    if (!copy) {
        abort();
    }
    memcpy(copy, log.p, log.len);
    return copy;
}

/* ---- the file ---- */

static void flags_may_hold_garbage(void)
{
    bytes log = plain_log(5);
    uint8_t *copy = copy_of(log, 0);
    memcpy(copy + 120, "\0\0\x97\x1b", 4);
    struct reading r = {.keep = KEEP_NOTHING};
    reading_all(&r, (bytes){copy, log.len});
    CHECK_INT(r.events, 5);
    CHECK_INT(r.notes[NOTE_BAD_HEADER], 0);
    reading_done(&r);
    free(copy);
    file_free(log);
}

static void versions_differ_in_nothing(void)
{
    bytes log = plain_log(5);
    uint8_t *copy = copy_of(log, 0);
    copy[120] = 4; /* no checksums */
    for (uint8_t minor = 1; minor <= 2; minor++) {
        copy[36] = minor;
        struct reading r = {.keep = KEEP_NOTHING};
        reading_all(&r, (bytes){copy, log.len});
        CHECK_INT(r.events, 5);
        CHECK_INT(r.notes[NOTE_BAD_HEADER], 0);
        reading_done(&r);
    }
    free(copy);
    file_free(log);
}

/* A file of more than 65,536 chunks with two used ones, which takes no room on the disk. */
static int sparse_log(bytes log, uint64_t len)
{
    char path[] = "/tmp/evtx-sparse-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) {
        return -1;
    }
    (void)unlink(path);
    bool ok = ftruncate(fd, (off_t)len) == 0 &&
              pwrite(fd, log.p, FILE_HEADER + CHUNK, 0) == FILE_HEADER + CHUNK &&
              pwrite(fd, log.p + FILE_HEADER, CHUNK, (off_t)(len - CHUNK)) == CHUNK;
    if (!ok) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

static void more_chunks_than_the_header_can_count(void)
{
    bytes log = plain_log(5);
    uint64_t len = FILE_HEADER + UINT64_C(65537) * CHUNK;
    int fd = sparse_log(log, len);
    void *mapped = fd < 0 ? MAP_FAILED
                          : mmap(NULL, (size_t)len, PROT_READ, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
    if (mapped == MAP_FAILED) {
        SKIP("a sparse file of 4 GiB cannot be made here");
    } else {
        bytes whole = {mapped, (size_t)len};
        struct reading r = {.keep = KEEP_FIELDS};
        reading_part(&r, whole, 0, FILE_HEADER + 2 * CHUNK);
        CHECK_INT(r.events, 5);
        reading_part(&r, whole, format_evtx.cut(whole, len - 2 * CHUNK), len);
        CHECK_INT(r.events, 10);
        CHECK_INT(r.notes[NOTE_TRUNCATED] + r.notes[NOTE_BAD_CHUNK], 0);
        uint64_t last = 0;
        for (const struct seen *s = r.first; s; s = s->next) {
            last = s->head.offset;
        }
        CHECK(last > UINT32_MAX);
        reading_done(&r);
        (void)munmap(mapped, (size_t)len);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    file_free(log);
}

static void a_tail_costs_no_record(void)
{
    bytes log = plain_log(5);
    uint8_t *copy = copy_of(log, 4096);
    for (int zeros = 1; zeros >= 0; zeros--) {
        memset(copy + log.len, zeros ? 0 : 0xc3, 4096);
        struct reading r = {.keep = KEEP_NOTHING};
        reading_all(&r, (bytes){copy, log.len + 4096});
        CHECK_INT(r.events, 5);
        CHECK_INT(r.notes[NOTE_TRUNCATED], zeros ? 0 : 1);
        reading_done(&r);
    }
    free(copy);
    file_free(log);
}

static void an_empty_chunk_is_no_damage(void)
{
    bytes log = plain_log(5);
    uint8_t *copy = copy_of(log, 0);
    static const uint8_t no_records[] = {0, 2, 0, 0}; /* they end where they begin: 512 */
    memset(copy + FILE_HEADER + CHUNK_HEADER, 0, CHUNK - CHUNK_HEADER);
    memcpy(copy + FILE_HEADER + 48, no_records, 4);
    copy[FILE_HEADER + 120] = 4; /* no checksums */
    struct reading r = {.keep = KEEP_NOTHING};
    reading_all(&r, (bytes){copy, log.len});
    CHECK_INT(r.events, 0);
    for (size_t i = 0; i < NOTE_COUNT; i++) {
        CHECK_INT(r.notes[i], 0);
    }
    reading_done(&r);
    free(copy);
    file_free(log);
}

/* Of an archived log: all of the chunk is used, says its header. */
static void zeros_behind_the_last_record_end_a_chunk(void)
{
    bytes log = plain_log(5);
    uint8_t *copy = copy_of(log, 0);
    static const uint8_t whole_chunk[] = {0, 0, 1, 0};
    memcpy(copy + FILE_HEADER + 48, whole_chunk, 4);
    copy[FILE_HEADER + 120] = 4; /* no checksums */
    struct reading r = {.keep = KEEP_NOTHING};
    reading_all(&r, (bytes){copy, log.len});
    CHECK_INT(r.events, 5);
    for (size_t i = 0; i < NOTE_COUNT; i++) {
        CHECK_INT(r.notes[i], 0);
    }
    reading_done(&r);
    free(copy);
    file_free(log);
}

/* ---- tokens ---- */

/* Storage systems write logs too: another namespace, versions that are no numbers, pieces of text
 * marked as if more followed, empty ones, types that no Windows gives a literal. */
static void other_writer(struct making *m)
{
    make_fragment(m);
    make_open(m, "Event", true, NO_SLOT);
    make_attribute(m, "xmlns");
    make_text(m, "http://www.example.net/schemas/2016/e");
    make(m, 0x02, 1);
    make_element(m, "System");
    make_leaf(m, "EventID", "4656");
    make_leaf(m, "Version", "101.3");
    make_element(m, "Channel");
    make(m, 0x0145, 2); /* more follows, which is not so */
    make(m, 8, 2);
    make_units(m, "Security");
    make_end(m);
    make_element(m, "Computer");
    make(m, 0x0105, 2); /* of no length */
    make(m, 0, 2);
    make_end(m);
    make_end(m);
    make_element(m, "EventData");
    make_open(m, "Data", true, NO_SLOT);
    make_attribute(m, "Name");
    make_text(m, "Ansi");
    make(m, 0x02, 1);
    make(m, 0x0205, 2);
    make(m, 3, 2);
    make(m, 'x' | 'y' << 8 | 'z' << 16, 3);
    make_end(m);
    make_open(m, "Data", true, NO_SLOT);
    make_attribute(m, "Name");
    make_text(m, "Odd");
    make(m, 0x02, 1);
    make(m, 0x0c05, 2); /* UTF-16 all the same */
    make(m, 2, 2);
    make_units(m, "ok");
    make(m, 0x48, 1);
    make(m, '!', 2);
    make_end(m);
    make_open(m, "Data", true, NO_SLOT); /* an attribute without a value */
    make_attribute(m, "Name");
    make(m, 0x02, 1);
    make_text(m, "after");
    make_end(m);
    make_end(m);
    make_end(m);
    make(m, 0, 1);
}

static void literals_of_another_writer(void)
{
    struct reading r = {0};
    read_made(&r, other_writer);
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 0);
    CHECK(r.first && r.first->head.origin->event_id == 4656);
    CHECK_STR(r.first ? r.first->head.origin->channel : STR_NONE, "Security");
    CHECK_FIELD(r.first, "Version", 0, "101.3");
    CHECK_FIELD(r.first, "Ansi", 0, "xyz");
    CHECK_FIELD(r.first, "Odd", 0, "ok!");
    CHECK_FIELD(r.first, "Data", 0, "after");
    reading_done(&r);
}

static void no_channel(struct making *m)
{
    make_fragment(m);
    make_element(m, "Event");
    make_element(m, "System");
    make_leaf(m, "EventID", "9");
    make_end(m);
    make_element(m, "EventData");
    make_leaf(m, "Data", "x");
    make_end(m);
    make_end(m);
    make(m, 0, 1);
}

static void an_event_without_a_channel_is_kept(void)
{
    struct reading r = {0};
    read_made(&r, no_channel);
    CHECK(r.first && r.first->head.origin->event_id == 9 && r.first->head.origin->channel.len == 0);
    CHECK_FIELD(r.first, "Data", 0, "x");
    reading_done(&r);
}

/* ---- values ---- */

static void read_data(struct reading *r, const struct evtx_value *data, size_t count)
{
    struct evtx_writer *w = evtx_writer_to_memory(NULL);
    const struct evtx_record record = {.provider = "P",
                                       .channel = "C",
                                       .computer = "H",
                                       .event_id = 1,
                                       .time = INT64_C(1600000000000000),
                                       .data = data,
                                       .count = count};
    CHECK(evtx_write(w, &record));
    bytes log = written(w);
    r->keep = KEEP_FIELDS;
    reading_all(r, log);
    file_free(log);
}

static void text_ends_at_its_first_nul(void)
{
    /* Behind the NUL: what would be a processing instruction and CDATA, if it were a token. */
    static const uint8_t raw[] = {'a', 0, 0, 0, 0x0a, 0, 0x07, 0, 0x0c, 1};
    const struct evtx_value data[] = {
        evtx_raw("Text", EVTX_TEXT, (bytes){raw, sizeof raw}),
        evtx_text("Blanks", " two  "),
        evtx_text("After", "right"),
    };
    struct reading r = {0};
    read_data(&r, data, ARRAY_LEN(data));
    CHECK_FIELD(r.first, "Text", 0, "a");
    CHECK_FIELD(r.first, "Blanks", 0, " two  ");
    CHECK_FIELD(r.first, "After", 0, "right");
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 0);
    reading_done(&r);
}

static void reals_are_spelled_as_windows_does(void)
{
    static const uint8_t above[] = {0, 0, 0x80, 0x7f}, below[] = {0, 0, 0x80, 0xff},
                         none[] = {0, 0, 0, 0, 0, 0, 0xf8, 0xff};
    const struct evtx_value data[] = {
        evtx_raw("Above", EVTX_R32, (bytes){above, sizeof above}),
        evtx_raw("Below", EVTX_R32, (bytes){below, sizeof below}),
        evtx_raw("None", EVTX_R64, (bytes){none, sizeof none}),
    };
    struct reading r = {0};
    read_data(&r, data, ARRAY_LEN(data));
    CHECK_FIELD(r.first, "Above", 0, "1.#INF");
    CHECK_FIELD(r.first, "Below", 0, "-1.#INF");
    CHECK_FIELD(r.first, "None", 0, "-1.#IND");
    reading_done(&r);
}

static void message_tokens_stay_as_they_are(void)
{
    const struct evtx_value data[] = {evtx_text("TokenElevationType", "%%1936"),
                                      evtx_text("Several", "%%1541\r\n\t\t\t\t%%4416")};
    struct reading r = {0};
    read_data(&r, data, ARRAY_LEN(data));
    CHECK_FIELD(r.first, "TokenElevationType", 0, "%%1936");
    CHECK_FIELD(r.first, "Several", 0, "%%1541\r\n\t\t\t\t%%4416");
    reading_done(&r);
}

static void an_event_without_a_host_is_kept(void)
{
    struct evtx_writer *w = evtx_writer_to_memory(NULL);
    CHECK(evtx_write(w, &(struct evtx_record){.provider = "P",
                                              .channel = "C",
                                              .computer = "",
                                              .event_id = 7,
                                              .time = INT64_C(1600000000000000)}));
    bytes log = written(w);
    struct reading r = {.keep = KEEP_FIELDS};
    reading_all(&r, log);
    CHECK(r.first && r.first->head.origin->event_id == 7 && r.first->head.origin->host.len == 0);
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 0);
    reading_done(&r);
    file_free(log);
}

static void a_name_may_repeat(void)
{
    const struct evtx_value data[] = {
        evtx_text("LogonGuid", "one"), evtx_text("LogonGuid", "two"),
        evtx_text("Threat Name", "kept as it is"), /* rules look without blanks (names.h) */
    };
    struct reading r = {0};
    read_data(&r, data, ARRAY_LEN(data));
    CHECK_FIELD(r.first, "LogonGuid", 0, "one");
    CHECK_FIELD(r.first, "LogonGuid", 1, "two");
    CHECK_FIELD(r.first, "Threat Name", 0, "kept as it is");
    reading_done(&r);
}

static void value(struct making *m, size_t len, unsigned type)
{
    make(m, len, 2);
    make(m, type, 2);
}

static void timed_template(struct making *m)
{
    make_element(m, "Event");
    make_element(m, "System");
    make_leaf(m, "EventID", "1");
    make_open(m, "TimeCreated", true, NO_SLOT);
    make_attribute(m, "SystemTime");
    make_slot(m, false, 0);
    make(m, 0x03, 1);
    make_end(m);
    make_element(m, "EventData");
    make_element(m, "Data");
    make_slot(m, false, 1);
    make_end(m);
    make_element(m, "Binary");
    make(m, 0x0d, 1); /* an array of bytes, says the definition */
    make(m, 2, 2);
    make(m, 0x8e, 1);
    make_end(m);
    make_end(m);
    make_end(m);
}

static void badly_timed(struct making *m)
{
    make_fragment(m);
    make_template(m, 0x66666666, timed_template);
    make(m, 3, 4);
    value(m, 8, EVTX_FILETIME);
    value(m, 8, EVTX_FILETIME);
    value(m, 2, EVTX_BINARY);
    make(m, UINT64_C(0x7fffffffffffffff), 8);
    make(m, UINT64_C(0xfffffffffffffffe), 8);
    make(m, 0xbeef, 2);
    make(m, 0, 1);
}

static void an_invalid_time_is_shown_as_its_number(void)
{
    struct reading r = {0};
    read_made(&r, badly_timed);
    CHECK_INT(r.events, 1);
    CHECK_INT(r.notes[NOTE_BAD_TIME], 1);
    CHECK(r.first && r.first->head.time == TIME_NONE);
    CHECK_FIELD(r.first, "TimeCreated_SystemTime", 0, "9223372036854775807");
    CHECK_FIELD(r.first, "Data", 0, "18446744073709551614");
    reading_done(&r);
}

static void the_type_of_the_instance_counts(void)
{
    struct reading r = {0};
    read_made(&r, badly_timed);
    CHECK_FIELD(r.first, "Binary", 0, "EFBE");
    CHECK_INT(seen_count(r.first, "Binary"), 1);
    reading_done(&r);
}

/* <Leaf>%0-%1</Leaf> */
static void pair_template(struct making *m)
{
    make_element(m, "Event");
    make_system(m, "Test", "1");
    make_element(m, "UserData");
    make_element(m, "Leaf");
    make_slot(m, false, 0);
    make_text(m, "-");
    make_slot(m, false, 1);
    make_end(m);
    make_end(m);
    make_end(m);
}

static void pairs(struct making *m, size_t a, size_t b)
{
    make_fragment(m);
    make_template(m, 0x77777777, pair_template);
    make(m, 2, 4);
    value(m, a, 0x84);
    value(m, 2 * b, 0x86);
    for (size_t i = 0; i < a; i++) {
        make(m, i, 1);
    }
    for (size_t i = 0; i < b; i++) {
        make(m, 10 * i, 2);
    }
    make(m, 0, 1);
}

static void few_pairs(struct making *m)
{
    pairs(m, 2, 3);
}

static void many_pairs(struct making *m)
{
    pairs(m, 2000, 2000);
}

static void two_arrays_give_each_pair(void)
{
    struct reading r = {0};
    read_made(&r, few_pairs);
    static const char *const want[] = {"0-0", "1-0", "0-10", "1-10", "0-20", "1-20"};
    CHECK_INT(seen_count(r.first, "Leaf"), ARRAY_LEN(want));
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        CHECK_FIELD(r.first, "Leaf", i, want[i]);
    }
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 0);
    reading_done(&r);
}

static void the_product_of_arrays_is_bounded(void)
{
    struct reading r = {0};
    read_made(&r, many_pairs);
    CHECK(r.events == 1 && seen_count(r.first, "Leaf") >= 1 && seen_count(r.first, "Leaf") < 1000);
    CHECK_INT(r.notes[NOTE_BAD_RECORD], 1);
    reading_done(&r);
}

int main(void)
{
    RUN(flags_may_hold_garbage);
    RUN(more_chunks_than_the_header_can_count);
    RUN(versions_differ_in_nothing);
    RUN(a_tail_costs_no_record);
    RUN(an_empty_chunk_is_no_damage);
    RUN(zeros_behind_the_last_record_end_a_chunk);
    RUN(literals_of_another_writer);
    RUN(an_event_without_a_channel_is_kept);
    RUN(text_ends_at_its_first_nul);
    RUN(reals_are_spelled_as_windows_does);
    RUN(message_tokens_stay_as_they_are);
    RUN(an_event_without_a_host_is_kept);
    RUN(a_name_may_repeat);
    RUN(an_invalid_time_is_shown_as_its_number);
    RUN(the_type_of_the_instance_counts);
    RUN(two_arrays_give_each_pair);
    RUN(the_product_of_arrays_is_bounded);
    return kit_end();
}
