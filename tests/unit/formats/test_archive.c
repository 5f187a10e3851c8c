/* Archives: what a sample cannot show because it would be large, or hostile. */
#include "base/text.h"
#include "formats/archive/limits.h"
#include "formats/archive/member_name.h"
#include "parsing.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

extern const struct format format_archive;

enum { MIB = 1 << 20 };

struct made {
    uint8_t *p;
    size_t len, cap;
};

static struct archive *make(struct made *m, bool zip)
{
    m->cap = 16 * MIB;
    m->p = room(m->cap);
    struct archive *a = archive_write_new();
    if (zip) {
        CHECK(archive_write_set_format_zip(a) == ARCHIVE_OK);
    } else {
        CHECK(archive_write_set_format_raw(a) == ARCHIVE_OK);
        CHECK(archive_write_add_filter_gzip(a) == ARCHIVE_OK);
    }
    CHECK(archive_write_open_memory(a, m->p, m->cap, &m->len) == ARCHIVE_OK);
    return a;
}

static void add_zeros(struct archive *a, const char *name, size_t mib)
{
    static uint8_t zeros[MIB];
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_size(e, (int64_t)mib * MIB);
    CHECK(archive_write_header(a, e) == ARCHIVE_OK);
    for (size_t i = 0; i < mib; i++) {
        CHECK(archive_write_data(a, zeros, MIB) == MIB);
    }
    archive_entry_free(e);
}

static struct parsing unpack(struct made *m)
{
    struct parsing r = {.path = "bomb.gz"};
    parsing_all(&r, &format_archive, (bytes){m->p, m->len});
    free(m->p);
    return r;
}

static void a_bomb_stops_early_with_one_note(void)
{
    for (int zip = 0; zip < 2; zip++) {
        struct made m = {0};
        struct archive *a = make(&m, zip);
        add_zeros(a, "zeros", 160);
        CHECK(archive_write_free(a) == ARCHIVE_OK);
        CHECK(m.len < MIB);
        struct parsing r = unpack(&m);
        CHECK_INT(r.notes[NOTE_OVER_RATIO], 1);
        CHECK(r.member_bytes <= 66 * (uint64_t)MIB && r.whole_members == 0);
        parsing_done(&r);
    }
}

static void many_small_bombs_are_one(void)
{
    struct made m = {0};
    struct archive *a = make(&m, true);
    for (int i = 0; i < 40; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "z%d", i);
        add_zeros(a, name, 4);
    }
    CHECK(archive_write_free(a) == ARCHIVE_OK);
    struct parsing r = unpack(&m);
    CHECK_INT(r.notes[NOTE_OVER_RATIO], 1);
    CHECK(r.members < 20);
    parsing_done(&r);
}

static void what_shrinks_well_but_is_small_is_whole(void)
{
    struct made m = {0};
    struct archive *a = make(&m, true);
    add_zeros(a, "evtx", 20);
    CHECK(archive_write_free(a) == ARCHIVE_OK);
    struct parsing r = unpack(&m);
    CHECK(r.whole_members == 1 && r.notes[NOTE_OVER_RATIO] == 0);
    parsing_done(&r);
}

