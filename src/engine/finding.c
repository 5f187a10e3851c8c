#include "engine/ident.h"
#include "engine/scan.h"
#include "model/summary.h"

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
        .summary = summary_of(rule, h->fields, h->nfields, a),
        .fields = h->fields,
        .nfields = h->nfields,
    };
    struct entity_ref *entities = NULL;
    f.nentities = trace_refs(rule, h->fields, h->nfields, a, &entities);
    f.entities = entities;
    return f;
}
