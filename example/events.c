#include "events.h"

#include "web.h"

#include "base/hash.h"
#include "base/text.h"

#include <inttypes.h>

#define SECURITY      "Microsoft-Windows-Security-Auditing"
#define SECURITY_GUID "{54849625-5478-4994-A5BA-3E3B0328C30D}"
#define SYSMON        "Microsoft-Windows-Sysmon"
#define SYSMON_GUID   "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"
#define SYSTEM_SID    "S-1-5-18"
#define LSASS         "C:\\Windows\\system32\\lsass.exe"

#define AUDIT_SUCCESS    UINT64_C(0x8020000000000000)
#define SYSMON_KEYWORDS  UINT64_C(0x8000000000000000)
#define CLASSIC_KEYWORDS UINT64_C(0x0080000000000000)

enum { SYSMON_PID = 2716, SYSTEM_LOGON = 0x3e7 };

static const char *sysmon_time(struct scene *s, usec t)
{
    struct civil c = civil_of_time(t);
    return arena_printf(s->arena, "%04d-%02d-%02d %02d:%02d:%02d.%03d", c.year, c.month, c.day,
                        c.hour, c.minute, c.second, c.usec / 1000)
        .p;
}

/* What no event saw begin, began with the system. */
enum { BOOT = 0x603b51d7 };

static struct birth *birth_of(struct scene *s, uint32_t pid)
{
    return &s->births[pid / 4 % PIDS];
}

static uint64_t image_hash(const char *image)
{
    return hash_str((struct hash_key){0}, str_of(image));
}

static void process_begins(struct scene *s, usec t, uint32_t pid, const char *image)
{
    *birth_of(s, pid) = (struct birth){t, image_hash(image)};
}

/* The same process has the same guid in all of its events: it holds the second of its start. */
static const char *process_guid(struct scene *s, uint32_t pid, const char *image)
{
    const struct birth *b = birth_of(s, pid);
    bool seen = b->at > 0 && b->image == image_hash(image);
    uint32_t second = seen ? (uint32_t)(b->at / USEC_PER_SEC) : BOOT;
    return arena_printf(s->arena, "{6A14F0C2-%04X-%04X-%04X-%012" PRIX32 "}",
                        (unsigned)(second & 0xffff), (unsigned)(second >> 16),
                        (unsigned)(pid * 7 & 0xffff), pid)
        .p;
}

/* Sysmon adds a little time between what happened and its record. */
static void add_sysmon(struct scene *s, usec t, uint32_t id, uint8_t version,
                       const struct evtx_value *data, size_t count)
{
    ledger_event(s->ledger, LOG_SYSMON,
                 &(struct evtx_record){.provider = SYSMON,
                                       .provider_guid = SYSMON_GUID,
                                       .event_id = id,
                                       .version = version,
                                       .level = 4,
                                       .task = (uint16_t)id,
                                       .keywords = SYSMON_KEYWORDS,
                                       .time = t + 1742,
                                       .pid = SYSMON_PID,
                                       .tid = 3960,
                                       .user_sid = SYSTEM_SID,
                                       .data = data,
                                       .count = count});
}

static void add_security(struct scene *s, usec t, uint32_t id, uint16_t task, uint8_t version,
                         const struct evtx_value *data, size_t count)
{
    ledger_event(s->ledger, LOG_SECURITY,
                 &(struct evtx_record){.provider = SECURITY,
                                       .provider_guid = SECURITY_GUID,
                                       .event_id = id,
                                       .version = version,
                                       .task = task,
                                       .keywords = AUDIT_SUCCESS,
                                       .time = t,
                                       .pid = 4,
                                       .tid = 412,
                                       .data = data,
                                       .count = count});
}

/* ---- processes and files */

static const char *made_up_hashes(struct scene *s, const char *image)
{
    uint64_t h[8];
    for (uint64_t i = 0; i < ARRAY_LEN(h); i++) {
        h[i] = hash_str((struct hash_key){i, 2021}, str_of(image));
    }
    return arena_printf(s->arena,
                        "MD5=%016" PRIX64 "%016" PRIX64 ",SHA256=%016" PRIX64 "%016" PRIX64
                        "%016" PRIX64 "%016" PRIX64 ",IMPHASH=%016" PRIX64 "%016" PRIX64,
                        h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7])
        .p;
}