/* A tar whose member claims a hole of 2^60 bytes, in PAX's own words for GNU sparse 1.0. */
static void a_hole_without_end_is_a_bomb(void)
{
    static uint8_t tar[512 * 6];
    const char *pax = "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
                      "25 GNU.sparse.name=holes\n43 GNU.sparse.realsize=1152921504606846976\n";
    const char *map = "1\n1152921504606846975\n1\n";
    struct {
        uint8_t *at;
        const char *name;
        char type;
        size_t size;
    } headers[] = {
        {tar,        "pax",   'x', strlen(pax)},
        {tar + 1024, "holes", '0', 513        }
    };
    memset(tar, 0, sizeof tar);
    for (size_t i = 0; i < 2; i++) {
        char *h = (char *)headers[i].at;
        (void)snprintf(h, 100, "%s", headers[i].name);
        (void)snprintf(h + 100, 8, "0000644");
        (void)snprintf(h + 124, 12, "%011zo", headers[i].size);
        (void)snprintf(h + 136, 12, "%011o", 0);
        h[156] = headers[i].type;
        memcpy(h + 257,
               "ustar\0"
               "00",
               8);
        memset(h + 148, ' ', 8);
        unsigned sum = 0;
        for (size_t b = 0; b < 512; b++) {
            sum += (uint8_t)h[b];
        }
        (void)snprintf(h + 148, 8, "%06o", sum);
    }
    memcpy(tar + 512, pax, strlen(pax));
    memcpy(tar + 1536, map, strlen(map));
    struct parsing r = {.path = "holes.tar"};
    parsing_all(&r, &format_archive, (bytes){tar, sizeof tar});
    CHECK_INT(r.notes[NOTE_OVER_RATIO], 1);
    CHECK(r.member_bytes <= 65 * (uint64_t)MIB);
    parsing_done(&r);
}

static void any_budget_ends_in_a_note_or_all_members(void)
{
    for (uint64_t budget = 1; budget < 40000; budget = budget * 5 / 4 + 1) {
        struct made m = {0};
        struct archive *a = make(&m, true);
        add_zeros(a, "one", 0);
        add_zeros(a, "two", 0);
        CHECK(archive_write_free(a) == ARCHIVE_OK);
        struct parsing r = {.path = "x.zip", .arena_budget = budget, .scratch_budget = budget};
        parsing_all(&r, &format_archive, (bytes){m.p, m.len});
        CHECK(r.members == 2 || r.notes[NOTE_OVER_BUDGET] == 1);
        parsing_done(&r);
        free(m.p);
    }
}

#define CHECK_NAME(written, want) CHECK_STR(member_name(&names, STR(written)), want)

static void names_cannot_leave_their_archive(void)
{
    struct arena names;
    arena_init(&names, MIB);
    CHECK_NAME("a/b", "a/b");
    CHECK_NAME("../../etc/passwd", "etc/passwd");
    CHECK_NAME("/a//b/./c/", "a/b/c");
    CHECK_NAME("..\\..\\Windows\\x", "Windows/x");
    CHECK_NAME("C:\\Windows\\x", "C:/Windows/x");
    CHECK_NAME("C\\inetpub/x..y/...", "C/inetpub/x..y/...");
    CHECK_NAME("a\nb\x7f", "a\xef\xbf\xbd"
                           "b\xef\xbf\xbd");
    CHECK_NAME("\xff\xc3\xa9", "\xef\xbf\xbd\xc3\xa9");
    CHECK_NAME("a\0b", "a\xef\xbf\xbd"
                       "b");
    CHECK_NAME("..", "");
    CHECK_NAME("", "");
    arena_done(&names);
}

static void names_of_any_length_fit(void)
{
    struct arena names;
    arena_init(&names, MIB);
    char long_name[3 * ARCHIVE_NAME_MAX];
    for (size_t i = 0; i < sizeof long_name; i++) {
        long_name[i] = i % 7 == 3 ? '/' : (char)0xff;
    }
    for (size_t len = ARCHIVE_NAME_MAX / 3 - 20; len < sizeof long_name; len += 13) {
        str name = member_name(&names, (str){long_name, len});
        CHECK(name.len && name.len <= ARCHIVE_NAME_MAX && utf8_valid(name));
        arena_reset(&names);
    }
    arena_done(&names);
}

int main(void)
{
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    RUN(a_bomb_stops_early_with_one_note);
    RUN(many_small_bombs_are_one);
    RUN(what_shrinks_well_but_is_small_is_whole);
    RUN(a_hole_without_end_is_a_bomb);
    RUN(any_budget_ends_in_a_note_or_all_members);
    RUN(names_cannot_leave_their_archive);
    RUN(names_of_any_length_fit);
    return kit_end();
}
