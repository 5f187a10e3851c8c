#include "office.h"

#include "programs.h"

#include <inttypes.h>

#define MINUTE (60 * USEC_PER_SEC)
#define BACKUP "C:\\Program Files\\Backup Agent\\"

enum { BACKUP_HOUR = 2, UPDATE_HOUR = 4, SVCHOST_PID = 1120, BACKUP_PID = 3016 };

void office_name(struct scene *s, usec t, const char *image, const char *name, const char *answer)
{
    event_dns(s, t, SVCHOST_PID + 8, image, name, arena_printf(s->arena, "::ffff:%s;", answer).p);
    sensor_name(s, t, OFFICE_ADDRESS, name, arena_printf(s->arena, "\"%s\"", answer).p);
}

void office_runs(struct scene *s, usec t, const char *parent, const char *image,
                 const char *command)
{
    event_process(s, t,
                  &(struct process){.pid = chance_from(&s->chance, 2000, 9999) * 4,
                                    .image = image,
                                    .command = command,
                                    .parent_pid = SVCHOST_PID,
                                    .parent_image = parent,
                                    .parent_command = parent});
}

static void somebody_works(struct scene *s, usec hour)
{
    static const char word[] = "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE";
    const struct person *p = &people[chance_below(&s->chance, PEOPLE)];
    usec t = scene_moment(s, hour);
    struct logon l = {.user = p->name,
                      .sid = person_sid(p, s->arena),
                      .address = person_address(p, true, s->arena),
                      .process = "Kerberos",
                      .package = "Kerberos",
                      .type = 3,
                      .id = scene_logon_id(s)};
    event_logon(s, t, &l);
    event_logoff(s, t + 9 * MINUTE, &l);
    for (int i = 0; i < 4; i++) {
        const char *saved = arena_printf(s->arena, "D:\\Projects\\%s\\draft-%" PRIu32 ".docx",
                                         p->name, chance_below(&s->chance, 400))
                                .p;
        event_file(s, t + i * MINUTE, 5120, word, saved);
        event_file(s, t + i * MINUTE, 5120, word, arena_printf(s->arena, "%s.tmp", saved).p);
    }
}

static void names_are_asked_for(struct scene *s, usec hour)
{
    static const char *const names[] = {"ctldl.windowsupdate.com", "www.example.org",
                                        "time.windows.com", "dc01.corp.example.com",
                                        "settings-win.data.microsoft.com"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        office_name(s, scene_moment(s, hour), SVCHOST, names[i], "192.0.2.80");
        sensor_connection(s, scene_moment(s, hour),
                          &(struct connection){OFFICE_ADDRESS, "192.0.2.80", 443,
                                               chance_from(&s->chance, 900, 90000), 48000});
    }
    sensor_request(s, scene_moment(s, hour),
                   &(struct http){OFFICE_ADDRESS, "192.0.2.80", "GET", "ctldl.windowsupdate.com",
                                  "/msdownload/update/v3/static/trustedr/en/authrootstl.cab",
                                  "Microsoft-CryptoAPI/10.0", 200, 0});
}

/* What a rule for intruders must not mistake: an archive each night, one shadow copy deleted by
 * its number, and a copy that goes out. */
static void back_up(struct scene *s, usec hour)
{
    usec t = hour + 7 * MINUTE;
    office_runs(s, t, BACKUP "agent.exe", BACKUP "7z.exe",
                "\"" BACKUP "7z.exe\" a -t7z -mx1 E:\\Backup\\projects.7z D:\\Projects");
    event_file(s, t + MINUTE, BACKUP_PID, BACKUP "7z.exe", "E:\\Backup\\projects.7z");
    office_runs(
        s, t + 20 * MINUTE, BACKUP "agent.exe", "C:\\Windows\\System32\\vssadmin.exe",
        "vssadmin.exe delete shadows /shadow={3f1c5b0e-7d0a-4c0b-9a53-2f6f5d0a9b11} /quiet");
    for (int i = 0; i < 3; i++) {
        sensor_connection(
            s, t + (21 + i) * MINUTE,
            &(struct connection){OFFICE_ADDRESS, CLOUD_ADDRESS, 443, 150000000, 90000});
    }
}

static void update(struct scene *s, usec hour)
{
    office_runs(s, hour + 11 * MINUTE, SVCHOST,
                "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe",
                "\"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe\"");
    event_file(s, hour + 12 * MINUTE, SVCHOST_PID, SVCHOST,
               "C:\\Program Files\\Microsoft Office\\root\\Office16\\README.txt");
}

void office_hour(struct scene *s, usec hour)
{
    int at = civil_of_time(hour).hour;
    names_are_asked_for(s, hour);
    event_service(s, scene_moment(s, hour), "Windows Modules Installer",
                  chance_in(&s->chance, 2) ? "running" : "stopped");
    office_runs(s, scene_moment(s, hour), SVCHOST, "C:\\Windows\\System32\\taskhostw.exe",
                "taskhostw.exe");
    event_lsass_looked_at(s, scene_moment(s, hour), SVCHOST, SVCHOST_PID, 0x1000);
    if (at >= 7 && at < 18) {
        somebody_works(s, hour);
    }
    if (at == BACKUP_HOUR) {
        back_up(s, hour);
    }
    if (at == UPDATE_HOUR) {
        update(s, hour);
    }
}

bool office_files(struct scene *s)
{
    return programs_shipped(s);
}
