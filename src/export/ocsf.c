/* Findings for a store that speaks OCSF 1.3: the verdict as an Incident Finding (class 2005),
 * then a Detection Finding (2004) a line. For one's own house: nothing is left out. */
#include "export/exporter.h"
#include "export/write_json.h"

enum { MILLISECOND = 1000, DETECTION = 2004, INCIDENT = 2005 };

static const unsigned severities[] = {[LEVEL_INFORMATIONAL] = 1,
                                      [LEVEL_LOW] = 2,
                                      [LEVEL_MEDIUM] = 3,
                                      [LEVEL_HIGH] = 4,
                                      [LEVEL_CRITICAL] = 5};

static void pair_time(struct buf *out, const char *name, usec t)
{
    if (t != TIME_NONE) {
        json_key(out, name);
        buf_i64(out, t / MILLISECOND);
    }
}

struct writing {
    const struct report *report;
    const struct sharing *sharing;
    str mark; /* every finding has a say in it, so it is reckoned once */
    struct buf *out;
};

static void write_head(const struct writing *w, unsigned class_uid, unsigned severity, usec time)
{
    struct buf *out = w->out;
    json_begin(out);
    json_pair_u64(out, "class_uid", class_uid);
    json_pair_u64(out, "category_uid", 2);
    json_pair_u64(out, "activity_id", 1);
    json_pair_u64(out, "type_uid", class_uid * 100 + 1);
    json_pair_u64(out, "severity_id", severity);
    pair_time(out, "time", time != TIME_NONE ? time : w->sharing->now);
    json_key_open(out, "metadata", '{');
    json_pair(out, "version", STR("1.3.0"));
    json_key_open(out, "product", '{');
    json_pair(out, "name", STR("limier"));
    json_pair(out, "vendor_name", STR("limier"));
    json_pair(out, "version", w->report->info.tool);
    json_shut(out, '}');
    json_key_open(out, "labels", '[');
    json_put(out, w->mark);
    json_shut(out, ']');
    json_shut(out, '}');
}

static void write_attacks(const struct finding *f, const struct sharing *s, struct buf *out)
{
    json_key_open(out, "attacks", '[');
    for (size_t i = 0; i < f->rule->nattack; i++) {
        const struct technique_name *t = technique_named(s, f->rule->attack[i]);
        json_open(out, '{');
        json_pair(out, "version", STR("18.1"));
        json_key_open(out, "technique", '{');
        json_pair(out, "uid", f->rule->attack[i]);
        json_pair(out, "name", t ? t->name : STR_NONE);
        json_shut(out, '}');
        json_shut(out, '}');
    }
    json_shut(out, ']');
}

static void write_observables(const struct finding *f, struct buf *out)
{
    static const struct {
        const char *kind;
        unsigned type;
    } types[] = {
        {"host",    1 },
        {"address", 2 },
        {"account", 4 },
        {"mailbox", 5 },
        {"url",     6 },
        {"path",    45},
        {"hash",    8 },
        {"agent",   16},
        {"command", 13},
    };
    json_key_open(out, "observables", '[');
    for (size_t i = 0; i < f->nentities; i++) {
        const struct entity_ref *e = &f->entities[i];
        unsigned type = 99; /* other */
        for (size_t k = 0; k < ARRAY_LEN(types); k++) {
            type = str_eq(e->kind, str_of(types[k].kind)) ? types[k].type : type;
        }
        json_open(out, '{');
        json_pair(out, "name", e->role.len ? e->role : e->kind);
        json_pair_u64(out, "type_id", type);
        json_pair(out, "type", type == 99 ? e->kind : STR_NONE);
        json_pair(out, "value", e->value);
        json_shut(out, '}');
    }
    json_shut(out, ']');
}

static void write_detection(const struct writing *w, const struct finding *f)
{
    struct buf *out = w->out;
    write_head(w, DETECTION, severities[f->rule->level], f->time);
    json_pair_bool(out, "is_alert", f->rule->level >= LEVEL_HIGH);
    json_pair(out, "message", f->summary.in[LANG_EN].len ? f->summary.in[LANG_EN] : f->rule->title);
    json_key_open(out, "finding_info", '{');
    json_pair(out, "uid", f->id);
    json_pair(out, "title", f->rule->title);
    json_pair(out, "desc", f->summary.in[LANG_EN]);
    json_key_open(out, "analytic", '{');
    json_pair(out, "uid", f->rule->id);
    json_pair(out, "name", f->rule->title);
    json_pair_u64(out, "type_id", 1);
    json_shut(out, '}');
    write_attacks(f, w->sharing, out);
    json_shut(out, '}');
    write_observables(f, out);
    json_key_open(out, "unmapped", '{');
    json_pair(out, "host", f->host);
    json_pair(out, "channel", f->channel);
    json_pair(out, "unit", f->unit);
    json_pair_u64(out, "record", f->record);
    json_pair_u64(out, "offset", f->offset);
    json_shut(out, '}');
    json_shut(out, '}');
    buf_char(out, '\n');
}

/* Verdicts of OCSF: 2 true positive, 4 suspicious, 5 benign, 7 insufficient data. */
static void write_incident(const struct writing *w)
{
    static const unsigned verdicts[VERDICT_COUNT] = {5, 7, 4, 4, 2, 2},
                          severe[VERDICT_COUNT] = {1, 1, 2, 3, 4, 5};
    const struct verdict *v = &w->report->assessment.verdict;
    struct buf *out = w->out;
    write_head(w, INCIDENT, severe[v->state], v->last_seen);
    json_pair_u64(out, "verdict_id", verdicts[v->state]);
    json_pair_u64(out, "confidence_id", (unsigned)v->confidence + 1);
    json_pair_u64(out, "status_id", 1);
    json_pair_bool(out, "is_suspected_breach", v->state >= VERDICT_EXPLOITED);
    json_pair(out, "message", v->nsentences ? v->sentences[0].text.in[LANG_EN] : STR_NONE);
    pair_time(out, "start_time", v->first_seen);
    pair_time(out, "end_time", v->last_seen);
    json_key_open(out, "finding_info_list", '[');
    for (size_t i = 0; i < v->because.count; i++) {
        const struct finding *f = report_finding(w->report, v->because.items[i]);
        if (f) {
            json_open(out, '{');
            json_pair(out, "uid", f->id);
            json_pair(out, "title", f->rule->title);
            json_shut(out, '}');
        }
    }
    json_shut(out, ']');
    json_shut(out, '}');
    buf_char(out, '\n');
}

static void ocsf_write(const struct report *r, const struct export_style *style, struct buf *out)
{
    const struct writing w = {r, &style->sharing, tlp_name(shared_mark(r, &style->sharing)), out};
    write_incident(&w);
    for (size_t i = 0; i < r->nfindings; i++) {
        if (report_shows(r, i, style->min_level)) {
            write_detection(&w, &r->findings[i]);
        }
    }
}

const struct exporter exporter_ocsf = {
    .name = "ocsf",
    .title = N_("verdict and findings for a store that speaks OCSF (JSON lines)"),
    .write = ocsf_write,
};
