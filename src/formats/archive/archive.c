/* Archives and compressed files, unpacked from memory with libarchive: zip, tar, 7z, cab, rar, iso,
 * and whatever gzip, bzip2, xz, lzma, zstd, lz4 or compress made, with a tar inside or not.
 *
 * Only what has a filter may be "raw" for libarchive, or any text would be an archive of one
 * member. A filter that would start a program of the system is not enabled. Names that are not
 * ASCII need a process whose LC_CTYPE is a UTF-8 one: libarchive converts through it. */
#include "base/table.h"
#include "base/text.h"
#include "formats/archive/limits.h"
#include "formats/archive/member_name.h"
#include "formats/archive/salvage.h"
#include "formats/archive/samples.h"
#include "formats/format.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

enum archive_kind { ARCHIVE_NOTHING, ARCHIVE_CONTAINER, ARCHIVE_FILTER };

static const struct {
    uint8_t offset, len;
    uint8_t magic[7];
    enum archive_kind kind;
} archive_magics[] = {
    {0, 4, "PK\3\4",             ARCHIVE_CONTAINER},
    {0, 4, "PK\5\6",             ARCHIVE_CONTAINER}, /* a zip without members */
    {0, 4, "PK\7\10",            ARCHIVE_CONTAINER},
    {0, 6, "7z\xbc\xaf\x27\x1c", ARCHIVE_CONTAINER},
    {0, 4, "MSCF",               ARCHIVE_CONTAINER},
    {0, 6, "Rar!\x1a\7",         ARCHIVE_CONTAINER}, /* of either kind */
    {0, 3, "\x1f\x8b\x08",       ARCHIVE_FILTER   },
    {0, 3, "BZh",                ARCHIVE_FILTER   },
    {0, 6,
     "\xfd"
     "7zXZ",                     ARCHIVE_FILTER   },
    {0, 4, "\x28\xb5\x2f\xfd",   ARCHIVE_FILTER   }, /* zstd */
    {0, 4, "\x04\x22\x4d\x18",   ARCHIVE_FILTER   }, /* lz4 */
    {0, 2, "\x1f\x9d",           ARCHIVE_FILTER   }, /* compress */
};

/* A tar header adds up to the checksum that it holds in octal, whatever its age. */
static bool archive_is_tar(bytes head)
{
    enum { HEADER = 512, SUM_AT = 148, SUM_LEN = 8 };
    if (head.len < HEADER || !head.p[0]) {
        return false;
    }
    uint32_t sum = 0, claimed = 0;
    for (size_t i = 0; i < HEADER; i++) {
        bool in_sum = i >= SUM_AT && i < SUM_AT + SUM_LEN;
        sum += in_sum ? ' ' : head.p[i];
        if (in_sum && head.p[i] >= '0' && head.p[i] <= '7') {
            claimed = claimed * 8 + (uint32_t)(head.p[i] - '0');
        }
    }
    return sum == claimed;
}

/* The image of a disc says what it is behind what a probe sees: 32 KiB that are mostly zeros. */
static bool archive_is_disc(bytes head, str path)
{
    static const uint8_t zeros[64];
    bool named = str_ends_nocase(path, STR(".iso"));
    return named && head.len >= sizeof zeros && memcmp(head.p, zeros, sizeof zeros) == 0;
}

static enum archive_kind archive_kind_of(bytes head)
{
    for (size_t i = 0; i < ARRAY_LEN(archive_magics); i++) {
        size_t len = archive_magics[i].len;
        if (head.len >= len && memcmp(head.p, archive_magics[i].magic, len) == 0) {
            return archive_magics[i].kind;
        }
    }
    return archive_is_tar(head) ? ARCHIVE_CONTAINER : ARCHIVE_NOTHING;
}

static int archive_probe(bytes head, str path)
{
    if (archive_is_disc(head, path)) {
        return BY_NAME;
    }
    return archive_kind_of(head) == ARCHIVE_NOTHING ? NO_MATCH : BY_MAGIC;
}

