/* The life of each page of the intruders: who wrote it and when, who used it, how often, with
 * which answers, and whether its file is still there. Findings name it by its file or by its URL;
 * both end in one name. */
#include "judge/bench.h"

#include <stdlib.h>

enum { SHELLS_MAX = 200, VISITORS_NAMED = 32, RUNG_WRITTEN = 4 };

/* Processes start within the request that asks for them, or wait for a compiler first. */
#define ABOUT_A_USE (INT64_C(60) * USEC_PER_SEC)

struct life {
    struct shell shell;
    usec asked; /* last, whatever the answer */
    str name;   /* of the file; the whole path where the name alone says nothing */
};

struct lives {
    struct bench *bench;
    struct life items[SHELLS_MAX];
    size_t count;
};

static str name_of(str value)
{
    return str_base(value);
}

static struct life *life_of(struct lives *l, str value)
{
    str name = name_of(value);
    for (size_t i = 0; i < l->count; i++) {
        if (str_eq_nocase(l->items[i].name, name)) {
            return &l->items[i];
        }
    }
    if (l->count == SHELLS_MAX || name.len == 0) {
        return NULL;
    }
    l->items[l->count] = (struct life){
        .name = name,
        .asked = TIME_NONE,
        .shell = {.written = TIME_NONE, .first = TIME_NONE, .last = TIME_NONE},
    };
    return &l->items[l->count++];
}

static str field_of(const struct finding *f, const char *const *names, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < f->nfields; i++) {
            if (str_eq(f->fields[i].name, str_of(names[k])) && f->fields[i].value.len > 1) {
                return f->fields[i].value;
            }
        }
    }
    return STR_NONE;
}

static str writer_of(const struct finding *f)
{
    static const char *const names[] = {"Image", "ProcessName", "exe", "SubjectUserName", "User"};
    return field_of(f, names, ARRAY_LEN(names));
}

static bool earlier(usec a, usec b)
{
    return a != TIME_NONE && (b == TIME_NONE || a < b);
}

static void note_writing(struct shell *s, const struct finding *f)
{
    bool seen = str_eq(f->rule->stage, STR("write")) && f->led_by.len == 0;
    if (seen && f->rule->rung >= RUNG_WRITTEN && earlier(f->time, s->written)) {
        s->written = f->time;
        s->writer = writer_of(f);
    }
}

static void meet(struct lives *l, size_t at)
{
    const struct finding *f = &l->bench->in->findings[at];
    for (size_t k = 0; k < f->nentities; k++) {
        const struct entity_ref *e = &f->entities[k];
        bool url = str_eq(e->kind, STR("url")), path = str_eq(e->kind, STR("path"));
        if (!str_eq(e->role, STR("shell")) || (!url && !path)) {
            continue;
        }
        size_t known = l->count;
        struct life *life = life_of(l, e->value);
        if (!life) {
            continue;
        }
        struct shell *s = &life->shell;
        s->by_trail = l->count > known ? f->led_by.len > 0 : s->by_trail && f->led_by.len > 0;
        s->host = s->host.len ? s->host : f->host;
        s->page = url && s->page.len == 0 ? e->value : s->page;
        s->path = path && e->value.len > s->path.len ? e->value : s->path;
        note_writing(s, f);
    }
}

/* ---- its use */

static const str *with(const struct bench *b, const str *list, size_t *count, str word)
{
    struct words known = {list, *count};
    if (word.len == 0 || *count >= VISITORS_NAMED || words_have(known, word)) {
        return list;
    }
    str *grown = ARENA_ARRAY(b->arena, str, *count + 1);
    for (size_t i = 0; grown && i < *count; i++) {
        grown[i] = list[i];
    }
    if (!grown) {
        return list;
    }
    grown[(*count)++] = word;
    return grown;
}

static bool is_visit_to(const struct life *l, const struct visit *v)
{
    return l->shell.page.len ? str_eq_nocase(v->page, l->shell.page)
                             : str_eq_nocase(str_base(v->page), l->name);
}

static void add_visit(const struct bench *b, struct life *l, const struct visit *v)
{
    struct shell *s = &l->shell;
    l->asked = v->last > l->asked ? v->last : l->asked;
    s->page = s->page.len ? s->page : v->page;
    s->requests += v->requests;
    s->ok += v->ok;
    s->refused += v->refused;
    s->posts += v->posts;
    s->out += v->out;
    s->in += v->in;
    s->sized += v->sized;
    if (v->ok > 0) {
        s->first = earlier(v->ok_first, s->first) ? v->ok_first : s->first;
        s->last = v->ok_last > s->last ? v->ok_last : s->last;
        s->addresses = with(b, s->addresses, &s->naddresses, v->address);
        s->agents = with(b, s->agents, &s->nagents, v->agent);
    }
}

/* Web logs that name no page of a shell may hold its use all the same: as findings. */
static void use_by_findings(const struct bench *b, struct shell *s)
{
    for (size_t i = 0; i < b->in->nfindings && s->requests == 0; i++) {
        const struct finding *f = &b->in->findings[i];
        bool used = false;
        for (size_t k = 0; k < f->nentities; k++) {
            used = used || (str_eq(f->entities[k].kind, STR("url")) && s->page.len &&
                            str_eq_nocase(f->entities[k].value, s->page));
        }
        if (used && f->rule->rung > RUNG_WRITTEN && f->time != TIME_NONE) {
            s->first = earlier(f->time, s->first) ? f->time : s->first;
            s->last = f->time > s->last ? f->time : s->last;
        }
    }
}

struct moments {
    usec *at; /* ascending */
    size_t count;
};

