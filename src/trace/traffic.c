#include "trace/traffic.h"

#include "model/value.h"
#include "trace/normalise.h"

#include <string.h>

struct traffic_page {
    struct visit all; /* of those who only were refused; of everybody when `many` */
    struct visit *visitors;
    size_t count, cap;
    bool many;
};

static const usec MINUTE = 60 * USEC_PER_SEC;

void traffic_init(struct traffic *t, struct hash_key key, uint64_t budget)
{
    *t = (struct traffic){0};
    arena_init(&t->arena, budget);
    table_init(&t->page_index, &t->arena, true);
    table_init(&t->client_index, &t->arena, true);
    t->page_index.key = t->client_index.key = key;
}

void traffic_done(struct traffic *t)
{
    arena_done(&t->arena);
    *t = (struct traffic){0};
}

/* ---- sums */

/* One request more; it comes in the order of the log. */
static void count(struct visit *v, const struct visit *request)
{
    bool same_minute = v->last != TIME_NONE && request->last / MINUTE == v->last / MINUTE;
    v->minutes -= v->requests > 0 && same_minute;
    visit_join(v, request);
}

/* ---- finding the place to count at */

/* Host and page behind each other; too long a path is cut. */
static str page_key(char room[2 * TRAFFIC_TEXT + 1], const struct visit *v)
{
    str host = str_sub(v->host, 0, TRAFFIC_TEXT), page = str_sub(v->page, 0, TRAFFIC_TEXT);
    if (host.len) {
        memcpy(room, host.p, host.len);
    }
    room[host.len] = 0;
    if (page.len) {
        memcpy(room + host.len + 1, page.p, page.len);
    }
    return (str){room, host.len + 1 + page.len};
}

static struct traffic_page *page_of(struct traffic *t, const struct visit *v)
{
    char room[2 * TRAFFIC_TEXT + 1];
    str key = page_key(room, v);
    uint32_t at = table_get(&t->page_index, key);
    if (at != TABLE_NONE) {
        return &t->pages[at];
    }
    struct traffic_page *grown =
        arena_grow(&t->arena, t->pages, &t->pages_cap, t->npages + 1, sizeof *grown);
    if (!grown || !table_put(&t->page_index, key, (uint32_t)t->npages, &at)) {
        t->full = true;
        return NULL;
    }
    t->pages = grown;
    t->pages[t->npages] = (struct traffic_page){
        .all = {.host = arena_str(&t->arena, str_sub(v->host, 0, TRAFFIC_TEXT)),
                .page = arena_str(&t->arena, str_sub(v->page, 0, TRAFFIC_TEXT)),
                .first = TIME_NONE,
                .last = TIME_NONE,
                .ok_first = TIME_NONE,
                .ok_last = TIME_NONE},
    };
    return &t->pages[t->npages++];
}

static struct visit *client_of(struct traffic *t, const struct visit *v)
{
    uint32_t at = table_get(&t->client_index, v->address);
    if (at != TABLE_NONE) {
        return &t->clients[at];
    }
    struct visit *grown =
        arena_grow(&t->arena, t->clients, &t->clients_cap, t->nclients + 1, sizeof *grown);
    if (!grown || !table_put(&t->client_index, v->address, (uint32_t)t->nclients, &at)) {
        t->full = true;
        return NULL;
    }
    t->clients = grown;
    t->clients[t->nclients] = (struct visit){
        .address = arena_str(&t->arena, str_sub(v->address, 0, TRAFFIC_TEXT)),
        .first = TIME_NONE,
        .last = TIME_NONE,
        .ok_first = TIME_NONE,
        .ok_last = TIME_NONE,
    };
    return &t->clients[t->nclients++];
}

/* Nothing but refused. */
static bool was_refused(const struct visit *v)
{
    return v->refused == v->requests;
}

static void becomes_everybodys(struct traffic_page *p)
{
    for (size_t i = 0; i < p->count; i++) {
        visit_join(&p->all, &p->visitors[i]);
    }
    p->count = 0;
    p->many = true;
}

static struct visit *visitor_of(struct traffic *t, struct traffic_page *p, const struct visit *v)
{
    for (size_t i = 0; i < p->count; i++) {
        if (str_eq_nocase(p->visitors[i].address, v->address)) {
            return &p->visitors[i];
        }
    }
    if (p->many || was_refused(v)) {
        return &p->all; /* whoever looks for a page that is not there makes it nobody's */
    }
    if (v->address.len == 0 || p->count == TRAFFIC_VISITORS) {
        becomes_everybodys(p);
        return &p->all;
    }
    struct visit *grown = arena_grow(&t->arena, p->visitors, &p->cap, p->count + 1, sizeof *grown);
    if (!grown) {
        t->full = true;
        return NULL;
    }
    p->visitors = grown;
    p->visitors[p->count] = (struct visit){
        .host = p->all.host,
        .page = p->all.page,
        .address = arena_str(&t->arena, str_sub(v->address, 0, TRAFFIC_TEXT)),
        .first = TIME_NONE,
        .last = TIME_NONE,
        .ok_first = TIME_NONE,
        .ok_last = TIME_NONE,
    };
    return &p->visitors[p->count++];
}

