#include "detect/sigma/modifiers.h"

#include "base/nearest.h"
#include "detect/sigma/values.h"

#include <string.h>

enum { FORMS_MAX = 4096 }; /* that one value may expand to */

enum modifier {
    MOD_CONTAINS,
    MOD_STARTSWITH,
    MOD_ENDSWITH,
    MOD_WINDASH,
    MOD_BASE64,
    MOD_BASE64OFFSET,
    MOD_UTF16LE,
    MOD_UTF16BE,
    MOD_UTF16,
    MOD_EXPAND,
    MOD_TEXT_STEPS, /* those before change a text, one after the other */
    MOD_ALL,
    MOD_CASED,
    MOD_NEQ,
    MOD_RE,
    MOD_IGNORECASE,
    MOD_MULTILINE,
    MOD_DOTALL,
    MOD_CIDR,
    MOD_EXISTS,
    MOD_FIELDREF,
    MOD_LT,
    MOD_LTE,
    MOD_GT,
    MOD_GTE,
    MOD_MINUTE,
    MOD_HOUR,
    MOD_DAY,
    MOD_WEEK,
    MOD_MONTH,
    MOD_YEAR,
    MOD_UNKNOWN,
};

static const struct {
    str name;
    enum modifier modifier;
} modifier_names[] = {
    {STR_INIT("contains"),     MOD_CONTAINS    },
    {STR_INIT("startswith"),   MOD_STARTSWITH  },
    {STR_INIT("endswith"),     MOD_ENDSWITH    },
    {STR_INIT("windash"),      MOD_WINDASH     },
    {STR_INIT("base64"),       MOD_BASE64      },
    {STR_INIT("base64offset"), MOD_BASE64OFFSET},
    {STR_INIT("wide"),         MOD_UTF16LE     },
    {STR_INIT("utf16le"),      MOD_UTF16LE     },
    {STR_INIT("utf16be"),      MOD_UTF16BE     },
    {STR_INIT("utf16"),        MOD_UTF16       },
    {STR_INIT("expand"),       MOD_EXPAND      },
    {STR_INIT("all"),          MOD_ALL         },
    {STR_INIT("cased"),        MOD_CASED       },
    {STR_INIT("neq"),          MOD_NEQ         },
    {STR_INIT("re"),           MOD_RE          },
    {STR_INIT("i"),            MOD_IGNORECASE  },
    {STR_INIT("ignorecase"),   MOD_IGNORECASE  },
    {STR_INIT("m"),            MOD_MULTILINE   },
    {STR_INIT("multiline"),    MOD_MULTILINE   },
    {STR_INIT("s"),            MOD_DOTALL      },
    {STR_INIT("dotall"),       MOD_DOTALL      },
    {STR_INIT("cidr"),         MOD_CIDR        },
    {STR_INIT("exists"),       MOD_EXISTS      },
    {STR_INIT("fieldref"),     MOD_FIELDREF    },
    {STR_INIT("lt"),           MOD_LT          },
    {STR_INIT("lte"),          MOD_LTE         },
    {STR_INIT("gt"),           MOD_GT          },
    {STR_INIT("gte"),          MOD_GTE         },
    {STR_INIT("minute"),       MOD_MINUTE      },
    {STR_INIT("hour"),         MOD_HOUR        },
    {STR_INIT("day"),          MOD_DAY         },
    {STR_INIT("week"),         MOD_WEEK        },
    {STR_INIT("month"),        MOD_MONTH       },
    {STR_INIT("year"),         MOD_YEAR        },
};

static enum modifier modifier_of(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(modifier_names); i++) {
        if (str_eq(modifier_names[i].name, name)) {
            return modifier_names[i].modifier;
        }
    }
    return MOD_UNKNOWN;
}

/* ---- the key */

static bool set_kind(struct loading *l, struct item_key *k, enum value_kind kind, bool allowed,
                     str name)
{
    if (!allowed) {
        return problem(l, k->at, "the modifier `%.*s` cannot follow those before it",
                       STR_ARG(name));
    }
    k->kind = kind;
    return true;
}

