#include "ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, STAMP_SIZE = 16 };

#define LOGGING      "Program Files/Microsoft/Exchange Server/V15/Logging/"
#define TRANSPORT    "Program Files/Microsoft/Exchange Server/V15/TransportRoles/Logs/"
#define EVENT_FOLDER "Windows/System32/winevt/Logs/"

enum stamp { STAMP_NONE, STAMP_SHORT_DAY, STAMP_DAY, STAMP_HOUR };

struct text_spec {
    const char *before;
    enum stamp stamp; /* of the time, in the file's name */
    const char *after;
    const char *software, *version, *type; /* no type: a W3C log; no software: a log of Unix */
};

/* Microsoft's own spelling, in names and headers. */
#define SITE(number)                                                                      \
    {                                                                                     \
        .before = "inetpub/logs/LogFiles/W3SVC" number "/u_ex", .stamp = STAMP_SHORT_DAY, \
        .after = ".log", .software = "Microsoft Internet Information Services 10.0",      \
        .version = "1.0"                                                                  \
    }
#define EXCHANGE_LOG(name, kind_of_stamp, number, title)                              \
    {                                                                                 \
        .before = LOGGING name, .stamp = (kind_of_stamp), .after = "-1.LOG",          \
        .software = "Microsoft Exchange Server", .version = (number), .type = (title) \
    }
#define PROXY(service) \
    EXCHANGE_LOG("HttpProxy/" service "/HttpProxy_", STAMP_HOUR, "15.01.2106.002", "HttpProxy Logs")

static const struct text_spec text_logs[TEXT_LOGS] = {
    [LOG_IIS_FRONT] = SITE("1"),
    [LOG_IIS_BACK] = SITE("2"),
    [LOG_HTTPERR] = {.before = "Windows/System32/LogFiles/HTTPERR/httperr1",
                     .after = ".log",
                     .software = "Microsoft HTTP API 2.0",
                     .version = "1.0"},
    [LOG_ECP_SERVER] =
        EXCHANGE_LOG("ECP/Server/ECPServer", STAMP_DAY, "15.0.0.0", "ECP Server Log"),
    [LOG_PROXY_AUTODISCOVER] = PROXY("Autodiscover"),
    [LOG_PROXY_EAS] = PROXY("Eas"),
    [LOG_PROXY_ECP] = PROXY("Ecp"),
    [LOG_PROXY_EWS] = PROXY("Ews"),
    [LOG_PROXY_MAPI] = PROXY("Mapi"),
    [LOG_PROXY_OAB] = PROXY("Oab"),
    [LOG_PROXY_OWA] = PROXY("Owa"),
    [LOG_PROXY_POWERSHELL] = PROXY("PowerShell"),
    [LOG_CMDLETS] = EXCHANGE_LOG("CmdletInfra/Powershell-Proxy/Cmdlet/MAIL01_Powershell-Proxy_"
                                 "Cmdlet_",
                                 STAMP_HOUR, "15.01.2106.002", "Rps Cmdlet Logs"),
    [LOG_EWS] = EXCHANGE_LOG("Ews/Ews_", STAMP_HOUR, "15.01.2106.002", "EWS Logs"),
    [LOG_TRACKING] = {.before = TRANSPORT "MessageTracking/MSGTRK",
                     .stamp = STAMP_HOUR,
                     .after = "-1.LOG",
                     .software = "Microsoft Exchange Server",
                     .version = "15.01.2106.002",
                     .type = "Message Tracking Log"},
    [LOG_NGINX] = {.before = "var/log/nginx/access.log-",                                    .stamp = STAMP_DAY,                                                                            .after = ""},
    [LOG_AUDIT] = {.before = "var/log/audit/audit.log",                            .after = ""                                                              },
    [LOG_AUTH] = {.before = "var/log/auth.log",                  .after = ""},
    [LOG_MAIL] = {.before = "var/log/mail.log",                                                      .after = ""                                                       },
    [LOG_ZEEK_DNS] = {.before = "../sensor/zeek/dns.",                                                      .stamp = STAMP_DAY, .after = ".log"},
    [LOG_ZEEK_CONN] = {.before = "../sensor/zeek/conn.",                                                      .stamp = STAMP_DAY,                                                               .after = ".log"},
    [LOG_ZEEK_HTTP] = {.before = "../sensor/zeek/http.",                                                      .stamp = STAMP_DAY,     .after = ".log"},
    [LOG_DNS_SERVER] = {.before = "../DC01/Windows/System32/dns/dns",                                       .after = ".log"                                                                          },
};

/* first_record: a server has been running for a while. */
static const struct {
    const char *file, *channel;
    uint64_t first_record;
} event_logs[EVENT_LOGS] = {
    [LOG_SECURITY] = {"Security",                              "Security",                             1841207},
    [LOG_SYSTEM] = {"System",                                "System",                               20418  },
    [LOG_APPLICATION] = {"Application",                           "Application",                          76230  },
    [LOG_EXCHANGE_MANAGEMENT] = {"MSExchange Management",                 "MSExchange Management",                912    },
    [LOG_SYSMON] = {"Microsoft-Windows-Sysmon%4Operational", "Microsoft-Windows-Sysmon/Operational",
                      733014                                                                                  },
};

