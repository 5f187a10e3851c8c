#include "formats/windows/evtx_carve.h"

#include <string.h>

enum { ALIGN = 8 };

void evtx_met_init(struct evtx_met *m, struct arena *arena)
{
    *m = (struct evtx_met){.arena = arena, .key = evtx_hash_key(m)};
}

static bool put(struct evtx_met *m, uint64_t hash)
{
    size_t at = hash & (m->cap - 1);
    while (m->places[at] && m->places[at] != hash) {
        at = (at + 1) & (m->cap - 1);
    }
    bool is_new = m->places[at] == 0;
    m->places[at] = hash;
    m->count += is_new;
    return is_new;
}

static bool grow(struct evtx_met *m)
{
    struct evtx_met larger = *m;
    larger.cap = m->cap ? 2 * m->cap : 4096;
    larger.count = 0;
    larger.places = ARENA_ARRAY(m->arena, uint64_t, larger.cap);
    if (!larger.places) {
        return false;
    }
    for (size_t i = 0; i < m->cap; i++) {
        if (m->places[i]) {
            (void)put(&larger, m->places[i]);
        }
    }
    *m = larger;
    return true;
}

bool evtx_met_new(struct evtx_met *m, const struct event *e)
{
    uint64_t of[3] = {hash_bytes(m->key, bytes_of_str(e->origin->channel)), e->record,
                      (uint64_t)e->time};
    if (2 * m->count >= m->cap && !grow(m)) {
        return false;
    }
    return put(m, hash_bytes(m->key, (bytes){(const uint8_t *)of, sizeof of}) | 1);
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

bool evtx_carve_wanted(struct evtx_log *log, const struct event *e)
{
    return is_sound(e) && evtx_met_new(log->met, e);
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