static bool set_flag(struct loading *l, struct item_key *k, unsigned flag, str name)
{
    if (k->kind != VALUES_REGEX) {
        return problem(l, k->at, "the modifier `%.*s` belongs behind `re`", STR_ARG(name));
    }
    k->flags |= flag;
    return true;
}

static bool add_step(struct loading *l, struct item_key *k, enum modifier m, str name)
{
    bool affix = m == MOD_CONTAINS || m == MOD_STARTSWITH || m == MOD_ENDSWITH;
    if (affix && k->kind == VALUES_FIELD) {
        k->affix |= m == MOD_CONTAINS     ? AFFIX_ANYWHERE
                    : m == MOD_STARTSWITH ? AFFIX_START
                                          : AFFIX_END;
        return true;
    }
    if (affix && k->kind == VALUES_REGEX) {
        return true; /* a search is all of these already */
    }
    bool fits = k->kind == VALUES_TEXT || (k->kind == VALUES_REGEX && m == MOD_EXPAND);
    if (!fits || k->nsteps == MODIFIERS_MAX) {
        return problem(l, k->at, "the modifier `%.*s` does not go with those before it",
                       STR_ARG(name));
    }
    k->steps[k->nsteps++] = (uint8_t)m;
    return true;
}

/* `contains` in front of `fieldref` says how the fields are compared, not how text is changed. */
static bool set_field_kind(struct loading *l, struct item_key *k, str name)
{
    for (size_t i = 0; i < k->nsteps; i++) {
        enum modifier m = (enum modifier)k->steps[i];
        if (m > MOD_ENDSWITH) {
            return set_kind(l, k, VALUES_FIELD, false, name);
        }
        k->affix |= m == MOD_CONTAINS     ? AFFIX_ANYWHERE
                    : m == MOD_STARTSWITH ? AFFIX_START
                                          : AFFIX_END;
    }
    k->nsteps = 0;
    return set_kind(l, k, VALUES_FIELD, k->kind == VALUES_TEXT, name);
}

static bool set_compare(struct loading *l, struct item_key *k, enum modifier m, bool first,
                        str name)
{
    static const enum comparison order[] = {COMPARE_LT, COMPARE_LTE, COMPARE_GT, COMPARE_GTE};
    bool behind_part = k->kind == VALUES_COMPARE && k->comparison == COMPARE_EQ;
    k->comparison = order[m - MOD_LT];
    return set_kind(l, k, VALUES_COMPARE, first || behind_part, name);
}

static bool unknown_modifier(struct loading *l, const struct item_key *k, str name)
{
    const char *names[ARRAY_LEN(modifier_names)];
    for (size_t i = 0; i < ARRAY_LEN(modifier_names); i++) {
        names[i] = modifier_names[i].name.p;
    }
    const char *meant = nearest_word(arena_str(l->s->arena, name).p, names, ARRAY_LEN(names));
    return meant ? problem(l, k->at, "unknown modifier `%.*s`: did you mean `%s`?", STR_ARG(name),
                           meant)
                 : problem(l, k->at, "unknown modifier `%.*s`", STR_ARG(name));
}

static bool apply_modifier(struct loading *l, struct item_key *k, enum modifier m, bool first,
                           str name)
{
    switch (m) {
    case MOD_ALL:
        k->all = true;
        return true;
    case MOD_NEQ:
        k->negated = true;
        return true;
    case MOD_CASED:
        k->flags |= PATTERN_CASED;
        return true;
    case MOD_RE:
        k->flags |= PATTERN_REGEX;
        return set_kind(l, k, VALUES_REGEX, first, name);
    case MOD_IGNORECASE:
        return set_flag(l, k, PATTERN_IGNORE_CASE, name);
    case MOD_MULTILINE:
        return set_flag(l, k, PATTERN_MULTILINE, name);
    case MOD_DOTALL:
        return set_flag(l, k, PATTERN_DOTALL, name);
    case MOD_CIDR:
        return set_kind(l, k, VALUES_NETWORK, first, name);
    case MOD_EXISTS:
        return set_kind(l, k, VALUES_EXISTS, first && k->field != FIELD_NONE, name);
    case MOD_FIELDREF:
        return set_field_kind(l, k, name);
    case MOD_LT:
    case MOD_LTE:
    case MOD_GT:
    case MOD_GTE:
        return set_compare(l, k, m, first, name);
    case MOD_MINUTE:
    case MOD_HOUR:
    case MOD_DAY:
    case MOD_WEEK:
    case MOD_MONTH:
    case MOD_YEAR:
        k->part = (enum time_part)(PART_MINUTE + (m - MOD_MINUTE));
        return set_kind(l, k, VALUES_COMPARE, first, name);
    case MOD_UNKNOWN:
        return unknown_modifier(l, k, name);
    default:
        return add_step(l, k, m, name);
    }
}

