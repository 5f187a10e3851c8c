/* One JSON object, as DESIGN.md promises and docs/report.schema.json describes it. A member of
 * the object and a finding stand on a line each, so that two reports can be compared by eye. */
#include "export/exporter.h"

#include "store/shape.h"

static void write_strs(struct buf *out, const str *items, size_t count)
{
    buf_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) {
            buf_char(out, ',');
        }
        buf_json(out, items[i]);
    }
    buf_char(out, ']');
}

static void member(struct buf *out, const char *name)
{
    buf_printf(out, ",\n\"%s\":", name);
}

static void write_lines(struct buf *out, str text)
{
    buf_char(out, '[');
    str line;
    for (bool first = true; text.len && str_cut(&text, '\n', &line); first = false) {
        if (!first) {
            buf_char(out, ',');
        }
        buf_json(out, line);
    }
    buf_char(out, ']');
}

/* What was asked, without what may differ between two runs that must print the same. */
static void write_scan(const struct report *r, struct buf *out)
{
    buf_add(out, STR("{\"tool\":"));
    buf_json(out, r->info.tool);
    member(out, "scan");
    buf_add(out, STR("{\"evidence\":"));
    write_lines(out, r->info.evidence);
    buf_add(out, STR(",\"options\":"));
    write_lines(out, r->info.options);
    buf_printf(out, ",\"complete\":%s}", r->info.complete ? "true" : "false");
    member(out, "rules");
    buf_add(out, STR("{\"digest\":"));
    buf_json(out, r->info.rules);
    buf_printf(out, ",\"loaded\":%llu,\"problems\":", (unsigned long long)r->rules_loaded);
    write_strs(out, r->rule_problems, r->nrule_problems);
    buf_char(out, '}');
}

static size_t earlier_of(const struct finding *f, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (str_eq(f->fields[k].name, f->fields[i].name)) {
            return k;
        }
    }
    return i;
}

/* A name that repeats gives an array of all its values. */
static void write_values(const struct finding *f, size_t first, struct buf *out)
{
    size_t count = 0;
    for (size_t i = first; i < f->nfields; i++) {
        count += str_eq(f->fields[i].name, f->fields[first].name);
    }
    if (count == 1) {
        buf_json(out, f->fields[first].value);
        return;
    }
    size_t written = 0;
    for (size_t i = first; i < f->nfields; i++) {
        if (str_eq(f->fields[i].name, f->fields[first].name)) {
            buf_char(out, written++ ? ',' : '[');
            buf_json(out, f->fields[i].value);
        }
    }
    buf_char(out, ']');
}

static void write_fields(const struct finding *f, struct buf *out)
{
    bool any = false;
    buf_char(out, '{');
    for (size_t i = 0; i < f->nfields; i++) {
        if (earlier_of(f, i) < i) {
            continue;
        }
        if (any) {
            buf_char(out, ',');
        }
        any = true;
        buf_json(out, f->fields[i].name);
        buf_char(out, ':');
        write_values(f, i, out);
    }
    buf_char(out, '}');
}

static void write_text(const char *name, struct text text, struct buf *out)
{
    buf_printf(out, ",\"%s\":", name);
    buf_json(out, text.in[LANG_EN]);
    buf_printf(out, ",\"%s_fr\":", name);
    buf_json(out, text.in[LANG_FR]);
}

static void write_rule(const struct rule_info *rule, struct buf *out)
{
    const struct {
        const char *name;
        str value;
    } members[] = {
        {"engine", rule->engine                   },
        {"level",  str_of(level_name(rule->level))},
        {"author", rule->author                   },
        {"status", rule->status                   },
        {"source", rule->source                   },
    };
    const struct text titles = {
        {rule_title(rule, LANG_EN), rule_title(rule, LANG_FR)}
    };
    buf_add(out, STR("{\"id\":"));
    buf_json(out, rule->id);
    write_text("title", titles, out);
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        buf_printf(out, ",\"%s\":", members[i].name);
        buf_json(out, members[i].value);
    }
    buf_char(out, '}');
}

