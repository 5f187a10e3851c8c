/* STIX bundles and MISP events. What stands at the end of a file says things of its beginning, so
 * it is read twice: first for names, relationships and marks, then for indicators. Whatever stands
 * around them, an object with a `pattern` is an indicator of STIX, and one with `type`, `value`
 * and `to_ids` an attribute of MISP. */
#include "detect/indicators/set.h"
#include "detect/indicators/shared_objects.h"

#include <string.h>

enum {
    SURVEY_MEMORY = 256 << 20,
    NAMES_TOLD = 8, /* of what an indicator indicates */
};

struct told_of_event {
    str info, actors;
    enum tlp tlp;
};

struct relation { /* of one indicator; chained */
    str target;
    uint32_t next;
};

struct survey {
    struct arena arena;
    struct table names;   /* id of an object: number of its name */
    struct table sources; /* id of an indicator: its first relation */
    struct table revoked;
    str *name;
    struct relation *relations;
    struct told_of_event *events;
    size_t nnames, cap_names, nrelations, cap_relations, nevents, cap_events;
    uint64_t lost; /* over the budget */
};

struct sharing {
    struct indicators *set;
    str file;
    struct survey survey;
    struct shared_reading reading;
    uint32_t facts; /* of the object at hand */
    bool hashes_only, all;
    size_t understood;
};

static bool is(const struct shared_object *o, enum shared_member m, str text)
{
    return str_eq(o->member[m], text);
}

static str first_of(str a, str b)
{
    return a.len ? a : b;
}

/* ---- the first time */

/* What indicators are said to indicate. */
static bool is_named(const struct shared_object *o)
{
    static const str types[] = {
        STR_INIT("threat-actor"), STR_INIT("intrusion-set"), STR_INIT("campaign"),
        STR_INIT("malware"),      STR_INIT("tool"),          STR_INIT("attack-pattern"),
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (is(o, MEMBER_TYPE, types[i])) {
            return o->member[MEMBER_ID].len > 0 && o->member[MEMBER_NAME].len > 0;
        }
    }
    return false;
}

static bool add_name(struct survey *s, const struct shared_object *o)
{
    uint32_t number;
    str *grown = arena_grow(&s->arena, s->name, &s->cap_names, s->nnames + 1, sizeof *grown);
    if (!grown || !table_put(&s->names, o->member[MEMBER_ID], (uint32_t)s->nnames, &number)) {
        return false;
    }
    s->name = grown;
    grown[s->nnames++] = arena_str(&s->arena, o->member[MEMBER_NAME]);
    return true;
}

/* The newest stands first: its table entry keeps the first, which points on. */
static bool add_relation(struct survey *s, const struct shared_object *o)
{
    uint32_t number, count = (uint32_t)s->nrelations;
    struct relation *grown =
        arena_grow(&s->arena, s->relations, &s->cap_relations, s->nrelations + 1, sizeof *grown);
    if (!grown || !table_put(&s->sources, o->member[MEMBER_SOURCE_REF], count, &number)) {
        return false;
    }
    s->relations = grown;
    grown[s->nrelations++] =
        (struct relation){arena_str(&s->arena, o->member[MEMBER_TARGET_REF]), TABLE_NONE};
    if (number != count) {
        grown[count].next = grown[number].next;
        grown[number].next = count;
    }
    return true;
}

static bool add_event(struct survey *s, const struct shared_object *o)
{
    size_t need = (size_t)o->event + 1;
    struct told_of_event *grown =
        arena_grow(&s->arena, s->events, &s->cap_events, need, sizeof *grown);
    if (!grown) {
        return false;
    }
    s->events = grown;
    s->nevents = need > s->nevents ? need : s->nevents;
    grown[o->event] = (struct told_of_event){
        .info = arena_str(&s->arena, o->member[MEMBER_INFO]),
        .actors = arena_str(&s->arena, o->actors),
        .tlp = o->tlp,
    };
    return true;
}

static void survey_object(void *ctx, const struct shared_object *o)
{
    struct survey *s = ctx;
    uint32_t number;
    bool kept = true, revoked = is(o, MEMBER_REVOKED, STR("true"));
    if (revoked && o->member[MEMBER_ID].len) {
        kept = table_put(&s->revoked, o->member[MEMBER_ID], 0, &number);
    } else if (is(o, MEMBER_RELATIONSHIP_TYPE, STR("indicates"))) {
        kept = add_relation(s, o);
    } else if (is_named(o)) {
        kept = add_name(s, o);
    } else if (o->member[MEMBER_INFO].len) {
        kept = add_event(s, o);
    }
    s->lost += !kept;
}

