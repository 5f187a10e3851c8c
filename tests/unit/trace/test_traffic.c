#include "kit.h"
#include "trace/traffic.h"

enum { BUDGET = 64 << 20 };

static struct arena scratch;

struct told {
    struct visit list[64];
    size_t count;
};

static void keep(void *ctx, const struct visit *v)
{
    struct told *t = ctx;
    if (t->count < ARRAY_LEN(t->list)) {
        t->list[t->count] = *v;
    }
    t->count++;
}

static const struct visit *visit_of(const struct told *t, const char *page, const char *address)
{
    for (size_t i = 0; i < t->count && i < ARRAY_LEN(t->list); i++) {
        if (str_eq(t->list[i].page, str_of(page)) && str_eq(t->list[i].address, str_of(address))) {
            return &t->list[i];
        }
    }
    return NULL;
}

static struct field text_field(field_id id, const char *text)
{
    str s = str_of(text);
    return (struct field){s, (const uint8_t *)s.p, (uint32_t)s.len, id, VALUE_TEXT};
}

static void ask(struct traffic *t, int64_t seconds, const char *address, const char *method,
                const char *page, const char *status, const char *size)
{
    static const struct origin origin = {.channel = STR_INIT("iis")};
    const struct field fields[] = {
        text_field(FIELD_C_IP, address),     text_field(FIELD_CS_METHOD, method),
        text_field(FIELD_CS_URI_STEM, page), text_field(FIELD_SC_STATUS, status),
        text_field(FIELD_SC_BYTES, size),    text_field(FIELD_CS_USER_AGENT, "agent"),
        text_field(FIELD_TIME_TAKEN, "40"),
    };
    const struct event e = {
        .time = seconds * USEC_PER_SEC,
        .record = (uint64_t)seconds,
        .offset = (uint64_t)seconds * 100,
        .origin = &origin,
        .fields = fields,
        .nfields = ARRAY_LEN(fields),
    };
    CHECK(traffic_event(t, &e, &scratch));
}

static void a_client_of_a_rare_page_is_summed_up(void)
{
    struct traffic t;
    struct told told = {.count = 0};
    traffic_init(&t, (struct hash_key){1, 2}, BUDGET);
    ask(&t, 10, "192.0.2.1", "GET", "/a/x.aspx", "404", "100");
    ask(&t, 20, "192.0.2.1", "POST", "/a/X.aspx", "200", "5000");
    ask(&t, 70, "192.0.2.1", "POST", "/a/x.aspx", "200", "");
    ask(&t, 130, "192.0.2.2", "GET", "/a/x.aspx", "404", "1");
    traffic_tell(&t, keep, &told);
    const struct visit *v = visit_of(&told, "/a/x.aspx", "192.0.2.1");
    CHECK(v && v->requests == 2 && v->ok == 2 && v->posts == 2 && v->minutes == 2);
    CHECK(v && v->out == 5000 && v->sized == 1 && v->record == 20 && v->offset == 2000);
    CHECK(v && v->timed == 1 && v->waited == 40);      /* of the one whose bytes are not told */
    CHECK(!visit_of(&told, "/a/x.aspx", "192.0.2.2")); /* was only refused */
    const struct visit *others = visit_of(&told, "/a/x.aspx", "");
    CHECK(others && others->requests == 2 && others->refused == 2);
    const struct visit *all = visit_of(&told, "", "192.0.2.1");
    CHECK(all && all->requests == 3 && all->out == 5100 && all->refused == 1 && all->swept == 1);
    traffic_done(&t);
}

static void a_page_that_many_ask_for_is_everybodys(void)
{
    struct traffic t;
    struct told told = {.count = 0};
    traffic_init(&t, (struct hash_key){1, 2}, BUDGET);
    for (int i = 0; i <= TRAFFIC_VISITORS; i++) {
        char address[32];
        (void)snprintf(address, sizeof address, "192.0.2.%d", i);
        ask(&t, i, address, "GET", "/owa/", "200", "10");
    }
    traffic_tell(&t, keep, &told);
    const struct visit *v = visit_of(&told, "/owa/", "");
    CHECK(v && v->requests == TRAFFIC_VISITORS + 1 && v->out == 10 * (TRAFFIC_VISITORS + 1));
    CHECK(!visit_of(&told, "/owa/", "192.0.2.1"));
    traffic_done(&t);
}

/* 20,000 names that do not exist, answered 404 or, by a server that answers anything, 200. */
static void a_sweep_is_counted_and_not_listed(void)
{
    struct traffic t;
    struct told told = {.count = 0};
    traffic_init(&t, (struct hash_key){1, 2}, BUDGET);
    for (int i = 0; i < 20000; i++) {
        char page[32];
        (void)snprintf(page, sizeof page, "/%d.php", i);
        ask(&t, i, "198.51.100.7", "GET", page, i % 2 ? "404" : "200", "77");
        arena_reset(&scratch);
    }
    ask(&t, 20001, "198.51.100.7", "POST", "/shell.php", "200", "77");
    traffic_tell(&t, keep, &told);
    CHECK_INT(told.count, 2); /* the client, and what it posted to */
    const struct visit *v = visit_of(&told, "", "198.51.100.7");
    CHECK(v && v->swept == 20000 && v->requests == 20001 && v->refused == 10000);
    CHECK(visit_of(&told, "/shell.php", "198.51.100.7"));
    traffic_done(&t);
}

static void add(void *ctx, const struct visit *v)
{
    traffic_add(ctx, v);
}

static void parts_add_up_in_any_order(void)
{
    struct traffic parts[2], up, down;
    struct told a = {.count = 0}, b = {.count = 0};
    for (int i = 0; i < 2; i++) {
        traffic_init(&parts[i], (struct hash_key){1, 2}, BUDGET);
        ask(&parts[i], 100 + i * 1000, "192.0.2.1", "POST", "/x.aspx", "200", "5");
        ask(&parts[i], 200 + i * 1000, i ? "192.0.2.3" : "192.0.2.2", "GET", "/x.aspx", "200", "5");
    }
    traffic_init(&up, (struct hash_key){3, 4}, BUDGET);
    traffic_init(&down, (struct hash_key){5, 6}, BUDGET);
    traffic_tell(&parts[0], add, &up);
    traffic_tell(&parts[1], add, &up);
    traffic_tell(&parts[1], add, &down);
    traffic_tell(&parts[0], add, &down);
    traffic_tell(&up, keep, &a);
    traffic_tell(&down, keep, &b);
    CHECK_INT(a.count, 6);
    CHECK_INT(b.count, 6);
    const struct visit *x = visit_of(&a, "/x.aspx", "192.0.2.1");
    const struct visit *y = visit_of(&b, "/x.aspx", "192.0.2.1");
    CHECK(x && x->requests == 2 && x->out == 10 && x->first == 100 * USEC_PER_SEC);
    CHECK(x && y && x->requests == y->requests && x->first == y->first && x->last == y->last &&
          x->offset == y->offset && x->minutes == y->minutes);
    traffic_done(&parts[0]);
    traffic_done(&parts[1]);
    traffic_done(&up);
    traffic_done(&down);
}

int main(void)
{
    arena_init(&scratch, BUDGET);
    RUN(a_client_of_a_rare_page_is_summed_up);
    RUN(a_page_that_many_ask_for_is_everybodys);
    RUN(a_sweep_is_counted_and_not_listed);
    RUN(parts_add_up_in_any_order);
    arena_done(&scratch);
    return kit_end();
}