static const char *file_name(struct scene *s, const char *path)
{
    return arena_str(s->arena, str_base(str_of(path))).p;
}

static void add_process_sysmon(struct scene *s, usec t, const struct process *p)
{
    const struct evtx_value data[] = {
        evtx_text("RuleName", "-"),
        evtx_text("UtcTime", sysmon_time(s, t)),
        evtx_guid("ProcessGuid", process_guid(s, p->pid, p->image)),
        evtx_u32("ProcessId", p->pid),
        evtx_text("Image", p->image),
        evtx_text("FileVersion", "10.0.14393.0 (rs1_release.160715-1616)"),
        evtx_text("Description", "-"),
        evtx_text("Product", "-"),
        evtx_text("Company", "-"),
        evtx_text("OriginalFileName", file_name(s, p->image)),
        evtx_text("CommandLine", p->command),
        evtx_text("CurrentDirectory", "C:\\Windows\\system32\\"),
        evtx_text("User", p->user ? p->user : "NT AUTHORITY\\SYSTEM"),
        evtx_guid("LogonGuid", "{6A14F0C2-4F90-603B-E703-000000000000}"),
        evtx_hex64("LogonId", SYSTEM_LOGON),
        evtx_u32("TerminalSessionId", 0),
        evtx_text("IntegrityLevel", "System"),
        evtx_text("Hashes", made_up_hashes(s, p->image)),
        evtx_guid("ParentProcessGuid", process_guid(s, p->parent_pid, p->parent_image)),
        evtx_u32("ParentProcessId", p->parent_pid),
        evtx_text("ParentImage", p->parent_image),
        evtx_text("ParentCommandLine", p->parent_command),
    };
    add_sysmon(s, t, 1, 5, data, ARRAY_LEN(data));
}

static void add_process_security(struct scene *s, usec t, const struct process *p)
{
    const struct evtx_value data[] = {
        evtx_sid("SubjectUserSid", SYSTEM_SID),
        evtx_text("SubjectUserName", SERVER "$"),
        evtx_text("SubjectDomainName", "CORP"),
        evtx_hex64("SubjectLogonId", SYSTEM_LOGON),
        evtx_hex64("NewProcessId", p->pid),
        evtx_text("NewProcessName", p->image),
        evtx_text("TokenElevationType", "%%1936"),
        evtx_hex64("ProcessId", p->parent_pid),
        evtx_text("CommandLine", p->command),
        evtx_sid("TargetUserSid", "S-1-0-0"),
        evtx_text("TargetUserName", "-"),
        evtx_text("TargetDomainName", "-"),
        evtx_hex64("TargetLogonId", 0),
        evtx_text("ParentProcessName", p->parent_image),
        evtx_sid("MandatoryLabel", "S-1-16-16384"),
    };
    add_security(s, t, 4688, 13312, 2, data, ARRAY_LEN(data));
}

void event_process(struct scene *s, usec t, const struct process *p)
{
    process_begins(s, t, p->pid, p->image);
    add_process_sysmon(s, t, p);
    add_process_security(s, t, p);
}

void event_file(struct scene *s, usec t, uint32_t pid, const char *image, const char *path)
{
    const struct evtx_value data[] = {
        evtx_text("RuleName", "-"),
        evtx_text("UtcTime", sysmon_time(s, t)),
        evtx_guid("ProcessGuid", process_guid(s, pid, image)),
        evtx_u32("ProcessId", pid),
        evtx_text("Image", image),
        evtx_text("TargetFilename", path),
        evtx_text("CreationUtcTime", sysmon_time(s, t)),
    };
    add_sysmon(s, t, 11, 2, data, ARRAY_LEN(data));
}

void event_file_deleted(struct scene *s, usec t, uint32_t pid, const char *image, const char *path)
{
    const struct evtx_value data[] = {
        evtx_text("RuleName", "-"),
        evtx_text("UtcTime", sysmon_time(s, t)),
        evtx_guid("ProcessGuid", process_guid(s, pid, image)),
        evtx_u32("ProcessId", pid),
        evtx_text("User", "NT AUTHORITY\\SYSTEM"),
        evtx_text("Image", image),
        evtx_text("TargetFilename", path),
        evtx_text("Hashes", made_up_hashes(s, path)),
        evtx_bool("IsExecutable", false),
        evtx_text("Archived", "false"),
    };
    add_sysmon(s, t, 23, 5, data, ARRAY_LEN(data));
}

