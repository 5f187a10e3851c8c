/* What a YARA rule says of itself. Its authors write what they like into `meta`; these names are
 * the ones that public sets share. */
#include "detect/yara/set.h"

/* Signature sets that score their rules give 75 to one that says nothing. */
enum {
    SCORE_DEFAULT = 75,
    SCORE_CRITICAL = 90,
    SCORE_HIGH = 70,
    SCORE_MEDIUM = 50,
    SCORE_LOW = 30
};

static enum level level_of(int64_t score)
{
    return score >= SCORE_CRITICAL ? LEVEL_CRITICAL
           : score >= SCORE_HIGH   ? LEVEL_HIGH
           : score >= SCORE_MEDIUM ? LEVEL_MEDIUM
           : score >= SCORE_LOW    ? LEVEL_LOW
                                   : LEVEL_INFORMATIONAL;
}

static const YR_META *meta_of(const YR_RULE *rule, str name)
{
    const YR_META *meta;
    yr_rule_metas_foreach(rule, meta)
    {
        if (str_eq_nocase(str_of(meta->identifier), name)) {
            return meta;
        }
    }
    return NULL;
}

static str meta_text(struct arena *a, const YR_RULE *rule, str name)
{
    const YR_META *meta = meta_of(rule, name);
    return meta && meta->type == META_TYPE_STRING ? arena_str(a, str_trim(str_of(meta->string)))
                                                  : STR_NONE;
}

static int64_t score_of(const YR_RULE *rule)
{
    const YR_META *meta = meta_of(rule, STR("score"));
    int64_t score = SCORE_DEFAULT;
    if (meta && meta->type == META_TYPE_INTEGER) {
        score = meta->integer;
    } else if (meta && meta->type == META_TYPE_STRING) {
        (void)str_i64(str_of(meta->string), &score);
    }
    return score;
}

static const str *tags_of(struct arena *a, const YR_RULE *rule, size_t *count)
{
    const char *tag;
    size_t n = 0;
    yr_rule_tags_foreach(rule, tag)
    {
        n++;
    }
    str *tags = ARENA_ARRAY(a, str, n + 1);
    *count = 0;
    yr_rule_tags_foreach(rule, tag)
    {
        if (tags) {
            tags[(*count)++] = arena_str(a, str_of(tag));
        }
    }
    return tags;
}

/* Braces stand for fields in a sentence. */
static str without_braces(struct arena *a, str s)
{
    char *out = arena_alloc(a, s.len + 1);
    for (size_t i = 0; out && i < s.len; i++) {
        out[i] = s.p[i] == '{' ? '(' : s.p[i] == '}' ? ')' : s.p[i];
    }
    return out ? (str){out, s.len} : STR_NONE;
}

struct rule_info yara_info_of(struct yara *y, YR_RULE *rule, str *reference)
{
    struct arena *a = y->arena;
    str name = arena_str(a, str_of(rule->identifier));
    str title = meta_text(a, rule, STR("description"));
    str key = arena_printf(a, "%s:%.*s", rule->ns->name, STR_ARG(name));
    uint32_t source = table_get(&y->texts, key);
    struct rule_info info = {
        .id = name,
        .title = title.len > 0 ? title : name,
        .author = meta_text(a, rule, STR("author")),
        .engine = STR("yara"),
        .level = level_of(score_of(rule)),
        .rung = RUNG_NONE,
        .weight = WEIGHT_LEAD,
    };
    str french = meta_text(a, rule, STR("description_fr"));
    str plain = without_braces(a, info.title);
    info.summary.in[LANG_EN] = arena_printf(a, "{TargetFilename}: %.*s", STR_ARG(plain));
    info.summary.in[LANG_FR] = info.summary.in[LANG_EN];
    if (french.len > 0) {
        info.titles.in[LANG_FR] = french;
        info.summary.in[LANG_FR] =
            arena_printf(a, "{TargetFilename}\xc2\xa0: %.*s", STR_ARG(without_braces(a, french)));
    }
    info.tags = tags_of(a, rule, &info.ntags);
    if (source != TABLE_NONE) {
        info.source = y->sources[source].file;
        info.text = y->sources[source].text;
    }
    *reference = meta_text(a, rule, STR("reference"));
    return info;
}
