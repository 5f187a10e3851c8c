#include "engine/worker.h"

#include "engine/extract.h"
#include "engine/inspect.h"
#include "engine/observe.h"
#include "engine/render.h"
#include "formats/format.h"
#include "model/host_path.h"
#include "os/digest.h"
#include "os/file.h"

#include <assert.h>
#include <locale.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The cut looked for last. No record begins between the two; so a line that is longer than many
 * parts is run through once, not once a part. */
struct last_cut {
    char path[LIMIT_PATH_TEXT];
    size_t len;
    uint64_t near, at;
};

struct worker {
    const struct job *job;
    struct os_shared slate;
    struct wire wire;
    struct senses senses;
    struct inspector inspector;
    struct arena task, unit, scratch;
    struct memory memory;     /* of parsers, from one task to the next */
    struct known_names names; /* of the renderer, likewise */
    struct last_cut cut;
    bool hashed; /* the unit at hand */
    uint8_t sha256[DIGEST_LEN];
    struct file_facts facts; /* of it */
};

/* ---- one task */

static uint64_t cut_at(struct worker *w, const struct task *t, const struct format *f, bytes unit,
                       uint64_t near)
{
    struct last_cut *last = &w->cut;
    if (near == 0 || near >= unit.len || !f->cut) {
        return near;
    }
    bool same = str_eq((str){last->path, last->len}, t->path);
    if (!same || near < last->near || near > last->at) {
        assert(t->path.len <= sizeof last->path); /* what the parent says is so */
        last->len = t->path.len;
        memcpy(last->path, t->path.p, t->path.len);
        last->near = near;
        last->at = f->cut(unit, near);
    }
    return last->at;
}

static void parse(struct worker *w, const struct task *t, const struct format *f, bytes unit,
                  struct sink *sink)
{
    struct parse p = {
        .unit = unit,
        .from = cut_at(w, t, f, unit, t->from),
        .to = cut_at(w, t, f, unit, t->to),
        .path = t->path,
        .names = w->job->names,
        .arena = &w->unit,
        .scratch = &w->scratch,
        .sink = sink,
        .carve = w->job->carve,
        .modified = t->modified,
        .log_format = w->job->log_format,
        .memory = &w->memory,
        .sha256 = w->hashed ? w->sha256 : NULL,
    };
    if (w->job->hostile) {
        w->job->hostile(t->path, w->wire.socket);
    }
    bool cold =
        w->job->mode == JOB_TRAIL && !senses_look(&w->senses, f, unit, p.from, p.to, &w->unit);
    if (p.from < p.to && !cold) {
        f->parse(&p);
    }
}

static void observe(struct worker *w, const struct task *t, const struct format *f, bytes unit,
                    struct done *done)
{
    struct observer *o = observer_new(&w->senses, &w->unit);
    if (o && f->whole && w->job->baseline) {
        observer_file(o, &w->facts);
    }
    if (o) {
        struct sink sink = observer_sink(o);
        parse(w, t, f, unit, &sink);
        done->events = observer_end(o);
    }
}

static void render(struct worker *w, const struct task *t, const struct format *f, bytes unit,
                   struct done *done)
{
    struct renderer r;
    enum render_as as = w->job->xml ? RENDER_XML : RENDER_JSON;
    renderer_init(&r, &w->wire, &w->slate, t->path, as, w->job->key, &w->names);
    struct sink sink = renderer_sink(&r);
    parse(w, t, f, unit, &sink);
    renderer_end(&r);
    done->events = r.events;
}

static void read_part(struct worker *w, const struct task *t, const struct format *f, bytes unit,
                      struct done *done)
{
    if (w->job->mode == JOB_DUMP) {
        render(w, t, f, unit, done);
    } else {
        observe(w, t, f, unit, done);
    }
}

static void extract(struct worker *w, const struct task *t, const struct format *f, bytes unit)
{
    struct extractor x;
    extractor_init(&x, &w->wire, &w->task);
    struct sink sink = extractor_sink(&x);
    parse(w, t, f, unit, &sink);
    extractor_end(&x);
}

static void hash(struct worker *w, bytes unit, struct done *done)
{
    digest_of(unit, w->sha256);
    w->hashed = true;
    memcpy(done->sha256, w->sha256, sizeof done->sha256);
    done->hashed = true;
}

/* A file too large to be read at once has no hash yet, and is no page. */
static void compare(struct worker *w, const struct task *t, const struct format *f)
{
    w->facts = (struct file_facts){.standing = STANDING_NONE};
    if (w->job->baseline && w->hashed && f && f->whole) {
        str path = host_path(t->path, &w->unit);
        w->facts.standing = baseline_standing(w->job->baseline, path, w->sha256, &w->unit);
        if (w->facts.standing == STANDING_FOREIGN) {
            w->facts.looks_like = baseline_likeness(w->job->baseline, path, &w->unit);
        }
    }
}

static uint32_t number_of(const struct format *f)
{
    uint32_t i = 0;
    while (f && formats[i] && formats[i] != f) {
        i++;
    }
    return f ? i : FORMAT_UNKNOWN;
}

/* Behind what the parser tells: it is another library that meets the enemy here. */
static void look_into(struct worker *w, const struct task *t, const struct format *f, bytes unit)
{
    if ((!f || f->whole) && w->facts.standing != STANDING_KNOWN) {
        inspect(&w->inspector, t->path, unit, w->hashed ? w->sha256 : NULL, &w->unit);
    }
}