bool item_key_parse(struct loading *l, const struct yaml_node *key, struct item_key *out)
{
    if (key->kind != YAML_SCALAR) {
        return problem(l, key, "a field name was expected here");
    }
    struct item_key k = {.at = key};
    str rest = key->text, name = STR_NONE;
    bool named = str_cut(&rest, '|', &name) && name.len > 0;
    if (named) {
        k.field = names_add(l->s->names, name);
        if (k.field == FIELD_NONE) {
            return problem(l, key, "more than %d field names in all rules", (int)FIELD_MAX);
        }
    }
    bool first = true, exists = false;
    while (rest.len && str_cut(&rest, '|', &name)) {
        enum modifier m = modifier_of(name);
        if (exists || !apply_modifier(l, &k, m, first, name)) {
            return exists ? problem(l, key, "`exists` stands alone") : false;
        }
        exists = k.kind == VALUES_EXISTS;
        first = false;
    }
    *out = k;
    return true;
}

/* ---- values */

struct forms { /* what one value has become */
    str *text;
    size_t count, cap;
};

static bool forms_reserve(struct loading *l, struct forms *f, size_t count,
                          const struct yaml_node *at)
{
    if (count > FORMS_MAX) {
        return problem(l, at, "the value expands to more than %d forms", (int)FORMS_MAX);
    }
    f->text = arena_grow(l->s->arena, f->text, &f->cap, count, sizeof *f->text);
    return f->text || out_of_room(l);
}

static const struct node *leaf(struct loading *l, const struct yaml_node *at,
                               const struct predicate *p)
{
    struct node *n = node_new(l, NODE_PREDICATE, at->line);
    if (n) {
        n->predicate = predicate_intern(l->s, p);
    }
    if (!n || !n->predicate) {
        (void)out_of_room(l);
        return NULL;
    }
    return n;
}

static bool map_forms(struct loading *l, struct forms *f, str (*change)(struct arena *, str))
{
    for (size_t i = 0; i < f->count; i++) {
        f->text[i] = change(l->s->arena, f->text[i]);
        if (!f->text[i].p) {
            return out_of_room(l);
        }
    }
    return true;
}

static bool to_utf16(struct loading *l, struct forms *f, enum modifier m)
{
    enum utf16_order order = m == MOD_UTF16LE   ? UTF16_LE
                             : m == MOD_UTF16BE ? UTF16_BE
                                                : UTF16_WITH_MARK;
    for (size_t i = 0; i < f->count; i++) {
        f->text[i] = utf16_of_text(l->s->arena, f->text[i], order);
        if (!f->text[i].p) {
            return out_of_room(l);
        }
    }
    return true;
}

static bool to_base64_offsets(struct loading *l, struct forms *f, const struct yaml_node *at)
{
    if (!forms_reserve(l, f, f->count * 3, at)) {
        return false;
    }
    for (size_t i = 0; i < f->count; i++) {
        str data = f->text[i];
        for (unsigned offset = 0; offset < 3; offset++) {
            str encoded = base64_at_offset(l->s->arena, data, offset);
            if (encoded.len == 0) {
                return problem(l, at, "the value is too short for base64offset");
            }
            f->text[offset * f->count + i] = encoded;
        }
    }
    f->count *= 3;
    return true;
}

static str wrap(struct arena *a, str glob, bool before, bool after)
{
    before = before && !(glob.len && glob.p[0] == GLOB_ANY);
    after = after && !(glob.len && glob.p[glob.len - 1] == GLOB_ANY);
    char *out = arena_alloc(a, glob.len + 2);
    if (!out) {
        return STR_NONE;
    }
    size_t len = 0;
    if (before) {
        out[len++] = GLOB_ANY;
    }
    memcpy(out + len, glob.p, glob.len);
    len += glob.len;
    if (after) {
        out[len++] = GLOB_ANY;
    }
    return (str){out, len};
}

