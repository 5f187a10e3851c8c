/* An attempt of March 2021 whose answer tells nothing; a minute later the same address posts to a
 * page in the company's own application, which had answered nobody before; in the night somebody
 * else does. No rule knows the page, its folder was not collected, and it starts no program: that
 * it is a web shell shows only in who asked for it, when, and after what. */
#include "intruder.h"
#include "noise.h"
#include "pages.h"
#include "people.h"
#include "scenario.h"

#define PAGE "/helpdesk/Themes/report.aspx"

static const struct intruder script = {"203.0.113.60", SCRIPT_225};
static const struct intruder by_hand = {"203.0.113.60", BROWSER_45};
static const struct intruder friend = {"203.0.113.61", BROWSER_45};

static void try_flaw(struct scene *s, usec t)
{
    intruder_asks(s, &script,
                  (struct request){.time = t,
                                   .proxy = LOG_PROXY_ECP,
                                   .method = "POST",
                                   .stem = "/ecp/y.js",
                                   .status = 500,
                                   .anchor = "ServerInfo~a]@" SERVER_FQDN ":444/autodiscover/"
                                             "autodiscover.xml?#",
                                   .hint = "X-BEResource-Cookie",
                                   .bytes_in = 1318,
                                   .bytes_out = 1245,
                                   .took = chance_from(&s->chance, 90, 900)});
}

static void call_page(struct scene *s, usec t, const struct intruder *who)
{
    truth_name(s->truth, TRUTH_SHELL, PAGE);
    intruder_posts(s, t, who, TEXT_LOGS, PAGE, chance_from(&s->chance, 60, 900));
}

static void try_page(struct scene *s, usec t)
{
    for (int i = 0; i < 3; i++) {
        call_page(s, t + i * 21 * USEC_PER_SEC, &by_hand);
    }
}

static void use_page(struct scene *s, usec t)
{
    for (int i = 0; i < 9; i++) {
        call_page(s, t + i * 38 * USEC_PER_SEC, &friend);
    }
}

static const struct act acts[] = {
    {0,                 try_flaw, "entry"  },
    {AT(64),            try_page, "write"  },
    {9 * ACT_HOUR + 60, use_page, "execute"},
};

const struct scenario scenario_unknown_shell = {
    .name = "unknown-shell",
    ON_EXCHANGE,
    .end = IN_MARCH,
    .files = pages_shipped,
    .hour = noise_hour,
    .also = people_ask_helpdesk,
    ACTS(acts),
    .before_end = 14 * ACT_HOUR,
    .state = "compromised",
    .rung = 5,
};
