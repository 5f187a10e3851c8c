/* A record:
 *
 *     offset  size
 *          0     4  2a 2a 00 00
 *          4     4  size, with this header and the copy at the end
 *          8     8  number
 *         16     8  time written, FILETIME: a hint at best, TimeCreated is the event's time
 *         24        binary XML: most often a fragment header and one template instance
 *     size-4     4  size again
 */
#include "formats/windows/evtx_record.h"

#include "formats/windows/evtx_carve.h"

#include "model/value.h"

#include <string.h>

enum {
    RECORD_LEAST = 28,
    RECORD_HEADER = 24,
    RECORD_TRAILER = 4,
    WORK_BASE = 65536, /* items and bytes; a real record needs a few hundred and its own size */
    WORK_PER_BYTE = 32,
};

/* The head straight from its slots, before anything else of the record is looked at. The
 * template, when what it gives lies in the unit and can be known again by its bytes. */
static const struct evtx_template *read_head(struct evtx_log *log, const struct evtx_instance *in)
{
    bool lasting = in->template->kept;
    for (size_t i = 0; i < EVTX_HEAD_COUNT; i++) {
        const struct evtx_item *item = in->template->head[i];
        if (item) {
            log->head[i] = evtx_item_field(log, in, item);
            lasting &= item->kind != EVTX_JOIN;
        }
    }
    return lasting ? in->template : NULL;
}

static usec time_of_field(const struct field *f, struct arena *scratch)
{
    return f->type == VALUE_FILETIME ? time_of_filetime(load_u64le(f->data))
                                     : time_parse(str_trim(value_text(f, scratch)));
}

static struct event event_of(struct evtx_log *log, const struct evtx_place *place,
                             const struct evtx_template *from)
{
    const struct field *id = &log->head[EVTX_RECORD_ID], *time = &log->head[EVTX_TIME];
    uint64_t number = evtx_number(id, log->p->scratch);
    return (struct event){
        .time = time_of_field(time, log->p->scratch),
        .record = number ? number : place->number,
        .offset = log->chunk_at + place->at,
        .len = place->len,
        .recovered = log->recovered.len > 0,
        .origin = evtx_origin(&log->origins, from, log->head),
    };
}

static void note(struct evtx_log *log, enum note_id id, const struct evtx_place *place)
{
    emit_note(log->p, id, log->chunk_at + place->at, place->len);
}

/* What was found wrong with the record. */
static void complain(struct evtx_log *log, const struct evtx_place *place)
{
    if (log->damaged) {
        note(log, NOTE_BAD_RECORD, place);
    }
    if (log->over_budget) {
        note(log, NOTE_OVER_BUDGET, place);
    }
}

/* The time counts where the log itself gave the EventRecordID: an exported or forwarded one has
 * the records of many clocks. `e` NULL: nothing is known of it. */
static void look_at_order(struct evtx_log *log, const struct evtx_place *place,
                          const struct event *e)
{
    struct evtx_step step = {.number = place->number, .time = TIME_NONE};
    if (e) {
        step.id = log->head[EVTX_RECORD_ID].type != VALUE_NULL ? e->record : 0;
        step.time = e->record == place->number ? e->time : TIME_NONE;
        step.origin = e->origin;
    }
    uint64_t missing = evtx_order_missing(&log->order, &step);
    if (missing > 0) {
        emit_note(log->p, NOTE_RECORD_GAP, log->chunk_at + place->at, missing);
    }
    if (evtx_order_back(&log->order, &step)) {
        note(log, NOTE_TIME_BACK, place);
    }
    evtx_order_next(&log->order, &step);
}

static bool emit(struct evtx_log *log, const struct evtx_place *place,
                 const struct evtx_instance *in)
{
    bool flat = in->template->has_system;
    const struct evtx_template *from = NULL;
    if (flat) {
        from = read_head(log, in);
    } else {
        evtx_run(log, in, 0); /* the System element is itself nested in a value */
    }
    struct event e = event_of(log, place, from);
    if (!e.origin) {
        evtx_blame(log, EVTX_OVER_BUDGET);
        return true;
    }
    if (e.time == TIME_NONE && log->head[EVTX_TIME].type != VALUE_NULL && !log->recovered.len) {
        note(log, NOTE_BAD_TIME, place);
    }
    if (log->recovered.len > 0) {
        if (!evtx_carve_wanted(log->met, &e)) {
            return true;
        }
        note(log, NOTE_RECOVERED, place);
    } else {
        look_at_order(log, place, &e);
    }
    if (!emit_head(log->p, &e)) {
        return true;
    }
    if (flat) {
        evtx_run(log, in, 0);
    }
    if (log->recovered.len > 0) {
        evtx_add_text(log, STR("_recovered"), log->recovered);
    }
    e.fields = log->fields;
    e.nfields = log->nfields;
    return emit_event(log->p, &e);
}

bool evtx_record_at(bytes chunk, uint32_t at, struct evtx_place *out)
{
    if (at > chunk.len || chunk.len - at < RECORD_LEAST) {
        return false;
    }
    const uint8_t *p = chunk.p + at;
    uint32_t len = load_u32le(p + 4);
    if (load_u32le(p) != 0x2a2a || len < RECORD_LEAST || len > chunk.len - at) {
        return false;
    }
    *out = (struct evtx_place){
        .at = at,
        .len = len,
        .number = load_u64le(p + 8),
        .torn = load_u32le(p + len - 4) != len,
    };
    return true;
}

static struct reader begin(struct evtx_log *log, const struct evtx_place *place)
{
    log->nfields = 0;
    log->nstarts = 0;
    log->work = WORK_BASE + WORK_PER_BYTE * place->len;
    log->damaged = false;
    log->over_budget = false;
    memset(log->head, 0, sizeof log->head);
    struct reader r = reader_of((bytes){log->chunk.p, place->at + place->len - RECORD_TRAILER});
    reader_seek(&r, place->at + RECORD_HEADER);
    return r;
}

bool evtx_record_decodes(struct evtx_log *log, const struct evtx_place *place)
{
    struct arena_mark mark = arena_mark(log->p->scratch);
    struct reader r = begin(log, place);
    struct evtx_instance in;
    bool ok = evtx_next_fragment(log, &r, EVTX_IN_NOTHING, &in);
    if (ok) {
        evtx_run(log, &in, 0);
    }
    arena_rewind(log->p->scratch, mark);
    return ok && !log->damaged;
}

bool evtx_record(struct evtx_log *log, const struct evtx_place *place)
{
    struct arena_mark mark = arena_mark(log->p->scratch);
    struct reader r = begin(log, place);
    struct evtx_instance in;
    bool go_on = true;
    if (evtx_next_fragment(log, &r, EVTX_IN_NOTHING, &in)) {
        go_on = emit(log, place, &in);
        log->damaged |= place->torn;
    } else {
        log->damaged |= !log->over_budget;
        look_at_order(log, place, NULL);
    }
    complain(log, place);
    arena_rewind(log->p->scratch, mark);
    return go_on;
}
