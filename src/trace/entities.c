#include "trace/normalise.h"
#include "trace/trace.h"

#include <stdlib.h>

enum { FINDINGS_AN_ENTITY = 500 };

/* What fields hold when the rule does not say. */
static const struct {
    str field, kind;
} well_known[] = {
    {STR_INIT("TargetFilename"),     STR_INIT("path")   },
    {STR_INIT("ObjectName"),         STR_INIT("path")   },
    {STR_INIT("RelativeTargetName"), STR_INIT("path")   },
    {STR_INIT("CommandLine"),        STR_INIT("command")},
    {STR_INIT("IpAddress"),          STR_INIT("address")},
    {STR_INIT("SourceIp"),           STR_INIT("address")},
    {STR_INIT("DestinationIp"),      STR_INIT("address")},
    {STR_INIT("c-ip"),               STR_INIT("address")},
    {STR_INIT("ClientIpAddress"),    STR_INIT("address")},
    {STR_INIT("User"),               STR_INIT("account")},
    {STR_INIT("SubjectUserName"),    STR_INIT("account")},
    {STR_INIT("TargetUserName"),     STR_INIT("account")},
    {STR_INIT("cs-username"),        STR_INIT("account")},
    {STR_INIT("cs-uri-stem"),        STR_INIT("url")    },
    {STR_INIT("cs-user-agent"),      STR_INIT("agent")  },
    {STR_INIT("Hashes"),             STR_INIT("hash")   },
};

struct refs {
    struct arena *arena;
    const struct named_value *fields;
    size_t nfields;
    struct entity_ref *items;
    size_t count, cap;
};

static str field_text(const struct refs *r, str name)
{
    for (size_t i = 0; i < r->nfields; i++) {
        if (str_eq_nocase(r->fields[i].name, name)) {
            return r->fields[i].value;
        }
    }
    return STR_NONE;
}

static bool known(const struct refs *r, str kind, str value)
{
    for (size_t i = 0; i < r->count; i++) {
        if (str_eq(r->items[i].kind, kind) && str_eq_nocase(r->items[i].value, value)) {
            return true;
        }
    }
    return false;
}

/* What came over the loopback came from the host itself: nobody's address. */
static bool is_loopback(str kind, str value)
{
    return str_eq(kind, STR("address")) &&
           (str_starts(value, STR("127.")) || str_eq(value, STR("::1")));
}

static void add_ref(struct refs *r, str field, str kind, str role)
{
    for (size_t i = 0; i < r->nfields; i++) {
        if (!str_eq_nocase(r->fields[i].name, field)) {
            continue;
        }
        str value = r->fields[i].value;
        if (str_eq_nocase(field, STR("RelativeTargetName"))) {
            value = normalise_share(field_text(r, STR("ShareLocalPath")),
                                    field_text(r, STR("ShareName")), value, r->arena);
        }
        value = normalise(kind, value, r->arena);
        if (value.len == 0 || known(r, kind, value)) {
            continue;
        }
        struct entity_ref *grown =
            arena_grow(r->arena, r->items, &r->cap, r->count + 1, sizeof *grown);
        if (!grown) {
            return;
        }
        r->items = grown;
        r->items[r->count++] =
            (struct entity_ref){kind, is_loopback(kind, value) ? STR_NONE : role, value};
    }
}

size_t trace_refs(const struct rule_info *rule, const struct named_value *fields, size_t nfields,
                  struct arena *a, struct entity_ref **out)
{
    struct refs r = {.arena = a, .fields = fields, .nfields = nfields};
    for (size_t i = 0; i < rule->nentities; i++) {
        add_ref(&r, rule->entities[i].field, rule->entities[i].kind, rule->entities[i].role);
    }
    for (size_t i = 0; rule->nentities == 0 && i < ARRAY_LEN(well_known); i++) {
        add_ref(&r, well_known[i].field, well_known[i].kind, STR_NONE);
    }
    *out = r.items;
    return r.count;
}

/* ---- merging */

