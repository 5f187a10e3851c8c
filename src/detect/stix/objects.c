#include "detect/stix/objects.h"

#include "base/catalog.h"
#include "base/text.h"
#include "detect/stix/kinds.h"
#include "detect/stix/tree.h"
#include "model/stix_id.h"

struct check {
    const struct json_value *object;
    const struct stix_property *type; /* NULL: not of the text */
    enum stix_family family;
    str type_name;
    enum stix_naming naming;
    bool inside; /* a bundle, where objects of 2.0 may stand: they do not tell their version */
    struct arena *arena;
    struct stix_verdict verdict;
};

static const char *const names[STIX_BREACHES] = {
    [STIX_SOUND] = "sound",       [STIX_SHAPE] = "shape",     [STIX_MISSING] = "missing",
    [STIX_NAMING] = "naming",     [STIX_ID] = "id",           [STIX_TIME] = "time",
    [STIX_VALUE] = "value",       [STIX_MARKING] = "marking", [STIX_PATTERN] = "pattern",
    [STIX_CONFLICT] = "conflict",
};

/* What is said when nothing more is known than the class. */
static const char *const reasons[STIX_BREACHES] = {
    [STIX_SHAPE] = N_("not the kind of value that stands here"),
    [STIX_MISSING] = N_("is missing"),
    [STIX_NAMING] = N_("not a name that may stand here"),
    [STIX_ID] = N_("not an id, or not of a type that may stand here"),
    [STIX_TIME] = N_("not a time, or before one that it cannot be before"),
    [STIX_VALUE] = N_("not a value that may stand here"),
    [STIX_MARKING] = N_("not a marking as the standard has them"),
    [STIX_PATTERN] = N_("not a pattern"),
    [STIX_CONFLICT] = N_("cannot stand together with another property, or not without it"),
};

const char *stix_breach_name(enum stix_breach b)
{
    return names[b];
}

static void breach(struct check *c, enum stix_breach b, str property)
{
    if (c->verdict.breach == STIX_SOUND && b != STIX_SOUND) {
        c->verdict = (struct stix_verdict){b, property, reasons[b]};
    }
}

static const struct json_value *member(const struct check *c, const char *name)
{
    return json_member(c->object, str_of(name));
}

static bool has(const struct check *c, const char *name)
{
    return member(c, name) != NULL;
}

static bool is_called(const struct check *c, const char *type)
{
    return str_eq(c->type_name, str_of(type));
}

static void need(struct check *c, const char *name)
{
    breach(c, has(c, name) ? STIX_SOUND : STIX_MISSING, str_of(name));
}

/* At least one of a list between bars. */
static void need_one(struct check *c, const char *list)
{
    str rest = str_of(list), one;
    bool any = false;
    while (str_cut(&rest, '|', &one)) {
        any |= json_member(c->object, one) != NULL;
    }
    breach(c, any ? STIX_SOUND : STIX_MISSING, str_of(list));
}

static void exclude(struct check *c, bool wrong, const char *name)
{
    breach(c, wrong ? STIX_CONFLICT : STIX_SOUND, str_of(name));
}

/* ---- properties that all objects have */

static const struct stix_property shared_rows[] = {
    {STR_INIT("created_by_ref"),      NEED_MAY, KIND_ID,       STR_INIT(""),        FAMILY_DOMAIN},
    {STR_INIT("created"),             NEED_MAY, KIND_TIME,     STR_INIT(""),        FAMILY_DOMAIN},
    {STR_INIT("modified"),            NEED_MAY, KIND_TIME,     STR_INIT("created"), FAMILY_DOMAIN},
    {STR_INIT("revoked"),             NEED_MAY, KIND_TRUTH,    STR_INIT(""),        FAMILY_DOMAIN},
    {STR_INIT("labels"),              NEED_MAY, KIND_TEXTS,    STR_INIT(""),        FAMILY_DOMAIN},
    {STR_INIT("confidence"),          NEED_MAY, KIND_INTEGER,  STR_INIT("0|100"),   FAMILY_DOMAIN},
    {STR_INIT("lang"),                NEED_MAY, KIND_LANGUAGE, STR_INIT(""),        FAMILY_DOMAIN},
    {STR_INIT("object_marking_refs"), NEED_MAY, KIND_IDS,      STR_INIT(""),        FAMILY_DOMAIN},
    {STR_INIT("granular_markings"),   NEED_MAY, KIND_LIST,     STR_INIT(""),        FAMILY_DOMAIN},
    {STR_INIT("external_references"), NEED_MAY, KIND_LIST,     STR_INIT(""),        FAMILY_DOMAIN},
    {STR_INIT("defanged"),            NEED_MAY, KIND_TRUTH,    STR_INIT(""),        FAMILY_DOMAIN},
    {STR_INIT("extensions"),          NEED_MAY, KIND_OBJECT,   STR_INIT(""),        FAMILY_DOMAIN},
};

