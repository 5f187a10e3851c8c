/* The patterns of bundles that are more than lists of values: those are looked up by
 * detect/indicators, which is faster. Bundles may be large: each of their objects is looked at by
 * itself, and those without a pattern not at all. */
#include "detect/indicators/set.h"
#include "detect/stix/set_parts.h"

#include "base/catalog.h"

enum { OBJECT_VALUES_MAX = 1 << 20, OBJECT_MEMORY = 256 << 20 };

struct bundle {
    struct stix_set *set;
    struct indicators *lists;
    str file;
    struct json json;
    uint32_t line;
    uint64_t counted;   /* bytes whose lines are counted */
    struct arena arena; /* of one object */
};

/* Values joined by OR, each enough by itself. */
static bool is_list(const struct stix_comparison *c)
{
    bool list = c->kind != JUNCTION_AND;
    if (c->kind == JUNCTION_TEST) {
        return c->test.op == OP_EQUAL && !c->test.negated && c->test.values[0].kind == STIX_TEXT;
    }
    for (const struct stix_comparison *i = c->first; i && list; i = i->next) {
        list = is_list(i);
    }
    return list;
}

static bool is_list_of_values(const struct stix_expression *e)
{
    bool list = e->kind == STIX_BRACKET ? is_list(e->comparison) : e->kind == STIX_OR;
    for (const struct stix_expression *i = e->first; i && list; i = i->next) {
        list = is_list_of_values(i);
    }
    return list;
}

static uint32_t line_of(struct bundle *b)
{
    for (; b->counted < b->json.at && b->counted < b->json.in.len; b->counted++) {
        b->line += b->json.in.p[b->counted] == '\n';
    }
    return b->line;
}

static bool is_for_the_lists(struct bundle *b, str pattern, enum stix_edition edition)
{
    struct stix_fault fault;
    struct stix_pattern *p =
        stix_pattern_new(&b->arena, pattern, edition, STIX_AS_THE_TEXT_SAYS, &fault);
    bool list = p && is_list_of_values(p->root);
    stix_pattern_done(p);
    return list;
}

static struct stix_told told_of(struct bundle *b, const struct json_value *v)
{
    struct arena *a = b->set->arena;
    str name = json_member_text(v, STR("name"));
    const struct json_value *confidence = json_member(v, STR("confidence"));
    struct stix_told t = {
        .list = b->file,
        .about = arena_str(a, name.len ? name : str_base(b->file)),
        .id = arena_str(a, json_member_text(v, STR("id"))),
        .line = line_of(b),
        .confidence = -1,
        .from = time_parse(json_member_text(v, STR("valid_from"))),
        .until = time_parse(json_member_text(v, STR("valid_until"))),
    };
    uint64_t n;
    if (json_is(confidence, JSON_NUMBER) && str_u64(confidence->text, &n) && n <= 100) {
        t.confidence = (int)n;
    }
    return t;
}

/* In compiled sets the edition stands in front of a pattern. */
static const struct {
    str mark;
    enum stix_edition edition;
} editions[] = {
    {STR_INIT("2.1 "), STIX_2_1},
    {STR_INIT("2.0 "), STIX_2_0}
};

static void keep(struct bundle *b, str pattern, enum stix_edition edition,
                 const struct stix_told *t)
{
    str mark = editions[edition == STIX_2_0].mark;
    const struct facts f = {
        .list = t->list,
        .about = t->about,
        .id = t->id,
        .confidence = t->confidence,
        .from = t->from,
        .until = t->until,
        .benign = t->benign,
    };
    str text = arena_printf(&b->arena, "%.*s%.*s", STR_ARG(mark), STR_ARG(pattern));
    (void)indicators_keep(b->lists, KIND_PATTERN, text, indicators_facts(b->lists, &f), t->line);
}