void event_loaded(struct scene *s, usec t, uint32_t pid, const char *image, const char *library,
                  const char *hashes)
{
    const struct evtx_value data[] = {
        evtx_text("RuleName", "-"),
        evtx_text("UtcTime", sysmon_time(s, t)),
        evtx_guid("ProcessGuid", process_guid(s, pid, image)),
        evtx_u32("ProcessId", pid),
        evtx_text("Image", image),
        evtx_text("ImageLoaded", library),
        evtx_text("FileVersion", "-"),
        evtx_text("Description", "-"),
        evtx_text("Product", "-"),
        evtx_text("Company", "-"),
        evtx_text("OriginalFileName", "-"),
        evtx_text("Hashes", hashes ? hashes : made_up_hashes(s, library)),
        evtx_text("Signed", "false"),
        evtx_text("Signature", "-"),
        evtx_text("SignatureStatus", "Unavailable"),
    };
    add_sysmon(s, t, 7, 3, data, ARRAY_LEN(data));
}

void event_registry(struct scene *s, usec t, uint32_t pid, const char *image, const char *value,
                    const char *details)
{
    const struct evtx_value data[] = {
        evtx_text("RuleName", "-"),
        evtx_text("EventType", "SetValue"),
        evtx_text("UtcTime", sysmon_time(s, t)),
        evtx_guid("ProcessGuid", process_guid(s, pid, image)),
        evtx_u32("ProcessId", pid),
        evtx_text("Image", image),
        evtx_text("TargetObject", value),
        evtx_text("Details", details),
    };
    add_sysmon(s, t, 13, 2, data, ARRAY_LEN(data));
}

void event_lsass_looked_at(struct scene *s, usec t, const char *image, uint32_t pid,
                           uint32_t access)
{
    const struct evtx_value data[] = {
        evtx_text("RuleName", "-"),
        evtx_text("UtcTime", sysmon_time(s, t)),
        evtx_guid("SourceProcessGUID", process_guid(s, pid, image)),
        evtx_u32("SourceProcessId", pid),
        evtx_u32("SourceThreadId", pid + 8),
        evtx_text("SourceImage", image),
        evtx_guid("TargetProcessGUID", process_guid(s, 668, LSASS)),
        evtx_u32("TargetProcessId", 668),
        evtx_text("TargetImage", LSASS),
        evtx_hex32("GrantedAccess", access),
        evtx_text("CallTrace", "C:\\Windows\\SYSTEM32\\ntdll.dll+a5794|"
                               "C:\\Windows\\System32\\KERNELBASE.dll+20edd"),
    };
    add_sysmon(s, t, 10, 3, data, ARRAY_LEN(data));
}

void event_dns(struct scene *s, usec t, uint32_t pid, const char *image, const char *name,
               const char *answer)
{
    const struct evtx_value data[] = {
        evtx_text("RuleName", "-"),
        evtx_text("UtcTime", sysmon_time(s, t)),
        evtx_guid("ProcessGuid", process_guid(s, pid, image)),
        evtx_u32("ProcessId", pid),
        evtx_text("QueryName", name),
        evtx_text("QueryStatus", "0"),
        evtx_text("QueryResults", answer),
        evtx_text("Image", image),
    };
    add_sysmon(s, t, 22, 5, data, ARRAY_LEN(data));
}

void event_connection(struct scene *s, usec t, uint32_t pid, const char *image, const char *to,
                      uint16_t port)
{
    const struct evtx_value data[] = {
        evtx_text("RuleName", "-"),
        evtx_text("UtcTime", sysmon_time(s, t)),
        evtx_guid("ProcessGuid", process_guid(s, pid, image)),
        evtx_u32("ProcessId", pid),
        evtx_text("Image", image),
        evtx_text("User", "NT AUTHORITY\\SYSTEM"),
        evtx_text("Protocol", "tcp"),
        evtx_bool("Initiated", true),
        evtx_bool("SourceIsIpv6", false),
        evtx_text("SourceIp", SERVER_ADDRESS),
        evtx_text("SourceHostname", SERVER_FQDN),
        evtx_u16("SourcePort", (uint16_t)chance_from(&s->chance, 49152, 65535)),
        evtx_text("SourcePortName", "-"),
        evtx_bool("DestinationIsIpv6", false),
        evtx_text("DestinationIp", to),
        evtx_text("DestinationHostname", "-"),
        evtx_u16("DestinationPort", port),
        evtx_text("DestinationPortName", "-"),
    };
    add_sysmon(s, t, 3, 5, data, ARRAY_LEN(data));
}