static const struct stix_property *row_of(const struct check *c, str name)
{
    const struct stix_property *row = stix_property_row(c->type, name);
    for (size_t i = 0; !row && i < ARRAY_LEN(shared_rows) && c->family != FAMILY_BUNDLE; i++) {
        row = str_eq(shared_rows[i].name, name) ? &shared_rows[i] : NULL;
    }
    return row;
}

/* Lower case, digits and underscores, three at least; a name may go on otherwise behind them, as
 * the schemas have it, and anything may that ends in id. */
static bool begins_as_name(str s)
{
    bool ok = s.len >= 3 && s.p[0] >= 'a' && s.p[0] <= 'z';
    for (size_t i = 1; i < 3 && ok; i++) {
        char c = s.p[i];
        ok = (c >= 'a' && c <= 'z') || c == '_' || ascii_is_digit(c);
    }
    return ok || str_ends(s, STR("id"));
}

/* What holds for every property, known or not. */
static enum stix_breach any_property(const struct json_value *v)
{
    struct stix_property bin = {.kind = KIND_BASE64}, hex = {.kind = KIND_HEX};
    if (!begins_as_name(v->name) && v->name.len > 3 &&
        (str_ends(v->name, STR("_bin")) || str_ends(v->name, STR("_hex")))) {
        return STIX_SOUND;
    }
    if (!begins_as_name(v->name)) {
        return STIX_NAMING;
    }
    if (v->kind == JSON_NULL || (v->kind == JSON_ARRAY && v->count == 0)) {
        return STIX_SHAPE;
    }
    if (str_ends(v->name, STR("_bin"))) {
        return stix_kind_check(&bin, v, NULL);
    }
    return str_ends(v->name, STR("_hex")) ? stix_kind_check(&hex, v, NULL) : STIX_SOUND;
}

static void check_order(struct check *c, const struct stix_property *row,
                        const struct json_value *v)
{
    stix_time t, before;
    const struct json_value *other = json_member(c->object, row->detail);
    if (row->detail.len && json_is(other, JSON_STRING) && stix_time_parse(other->text, &before) &&
        stix_time_parse(v->text, &t)) {
        bool fits = row->kind == KIND_TIME_AFTER ? t > before : t >= before;
        breach(c, fits ? STIX_SOUND : STIX_TIME, v->name);
    }
}

static void check_property(struct check *c, const struct json_value *v)
{
    static const str reserved = STR_INIT("severity|action|username|phone_numbers");
    const struct stix_property *row = row_of(c, v->name);
    breach(c, any_property(v), v->name);
    breach(c, stix_is_word(reserved, v->name) ? STIX_NAMING : STIX_SOUND, v->name);
    if (!row || c->verdict.breach != STIX_SOUND) {
        return;
    }
    breach(c, stix_kind_check(row, v, c->arena), v->name);
    if (row->kind == KIND_TIME || row->kind == KIND_TIME_AFTER) {
        check_order(c, row, v);
    }
}

static void check_needs(struct check *c)
{
    for (const struct stix_property *p = c->type ? c->type + 1 : NULL; p && stix_is_row_of(p);
         p++) {
        bool missing = p->need == NEED_MUST && !json_member(c->object, p->name);
        breach(c, missing ? STIX_MISSING : STIX_SOUND, p->name);
    }
}

/* Milliseconds at least, as ids of versions of an object. */
static void check_precise(struct check *c, const char *name)
{
    str t = json_member_text(c->object, str_of(name));
    bool precise = t.len >= 24 && t.p[19] == '.';
    breach(c, t.len == 0 || precise ? STIX_SOUND : STIX_TIME, str_of(name));
}

