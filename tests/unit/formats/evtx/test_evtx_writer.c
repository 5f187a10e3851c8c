/* What the writer makes, checked by the format's own rules and by another reader where there is
 * one. That our reader agrees is shown in test_evtx_records.c. */
#include "base/reader.h"
#include "evtx_writer.h"
#include "kit.h"
#include "reading.h"

#include <unistd.h>

enum { FILE_HEADER = 4096, CHUNK = 65536, RECORDS = 1000 };

static void write_mixed(struct evtx_writer *w, uint32_t count, enum evtx_shape every_tenth)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct evtx_value data[] = {
            evtx_text("TargetUserName", i % 3 ? "alice"
                                              : "b\xc3\xb6"
                                                "b <&>"),
            evtx_u32("LogonType", i % 11),
            evtx_guid("LogonGuid", "{0CCE9210-69AE-11D9-BED3-505054503030}"),
            evtx_sid("TargetUserSid", "S-1-5-21-1-2-3-500"),
            evtx_hex64("TargetLogonId", UINT64_C(0x3e7) + i),
            evtx_text(NULL, "unnamed"),
        };
        CHECK(evtx_write(w, &(struct evtx_record){
                                .provider = "Microsoft-Windows-Security-Auditing",
                                .provider_guid = "{54849625-5478-4994-A5BA-3E3B0328C30D}",
                                .channel = "Security",
                                .computer = "MAIL01.corp.example",
                                .event_id = 4624 + i % 2,
                                .time = INT64_C(1600000000000000) + i,
                                .data = data,
                                .count = 1 + i % 6,
                                .shape = i % 10 == 9 ? every_tenth : EVTX_TEMPLATES,
                            }));
    }
}

static bytes mixed_log(void)
{
    struct evtx_writer *w = evtx_writer_to_memory(NULL);
    write_mixed(w, RECORDS, EVTX_PLAIN);
    struct evtx_written written;
    size_t len = 0;
    uint8_t *log = evtx_writer_take(w, &len, &written);
    CHECK(log && written.records == RECORDS && written.bytes == len && written.damaged == 0);
    CHECK_INT(len, FILE_HEADER + written.chunks * CHUNK);
    return (bytes){log, len};
}

static void the_same_calls_give_the_same_bytes(void)
{
    bytes a = mixed_log(), b = mixed_log();
    CHECK(a.len == b.len && memcmp(a.p, b.p, a.len) == 0);
    file_free(a);
    file_free(b);
}

/* Bit by bit, as the standard has it. */
static uint32_t slow_crc(uint32_t c, const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        c ^= p[i];
        for (int bit = 0; bit < 8; bit++) {
            c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
        }
    }
    return c;
}

static void checksums_are_right(void)
{
    bytes log = mixed_log();
    CHECK(~slow_crc(~0u, log.p, 120) == load_u32le(log.p + 124));
    for (const uint8_t *c = log.p + FILE_HEADER; c < log.p + log.len; c += CHUNK) {
        uint32_t header = slow_crc(slow_crc(~0u, c, 120), c + 128, 384);
        CHECK(~header == load_u32le(c + 124));
        CHECK(~slow_crc(~0u, c + 512, load_u32le(c + 48) - 512) == load_u32le(c + 52));
    }
    file_free(log);
}

/* Name buckets: each name lies in the bucket of its hash, and hashes as Windows does. */
static void names_are_where_windows_looks_for_them(void)
{
    bytes log = mixed_log();
    size_t names = 0;
    for (const uint8_t *c = log.p + FILE_HEADER; c < log.p + log.len; c += CHUNK) {
        for (uint32_t bucket = 0; bucket < 64; bucket++) {
            uint32_t at = load_u32le(c + 128 + 4 * bucket);
            for (; at; at = load_u32le(c + at)) {
                uint32_t h = 0, units = load_u16le(c + at + 6);
                for (uint32_t i = 0; i < units; i++) {
                    h = h * 65599 + load_u16le(c + at + 8 + 2 * i);
                }
                CHECK((uint16_t)h == load_u16le(c + at + 4) && (uint16_t)h % 64 == bucket);
                names++;
            }
        }
    }
    CHECK(names > 100);
    file_free(log);
}

static void records_are_aligned_and_numbered_one_after_another(void)
{
    bytes log = mixed_log();
    uint64_t number = 1;
    for (const uint8_t *c = log.p + FILE_HEADER; c < log.p + log.len; c += CHUNK) {
        CHECK_INT(load_u64le(c + 8), number);
        for (uint32_t at = 512; at < load_u32le(c + 48);) {
            uint32_t len = load_u32le(c + at + 4);
            CHECK(len % 8 == 0 && load_u32le(c + at + len - 4) == len);
            CHECK_INT(load_u64le(c + at + 8), number++);
            at += len;
        }
        CHECK_INT(load_u64le(c + 16), number - 1);
    }
    CHECK_INT(number, RECORDS + 1);
    file_free(log);
}

