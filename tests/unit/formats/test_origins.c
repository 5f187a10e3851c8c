#include "formats/origins.h"
#include "kit.h"

static const struct origin *get(struct origins *o, const char *host, uint32_t event_id)
{
    return origins_get(o, &(struct origin){.channel = STR("Security"),
                                           .provider = STR("P"),
                                           .host = str_of(host),
                                           .event_id = event_id});
}

static void the_same_origin_is_given_twice(void)
{
    struct arena a;
    arena_init(&a, 1 << 20);
    struct origins o = {.arena = &a};
    const struct origin *first = get(&o, "A", 1);
    const struct origin *second = get(&o, "B", 1);
    CHECK(first && second && first != second && second->number == 1);
    CHECK(get(&o, "A", 1) == first);
    arena_done(&a);
}

static void made_up_hosts_do_not_push_real_events_out(void)
{
    struct arena a;
    arena_init(&a, 1 << 28);
    struct origins o = {.arena = &a};
    char host[16];
    for (uint32_t i = 0; i < ORIGINS_MAX + 100; i++) {
        (void)snprintf(host, sizeof host, "H%u", i);
        CHECK(get(&o, host, 1) != NULL);
    }
    const struct origin *real = get(&o, "REAL", 4688);
    CHECK(real && real->event_id == 4688 && real->host.len == 0);
    CHECK_STR(real->channel, "Security");
    arena_done(&a);
}

int main(void)
{
    RUN(the_same_origin_is_given_twice);
    RUN(made_up_hosts_do_not_push_real_events_out);
    return kit_end();
}