static void write_place(const struct finding *f, struct buf *out)
{
    buf_add(out, STR(",\"unit\":"));
    buf_json(out, f->unit);
    buf_printf(out, ",\"record\":%llu,\"offset\":%llu,\"length\":%llu",
               (unsigned long long)f->record, (unsigned long long)f->offset,
               (unsigned long long)f->len);
    buf_add(out, STR(",\"host\":"));
    buf_json(out, f->host);
    buf_add(out, STR(",\"channel\":"));
    buf_json(out, f->channel);
    buf_printf(out, ",\"event_id\":%u", f->event_id);
}

static void write_finding(const struct finding *f, struct buf *out)
{
    buf_add(out, STR("{\"id\":"));
    buf_json(out, f->id);
    buf_add(out, STR(",\"time\":"));
    shape_write_time(out, f->time);
    buf_add(out, STR(",\"raw_time\":"));
    shape_write_time(out, f->raw_time);
    buf_add(out, STR(",\"rule\":"));
    write_rule(f->rule, out);
    buf_add(out, STR(",\"attack\":"));
    write_strs(out, f->rule->attack, f->rule->nattack);
    buf_add(out, STR(",\"stage\":"));
    buf_json(out, f->rule->stage);
    buf_printf(out, ",\"rung\":%d", f->rule->rung);
    write_place(f, out);
    write_text("summary", f->summary, out);
    write_text("benign", f->rule->benign, out);
    buf_add(out, STR(",\"fields\":"));
    write_fields(f, out);
    buf_add(out, STR(",\"entities\":"));
    shape_write_list(out, &shape_entity_ref, f->entities, f->nentities);
    buf_printf(out, ",\"trail\":%s,\"led_by\":", f->trail ? "true" : "false");
    buf_json(out, f->led_by);
    buf_char(out, '}');
}

static void write_findings(const struct report *r, enum level min_level, struct buf *out)
{
    bool any = false;
    buf_char(out, '[');
    for (size_t i = 0; i < r->nfindings; i++) {
        if (report_shows(r, i, min_level)) {
            buf_add(out, any ? STR(",\n") : STR("\n"));
            any = true;
            write_finding(&r->findings[i], out);
        }
    }
    buf_char(out, ']');
}

static void json_write(const struct report *r, const struct export_style *style, struct buf *out)
{
    const struct assessment *as = &r->assessment;
    write_scan(r, out);
    member(out, "verdict");
    shape_write(out, &shape_verdict, &as->verdict);
    member(out, "coverage");
    shape_write(out, &shape_coverage, &as->coverage);
    member(out, "findings");
    write_findings(r, style->min_level, out);
    member(out, "story");
    shape_write_list(out, &shape_stage, as->story, as->nstages);
    member(out, "entities");
    shape_write_list(out, &shape_entity, as->entities, as->nentities);
    member(out, "dossiers");
    shape_write_list(out, &shape_dossier, as->dossiers, as->ndossiers);
    member(out, "attribution");
    shape_write(out, &shape_attribution, &as->attribution);
    member(out, "actions");
    shape_write_list(out, &shape_action, as->actions, as->nactions);
    member(out, "shells");
    shape_write_list(out, &shape_shell, as->shells, as->nshells);
    member(out, "taken");
    shape_write(out, &shape_taken, &as->taken);
    member(out, "persistence");
    shape_write_list(out, &shape_foothold, as->persistence, as->npersistence);
    member(out, "reached");
    shape_write_list(out, &shape_reached, as->reached, as->nreached);
    member(out, "set_aside");
    shape_write_list(out, &shape_bystander, as->set_aside, as->nset_aside);
    member(out, "not_followed");
    shape_write_list(out, &shape_not_followed, as->not_followed, as->nnot_followed);
    member(out, "processes");
    shape_write_list(out, &shape_process, as->processes, as->nprocesses);
    member(out, "builds");
    shape_write_list(out, &shape_build, as->builds, as->nbuilds);
    buf_add(out, STR("}\n"));
}

const struct exporter exporter_json = {
    .name = "json",
    .title = N_("everything, for programs (docs/report.schema.json)"),
    .write = json_write,
};
