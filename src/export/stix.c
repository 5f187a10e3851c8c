/* A STIX 2.1 bundle: who reports, what was seen, what is worth searching elsewhere, by which
 * techniques, the verdict as a note, and a report that lists it all (docs/sharing.md).
 *
 * Ids are made from the case, so that the same evidence read again updates what was sent. Where
 * a piece of evidence lies is not in the standard: an extension of observed-data says it. */
#include "base/table.h"
#include "export/exporter.h"
#include "export/sharing.h"
#include "export/stix_parts.h"
#include "export/write_json.h"
#include "model/stix_id.h"

enum { BUDGET = 1 << 28, PLACES_MAX = 100 };

#define TLP_EXTENSION "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

struct writing {
    const struct report *report;
    const struct sharing *sharing;
    struct arena *arena;
    struct buf *out;
    enum tlp mark;
    str case_name;
    usec created; /* when the intrusion was first seen */
    str identity, victim, provenance;
    const struct shared_item *items;
    size_t nitems;
    str *refs; /* what the report lists */
    size_t nrefs, refs_cap;
    struct table listed;
};

static void list(struct writing *w, str id)
{
    uint32_t at;
    str *grown = arena_grow(w->arena, w->refs, &w->refs_cap, w->nrefs + 1, sizeof *grown);
    if (!grown || !table_put(&w->listed, id, (uint32_t)w->nrefs, &at)) {
        w->out->bad = true;
        return;
    }
    w->refs = grown;
    w->refs[w->nrefs++] = id;
}

static bool is_listed(const struct writing *w, str id)
{
    return table_get(&w->listed, id) != TABLE_NONE;
}

/* ---- objects of our own */

static str id_in_case(struct writing *w, const char *type, str what)
{
    str name = arena_printf(w->arena, "%.*s\n%.*s", STR_ARG(w->case_name), STR_ARG(what));
    return stix_own_id(w->arena, str_of(type), name);
}

static void open_object(struct writing *w, const char *type, str id)
{
    json_open(w->out, '{');
    json_pair(w->out, "type", str_of(type));
    json_pair(w->out, "spec_version", STR("2.1"));
    json_pair(w->out, "id", id);
}

/* To the millisecond, as the times of objects have to be. */
static void pair_stamp(struct writing *w, const char *name, usec t)
{
    enum { MILLISECOND = 1000, SECOND = 1000000 };
    usec second = t / SECOND * SECOND;
    str text = time_text(w->arena, second);
    json_pair(w->out, name,
              arena_printf(w->arena, "%.*s.%03dZ", (int)text.len - 1, text.p,
                           (int)((t - second) / MILLISECOND)));
}

/* With everything that our objects share. */
static void open_own(struct writing *w, const char *type, str id)
{
    open_object(w, type, id);
    pair_stamp(w, "created", w->created);
    pair_stamp(w, "modified", w->sharing->now);
    json_pair(w->out, "created_by_ref", w->identity);
    json_key_open(w->out, "object_marking_refs", '[');
    json_put(w->out, tlp_marking(w->mark));
    json_shut(w->out, ']');
}

static void shut_object(struct writing *w)
{
    json_shut(w->out, '}');
    buf_char(w->out, '\n');
}

static void pair_list(struct writing *w, const char *name, const str *items, size_t count)
{
    json_key_open(w->out, name, '[');
    for (size_t i = 0; i < count; i++) {
        json_put(w->out, items[i]);
    }
    json_shut(w->out, ']');
}

/* The same in whatever it reports: its times are those of its first version. */
static void write_producer(struct writing *w)
{
    static const str since = STR_INIT("2026-01-01T00:00:00.000Z");
    w->identity = stix_own_id(w->arena, STR("identity"), w->sharing->producer);
    open_object(w, "identity", w->identity);
    json_pair(w->out, "created", since);
    json_pair(w->out, "modified", since);
    json_pair(w->out, "name", w->sharing->producer);
    json_pair(w->out, "identity_class", STR("organization"));
    shut_object(w);
    list(w, w->identity);
}

static str victim_name(struct writing *w)
{
    const struct coverage *c = &w->report->assessment.coverage;
    str name = STR_NONE;
    for (size_t i = 0; w->sharing->victim && i < c->nsources; i++) {
        str host = c->sources[i].host;
        if (host.len && !str_has(name, host)) {
            name = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(name), name.len ? ", " : "",
                                STR_ARG(host));
        }
    }
    return name.len ? name : STR("a victim that is not named");
}