/* ---- unpacking */

struct unpacking {
    struct parse *p;
    struct archive *a;
    struct table names; /* lower case: Windows and the case see one file */
    struct samples samples;
    uint64_t members, out;
    bool raw;
    uint32_t sum; /* raw: of all that was given, as gzip has it */
};

static void archive_close(struct archive **a)
{
    (void)archive_read_free(*a); /* NULL is fine */
}

/* What may be inside. Zeros are an empty tar, so a file of zeros must be read without. */
enum inside { INSIDE_CONTAINER, INSIDE_FILTER, INSIDE_FILTER_NO_TAR };

static struct archive *archive_open(bytes unit, enum inside inside)
{
    struct archive *a = archive_read_new();
    if (!a) {
        return NULL;
    }
    bool raw = inside != INSIDE_CONTAINER;
    int (*const filters[])(struct archive *) = {
        archive_read_support_filter_gzip,     archive_read_support_filter_bzip2,
        archive_read_support_filter_xz,       archive_read_support_filter_lzma,
        archive_read_support_filter_zstd,     archive_read_support_filter_lz4,
        archive_read_support_filter_compress,
    };
    int (*const containers[])(struct archive *) = {
        archive_read_support_format_zip,  archive_read_support_format_7zip,
        archive_read_support_format_cab,  archive_read_support_format_rar,
        archive_read_support_format_rar5, archive_read_support_format_iso9660,
    };
    bool ok = inside == INSIDE_FILTER_NO_TAR || archive_read_support_format_tar(a) == ARCHIVE_OK;
    for (size_t i = 0; raw && i < ARRAY_LEN(filters); i++) {
        ok &= filters[i](a) == ARCHIVE_OK; /* a warning: an outside program would do it */
    }
    for (size_t i = 0; !raw && i < ARRAY_LEN(containers); i++) {
        ok &= containers[i](a) == ARCHIVE_OK;
    }
    if (raw) {
        ok &= archive_read_support_format_raw(a) == ARCHIVE_OK;
    }
    if (!ok || archive_read_open_memory(a, unit.p, unit.len) != ARCHIVE_OK) {
        archive_close(&a);
        return NULL;
    }
    return a;
}

/* Does what came out look like a bomb? `in` compressed bytes were used for `out`. */
static bool archive_is_bomb(uint64_t out, uint64_t in)
{
    bool much = out >> 20 >= ARCHIVE_RATIO_FREE_MIB;
    return (much && out / ARCHIVE_RATIO_MAX > in) || out >> 20 >= ARCHIVE_TOTAL_MAX_MIB;
}

/* How far libarchive has read. It reads ahead, and a zip's end first: a hint, not a measure. */
static uint64_t archive_position(const struct unpacking *u)
{
    int64_t at = u->a ? archive_filter_bytes(u->a, -1) : 0;
    return at > 0 ? (uint64_t)at : 0;
}

enum unpacked { UNPACKED_WHOLE, UNPACKED_UNWANTED, UNPACKED_DAMAGED, UNPACKED_BOMB };

struct member_state {
    uint64_t began_at; /* position in the archive */
    uint64_t out;
};

static enum unpacked archive_give(struct unpacking *u, struct member_state *m, bytes piece)
{
    m->out += piece.len;
    u->out += piece.len;
    u->sum = u->raw ? salvage_sum(u->sum, piece) : 0;
    uint64_t at = archive_position(u);
    uint64_t used = at > m->began_at ? at - m->began_at : 0;
    if (archive_is_bomb(m->out, used) || archive_is_bomb(u->out, u->p->unit.len)) {
        return UNPACKED_BOMB;
    }
    return emit_member_data(u->p, piece) ? UNPACKED_WHOLE : UNPACKED_UNWANTED;
}