/* A line or an event, waiting for its hour to end. */
struct entry {
    usec time;
    uint64_t turn; /* what came first, among equals */
    uint32_t log;  /* enum text_log; TEXT_LOGS + enum event_log */
    const char *fields;
    str line;
    struct evtx_record record;
};

struct open_text {
    FILE *file;
    char path[PATH_SIZE];
    const char *fields; /* of the header that was written last */
    usec last;
};

struct open_events {
    FILE *file;
    struct evtx_writer *writer;
    usec last;
};

struct ledger {
    char drive[PATH_SIZE / 2];
    const char *computer;
    struct arena arena[2]; /* what was begun in one hour may end in the next */
    int current;
    struct entry *entries;
    size_t count, room;
    uint64_t turns;
    struct open_text text[TEXT_LOGS];
    struct open_events events[EVENT_LOGS];
    bool failed;
};

static bool refuse(struct ledger *l, const char *path)
{
    if (!l->failed) {
        (void)fprintf(stderr, "make_example: %s: %s\n", path, strerror(errno));
    }
    l->failed = true;
    return false;
}

static bool make_folders(struct ledger *l, char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
        if (!made) {
            return refuse(l, path);
        }
        *slash = '/';
    }
    return true;
}

static FILE *create(struct ledger *l, char path[PATH_SIZE], const char *below_drive)
{
    (void)snprintf(path, PATH_SIZE, "%s/%s", l->drive, below_drive);
    if (!make_folders(l, path)) {
        return NULL;
    }
    FILE *file = fopen(path, "wb");
    if (!file) {
        (void)refuse(l, path);
    }
    return file;
}

static void set_time(const char *path, usec t)
{
    struct timespec when = {.tv_sec = (time_t)(t / USEC_PER_SEC),
                            .tv_nsec = (long)(t % USEC_PER_SEC) * 1000};
    const struct timespec both[2] = {when, when};
    (void)utimensat(AT_FDCWD, path, both, 0);
}

static bool finish(struct ledger *l, FILE *file, const char *path, usec modified)
{
    bool written = !ferror(file);
    written = fclose(file) == 0 && written;
    if (!written) {
        return refuse(l, path);
    }
    set_time(path, modified);
    return true;
}

struct ledger *ledger_open(const char *drive, const char *computer)
{
    struct ledger *l = calloc(1, sizeof *l);
    if (!l) {
        abort();
    }
    (void)snprintf(l->drive, sizeof l->drive, "%s", drive);
    l->computer = computer;
    arena_init(&l->arena[0], UINT64_MAX);
    arena_init(&l->arena[1], UINT64_MAX);
    return l;
}

struct arena *ledger_arena(struct ledger *l)
{
    return &l->arena[l->current];
}

static struct entry *add_entry(struct ledger *l, usec time, uint32_t log)
{
    if (l->count == l->room) {
        l->room = l->room ? l->room * 2 : 4096;
        l->entries = realloc(l->entries, l->room * sizeof *l->entries);
        if (!l->entries) {
            abort();
        }
    }
    struct entry *e = &l->entries[l->count];
    *e = (struct entry){.time = time, .turn = l->turns++, .log = log};
    l->count++;
    return e;
}

void ledger_line(struct ledger *l, enum text_log log, usec time, const char *fields, str line)
{
    struct entry *e = add_entry(l, time, log);
    e->fields = fields;
    e->line = line;
}

void ledger_event(struct ledger *l, enum event_log log, const struct evtx_record *r)
{
    struct entry *e = add_entry(l, r->time, TEXT_LOGS + (uint32_t)log);
    struct evtx_value *data = ARENA_ARRAY(ledger_arena(l), struct evtx_value, r->count);
    if (r->count) {
        memcpy(data, r->data, r->count * sizeof *data);
    }
    e->record = *r;
    e->record.data = data;
    e->record.channel = event_logs[log].channel;
    e->record.computer = l->computer;
}

/* ---- text logs */

static void put_stamp(char out[STAMP_SIZE], enum stamp stamp, usec time)
{
    struct civil c = civil_of_time(time);
    switch (stamp) {
    case STAMP_SHORT_DAY:
        (void)snprintf(out, STAMP_SIZE, "%02d%02d%02d", c.year % 100, c.month, c.day);
        break;
    case STAMP_DAY:
        (void)snprintf(out, STAMP_SIZE, "%04d%02d%02d", c.year, c.month, c.day);
        break;
    case STAMP_HOUR:
        (void)snprintf(out, STAMP_SIZE, "%04d%02d%02d%02d", c.year, c.month, c.day, c.hour);
        break;
    case STAMP_NONE:
    default:
        out[0] = '\0';
        break;
    }
}

static void name_of_text(enum text_log log, usec time, char out[PATH_SIZE])
{
    char stamp[STAMP_SIZE];
    put_stamp(stamp, text_logs[log].stamp, time);
    (void)snprintf(out, PATH_SIZE, "%s%s%s", text_logs[log].before, stamp, text_logs[log].after);
}