static void write_victim(struct writing *w)
{
    w->victim = id_in_case(w, "identity", STR("victim"));
    open_own(w, "identity", w->victim);
    json_pair(w->out, "name", victim_name(w));
    json_pair(w->out, "identity_class", STR("organization"));
    shut_object(w);
    list(w, w->victim);
}

/* One of the five fixed objects of FIRST. */
static void write_marking(struct writing *w)
{
    open_object(w, "marking-definition", tlp_marking(w->mark));
    json_pair(w->out, "created", STR("2022-10-01T00:00:00.000Z"));
    json_pair(w->out, "name", tlp_name(w->mark));
    json_key_open(w->out, "extensions", '{');
    json_key_open(w->out, TLP_EXTENSION, '{');
    json_pair(w->out, "extension_type", STR("property-extension"));
    json_pair(w->out, "tlp_2_0", tlp_word(w->mark));
    json_shut(w->out, '}');
    json_shut(w->out, '}');
    shut_object(w);
}

static void write_extension(struct writing *w)
{
    w->provenance = stix_own_id(w->arena, STR("extension-definition"), STR("provenance"));
    open_object(w, "extension-definition", w->provenance);
    json_pair(w->out, "created", STR("2026-01-01T00:00:00.000Z"));
    json_pair(w->out, "modified", STR("2026-01-01T00:00:00.000Z"));
    json_pair(w->out, "created_by_ref", w->identity);
    json_pair(w->out, "name", STR("limier: where evidence lies"));
    json_pair(w->out, "description",
              STR("Which findings saw it, by which rules, in which record and at which offset."));
    json_pair(
        w->out, "schema",
        STR("{\"type\":\"object\",\"required\":[\"places\"],\"properties\":{\"places\":{\"type\":"
            "\"array\",\"items\":{\"type\":\"object\",\"required\":[\"finding\",\"rule\"],"
            "\"properties\":{\"finding\":{\"type\":\"string\"},\"rule\":{\"type\":\"string\"},"
            "\"record\":{\"type\":\"integer\"},\"offset\":{\"type\":\"integer\"},"
            "\"unit\":{\"type\":\"string\"}}}}}}"));
    json_pair(w->out, "version", STR("1.0.0"));
    json_key_open(w->out, "extension_types", '[');
    json_put(w->out, STR("property-extension"));
    json_shut(w->out, ']');
    shut_object(w);
    list(w, w->provenance);
}

/* ---- what was seen */

static usec first_time(const struct writing *w, const struct entity *e)
{
    return e->first != TIME_NONE ? e->first : w->created;
}

static usec last_time(const struct writing *w, const struct entity *e)
{
    return e->last != TIME_NONE ? e->last : first_time(w, e);
}

/* The file's own path may name the victim, its place in it does not. */
static void write_place(struct writing *w, const struct finding *f)
{
    json_open(w->out, '{');
    json_pair(w->out, "finding", f->id);
    json_pair(w->out, "rule", f->rule->id);
    json_pair_u64(w->out, "record", f->record);
    json_pair_u64(w->out, "offset", f->offset);
    json_pair(w->out, "unit", w->sharing->victim ? f->unit : STR_NONE);
    json_shut(w->out, '}');
}

static void write_places(struct writing *w, const struct ids *findings)
{
    json_key_open(w->out, "extensions", '{');
    json_key_open(w->out, arena_printf(w->arena, "%.*s", STR_ARG(w->provenance)).p, '{');
    json_pair(w->out, "extension_type", STR("property-extension"));
    json_key_open(w->out, "places", '[');
    for (size_t i = 0; i < findings->count && i < PLACES_MAX; i++) {
        const struct finding *f = report_finding(w->report, findings->items[i]);
        if (f) {
            write_place(w, f);
        }
    }
    json_shut(w->out, ']');
    json_shut(w->out, '}');
    json_shut(w->out, '}');
}

static str write_observed(struct writing *w, const struct shared_item *item, str observable)
{
    const struct entity *e = item->entity;
    str id = id_in_case(w, "observed-data", observable);
    open_own(w, "observed-data", id);
    pair_stamp(w, "first_observed", first_time(w, e));
    pair_stamp(w, "last_observed", last_time(w, e));
    json_pair_u64(w->out, "number_observed", e->findings.count ? e->findings.count : 1);
    pair_list(w, "object_refs", &observable, 1);
    write_places(w, &e->findings);
    shut_object(w);
    list(w, id);
    return id;
}

