/* Findings as JSON lines for Timesketch: `message`, `datetime` and `timestamp_desc` are what its
 * importer insists on. Findings without a time have no place on a time line and are left out. */
#include "export/exporter.h"

#include "store/shape.h"

static void pair(struct buf *out, const char *name, str value)
{
    buf_printf(out, ",\"%s\":", name);
    buf_json(out, value);
}

static void write_tags(const struct rule_info *rule, struct buf *out)
{
    buf_add(out, STR(",\"tag\":["));
    buf_json(out, str_of(level_name(rule->level)));
    for (size_t i = 0; i < rule->nattack; i++) {
        buf_char(out, ',');
        buf_json(out, rule->attack[i]);
    }
    buf_char(out, ']');
}

static void write_line(const struct finding *f, struct buf *out)
{
    buf_add(out, STR("{\"message\":"));
    buf_json(out, f->summary.in[LANG_EN].len ? f->summary.in[LANG_EN] : f->rule->title);
    buf_add(out, STR(",\"datetime\":"));
    shape_write_time(out, f->time);
    buf_printf(out, ",\"timestamp\":%lld", (long long)f->time);
    pair(out, "timestamp_desc", STR("Event recorded"));
    pair(out, "finding", f->id);
    pair(out, "rule", f->rule->title);
    pair(out, "rule_id", f->rule->id);
    pair(out, "rule_author", f->rule->author);
    pair(out, "level", str_of(level_name(f->rule->level)));
    pair(out, "host", f->host);
    pair(out, "channel", f->channel);
    pair(out, "unit", f->unit);
    buf_printf(out, ",\"event_id\":%u,\"record\":%llu,\"offset\":%llu", f->event_id,
               (unsigned long long)f->record, (unsigned long long)f->offset);
    write_tags(f->rule, out);
    buf_add(out, STR("}\n"));
}

static void timesketch_write(const struct report *r, const struct export_style *style,
                             struct buf *out)
{
    for (size_t i = 0; i < r->nfindings; i++) {
        if (report_shows(r, i, style->min_level) && r->findings[i].time != TIME_NONE) {
            write_line(&r->findings[i], out);
        }
    }
}

const struct exporter exporter_timesketch = {
    .name = "timesketch",
    .title = N_("the findings, for a time line in Timesketch (JSON lines)"),
    .write = timesketch_write,
};