/* Zeros up to `offset`: a hole in a sparse member, which may claim any size. */
static enum unpacked archive_hole(struct unpacking *u, struct member_state *m, uint64_t offset)
{
    static const uint8_t zeros[ARCHIVE_HOLE_STEP];
    enum unpacked state = UNPACKED_WHOLE;
    while (state == UNPACKED_WHOLE && m->out < offset) {
        uint64_t left = offset - m->out;
        size_t len = left < sizeof zeros ? (size_t)left : sizeof zeros;
        state = archive_give(u, m, (bytes){zeros, len});
    }
    return state;
}

static enum unpacked archive_data(struct unpacking *u, struct member_state *m)
{
    m->began_at = archive_position(u);
    for (;;) {
        const void *p = NULL;
        size_t len = 0;
        la_int64_t offset = 0;
        int r = archive_read_data_block(u->a, &p, &len, &offset);
        if (r == ARCHIVE_EOF) {
            return UNPACKED_WHOLE;
        }
        if ((r != ARCHIVE_OK && r != ARCHIVE_WARN) || offset < 0 || parse_stopped(u->p)) {
            return UNPACKED_DAMAGED;
        }
        enum unpacked state = archive_hole(u, m, (uint64_t)offset);
        if (state == UNPACKED_WHOLE && len) {
            state = archive_give(u, m, (bytes){p, len});
        }
        if (state != UNPACKED_WHOLE) {
            return state;
        }
    }
}

/* x.log.gz holds x.log; x.tgz that holds no tar holds x. */
static str archive_raw_name(str path)
{
    str base = str_base(path);
    str ext = str_ext(base);
    return ext.len ? str_sub(base, 0, base.len - ext.len) : STR_NONE;
}

static str archive_written(struct archive_entry *entry)
{
    const char *written = archive_entry_pathname_utf8(entry);
    return str_of(written ? written : archive_entry_pathname(entry));
}

/* Safe, and empty where nothing tells. A sample is told with the path that it had on its host
 * (host_path.h). */
static str archive_plain_name(struct unpacking *u, struct archive_entry *entry)
{
    bool raw = u->raw && archive_format(u->a) == ARCHIVE_FORMAT_RAW;
    struct arena *a = u->p->scratch;
    str name = member_name(a, raw ? archive_raw_name(u->p->path) : archive_written(entry));
    const struct sample *sample = samples_find(&u->samples, name);
    return sample ? arena_printf(a, "%.*s!/[volume]/%.*s", STR_ARG(name),
                                 STR_ARG(member_name(a, sample->path)))
                  : name;
}

/* The name that the member gets: safe, and no other member's. Empty over budget. */
static str archive_name(struct unpacking *u, struct archive_entry *entry)
{
    str name = archive_plain_name(u, entry);
    if (!name.len) {
        name = arena_printf(u->p->scratch, "member-%llu", (unsigned long long)u->members);
    }
    str tried = name;
    for (uint32_t again = 2;; again++) {
        uint32_t before = table_get(&u->names, tried), stored = 0;
        if (before == TABLE_NONE) {
            return table_put(&u->names, tried, 1, &stored) ? tried : STR_NONE;
        }
        tried = arena_printf(u->p->scratch, "%.*s#%u", STR_ARG(name), again);
        if (!tried.len) {
            return STR_NONE;
        }
    }
}

/* A collector's archive has the times of the collection; its list those of the host. */
static usec archive_modified(const struct unpacking *u, struct archive_entry *entry)
{
    const struct sample *sample =
        samples_find(&u->samples, member_name(u->p->scratch, archive_written(entry)));
    if (sample && sample->modified != TIME_NONE) {
        return sample->modified;
    }
    if (!archive_entry_mtime_is_set(entry)) {
        return TIME_NONE;
    }
    usec t = time_of_unix(archive_entry_mtime(entry));
    return t == TIME_NONE ? t : t + archive_entry_mtime_nsec(entry) / 1000;
}

static void archive_damage(struct unpacking *u)
{
    bool encrypted = archive_read_has_encrypted_entries(u->a) == 1;
    uint64_t at = archive_position(u);
    at = at < u->p->unit.len ? at : u->p->unit.len;
    emit_note(u->p, encrypted ? NOTE_ENCRYPTED : NOTE_BAD_ARCHIVE, at, u->p->unit.len - at);
}

