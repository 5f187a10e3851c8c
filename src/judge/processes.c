/* The processes around what the intruders ran, as a tree: from the records of their starts that
 * findings and the trail hold. Sysmon names a process by a GUID; the Security log and auditd by a
 * number, which is used again, so that a parent is the last of its number before its child. */
#include "judge/bench.h"

enum { NODES_MAX = 300, DEPTH_MAX = 32 };

/* One start, as two logs tell it. */
#define SAME_START (INT64_C(5) * USEC_PER_SEC)

struct node {
    struct process p;
    str parent_guid, parent_image, parent_command;
    uint64_t number, parent; /* 0: not known */
    size_t above;            /* SIZE_MAX: a root */
    bool told;
};

struct forest {
    struct bench *bench;
    struct node nodes[NODES_MAX];
    size_t count;
    struct process *out;
    size_t nout;
};

static str field_of(const struct finding *f, const char *name)
{
    for (size_t i = 0; i < f->nfields; i++) {
        if (str_eq(f->fields[i].name, str_of(name))) {
            return f->fields[i].value;
        }
    }
    return STR_NONE;
}

static uint64_t number_of(str text)
{
    uint64_t n = 0;
    if (str_starts_nocase(text, STR("0x"))) {
        for (size_t i = 2; i < text.len && i < 18; i++) {
            char c = ascii_lower(text.p[i]);
            bool digit = ascii_is_digit(c);
            if (!digit && (c < 'a' || c > 'f')) {
                return 0;
            }
            n = n << 4 | (uint64_t)(digit ? c - '0' : c - 'a' + 10);
        }
        return n;
    }
    return str_u64(text, &n) ? n : 0;
}

static str either(str a, str b)
{
    return a.len ? a : b;
}

/* False: not the start of a process. */
static bool read_node(const struct finding *f, struct node *n)
{
    bool sysmon = f->event_id == 1 && str_has_nocase(f->channel, STR("sysmon"));
    bool audit = f->event_id == 4688, linux_audit = str_has_nocase(f->channel, STR("auditd"));
    str own = field_of(f, audit ? "NewProcessId" : linux_audit ? "pid" : "ProcessId");
    str above = field_of(f, audit ? "ProcessId" : linux_audit ? "ppid" : "ParentProcessId");
    str image = field_of(f, audit ? "NewProcessName" : linux_audit ? "exe" : "Image");
    if ((!sysmon && !audit && !linux_audit) || image.len == 0) {
        return false;
    }
    *n = (struct node){
        .p = {.host = f->host,
              .id = sysmon ? field_of(f, "ProcessGuid") : own,
              .image = image,
              .command = either(field_of(f, "CommandLine"), field_of(f, "command")),
              .account =
                  either(field_of(f, sysmon ? "User" : "SubjectUserName"), field_of(f, "auid")),
              .time = f->time},
        .parent_guid = sysmon ? field_of(f, "ParentProcessGuid") : STR_NONE,
        .parent_image = field_of(f, audit ? "ParentProcessName" : "ParentImage"),
        .parent_command = field_of(f, "ParentCommandLine"),
        .number = number_of(own),
        .parent = number_of(above),
        .above = SIZE_MAX,
    };
    return true;
}

static bool is_same_start(const struct bench *b, const struct node *x, const struct node *y)
{
    if (str_eq(x->p.id, y->p.id) && str_starts(x->p.id, STR("{"))) {
        return true;
    }
    usec apart = x->p.time > y->p.time ? x->p.time - y->p.time : y->p.time - x->p.time;
    return x->number && x->number == y->number && bench_same_host(b, x->p.host, y->p.host) &&
           x->p.time != TIME_NONE && y->p.time != TIME_NONE && apart <= SAME_START;
}

static void add_id(const struct bench *b, struct ids *ids, str id)
{
    enum { IDS_OF_A_PROCESS = 16 };
    str *grown = ids->count < IDS_OF_A_PROCESS ? ARENA_ARRAY(b->arena, str, ids->count + 1) : NULL;
    for (size_t i = 0; grown && i < ids->count; i++) {
        grown[i] = ids->items[i];
    }
    if (grown) {
        grown[ids->count++] = id;
        ids->items = grown;
    }
}