static void check_head(struct check *c)
{
    struct uuid u;
    str type;
    const struct json_value *id = member(c, "id");
    need(c, "type");
    need(c, "id");
    bool named = stix_is_type_name(c->type_name) && !is_called(c, "action");
    breach(c, named ? STIX_SOUND : STIX_NAMING, STR("type"));
    bool sound = id && stix_id_check(id, STR_NONE) == STIX_SOUND &&
                 stix_id_parse(id->text, &type, &u) && str_eq(type, c->type_name);
    breach(c, sound ? STIX_SOUND : STIX_ID, STR("id"));
    if (c->family == FAMILY_DOMAIN || c->family == FAMILY_MARKING) {
        need(c, "created");
    }
    if (!c->inside && (c->family == FAMILY_DOMAIN || c->family == FAMILY_MARKING)) {
        need(c, "spec_version");
    }
    if (c->family == FAMILY_DOMAIN) {
        need(c, "modified");
        check_precise(c, "created");
        check_precise(c, "modified");
    }
    str version = json_member_text(c->object, STR("spec_version"));
    bool known = !has(c, "spec_version") || stix_is_word(STR("2.0|2.1"), version);
    breach(c, known || c->family == FAMILY_BUNDLE ? STIX_SOUND : STIX_VALUE, STR("spec_version"));
}

/* ---- references to the outside, and extensions */

static bool is_numbered(str s, const char *prefix, size_t least)
{
    str head = str_of(prefix), digits = str_from(s, head.len);
    bool ok = str_starts(s, head) && digits.len >= least;
    for (size_t i = 0; i < digits.len && ok; i++) {
        ok = ascii_is_digit(digits.p[i]);
    }
    return ok;
}

static bool is_cve(str s)
{
    str number = str_from(s, 9);
    return s.len > 9 && s.p[8] == '-' && is_numbered(str_sub(s, 0, 8), "CVE-", 4) &&
           is_numbered(number, "", 4) && (number.len == 4 || number.p[0] != '0');
}

static bool is_reference(const struct json_value *r)
{
    const struct json_value *name = json_member(r, STR("source_name"));
    const struct json_value *id = json_member(r, STR("external_id"));
    const struct json_value *url = json_member(r, STR("url"));
    const struct json_value *hashes = json_member(r, STR("hashes"));
    if (!json_is(name, JSON_STRING) || (id && id->kind != JSON_STRING) ||
        (url && (url->kind != JSON_STRING || !stix_is_uri(url->text))) ||
        (hashes && !stix_hashes_are_sound(hashes))) {
        return false;
    }
    bool cve = id && is_cve(id->text), capec = id && is_numbered(id->text, "CAPEC-", 1);
    return str_eq(name->text, STR("cve")) ? cve
           : str_eq(name->text, STR("capec"))
               ? capec
               : !cve && !capec && (id || url || json_member(r, STR("description")));
}

static void check_references(struct check *c)
{
    const struct json_value *list = member(c, "external_references");
    for (const struct json_value *i = json_is(list, JSON_ARRAY) ? list->first : NULL; i;
         i = i->next) {
        breach(c, is_reference(i) ? STIX_SOUND : STIX_VALUE, STR("external_references"));
    }
}

static bool is_extension_name(str s)
{
    struct uuid u;
    str type;
    bool own = stix_id_parse(s, &type, &u) && str_eq(type, STR("extension-definition"));
    return own || (str_ends(s, STR("-ext")) && stix_is_type_name(s));
}

/* The times in the extensions of the text. */
static bool is_extension_time(str name)
{
    return stix_is_word(STR("time_date_stamp|modified_time|created_time"), name);
}

static void check_extension(struct check *c, const struct json_value *x)
{
    stix_time t;
    str kinds = STR("new-sdo|new-sco|new-sro|property-extension|toplevel-property-extension");
    const struct json_value *kind = json_member(x, STR("extension_type"));
    bool own = str_starts(x->name, STR("extension-definition--"));
    breach(c, is_extension_name(x->name) ? STIX_SOUND : STIX_NAMING, x->name);
    breach(c, x->kind == JSON_OBJECT && x->count > 0 ? STIX_SOUND : STIX_SHAPE, x->name);
    breach(c, own && !kind ? STIX_MISSING : STIX_SOUND, STR("extension_type"));
    bool known = !kind || (kind->kind == JSON_STRING && stix_is_word(kinds, kind->text));
    breach(c, !own || known ? STIX_SOUND : STIX_VALUE, STR("extension_type"));
    for (const struct json_value *i = x->first; i && x->kind == JSON_OBJECT; i = i->next) {
        bool dated = !own && is_extension_time(i->name) && i->kind == JSON_STRING;
        breach(c, any_property(i), i->name);
        breach(c, !dated || stix_time_parse(i->text, &t) ? STIX_SOUND : STIX_TIME, i->name);
    }
}

