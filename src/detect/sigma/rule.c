#include "base/text.h"
#include "detect/sigma/collection.h"
#include "detect/sigma/correlation.h"
#include "detect/sigma/detection.h"
#include "detect/sigma/filter.h"
#include "detect/sigma/lint.h"
#include "detect/sigma/section.h"

/* ---- what is known of a rule besides how it matches */

static bool read_level(struct loading *l, const struct yaml_node *document, enum level *out)
{
    const struct yaml_node *n = yaml_get(document, STR("level"));
    *out = LEVEL_MEDIUM;
    if (n && !level_parse(n->text, out)) {
        warning(l, n, "`%.*s` is no level: informational, low, medium, high or critical",
                STR_ARG(n->text));
    }
    return true;
}

static str read_author(struct loading *l, const struct yaml_node *document)
{
    const struct yaml_node *n = yaml_get(document, STR("author"));
    if (!n || n->kind == YAML_SCALAR) {
        return n ? n->text : STR_NONE;
    }
    str all = STR_NONE;
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++) {
        all = arena_printf(l->s->arena, "%.*s%s%.*s", (int)all.len, all.len ? all.p : "",
                           i ? ", " : "", STR_ARG(n->items[i]->text));
    }
    return all;
}

static bool is_technique(str tag)
{
    return tag.len > 8 && (tag.p[7] == 't' || tag.p[7] == 'T') && ascii_is_digit(tag.p[8]);
}

