#include "noise.h"

#include "events.h"
#include "web.h"

#include <inttypes.h>

#define MINUTE  (60 * USEC_PER_SEC)
#define HOUR    (60 * MINUTE)
#define W3WP    "c:\\windows\\system32\\inetsrv\\w3wp.exe"
#define SVCHOST "C:\\Windows\\System32\\svchost.exe"

enum { PHONE_PINGS = 3, PROBE_MINUTES = 5, OWA_POOL_PID = 10844 };

/* How busy an hour is, in parts of the day's sum; UTC, and the people live near it. */
static const uint8_t busy[24] = {1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 8,
                                 7, 8, 9, 8, 6, 3, 2, 2, 1, 1, 1, 1};
enum { BUSY_SUM = 100 };

static int hour_of_day(usec t)
{
    return civil_of_time(t).hour;
}

static usec some_time(struct scene *s, usec hour)
{
    return hour + chance_from(&s->chance, 0, 3599) * USEC_PER_SEC +
           chance_below(&s->chance, 1000) * INT64_C(1000);
}

/* ---- people and their devices */

struct visit { /* of a person: what all requests in it share */
    const struct person *who;
    const char *user, *sid, *mail, *address, *anchor;
    usec at;
};

static struct visit visit_of(struct scene *s, const struct person *p, usec hour)
{
    bool works = busy[hour_of_day(hour)] > 3;
    const char *sid = person_sid(p, s->arena);
    return (struct visit){
        .who = p,
        .user = arena_printf(s->arena, "CORP\\%s", p->name).p,
        .sid = sid,
        .mail = arena_printf(s->arena, "%s@example.com", p->name).p,
        .address = person_address(p, works && p->client != CLIENT_PHONE, s->arena),
        .anchor = arena_printf(s->arena, "Sid~%s", sid).p,
        .at = some_time(s, hour),
    };
}

static void visit_request(struct scene *s, struct visit *v, struct request r)
{
    r.time = v->at;
    r.address = v->address;
    r.agent = r.agent ? r.agent : person_agent(v->who);
    r.bytes_in = r.bytes_in ? r.bytes_in : chance_from(&s->chance, 400, 2400);
    r.bytes_out = r.bytes_out ? r.bytes_out : chance_from(&s->chance, 300, 24000);
    r.took = r.took ? r.took : chance_from(&s->chance, 8, 420);
    web_request(s, &r);
    v->at += chance_from(&s->chance, 80, 4000) * INT64_C(1000);
}

static void visit_logon(struct scene *s, const struct visit *v, uint32_t type)
{
    struct logon l = {.user = v->who->name,
                      .sid = v->sid,
                      .address = v->address,
                      .process = type == 8 ? "Advapi  " : "NtLmSsp ",
                      .package = type == 8 ? "Negotiate" : "NTLM",
                      .type = type,
                      .id = 0x10000000 + (chance_next(&s->chance) & 0xffffff)};
    event_logon(s, v->at + 30000, &l);
    event_logoff(s, v->at + chance_from(&s->chance, 20, 600) * USEC_PER_SEC, &l);
}

static void outlook_visit(struct scene *s, struct visit *v)
{
    const char *mailbox =
        arena_printf(s->arena, "MailboxId=00000000-0000-4000-8000-%012u@example.com", v->who->rid)
            .p;
    visit_request(s, v,
                  (struct request){.proxy = LOG_PROXY_MAPI,
                                   .method = "POST",
                                   .status = 401,
                                   .stem = "/mapi/emsmdb/",
                                   .query = mailbox,
                                   .took = 2});
    visit_logon(s, v, 3);
    for (uint32_t left = chance_from(&s->chance, 1, 4); left > 0; left--) {
        visit_request(s, v,
                      (struct request){.proxy = LOG_PROXY_MAPI,
                                       .method = "POST",
                                       .stem = "/mapi/emsmdb/",
                                       .query = mailbox,
                                       .user = v->user,
                                       .status = 200,
                                       .anchor = v->anchor,
                                       .hint = "MailboxGuidWithDomain",
                                       .back_stem = "/mapi/emsmdb/",
                                       .back_query = mailbox});
    }
    if (chance_in(&s->chance, 6)) {
        visit_request(s, v,
                      (struct request){.proxy = LOG_PROXY_AUTODISCOVER,
                                       .method = "POST",
                                       .stem = "/autodiscover/autodiscover.xml",
                                       .user = v->user,
                                       .status = 200,
                                       .anchor = v->mail,
                                       .hint = "WindowsIdentity",
                                       .back_stem = "/autodiscover/autodiscover.xml"});
    }
    if (chance_in(&s->chance, 12)) {
        visit_request(
            s, v,
            (struct request){.proxy = LOG_PROXY_OAB,
                             .method = "GET",
                             .stem = "/OAB/8a5a7a31-6fd2-4a43-9a52-7d6a0c5e3b11/oab.xml",
                             .user = v->user,
                             .status = 200,
                             .anchor = v->anchor,
                             .hint = "WindowsIdentity",
                             .back_stem = "/OAB/8a5a7a31-6fd2-4a43-9a52-7d6a0c5e3b11/oab.xml"});
    }
}