/* ---- what is left of a stream that breaks */

struct salvaging {
    struct unpacking *u;
    struct member_state m;
    uint64_t known; /* bytes that were given before */
    bool open;
};

static bool archive_take(void *ctx, bytes piece)
{
    struct salvaging *s = ctx;
    size_t skip = piece.len < s->known ? piece.len : (size_t)s->known;
    s->known -= skip;
    bytes more = {piece.p + skip, piece.len - skip};
    if (more.len > 0 && !s->open) {
        str name = member_name(s->u->p->scratch, archive_raw_name(s->u->p->path));
        struct member member = {name.len ? name : STR("member-1"), UINT64_MAX, TIME_NONE};
        s->open = emit_member(s->u->p, &member);
        s->u->members += s->open;
    }
    return more.len == 0 || (s->open && !parse_stopped(s->u->p) &&
                             archive_give(s->u, &s->m, more) == UNPACKED_WHOLE);
}

/* Of a member that is open, `known` bytes were given. */
static void archive_salvage(struct unpacking *u, uint64_t known, bool open)
{
    struct salvaging s = {.u = u, .m = {.out = known}, .known = known, .open = open};
    (void)salvage(u->p->unit, archive_take, &s);
    if (s.open && !open) {
        emit_member_end(u->p, false);
    }
}

static bool archive_pass(void *ctx, bytes piece)
{
    const struct unpacking *u = ctx;
    (void)piece;
    return !parse_stopped(u->p);
}

/* Nearly all are right by their last bytes; else it is read once more, to see where it breaks. */
static void archive_verify(struct unpacking *u)
{
    bytes unit = u->p->unit;
    if (!salvage_sum_is_right(unit, u->sum, u->out)) {
        struct salvage s = salvage(unit, archive_pass, u);
        if (s.known && !s.whole) {
            emit_note(u->p, NOTE_BAD_ARCHIVE, s.at, unit.len - s.at);
        }
    }
}

/* False: stop. */
static bool archive_member(struct unpacking *u, struct archive_entry *entry)
{
    uint64_t at = archive_position(u);
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry)) {
        return true;
    }
    if (archive_entry_is_encrypted(entry)) {
        emit_note(u->p, NOTE_ENCRYPTED, at, 0);
        return true;
    }
    u->members++;
    str name = archive_name(u, entry);
    if (!name.len) {
        emit_note(u->p, NOTE_OVER_BUDGET, at, 0);
        return false;
    }
    bool sized = archive_entry_size_is_set(entry) && archive_entry_size(entry) >= 0;
    struct member member = {
        .path = name,
        .size = sized ? (uint64_t)archive_entry_size(entry) : UINT64_MAX,
        .modified = archive_modified(u, entry),
    };
    if (!emit_member(u->p, &member)) {
        return true;
    }
    struct member_state m = {.out = 0};
    enum unpacked state = archive_data(u, &m);
    bool stream = u->raw && archive_format(u->a) == ARCHIVE_FORMAT_RAW;
    if (stream && state == UNPACKED_DAMAGED) {
        archive_salvage(u, m.out, true);
    } else if (stream && state == UNPACKED_WHOLE) {
        archive_verify(u);
    }
    emit_member_end(u->p, state == UNPACKED_WHOLE);
    if (state == UNPACKED_BOMB || state == UNPACKED_DAMAGED) {
        enum note_id id = state == UNPACKED_BOMB ? NOTE_OVER_RATIO : NOTE_MEMBER_REFUSED;
        emit_note(u->p, id, at, 0);
    }
    if (state == UNPACKED_DAMAGED && archive_format(u->a) == ARCHIVE_FORMAT_CAB) {
        /* The members of a cabinet are one stream: what follows is lost too, and libarchive 3.6
         * dies when it is asked to skip it. */
        archive_damage(u);
        return false;
    }
    return state != UNPACKED_BOMB;
}