/* ---- the second time */

static const struct told_of_event *event_of(const struct sharing *s, const struct shared_object *o)
{
    static const struct told_of_event none;
    return o->event < s->survey.nevents ? &s->survey.events[o->event] : &none;
}

static str indicated_by(const struct survey *s, str id, struct arena *a)
{
    str all = STR_NONE;
    size_t told = 0;
    for (uint32_t r = table_get(&s->sources, id); r != TABLE_NONE && told < NAMES_TOLD;
         r = s->relations[r].next, told++) {
        uint32_t n = table_get(&s->names, s->relations[r].target);
        str name = n == TABLE_NONE ? STR_NONE : s->name[n];
        all = all.len == 0    ? name
              : name.len == 0 ? all
                              : arena_printf(a, "%.*s, %.*s", STR_ARG(all), STR_ARG(name));
    }
    return all;
}

static str about(struct sharing *s, const struct shared_object *o)
{
    struct arena *a = &s->set->scratch;
    const struct told_of_event *event = event_of(s, o);
    str what = first_of(o->member[MEMBER_NAME], first_of(event->info, str_base(s->file)));
    str who = indicated_by(&s->survey, o->member[MEMBER_ID], a);
    who = first_of(who, first_of(o->actors, event->actors));
    return who.len ? arena_printf(a, "%.*s: %.*s", STR_ARG(what), STR_ARG(who)) : what;
}

static struct facts facts_of(struct sharing *s, const struct shared_object *o)
{
    uint64_t confidence;
    const struct told_of_event *event = event_of(s, o);
    struct facts f = {
        .list = s->file,
        .id = first_of(o->member[MEMBER_ID], o->member[MEMBER_UUID]),
        .about = about(s, o),
        .caveat = first_of(o->caveat, o->member[MEMBER_COMMENT]),
        .phase = o->phase,
        .tlp = o->tlp ? o->tlp : event->tlp,
        .benign = o->benign,
        .confidence = CONFIDENCE_UNKNOWN,
        .from = time_parse(o->member[MEMBER_FROM]),
        .until = time_parse(o->member[MEMBER_UNTIL]),
    };
    if (str_u64(o->member[MEMBER_CONFIDENCE], &confidence) && confidence <= 100) {
        f.confidence = (int)confidence;
    }
    return f;
}

static bool is_hash_kind(enum indicator_kind k)
{
    return k == KIND_HASH || k == KIND_IMPHASH || is_alike_kind(k);
}

static void refuse_kind(struct sharing *s, str kind)
{
    indicators_refuse(s->set, s->file, shared_line(&s->reading), kind,
                      N_("not understood: no kind of indicator is called so"));
}

static void count_comparison(void *ctx, str path, str value)
{
    struct sharing *s = ctx;
    enum indicator_kind k;
    bool known = kind_of_type(path, &k);
    (void)value;
    s->hashes_only |= known && is_hash_kind(k);
    s->understood += known;
}

/* Of what has to hold together a hash says enough; without one each part is a weak sign. */
static void on_comparison(void *ctx, str path, str value)
{
    struct sharing *s = ctx;
    enum indicator_kind k;
    if (!kind_of_type(path, &k)) {
        if (!s->all) {
            refuse_kind(s, path);
        }
    } else if (!s->all || !s->hashes_only || is_hash_kind(k)) {
        (void)indicators_add(s->set, k, value, s->facts, shared_line(&s->reading));
    }
}

static bool is_stix(const struct shared_object *o)
{
    str language = o->member[MEMBER_PATTERN_TYPE];
    return language.len == 0 || str_eq(language, STR("stix"));
}