/* Texts of a visit that are kept for the first time move into the arena. */
static void add_to(struct traffic *t, struct visit *v, const struct visit *more,
                   void (*add)(struct visit *v, const struct visit *more))
{
    if (!v) {
        return;
    }
    str account = v->account, agent = v->agent;
    add(v, more);
    if (v->account.p != account.p) {
        v->account = arena_str(&t->arena, str_sub(v->account, 0, TRAFFIC_TEXT));
    }
    if (v->agent.p != agent.p) {
        v->agent = arena_str(&t->arena, str_sub(v->agent, 0, TRAFFIC_TEXT));
    }
}

/* ---- requests */

static uint64_t number(const struct field *f, struct arena *scratch)
{
    uint64_t n = 0;
    return str_u64(value_text(f, scratch), &n) ? n : 0;
}

static void count_status(struct visit *v, uint64_t status)
{
    v->ok = status / 100 == 2;
    v->moved = status / 100 == 3;
    v->refused = status / 100 == 4;
    v->failed = status / 100 == 5;
}

static void read_field(struct visit *v, const struct field *f, struct arena *scratch)
{
    static const struct hash_key unkeyed = {0}; /* the same bits in every scan */
    switch (f->id) {
    case FIELD_C_IP:
        v->address = normalise(STR("address"), value_text(f, scratch), scratch);
        break;
    case FIELD_CS_URI_STEM:
        v->page = value_text(f, scratch);
        break;
    case FIELD_CS_METHOD:
        v->posts = str_eq_nocase(value_text(f, scratch), STR("POST"));
        break;
    case FIELD_CS_USERNAME:
        v->account = normalise(STR("account"), value_text(f, scratch), scratch);
        break;
    case FIELD_CS_USER_AGENT:
        v->agent = value_text(f, scratch);
        v->agents = v->agent.len ? UINT64_C(1) << (hash_str(unkeyed, v->agent) & 63) : 0;
        break;
    case FIELD_SC_STATUS:
        count_status(v, number(f, scratch));
        break;
    case FIELD_SC_BYTES:
        v->out = number(f, scratch);
        v->sized = f->len > 0;
        break;
    case FIELD_CS_BYTES:
        v->in = number(f, scratch);
        break;
    default:
        break;
    }
}

bool traffic_event(struct traffic *t, const struct event *e, struct arena *scratch)
{
    struct visit request = {
        .host = e->origin->host,
        .first = e->time,
        .last = e->time,
        .requests = 1,
        .minutes = 1,
        .record = e->record,
        .offset = e->offset,
    };
    const struct field *took = NULL;
    for (size_t i = 0; i < e->nfields; i++) {
        took = e->fields[i].id == FIELD_TIME_TAKEN ? &e->fields[i] : took;
        read_field(&request, &e->fields[i], scratch);
    }
    if (took && !request.sized) {
        request.timed = str_u64(value_text(took, scratch), &request.waited);
    }
    if (request.address.len == 0 || request.page.len == 0) {
        return request.page.len > 0;
    }
    request.ok_first = request.ok_last = request.ok ? e->time : TIME_NONE;
    size_t known = t->npages;
    struct traffic_page *p = page_of(t, &request);
    add_to(t, p ? visitor_of(t, p, &request) : NULL, &request, count);
    request.swept = t->npages > known && was_refused(&request);
    add_to(t, client_of(t, &request), &request, count);
    return true;
}

/* ---- parts */

void traffic_add(struct traffic *t, const struct visit *v)
{
    struct traffic_page *p = v->page.len ? page_of(t, v) : NULL;
    struct visit *into = p ? visitor_of(t, p, v) : v->page.len ? NULL : client_of(t, v);
    add_to(t, into, v, visit_join);
}

static bool was_glanced_at(const struct traffic_page *p)
{
    return !p->many && p->count == 1 && p->visitors[0].requests == 1 && p->visitors[0].posts == 0;
}

static struct visit *client_named(struct traffic *t, str address)
{
    uint32_t at = table_get(&t->client_index, address);
    return at == TABLE_NONE ? NULL : &t->clients[at];
}

/* How many pages each client alone glanced at. */
static void find_sweepers(struct traffic *t, uint32_t *glances)
{
    for (size_t i = 0; i < t->npages; i++) {
        const struct traffic_page *p = &t->pages[i];
        uint32_t at =
            was_glanced_at(p) ? table_get(&t->client_index, p->visitors[0].address) : TABLE_NONE;
        if (at != TABLE_NONE) {
            glances[at]++;
        }
    }
}

static void tell_page(struct traffic *t, struct traffic_page *p, const uint32_t *glances,
                      void (*tell)(void *ctx, const struct visit *v), void *ctx)
{
    struct visit *only = p->count == 1 ? client_named(t, p->visitors[0].address) : NULL;
    if (only && was_glanced_at(p) && glances[only - t->clients] > TRAFFIC_SWEEP) {
        only->swept++;
        return;
    }
    if (p->many || (p->count > 0 && p->all.requests > 0)) {
        tell(ctx, &p->all);
    }
    for (size_t k = 0; k < p->count; k++) {
        tell(ctx, &p->visitors[k]);
    }
}

void traffic_tell(struct traffic *t, void (*tell)(void *ctx, const struct visit *v), void *ctx)
{
    uint32_t *glances = ARENA_ARRAY(&t->arena, uint32_t, t->nclients + 1);
    if (!glances) {
        t->full = true;
        return;
    }
    find_sweepers(t, glances);
    for (size_t i = 0; i < t->npages; i++) {
        tell_page(t, &t->pages[i], glances, tell, ctx);
    }
    for (size_t i = 0; i < t->nclients; i++) {
        tell(ctx, &t->clients[i]);
    }
}