static void a_template_is_defined_once_in_a_chunk(void)
{
    bytes log = mixed_log();
    const uint8_t *c = log.p + FILE_HEADER;
    size_t definitions = 0;
    for (uint32_t bucket = 0; bucket < 32; bucket++) {
        for (uint32_t at = load_u32le(c + 384 + 4 * bucket); at; at = load_u32le(c + at)) {
            CHECK(load_u32le(c + at + 4) % 32 == bucket);
            definitions++;
        }
    }
    CHECK_INT(definitions, 1 + 6); /* System, and data with one to six values */
    file_free(log);
}

static void what_does_not_fit_a_chunk_is_refused_and_nothing_else(void)
{
    static char large[40000], huge[70000];
    memset(large, 'x', sizeof large - 1);
    memset(huge, 'x', sizeof huge - 1);
    const struct evtx_value fits = evtx_text("A", "x"), too_long = evtx_text("A", large);
    static const char *const items[] = {huge};
    const struct evtx_value too_many = evtx_texts("A", items, 1);
    struct evtx_record r = {.provider = "P", .channel = "C", .computer = "H", .event_id = 1};
    r.count = 1;
    struct evtx_writer *w = evtx_writer_to_memory(NULL);
    r.data = &fits;
    CHECK(evtx_write(w, &r));
    r.data = &too_long; /* 80,000 bytes of UTF-16 */
    CHECK(!evtx_write(w, &r));
    r.data = &too_many;
    CHECK(!evtx_write(w, &r));
    r.data = &fits;
    CHECK(evtx_write(w, &r));
    size_t len = 0;
    uint8_t *log = evtx_writer_take(w, &len, NULL);
    struct reading got = {.keep = KEEP_FIELDS};
    reading_all(&got, (bytes){log, len});
    CHECK_INT(got.events, 2);
    uint64_t notes = 0;
    for (size_t i = 0; i < NOTE_COUNT; i++) {
        notes += got.notes[i];
    }
    CHECK_INT(notes, 0);
    reading_done(&got);
    free(log);
}

static void an_empty_log_is_a_log(void)
{
    struct evtx_writer *w = evtx_writer_to_memory(NULL);
    size_t len = 0;
    uint8_t *log = evtx_writer_take(w, &len, NULL);
    struct reading got = {.keep = KEEP_FIELDS};
    reading_all(&got, (bytes){log, len});
    CHECK(got.events == 0 && got.notes[NOTE_BAD_CHUNK] == 0 && len == FILE_HEADER + CHUNK);
    reading_done(&got);
    free(log);
}

static bool refuse(void *ctx, uint64_t offset, const void *data, size_t len)
{
    (void)ctx;
    (void)offset;
    (void)data;
    (void)len;
    return false;
}

static void a_failing_output_is_reported(void)
{
    struct evtx_writer *w = evtx_writer_open(refuse, NULL, NULL);
    CHECK(!evtx_writer_close(w, NULL));
}

/* ---- another reader: libevtx, where it is installed ---- */

/* It cannot read records without templates, be they Windows' own. */
static bool write_file(const char *path)
{
    FILE *f = fopen(path, "wb");
    if (!f) {
        return false;
    }
    struct evtx_writer *w = evtx_writer_to_file(f, NULL);
    write_mixed(w, RECORDS, EVTX_TEMPLATES);
    bool ok = evtx_writer_close(w, NULL);
    return fclose(f) == 0 && ok;
}

static size_t count_lines_with(FILE *in, const char *word)
{
    char line[4096];
    size_t count = 0;
    while (fgets(line, sizeof line, in)) {
        count += strstr(line, word) != NULL;
    }
    return count;
}

static size_t exported(const char *path, const char *word)
{
    char command[256];
    (void)snprintf(command, sizeof command, "evtxexport -f xml %s 2>/dev/null", path);
    FILE *in = popen(command, "r");
    size_t count = in ? count_lines_with(in, word) : 0;
    if (in) {
        (void)pclose(in);
    }
    return count;
}

static void libevtx_reads_every_record(void)
{
    if (system("command -v evtxexport >/dev/null 2>&1") != 0) {
        SKIP("evtxexport (libevtx-utils) is not installed");
        return;
    }
    char path[] = "/tmp/evtx_writer_XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0 && write_file(path));
    CHECK_INT(exported(path, "<EventRecordID>"), RECORDS);
    CHECK_INT(exported(path, "<Channel>Security</Channel>"), RECORDS);
    CHECK_INT(exported(path, "<EventID>4625</EventID>"), RECORDS / 2);
    CHECK_INT(exported(path, "b\xc3\xb6"
                             "b &lt;&amp;&gt;"),
              (RECORDS + 2) / 3);
    (void)close(fd);
    (void)remove(path);
}

int main(void)
{
    RUN(the_same_calls_give_the_same_bytes);
    RUN(checksums_are_right);
    RUN(names_are_where_windows_looks_for_them);
    RUN(records_are_aligned_and_numbered_one_after_another);
    RUN(a_template_is_defined_once_in_a_chunk);
    RUN(what_does_not_fit_a_chunk_is_refused_and_nothing_else);
    RUN(an_empty_log_is_a_log);
    RUN(a_failing_output_is_reported);
    RUN(libevtx_reads_every_record);
    return kit_end();
}