static void write_header(struct open_text *t, enum text_log log, usec time, const char *fields)
{
    struct civil c = civil_of_time(time);
    (void)fprintf(t->file, "#Software: %s\r\n#Version: %s\r\n", text_logs[log].software,
                  text_logs[log].version);
    if (text_logs[log].type) {
        (void)fprintf(t->file, "#Log-type: %s\r\n#Date: %04d-%02d-%02dT%02d:%02d:%02d.%03dZ\r\n",
                      text_logs[log].type, c.year, c.month, c.day, c.hour, c.minute, c.second,
                      c.usec / 1000);
    } else {
        (void)fprintf(t->file, "#Date: %04d-%02d-%02d %02d:%02d:%02d\r\n", c.year, c.month, c.day,
                      c.hour, c.minute, c.second);
    }
    (void)fprintf(t->file, "#Fields: %s\r\n", fields);
    t->fields = fields;
}

static bool close_text(struct ledger *l, struct open_text *t)
{
    FILE *file = t->file;
    t->file = NULL;
    t->fields = NULL;
    return !file || finish(l, file, t->path, t->last);
}

static bool write_line(struct ledger *l, const struct entry *e)
{
    enum text_log log = (enum text_log)e->log;
    struct open_text *t = &l->text[log];
    char below[PATH_SIZE];
    name_of_text(log, e->time, below);
    bool rolled = t->file && strcmp(t->path + strlen(l->drive) + 1, below) != 0;
    if (rolled && !close_text(l, t)) {
        return false;
    }
    if (!t->file && !(t->file = create(l, t->path, below))) {
        return false;
    }
    if (t->fields != e->fields) {
        write_header(t, log, e->time, e->fields);
    }
    (void)fwrite(e->line.p, 1, e->line.len, t->file);
    (void)fputs(text_logs[log].software ? "\r\n" : "\n", t->file);
    t->last = e->time;
    return !ferror(t->file) || refuse(l, t->path);
}

/* ---- event logs */

static void path_of_events(const struct ledger *l, enum event_log log, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/" EVENT_FOLDER "%s.evtx", l->drive, event_logs[log].file);
}

static bool open_events(struct ledger *l, enum event_log log)
{
    char below[PATH_SIZE], path[PATH_SIZE];
    (void)snprintf(below, sizeof below, EVENT_FOLDER "%s.evtx", event_logs[log].file);
    FILE *file = create(l, path, below);
    if (!file) {
        return false;
    }
    const struct evtx_options options = {.first_record = event_logs[log].first_record};
    l->events[log].file = file;
    l->events[log].writer = evtx_writer_to_file(file, &options);
    return true;
}

static bool write_event(struct ledger *l, const struct entry *e)
{
    enum event_log log = (enum event_log)(e->log - TEXT_LOGS);
    struct open_events *o = &l->events[log];
    if (!o->writer && !open_events(l, log)) {
        return false;
    }
    o->last = e->time;
    char path[PATH_SIZE];
    path_of_events(l, log, path);
    return evtx_write(o->writer, &e->record) || refuse(l, path);
}

static bool close_events(struct ledger *l, enum event_log log)
{
    struct open_events *o = &l->events[log];
    if (!o->writer) {
        return true;
    }
    char path[PATH_SIZE];
    path_of_events(l, log, path);
    bool written = evtx_writer_close(o->writer, NULL);
    o->writer = NULL;
    return finish(l, o->file, path, o->last) && (written || refuse(l, path));
}

/* ---- all of them */

static int by_time(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->time != b->time) {
        return a->time < b->time ? -1 : 1;
    }
    return a->turn < b->turn ? -1 : a->turn > b->turn;
}

bool ledger_settle(struct ledger *l, usec until)
{
    if (l->count) {
        qsort(l->entries, l->count, sizeof *l->entries, by_time);
    }
    size_t done = 0;
    for (; done < l->count && l->entries[done].time < until && !l->failed; done++) {
        const struct entry *e = &l->entries[done];
        (void)(e->log < TEXT_LOGS ? write_line(l, e) : write_event(l, e));
    }
    l->count -= done;
    if (l->count) {
        memmove(l->entries, l->entries + done, l->count * sizeof *l->entries);
    }
    l->current = !l->current;
    arena_reset(ledger_arena(l));
    return !l->failed;
}

bool ledger_close(struct ledger *l)
{
    for (int log = 0; log < TEXT_LOGS; log++) {
        (void)close_text(l, &l->text[log]);
    }
    for (int log = 0; log < EVENT_LOGS; log++) {
        (void)close_events(l, (enum event_log)log);
    }
    bool written = !l->failed;
    arena_done(&l->arena[0]);
    arena_done(&l->arena[1]);
    free(l->entries);
    free(l);
    return written;
}

bool ledger_file(struct ledger *l, const char *path, str content, usec modified)
{
    char full[PATH_SIZE];
    FILE *file = create(l, full, path);
    if (!file) {
        return false;
    }
    (void)fwrite(content.p, 1, content.len, file);
    return finish(l, file, full, modified);
}
