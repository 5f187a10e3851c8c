#include "cli/share_store.h"

#include "base/json_tree.h"
#include "base/table.h"
#include "export/write_json.h"
#include "model/stix_id.h"
#include "os/file.h"
#include "serve/envelope.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { PAGE_MAX = 1 << 28, VALUES_MAX = 1 << 20, CHUNK = 1 << 20 };

struct share_store {
    const char *path;
    str part_path, resume_path, bad_path, new_path, what, after;
    struct arena *arena;
    int part, bad;
    uint64_t part_len, bad_len;
    struct buf page, aside;
    struct share_counts counts;
};

static bool cannot(const char *path, struct err *err)
{
    return err_set(err, ERR_IO, "%s: it cannot be written: %s", path, strerrordesc_np(errno));
}

static str name(struct arena *a, const char *beside, const char *ending)
{
    return arena_printf(a, "%s.%s", beside, ending);
}

/* ---- where to go on */

static uint64_t number(const struct json_value *v, const char *member)
{
    uint64_t n = 0;
    const struct json_value *m = json_member(v, str_of(member));
    return m && str_u64(m->text, &n) ? n : 0;
}

static bool read_resume(struct share_store *s, struct err *err)
{
    SCOPED(os_view_close) struct os_view view = {0};
    enum json_fault fault;
    uint64_t at;
    struct err absent;
    if (!os_view_open(&view, s->resume_path.p, &absent)) {
        return true;
    }
    const struct json_value *v =
        json_tree(arena_bytes(s->arena, view.data), s->arena, VALUES_MAX, &fault, &at);
    if (!str_eq(json_member_text(v, STR("collection")), s->what)) {
        return err_set(
            err, ERR_USAGE,
            "%s: what is there came from another collection, or with another --match: give another "
            "file, or remove %s",
            s->path, s->resume_path.p);
    }
    s->after = json_member_text(v, STR("added_after"));
    s->part_len = number(v, "bytes");
    s->bad_len = number(v, "bad_bytes");
    return true;
}

static bool replace(const char *path, const char *beside, str content)
{
    SCOPED(os_close)
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    return fd >= 0 && os_write_all(fd, bytes_of_str(content)) && fsync(fd) == 0 &&
           rename(beside, path) == 0;
}

static bool write_resume(struct share_store *s, struct err *err)
{
    SCOPED(buf_done) struct buf out;
    buf_init(&out, CHUNK);
    json_begin(&out);
    json_pair(&out, "collection", s->what);
    json_pair(&out, "added_after", s->after);
    json_pair_u64(&out, "bytes", s->part_len);
    json_pair_u64(&out, "bad_bytes", s->bad_len);
    json_shut(&out, '}');
    buf_char(&out, '\n');
    return (buf_ok(&out) && replace(s->resume_path.p, s->new_path.p, buf_str(&out))) ||
           cannot(s->resume_path.p, err);
}

/* ---- opening */

/* Cut to what counts; what is shorter than that counts for nothing. */
static int open_tail(const char *path, uint64_t *len, struct err *err)
{
    struct os_stat st;
    SCOPED(os_close) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    bool ok = fd >= 0 && os_stat_fd(fd, &st);
    if (ok && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        (void)err_set(err, ERR_DENIED, "%s: another pull is writing there", path);
        return -1;
    }
    *len = ok && st.size >= *len ? *len : 0;
    if (!ok || !os_truncate(fd, *len) || lseek(fd, (off_t)*len, SEEK_SET) < 0) {
        (void)cannot(path, err);
        return -1;
    }
    int out = fd;
    fd = -1;
    return out;
}

