/* A template instance, behind its token 0c:
 *
 *     offset  size
 *          0     1  01
 *          1     4  first word of the template's GUID
 *          5     4  offset of its definition in the chunk; inline when that is here
 *                   u32 next, GUID, u32 size, then as much
 *                   u32 count of values
 *                   for each: u16 size, u8 type, u8 zero
 *                   the values, packed
 */
#include "formats/windows/evtx_record.h"

enum {
    INSTANCE_HEADER = 9,
    DEFINITION_HEADER = 24,
    STARTS_MAX = 65536 / 4 + 64, /* descriptors that fit a chunk, and an end for each instance */
};

enum token { END_OF_FRAGMENT, ELEMENT, PI_TARGET = 0x0a, PI_DATA, INSTANCE, FRAGMENT = 0x0f };

bool evtx_log_init(struct evtx_log *log, struct parse *p, struct evtx_templates *templates)
{
    *log = (struct evtx_log){.p = p, .templates = templates};
    evtx_origins_init(&log->origins, p->arena, p->scratch);
    log->starts = ARENA_ARRAY(p->arena, uint32_t, STARTS_MAX);
    return log->starts != NULL;
}

void evtx_log_chunk(struct evtx_log *log, uint64_t chunk_at, bytes chunk)
{
    log->chunk = chunk;
    log->chunk_at = chunk_at;
    evtx_templates_new_chunk(log->templates);
    evtx_order_chunk(&log->order);
}

void evtx_blame(struct evtx_log *log, enum evtx_outcome outcome)
{
    log->damaged |= outcome == EVTX_DAMAGED;
    log->over_budget |= outcome == EVTX_OVER_BUDGET;
}

/* Sizes that lie are cut at the end of the record. */
static void clip(struct evtx_log *log, uint32_t *starts, uint32_t count, uint32_t end)
{
    for (uint32_t i = 0; i <= count; i++) {
        starts[i] = starts[i] < end ? starts[i] : end;
    }
    evtx_blame(log, EVTX_DAMAGED);
}

/* Where each value begins: the sum of the sizes before it, which cannot overflow. */
static bool locate_values(struct evtx_log *log, struct reader *r, struct evtx_instance *out)
{
    if (out->count >= STARTS_MAX - log->nstarts) {
        return false;
    }
    uint32_t *starts = log->starts + log->nstarts;
    log->nstarts += out->count + 1;
    uint32_t at = (uint32_t)r->at, end = (uint32_t)r->in.len;
    starts[0] = at;
    for (size_t i = 0; i < out->count; i++) {
        at += out->descriptors[4 * i] | (uint32_t)out->descriptors[4 * i + 1] << 8;
        starts[i + 1] = at;
    }
    if (at > end) {
        clip(log, starts, out->count, end);
    }
    out->starts = starts;
    reader_seek(r, starts[out->count]);
    return true;
}

/* Of a definition that stands inline, its length behind the instance's header; else 0. It lies
 * before its use, or right in it. */
static uint64_t inline_len(struct reader *r, uint32_t definition)
{
    if (definition != r->at) {
        r->bad |= definition > r->at;
        return 0;
    }
    bool fits = reader_left(r) >= DEFINITION_HEADER;
    r->bad |= !fits;
    return fits ? DEFINITION_HEADER + (uint64_t)load_u32le(r->in.p + r->at + 20) : 0;
}

/* The header, up to the values; `*id` and `*definition` name the template. Nearly every record has
 * two: it is read without the reader's checks at each step. */
static bool read_header(struct reader *r, struct evtx_instance *out, uint32_t *id,
                        uint32_t *definition)
{
    if (reader_left(r) < INSTANCE_HEADER) {
        return false;
    }
    const uint8_t *p = r->in.p + r->at;
    *id = load_u32le(p + 1);
    *definition = load_u32le(p + 5);
    r->at += INSTANCE_HEADER;
    reader_skip(r, inline_len(r, *definition));
    if (reader_left(r) < 4) {
        return false;
    }
    out->count = load_u32le(r->in.p + r->at);
    out->descriptors = r->in.p + r->at + 4;
    reader_skip(r, 4 + 4 * (uint64_t)out->count);
    return reader_ok(r);
}

/* Reads an instance behind its token. */
static bool read_instance(struct evtx_log *log, struct reader *r, enum evtx_zone zone,
                          struct evtx_instance *out)
{
    uint32_t id, definition;
    *out = (struct evtx_instance){.chunk = log->chunk.p};
    if (!read_header(r, out, &id, &definition) || !locate_values(log, r, out)) {
        evtx_blame(log, EVTX_DAMAGED);
        return false;
    }
    enum evtx_outcome outcome =
        evtx_templates_get(log->templates, log->chunk, definition, zone, &out->template);
    if (outcome == EVTX_OK && load_u32le(out->template->guid) != id) {
        outcome = EVTX_DAMAGED; /* another lap's record: its definition was overwritten */
    }
    evtx_blame(log, outcome);
    return outcome == EVTX_OK;
}

/* An element without a template: made into one, for this record. */
static bool read_element(struct evtx_log *log, struct reader *r, enum evtx_zone zone,
                         struct evtx_instance *out)
{
    struct evtx_template *made = ARENA_NEW(log->p->scratch, struct evtx_template);
    *out = (struct evtx_instance){.chunk = log->chunk.p, .template = made};
    enum evtx_outcome outcome =
        made ? evtx_compile_element(r, log->chunk, zone, log->p->names, log->p->scratch, made)
             : EVTX_OVER_BUDGET;
    evtx_blame(log, outcome);
    return outcome == EVTX_OK;
}

static void skip_processing_instruction(struct reader *r, bytes chunk)
{
    reader_skip(r, 1);
    (void)evtx_name(r, chunk);
    if (reader_left(r) && r->in.p[r->at] == PI_DATA) {
        reader_skip(r, 1);
        reader_skip(r, UINT64_C(2) * reader_u16le(r));
    }
}

bool evtx_next_fragment(struct evtx_log *log, struct reader *r, enum evtx_zone zone,
                        struct evtx_instance *out)
{
    while (reader_left(r)) {
        switch (r->in.p[r->at] & ~0x40) {
        case END_OF_FRAGMENT:
            reader_skip(r, 1);
            break;
        case FRAGMENT:
            reader_skip(r, 4);
            break;
        case PI_TARGET:
            skip_processing_instruction(r, log->chunk);
            break;
        case INSTANCE:
            reader_skip(r, 1);
            return read_instance(log, r, zone, out);
        case ELEMENT:
            return read_element(log, r, zone, out);
        default:
            evtx_blame(log, EVTX_DAMAGED);
            return false;
        }
    }
    log->damaged |= !reader_ok(r);
    return false;
}