static str upper(struct arena *a, const char *prefix, str s)
{
    str out = arena_printf(a, "%s%.*s", prefix, STR_ARG(s));
    char *p = arena_alloc(a, out.len + 1);
    for (size_t i = 0; p && i < out.len; i++) {
        char c = out.p[i];
        p[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    return (str){p, p ? out.len : 0};
}

static str tactic(struct arena *a, str name)
{
    str copy = text_lower(a, name);
    char *p = arena_alloc(a, copy.len + 1);
    for (size_t i = 0; p && i < copy.len; i++) {
        p[i] = copy.p[i] == '_' ? '-' : copy.p[i];
    }
    return (str){p, p ? copy.len : 0};
}

/* attack.t1505.003, attack.initial-access, cve.2021-26855; groups and software are neither. */
static void read_tag(struct arena *a, str tag, struct rule_info *info, str *attack, str *tactics,
                     str *cves)
{
    if (is_technique(tag) && str_starts_nocase(tag, STR("attack."))) {
        attack[info->nattack++] = upper(a, "", str_from(tag, 7));
    } else if (str_starts_nocase(tag, STR("attack.")) && tag.len > 8 && !ascii_is_digit(tag.p[8])) {
        tactics[info->ntactics++] = tactic(a, str_from(tag, 7));
    } else if (str_starts_nocase(tag, STR("cve."))) {
        cves[info->ncves++] = upper(a, "CVE-", str_from(tag, 4));
    }
}

static bool read_tags(struct loading *l, const struct yaml_node *document, struct rule_info *info)
{
    const struct yaml_node *n = yaml_get(document, STR("tags"));
    if (!n || n->kind != YAML_LIST) {
        return true;
    }
    struct arena *a = l->s->arena;
    str *all[4] = {0};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        all[i] = ARENA_ARRAY(a, str, n->count);
        if (!all[i]) {
            return out_of_room(l);
        }
    }
    for (size_t i = 0; i < n->count; i++) {
        all[0][info->ntags++] = n->items[i]->text;
        read_tag(a, n->items[i]->text, info, all[1], all[2], all[3]);
    }
    info->tags = all[0];
    info->attack = all[1];
    info->tactics = all[2];
    info->cves = all[3];
    return true;
}

static bool read_info(struct loading *l, const struct yaml_node *document, str text,
                      struct rule_info *info)
{
    str id = yaml_text(document, STR("id"));
    *info = (struct rule_info){
        .id = id.len ? id : l->rule,
        .title = l->rule,
        .author = read_author(l, document),
        .status = yaml_text(document, STR("status")),
        .engine = STR("sigma"),
        .source = l->file,
        .text = text,
        .rung = RUNG_NONE,
        .weight = WEIGHT_LEAD,
    };
    return read_level(l, document, &info->level) && read_tags(l, document, info) &&
           section_read(l, yaml_get(document, STR("limier")), info);
}

/* ---- documents */

static bool read_log_source(struct loading *l, const struct yaml_node *document,
                            struct sigma_rule *r)
{
    const struct yaml_node *n = yaml_get(document, STR("logsource"));
    struct arena *a = l->s->arena;
    if (!n || n->kind != YAML_MAP) {
        return problem(l, n ? n : document, "a rule needs a `logsource`");
    }
    r->source = (struct log_source){text_lower(a, yaml_text(n, STR("category"))),
                                    text_lower(a, yaml_text(n, STR("product"))),
                                    text_lower(a, yaml_text(n, STR("service")))};
    if (!r->source.category.len && !r->source.product.len && !r->source.service.len) {
        return problem(l, n, "the `logsource` names no category, product or service");
    }
    return true;
}

static bool read_detection(struct loading *l, const struct yaml_node *document,
                           struct sigma_rule *r)
{
    const struct yaml_node *n = yaml_get(document, STR("detection"));
    struct detection d;
    if (!n) {
        return problem(l, document, "a rule needs a `detection`");
    }
    if (!read_log_source(l, document, r) || !detection_read(l, n, NULL, 0, &d)) {
        return false;
    }
    r->kind = RULE_DETECTION;
    r->selections = d.selections;
    r->nselections = d.count;
    r->node = d.node;
    r->condition = yaml_text(n, STR("condition"));
    return true;
}

static bool add_rule(struct loading *l, const struct yaml_node *document, str text)
{
    struct sigma *s = l->s;
    struct sigma_rule *r = ARENA_NEW(s->arena, struct sigma_rule);
    s->rules = arena_grow(s->arena, s->rules, &s->cap_rules, s->nrules + 1, sizeof *s->rules);
    if (!r || !s->rules) {
        return out_of_room(l);
    }
    if (l->rule.len == 0) {
        return problem(l, document, "a rule needs a `title`");
    }
    r->line = document->line;
    r->name = yaml_text(document, STR("name"));
    if (!read_info(l, document, text, &r->info)) {
        return false;
    }
    if (yaml_get(document, STR("correlation"))) {
        r->kind = RULE_CORRELATION;
        r->correlation = correlation_read(l, document);
    } else if (!read_detection(l, document, r)) {
        return false;
    }
    if (r->kind == RULE_CORRELATION && !r->correlation) {
        return false;
    }
    if (s->lint.on && !lint_rule(l, document, r)) {
        return out_of_room(l);
    }
    s->rules[s->nrules++] = r;
    return true;
}

/* The lines of a file from the `---` before a document to the one behind it. */
static str document_text(str file, uint32_t line)
{
    str rest = file, head = STR_NONE;
    size_t from = 0, to = file.len;
    for (uint32_t n = 1; rest.len && str_cut(&rest, '\n', &head); n++) {
        size_t at = (size_t)(head.p - file.p);
        if (str_starts(head, STR("---")) && n <= line) {
            from = at;
        } else if (str_starts(head, STR("---"))) {
            to = at;
            break;
        }
    }
    return str_sub(file, from, to - from);
}

size_t sigma_add_tree(struct sigma *s, str file, str text, const struct yaml_node *document)
{
    struct loading l = {.s = s, .file = arena_str(s->arena, file)};
    size_t loaded = 0;
    struct collection collection = {0};
    for (; document; document = document->next) {
        l.failed = false;
        l.rule = STR_NONE;
        const struct yaml_node *whole = collection_next(&l, &collection, document);
        if (!whole) {
            continue;
        }
        l.rule = yaml_text(whole, STR("title"));
        if (whole->kind != YAML_MAP) {
            (void)problem(&l, whole, "a rule is a map");
        } else if (yaml_get(whole, STR("filter"))) {
            (void)filter_read(&l, whole);
        } else {
            loaded += add_rule(&l, whole, document_text(text, document->line));
        }
    }
    return loaded;
}

size_t sigma_add(struct sigma *s, str file, bytes yaml)
{
    str text = arena_str(s->arena, str_of_bytes(yaml));
    struct yaml_error error;
    const struct yaml_node *document = yaml_read(s->arena, bytes_of_str(text), &error);
    if (!document) {
        struct loading l = {.s = s, .file = arena_str(s->arena, file)};
        struct yaml_node at = {.line = error.line, .column = error.column};
        (void)problem(&l, &at, "YAML: %s", error.text);
        return 0;
    }
    return sigma_add_tree(s, file, text, document);
}
