/* A layer of the ATT&CK Navigator (format 4.5): each technique that a finding shows, as bright as
 * the strongest finding. */
#include "export/exporter.h"
#include "export/write_json.h"

enum { BUDGET = 1 << 26 };

static const unsigned scores[] = {[LEVEL_INFORMATIONAL] = 10,
                                  [LEVEL_LOW] = 25,
                                  [LEVEL_MEDIUM] = 50,
                                  [LEVEL_HIGH] = 75,
                                  [LEVEL_CRITICAL] = 100};

static void draw(const struct shared_technique *t, struct buf *out)
{
    json_open(out, '{');
    json_pair(out, "techniqueID", t->id);
    json_pair_u64(out, "score", scores[t->level]);
    json_pair_bool(out, "enabled", true);
    json_pair_bool(out, "showSubtechniques", str_has(t->id, STR(".")));
    json_key(out, "comment");
    buf_printf(out, "\"findings: %zu\"", t->count);
    json_key_open(out, "metadata", '[');
    for (size_t i = 0; i < t->count && i < TECHNIQUE_FINDINGS; i++) {
        json_open(out, '{');
        json_pair(out, "name", STR("finding"));
        json_pair(out, "value", t->findings[i]);
        json_shut(out, '}');
    }
    json_shut(out, ']');
    json_shut(out, '}');
    buf_char(out, '\n');
}

static void write_head(const struct report *r, const struct export_style *style, struct arena *a,
                       struct buf *out)
{
    json_pair(out, "name", STR("limier: findings of a case"));
    json_pair(out, "domain", STR("enterprise-attack"));
    json_key_open(out, "versions", '{');
    json_pair(out, "attack", STR("18"));
    json_pair(out, "navigator", STR("5.1.0"));
    json_pair(out, "layer", STR("4.5"));
    json_shut(out, '}');
    json_pair(out, "description", shared_verdict(r, &style->sharing, a));
    json_key_open(out, "gradient", '{');
    json_key_open(out, "colors", '[');
    json_put(out, STR("#fff7e6"));
    json_put(out, STR("#b3261e"));
    json_shut(out, ']');
    json_pair_u64(out, "minValue", 0);
    json_pair_u64(out, "maxValue", 100);
    json_shut(out, '}');
    json_key_open(out, "metadata", '[');
    json_open(out, '{');
    json_pair(out, "name", STR("TLP"));
    json_pair(out, "value", tlp_name(shared_mark(r, &style->sharing)));
    json_shut(out, '}');
    json_shut(out, ']');
}

static void navigator_write(const struct report *r, const struct export_style *style,
                            struct buf *out)
{
    struct arena a;
    size_t count;
    arena_init(&a, BUDGET);
    const struct shared_technique *list = shared_techniques(r, false, style->min_level, &a, &count);
    json_begin(out);
    write_head(r, style, &a, out);
    json_key_open(out, "techniques", '[');
    buf_char(out, '\n');
    for (size_t i = 0; i < count; i++) {
        draw(&list[i], out);
    }
    arena_done(&a);
    json_shut(out, ']');
    json_shut(out, '}');
    buf_char(out, '\n');
}

const struct exporter exporter_navigator = {
    .name = "navigator",
    .title = N_("the techniques that were found, as a layer of the ATT&CK Navigator"),
    .write = navigator_write,
    .shared = true,
};
