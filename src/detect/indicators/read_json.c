/* STIX bundles and MISP events: whatever stands around them, an object with a `pattern` is an
 * indicator of STIX, and one with `type`, `value` and `to_ids` an attribute of MISP. */
#include "base/json.h"
#include "detect/indicators/set.h"

enum member {
    MEMBER_TYPE,
    MEMBER_VALUE,
    MEMBER_PATTERN,
    MEMBER_PATTERN_TYPE,
    MEMBER_TO_IDS,
    MEMBER_ID,
    MEMBER_UUID,
    MEMBER_NAME,
    MEMBER_INFO,
    MEMBER_COMMENT,
    MEMBER_CONFIDENCE,
    MEMBER_FROM,
    MEMBER_UNTIL,
    MEMBER_REVOKED,
    MEMBER_COUNT,
};

static const str names[MEMBER_COUNT] = {
    [MEMBER_TYPE] = STR_INIT("type"),
    [MEMBER_VALUE] = STR_INIT("value"),
    [MEMBER_PATTERN] = STR_INIT("pattern"),
    [MEMBER_PATTERN_TYPE] = STR_INIT("pattern_type"),
    [MEMBER_TO_IDS] = STR_INIT("to_ids"),
    [MEMBER_ID] = STR_INIT("id"),
    [MEMBER_UUID] = STR_INIT("uuid"),
    [MEMBER_NAME] = STR_INIT("name"),
    [MEMBER_INFO] = STR_INIT("info"),
    [MEMBER_COMMENT] = STR_INIT("comment"),
    [MEMBER_CONFIDENCE] = STR_INIT("confidence"),
    [MEMBER_FROM] = STR_INIT("valid_from"),
    [MEMBER_UNTIL] = STR_INIT("valid_until"),
    [MEMBER_REVOKED] = STR_INIT("revoked"),
};

struct object {
    str member[MEMBER_COUNT]; /* simple values */
    struct arena_mark mark;   /* of the scratch before it */
};

struct sharing {
    struct indicators *set;
    str file, info; /* of the MISP event around, once it is known */
    struct json json;
    uint32_t line;
    uint64_t counted; /* bytes whose lines are counted */
    struct object stack[JSON_MAX_DEPTH + 1];
    size_t depth;
    uint32_t facts; /* of the object at hand */
};

static uint32_t line_of(struct sharing *s)
{
    for (; s->counted < s->json.at && s->counted < s->json.in.len; s->counted++) {
        s->line += s->json.in.p[s->counted] == '\n';
    }
    return s->line;
}

static str first_of(str a, str b)
{
    return a.len ? a : b;
}

static struct facts facts_of(const struct sharing *s, const struct object *o)
{
    uint64_t confidence;
    struct facts f = {
        .list = s->file,
        .id = first_of(o->member[MEMBER_ID], o->member[MEMBER_UUID]),
        .about = first_of(o->member[MEMBER_NAME], first_of(s->info, str_base(s->file))),
        .caveat = o->member[MEMBER_COMMENT],
        .confidence = CONFIDENCE_UNKNOWN,
        .from = time_parse(o->member[MEMBER_FROM]),
        .until = time_parse(o->member[MEMBER_UNTIL]),
    };
    if (str_u64(o->member[MEMBER_CONFIDENCE], &confidence) && confidence <= 100) {
        f.confidence = (int)confidence;
    }
    return f;
}

static void on_comparison(void *ctx, str path, str value)
{
    struct sharing *s = ctx;
    enum indicator_kind k;
    if (kind_of_type(path, &k)) {
        (void)indicators_add(s->set, k, value, s->facts, line_of(s));
    } else {
        indicators_refuse(s->set, s->file, line_of(s), path,
                          N_("not understood: no kind of indicator is called so"));
    }
}

static bool is_stix(const struct object *o)
{
    str language = o->member[MEMBER_PATTERN_TYPE];
    return o->member[MEMBER_PATTERN].len && (language.len == 0 || str_eq(language, STR("stix")));
}