/* ---- files of encrypted backups */

static bool is_locked(const struct worker *w, const struct task *t)
{
    const struct backup_file *f = backup_file_of(w->job->backups, t->path);
    return f && f->locked;
}

static void note(struct worker *w, enum note_id id)
{
    struct tally notes = {0};
    tally_note(&notes, id, 1, 0, 0);
    wire_keep_notes(&w->wire, &notes);
}

/* What it is without its encryption, in memory that the caller frees; NULL where it has none. The
 * task is then about that: the padding is left out. */
static uint8_t *unseal(struct worker *w, struct task *t, bytes *unit)
{
    const struct backup_file *f = backup_file_of(w->job->backups, t->path);
    if (!f || f->locked) {
        return NULL;
    }
    uint8_t *plain = unit->len <= LIMIT_UNSEALED ? malloc(unit->len + 1) : NULL;
    if (!plain) {
        note(w, NOTE_OVER_BUDGET);
        return NULL;
    }
    *unit = (bytes){plain, sealed_open(f->key, *unit, plain)};
    t->to = t->to == t->size || t->to > unit->len ? unit->len : t->to;
    t->size = unit->len;
    return plain;
}

static void open_unit(struct worker *w, const struct task *t, bytes unit, struct done *done)
{
    bool locked = is_locked(w, t);
    const struct format *f = locked ? NULL : format_given(unit, t->path, w->job->log_format);
    (void)wire_say(&w->wire, &(struct message){.kind = MESSAGE_FORMAT, .format = number_of(f)});
    if (locked) {
        note(w, NOTE_ENCRYPTED);
    }
    if (t->to < t->size) {
        return; /* large: in parts, each a task */
    }
    if (t->hash || (f && (f->hashed || (f->whole && w->job->baseline)))) {
        hash(w, unit, done);
    }
    compare(w, t, f);
    if (f && !f->contains_units) {
        read_part(w, t, f, unit, done);
    }
    look_into(w, t, f, unit);
}

static void run_task(struct worker *w, const struct task *t, bytes unit)
{
    struct message m = {.kind = MESSAGE_DONE};
    w->hashed = false;
    w->facts = (struct file_facts){.standing = STANDING_NONE};
    switch (t->kind) {
    case TASK_OPEN:
        open_unit(w, t, unit, &m.done);
        break;
    case TASK_PART:
        read_part(w, t, formats[t->format], unit, &m.done);
        break;
    case TASK_HASH:
        hash(w, unit, &m.done);
        look_into(w, t, t->format == FORMAT_UNKNOWN ? NULL : formats[t->format], unit);
        break;
    case TASK_EXTRACT:
        extract(w, t, formats[t->format], unit);
        break;
    case TASK_COUNT:
        break;
    }
    (void)wire_keep(&w->wire, &m);
    wire_flush(&w->wire);
}

static void next_task(struct worker *w)
{
    SCOPED(os_close) int fd = -1;
    SCOPED(os_view_close) struct os_view view = {0};
    struct message m;
    wire_hear(&w->wire, &m, &fd, &w->task);
    if (m.kind != MESSAGE_TASK || !os_view_of(&view, fd, m.task.size)) {
        _exit(1);
    }
    bytes unit = view.data;
    uint8_t *plain = unseal(w, &m.task, &unit);
    run_task(w, &m.task, unit);
    free(plain);
}

/* ---- the whole life */

static void arenas_init(struct worker *w)
{
    arena_init(&w->task, LIMIT_WORKER_MEMORY);
    arena_init(&w->unit, LIMIT_UNIT_ARENA);
    arena_init(&w->scratch, LIMIT_RECORD_ARENA);
}

static void arenas_done(struct worker *w)
{
    arena_done(&w->task);
    arena_done(&w->unit);
    arena_done(&w->scratch);
}

void worker_main(int socket, void *birth)
{
    static struct worker worker; /* large, and one a process */
    struct worker *w = &worker;
    struct message ready = {.kind = MESSAGE_READY};
    const struct os_limits limits = {.memory = LIMIT_WORKER_MEMORY, .file = LIMIT_WORKER_FILE};
    const struct birth *from = birth;
    /* What one task frees the next one wants: giving it back to the system in between costs a
     * fault for every page. There is one thread. */
    (void)mallopt(M_TRIM_THRESHOLD, (int)LIMIT_KEPT_MEMORY); /* NOLINT(concurrency-mt-unsafe) */
    (void)mallopt(M_MMAP_THRESHOLD, (int)LIMIT_KEPT_MEMORY); /* NOLINT(concurrency-mt-unsafe) */
    w->job = from->job;
    w->slate = from->slate;
    w->wire.socket = socket;
    /* libarchive turns names into UTF-8 by the locale; loading it takes a file. */
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* NOLINT(concurrency-mt-unsafe): one thread */
    arena_init(&w->memory.arena, w->job->carve ? LIMIT_CARVE_MEMORY : LIMIT_MEMORY);
    arena_init(&w->names.arena, LIMIT_MEMORY);
    os_confine(socket, &limits, &ready.ready);
    if (w->job->mode != JOB_DUMP) {
        senses_init(&w->senses, w->job, &w->wire);
        inspector_init(&w->inspector, w->job, &w->wire);
    }
    (void)wire_say(&w->wire, &ready);
    for (;;) {
        arenas_init(w);
        next_task(w);
        arenas_done(w);
    }
}
