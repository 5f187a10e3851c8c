/* A server with SolarWinds Orion: as its owner knows it, with the SUNBURST implant in a library
 * that the maker signed, and with the SUPERNOVA web shell of others. The library holds names and no
 * code. */
#include "intruder.h"
#include "office.h"
#include "programs.h"
#include "scenario.h"

#define SECOND  USEC_PER_SEC
#define MINUTE  (60 * SECOND)
#define DAYS(n) ((n)*24 * ACT_HOUR)

#define ORION        "C:\\Program Files (x86)\\SolarWinds\\Orion\\"
#define BUSINESS     ORION "SolarWinds.BusinessLayerHost.exe"
#define LIBRARY      "SolarWinds.Orion.Core.BusinessLayer.dll"
#define LIBRARY_FILE "Program Files (x86)/SolarWinds/Orion/" LIBRARY
#define REGION       ".appsync-api.us-west-2.avsvmcloud.com"

#define ON_ORION                                                                \
    .root = "C", .computer = "ORION01.corp.example.com", .request_bytes = 1000, \
    .day_bytes = 420000, .hour = orion_hour, .end = {.year = 2020, .month = 7, .day = 16}

enum { BUSINESS_PID = 6412, RAR_SIZE = 9000000 };

/* ---- what it does anyway */

static void orion_hour(struct scene *s, usec hour)
{
    office_hour(s, hour);
    office_name(s, scene_moment(s, hour), BUSINESS, "api.solarwinds.com", "192.0.2.90");
    sensor_request(s, scene_moment(s, hour),
                   &(struct http){OFFICE_ADDRESS, "192.0.2.90", "PUT", "api.solarwinds.com",
                                  "/swip/Events", "SolarWindsOrionImprovementClient/3.0.0.382", 200,
                                  4400});
    office_runs(s, scene_moment(s, hour), BUSINESS, ORION "APM\\APMServiceControl.exe",
                "\"" ORION "APM\\APMServiceControl.exe\" -poll");
    event_file(s, scene_moment(s, hour), BUSINESS_PID, BUSINESS,
               "C:\\ProgramData\\SolarWinds\\Logs\\Orion\\BusinessLayer.log");
}

static bool orion_files(struct scene *s, bool trojaned)
{
    static const char *const clean[] = {
        "SolarWinds.Orion.Core.BusinessLayer.CoreBusinessLayerService",
        "SolarWinds.Orion.Core.BusinessLayer.InventoryManager", NULL};
    static const char *const added[] = {
        "SolarWinds.Orion.Core.BusinessLayer.CoreBusinessLayerService",
        "SolarWinds.Orion.Core.BusinessLayer.InventoryManager",
        "SolarWinds.Orion.Core.BusinessLayer.OrionImprovementBusinessLayer", NULL};
    static const char *const methods[] = {"Start", "RefreshInternal", NULL};
    const struct managed library = {trojaned ? "2020.2.5300.12432" : "2020.2.65533.12394", LIBRARY,
                                    trojaned ? added : clean, methods};
    return programs_shipped(s) &&
           program_managed(s, LIBRARY_FILE, &library, s->begin - DAYS(40) * 1000);
}

static bool healthy_files(struct scene *s)
{
    return orion_files(s, false);
}

const struct scenario scenario_solarwinds_healthy = {
    .name = "solarwinds-healthy", ON_ORION, .files = healthy_files, .state = "none"};

/* ---- SUNBURST */

static bool trojaned_files(struct scene *s)
{
    return orion_files(s, true);
}

/* The names say corp.example.com in two parts, and twice a time; nobody else ever asked for them.
 */
static void ask(struct scene *s, usec t, const char *label, const char *answer)
{
    office_name(s, t, BUSINESS, arena_printf(s->arena, "%s" REGION, label).p, answer);
}

static void beacon(struct scene *s, usec t)
{
    ask(s, t, "v6m7lle7ar2tt42ae2sd02rmuhd1r02e", "20.140.0.1");
    ask(s, t + 40 * MINUTE, "v6m7lle7ar2tt4292h", "20.140.0.1");
    ask(s, t + 70 * MINUTE, "90ldku0vmhqqh9qiqg6p", "184.72.1.3");
}

static void be_chosen(struct scene *s, usec t)
{
    static const char name[] = "9hi9nasvroqv89qiqroh" REGION;
    event_dns(s, t, BUSINESS_PID, BUSINESS, name,
              "type:  5 freescanonline.com;::ffff:54.193.127.66;");
    sensor_name(s, t, OFFICE_ADDRESS, name, "\"freescanonline.com\",\"54.193.127.66\"");
    for (int i = 0; i < 4; i++) {
        sensor_request(s, t + (3 + i) * MINUTE,
                       &(struct http){OFFICE_ADDRESS, "54.193.127.66", "PUT", "freescanonline.com",
                                      "/swip/Events", "SolarWindsOrionImprovementClient/3.0.0.382",
                                      200, 2400});
    }
    truth_name(s->truth, TRUTH_ADDRESS, "54.193.127.66");
}

