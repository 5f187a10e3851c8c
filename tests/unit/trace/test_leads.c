#include "kit.h"
#include "trace/leads.h"

static struct arena arena;

#define VISIT(p, a, answered, sent)                                                            \
    {                                                                                          \
        .page = STR_INIT(p), .address = STR_INIT(a), .requests = (answered), .ok = (answered), \
        .posts = (sent), .minutes = 1                                                          \
    }

static const struct rule_info proof = {.rung = 5, .weight = WEIGHT_STRONG};
static const struct entity_ref refs[] = {
    {STR_INIT("url"),     STR_INIT("shell"),    STR_INIT("/owa/auth/known.aspx")},
    {STR_INIT("address"), STR_INIT("attacker"), STR_INIT("198.51.100.1")        },
};
static const struct finding seen = {.rule = &proof, .entities = refs, .nentities = 2};

static bool leads_to(const struct leads *l, const struct rule_info *rule, const char *page,
                     const char *address)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->items[i].rule == rule && str_eq(l->items[i].visit->page, str_of(page)) &&
            str_eq(l->items[i].visit->address, str_of(address))) {
            return true;
        }
    }
    return false;
}

static bool holds_back(const struct leads *l, const char *value)
{
    for (size_t i = 0; i < l->nheld; i++) {
        if (str_eq(l->held[i].value, str_of(value))) {
            return l->held[i].why != NULL;
        }
    }
    return false;
}

/* 198.51.100.1 is known by its use of known.aspx. It also used other.aspx, alone with .2, who
 * posted to known.aspx too; and .2 alone used third.aspx. */
static void pages_lead_to_addresses_and_these_to_pages(void)
{
    const struct visit visits[] = {
        VISIT("/ecp/other.aspx", "198.51.100.1", 3, 3),
        VISIT("/ecp/other.aspx", "198.51.100.2", 1, 1),
        VISIT("/oab/third.aspx", "198.51.100.2", 2, 2),
        VISIT("/owa/auth/known.aspx", "198.51.100.1", 9, 9),
        VISIT("/owa/auth/known.aspx", "198.51.100.2", 1, 1),
    };
    struct leads l;
    CHECK(trace_leads(&seen, 1, &(struct traffic_seen){visits, ARRAY_LEN(visits), NULL, NULL},
                      &arena, &l));
    CHECK(leads_to(&l, &rule_other_visitor, "/owa/auth/known.aspx", "198.51.100.2"));
    CHECK(leads_to(&l, &rule_shared_page, "/ecp/other.aspx", "198.51.100.1") ||
          leads_to(&l, &rule_shared_page, "/ecp/other.aspx", "198.51.100.2"));
    CHECK(leads_to(&l, &rule_shared_page, "/oab/third.aspx", "198.51.100.2"));
    CHECK_INT(l.count, 3);
    for (size_t i = 0; i < l.count; i++) {
        CHECK(l.items[i].led_by.len > 0);
    }
}

/* The intruder tried the page once; who uses it since, nobody knew. */
static void a_page_used_as_a_shell_leads_to_its_user(void)
{
    const struct visit visits[] = {
        VISIT("/helpdesk/print.aspx", "198.51.100.1", 1, 1),
        VISIT("/helpdesk/print.aspx", "198.51.100.200", 9, 9),
    };
    struct leads l;
    CHECK(trace_leads(&seen, 1, &(struct traffic_seen){visits, ARRAY_LEN(visits), NULL, NULL},
                      &arena, &l));
    CHECK_INT(l.count, 2);
    CHECK(leads_to(&l, &rule_shared_page, "/helpdesk/print.aspx", "198.51.100.1"));
    CHECK_INT(l.items[0].others, 1);
    CHECK(leads_to(&l, &rule_other_visitor, "/helpdesk/print.aspx", "198.51.100.200"));
}

static void what_others_use_too_is_nobodys(void)
{
    const struct visit visits[] = {
        VISIT("/app/shared.aspx", "198.51.100.1", 3, 3),
        VISIT("/app/shared.aspx", "203.0.113.9", 3, 0),
        VISIT("/app/style.css", "198.51.100.1", 3, 0),
        VISIT("/ecp/default.aspx", "198.51.100.1", 3, 0),
        VISIT("/x/all.aspx", "", 900, 0),
        VISIT("/x/all.aspx", "198.51.100.1", 1, 0),
    };
    struct leads l;
    CHECK(trace_leads(&seen, 1, &(struct traffic_seen){visits, ARRAY_LEN(visits), NULL, NULL},
                      &arena, &l));
    CHECK_INT(l.count, 0);
}

/* Half the town comes through 203.0.113.5. */
/* One is a proxy, one sweeps, and all others are somebody. */
static const struct visit *client_of(void *ctx, str address)
{
    static const struct visit proxy = {.agents = 0xffffff, .requests = 9};
    static const struct visit sweep = {.agents = 1, .requests = 300, .refused = 200};
    static const struct visit other = {.agents = 1, .requests = 9};
    (void)ctx;
    bool proxied = str_eq(address, STR("203.0.113.5"));
    return proxied ? &proxy : str_eq(address, STR("203.0.113.6")) ? &sweep : &other;
}