static void phone_visit(struct scene *s, struct visit *v)
{
    static const char *const commands[] = {"Ping", "Sync", "FolderSync", "ItemOperations"};
    for (int i = 0; i < PHONE_PINGS; i++) {
        const char *command = commands[chance_below(&s->chance, ARRAY_LEN(commands))];
        const char *query =
            arena_printf(s->arena, "Cmd=%s&User=%s&DeviceId=F7K%08XQ2&DeviceType=iPhone", command,
                         v->mail, v->who->rid * 2654435761U)
                .p;
        visit_request(s, v,
                      (struct request){.proxy = LOG_PROXY_EAS,
                                       .method = "POST",
                                       .stem = "/Microsoft-Server-ActiveSync/default.eas",
                                       .query = query,
                                       .user = v->user,
                                       .status = 200,
                                       .anchor = v->anchor,
                                       .hint = "WindowsIdentity",
                                       .back_stem = "/Microsoft-Server-ActiveSync/default.eas",
                                       .back_query = query});
    }
    visit_logon(s, v, 8);
}

static void browser_visit(struct scene *s, struct visit *v)
{
    static const char logon[] = "https://" PUBLIC_HOST "/owa/auth/logon.aspx";
    static const char *const actions[] = {
        "action=FindConversation&UA=0", "action=GetConversationItems&ID=-14&AC=1",
        "action=SubscribeToNotification&UA=0", "action=GetPeopleFilters&UA=0",
        "action=CreateItem&ID=-37&AC=1"};
    visit_request(
        s, v,
        (struct request){
            .proxy = LOG_PROXY_OWA, .method = "GET", .stem = "/owa/", .status = 302, .took = 4});
    visit_request(
        s, v,
        (struct request){.proxy = LOG_PROXY_OWA,
                         .method = "GET",
                         .status = 200,
                         .stem = "/owa/auth/logon.aspx",
                         .bytes_out = 57813,
                         .query = "replaceCurrent=1&url=https%3a%2f%2f" PUBLIC_HOST "%2fowa%2f"});
    visit_request(s, v,
                  (struct request){.proxy = TEXT_LOGS,
                                   .method = "GET",
                                   .status = 200,
                                   .stem = "/owa/auth/15.1.2106/themes/resources/"
                                           "segoeui-regular.ttf",
                                   .referer = logon});
    visit_request(s, v,
                  (struct request){.proxy = LOG_PROXY_OWA,
                                   .method = "POST",
                                   .status = 302,
                                   .stem = "/owa/auth.owa",
                                   .referer = logon});
    visit_logon(s, v, 8);
    for (uint32_t left = chance_from(&s->chance, 2, 8); left > 0; left--) {
        const char *action = actions[chance_below(&s->chance, ARRAY_LEN(actions))];
        visit_request(s, v,
                      (struct request){.proxy = LOG_PROXY_OWA,
                                       .method = "POST",
                                       .stem = "/owa/service.svc",
                                       .query = action,
                                       .referer = "https://" PUBLIC_HOST "/owa/",
                                       .user = v->user,
                                       .status = 200,
                                       .anchor = v->anchor,
                                       .hint = "WindowsIdentity",
                                       .back_stem = "/owa/service.svc",
                                       .back_query = action});
    }
}

static void mac_visit(struct scene *s, struct visit *v)
{
    for (uint32_t left = chance_from(&s->chance, 1, 4); left > 0; left--) {
        visit_request(s, v,
                      (struct request){.proxy = LOG_PROXY_EWS,
                                       .method = "POST",
                                       .stem = "/EWS/Exchange.asmx",
                                       .user = v->user,
                                       .status = 200,
                                       .anchor = v->mail,
                                       .hint = "WindowsIdentity",
                                       .back_stem = "/EWS/Exchange.asmx"});
    }
    visit_logon(s, v, 3);
}