static void silence(struct scene *s, usec t)
{
    event_registry(s, t, BUSINESS_PID, BUSINESS,
                   "HKLM\\System\\CurrentControlSet\\Services\\fsgk32st\\Start",
                   "DWORD (0x00000004)");
}

static void bring_loader(struct scene *s, usec t)
{
    event_file(s, t, BUSINESS_PID, BUSINESS, "C:\\Windows\\SysWOW64\\netsetupsvc.dll");
    event_loaded(s, t + 20 * SECOND, 4408, SVCHOST, "C:\\Windows\\SysWOW64\\netsetupsvc.dll", NULL);
}

static void stay(struct scene *s, usec t)
{
    event_task_made(s, t, "\\Microsoft\\Windows\\SoftwareProtectionPlatform\\EventCacheManager",
                    "C:\\Windows\\SoftwareDistribution\\DataStore\\DataStr.dll");
}

static void pack(struct scene *s, usec t)
{
    office_runs(s, t, BUSINESS, "C:\\Windows\\Temp\\7z.exe",
                "7z.exe a -mx9 -r0 -pFri3ndly C:\\Windows\\Temp\\m.dat \\\\MAIL01\\c$\\exports");
}

static const struct act acts[] = {
    {0,                  beacon,       "execute" },
    {DAYS(1),            be_chosen,    "discover"},
    {DAYS(1) + AT(4000), silence,      "hide"    },
    {DAYS(1) + AT(9000), bring_loader, "write"   },
    {DAYS(2),            stay,         "persist" },
    {DAYS(2) + AT(5000), pack,         "collect" },
};

const struct scenario scenario_solarwinds = {.name = "solarwinds",
                                             ON_ORION,
                                             .files = trojaned_files,
                                             ACTS(acts),
                                             .before_end = DAYS(3) - 2 * ACT_HOUR,
                                             .state = "compromised",
                                             .rung = 6};

/* ---- SUPERNOVA */

#define FIELDS                                                                                  \
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) " \
    "sc-status sc-substatus sc-win32-status time-taken"
#define STRANGER "203.0.113.141"

static void web_line(struct scene *s, usec t, const char *method, const char *stem,
                     const char *query, const char *client)
{
    struct civil c = civil_of_time(t);
    str line = arena_printf(s->arena,
                            "%04d-%02d-%02d %02d:%02d:%02d " OFFICE_ADDRESS " %s %s %s 443 - %s "
                            "Mozilla/5.0+(Windows+NT+10.0) 200 0 0 31",
                            c.year, c.month, c.day, c.hour, c.minute, c.second, method, stem, query,
                            client);
    ledger_line(s->ledger, LOG_IIS_FRONT, t, FIELDS, line);
}

static void supernova_hour(struct scene *s, usec hour)
{
    orion_hour(s, hour);
    for (int i = 0; i < 6; i++) {
        web_line(s, hour + i * 9 * MINUTE, "GET", "/Orion/LogoImageHandler.ashx",
                 "id=SitelogoImage&time=637294", person_address(&people[i], true, s->arena));
    }
}

static bool supernova_files(struct scene *s)
{
    static const char *const types[] = {"LogoImageHandler", NULL};
    static const char *const methods[] = {"ProcessRequest", "DynamicRun", NULL};
    const struct managed shell = {"0.0.0.0", "App_Web_logoimagehandler.ashx.b6031896.dll", types,
                                  methods};
    return orion_files(s, false) &&
           program_managed(s, "inetpub/SolarWinds/bin/App_Web_logoimagehandler.ashx.b6031896.dll",
                           &shell, s->begin - DAYS(3) * 1000);
}

static void give_code(struct scene *s, usec t)
{
    truth_name(s->truth, TRUTH_ADDRESS, STRANGER);
    web_line(s, t, "POST", "/Orion/LogoImageHandler.ashx",
             "clazz=Core&method=Run&args=-&codes=example", STRANGER);
    worker_runs(s, t + SECOND, &worker_default, "cmd.exe /c whoami", SYSTEM32 "whoami.exe",
                "whoami");
}

static void take_passwords(struct scene *s, usec t)
{
    give_code(s, t);
    event_lsass_looked_at(s, t + 30 * SECOND, POWERSHELL, 7712, 0x1010);
}

static const struct act supernova_acts[] = {
    {0,       give_code,      "execute"   },
    {AT(900), take_passwords, "credential"},
};

const struct scenario scenario_supernova = {
    .name = "supernova",
    .root = "C",
    .computer = "ORION01.corp.example.com",
    .request_bytes = 1000,
    .day_bytes = 430000,
    .hour = supernova_hour,
    .end = {.year = 2020, .month = 11, .day = 12},
    .files = supernova_files,
    ACTS(supernova_acts),
    .before_end = DAYS(1),
    .state = "compromised",
    .rung = 6
};
