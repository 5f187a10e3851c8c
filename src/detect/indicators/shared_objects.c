#include "detect/indicators/shared_objects.h"

enum { TOLD_MAX = 200 }; /* bytes of names; behind that no more are added */

static const str names[MEMBER_COUNT] = {
#define MEMBER(symbol, name) [MEMBER_##symbol] = STR_INIT(name),
#include "detect/indicators/shared_members.def"
#undef MEMBER
};

/* ---- marks */

static enum tlp stricter(enum tlp a, enum tlp b)
{
    return a > b ? a : b;
}

static enum tlp mark_of(str text)
{
    enum tlp t = TLP_NONE;
    (void)tlp_parse(text, &t);
    return t;
}

/* Only a tag that says so is a mark: `green` alone is not. */
static enum tlp mark_of_tag(str tag)
{
    return str_starts_nocase(tag, STR("tlp:")) ? mark_of(tag) : TLP_NONE;
}

/* ---- what small objects say of the one around them */

static str and_also(struct shared_reading *s, str a, str b)
{
    return a.len == 0 ? b
           : b.len == 0 || a.len > TOLD_MAX || str_has(a, b)
               ? a
               : arena_printf(s->scratch, "%.*s, %.*s", STR_ARG(a), STR_ARG(b));
}

/* misp-galaxy:threat-actor="Somebody" */
static str actor_of_tag(str tag)
{
    size_t from = str_find(tag, STR("=\"")) + 2;
    bool names_somebody = str_starts(tag, STR("misp-galaxy:")) && from < tag.len;
    return names_somebody ? str_sub(tag, from, str_find_char(str_from(tag, from), '"')) : STR_NONE;
}

/* True when that is all that `o` is for. */
static bool tells_of_parent(struct shared_reading *s, const struct shared_object *o)
{
    struct shared_object *parent = &s->stack[s->depth ? s->depth - 1 : 0];
    switch (o->under) {
    case MEMBER_TAG:
        parent->tlp = stricter(parent->tlp, mark_of_tag(o->member[MEMBER_NAME]));
        parent->actors = and_also(s, parent->actors, actor_of_tag(o->member[MEMBER_NAME]));
        return true;
    case MEMBER_CLUSTER:
        parent->actors = and_also(s, parent->actors, o->member[MEMBER_VALUE]);
        return true;
    case MEMBER_GALAXY:
        parent->actors = and_also(s, parent->actors, o->actors);
        return true;
    case MEMBER_PHASES:
        parent->phase = and_also(s, parent->phase, o->member[MEMBER_PHASE]);
        return true;
    case MEMBER_SIGHTING: /* 1 is a false positive */
        parent->caveat = str_eq(o->member[MEMBER_TYPE], STR("1"))
                             ? STR("somebody reported it as legitimate")
                             : parent->caveat;
        return true;
    case MEMBER_WARNINGS:
        parent->caveat = STR("legitimate or shared: it stands on a list of warnings");
        return true;
    default:
        return false;
    }
}

static void on_item(struct shared_object *o, str text)
{
    if (o->list == MEMBER_MARKINGS) {
        o->tlp = stricter(o->tlp, mark_of(text));
    } else if (o->list == MEMBER_LABELS || o->list == MEMBER_INDICATOR_TYPES) {
        o->benign |= str_eq(text, STR("benign"));
    }
}

/* ---- reading */

uint32_t shared_line(struct shared_reading *s)
{
    for (; s->counted < s->json.at && s->counted < s->json.in.len; s->counted++) {
        s->line += s->json.in.p[s->counted] == '\n';
    }
    return s->line;
}

static enum shared_member member_of(str key)
{
    size_t i = 0;
    while (i < MEMBER_COUNT && !str_eq(names[i], key)) {
        i++;
    }
    return (enum shared_member)i;
}

static void begin_object(struct shared_reading *s, enum shared_member under)
{
    const struct shared_object *around = s->depth ? &s->stack[s->depth - 1] : NULL;
    struct shared_object *o = &s->stack[s->depth++];
    under = under == MEMBER_COUNT && around ? around->list : under;
    bool event = !around || under == MEMBER_EVENT;
    *o = (struct shared_object){
        .under = under,
        .list = MEMBER_COUNT,
        .event = event ? s->events++ : around->event,
        .mark = arena_mark(s->scratch),
    };
}

static void end_object(struct shared_reading *s)
{
    struct shared_object *o = &s->stack[--s->depth];
    if (!tells_of_parent(s, o)) {
        s->end(s->ctx, o);
        arena_rewind(s->scratch, o->mark);
    }
}

static str simple_text(struct shared_reading *s, enum json_token t)
{
    return t == JSON_TRUE                         ? STR("true")
           : t == JSON_FALSE                      ? STR("false")
           : t == JSON_STRING || t == JSON_NUMBER ? json_text(&s->json, s->scratch)
                                                  : STR_NONE;
}

static void on_value(struct shared_reading *s, enum shared_member m, enum json_token t)
{
    struct shared_object *o = s->depth ? &s->stack[s->depth - 1] : NULL;
    if (o && t == JSON_ARRAY) {
        o->list = m != MEMBER_COUNT ? m : o->list;
    } else if (o && t == JSON_ARRAY_END) {
        o->list = MEMBER_COUNT;
    } else if (o && m < MEMBER_COUNT) {
        o->member[m] = simple_text(s, t);
    } else if (o && o->list < MEMBER_COUNT) {
        on_item(o, simple_text(s, t));
    }
}

bool shared_read(struct shared_reading *s, str text)
{
    enum shared_member m = MEMBER_COUNT;
    s->json = json_of(bytes_of_str(text));
    s->line = 1;
    for (enum json_token t = json_next(&s->json); t != JSON_END; t = json_next(&s->json)) {
        enum shared_member key =
            t == JSON_KEY ? member_of(json_text(&s->json, s->scratch)) : MEMBER_COUNT;
        if (t == JSON_OBJECT) {
            begin_object(s, m);
        } else if (t == JSON_OBJECT_END) {
            end_object(s);
        } else if (t != JSON_KEY) {
            on_value(s, m, t);
        }
        m = key;
    }
    return !json_bad(&s->json);
}