/* What its author took back is none any more. */
static void end_indicator(struct sharing *s, const struct shared_object *o)
{
    str pattern = o->member[MEMBER_PATTERN];
    struct arena *a = &s->set->scratch;
    struct facts f = facts_of(s, o);
    if (table_get(&s->survey.revoked, f.id) != TABLE_NONE) {
        return;
    }
    s->hashes_only = s->all = false;
    s->understood = 0;
    if (is_stix(o) && !stix_pattern(pattern, a, count_comparison, s, &s->all)) {
        return; /* what is more than a list of values is read by stix/set_read.c */
    }
    if (!is_stix(o)) {
        indicators_refuse(s->set, s->file, shared_line(&s->reading), first_of(f.id, pattern),
                          N_("not understood: a pattern of more than equalities"));
        return;
    }
    if (s->all && s->understood == 0) {
        return; /* the same: all of it has to hold */
    }
    f.part = s->all && !s->hashes_only;
    s->facts = indicators_facts(s->set, &f);
    (void)stix_pattern(pattern, a, on_comparison, s, &s->all);
}

/* A name with what nothing here can be compared with: the name remains, as a weak sign. */
static bool is_name_with_another(str type)
{
    enum indicator_kind k;
    return str_starts(type, STR("filename|")) && !kind_of_type(type, &k);
}

/* "domain|ip" holds two values, "ip-dst|port" one, and of "filename|sha256" the hash counts, which
 * stands last: the name may hold a bar. */
static void add_attribute(struct sharing *s, str type, str value)
{
    uint32_t line = shared_line(&s->reading);
    size_t bar = str_find_char(value, '|');
    size_t last = value.len;
    while (last > 0 && value.p[last - 1] != '|') {
        last--;
    }
    str front = str_sub(value, 0, bar), back = str_from(value, last);
    enum indicator_kind k;
    if (str_eq(type, STR("domain|ip"))) {
        (void)indicators_add(s->set, KIND_DOMAIN, front, s->facts, line);
        (void)indicators_add(s->set, KIND_ADDRESS, back, s->facts, line);
    } else if (kind_of_type(type, &k)) {
        bool composed = str_find_char(type, '|') < type.len || str_eq(type, STR("malware-sample"));
        str one = !composed ? value : is_hash_kind(k) ? back : front;
        (void)indicators_add(s->set, k, one, s->facts, line);
    } else if (is_name_with_another(type)) {
        (void)indicators_add(s->set, KIND_NAME, str_sub(value, 0, last ? last - 1 : 0), s->facts,
                             line);
    } else {
        refuse_kind(s, type);
    }
}

/* Attributes that are not for detection are what the event tells besides. */
static void end_attribute(struct sharing *s, const struct shared_object *o)
{
    struct facts f = facts_of(s, o);
    f.part =
        is(o, MEMBER_TYPE, STR("regkey|value")) || is_name_with_another(o->member[MEMBER_TYPE]);
    if (is(o, MEMBER_TO_IDS, STR("true")) && !is(o, MEMBER_DELETED, STR("true"))) {
        s->facts = indicators_facts(s->set, &f);
        add_attribute(s, o->member[MEMBER_TYPE], o->member[MEMBER_VALUE]);
    }
}

static void add_object(void *ctx, const struct shared_object *o)
{
    struct sharing *s = ctx;
    if (o->member[MEMBER_PATTERN].len) {
        end_indicator(s, o);
    } else if (o->member[MEMBER_TO_IDS].len && o->member[MEMBER_VALUE].len) {
        end_attribute(s, o);
    }
}

static void survey_init(struct survey *s, struct hash_key key)
{
    arena_init(&s->arena, SURVEY_MEMORY);
    table_init(&s->names, &s->arena, false);
    table_init(&s->sources, &s->arena, false);
    table_init(&s->revoked, &s->arena, false);
    s->names.key = s->sources.key = s->revoked.key = key;
}

static bool read_with(struct sharing *s, void (*end)(void *, const struct shared_object *),
                      void *ctx, str text)
{
    arena_reset(&s->set->scratch);
    s->reading = (struct shared_reading){.scratch = &s->set->scratch, .end = end, .ctx = ctx};
    return shared_read(&s->reading, text);
}

void read_json(struct indicators *set, str file, str text)
{
    struct sharing s = {.set = set, .file = file};
    survey_init(&s.survey, set->making.head.key);
    (void)read_with(&s, survey_object, &s.survey, text);
    if (s.survey.lost) {
        indicators_refuse(set, file, 0, STR_NONE,
                          N_("too many names and relationships: some are not told"));
    }
    if (!read_with(&s, add_object, &s, text)) {
        indicators_refuse(set, file, shared_line(&s.reading), STR_NONE,
                          N_("this is no JSON; what stands before was read"));
    }
    arena_done(&s.survey.arena);
}