/* ---- logons and shares */

static void add_privileges(struct scene *s, usec t, const struct logon *l)
{
    const struct evtx_value data[] = {
        evtx_sid("SubjectUserSid", l->sid),
        evtx_text("SubjectUserName", l->user),
        evtx_text("SubjectDomainName", "CORP"),
        evtx_hex64("SubjectLogonId", l->id),
        evtx_text("PrivilegeList", "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege\n\t\t\t"
                                   "SeRestorePrivilege"),
    };
    add_security(s, t, 4672, 12548, 0, data, ARRAY_LEN(data));
}

void event_logon(struct scene *s, usec t, const struct logon *l)
{
    const struct evtx_value data[] = {
        evtx_sid("SubjectUserSid", "S-1-0-0"),
        evtx_text("SubjectUserName", "-"),
        evtx_text("SubjectDomainName", "-"),
        evtx_hex64("SubjectLogonId", 0),
        evtx_sid("TargetUserSid", l->sid),
        evtx_text("TargetUserName", l->user),
        evtx_text("TargetDomainName", "CORP"),
        evtx_hex64("TargetLogonId", l->id),
        evtx_u32("LogonType", l->type),
        evtx_text("LogonProcessName", l->process),
        evtx_text("AuthenticationPackageName", l->package),
        evtx_text("WorkstationName", "-"),
        evtx_guid("LogonGuid", "{00000000-0000-0000-0000-000000000000}"),
        evtx_text("TransmittedServices", "-"),
        evtx_text("LmPackageName", "-"),
        evtx_u32("KeyLength", 0),
        evtx_hex64("ProcessId", 0),
        evtx_text("ProcessName", "-"),
        evtx_text("IpAddress", l->address ? l->address : "-"),
        evtx_text("IpPort", l->address ? "0" : "-"),
        evtx_text("ImpersonationLevel", "%%1833"),
        evtx_text("RestrictedAdminMode", "-"),
        evtx_text("TargetOutboundUserName", "-"),
        evtx_text("TargetOutboundDomainName", "-"),
        evtx_text("VirtualAccount", "%%1843"),
        evtx_hex64("TargetLinkedLogonId", 0),
        evtx_text("ElevatedToken", l->privileged ? "%%1842" : "%%1843"),
    };
    add_security(s, t, 4624, 12544, 2, data, ARRAY_LEN(data));
    if (l->privileged) {
        add_privileges(s, t, l);
    }
}

void event_logoff(struct scene *s, usec t, const struct logon *l)
{
    const struct evtx_value data[] = {
        evtx_sid("TargetUserSid", l->sid),     evtx_text("TargetUserName", l->user),
        evtx_text("TargetDomainName", "CORP"), evtx_hex64("TargetLogonId", l->id),
        evtx_u32("LogonType", l->type),
    };
    add_security(s, t, 4634, 12545, 0, data, ARRAY_LEN(data));
}

void event_logon_failed(struct scene *s, usec t, const char *user, const char *address)
{
    const struct evtx_value data[] = {
        evtx_sid("SubjectUserSid", "S-1-0-0"),
        evtx_text("SubjectUserName", "-"),
        evtx_text("SubjectDomainName", "-"),
        evtx_hex64("SubjectLogonId", 0),
        evtx_sid("TargetUserSid", "S-1-0-0"),
        evtx_text("TargetUserName", user),
        evtx_text("TargetDomainName", "CORP"),
        evtx_hex32("Status", 0xc000006d),
        evtx_text("FailureReason", "%%2313"),
        evtx_hex32("SubStatus", 0xc000006a),
        evtx_u32("LogonType", 3),
        evtx_text("LogonProcessName", "NtLmSsp "),
        evtx_text("AuthenticationPackageName", "NTLM"),
        evtx_text("WorkstationName", "-"),
        evtx_text("TransmittedServices", "-"),
        evtx_text("LmPackageName", "-"),
        evtx_u32("KeyLength", 0),
        evtx_hex64("ProcessId", 0),
        evtx_text("ProcessName", "-"),
        evtx_text("IpAddress", address),
        evtx_text("IpPort", "0"),
    };
    add_security(s, t, 4625, 12544, 0, data, ARRAY_LEN(data));
}