static void check_extensions(struct check *c)
{
    const struct json_value *all = member(c, "extensions");
    breach(c, !all || (all->kind == JSON_OBJECT && all->count > 0) ? STIX_SOUND : STIX_SHAPE,
           STR("extensions"));
    for (const struct json_value *i = all && all->kind == JSON_OBJECT ? all->first : NULL; i;
         i = i->next) {
        check_extension(c, i);
    }
}

/* ---- markings */

static const struct json_value *step_into(const struct json_value *v, str step)
{
    uint64_t index = 0;
    bool number = step.len > 2 && step.p[0] == '[' && step.p[step.len - 1] == ']' &&
                  str_u64(str_sub(step, 1, step.len - 2), &index);
    if (!number) {
        return json_member(v, step);
    }
    const struct json_value *i = json_is(v, JSON_ARRAY) ? v->first : NULL;
    while (i && index-- > 0) {
        i = i->next;
    }
    return i;
}

static bool selects(const struct json_value *object, str selector)
{
    str step;
    bool first = true;
    const struct json_value *v = object;
    while (v && str_cut(&selector, '.', &step)) {
        v = first && step.len && step.p[0] == '[' ? NULL : step_into(v, step);
        first = false;
    }
    return v != NULL;
}

static void check_marking(struct check *c, const struct json_value *m)
{
    str at = STR("granular_markings"), own = json_member_text(c->object, STR("id"));
    const struct json_value *ref = json_member(m, STR("marking_ref"));
    const struct json_value *selectors = json_member(m, STR("selectors"));
    bool leads = ref && stix_id_check(ref, STR("marking-definition")) == STIX_SOUND &&
                 !str_eq(ref->text, own);
    bool listed = json_is(selectors, JSON_ARRAY) && selectors->count > 0;
    breach(c, leads && listed ? STIX_SOUND : STIX_MARKING, at);
    for (const struct json_value *i = listed ? selectors->first : NULL; i; i = i->next) {
        bool found = i->kind == JSON_STRING && selects(c->object, i->text);
        breach(c, found ? STIX_SOUND : STIX_MARKING, at);
    }
}

static void check_markings(struct check *c)
{
    const struct json_value *granular = member(c, "granular_markings");
    const struct json_value *refs = member(c, "object_marking_refs");
    str own = json_member_text(c->object, STR("id"));
    for (const struct json_value *i = json_is(granular, JSON_ARRAY) ? granular->first : NULL; i;
         i = i->next) {
        check_marking(c, i);
    }
    for (const struct json_value *i = json_is(refs, JSON_ARRAY) ? refs->first : NULL; i;
         i = i->next) {
        breach(c, str_eq(i->text, own) ? STIX_MARKING : STIX_SOUND, STR("object_marking_refs"));
    }
}

/* The four levels of TLP 1 are fixed to the letter. */
static bool is_tlp(const struct check *c)
{
    static const struct {
        str level, id;
    } levels[] = {
        {STR_INIT("white"), STR_INIT("613f2e26-407d-48c7-9eca-b8e91df99dc9")},
        {STR_INIT("green"), STR_INIT("34098fce-860f-48ae-8e50-ebd3cc5e41da")},
        {STR_INIT("amber"), STR_INIT("f88d31f6-486f-44da-b317-01333bde0b82")},
        {STR_INIT("red"),   STR_INIT("5e57c739-391a-4eb3-b6be-7d15ca92d5ed")},
    };
    str level = json_member_text(member(c, "definition"), STR("tlp"));
    str name = json_member_text(c->object, STR("name"));
    str uuid = str_from(json_member_text(c->object, STR("id")), sizeof "marking-definition--" - 1);
    bool fixed =
        str_eq(json_member_text(c->object, STR("created")), STR("2017-01-20T00:00:00.000Z")) &&
        c->object->count == 7;
    for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
        if (str_eq(level, levels[i].level)) {
            return fixed && str_eq(uuid, levels[i].id) && str_starts(name, STR("TLP:")) &&
                   str_eq_nocase(str_from(name, 4), level);
        }
    }
    return false;
}