/* ---- what is worth searching elsewhere */

static str write_indicator(struct writing *w, const struct shared_item *item, str pattern)
{
    str id = id_in_case(w, "indicator", pattern);
    unsigned confidence = shared_confidence(w->report->assessment.verdict.likelihood);
    open_own(w, "indicator", id);
    json_pair(w->out, "name",
              arena_printf(w->arena, "%s: %.*s", stix_kind_title(item->kind),
                           STR_ARG(item->name.len ? item->name : item->value)));
    json_pair(w->out, "description",
              arena_printf(w->arena, "Seen in an intrusion as: %.*s.",
                           STR_ARG(item->role.len ? item->role : STR("attacker"))));
    json_key_open(w->out, "indicator_types", '[');
    json_put(w->out, STR("malicious-activity"));
    json_shut(w->out, ']');
    json_pair(w->out, "pattern", pattern);
    json_pair(w->out, "pattern_type", STR("stix"));
    json_pair(w->out, "pattern_version", STR("2.1"));
    pair_stamp(w, "valid_from", first_time(w, item->entity));
    if (confidence) {
        json_pair_u64(w->out, "confidence", confidence);
    }
    shut_object(w);
    list(w, id);
    return id;
}

static void write_sighting(struct writing *w, const struct shared_item *item, str indicator,
                           str observed)
{
    const struct entity *e = item->entity;
    str id = id_in_case(w, "sighting", indicator);
    open_own(w, "sighting", id);
    pair_stamp(w, "first_seen", first_time(w, e));
    pair_stamp(w, "last_seen", last_time(w, e));
    json_pair_u64(w->out, "count", e->findings.count);
    json_pair(w->out, "sighting_of_ref", indicator);
    if (observed.len) {
        pair_list(w, "observed_data_refs", &observed, 1);
    }
    pair_list(w, "where_sighted_refs", &w->victim, 1);
    shut_object(w);
    list(w, id);
}

static void write_relationship(struct writing *w, str from, const char *type, str to)
{
    str id = id_in_case(w, "relationship",
                        arena_printf(w->arena, "%.*s %s %.*s", STR_ARG(from), type, STR_ARG(to)));
    open_own(w, "relationship", id);
    json_pair(w->out, "relationship_type", str_of(type));
    json_pair(w->out, "source_ref", from);
    json_pair(w->out, "target_ref", to);
    shut_object(w);
    list(w, id);
}

/* ---- techniques */

/* MITRE's own object, where we know its id: whoever has ATT&CK has it already. */
static str technique_ref(struct writing *w, str technique)
{
    const struct technique_name *t = technique_named(w->sharing, technique);
    return t && t->stix.len ? arena_printf(w->arena, "attack-pattern--%.*s", STR_ARG(t->stix))
                            : stix_own_id(w->arena, STR("attack-pattern"), technique);
}

static void write_technique(struct writing *w, str technique, str ref)
{
    const struct technique_name *t = technique_named(w->sharing, technique);
    static const str since = STR_INIT("2017-05-31T00:00:00.000Z"); /* older than ATT&CK's */
    open_object(w, "attack-pattern", ref);
    json_pair(w->out, "created", since);
    json_pair(w->out, "modified", since);
    json_pair(w->out, "name", t ? t->name : technique);
    json_key_open(w->out, "external_references", '[');
    json_open(w->out, '{');
    json_pair(w->out, "source_name", STR("mitre-attack"));
    json_pair(w->out, "external_id", technique);
    json_shut(w->out, '}');
    json_shut(w->out, ']');
    shut_object(w);
    list(w, ref);
}

static void write_techniques(struct writing *w)
{
    size_t count;
    const struct shared_technique *list =
        shared_techniques(w->report, true, LEVEL_INFORMATIONAL, w->arena, &count);
    for (size_t i = 0; i < count; i++) {
        write_technique(w, list[i].id, technique_ref(w, list[i].id));
    }
}

