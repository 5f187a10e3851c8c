#include "cli/rules_cache.h"

#include "base/reader.h"
#include "cli/version.h"
#include "os/cache.h"
#include "os/clock.h"

#include <string.h>

enum {
    MOST_BYTES = 256 << 20,
    FEWEST_FILES = 64, /* fewer are read as fast */
    MOST_OF_A_TREE = 4 << 20,
    MOMENTS = 2000000, /* microseconds; FAT counts in two seconds */
};

/* What precedes the files: the SHA-256 of all that follows it, a line that names the format. */
static const str format_line = STR_INIT("limier rules 1, " LIMIER_VERSION "\n");

/* ---- reading */

static uint64_t number(struct reader *r)
{
    return reader_u64le(r);
}

static bool read_text(struct reader *r, str *out)
{
    uint32_t len = reader_u32le(r);
    *out = str_of_bytes(reader_take(r, len));
    return reader_u8(r) == 0 && reader_ok(r);
}

static bool read_file(struct reader *r, struct rule_file *f)
{
    bool named = read_text(r, &f->path);
    f->st = (struct os_stat){
        .kind = OS_FILE,
        .size = number(r),
        .modified = (int64_t)number(r),
        .changed = (int64_t)number(r),
        .device = number(r),
        .inode = number(r),
    };
    bytes sha256 = reader_take(r, DIGEST_LEN);
    if (!named || !reader_ok(r)) {
        return false;
    }
    memcpy(f->sha256, sha256.p, DIGEST_LEN);
    bool ok = read_text(r, &f->text);
    f->packed = reader_take(r, reader_u32le(r));
    return ok && reader_ok(r);
}

/* False for anything that this version did not write just so. */
static bool read_files(struct rules_cache *c, bytes content)
{
    struct reader r = reader_of(content);
    uint8_t sha256[DIGEST_LEN];
    bytes told = reader_take(&r, DIGEST_LEN);
    bytes rest = {content.p + told.len, content.len - told.len};
    bytes line = reader_take(&r, format_line.len);
    if (!reader_ok(&r) || !str_eq(str_of_bytes(line), format_line)) {
        return false;
    }
    digest_of(rest, sha256);
    uint64_t count = number(&r);
    if (memcmp(sha256, told.p, DIGEST_LEN) != 0 || count > reader_left(&r)) {
        return false;
    }
    c->known = ARENA_ARRAY(c->arena, struct rule_file, (size_t)count);
    for (uint64_t i = 0; c->known && i < count; i++) {
        if (!read_file(&r, &c->known[i])) {
            return false;
        }
    }
    c->nknown = c->known && reader_left(&r) == 0 ? (size_t)count : 0;
    return c->nknown > 0;
}

/* One cache for each set of paths, whatever they are called from where one stands. */
static str name_of(const struct option_list *paths, struct arena *a)
{
    struct digest *d = digest_new();
    uint8_t raw[DIGEST_LEN];
    char hex[DIGEST_HEX];
    for (size_t i = 0; i < paths->count; i++) {
        struct os_stat st = {0};
        struct err err = {0};
        (void)!os_stat(paths->items[i], &st, &err);
        const uint64_t place[] = {st.device, st.inode};
        digest_add(d, bytes_of_str(str_of(paths->items[i])));
        digest_add(d, (bytes){(const uint8_t *)place, sizeof place});
    }
    digest_end(d, raw);
    return arena_printf(a, "rules-%.24s", digest_hex(raw, hex).p);
}

void rules_cache_open(struct rules_cache *c, const struct option_list *paths, struct arena *a)
{
    *c = (struct rules_cache){.arena = a, .started = os_now()};
    c->folder = paths->count ? os_cache_folder(a) : STR_NONE;
    if (c->folder.len) {
        c->name = name_of(paths, a);
        bytes content = os_cache_get(c->folder, c->name, MOST_BYTES, a);
        if (content.len && !read_files(c, content)) {
            c->nknown = 0;
        }
    }
}