static void check_marking_definition(struct check *c)
{
    str type = json_member_text(c->object, STR("definition_type"));
    const struct json_value *definition = member(c, "definition");
    bool extended = has(c, "extensions"), whole = has(c, "definition_type") && definition;
    bool sound = whole || extended;
    if (str_eq(type, STR("tlp"))) {
        sound = is_tlp(c);
    } else if (str_eq(type, STR("statement"))) {
        sound = json_is(json_member(definition, STR("statement")), JSON_STRING);
    }
    breach(c, sound ? STIX_SOUND : STIX_MARKING, STR("definition"));
}

/* ---- patterns */

static bool has_prefix(const struct check *c, str name, const char *prefix, char between)
{
    str head = str_of(prefix), rest = str_from(name, head.len);
    size_t gap = str_find_char(rest, between);
    return c->naming == STIX_ANY_NAME ||
           (str_starts(name, head) && rest.len > 0 &&
            (c->naming == STIX_X_PREFIX || (gap > 0 && gap + 1 < rest.len)));
}

static bool test_is_named(const struct check *c, const struct stix_test *t)
{
    const struct stix_property *type = stix_type_row(t->type);
    bool known = type && type->family == FAMILY_OBSERVABLE;
    str key = t->steps[0].key;
    if (!known && (!stix_is_type_name(t->type) || !has_prefix(c, t->type, "x-", '-'))) {
        return false;
    }
    if (known && (stix_property_row(type, key) ||
                  stix_is_word(STR("id|type|extensions|spec_version|defanged"), key))) {
        return true;
    }
    return stix_is_property_name(key) && (!known || has_prefix(c, key, "x_", '_'));
}

static bool are_named(const struct check *c, const struct stix_comparison *all)
{
    bool ok = all->kind != JUNCTION_TEST || test_is_named(c, &all->test);
    for (const struct stix_comparison *i = all->first; i && ok; i = i->next) {
        ok = are_named(c, i);
    }
    return ok;
}

static bool brackets_are_named(const struct check *c, const struct stix_expression *e)
{
    bool ok = e->kind != STIX_BRACKET || are_named(c, e->comparison);
    for (const struct stix_expression *i = e->first; i && ok; i = i->next) {
        ok = brackets_are_named(c, i);
    }
    return ok;
}

static void check_indicator(struct check *c)
{
    struct stix_fault fault;
    str version = json_member_text(c->object, has(c, "pattern_version") ? STR("pattern_version")
                                                                        : STR("spec_version"));
    enum stix_edition edition = str_eq(version, STR("2.0")) ? STIX_2_0 : STIX_2_1;
    const struct json_value *pattern = member(c, "pattern");
    if (!json_is(pattern, JSON_STRING) ||
        !str_eq(json_member_text(c->object, STR("pattern_type")), STR("stix"))) {
        return;
    }
    struct stix_pattern *p =
        stix_pattern_new(c->arena, pattern->text, edition, STIX_AS_THE_TEXT_SAYS, &fault);
    bool sound = p && stix_pattern_is_plausible(p, &fault);
    if (!sound && c->verdict.breach == STIX_SOUND) {
        c->verdict = (struct stix_verdict){STIX_PATTERN, STR("pattern"), fault.why};
    } else if (sound) {
        breach(c, brackets_are_named(c, p->root) ? STIX_SOUND : STIX_PATTERN, STR("pattern"));
    }
    stix_pattern_done(p);
}

/* ---- what several properties of one object have to do with each other */

static bool is_true(const struct check *c, const char *name)
{
    return json_is(member(c, name), JSON_TRUE);
}

static void check_together(struct check *c)
{
    if (is_called(c, "artifact")) {
        need_one(c, "payload_bin|url");
        exclude(c, has(c, "payload_bin") && has(c, "url"), "url");
        exclude(c, has(c, "url") && !has(c, "hashes"), "hashes");
        exclude(c, has(c, "decryption_key") && !has(c, "encryption_algorithm"), "decryption_key");
    } else if (is_called(c, "email-message")) {
        exclude(c, is_true(c, "is_multipart") && has(c, "body"), "body");
        exclude(c, !is_true(c, "is_multipart") && has(c, "body_multipart"), "body_multipart");
    } else if (is_called(c, "file")) {
        need_one(c, "hashes|name");
    } else if (is_called(c, "network-traffic")) {
        need_one(c, "src_ref|dst_ref");
        exclude(c, is_true(c, "is_active") && has(c, "end"), "end");
    } else if (is_called(c, "location")) {
        need_one(c, "region|country|latitude");
        exclude(c, has(c, "latitude") != has(c, "longitude"), "longitude");
        exclude(c, has(c, "precision") && !has(c, "latitude"), "precision");
    } else if (is_called(c, "malware")) {
        exclude(c, is_true(c, "is_family") && !has(c, "name"), "name");
    } else if (is_called(c, "malware-analysis")) {
        need_one(c, "result|analysis_sco_refs");
    } else if (is_called(c, "observed-data")) {
        need_one(c, "objects|object_refs");
        exclude(c, has(c, "objects") && has(c, "object_refs"), "objects");
    } else if (is_called(c, "windows-registry-key")) {
        need_one(c, "key|values|modified|modified_time|creator_user_ref|number_of_subkeys");
    } else if (is_called(c, "extension-definition")) {
        const struct json_value *types = member(c, "extension_types");
        bool top = false;
        for (const struct json_value *i = types ? types->first : NULL; i; i = i->next) {
            top |= str_eq(i->text, STR("toplevel-property-extension"));
        }
        exclude(c, has(c, "extension_properties") && !top, "extension_properties");
    }
}

