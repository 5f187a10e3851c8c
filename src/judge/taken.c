/* What left: bytes sent to the addresses of the intruders, as a range. At least what was fetched
 * from where data had been laid out for fetching; at most everything their requests were
 * answered. Where the web log does not tell the bytes of answers, what was fetched is no larger
 * than its file, when the evidence holds the file or a record of its size; else no larger than a
 * fast line carries in the time that the answers took, when the log tells that; else the most is
 * not known. */
#include "judge/bench.h"

enum { ITEMS_MAX = 400, RUNG_IN = 3 };

/* 1 Gbit/s: few servers answer the world faster. */
enum { BYTES_A_MS = 125000 };

struct takings {
    struct bench *bench;
    struct taking *items;
    size_t count;
};

static void put(struct takings *t, struct taking item)
{
    if (t->count < ITEMS_MAX) {
        t->items[t->count++] = item;
    }
}

static bool is_intruder(const struct bench *b, str address)
{
    for (size_t i = 0; i < b->in->nintruders; i++) {
        if (str_eq_nocase(b->in->intruders[i].address, address)) {
            return true;
        }
    }
    return false;
}

static bool names(const struct finding *f, str kind, str role, str value)
{
    for (size_t i = 0; i < f->nentities; i++) {
        const struct entity_ref *e = &f->entities[i];
        if (str_eq(e->kind, kind) && (role.len == 0 || str_eq(e->role, role)) &&
            str_eq_nocase(e->value, value)) {
            return true;
        }
    }
    return false;
}

struct wanted {
    str kind, role, value;
};

static bool is_about(const struct bench *b, size_t i, void *ctx)
{
    const struct wanted *w = ctx;
    return names(&b->in->findings[i], w->kind, w->role, w->value);
}

/* Laid out for fetching, and fetched. */
static bool was_staged(const struct bench *b, str page)
{
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        if (b->grades[i].basis && names(f, STR("url"), STR("staged"), page)) {
            return true;
        }
    }
    return false;
}

/* ---- how large at most, where the web log does not tell */

static str field_of(const struct finding *f, str name)
{
    for (size_t i = 0; i < f->nfields; i++) {
        if (str_eq_nocase(f->fields[i].name, name)) {
            return f->fields[i].value;
        }
    }
    return STR_NONE;
}

static uint64_t size_told(const struct finding *f)
{
    static const str names[] = {STR_INIT("FileSize"), STR_INIT("Size")};
    uint64_t size = 0, n = 0;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        size = str_u64(field_of(f, names[i]), &n) && n > size ? n : size;
    }
    return size;
}

static bool is_of_file(const struct finding *f, str name)
{
    for (size_t i = 0; i < f->nentities; i++) {
        if (str_eq(f->entities[i].kind, STR("path")) &&
            str_eq_nocase(str_base(f->entities[i].value), name)) {
            return true;
        }
    }
    return false;
}

/* The largest file of this name, on disk, in an archive, or by a record of its size. */
static uint64_t largest_of_name(const struct bench *b, str name)
{
    uint64_t size = 0;
    for (size_t i = 0; i < b->in->nunits; i++) {
        const struct unit_row *u = &b->in->units[i];
        size = str_eq_nocase(str_base(u->path), name) && u->size > size ? u->size : size;
    }
    for (size_t i = 0; i < b->in->nfindings; i++) {
        uint64_t told = is_of_file(&b->in->findings[i], name) ? size_told(&b->in->findings[i]) : 0;
        size = told > size ? told : size;
    }
    return size;
}

static struct text say_of_file(const struct bench *b, str name, uint64_t size)
{
    struct said args[] = {
        {"file",  text_same(name)           },
        { "n", text_same(arena_printf(b->arena, "%llu", (unsigned long long)size))},
    };
    return say(&b->speaker,
               size ? N_("at most by the size of the file {file}: {n} bytes")
                    : N_("the evidence does not hold the size of {file}"),
               args, ARRAY_LEN(args));
}

/* Answers whose bytes nobody logged were at most the whole file each. */
static void bound_by_file(const struct bench *b, struct taking *t, uint64_t unsized, str name)
{
    uint64_t size = largest_of_name(b, name), rest = 0;
    bool fits = !__builtin_mul_overflow(size, unsized, &rest) &&
                !__builtin_add_overflow(t->most, rest, &rest);
    t->bounded = size > 0 && fits;
    t->most = t->bounded ? rest : t->most;
    t->why = say_of_file(b, name, size);
}

static struct text say_unsized(const struct bench *b, const struct visit *v, bool timed)
{
    struct arena *a = b->arena;
    uint64_t unsized = v->requests - v->sized;
    struct said args[] = {
        {"n",       text_same(arena_printf(a, "%llu", (unsigned long long)unsized))         },
        {"all",     text_same(arena_printf(a, "%llu", (unsigned long long)v->requests))     },
        {"seconds", text_same(arena_printf(a, "%llu", (unsigned long long)v->waited / 1000))},
    };
    return say(&b->speaker,
               timed ? N_("the web log does not tell the bytes of {n} answers of {all}; they took "
                          "{seconds} s together, in which a line of 1 Gbit/s carries no more")
                     : N_("the web log does not tell the bytes of {n} answers of {all}"),
               args, ARRAY_LEN(args));
}

/* Clocks of web servers cut milliseconds off: one more each. */
static void bound_by_time(const struct bench *b, struct taking *t, const struct visit *v)
{
    uint64_t most = 0;
    bool timed = v->sized + v->timed >= v->requests &&
                 !__builtin_add_overflow(v->waited, v->timed, &most) &&
                 !__builtin_mul_overflow(most, BYTES_A_MS, &most) &&
                 !__builtin_add_overflow(most, v->out, &most);
    t->bounded = timed;
    t->most = timed ? most : t->most;
    t->why = say_unsized(b, v, timed);
}

