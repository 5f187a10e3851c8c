/* Two intrusions without a flaw in sight: a shell that was there before the logs begin and is
 * deleted after its use, and mail that is exported with a stolen password and fetched over the
 * web. */
#include "events.h"
#include "intruder.h"
#include "noise.h"
#include "pages.h"
#include "scenario.h"

#define DAYS(n) ((n)*24 * ACT_HOUR)

/* ---- a shell that is deleted */

#define OLD_PAGE      "/aspnet_client/system_web/supp0rt.aspx"
#define OLD_PAGE_FILE "C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\supp0rt.aspx"

static const struct intruder visitor = {"203.0.113.88", BROWSER_45};

static void call_old_page(struct scene *s, usec t)
{
    truth_name(s->truth, TRUTH_SHELL, "supp0rt.aspx");
    intruder_posts(s, t, &visitor, TEXT_LOGS, OLD_PAGE, 210);
}

static void look_who(struct scene *s, usec t)
{
    call_old_page(s, t);
    (void)worker_runs(s, t + 60000, &worker_default, CHOPPER("whoami"), SYSTEM32 "whoami.exe",
                      "whoami");
}

static void delete_page(struct scene *s, usec t)
{
    call_old_page(s, t);
    uint32_t pid =
        worker_runs(s, t + 60000, &worker_default, CHOPPER("del supp0rt.aspx"), NULL, NULL);
    event_file_deleted(s, t + 90000, pid, SYSTEM32 "cmd.exe", OLD_PAGE_FILE);
}

static void see_it_gone(struct scene *s, usec t)
{
    intruder_asks(s, &visitor,
                  (struct request){.time = t,
                                   .proxy = TEXT_LOGS,
                                   .method = "GET",
                                   .stem = OLD_PAGE,
                                   .status = 404,
                                   .bytes_in = 210,
                                   .bytes_out = 1245,
                                   .took = 2});
}

static const struct act shell_acts[] = {
    {0,                          call_old_page, "execute"},
    {AT(3 * 60),                 look_who,      "execute"},
    {DAYS(1) + AT(12 * 60),      call_old_page, "execute"},
    {DAYS(1) + AT(14 * 60 + 30), delete_page,   "hide"   },
    {DAYS(1) + AT(14 * 60 + 40), see_it_gone,   NULL     },
};

const struct scenario scenario_deleted_shell = {
    .name = "deleted-shell",
    ON_EXCHANGE,
    .end = IN_MARCH,
    .files = pages_shipped,
    .hour = noise_hour,
    ACTS(shell_acts),
    .before_end = DAYS(2) - 21 * ACT_HOUR,
    .state = "compromised",
    .rung = 5,
};

/* ---- mail that leaves as an export */

#define FOLDER     "inetpub\\wwwroot\\aspnet_client\\system_web\\4_0_30319\\"
#define FOLDER_URL "/aspnet_client/system_web/4_0_30319/"
#define MAILBOXES  EXCHANGE "Bin\\MSExchangeMailboxReplication.exe"
#define STOLEN     "corp.example.com/Users/adm.keller"

enum { MAILBOXES_PID = 6204, PART = 52428800, LAST_PART = 18120704, PARTS = 4 };

static const struct intruder thief = {"203.0.113.19",
                                      "Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Gecko/20100101 "
                                      "Firefox/78.0"};

static void manage(struct scene *s, usec t, const char *cmdlet, const char *parameters)
{
    const char *sid = person_sid(&administrator, s->arena);
    intruder_asks(
        s, &thief,
        (struct request){.time = t,
                         .proxy = LOG_PROXY_POWERSHELL,
                         .method = "POST",
                         .stem = "/powershell",
                         .query = "serializationLevel=Full;clientApplication=ManagementShell",
                         .user = "CORP\\adm.keller",
                         .status = 200,
                         .anchor = arena_printf(s->arena, "Sid~%s", sid).p,
                         .hint = "WindowsIdentity",
                         .back_stem = "/powershell",
                         .bytes_in = chance_from(&s->chance, 2000, 9000),
                         .bytes_out = chance_from(&s->chance, 1000, 4000),
                         .took = chance_from(&s->chance, 90, 2000)});
    event_cmdlet(s, t + 60000, cmdlet, parameters, STOLEN, sid);
}

static void sign_in(struct scene *s, usec t)
{
    struct logon l = {.user = "adm.keller",
                      .sid = person_sid(&administrator, s->arena),
                      .address = thief.address,
                      .process = "Advapi  ",
                      .package = "Negotiate",
                      .type = 8,
                      .id = scene_logon_id(s),
                      .privileged = true};
    event_logon(s, t, &l);
    truth_name(s->truth, TRUTH_ACCOUNT, "adm.keller");
    manage(s, t + 900000, "New-ManagementRoleAssignment",
           "-Role \"Mailbox Import Export\" -User \"" STOLEN "\"");
}

static void export_mailbox(struct scene *s, usec t)
{
    manage(s, t, "New-MailboxExportRequest",
           "-Mailbox \"l.dubois@example.com\" -FilePath \"\\\\localhost\\C$\\" FOLDER "q1.pst\"");
    event_share(s, t + 5000000, &(struct share){.name = "\\\\*\\C$", .access = 0x1});
    event_share(s, t + 5001000,
                &(struct share){.name = "\\\\*\\C$", .file = FOLDER "q1.pst", .access = 0x12019f});
    event_file(s, t + 5002000, MAILBOXES_PID, MAILBOXES, "C:\\" FOLDER "q1.pst");
}

static void fetch_export(struct scene *s, usec t)
{
    for (int i = 0; i < PARTS; i++) {
        intruder_fetches(s, t + i * 110 * USEC_PER_SEC, &thief, FOLDER_URL "q1.pst", 206,
                         i < PARTS - 1 ? PART : LAST_PART);
    }
}

static void clean_up(struct scene *s, usec t)
{
    manage(s, t, "Remove-MailboxExportRequest",
           "-Identity \"corp.example.com/Users/l.dubois\\MailboxExport\" -Confirm \"False\"");
}

static const struct act mail_acts[] = {
    {0,                sign_in,        "collect"   },
    {AT(4 * 60 + 20),  export_mailbox, "collect"   },
    {AT(71 * 60 + 5),  fetch_export,   "exfiltrate"},
    {AT(84 * 60 + 30), clean_up,       "hide"      },
};

const struct scenario scenario_mailbox_export = {
    .name = "mailbox-export",
    ON_EXCHANGE,
    .end = IN_MARCH,
    .files = pages_shipped,
    .hour = noise_hour,
    ACTS(mail_acts),
    .before_end = 22 * ACT_HOUR,
    .state = "compromised",
    .rung = 7,
};