/* What says nothing but that it is there. */
static void check_says_something(struct check *c)
{
    static const str empty = STR_INIT("process|user-account|x509-certificate");
    size_t own = 0;
    for (const struct json_value *i = c->object->first; i; i = i->next) {
        own += stix_property_row(c->type, i->name) || str_eq(i->name, STR("extensions"));
    }
    breach(c, own > 0 || !stix_is_word(empty, c->type_name) ? STIX_SOUND : STIX_MISSING, STR_NONE);
}

/* Ids of version 4 for what has no property that makes it what it is. */
static void check_uuid_version(struct check *c)
{
    static const str chosen = STR_INIT(
        "artifact|email-message|user-account|windows-registry-key|x509-certificate|process");
    struct uuid u;
    str type, id = json_member_text(c->object, STR("id"));
    if (stix_is_word(chosen, c->type_name) && stix_id_parse(id, &type, &u) &&
        !stix_observable_id(c->object, c->arena, &id)) {
        breach(c, u.byte[6] >> 4 == 4 ? STIX_SOUND : STIX_ID, STR("id"));
    }
}

/* ---- all of it */

static struct stix_verdict check_object(const struct json_value *object, enum stix_naming naming,
                                        struct arena *a, bool inside);

static void check_inner(struct check *c, const struct json_value *all)
{
    for (const struct json_value *i = all ? all->first : NULL; i; i = i->next) {
        if (c->verdict.breach == STIX_SOUND) {
            c->verdict = check_object(i, c->naming, c->arena, true);
        }
    }
}

static enum stix_family family_of(const struct check *c)
{
    bool dated = has(c, "created") || has(c, "modified");
    return c->type ? c->type->family : dated ? FAMILY_DOMAIN : FAMILY_OBSERVABLE;
}

static void check_all(struct check *c)
{
    check_head(c);
    for (const struct json_value *i = c->object->first; i; i = i->next) {
        check_property(c, i);
    }
    check_needs(c);
    check_references(c);
    check_extensions(c);
    check_markings(c);
    check_together(c);
    if (c->family == FAMILY_MARKING) {
        check_marking_definition(c);
    } else if (c->family == FAMILY_OBSERVABLE && c->type) {
        check_says_something(c);
        check_uuid_version(c);
    } else if (c->family == FAMILY_BUNDLE) {
        check_inner(c, member(c, "objects"));
    }
    if (is_called(c, "indicator")) {
        check_indicator(c);
    }
}

static struct stix_verdict check_object(const struct json_value *object, enum stix_naming naming,
                                        struct arena *a, bool inside)
{
    struct check c = {.object = object, .naming = naming, .inside = inside, .arena = a};
    if (json_is(object, JSON_ARRAY) && !inside) {
        check_inner(&c, object);
        return c.verdict;
    }
    if (!json_is(object, JSON_OBJECT)) {
        breach(&c, STIX_SHAPE, STR_NONE);
        return c.verdict;
    }
    c.type_name = json_member_text(object, STR("type"));
    c.type = stix_type_row(c.type_name);
    c.family = family_of(&c);
    breach(&c, inside && c.family == FAMILY_BUNDLE ? STIX_SHAPE : STIX_SOUND, STR("type"));
    if (c.verdict.breach == STIX_SOUND) {
        check_all(&c);
    }
    return c.verdict;
}

struct stix_verdict stix_object_check(const struct json_value *object, enum stix_naming naming,
                                      struct arena *a)
{
    return check_object(object, naming, a, false);
}
