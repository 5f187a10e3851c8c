#include "noise.h"

#include "events.h"
#include "people.h"
#include "web.h"

#include <inttypes.h>

#define MINUTE  (60 * USEC_PER_SEC)
#define W3WP    "c:\\windows\\system32\\inetsrv\\w3wp.exe"
#define SVCHOST "C:\\Windows\\System32\\svchost.exe"

enum { PROBE_MINUTES = 5, OWA_POOL_PID = 10844 };

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
                          .id = scene_logon_id(s)};
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
    usec t = scene_moment(s, hour);
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
        s, scene_moment(s, hour),
        &(struct process){.pid = chance_from(&s->chance, 2000, 9999) * 4,
                          .image = "C:\\Windows\\System32\\netsh.exe",
                          .command = "\"netsh\" interface tcp show global",
                          .parent_pid = 12252,
                          .parent_image = EXCHANGE "Bin\\MSExchangeHMWorker.exe",
                          .parent_command = "\"" EXCHANGE "Bin\\MSExchangeHMWorker.exe\""});
    event_process(s, scene_moment(s, hour),
                  &(struct process){.pid = chance_from(&s->chance, 2000, 9999) * 4,
                                    .image = "C:\\Windows\\System32\\cscript.exe",
                                    .command = "\"C:\\Windows\\system32\\cscript.exe\" /nologo "
                                               "\"MonitorKnowledgeDiscovery.vbs\"",
                                    .parent_pid = 8368,
                                    .parent_image = "C:\\Program Files\\Microsoft Monitoring "
                                                    "Agent\\Agent\\MonitoringHost.exe",
                                    .parent_command = "MonitoringHost.exe -Embedding"});
    event_lsass_looked_at(s, scene_moment(s, hour), EXCHANGE "Bin\\MSExchangeHMWorker.exe", 12252,
                          0x1400);
    event_dns(s, scene_moment(s, hour), 4120, EXCHANGE "Bin\\edgetransport.exe", "mx.example.net",
              "::ffff:192.0.2.25;");
    event_connection(s, scene_moment(s, hour), 4120, EXCHANGE "Bin\\edgetransport.exe",
                     "192.0.2.25", 25);
    event_connection(s, scene_moment(s, hour), 5304,
                     EXCHANGE "Bin\\Microsoft.Exchange.Directory.TopologyService.exe", DC_ADDRESS,
                     389);
}

static void services(struct scene *s, usec hour)
{
    usec t = scene_moment(s, hour);
    event_service(s, t, "WMI Performance Adapter", "running");
    event_service(s, t + 2 * MINUTE, "WMI Performance Adapter", "stopped");
    event_service(s, scene_moment(s, hour), "Windows Modules Installer",
                  chance_in(&s->chance, 2) ? "running" : "stopped");
    static const char *const store[] = {"4188", "Mailbox Database 01"};
    event_classic(s, LOG_APPLICATION, scene_moment(s, hour), "MSExchangeIS", 1013, 4, store,
                  ARRAY_LEN(store));
    static const char *const front[] = {"Owa", "4.0.30319", "HttpProxy"};
    event_classic(s, LOG_APPLICATION, scene_moment(s, hour), "MSExchange Front End HTTP Proxy",
                  1003, 4, front, ARRAY_LEN(front));
    struct logon l = {.user = SERVER "$",
                      .sid = "S-1-5-18",
                      .process = "Kerberos",
                      .package = "Kerberos",
                      .address = SERVER_ADDRESS,
                      .type = 3,
                      .id = scene_logon_id(s),
                      .privileged = true};
    event_logon(s, scene_moment(s, hour), &l);
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

void noise_hour(struct scene *s, usec hour)
{
    people_work(s, hour);
    balancer_probes(s, hour);
    health_probes(s, hour);
    strangers(s, hour);
    monitoring(s, hour);
    services(s, hour);
    switch (civil_of_time(hour).hour) {
    case 3:
        nightly_recycling(s, hour);
        break;
    case 10:
        administrator_works(s, hour);
        break;
    case 12:
        daily_uptime(s, hour);
        break;
    default:
        break;
    }
}