static str add_any_around(struct arena *a, str glob)
{
    return wrap(a, glob, true, true);
}

static str add_any_after(struct arena *a, str glob)
{
    return wrap(a, glob, false, true);
}

static str add_any_before(struct arena *a, str glob)
{
    return wrap(a, glob, true, false);
}

static const struct placeholder *placeholder_named(const struct sigma *s, str name)
{
    for (size_t i = 0; i < s->nplaceholders; i++) {
        if (str_eq(s->placeholders[i].name, name)) {
            return &s->placeholders[i];
        }
    }
    return NULL;
}

/* The first `%name%` at or after `at`; a backslash in front makes the sign literal. */
static bool find_placeholder(str text, size_t at, size_t *from, size_t *to)
{
    for (size_t i = at; i < text.len; i++) {
        bool escaped = i > 0 && text.p[i - 1] == '\\';
        size_t end = i + 1;
        while (end < text.len && (ascii_is_alnum(text.p[end]) || text.p[end] == '_' ||
                                  text.p[end] == '-' || text.p[end] == '.')) {
            end++;
        }
        if (text.p[i] == '%' && !escaped && end < text.len && end > i + 1 && text.p[end] == '%') {
            *from = i;
            *to = end + 1;
            return true;
        }
    }
    return false;
}

static str regex_quoted(struct arena *a, str text)
{
    char *out = arena_array(a, text.len + 1, 2);
    size_t len = 0;
    for (size_t i = 0; out && i < text.len; i++) {
        if (memchr("\\^$.|?*+()[]{}", text.p[i], 14)) {
            out[len++] = '\\';
        }
        out[len++] = text.p[i];
    }
    return (str){out, len};
}

static str without_escaped_percent(struct arena *a, str text)
{
    char *out = arena_alloc(a, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; out && i < text.len; i++) {
        bool escape = text.p[i] == '\\' && i + 1 < text.len && text.p[i + 1] == '%';
        if (!escape) {
            out[len++] = text.p[i];
        }
    }
    return (str){out, len};
}

static str spliced(struct arena *a, str text, size_t from, size_t to, str value)
{
    return arena_printf(a, "%.*s%.*s%.*s", (int)from, text.p, STR_ARG(value), (int)(text.len - to),
                        text.p + to);
}

/* Replaces the first placeholder of form `i` by each of its values; *more when there was one. */
static bool expand_form(struct loading *l, struct forms *f, size_t i, const struct item_key *k,
                        bool *more)
{
    size_t from = 0, to = 0;
    str text = f->text[i];
    *more = find_placeholder(text, 0, &from, &to);
    if (!*more) {
        return true;
    }
    str name = str_sub(text, from + 1, to - from - 2);
    const struct placeholder *p = placeholder_named(l->s, name);
    if (!p || p->count == 0) {
        return problem(l, k->at, "no values are given for the placeholder %%%.*s%%", STR_ARG(name));
    }
    if (!forms_reserve(l, f, f->count + p->count, k->at)) {
        return false;
    }
    for (size_t v = 0; v < p->count; v++) {
        str value =
            k->kind == VALUES_REGEX ? regex_quoted(l->s->arena, p->values[v]) : p->values[v];
        /* A value's own percent signs must not be read as placeholders. */
        str safe = STR_NONE, rest = value, head;
        while (rest.len && str_cut(&rest, '%', &head)) {
            bool cut = (size_t)(head.p - value.p) + head.len < value.len;
            safe = arena_printf(l->s->arena, "%.*s%.*s%s", (int)safe.len, safe.len ? safe.p : "",
                                STR_ARG(head), cut ? "\\%" : "");
        }
        f->text[v == 0 ? i : f->count++] = spliced(l->s->arena, text, from, to, safe);
    }
    return true;
}

static bool expand(struct loading *l, struct forms *f, const struct item_key *k)
{
    for (size_t i = 0; i < f->count;) {
        bool more = false;
        if (!expand_form(l, f, i, k, &more)) {
            return false;
        }
        i += !more;
    }
    return map_forms(l, f, without_escaped_percent);
}