static struct node *put(struct forest *t, const struct node *n)
{
    for (size_t i = 0; i < t->count; i++) {
        if (is_same_start(t->bench, &t->nodes[i], n)) {
            struct node *known = &t->nodes[i];
            known->p.command = either(known->p.command, n->p.command);
            return known;
        }
    }
    if (t->count == NODES_MAX) {
        return NULL;
    }
    t->nodes[t->count] = *n;
    return &t->nodes[t->count++];
}

static size_t parent_of(const struct forest *t, size_t at)
{
    const struct node *n = &t->nodes[at];
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < t->count; i++) {
        const struct node *p = &t->nodes[i];
        if (i == at) {
            continue;
        }
        if (n->parent_guid.len && str_eq_nocase(p->p.id, n->parent_guid)) {
            return i;
        }
        bool before = p->p.time == TIME_NONE || n->p.time == TIME_NONE || p->p.time <= n->p.time;
        bool later = best == SIZE_MAX || p->p.time > t->nodes[best].p.time;
        if (n->parent && p->number == n->parent && before && later &&
            bench_same_host(t->bench, p->p.host, n->p.host)) {
            best = i;
        }
    }
    return best;
}

/* A parent whose start nobody recorded is known by what its child says of it. */
static void add_unrecorded_parents(struct forest *t)
{
    size_t count = t->count;
    for (size_t i = 0; i < count; i++) {
        const struct node *n = &t->nodes[i];
        if (parent_of(t, i) != SIZE_MAX || n->parent_image.len == 0 || t->count == NODES_MAX) {
            continue;
        }
        t->nodes[t->count++] = (struct node){
            .p = {.host = n->p.host,
                  .id = n->parent_guid.len
                            ? n->parent_guid
                            : arena_printf(t->bench->arena, "%llu", (unsigned long long)n->parent),
                  .image = n->parent_image,
                  .command = n->parent_command,
                  .time = TIME_NONE},
            .number = n->parent,
            .above = SIZE_MAX,
        };
    }
}

static void tell(struct forest *t, size_t at, uint32_t depth)
{
    struct node *n = &t->nodes[at];
    if (n->told || depth > DEPTH_MAX) {
        return;
    }
    n->told = true;
    n->p.depth = depth;
    t->out[t->nout++] = n->p;
    for (size_t i = 0; i < t->count; i++) {
        if (t->nodes[i].above == at) {
            tell(t, i, depth + 1);
        }
    }
}

/* What was proven to be theirs, and what the trail of a process led to. */
static bool is_of_theirs(const struct bench *b, size_t i)
{
    const struct finding *f = &b->in->findings[i];
    return b->grades[i].basis || (f->trail && str_starts(f->led_by, STR("{")));
}

void bench_processes(struct bench *b)
{
    struct forest *t = ARENA_NEW(b->arena, struct forest);
    struct process *out = ARENA_ARRAY(b->arena, struct process, NODES_MAX);
    if (!t || !out) {
        return;
    }
    t->bench = b;
    t->out = out;
    for (size_t i = 0; i < b->in->nfindings; i++) {
        struct node n;
        struct node *put_at =
            is_of_theirs(b, i) && read_node(&b->in->findings[i], &n) ? put(t, &n) : NULL;
        if (put_at) {
            add_id(b, &put_at->p.findings, b->in->findings[i].id);
        }
    }
    add_unrecorded_parents(t);
    for (size_t i = 0; i < t->count; i++) {
        t->nodes[i].above = parent_of(t, i);
    }
    for (size_t i = 0; i < t->count; i++) {
        if (t->nodes[i].above == SIZE_MAX) {
            tell(t, i, 0);
        }
    }
    b->out->processes = out;
    b->out->nprocesses = t->nout;
}
