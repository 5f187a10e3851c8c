/* Findings in the Elastic Common Schema, a line each. For one's own house: nothing is left out.
 * What the schema has no name for stands under `limier`. */
#include "export/exporter.h"
#include "export/write_json.h"

static const unsigned severities[] = {[LEVEL_INFORMATIONAL] = 10,
                                      [LEVEL_LOW] = 25,
                                      [LEVEL_MEDIUM] = 50,
                                      [LEVEL_HIGH] = 75,
                                      [LEVEL_CRITICAL] = 99};

static void write_words(struct buf *out, const char *name, const char *word)
{
    json_key_open(out, name, '[');
    json_put(out, str_of(word));
    json_shut(out, ']');
}

static void write_event(const struct finding *f, struct buf *out)
{
    json_key_open(out, "event", '{');
    json_pair(out, "kind", STR("alert"));
    write_words(out, "category", "intrusion_detection");
    write_words(out, "type", "info");
    json_pair(out, "module", STR("limier"));
    json_pair(out, "id", f->id);
    json_pair_u64(out, "severity", severities[f->rule->level]);
    json_shut(out, '}');
}

static void write_rule(const struct finding *f, const struct sharing *s, struct buf *out)
{
    json_key_open(out, "rule", '{');
    json_pair(out, "id", f->rule->id);
    json_pair(out, "name", f->rule->title);
    json_pair(out, "author", f->rule->author);
    json_shut(out, '}');
    if (f->rule->nattack) {
        json_key_open(out, "threat", '{');
        json_pair(out, "framework", STR("MITRE ATT&CK"));
        json_key_open(out, "technique", '{');
        json_key_open(out, "id", '[');
        for (size_t i = 0; i < f->rule->nattack; i++) {
            json_put(out, f->rule->attack[i]);
        }
        json_shut(out, ']');
        json_key_open(out, "name", '[');
        for (size_t i = 0; i < f->rule->nattack; i++) {
            const struct technique_name *t = technique_named(s, f->rule->attack[i]);
            json_put(out, t ? t->name : f->rule->attack[i]);
        }
        json_shut(out, ']');
        json_shut(out, '}');
        json_shut(out, '}');
    }
}

static void write_related(const struct finding *f, struct buf *out)
{
    static const struct {
        const char *kind, *field;
    } fields[] = {
        {"address", "ip"   },
        {"account", "user" },
        {"hash",    "hash" },
        {"host",    "hosts"},
    };
    json_key_open(out, "related", '{');
    for (size_t k = 0; k < ARRAY_LEN(fields); k++) {
        bool any = false;
        for (size_t i = 0; i < f->nentities; i++) {
            if (str_eq(f->entities[i].kind, str_of(fields[k].kind))) {
                if (!any) {
                    json_key_open(out, fields[k].field, '[');
                }
                any = true;
                json_put(out, f->entities[i].value);
            }
        }
        if (any) {
            json_shut(out, ']');
        }
    }
    json_shut(out, '}');
}

/* Every finding has a say in the mark, so it is reckoned once. */
static void write_line(const struct finding *f, const struct sharing *s, str mark, struct buf *out)
{
    json_begin(out);
    json_pair_time(out, "@timestamp", f->time != TIME_NONE ? f->time : s->now);
    json_pair(out, "message", f->summary.in[LANG_EN].len ? f->summary.in[LANG_EN] : f->rule->title);
    json_key_open(out, "ecs", '{');
    json_pair(out, "version", STR("8.11.0"));
    json_shut(out, '}');
    write_event(f, out);
    write_rule(f, s, out);
    write_related(f, out);
    json_key_open(out, "host", '{');
    json_pair(out, "name", f->host);
    json_shut(out, '}');
    json_key_open(out, "log", '{');
    json_key_open(out, "file", '{');
    json_pair(out, "path", f->unit);
    json_shut(out, '}');
    json_pair(out, "level", str_of(level_name(f->rule->level)));
    json_shut(out, '}');
    json_key_open(out, "tags", '[');
    json_put(out, mark);
    json_shut(out, ']');
    json_key_open(out, "limier", '{');
    json_pair(out, "channel", f->channel);
    json_pair_u64(out, "record", f->record);
    json_pair_u64(out, "offset", f->offset);
    json_pair_bool(out, "without_time", f->time == TIME_NONE);
    json_shut(out, '}');
    json_shut(out, '}');
    buf_char(out, '\n');
}

static void ecs_write(const struct report *r, const struct export_style *style, struct buf *out)
{
    str mark = tlp_name(shared_mark(r, &style->sharing));
    for (size_t i = 0; i < r->nfindings; i++) {
        if (report_shows(r, i, style->min_level)) {
            write_line(&r->findings[i], &style->sharing, mark, out);
        }
    }
}

const struct exporter exporter_ecs = {
    .name = "ecs",
    .title = N_("the findings in the Elastic Common Schema (JSON lines)"),
    .write = ecs_write,
};