static bool is_use_of(const struct finding *f, const struct shell *s)
{
    bool used = s->page.len && str_eq_nocase(f->led_by, s->page);
    for (size_t k = 0; k < f->nentities && !used; k++) {
        used = s->page.len && str_eq(f->entities[k].kind, STR("url")) &&
               str_eq_nocase(f->entities[k].value, s->page);
    }
    return used && f->time != TIME_NONE;
}

/* Findings are in order of time. */
static struct moments moments_of(const struct bench *b, const struct shell *s)
{
    struct moments m = {ARENA_ARRAY(b->arena, usec, b->in->nfindings + 1), 0};
    for (size_t i = 0; m.at && i < b->in->nfindings; i++) {
        if (is_use_of(&b->in->findings[i], s)) {
            m.at[m.count++] = b->in->findings[i].time;
        }
    }
    return m;
}

/* Near a request; where not every request is told, between the first and the last. */
static bool is_about_a_use(const struct shell *s, const struct moments *m, usec t)
{
    if (m->count < s->ok) {
        return t >= s->first - ABOUT_A_USE && t <= s->last + ABOUT_A_USE;
    }
    size_t low = 0, high = m->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->at[middle] < t - ABOUT_A_USE) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < m->count && m->at[low] <= t + ABOUT_A_USE;
}

static uint64_t started_during(const struct bench *b, const struct shell *s)
{
    struct words seen = {NULL, 0};
    struct moments moments = moments_of(b, s);
    for (size_t i = 0; i < b->in->nfindings && s->first != TIME_NONE; i++) {
        const struct finding *f = &b->in->findings[i];
        bool then = b->grades[i].basis && f->time != TIME_NONE && moments.at &&
                    is_about_a_use(s, &moments, f->time);
        for (size_t k = 0; then && k < f->nentities; k++) {
            const struct entity_ref *e = &f->entities[k];
            if (str_eq(e->kind, STR("process")) && str_eq(e->role, STR("started"))) {
                seen.items = with(b, seen.items, &seen.count, e->value);
            }
        }
    }
    return seen.count;
}

/* ---- its file */

static bool same_letter(char a, char b)
{
    bool slashes = (a == '/' || a == '\\') && (b == '/' || b == '\\');
    return slashes || ascii_lower(a) == ascii_lower(b);
}

static bool ends_with(str path, str tail)
{
    bool same = tail.len > 0 && tail.len <= path.len;
    for (size_t i = 0; same && i < tail.len; i++) {
        same = same_letter(path.p[path.len - tail.len + i], tail.p[i]);
    }
    return same;
}

/* Its folder, by the URL; or by the last two of the path. */
static str folder_of(const struct life *l)
{
    if (l->shell.page.len) {
        return str_dir(l->shell.page);
    }
    str folder = str_dir(l->shell.path);
    size_t two = str_base(folder).len + str_base(str_dir(folder)).len + 1;
    return str_from(folder, folder.len > two ? folder.len - two : 0);
}

/* A file that is not there is gone where others of its folder are there, or where it answered, and
 * later was refused to all who asked. */
static enum shell_state state_of(const struct bench *b, const struct life *l)
{
    bool gone = l->shell.refused > 0 && l->shell.ok > 0 && l->asked > l->shell.last;
    str folder = folder_of(l);
    for (size_t i = 0; i < b->in->nunits; i++) {
        const struct unit_row *u = &b->in->units[i];
        if (str_eq_nocase(str_base(u->path), l->name)) {
            return SHELL_THERE;
        }
        gone = gone || ends_with(str_dir(u->path), folder);
    }
    return gone ? SHELL_GONE : SHELL_UNKNOWN;
}

static bool is_about(const struct bench *b, size_t i, void *ctx)
{
    const struct finding *f = &b->in->findings[i];
    const struct life *l = ctx;
    for (size_t k = 0; k < f->nentities; k++) {
        const struct entity_ref *e = &f->entities[k];
        if (str_eq(e->role, STR("shell")) && str_eq_nocase(name_of(e->value), l->name)) {
            return true;
        }
    }
    return false;
}

static void complete(struct bench *b, struct life *l)
{
    for (size_t i = 0; i < b->in->nvisits; i++) {
        if (is_visit_to(l, &b->in->visits[i])) {
            add_visit(b, l, &b->in->visits[i]);
        }
    }
    use_by_findings(b, &l->shell);
    l->shell.started = started_during(b, &l->shell);
    l->shell.state = state_of(b, l);
    l->shell.findings = bench_ids(b, is_about, l);
}

static int by_first_use(const void *left, const void *right)
{
    const struct shell *a = left, *b = right;
    if (a->first != b->first) {
        return earlier(a->first, b->first) ? -1 : 1;
    }
    int order = str_cmp(a->page, b->page);
    return order ? order : str_cmp(a->path, b->path);
}

void bench_shells(struct bench *b)
{
    struct lives *l = ARENA_NEW(b->arena, struct lives);
    struct shell *out = ARENA_ARRAY(b->arena, struct shell, SHELLS_MAX);
    if (!l || !out) {
        return;
    }
    l->bench = b;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        if (b->grades[i].basis && b->grades[i].rung >= RUNG_WRITTEN) {
            meet(l, i);
        }
    }
    for (size_t i = 0; i < l->count; i++) {
        complete(b, &l->items[i]);
        out[i] = l->items[i].shell;
    }
    if (l->count) {
        qsort(out, l->count, sizeof *out, by_first_use);
    }
    b->out->shells = out;
    b->out->nshells = l->count;
}