struct sighting { /* one entity in one finding */
    const struct entity_ref *ref;
    const struct finding *finding;
    size_t order;
};

static int nocase_cmp(str a, str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < n; i++) {
        char x = ascii_lower(a.p[i]), y = ascii_lower(b.p[i]);
        if (x != y) {
            return (unsigned char)x < (unsigned char)y ? -1 : 1;
        }
    }
    return (a.len > b.len) - (a.len < b.len);
}

static int by_entity(const void *left, const void *right)
{
    const struct sighting *a = left, *b = right;
    int order = str_cmp(a->ref->kind, b->ref->kind);
    order = order ? order : nocase_cmp(a->ref->value, b->ref->value);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

/* What has no time comes last. */
static int by_first_sight(const void *left, const void *right)
{
    const struct entity *a = left, *b = right;
    uint64_t x = (uint64_t)a->first + INT64_MAX, y = (uint64_t)b->first + INT64_MAX;
    if (x != y) {
        return x < y ? -1 : 1;
    }
    int order = str_cmp(a->kind, b->kind);
    return order ? order : nocase_cmp(a->value, b->value);
}

static bool same_entity(const struct sighting *a, const struct sighting *b)
{
    return str_eq(a->ref->kind, b->ref->kind) && str_eq_nocase(a->ref->value, b->ref->value);
}

/* Who first knocked and then came in is an intruder, not a client: the highest rung names it. */
static bool names_better(const struct sighting *s, const struct entity *e, int rung)
{
    return s->ref->role.len && (e->role.len == 0 || s->finding->rule->rung > rung);
}

static struct entity merge(const struct sighting *s, size_t count, struct arena *a)
{
    struct entity e = {
        .kind = s[0].ref->kind,
        .value = s[0].ref->value,
        .first = TIME_NONE,
        .last = TIME_NONE,
    };
    size_t room = count < FINDINGS_AN_ENTITY ? count : FINDINGS_AN_ENTITY;
    str *ids = ARENA_ARRAY(a, str, room);
    int rung = RUNG_NONE;
    for (size_t i = 0; i < count; i++) {
        usec t = s[i].finding->time;
        if (names_better(&s[i], &e, rung)) {
            e.role = s[i].ref->role;
            rung = s[i].finding->rule->rung;
        }
        e.first = e.first == TIME_NONE || (t != TIME_NONE && t < e.first) ? t : e.first;
        e.last = t > e.last ? t : e.last;
        if (ids && e.findings.count < room) {
            ids[e.findings.count++] = s[i].finding->id;
        }
    }
    e.findings.items = ids;
    return e;
}

/* Public rules of low level match by the thousand; what they touch would bury what matters. */
static bool is_telling(const struct finding *f)
{
    return !f->trail && (f->rule->rung != RUNG_NONE || f->rule->level >= LEVEL_HIGH);
}

static size_t collect(const struct finding *findings, size_t count, struct arena *a,
                      struct sighting **out)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < count; i++) {
        n += is_telling(&findings[i]) ? findings[i].nentities : 0;
    }
    struct sighting *all = ARENA_ARRAY(a, struct sighting, n + 1);
    for (size_t i = 0; all && i < count; i++) {
        for (size_t k = 0; is_telling(&findings[i]) && k < findings[i].nentities; k++) {
            all[at] = (struct sighting){&findings[i].entities[k], &findings[i], at};
            at++;
        }
    }
    *out = all;
    return at;
}

size_t trace_entities(const struct finding *findings, size_t count, struct arena *a,
                      struct entity **out)
{
    struct sighting *all;
    size_t n = collect(findings, count, a, &all), entities = 0;
    struct entity *made = ARENA_ARRAY(a, struct entity, n + 1);
    *out = made;
    if (!all || !made) {
        return 0;
    }
    qsort(all, n, sizeof *all, by_entity);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && same_entity(&all[from], &all[to]);) {
            to++;
        }
        made[entities++] = merge(all + from, to - from, a);
    }
    qsort(made, entities, sizeof *made, by_first_sight);
    return entities;
}