/* An indicator indicates the techniques of the findings that it comes from. */
static void relate(struct writing *w, const struct shared_item *item, str indicator)
{
    struct table seen;
    uint32_t at;
    table_init(&seen, w->arena, false);
    for (size_t i = 0; i < item->entity->findings.count; i++) {
        const struct finding *f = report_finding(w->report, item->entity->findings.items[i]);
        for (size_t k = 0; f && k < f->rule->nattack; k++) {
            str technique = f->rule->attack[k];
            bool again = table_get(&seen, technique) != TABLE_NONE;
            str ref = again ? STR_NONE : technique_ref(w, technique);
            w->out->bad = w->out->bad || !table_put(&seen, technique, 0, &at);
            if (!again && is_listed(w, ref)) {
                write_relationship(w, indicator, "indicates", ref);
            }
        }
    }
}

static void write_item(struct writing *w, const struct shared_item *item)
{
    str observable = stix_observable(w->out, item, w->arena);
    str observed = STR_NONE;
    if (observable.len) {
        if (!is_listed(w, observable)) {
            list(w, observable);
        }
        observed = write_observed(w, item, observable);
    }
    str pattern = item->searchable ? stix_pattern_of(item, w->arena) : STR_NONE;
    if (pattern.len) {
        str indicator = write_indicator(w, item, pattern);
        write_sighting(w, item, indicator, observed);
        relate(w, item, indicator);
    }
}

/* ---- the verdict */

static void write_note(struct writing *w)
{
    const struct verdict *v = &w->report->assessment.verdict;
    str text = STR_NONE, id = id_in_case(w, "note", STR("verdict"));
    for (size_t i = 0; i < shared_sentences(w->report, w->sharing); i++) {
        str one = shared_text(w->report, w->sharing, v->sentences[i].text.in[LANG_EN], w->arena);
        text = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(text), i ? " " : "", STR_ARG(one));
    }
    if (text.len) {
        open_own(w, "note", id);
        json_pair(w->out, "abstract", STR("verdict"));
        json_pair(w->out, "content", text);
        pair_list(w, "object_refs", &w->victim, 1);
        shut_object(w);
        list(w, id);
    }
}

static str report_name(struct writing *w)
{
    const struct assessment *as = &w->report->assessment;
    str name = str_of(verdict_name(as->verdict.state));
    for (size_t i = 0; i < as->ndossiers; i++) {
        name = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(name), i ? ", " : ": ",
                            STR_ARG(as->dossiers[i].name.in[LANG_EN]));
    }
    return name;
}

static void write_report(struct writing *w)
{
    open_own(w, "report", id_in_case(w, "report", STR("report")));
    json_pair(w->out, "name", report_name(w));
    json_key_open(w->out, "report_types", '[');
    json_put(w->out, STR("threat-report"));
    json_shut(w->out, ']');
    pair_stamp(w, "published", w->sharing->now);
    pair_list(w, "object_refs", w->refs, w->nrefs);
    shut_object(w);
}

static void write_bundle(struct writing *w)
{
    json_begin(w->out);
    json_pair(w->out, "type", STR("bundle"));
    json_pair(w->out, "id", id_in_case(w, "bundle", STR("bundle")));
    json_key_open(w->out, "objects", '[');
    buf_char(w->out, '\n');
    write_producer(w);
    write_marking(w);
    write_victim(w);
    write_extension(w);
    write_techniques(w);
    for (size_t i = 0; i < w->nitems; i++) {
        write_item(w, &w->items[i]);
    }
    write_note(w);
    write_report(w);
    json_shut(w->out, ']');
    json_shut(w->out, '}');
    buf_char(w->out, '\n');
}

static void stix_write(const struct report *r, const struct export_style *style, struct buf *out)
{
    struct arena a;
    arena_init(&a, BUDGET);
    usec first = r->assessment.verdict.first_seen;
    struct writing w = {
        .report = r,
        .sharing = &style->sharing,
        .arena = &a,
        .out = out,
        .mark = shared_mark(r, &style->sharing),
        .case_name = shared_case_name(r, &a),
        .created = first != TIME_NONE ? first : style->sharing.now,
    };
    w.items = shared_items(r, &style->sharing, &a, &w.nitems);
    table_init(&w.listed, &a, false);
    out->bad = out->bad || !w.items;
    if (!out->bad) {
        write_bundle(&w);
    }
    arena_done(&a);
}

const struct exporter exporter_stix = {
    .name = "stix",
    .title = N_("what others can search for and how it was seen, as a STIX 2.1 bundle"),
    .write = stix_write,
    .shared = true,
};