/* False: it went wrong, or should stop. */
static bool archive_members(struct unpacking *u)
{
    for (bool going = true; going;) {
        struct archive_entry *entry = NULL;
        int r = archive_read_next_header(u->a, &entry);
        if (r == ARCHIVE_EOF) {
            return true;
        }
        if (r == ARCHIVE_FATAL || r == ARCHIVE_FAILED) {
            archive_damage(u);
            if (u->raw && u->members == 0) {
                archive_salvage(u, 0, false);
            }
            return false;
        }
        if (u->members == ARCHIVE_MEMBERS_MAX) {
            emit_note(u->p, NOTE_MEMBER_REFUSED, archive_position(u), 0);
            return false;
        }
        struct arena_mark mark = arena_mark(u->p->scratch);
        going = r == ARCHIVE_RETRY || archive_member(u, entry);
        arena_rewind(u->p->scratch, mark);
        going &= !parse_stopped(u->p);
    }
    return false;
}

static bool archive_read_as(struct unpacking *u, enum inside inside)
{
    SCOPED(archive_close) struct archive *a = archive_open(u->p->unit, inside);
    u->a = a;
    if (!a) {
        emit_note(u->p, NOTE_BAD_ARCHIVE, 0, u->p->unit.len);
        if (u->raw) {
            archive_salvage(u, 0, false);
        }
        return false;
    }
    return archive_members(u);
}

/* ---- samples of a collector */

/* The text of the entry at hand, at most so much. */
static str archive_text(struct archive *a, struct arena *arena)
{
    enum { LIST_MAX = 16 << 20, STEP = 64 << 10 };
    char *text = NULL;
    size_t len = 0, cap = 0;
    while (len < LIST_MAX) {
        char *grown = arena_grow(arena, text, &cap, len + STEP, 1);
        la_ssize_t n = grown ? archive_read_data(a, grown + len, STEP) : 0;
        text = grown ? grown : text;
        if (n <= 0) {
            break;
        }
        len += (size_t)n;
    }
    size_t mark = 0;
    bytes raw = bytes_of_str((str){text, len});
    enum text_encoding encoding = text_encoding_of(raw, &mark);
    raw = (bytes){raw.p + mark, raw.len - mark};
    return encoding == TEXT_UTF8 ? str_of_bytes(raw) : text_utf16(arena, raw, encoding);
}

/* Only where the first member is called as samples are: all others are read once. */
static void archive_learn_samples(struct unpacking *u)
{
    SCOPED(archive_close) struct archive *a = archive_open(u->p->unit, INSIDE_CONTAINER);
    struct archive_entry *entry = NULL;
    for (uint32_t i = 0; a && i < ARCHIVE_MEMBERS_MAX && !parse_stopped(u->p); i++) {
        if (archive_read_next_header(a, &entry) < ARCHIVE_WARN) {
            return;
        }
        str name = archive_written(entry);
        if (samples_is_list(name)) {
            samples_read(&u->samples, u->p->arena, archive_text(a, u->p->arena));
            return;
        }
        if (i == 0 && !samples_is_sample(name)) {
            return;
        }
    }
}

static void archive_parse(struct parse *p)
{
    struct unpacking u = {.p = p, .raw = archive_kind_of(p->unit) == ARCHIVE_FILTER};
    table_init(&u.names, p->arena, true);
    if (!u.raw) {
        archive_learn_samples(&u);
    }
    bool whole = archive_read_as(&u, u.raw ? INSIDE_FILTER : INSIDE_CONTAINER);
    if (whole && u.raw && !u.members) {
        whole = archive_read_as(&u, INSIDE_FILTER_NO_TAR);
    }
    if (whole && !u.members) {
        emit_note(p, NOTE_EMPTY, 0, 0);
    }
}

const struct format format_archive = {
    .name = "archive",
    .title = "archive or compressed file",
    .probe = archive_probe,
    .parse = archive_parse,
    .contains_units = true,
    .whole = true,
};
