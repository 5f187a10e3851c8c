#include "scene.h"

const struct person people[PEOPLE] = {
    {"a.lindqvist", 1121, CLIENT_OUTLOOK},
    {"b.okafor",    1122, CLIENT_PHONE  },
    {"c.moreau",    1123, CLIENT_OUTLOOK},
    {"d.hansen",    1124, CLIENT_BROWSER},
    {"e.rossi",     1125, CLIENT_PHONE  },
    {"f.novak",     1126, CLIENT_OUTLOOK},
    {"g.silva",     1127, CLIENT_MAC    },
    {"h.tanaka",    1128, CLIENT_OUTLOOK},
    {"i.petrov",    1129, CLIENT_BROWSER},
    {"j.smith",     1130, CLIENT_PHONE  },
    {"k.weber",     1131, CLIENT_OUTLOOK},
    {"l.dubois",    1132, CLIENT_OUTLOOK},
    {"m.garcia",    1133, CLIENT_PHONE  },
    {"n.kowalska",  1134, CLIENT_BROWSER},
    {"o.larsen",    1135, CLIENT_OUTLOOK},
    {"p.jones",     1136, CLIENT_MAC    },
    {"q.nguyen",    1137, CLIENT_OUTLOOK},
    {"r.costa",     1138, CLIENT_PHONE  },
    {"s.fischer",   1139, CLIENT_OUTLOOK},
    {"t.virtanen",  1140, CLIENT_BROWSER},
    {"u.haddad",    1141, CLIENT_OUTLOOK},
    {"v.popescu",   1142, CLIENT_PHONE  },
    {"w.brown",     1143, CLIENT_OUTLOOK},
    {"y.dahl",      1144, CLIENT_MAC    },
};

const struct person administrator = {"adm.keller", 1105, CLIENT_BROWSER};

#define BROWSER                                                                         \
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " \
    "Chrome/88.0.4324.190 Safari/537.36"

static const char *const agents[CLIENT_COUNT] = {
    [CLIENT_OUTLOOK] = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13628; Pro)",
    [CLIENT_PHONE] = "Apple-iPhone12C1/1804.76",
    [CLIENT_BROWSER] = BROWSER,
    [CLIENT_MAC] = "MacOutlook/16.46.21021202 (Intelx64 Mac OS X Version 10.15.7)",
};

const char *person_address(const struct person *p, bool inside, struct arena *a)
{
    unsigned host = p->rid % 200 + 20;
    return inside ? arena_printf(a, "10.20.4.%u", host).p
                  : arena_printf(a, "198.51.100.%u", host).p;
}

const char *person_agent(const struct person *p)
{
    return agents[p->client];
}

const char *person_sid(const struct person *p, struct arena *a)
{
    return arena_printf(a, DOMAIN_SID "-%u", p->rid).p;
}

usec scene_moment(struct scene *s, usec hour)
{
    return hour + chance_below(&s->chance, 3600 * 1000) * INT64_C(1000);
}

uint64_t scene_logon_id(struct scene *s)
{
    return 0x10000000 + chance_below(&s->chance, 0x0fffffff);
}
