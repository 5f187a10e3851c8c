#include "formats/windows/evtx_carve.h"

#include <string.h>

enum { ALIGN = 8 };

void evtx_met_init(struct evtx_met *m, struct arena *arena)
{
    *m = (struct evtx_met){.arena = arena, .key = evtx_hash_key(m)};
}

static struct evtx_met_place *place_of(const struct evtx_met *m, uint64_t hash)
{
    size_t at = hash & (m->cap - 1);
    while (m->places[at].hash && m->places[at].hash != hash) {
        at = (at + 1) & (m->cap - 1);
    }
    return &m->places[at];
}

static bool grow(struct evtx_met *m)
{
    struct evtx_met larger = *m;
    larger.cap = m->cap ? 2 * m->cap : 4096;
    larger.places = ARENA_ARRAY(m->arena, struct evtx_met_place, larger.cap);
    if (!larger.places) {
        return false;
    }
    for (size_t i = 0; i < m->cap; i++) {
        if (m->places[i].hash) {
            *place_of(&larger, m->places[i].hash) = m->places[i];
        }
    }
    *m = larger;
    return true;
}

static uint64_t hash_of(const struct evtx_met *m, const struct event *e)
{
    uint64_t of[3] = {hash_bytes(m->key, bytes_of_str(e->origin->channel)), e->record,
                      (uint64_t)e->time};
    return hash_bytes(m->key, (bytes){(const uint8_t *)of, sizeof of}) | 1;
}

void evtx_met_put(struct evtx_met *m, const struct event *e, uint64_t where)
{
    if (2 * m->count >= m->cap && !grow(m)) {
        m->full = true;
        return;
    }
    uint64_t hash = hash_of(m, e);
    struct evtx_met_place *place = place_of(m, hash);
    if (!place->hash) {
        *place = (struct evtx_met_place){hash, where};
        m->count++;
    }
}

/* What was overwritten in part may decode all the same. */
static bool is_sound(const struct event *e)
{
    str channel = e->origin->channel;
    bool sound = e->time != TIME_NONE && e->origin->event_id > 0 && channel.len > 0;
    for (size_t i = 0; i < channel.len; i++) {
        sound &= channel.p[i] >= ' ' && channel.p[i] < 0x7f;
    }
    return sound;
}

bool evtx_carve_wanted(const struct evtx_met *m, const struct event *e)
{
    if (!is_sound(e) || !m || m->cap == 0) {
        return is_sound(e);
    }
    const struct evtx_met_place *place = place_of(m, hash_of(m, e));
    return !place->hash || place->where == e->offset;
}

bool evtx_carve(struct evtx_log *log, uint32_t from, uint32_t to, str where)
{
    bool go_on = true;
    bytes area = {log->chunk.p, to};
    log->recovered = where;
    for (uint32_t at = (from + ALIGN - 1) / ALIGN * ALIGN; at < to && go_on;) {
        struct evtx_place place;
        bool found =
            evtx_record_at(area, at, &place) && !place.torn && evtx_record_decodes(log, &place);
        go_on = !found || evtx_record(log, &place);
        at += found ? (place.len + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
    }
    log->recovered = STR_NONE;
    return go_on;
}