enum { SHARE_VALUES = 13, CAN_READ = 0x120089 };

/* Both events begin alike. */
static size_t begin_share(const struct share *share, struct evtx_value data[SHARE_VALUES])
{
    size_t n = 0;
    data[n++] = evtx_sid("SubjectUserSid", share->sid ? share->sid : SYSTEM_SID);
    data[n++] = evtx_text("SubjectUserName", share->user ? share->user : SERVER "$");
    data[n++] = evtx_text("SubjectDomainName", "CORP");
    data[n++] = evtx_hex64("SubjectLogonId", SYSTEM_LOGON);
    data[n++] = evtx_text("ObjectType", "File");
    data[n++] = evtx_text("IpAddress", share->address ? share->address : "127.0.0.1");
    data[n++] = evtx_text("IpPort", "31877");
    data[n++] = evtx_text("ShareName", share->name);
    bool drive = str_ends(str_of(share->name), STR("C$"));
    data[n++] = evtx_text("ShareLocalPath", drive ? "\\??\\C:\\" : "");
    return n;
}

void event_share(struct scene *s, usec t, const struct share *share)
{
    struct evtx_value data[SHARE_VALUES];
    size_t n = begin_share(share, data);
    if (!share->file) {
        data[n++] = evtx_hex32("AccessMask", share->access);
        data[n++] = evtx_text("AccessList", "%%4416\n\t\t\t\t");
        add_security(s, t, 5140, 12808, 1, data, n);
        return;
    }
    data[n++] = evtx_text("RelativeTargetName", share->file);
    data[n++] = evtx_hex32("AccessMask", share->access);
    bool reads = share->access == CAN_READ;
    data[n++] = evtx_text("AccessList", reads ? "%%4416\n\t\t\t\t" : "%%4417\n\t\t\t\t");
    data[n++] = evtx_text("AccessReason", "-");
    add_security(s, t, 5145, 12811, 0, data, n);
}

/* ---- what persists */

static void add_account(struct scene *s, usec t, const char *name, const char *sid)
{
    const struct evtx_value data[] = {
        evtx_text("TargetUserName", name),
        evtx_text("TargetDomainName", SERVER),
        evtx_sid("TargetSid", sid),
        evtx_sid("SubjectUserSid", SYSTEM_SID),
        evtx_text("SubjectUserName", SERVER "$"),
        evtx_text("SubjectDomainName", "CORP"),
        evtx_hex64("SubjectLogonId", SYSTEM_LOGON),
        evtx_text("PrivilegeList", "-"),
        evtx_text("SamAccountName", name),
        evtx_text("DisplayName", "%%1793"),
        evtx_text("UserPrincipalName", "-"),
    };
    add_security(s, t, 4720, 13824, 0, data, ARRAY_LEN(data));
}

void event_account_made(struct scene *s, usec t, const char *name, const char *sid)
{
    const struct evtx_value data[] = {
        evtx_text("MemberName", "-"),
        evtx_sid("MemberSid", sid),
        evtx_text("TargetUserName", "Administrators"),
        evtx_text("TargetDomainName", "Builtin"),
        evtx_sid("TargetSid", "S-1-5-32-544"),
        evtx_sid("SubjectUserSid", SYSTEM_SID),
        evtx_text("SubjectUserName", SERVER "$"),
        evtx_text("SubjectDomainName", "CORP"),
        evtx_hex64("SubjectLogonId", SYSTEM_LOGON),
        evtx_text("PrivilegeList", "-"),
    };
    add_account(s, t, name, sid);
    add_security(s, t + 2100000, 4732, 13826, 0, data, ARRAY_LEN(data));
}