static bool step(struct loading *l, struct forms *f, const struct item_key *k, enum modifier m,
                 const struct yaml_node *at)
{
    bool encodes = m >= MOD_BASE64 && m <= MOD_UTF16;
    for (size_t i = 0; encodes && m != MOD_BASE64 && m != MOD_BASE64OFFSET && i < f->count; i++) {
        if (!glob_is_literal(f->text[i])) {
            return problem(l, at, "a value that is encoded cannot hold wildcards");
        }
    }
    switch (m) {
    case MOD_CONTAINS:
        return map_forms(l, f, add_any_around);
    case MOD_STARTSWITH:
        return map_forms(l, f, add_any_after);
    case MOD_ENDSWITH:
        return map_forms(l, f, add_any_before);
    case MOD_WINDASH:
        return map_forms(l, f, glob_windash);
    case MOD_BASE64:
        return map_forms(l, f, base64_of);
    case MOD_BASE64OFFSET:
        return to_base64_offsets(l, f, at);
    case MOD_UTF16LE:
    case MOD_UTF16BE:
    case MOD_UTF16:
        return to_utf16(l, f, m);
    case MOD_EXPAND:
        return expand(l, f, k);
    default:
        return false;
    }
}

/* Bytes of another encoding are a text again only once they went through base64. */
static bool check_encodings(struct loading *l, const struct item_key *k, const struct forms *f,
                            const struct yaml_node *at)
{
    bool wide = false, encoded = false;
    for (size_t i = 0; i < k->nsteps; i++) {
        enum modifier m = (enum modifier)k->steps[i];
        bool base64 = m == MOD_BASE64 || m == MOD_BASE64OFFSET;
        if (base64 && !wide && !glob_is_literal(f->text[0])) {
            return problem(l, at, "a value that is encoded cannot hold wildcards");
        }
        if ((wide || base64) && i > 0 && k->steps[i - 1] < MOD_WINDASH) {
            return problem(l, at, "`contains` and its like belong behind the encoding");
        }
        encoded = encoded || base64;
        wide = wide || (m >= MOD_UTF16LE && m <= MOD_UTF16);
    }
    return !wide || encoded || problem(l, at, "an UTF-16 modifier needs base64 behind it");
}

/* Texts and expressions: every form becomes a predicate, and any of them will do. */
static const struct node *text_forms(struct loading *l, const struct item_key *k,
                                     const struct forms *f, const struct yaml_node *at)
{
    struct node_list any = {0};
    bool regex = k->kind == VALUES_REGEX;
    for (size_t i = 0; i < f->count; i++) {
        struct err err = {0};
        if (regex && !matcher_check_regex(arena_str(l->s->arena, f->text[i]), k->flags, &err)) {
            (void)problem(l, at, "%s", err.text);
            return NULL;
        }
        bool keyword = k->field == FIELD_NONE && !regex;
        struct predicate p = {
            .kind = regex ? PREDICATE_REGEX : PREDICATE_TEXT,
            .field = k->field,
            .flags = k->flags,
            .text = keyword ? add_any_around(l->s->arena, f->text[i]) : f->text[i],
        };
        if (!node_list_add(l, &any, leaf(l, at, &p))) {
            return NULL;
        }
    }
    return node_join(l, NODE_OR, at->line, &any);
}

static const struct node *text_value(struct loading *l, const struct item_key *k,
                                     const struct yaml_node *at, str text)
{
    struct forms f = {.count = 1};
    if (!forms_reserve(l, &f, 1, at)) {
        return NULL;
    }
    f.text[0] = k->kind == VALUES_REGEX ? text : glob_of_sigma(l->s->arena, text);
    if (!f.text[0].p || (k->kind == VALUES_TEXT && !check_encodings(l, k, &f, at))) {
        return NULL;
    }
    for (size_t i = 0; i < k->nsteps; i++) {
        if (!step(l, &f, k, (enum modifier)k->steps[i], at)) {
            return NULL;
        }
    }
    return text_forms(l, k, &f, at);
}

