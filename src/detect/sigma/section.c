#include "detect/sigma/section.h"

#include "detect/decode/decode.h"

static bool read_rung(struct loading *l, const struct yaml_node *n, struct rule_info *info)
{
    uint64_t rung = 0;
    if (n->kind != YAML_SCALAR || !str_u64(n->text, &rung) || rung > RUNG_MAX) {
        return problem(l, n, "a rung is a number from 0 to %d", RUNG_MAX);
    }
    info->rung = (int)rung;
    return true;
}

static bool read_weight(struct loading *l, const struct yaml_node *n, struct rule_info *info)
{
    static const str names[] = {
        [WEIGHT_CONTEXT] = STR_INIT("context"),
        [WEIGHT_LEAD] = STR_INIT("lead"),
        [WEIGHT_STRONG] = STR_INIT("strong"),
        [WEIGHT_PROOF] = STR_INIT("proof"),
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq(n->text, names[i])) {
            info->weight = (enum weight)i;
            return true;
        }
    }
    return problem(l, n, "a weight is context, lead, strong or proof");
}

static bool read_stage(struct loading *l, const struct yaml_node *n, struct rule_info *info)
{
    static const str names[] = {STR_INIT("probe"),   STR_INIT("entry"),      STR_INIT("write"),
                                STR_INIT("execute"), STR_INIT("discover"),   STR_INIT("credential"),
                                STR_INIT("persist"), STR_INIT("hide"),       STR_INIT("move"),
                                STR_INIT("collect"), STR_INIT("exfiltrate"), STR_INIT("impact")};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq(n->text, names[i])) {
            info->stage = names[i];
            return true;
        }
    }
    return problem(l, n,
                   "a stage is probe, entry, write, execute, discover, credential, persist, hide, "
                   "move, collect, exfiltrate or impact");
}

static const str languages[LANG_COUNT] = {[LANG_EN] = STR_INIT("en"), [LANG_FR] = STR_INIT("fr")};

/* The rule's own title is English, so a language may be missing. */
static bool read_titles(struct loading *l, const struct yaml_node *n, struct rule_info *info)
{
    bool any = false;
    for (size_t i = 0; i < LANG_COUNT; i++) {
        info->titles.in[i] = yaml_text(n, languages[i]);
        any = any || info->titles.in[i].len;
    }
    return any || problem(l, n, "a title in `fr` was expected here");
}

static bool read_text(struct loading *l, const struct yaml_node *n, struct text *out)
{
    for (size_t i = 0; i < LANG_COUNT; i++) {
        out->in[i] = yaml_text(n, languages[i]);
        if (out->in[i].len == 0) {
            return problem(l, n, "a sentence in `%.*s` is missing", STR_ARG(languages[i]));
        }
    }
    return true;
}

static bool read_cves(struct loading *l, const struct yaml_node *n, struct rule_info *info)
{
    size_t count = n->kind == YAML_LIST ? n->count : 0;
    str *all = ARENA_ARRAY(l->s->arena, str, info->ncves + count);
    if (!all || n->kind != YAML_LIST) {
        return problem(l, n, "a list of CVE numbers was expected here");
    }
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        all[total++] = n->items[i]->text;
    }
    for (size_t i = 0; i < info->ncves; i++) { /* those of the tags */
        bool known = false;
        for (size_t j = 0; j < count; j++) {
            known = known || str_eq_nocase(all[j], info->cves[i]);
        }
        if (!known) {
            all[total++] = info->cves[i];
        }
    }
    info->cves = all;
    info->ncves = total;
    return true;
}

static bool read_entities(struct loading *l, const struct yaml_node *n, struct rule_info *info)
{
    size_t count = n->kind == YAML_LIST ? n->count : 0;
    struct rule_entity *all = ARENA_ARRAY(l->s->arena, struct rule_entity, count);
    if (!all || n->kind != YAML_LIST) {
        return problem(l, n, "a list of entities was expected here");
    }
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *e = n->items[i];
        all[i] = (struct rule_entity){yaml_text(e, STR("field")), yaml_text(e, STR("kind")),
                                      yaml_text(e, STR("role"))};
        if (!all[i].field.len || !all[i].kind.len) {
            return problem(l, e, "an entity has a `field` and a `kind`");
        }
    }
    info->entities = all;
    info->nentities = count;
    return true;
}

static bool read_decode(struct loading *l, const struct yaml_node *n, struct rule_info *info)
{
    info->decode_field = yaml_text(n, STR("field"));
    info->decode_scheme = yaml_text(n, STR("with"));
    return (info->decode_field.len > 0 && decode_knows(info->decode_scheme)) ||
           problem(l, n, "`decode` has a `field`, and says `with` which known scheme");
}

static bool read_key(struct loading *l, const struct yaml_node *key, const struct yaml_node *n,
                     struct rule_info *info)
{
    if (str_eq(key->text, STR("rung"))) {
        return read_rung(l, n, info);
    }
    if (str_eq(key->text, STR("weight"))) {
        return read_weight(l, n, info);
    }
    if (str_eq(key->text, STR("stage"))) {
        return read_stage(l, n, info);
    }
    if (str_eq(key->text, STR("cves"))) {
        return read_cves(l, n, info);
    }
    if (str_eq(key->text, STR("title"))) {
        return read_titles(l, n, info);
    }
    if (str_eq(key->text, STR("summary"))) {
        return read_text(l, n, &info->summary);
    }
    if (str_eq(key->text, STR("benign"))) {
        return read_text(l, n, &info->benign);
    }
    if (str_eq(key->text, STR("entities"))) {
        return read_entities(l, n, info);
    }
    if (str_eq(key->text, STR("decode"))) {
        return read_decode(l, n, info);
    }
    return problem(l, key, "`%.*s` is no part of a `limier` section", STR_ARG(key->text));
}

bool section_read(struct loading *l, const struct yaml_node *section, struct rule_info *info)
{
    if (section && section->kind != YAML_MAP) {
        return problem(l, section, "a map was expected under `limier`");
    }
    for (size_t i = 0; section && i < section->count; i++) {
        if (!read_key(l, section->keys[i], section->items[i], info)) {
            return false;
        }
    }
    return true;
}