/* ---- one file */

static bool is_same(const struct rule_file *f, str path, const struct os_stat *st)
{
    return f->st.size == st->size && f->st.modified == st->modified &&
           f->st.changed == st->changed && f->st.device == st->device && f->st.inode == st->inode &&
           str_eq(f->path, path);
}

static bool keep(struct rules_cache *c, const struct rule_file *f)
{
    struct rule_file *grown =
        arena_grow(c->arena, c->files, &c->cap_files, c->nfiles + 1, sizeof *grown);
    if (grown) {
        c->files = grown;
        c->files[c->nfiles++] = *f;
    }
    return grown != NULL;
}

/* Files come in the order they came in before, but for what was added or removed since. */
const struct rule_file *rules_cache_get(struct rules_cache *c, str path, const struct os_stat *st)
{
    for (size_t tried = 0; tried < c->nknown; tried++) {
        const struct rule_file *f = &c->known[(c->next + tried) % c->nknown];
        if (is_same(f, path, st)) {
            c->next = (size_t)(f - c->known) + 1;
            c->reused += keep(c, f);
            return f;
        }
    }
    return NULL;
}

void rules_cache_put(struct rules_cache *c, const struct rule_file *f, const struct yaml_node *tree)
{
    struct buf packed;
    if (!c->folder.len || f->st.changed >= c->started - MOMENTS) {
        return;
    }
    buf_init(&packed, MOST_OF_A_TREE);
    yaml_pack(&packed, tree);
    if (buf_ok(&packed)) {
        struct rule_file kept = *f;
        kept.packed = arena_bytes(c->arena, bytes_of_str(buf_str(&packed)));
        (void)(kept.packed.p && keep(c, &kept));
    }
    buf_done(&packed);
}

/* ---- writing */

static void put_u32(struct buf *out, size_t n)
{
    const uint8_t raw[] = {(uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16), (uint8_t)(n >> 24)};
    buf_bytes(out, raw, sizeof raw);
}

static void put_u64(struct buf *out, uint64_t n)
{
    put_u32(out, (uint32_t)n);
    put_u32(out, (uint32_t)(n >> 32));
}

static void put_text(struct buf *out, str s)
{
    put_u32(out, s.len);
    buf_add(out, s);
    buf_char(out, 0);
}

static void put_file(struct buf *out, const struct rule_file *f)
{
    put_text(out, f->path);
    put_u64(out, f->st.size);
    put_u64(out, (uint64_t)f->st.modified);
    put_u64(out, (uint64_t)f->st.changed);
    put_u64(out, f->st.device);
    put_u64(out, f->st.inode);
    buf_bytes(out, f->sha256, DIGEST_LEN);
    put_text(out, f->text);
    put_u32(out, f->packed.len);
    buf_bytes(out, f->packed.p, f->packed.len);
}

void rules_cache_close(struct rules_cache *c)
{
    struct buf out;
    bool same = c->reused == c->nknown && c->nfiles == c->nknown;
    if (!c->folder.len || same || c->nfiles < FEWEST_FILES) {
        return;
    }
    uint8_t sha256[DIGEST_LEN] = {0};
    buf_init(&out, MOST_BYTES);
    buf_bytes(&out, sha256, DIGEST_LEN); /* its place */
    buf_add(&out, format_line);
    put_u64(&out, c->nfiles);
    for (size_t i = 0; i < c->nfiles; i++) {
        put_file(&out, &c->files[i]);
    }
    if (buf_ok(&out)) {
        digest_of(bytes_of_str(str_from(buf_str(&out), DIGEST_LEN)), sha256);
        memcpy(out.p, sha256, DIGEST_LEN);
        (void)os_cache_put(c->folder, c->name, bytes_of_str(buf_str(&out)));
    }
    buf_done(&out);
}