static void people_work(struct scene *s, usec hour)
{
    static void (*const by_client[CLIENT_COUNT])(struct scene *, struct visit *) = {
        [CLIENT_OUTLOOK] = outlook_visit,
        [CLIENT_PHONE] = phone_visit,
        [CLIENT_BROWSER] = browser_visit,
        [CLIENT_MAC] = mac_visit,
    };
    enum { REQUESTS_A_VISIT = 4 };
    uint32_t visits = s->requests / REQUESTS_A_VISIT * busy[hour_of_day(hour)] / BUSY_SUM;
    for (uint32_t i = 0; i < visits; i++) {
        struct visit v = visit_of(s, &people[chance_below(&s->chance, PEOPLE)], hour);
        by_client[v.who->client](s, &v);
    }
}

/* ---- probes and strangers */

static void balancer_probes(struct scene *s, usec hour)
{
    for (int minute = 0; minute < 60; minute++) {
        web_request(s, &(struct request){.time = hour + minute * MINUTE + 17 * USEC_PER_SEC,
                                         .proxy = TEXT_LOGS,
                                         .method = "GET",
                                         .stem = "/owa/healthcheck.htm",
                                         .status = 200,
                                         .address = BALANCER_ADDRESS,
                                         .bytes_in = 96,
                                         .bytes_out = 221,
                                         .took = 1});
    }
}

static void health_probe(struct scene *s, usec t, enum text_log proxy, const char *stem)
{
    web_request(s, &(struct request){.time = t,
                                     .proxy = proxy,
                                     .method = "GET",
                                     .stem = stem,
                                     .user = "CORP\\HealthMailbox3f1c9a7",
                                     .address = "127.0.0.1",
                                     .agent = "Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1; "
                                              "MSEXCHMON; ACTIVEMONITORING; OWADEEPTEST)",
                                     .status = 200,
                                     .hint = "WindowsIdentity",
                                     .anchor = "Sid~" DOMAIN_SID "-1151",
                                     .back_stem = stem,
                                     .bytes_in = 512,
                                     .bytes_out = 4096,
                                     .took = chance_from(&s->chance, 20, 90)});
}

static void health_probes(struct scene *s, usec hour)
{
    for (int minute = 1; minute < 60; minute += PROBE_MINUTES) {
        usec t = hour + minute * MINUTE + chance_below(&s->chance, 30) * USEC_PER_SEC;
        health_probe(s, t, LOG_PROXY_OWA, "/owa/");
        health_probe(s, t + 2 * USEC_PER_SEC, LOG_PROXY_ECP, "/ecp/");
        struct logon l = {.user = "HealthMailbox3f1c9a7",
                          .sid = DOMAIN_SID "-1151",
                          .address = "127.0.0.1",
                          .process = "Advapi  ",
                          .package = "Negotiate",
                          .type = 8,
                          .id = 0x20000000 + (chance_next(&s->chance) & 0xffffff)};
        event_logon(s, t, &l);
        event_logoff(s, t + 11 * USEC_PER_SEC, &l);
    }
}

/* The Internet knocks on every door, and means nothing by it. */
static void strangers(struct scene *s, usec hour)
{
    static const struct {
        const char *stem;
        unsigned status;
    } doors[] = {
        {"/",            302},
        {"/robots.txt",  404},
        {"/favicon.ico", 404},
        {"/owa/",        302}
    };
    uint32_t which = chance_below(&s->chance, ARRAY_LEN(doors));
    const char *address =
        arena_printf(s->arena, "192.0.2.%" PRIu32, chance_from(&s->chance, 10, 240)).p;
    usec t = some_time(s, hour);
    web_request(s, &(struct request){.time = t,
                                     .proxy = TEXT_LOGS,
                                     .method = "GET",
                                     .stem = doors[which].stem,
                                     .address = address,
                                     .agent = "Mozilla/5.0 (compatible; SiteIndexer/1.2)",
                                     .status = doors[which].status,
                                     .bytes_in = 180,
                                     .bytes_out = 340,
                                     .took = 3});
    web_error(s, t + 2 * MINUTE, address, "- - - -", "Timer_ConnectionIdle -");
}

/* ---- the machine itself */

