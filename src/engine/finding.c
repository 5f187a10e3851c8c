#include "detect/decode/decode.h"
#include "engine/ident.h"
#include "engine/scan.h"
#include "model/summary.h"

#include <string.h>

/* Behind the fields of the event stand those that one of them hides. */
static void add_decoded(struct finding *f, struct arena *a)
{
    const struct named_value *hides = value_named(f->fields, f->nfields, f->rule->decode_field);
    struct decoded d;
    if (!hides || !decode_value(f->rule->decode_scheme, hides->value, a, &d)) {
        return;
    }
    struct named_value *all = ARENA_ARRAY(a, struct named_value, f->nfields + d.count);
    if (all) {
        memcpy(all, f->fields, f->nfields * sizeof *all);
        memcpy(all + f->nfields, d.fields, d.count * sizeof *all);
        f->fields = all;
        f->nfields += d.count;
    }
}

struct finding finding_of(const struct hit *h, const struct rule_info *rule, str unit,
                          struct arena *a)
{
    struct finding f = {
        .id = finding_id(unit, h, rule->id, a),
        .rule = rule,
        .unit = unit,
        .record = h->record,
        .offset = h->offset,
        .len = h->len,
        .time = h->time,
        .raw_time = h->time,
        .channel = h->channel,
        .host = h->host,
        .event_id = h->event_id,
        .fields = h->fields,
        .nfields = h->nfields,
    };
    struct entity_ref *entities = NULL;
    add_decoded(&f, a);
    f.summary = summary_of(rule, f.fields, f.nfields, a);
    f.nentities = trace_refs(rule, f.fields, f.nfields, a, &entities);
    f.entities = entities;
    return f;
}