static const struct node *network_value(struct loading *l, const struct item_key *k,
                                        const struct yaml_node *at)
{
    struct predicate p = {.kind = PREDICATE_NETWORK, .field = k->field};
    if (!network_parse(at->text, &p.network)) {
        (void)problem(l, at, "`%.*s` is not a network such as 10.0.0.0/8 or fe80::/10",
                      STR_ARG(at->text));
        return NULL;
    }
    p.text = at->text;
    return leaf(l, at, &p);
}

static const struct node *compare_value(struct loading *l, const struct item_key *k,
                                        const struct yaml_node *at)
{
    struct number number;
    struct predicate p = {
        .kind = PREDICATE_COMPARE, .field = k->field, .part = k->part, .comparison = k->comparison};
    str text = STR_NONE;
    if (scalar_kind(at, l->s->arena, &text) != SCALAR_NUMBER || !number_parse(text, &number)) {
        (void)problem(l, at, "a number was expected here, not `%.*s`", STR_ARG(at->text));
        return NULL;
    }
    p.text = number_text(&number, l->s->arena);
    return leaf(l, at, &p);
}

static const struct node *negate(struct loading *l, const struct node *n)
{
    struct node *not = n ? node_new(l, NODE_NOT, n->line) : NULL;
    struct node_list one = {0};
    if (!not || !node_list_add(l, &one, n)) {
        return NULL;
    }
    not ->kids = one.items;
    not ->nkids = 1;
    return not ;
}

static const struct node *exists_value(struct loading *l, const struct item_key *k,
                                       const struct yaml_node *at)
{
    str text = STR_NONE;
    if (scalar_kind(at, l->s->arena, &text) != SCALAR_BOOLEAN) {
        (void)problem(l, at, "`exists` takes true or false, not `%.*s`", STR_ARG(at->text));
        return NULL;
    }
    struct predicate p = {.kind = PREDICATE_EXISTS, .field = k->field};
    const struct node *n = leaf(l, at, &p);
    return str_eq(text, STR("true")) ? n : negate(l, n);
}

static const struct node *field_value(struct loading *l, const struct item_key *k,
                                      const struct yaml_node *at)
{
    struct predicate p = {
        .kind = PREDICATE_OTHER_FIELD, .field = k->field, .flags = k->flags, .affix = k->affix};
    p.other = at->text.len ? names_add(l->s->names, at->text) : FIELD_NONE;
    if (p.other == FIELD_NONE || k->field == FIELD_NONE) {
        (void)problem(l, at, "`fieldref` compares two fields by name");
        return NULL;
    }
    p.text = at->text;
    return leaf(l, at, &p);
}

static const struct node *plain_value(struct loading *l, const struct item_key *k,
                                      const struct yaml_node *at)
{
    str text = STR_NONE;
    enum scalar_kind kind = scalar_kind(at, l->s->arena, &text);
    if (kind == SCALAR_NULL) {
        if (k->nsteps || k->field == FIELD_NONE) {
            (void)problem(l, at, "a text was expected here, not nothing");
            return NULL;
        }
        return leaf(l, at, &(struct predicate){.kind = PREDICATE_NULL, .field = k->field});
    }
    if (kind == SCALAR_NUMBER && k->nsteps == 0 && k->field != FIELD_NONE) {
        return leaf(l, at,
                    &(struct predicate){.kind = PREDICATE_NUMBER, .field = k->field, .text = text});
    }
    return text_value(l, k, at, kind == SCALAR_BOOLEAN ? text : at->text);
}

const struct node *item_value(struct loading *l, const struct item_key *k,
                              const struct yaml_node *value)
{
    if (value->kind != YAML_SCALAR) {
        (void)problem(l, value, "a value was expected here, not a list or a map");
        return NULL;
    }
    switch (k->kind) {
    case VALUES_TEXT:
        return plain_value(l, k, value);
    case VALUES_REGEX:
        return text_value(l, k, value, value->text);
    case VALUES_NETWORK:
        return network_value(l, k, value);
    case VALUES_COMPARE:
        return compare_value(l, k, value);
    case VALUES_EXISTS:
        return exists_value(l, k, value);
    case VALUES_FIELD:
        return field_value(l, k, value);
    }
    return NULL;
}