static void monitoring(struct scene *s, usec hour)
{
    event_process(
        s, some_time(s, hour),
        &(struct process){.pid = chance_from(&s->chance, 2000, 9999) * 4,
                          .image = "C:\\Windows\\System32\\netsh.exe",
                          .command = "\"netsh\" interface tcp show global",
                          .parent_pid = 12252,
                          .parent_image = EXCHANGE "Bin\\MSExchangeHMWorker.exe",
                          .parent_command = "\"" EXCHANGE "Bin\\MSExchangeHMWorker.exe\""});
    event_process(s, some_time(s, hour),
                  &(struct process){.pid = chance_from(&s->chance, 2000, 9999) * 4,
                                    .image = "C:\\Windows\\System32\\cscript.exe",
                                    .command = "\"C:\\Windows\\system32\\cscript.exe\" /nologo "
                                               "\"MonitorKnowledgeDiscovery.vbs\"",
                                    .parent_pid = 8368,
                                    .parent_image = "C:\\Program Files\\Microsoft Monitoring "
                                                    "Agent\\Agent\\MonitoringHost.exe",
                                    .parent_command = "MonitoringHost.exe -Embedding"});
    event_lsass_looked_at(s, some_time(s, hour), EXCHANGE "Bin\\MSExchangeHMWorker.exe", 12252,
                          0x1400);
    event_dns(s, some_time(s, hour), 4120, EXCHANGE "Bin\\edgetransport.exe", "mx.example.net",
              "::ffff:192.0.2.25;");
    event_connection(s, some_time(s, hour), 4120, EXCHANGE "Bin\\edgetransport.exe", "192.0.2.25",
                     25);
    event_connection(s, some_time(s, hour), 5304,
                     EXCHANGE "Bin\\Microsoft.Exchange.Directory.TopologyService.exe", DC_ADDRESS,
                     389);
}

static void services(struct scene *s, usec hour)
{
    usec t = some_time(s, hour);
    event_service(s, t, "WMI Performance Adapter", "running");
    event_service(s, t + 2 * MINUTE, "WMI Performance Adapter", "stopped");
    event_service(s, some_time(s, hour), "Windows Modules Installer",
                  chance_in(&s->chance, 2) ? "running" : "stopped");
    static const char *const store[] = {"4188", "Mailbox Database 01"};
    event_classic(s, LOG_APPLICATION, some_time(s, hour), "MSExchangeIS", 1013, 4, store,
                  ARRAY_LEN(store));
    static const char *const front[] = {"Owa", "4.0.30319", "HttpProxy"};
    event_classic(s, LOG_APPLICATION, some_time(s, hour), "MSExchange Front End HTTP Proxy", 1003,
                  4, front, ARRAY_LEN(front));
    struct logon l = {.user = SERVER "$",
                      .sid = "S-1-5-18",
                      .process = "Kerberos",
                      .package = "Kerberos",
                      .address = SERVER_ADDRESS,
                      .type = 3,
                      .id = 0x30000000 + (chance_next(&s->chance) & 0xffffff),
                      .privileged = true};
    event_logon(s, some_time(s, hour), &l);
}

#define TEMPORARY                                                             \
    "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET " \
    "Files\\owa\\8e05b027\\"                                                  \
    "e164d61b\\"
#define FRAMEWORK "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\"

/* The pool starts again at night, and compiles the pages that Exchange ships. */
static void nightly_recycling(struct scene *s, usec hour)
{
    static const char command[] = W3WP " -ap \"MSExchangeOWAAppPool\" -v \"v4.0\" -a "
                                       "\\\\.\\pipe\\iisipm4b1f0c7e -w \"\" -m 0";
    usec t = hour + 5 * MINUTE;
    event_process(s, t,
                  &(struct process){.pid = OWA_POOL_PID,
                                    .image = W3WP,
                                    .command = command,
                                    .parent_pid = 1512,
                                    .parent_image = SVCHOST,
                                    .parent_command = SVCHOST " -k iissvcs"});
    event_file(s, t + 40000, 1512, SVCHOST,
               "C:\\inetpub\\temp\\appPools\\MSExchangeOWAAppPool.config.tmp");
    event_process(s, t + 9 * USEC_PER_SEC,
                  &(struct process){.pid = 15300,
                                    .image = FRAMEWORK "csc.exe",
                                    .command = "\"" FRAMEWORK "csc.exe\" /noconfig /fullpaths "
                                               "@\"" TEMPORARY "k3v0q1zd.cmdline\"",
                                    .parent_pid = OWA_POOL_PID,
                                    .parent_image = W3WP,
                                    .parent_command = command});
    event_process(s, t + 10 * USEC_PER_SEC,
                  &(struct process){.pid = 15304,
                                    .image = FRAMEWORK "cvtres.exe",
                                    .command =
                                        FRAMEWORK "cvtres.exe /NOLOGO /READONLY /MACHINE:IX86 "
                                                  "\"/OUT:C:\\Windows\\TEMP\\RES37C9.tmp\" "
                                                  "\"C:\\Windows\\TEMP\\RES37C8.tmp\"",
                                    .parent_pid = 15300,
                                    .parent_image = FRAMEWORK "csc.exe",
                                    .parent_command = "csc.exe"});
    event_file(s, t + 11 * USEC_PER_SEC, OWA_POOL_PID, W3WP, TEMPORARY "App_Web_qhq0w2sk.dll");
    event_file(s, t + 11 * USEC_PER_SEC, OWA_POOL_PID, W3WP,
               TEMPORARY "logon.aspx.cdcab7d2.compiled");
    event_file(s, t + 12 * USEC_PER_SEC, OWA_POOL_PID, W3WP,
               TEMPORARY "errorfe.aspx.cdcab7d2.compiled");
}