bool share_store_open(const char *path, const char *beside, str what, struct arena *a,
                      struct share_store **out, struct err *err)
{
    struct share_store *s = calloc(1, sizeof *s);
    if (!s) {
        abort();
    }
    *s = (struct share_store){.path = path, .what = what, .arena = a, .part = -1, .bad = -1};
    s->part_path = name(a, beside, "part");
    s->resume_path = name(a, beside, "resume");
    s->bad_path = name(a, beside, "bad");
    s->new_path = name(a, beside, "new");
    buf_init(&s->page, PAGE_MAX);
    buf_init(&s->aside, PAGE_MAX);
    uint64_t claimed = 0;
    bool ok = read_resume(s, err);
    claimed = s->part_len;
    ok = ok && (s->part = open_tail(s->part_path.p, &s->part_len, err)) >= 0 &&
         (s->bad = open_tail(s->bad_path.p, &s->bad_len, err)) >= 0;
    s->after = s->part_len == claimed ? s->after : STR_NONE;
    if (!ok) {
        share_store_close(s);
        return false;
    }
    *out = s;
    return true;
}

/* Nothing is left of what holds nothing. */
void share_store_close(struct share_store *s)
{
    if (!s) {
        return;
    }
    if (s->part >= 0 && s->part_len == 0) {
        (void)unlink(s->part_path.p);
    }
    if (s->bad >= 0 && s->bad_len == 0) {
        (void)unlink(s->bad_path.p);
    }
    os_close(&s->part);
    os_close(&s->bad);
    buf_done(&s->page);
    buf_done(&s->aside);
    free(s);
}

str share_store_after(const struct share_store *s)
{
    return s->after;
}

/* ---- a page */

/* On one line: in JSON line ends are blanks, or escaped. */
static void add_line(struct buf *out, bytes object)
{
    char *room = buf_room(out, object.len);
    for (size_t i = 0; room && i < object.len; i++) {
        room[i] = object.p[i] == '\n' || object.p[i] == '\r' ? ' ' : (char)object.p[i];
    }
    out->len += room ? object.len : 0;
}

void share_store_add(struct share_store *s, bytes object)
{
    add_line(&s->page, object);
    buf_char(&s->page, '\n');
}

void share_store_set_aside(struct share_store *s, bytes object, const char *kind, str property,
                           const char *why)
{
    struct buf *out = &s->aside;
    json_begin(out);
    json_pair(out, "kind", str_of(kind));
    json_pair(out, "property", property);
    json_pair(out, "why", str_of(why));
    json_key(out, "object");
    add_line(out, object);
    json_shut(out, '}');
    buf_char(out, '\n');
    s->counts.aside++;
}

bool share_store_keep(struct share_store *s, str after, struct err *err)
{
    if (!buf_ok(&s->page) || !buf_ok(&s->aside)) {
        return err_set(err, ERR_FULL, "%s: a page is larger than what fits", s->path);
    }
    if (!os_write_all(s->part, bytes_of_str(buf_str(&s->page))) || fdatasync(s->part) != 0) {
        return cannot(s->part_path.p, err);
    }
    if (!os_write_all(s->bad, bytes_of_str(buf_str(&s->aside))) || fdatasync(s->bad) != 0) {
        return cannot(s->bad_path.p, err);
    }
    s->part_len += s->page.len;
    s->bad_len += s->aside.len;
    s->after = after.len ? arena_str(s->arena, after) : s->after;
    buf_clear(&s->page);
    buf_clear(&s->aside);
    return write_resume(s, err);
}

/* ---- the file */

struct version {
    bytes json;
    usec moment;
};

struct merging {
    struct arena *arena; /* of the table and the list */
    struct table ids;
    struct version *list;
    size_t count, cap;
    size_t fresh;
    bool short_of_memory;
};

/* Of each object the newest version, in the place of the first. */
static void merge(void *ctx, bytes json)
{
    struct merging *m = ctx;
    struct arena scratch;
    enum json_fault fault;
    uint64_t at;
    uint32_t number = 0;
    arena_init(&scratch, PAGE_MAX);
    const struct json_value *v = json_tree(json, &scratch, VALUES_MAX, &fault, &at);
    str id = json_member_text(v, STR("id"));
    usec moment = time_parse(json_member_text(v, STR("modified")));
    if (id.len && table_put(&m->ids, id, (uint32_t)m->count, &number)) {
        struct version *list = arena_grow(m->arena, m->list, &m->cap, m->count + 1, sizeof *list);
        m->short_of_memory |= !list;
        m->list = list ? list : m->list;
        bool new = list &&number == m->count;
        if (new) {
            m->count++;
        }
        if (list && (new || moment >= list[number].moment)) {
            m->fresh += new || moment > list[number].moment;
            list[number] = (struct version){json, moment};
        }
    }
    arena_done(&scratch);
}