/* What its author took back is none any more. */
static void end_indicator(struct sharing *s, const struct object *o)
{
    str pattern = o->member[MEMBER_PATTERN];
    struct facts f = facts_of(s, o);
    bool revoked = str_eq(o->member[MEMBER_REVOKED], STR("true"));
    if (revoked) {
        return;
    }
    if (!is_stix(o) || !stix_pattern(pattern, &s->set->scratch, NULL, NULL, &f.part)) {
        indicators_refuse(s->set, s->file, line_of(s), first_of(f.id, pattern),
                          N_("not understood: a pattern of more than equalities"));
        return;
    }
    s->facts = indicators_facts(s->set, &f);
    (void)stix_pattern(pattern, &s->set->scratch, on_comparison, s, &f.part);
}

/* "domain|ip" holds two values, "ip-dst|port" one, and of "filename|sha256" the hash counts. */
static void add_attribute(struct sharing *s, str type, str value)
{
    size_t bar = str_find_char(value, '|');
    str front = str_sub(value, 0, bar), back = str_from(value, bar + 1);
    enum indicator_kind k;
    if (str_eq(type, STR("domain|ip"))) {
        (void)indicators_add(s->set, KIND_DOMAIN, front, s->facts, line_of(s));
        (void)indicators_add(s->set, KIND_ADDRESS, back, s->facts, line_of(s));
    } else if (kind_of_type(type, &k)) {
        bool composed = str_find_char(type, '|') < type.len;
        str one = !composed ? value : k == KIND_HASH ? back : front;
        (void)indicators_add(s->set, k, one, s->facts, line_of(s));
    } else {
        indicators_refuse(s->set, s->file, line_of(s), type,
                          N_("not understood: no kind of indicator is called so"));
    }
}

/* Attributes that are not for detection are what the event tells besides. */
static void end_attribute(struct sharing *s, const struct object *o)
{
    struct facts f = facts_of(s, o);
    if (str_eq(o->member[MEMBER_TO_IDS], STR("true"))) {
        s->facts = indicators_facts(s->set, &f);
        add_attribute(s, o->member[MEMBER_TYPE], o->member[MEMBER_VALUE]);
    }
}

static void begin_object(struct sharing *s)
{
    struct object *o = &s->stack[s->depth++];
    *o = (struct object){.mark = arena_mark(&s->set->scratch)};
}

static void end_object(struct sharing *s)
{
    struct object *o = &s->stack[--s->depth];
    if (o->member[MEMBER_PATTERN].len) {
        end_indicator(s, o);
    } else if (o->member[MEMBER_TO_IDS].len && o->member[MEMBER_VALUE].len) {
        end_attribute(s, o);
    }
    arena_rewind(&s->set->scratch, o->mark);
}

static enum member member_of(str key)
{
    size_t i = 0;
    while (i < MEMBER_COUNT && !str_eq(names[i], key)) {
        i++;
    }
    return (enum member)i;
}

static str simple_text(struct sharing *s, enum json_token t)
{
    return t == JSON_TRUE                         ? STR("true")
           : t == JSON_FALSE                      ? STR("false")
           : t == JSON_STRING || t == JSON_NUMBER ? json_text(&s->json, &s->set->scratch)
                                                  : STR_NONE;
}

static void on_member(struct sharing *s, enum member m, enum json_token t)
{
    str text = simple_text(s, t);
    if (s->depth && m < MEMBER_COUNT) {
        s->stack[s->depth - 1].member[m] = text;
    }
    if (m == MEMBER_INFO && text.len) {
        s->info = arena_str(s->set->arena, text);
    }
}

static void on_token(struct sharing *s, enum json_token t, enum member *m)
{
    if (t == JSON_KEY) {
        *m = member_of(json_text(&s->json, &s->set->scratch));
        return;
    }
    if (t == JSON_OBJECT) {
        begin_object(s);
    } else if (t == JSON_OBJECT_END) {
        end_object(s);
    } else {
        on_member(s, *m, t);
    }
    *m = MEMBER_COUNT;
}

void read_json(struct indicators *set, str file, str text)
{
    struct sharing s = {.set = set, .file = file, .json = json_of(bytes_of_str(text)), .line = 1};
    enum member m = MEMBER_COUNT;
    arena_reset(&set->scratch);
    for (enum json_token t = json_next(&s.json); t != JSON_END; t = json_next(&s.json)) {
        on_token(&s, t, &m);
    }
    if (json_bad(&s.json)) {
        indicators_refuse(set, file, line_of(&s), STR_NONE,
                          N_("this is no JSON; what stands before was read"));
    }
}