static void who_only_looks_or_comes_from_inside_is_held_back(void)
{
    const struct visit visits[] = {
        VISIT("/owa/auth/known.aspx", "10.0.0.7", 4, 4),
        VISIT("/owa/auth/known.aspx", "203.0.113.5", 4, 4),
        VISIT("/owa/auth/known.aspx", "203.0.113.9", 2, 0),
    };
    struct leads l;
    const struct traffic_seen traffic = {visits, ARRAY_LEN(visits), client_of, NULL};
    CHECK(trace_leads(&seen, 1, &traffic, &arena, &l));
    CHECK_INT(l.count, 0);
    CHECK(holds_back(&l, "10.0.0.7") && holds_back(&l, "203.0.113.5"));
    CHECK(holds_back(&l, "203.0.113.9"));
}

static void a_tunnel_is_known_by_its_pace(void)
{
    struct visit visits[] = {
        VISIT("/EWS/Exchange.asmx", "203.0.113.1", 9000, 9000),
        VISIT("/app/poll.aspx", "203.0.113.2", 9000, 9000),
        VISIT("/erp/conn.aspx", "203.0.113.3", 4298, 1737),
        VISIT("/status.aspx", "203.0.113.4", 9000, 0),
    };
    visits[0].minutes = visits[2].minutes = visits[3].minutes = 17;
    visits[1].minutes = 3000;
    struct leads l;
    CHECK(trace_leads(NULL, 0, &(struct traffic_seen){visits, ARRAY_LEN(visits), NULL, NULL},
                      &arena, &l));
    CHECK_INT(l.count, 1);
    CHECK(leads_to(&l, &rule_tunnel, "/erp/conn.aspx", "203.0.113.3"));
}

/* An attempt at 0 by each; then pages that answer nobody else, in a log that began a day before:
 * the first ones posted to, the others only looked at. */
static size_t sequels_of(const char *address, size_t used, size_t looked_at, struct leads *l)
{
    size_t pages = used + looked_at;
    enum { MOST = 8 };
    static const struct rule_info tried = {.rung = 2, .weight = WEIGHT_LEAD};
    const struct entity_ref who = {STR("address"), STR("attacker"), str_of(address)};
    const struct finding attempt = {.rule = &tried, .entities = &who, .nentities = 1};
    struct visit visits[MOST] = {
        {.page = STR("/"), .requests = 9, .ok = 9, .first = -86400 * USEC_PER_SEC}
    };
    for (size_t i = 1; i <= pages; i++) {
        visits[i] = (struct visit){.page = arena_printf(&arena, "/app/p%zu.aspx", i),
                                   .address = str_of(address),
                                   .requests = 2,
                                   .ok = 2,
                                   .posts = i <= used ? 2 : 0,
                                   .out = 100 * i,
                                   .sized = 2,
                                   .first = 1,
                                   .last = 2,
                                   .ok_first = 1,
                                   .ok_last = 2};
    }
    const struct traffic_seen traffic = {visits, pages + 1, client_of, NULL};
    CHECK(trace_leads(&attempt, 1, &traffic, &arena, l));
    size_t sequels = 0;
    for (size_t i = 0; i < l->count; i++) {
        sequels += l->items[i].rule == &rule_sequel;
    }
    return sequels;
}

static void one_page_after_an_attempt_is_a_sign_and_many_are_a_test(void)
{
    struct leads l;
    CHECK_INT(sequels_of("203.0.113.9", 1, 0, &l), 1);
    CHECK_INT(sequels_of("203.0.113.9", 3, 0, &l), 3);
    CHECK_INT(sequels_of("203.0.113.9", 4, 0, &l), 0);
    CHECK(holds_back(&l, "203.0.113.9"));
    CHECK_INT(sequels_of("203.0.113.9", 1, 2, &l), 1);
    CHECK_INT(sequels_of("203.0.113.9", 1, 3, &l), 0); /* whatever it asks for is there */
    CHECK_INT(sequels_of("203.0.113.6", 1, 0, &l), 0); /* a sweep */
    CHECK(holds_back(&l, "203.0.113.6"));
    CHECK_INT(sequels_of("203.0.113.5", 1, 0, &l), 0); /* a proxy */
}

int main(void)
{
    arena_init(&arena, 64 << 20);
    RUN(pages_lead_to_addresses_and_these_to_pages);
    RUN(a_page_used_as_a_shell_leads_to_its_user);
    RUN(what_others_use_too_is_nobodys);
    RUN(who_only_looks_or_comes_from_inside_is_held_back);
    RUN(a_tunnel_is_known_by_its_pace);
    RUN(one_page_after_an_attempt_is_a_sign_and_many_are_a_test);
    arena_done(&arena);
    return kit_end();
}