static bool write_list(int fd, const struct merging *m, str id)
{
    SCOPED(buf_done) struct buf out;
    bool ok = true;
    buf_init(&out, PAGE_MAX);
    buf_printf(&out, "{\"type\":\"bundle\",\"id\":\"%.*s\",\"objects\":[", STR_ARG(id));
    for (size_t i = 0; i < m->count && ok; i++) {
        buf_add(&out, i ? STR(",\n") : STR("\n"));
        buf_bytes(&out, m->list[i].json.p, m->list[i].json.len);
        if (out.len >= CHUNK) {
            ok = buf_ok(&out) && os_write_all(fd, bytes_of_str(buf_str(&out)));
            buf_clear(&out);
        }
    }
    buf_add(&out, STR("\n]}\n"));
    return ok && buf_ok(&out) && os_write_all(fd, bytes_of_str(buf_str(&out))) && fsync(fd) == 0;
}

/* What was written is read again before it takes the place of what was there. */
static bool is_whole(const char *path, size_t count)
{
    SCOPED(os_view_close) struct os_view view = {0};
    struct envelope e;
    struct err ignored;
    return os_view_open(&view, path, &ignored) &&
           envelope_look(view.data, NULL, &e) == ENVELOPE_FINE && e.count == count;
}

static bool write_file(struct share_store *s, const struct merging *m, struct err *err)
{
    str id = stix_own_id(s->arena, STR("bundle"), s->what);
    SCOPED(os_close)
    int fd = open(s->new_path.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    bool ok = fd >= 0 && write_list(fd, m, id);
    if (!ok) {
        int why = errno;
        (void)unlink(s->new_path.p);
        errno = why;
        return cannot(s->path, err);
    }
    if (!is_whole(s->new_path.p, m->count)) {
        (void)unlink(s->new_path.p);
        return err_set(err, ERR_IO, "%s: what was written is not what came: nothing was changed",
                       s->path);
    }
    return rename(s->new_path.p, s->path) == 0 || cannot(s->path, err);
}

static void merge_lines(struct merging *m, bytes data)
{
    str rest = str_of_bytes(data), line;
    while (rest.len && str_cut(&rest, '\n', &line)) {
        merge(m, bytes_of_str(line));
    }
}

/* The old file counts as long as it is one of ours. */
static bool merge_all(struct share_store *s, struct merging *m, struct os_view *old,
                      struct os_view *part, struct err *err)
{
    struct err absent;
    struct os_stat st;
    bool ours = os_stat(s->resume_path.p, &st, &absent) && os_view_open(old, s->path, &absent);
    if (ours) {
        (void)envelope_each(old->data, merge, m);
    }
    m->fresh = 0;
    if (!os_view_of(part, s->part, s->part_len)) {
        return cannot(s->part_path.p, err);
    }
    merge_lines(m, part->data);
    return !m->short_of_memory ||
           err_set(err, ERR_FULL, "%s: more objects than fit into memory", s->path);
}

bool share_store_finish(struct share_store *s, struct share_counts *out, struct err *err)
{
    struct arena arena;
    SCOPED(os_view_close) struct os_view old = {0};
    SCOPED(os_view_close) struct os_view part = {0};
    arena_init(&arena, UINT64_C(1) << 33);
    struct merging m = {.arena = &arena};
    table_init(&m.ids, &arena, false);
    bool ok = merge_all(s, &m, &old, &part, err) && write_file(s, &m, err);
    s->counts.objects = m.count;
    s->counts.fresh = m.fresh;
    *out = s->counts;
    arena_done(&arena);
    s->part_len = ok ? 0 : s->part_len;
    return ok && write_resume(s, err);
}