void event_task_made(struct scene *s, usec t, const char *name, const char *command)
{
    const char *content =
        arena_printf(s->arena,
                     "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.2\" "
                     "xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n  "
                     "<Principals>\r\n    <Principal id=\"Author\">\r\n      "
                     "<UserId>S-1-5-18</UserId>\r\n    </Principal>\r\n  </Principals>\r\n  "
                     "<Actions Context=\"Author\">\r\n    <Exec>\r\n      "
                     "<Command>%s</Command>\r\n    </Exec>\r\n  </Actions>\r\n</Task>",
                     command)
            .p;
    const struct evtx_value data[] = {
        evtx_sid("SubjectUserSid", SYSTEM_SID),
        evtx_text("SubjectUserName", SERVER "$"),
        evtx_text("SubjectDomainName", "CORP"),
        evtx_hex64("SubjectLogonId", SYSTEM_LOGON),
        evtx_text("TaskName", name),
        evtx_text("TaskContent", content),
    };
    add_security(s, t, 4698, 12804, 0, data, ARRAY_LEN(data));
}

/* ---- Exchange and services */

void event_cmdlet(struct scene *s, usec t, const char *cmdlet, const char *parameters,
                  const char *user, const char *sid)
{
    const char *took =
        arena_printf(s->arena, "00:00:00.%07" PRIu32, chance_from(&s->chance, 400000, 9000000)).p;
    const char *activity =
        arena_printf(s->arena, "ActivityId: %s", chance_guid(&s->chance, s->arena)).p;
    const char *const texts[] = {
        cmdlet,
        parameters,
        user,
        sid,
        sid,
        "Remote-ManagementShell-Unknown",
        "11820 w3wp#MSExchangeECPAppPool",
        "53",
        took,
        "View Entire Forest: 'False', Default Scope: 'corp.example.com', ",
        "False",
        "",
        activity,
        "ServicePlan:;IsAdmin:True;",
        "en-US",
    };
    event_classic(s, LOG_EXCHANGE_MANAGEMENT, t, "MSExchange CmdletLogs", 1, 4, texts,
                  ARRAY_LEN(texts));
    web_cmdlet(s, t, &(struct cmdlet){cmdlet, parameters, user, sid});
}

enum { CLASSIC_VALUES = 16 };

void event_classic(struct scene *s, enum event_log log, usec t, const char *provider, uint32_t id,
                   uint8_t level, const char *const *texts, size_t count)
{
    struct evtx_value data[CLASSIC_VALUES];
    size_t n = 0;
    while (n < count && n < CLASSIC_VALUES) {
        data[n] = evtx_text(NULL, texts[n]);
        n++;
    }
    ledger_event(s->ledger, log,
                 &(struct evtx_record){.provider = provider,
                                       .event_id = id,
                                       .qualifiers = 16384,
                                       .level = level,
                                       .task = 1,
                                       .keywords = CLASSIC_KEYWORDS,
                                       .time = t,
                                       .data = data,
                                       .count = n});
}

static void add_service_event(struct scene *s, usec t, uint32_t id, const struct evtx_value *data,
                              size_t count)
{
    ledger_event(s->ledger, LOG_SYSTEM,
                 &(struct evtx_record){.provider = "Service Control Manager",
                                       .provider_guid = "{555908d1-a6d7-4695-8e1e-26931d2012f4}",
                                       .event_id = id,
                                       .qualifiers = 16384,
                                       .level = 4,
                                       .keywords = SYSMON_KEYWORDS | CLASSIC_KEYWORDS,
                                       .time = t,
                                       .pid = 652,
                                       .tid = 1904,
                                       .data = data,
                                       .count = count});
}

void event_service_made(struct scene *s, usec t, const char *service, const char *image,
                        const char *account)
{
    const struct evtx_value data[] = {
        evtx_text("ServiceName", service),
        evtx_text("ImagePath", image),
        evtx_text("ServiceType", "user mode service"),
        evtx_text("StartType", "auto start"),
        evtx_text("AccountName", account),
    };
    add_service_event(s, t, 7045, data, ARRAY_LEN(data));
}

void event_service(struct scene *s, usec t, const char *service, const char *state)
{
    const struct evtx_value data[] = {
        evtx_text("param1", service),
        evtx_text("param2", state),
    };
    add_service_event(s, t, 7036, data, ARRAY_LEN(data));
}