static void daily_uptime(struct scene *s, usec hour)
{
    static const char *const texts[] = {
        "", "", "", "", "1209604", "60", "0 Coordinated Universal Time"};
    event_classic(s, LOG_SYSTEM, hour, "EventLog", 6013, 4, texts, ARRAY_LEN(texts));
}

/* ---- the administrator */

static void administrator_asks(struct scene *s, struct visit *v, const char *verb,
                               const char *schema)
{
    const char *stem = arena_printf(s->arena, "/ecp/DDI/DDIService.svc/%s", verb).p;
    const char *query = arena_printf(s->arena, "ActivityCorrelationID=%s&schema=%s",
                                     chance_guid(&s->chance, s->arena), schema)
                            .p;
    visit_request(s, v,
                  (struct request){.proxy = LOG_PROXY_ECP,
                                   .method = "POST",
                                   .stem = stem,
                                   .query = query,
                                   .user = v->user,
                                   .status = 200,
                                   .referer = "https://" PUBLIC_HOST "/ecp/",
                                   .anchor = v->anchor,
                                   .hint = "WindowsIdentity",
                                   .back_stem = stem,
                                   .back_query = query});
}

static void administrator_runs(struct scene *s, struct visit *v, const char *cmdlet,
                               const char *parameters, const char *in_panel, const char *url)
{
    web_control_panel(s, v->at, v->sid, in_panel, url);
    event_cmdlet(s, v->at + 60000, cmdlet, parameters, "corp.example.com/Users/adm.keller", v->sid);
    v->at += chance_from(&s->chance, 8, 90) * USEC_PER_SEC;
}

/* He publishes the address book under its real address: what the intruder abuses, used rightly. */
static void administrator_day(struct scene *s, usec hour)
{
    struct visit v = visit_of(s, &administrator, hour);
    v.at = hour + 20 * MINUTE;
    visit_logon(s, &v, 8);
    visit_request(s, &v,
                  (struct request){.proxy = LOG_PROXY_ECP,
                                   .method = "GET",
                                   .stem = "/ecp/",
                                   .user = v.user,
                                   .status = 200,
                                   .anchor = v.anchor,
                                   .hint = "WindowsIdentity",
                                   .back_stem = "/ecp/"});
    administrator_asks(s, &v, "GetList", "MailboxService");
    administrator_runs(s, &v, "Set-Mailbox",
                       "-ProhibitSendQuota \"2 GB (2,147,483,648 bytes)\" "
                       "-Identity \"corp.example.com/Users/h.tanaka\"",
                       "Set-Mailbox.ProhibitSendQuota='2 GB'.Identity='h.tanaka'",
                       "https://" PUBLIC_HOST ":444/ecp/DDI/DDIService.svc/SetObject");
    if (s->begin + 24 * HOUR <= hour) {
        return;
    }
    administrator_asks(s, &v, "GetObject", "OABVirtualDirectory");
    administrator_asks(s, &v, "SetObject", "OABVirtualDirectory");
    administrator_runs(s, &v, "Set-OabVirtualDirectory",
                       "-ExternalUrl \"https://" PUBLIC_HOST "/OAB\" -Identity "
                       "\"" SERVER "\\OAB (Default Web Site)\"",
                       "Set-OabVirtualDirectory.ExternalUrl='https://" PUBLIC_HOST
                       "/OAB'.Identity='b1f0d0a4-5c3e-4a57-9f27-2f8f6a2f1c55'",
                       "https://" PUBLIC_HOST ":444/ecp/DDI/DDIService.svc/SetObject?schema="
                       "OABVirtualDirectory");
}

void noise_hour(struct scene *s, usec hour)
{
    people_work(s, hour);
    balancer_probes(s, hour);
    health_probes(s, hour);
    strangers(s, hour);
    monitoring(s, hour);
    services(s, hour);
    switch (hour_of_day(hour)) {
    case 3:
        nightly_recycling(s, hour);
        break;
    case 10:
        administrator_day(s, hour);
        break;
    case 12:
        daily_uptime(s, hour);
        break;
    default:
        break;
    }
}