static void take_client(struct takings *t, const struct visit *v)
{
    struct wanted w = {STR("address"), STR_NONE, v->address};
    struct taken *sum = &t->bench->out->taken;
    struct taking item = {.kind = STR("client"),
                          .what = v->address,
                          .client = v->address,
                          .requests = v->requests,
                          .most = v->out,
                          .bounded = true,
                          .first = v->first,
                          .last = v->last,
                          .findings = bench_ids(t->bench, is_about, &w)};
    if (v->sized < v->requests) {
        bound_by_time(t->bench, &item, v);
    }
    put(t, item);
    bool fits = !__builtin_add_overflow(sum->most, item.most, &sum->most);
    sum->bounded = sum->bounded && item.bounded && fits;
}

/* Of a page that they alone used, or of an archive. */
static void take_page(struct takings *t, const struct visit *v)
{
    bool staged = was_staged(t->bench, v->page);
    struct wanted w = {STR("url"), STR_NONE, v->page};
    struct ids findings = bench_ids(t->bench, is_about, &w);
    if (v->ok == 0 || (!staged && findings.count == 0)) {
        return;
    }
    struct taking item = {.kind = staged ? STR("archive") : STR("page"),
                          .what = v->page,
                          .client = v->address,
                          .requests = v->requests,
                          .least = staged ? v->out : 0,
                          .most = v->out,
                          .bounded = v->sized >= v->requests,
                          .first = v->first,
                          .last = v->last,
                          .findings = findings};
    bool sized = item.bounded;
    if (!sized && staged) {
        bound_by_file(t->bench, &item, v->requests - v->sized, str_base(v->page));
    }
    if (!sized && !item.bounded && (!staged || v->timed > 0)) {
        bound_by_time(t->bench, &item, v); /* what a program answers is not its file */
    }
    put(t, item);
    t->bench->out->taken.least += staged ? v->out : 0;
}

/* "C:\\inetpub\\x\\anna.pst" in a command or a parameter: anna.pst. */
static str export_file(const struct finding *f)
{
    for (size_t i = 0; i < f->nfields; i++) {
        str value = f->fields[i].value;
        for (size_t at = 0; at + 4 <= value.len; at++) {
            if (!str_eq_nocase(str_sub(value, at, 4), STR(".pst"))) {
                continue;
            }
            size_t from = at;
            while (from > 0 && !str_has(STR("\\/\"' "), str_sub(value, from - 1, 1))) {
                from--;
            }
            return str_sub(value, from, at + 4 - from);
        }
    }
    return STR_NONE;
}

/* Its export, as it was fetched. */
static const struct taking *fetched_as(const struct takings *t, str file)
{
    for (size_t i = 0; i < t->count; i++) {
        if (str_eq(t->items[i].kind, STR("archive")) &&
            str_eq_nocase(str_base(t->items[i].what), file)) {
            return &t->items[i];
        }
    }
    return NULL;
}

static void bound_by_fetching(const struct bench *b, struct taking *t, const struct taking *fetched)
{
    struct said what = {"what", text_same(fetched->what)};
    t->client = fetched->client;
    t->requests = fetched->requests;
    t->least = fetched->least;
    t->most = fetched->most;
    t->bounded = fetched->bounded;
    t->last = fetched->last;
    t->why = say(&b->speaker, N_("as far as it was fetched as {what}"), &what, 1);
}

/* Mail that was gathered: how much of it left, its own log does not say; as much as was fetched of
 * its export, or no more than that holds, when it is in the evidence. */
static void take_mailbox(struct takings *t, const struct finding *f, str mailbox)
{
    for (size_t i = 0; i < t->count; i++) {
        if (str_eq(t->items[i].kind, STR("mailbox")) && str_eq_nocase(t->items[i].what, mailbox)) {
            return;
        }
    }
    struct wanted w = {STR("mailbox"), STR_NONE, mailbox};
    struct taking item = {.kind = STR("mailbox"),
                          .what = mailbox,
                          .first = f->time,
                          .last = f->time,
                          .findings = bench_ids(t->bench, is_about, &w)};
    str file = export_file(f);
    const struct taking *fetched = file.len ? fetched_as(t, file) : NULL;
    if (fetched) {
        bound_by_fetching(t->bench, &item, fetched);
    } else if (file.len) {
        bound_by_file(t->bench, &item, 1, file);
    } else {
        item.why = say_plain(&t->bench->speaker,
                             N_("the log does not say how much of the mailbox was gathered"));
    }
    put(t, item);
}

static void take_mailboxes(struct takings *t)
{
    const struct bench *b = t->bench;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        const struct finding *f = &b->in->findings[i];
        for (size_t k = 0; b->grades[i].basis && k < f->nentities; k++) {
            if (str_eq(f->entities[k].kind, STR("mailbox"))) {
                take_mailbox(t, f, f->entities[k].value);
            }
        }
    }
}

void bench_taken(struct bench *b)
{
    struct takings t = {b, ARENA_ARRAY(b->arena, struct taking, ITEMS_MAX), 0};
    if (!t.items || b->out->verdict.rung < RUNG_IN) {
        return;
    }
    b->out->taken.bounded = b->in->nintruders > 0;
    for (size_t i = 0; i < b->in->nintruders; i++) {
        take_client(&t, &b->in->intruders[i]);
    }
    for (size_t i = 0; i < b->in->nvisits; i++) {
        if (is_intruder(b, b->in->visits[i].address)) {
            take_page(&t, &b->in->visits[i]);
        }
    }
    take_mailboxes(&t);
    b->out->taken.items = t.items;
    b->out->taken.nitems = t.count;
}
