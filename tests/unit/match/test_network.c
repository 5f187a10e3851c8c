#include "match/network.h"

#include "kit.h"

static bool inside(const char *network, const char *address)
{
    struct network n;
    struct address a;
    CHECK(network_parse(str_of(network), &n));
    return address_parse(str_of(address), &a) && network_has(&n, &a);
}

static void version_4_networks_hold_their_addresses(void)
{
    CHECK(inside("10.0.0.0/8", "10.255.255.255") && !inside("10.0.0.0/8", "11.0.0.0"));
    CHECK(inside("192.168.16.0/20", "192.168.31.1") && !inside("192.168.16.0/20", "192.168.32.1"));
    CHECK(inside("0.0.0.0/0", "8.8.8.8"));
    CHECK(inside("127.0.0.1", "127.0.0.1") && !inside("127.0.0.1", "127.0.0.2"));
}

static void version_6_networks_hold_their_addresses(void)
{
    CHECK(inside("fe80::/10", "FE80::1") && inside("fe80::/10", "febf:ffff::"));
    CHECK(!inside("fe80::/10", "fec0::1"));
    CHECK(inside("::1/128", "0:0:0:0:0:0:0:1") && inside("::ffff:0:0/96", "::ffff:1.2.3.4"));
    CHECK(inside("2001:db8::/33", "2001:db8:7fff::1") &&
          !inside("2001:db8::/33", "2001:db8:8000::"));
}

static void the_versions_do_not_mix(void)
{
    CHECK(!inside("0.0.0.0/0", "::1") && !inside("::/0", "1.2.3.4"));
}

static void what_is_no_address_is_refused(void)
{
    static const char *const wrong[] = {"",
                                        "1.2.3",
                                        "1.2.3.4.5",
                                        "256.1.1.1",
                                        "01.2.3.4",
                                        "1.2.3.4 ",
                                        ":",
                                        ":::",
                                        "1::2::3",
                                        "12345::",
                                        "1:2:3:4:5:6:7",
                                        "1:2:3:4:5:6:7:8:9",
                                        "::g",
                                        "1:2:3:4:5:6:7:",
                                        "::1.2.3",
                                        "-"};
    struct address a;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK(!address_parse(str_of(wrong[i]), &a));
    }
}

static void what_is_no_network_is_refused(void)
{
    struct network n;
    CHECK(!network_parse(STR("10.0.0.0/33"), &n) && !network_parse(STR("10.0.0.1/8"), &n));
    CHECK(!network_parse(STR("::/129"), &n) && !network_parse(STR("10.0.0.0/"), &n));
    CHECK(!network_parse(STR("10.0.0.0/-1"), &n) && !network_parse(STR("/8"), &n));
}

int main(void)
{
    RUN(version_4_networks_hold_their_addresses);
    RUN(version_6_networks_hold_their_addresses);
    RUN(the_versions_do_not_mix);
    RUN(what_is_no_address_is_refused);
    RUN(what_is_no_network_is_refused);
    return kit_end();
}