static void add_indicator(struct bundle *b, const struct json_value *v)
{
    struct stix_fault fault;
    str pattern = json_member_text(v, STR("pattern")), id = json_member_text(v, STR("id"));
    str language = json_member_text(v, STR("pattern_type"));
    bool new = str_eq(json_member_text(v, STR("spec_version")), STR("2.1"));
    enum stix_edition edition = new ? STIX_2_1 : STIX_2_0;
    bool other = language.len && !str_eq(language, STR("stix"));
    if (pattern.len == 0 || other || json_is(json_member(v, STR("revoked")), JSON_TRUE) ||
        is_for_the_lists(b, pattern, edition)) {
        return;
    }
    struct stix_told told = told_of(b, v);
    if (stix_set_add(b->set, pattern, edition, &told, &fault)) {
        keep(b, pattern, edition, &told);
    } else {
        indicators_refuse(b->lists, b->file, told.line, id.len ? id : pattern, fault.why);
    }
}

static void add_all(struct bundle *b, const struct json_value *v)
{
    const struct json_value *objects = json_member(v, STR("objects"));
    add_indicator(b, v);
    for (const struct json_value *i = json_is(objects, JSON_ARRAY) ? objects->first : NULL; i;
         i = i->next) {
        add_indicator(b, i);
    }
}

/* `from` is where its brace stands. */
static void on_object(struct bundle *b, uint64_t from)
{
    enum json_fault fault;
    uint64_t at;
    bytes span = {b->json.in.p + from, b->json.at - from};
    if (str_has(str_of_bytes(span), STR("\"pattern\""))) {
        const struct json_value *v = json_tree(span, &b->arena, OBJECT_VALUES_MAX, &fault, &at);
        if (v) {
            add_all(b, v);
        }
        arena_reset(&b->arena);
    }
}

void stix_set_read(struct stix_set *s, struct indicators *lists, str file, str text)
{
    struct bundle b = {.set = s,
                       .lists = lists,
                       .file = arena_str(s->arena, file),
                       .json = json_of(bytes_of_str(text)),
                       .line = 1};
    unsigned arrays = 0;
    char first = str_trim(text).len ? str_trim(text).p[0] : ' ';
    if (first != '{' && first != '[') {
        return;
    }
    arena_init(&b.arena, OBJECT_MEMORY);
    for (enum json_token t = json_next(&b.json); t != JSON_END; t = json_next(&b.json)) {
        uint64_t from = b.json.at - 1;
        arrays += t == JSON_ARRAY;
        arrays -= t == JSON_ARRAY_END;
        if (t == JSON_OBJECT && arrays > 0) {
            json_skip(&b.json, t);
            on_object(&b, from);
        }
    }
    arena_done(&b.arena);
}

/* ---- of compiled sets */

static void open_one(struct stix_set *s, struct indicators *sets, const struct image *im,
                     const struct kept *k)
{
    const struct facts f = image_facts(im, k->facts);
    const struct stix_told told = {
        .list = f.list,
        .about = f.about,
        .id = f.id,
        .line = k->line,
        .confidence = f.confidence,
        .from = f.from,
        .until = f.until,
        .benign = f.benign,
    };
    struct stix_fault fault = {.why = N_("this set is broken: its sizes are not true")};
    str text = image_string((bytes){im->strings, im->head.strings}, k->text);
    bool added = false;
    for (size_t i = 0; i < ARRAY_LEN(editions) && !added; i++) {
        str mark = editions[i].mark;
        added = str_starts(text, mark) &&
                stix_set_add(s, str_from(text, mark.len), editions[i].edition, &told, &fault);
    }
    if (!added) {
        indicators_refuse(sets, f.list, k->line, f.id, fault.why);
    }
}

void stix_set_open(struct stix_set *s, struct indicators *sets)
{
    for (size_t i = 0; i < sets->nimages; i++) {
        const struct image *im = &sets->images[i];
        for (uint64_t n = 0; n < im->head.nkept; n++) {
            if (im->kept[n].kind == KIND_PATTERN) {
                open_one(s, sets, im, &im->kept[n]);
            }
        }
    }
}
