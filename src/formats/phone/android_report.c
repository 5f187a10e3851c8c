/* A bug report of Android: what dumpstate wrote. Of its sections these are read:
 *
 *     [ro.product.model]: [Pixel 4]               android-property: Key, Value
 *     Package [org.example.app] (1a2b3c):         android-app: BundleId, and what is indented below
 *       versionName=1.2                           it: VersionName, Image, Installer, Installed,
 *       firstInstallTime=2021-07-01 12:00:00      Updated. Its time is that of the installation
 *     Package org.example.app:                    android-permission: BundleId, Operation, when it
 *       CAMERA (allow / ...):                     was last used
 *           Access: [fg-s] 2021-07-01 12:00:00.000 (-1d)
 *     u0_a12 1234 ... org.example.app             android-process, of the list that ps prints:
 *                                                 ProcessName, ProcessId, User
 *
 * Times are those of the telephone's own zone; they are taken as UTC. */
#include "formats/lines.h"
#include "formats/phone/telling.h"

enum { REPORT_LINE_MAX = 1 << 16 };

enum report_part { PART_NONE, PART_PROPERTIES, PART_PROCESSES, PART_PACKAGES, PART_PERMISSIONS };

struct report {
    struct telling *t;
    enum report_part part;
    str package, operation, state; /* borrowed from the unit */
    bool open;                     /* a package is being told */
    usec time;
    uint64_t offset;
    bool listed; /* the columns of the list of processes were seen */
};

static int android_report_probe(bytes head, str path)
{
    (void)path;
    return str_has(str_of_bytes(head), STR("== dumpstate: ")) ? BY_MAGIC : NO_MATCH;
}

static usec report_time(str text)
{
    return time_parse(str_sub(str_trim(text), 0, 19)); /* to the second */
}

static void end_package(struct report *r, uint64_t to)
{
    if (r->open) {
        (void)telling_give(r->t, "android-app", r->time, r->offset, to - r->offset);
    }
    r->open = false;
}

/* ---- sections */

static void section(struct report *r, str text)
{
    static const struct {
        str mark;
        enum report_part part;
    } marks[] = {
        {STR_INIT("SYSTEM PROPERTIES"),        PART_PROPERTIES },
        {STR_INIT("PROCESSES AND THREADS"),    PART_PROCESSES  },
        {STR_INIT("DUMP OF SERVICE package:"), PART_PACKAGES   },
        {STR_INIT("DUMP OF SERVICE appops:"),  PART_PERMISSIONS},
    };
    r->part = PART_NONE;
    r->package = STR_NONE;
    r->listed = false;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        r->part = str_has(text, marks[i].mark) ? marks[i].part : r->part;
    }
}

/* ------ TITLE ------ between sections, DUMP OF SERVICE name: within them. */
static bool is_section(str text)
{
    return str_starts(text, STR("------ ")) || str_starts(text, STR("DUMP OF SERVICE "));
}

static void property(struct report *r, str text, const struct line *line)
{
    size_t middle = str_find(text, STR("]: ["));
    if (str_starts(text, STR("[")) && middle < text.len && str_ends(text, STR("]"))) {
        str value = str_from(text, middle + 4);
        telling_add(r->t, "Key", str_sub(text, 1, middle - 1));
        telling_add(r->t, "Value", str_sub(value, 0, value.len - 1));
        (void)telling_give(r->t, "android-property", TIME_NONE, line->offset, line->len);
    }
}

static str between(str text, char from, char to)
{
    str rest = str_from(text, str_find_char(text, from) + 1);
    size_t len = str_find_char(rest, to);
    return len < rest.len ? str_sub(rest, 0, len) : STR_NONE;
}

static void package_line(struct report *r, str text, const struct line *line)
{
    static const struct {
        str key;
        const char *field;
    } known[] = {
        {STR_INIT("versionName="),          "VersionName"},
        {STR_INIT("codePath="),             "Image"      },
        {STR_INIT("installerPackageName="), "Installer"  },
        {STR_INIT("firstInstallTime="),     "Installed"  },
        {STR_INIT("lastUpdateTime="),       "Updated"    },
    };
    if (str_starts(text, STR("Package ["))) {
        end_package(r, line->offset);
        r->open = true;
        r->offset = line->offset;
        r->time = TIME_NONE;
        telling_add(r->t, "BundleId", between(text, '[', ']'));
        return;
    }
    for (size_t i = 0; r->open && i < ARRAY_LEN(known); i++) {
        if (str_starts(text, known[i].key)) {
            str value = str_from(text, known[i].key.len);
            telling_add(r->t, known[i].field, value);
            r->time = i == 3 ? report_time(value) : r->time;
        }
    }
}

static void permission_line(struct report *r, str text, const struct line *line)
{
    bool access = str_starts(text, STR("Access: "));
    if (str_starts(text, STR("Package ")) && str_ends(text, STR(":"))) {
        r->package = str_sub(text, 8, text.len - 9);
        r->operation = STR_NONE;
    } else if (access && r->package.len > 0 && r->operation.len > 0) {
        telling_add(r->t, "BundleId", r->package);
        telling_add(r->t, "Operation", r->operation);
        telling_add(r->t, "State", r->state);
        usec time = report_time(str_from(text, str_find(text, STR("] ")) + 2));
        (void)telling_give(r->t, "android-permission", time, line->offset, line->len);
    } else if (str_has(text, STR(" (")) && str_has(text, STR("):"))) {
        r->operation = str_sub(text, 0, str_find(text, STR(" (")));
        r->state = between(text, '(', ')');
    }
}

/* The first line names the columns: LABEL USER PID ... CMD or NAME last. Users of programs are
 * u0_a12. */
static void process_line(struct report *r, str text, const struct line *line)
{
    str rest = text, word, user = STR_NONE, pid = STR_NONE, last = STR_NONE;
    uint64_t number;
    while (str_cut(&rest, ' ', &word)) {
        if (word.len > 0 && pid.len == 0 && last.len > 0 && str_u64(word, &number)) {
            pid = word;
            user = last;
        }
        last = word.len > 0 ? word : last;
    }
    if (r->listed && pid.len > 0) {
        telling_add(r->t, "ProcessName", str_base(last));
        telling_add(r->t, "ProcessId", pid);
        telling_add(r->t, "User", user);
        (void)telling_give(r->t, "android-process", TIME_NONE, line->offset, line->len);
    }
    r->listed |= str_has(text, STR("PID")) && str_has(text, STR("USER"));
}

static void report_line(struct report *r, str text, const struct line *line)
{
    switch (r->part) {
    case PART_PROPERTIES:
        property(r, text, line);
        break;
    case PART_PROCESSES:
        process_line(r, text, line);
        break;
    case PART_PACKAGES:
        package_line(r, text, line);
        break;
    case PART_PERMISSIONS:
        permission_line(r, text, line);
        break;
    case PART_NONE:
        break;
    }
}

static void android_report_parse(struct parse *p)
{
    struct report r = {.t = p->from == 0 ? telling_new(p) : NULL};
    struct lines in = lines_of(p->unit, p->unit.len, REPORT_LINE_MAX);
    struct line line;
    while (r.t && !r.t->stopped && lines_next(&in, &line)) {
        str text = str_trim(str_of_bytes(line.raw));
        if (is_section(text)) {
            end_package(&r, line.offset);
            section(&r, text);
        } else {
            report_line(&r, text, &line);
        }
    }
    end_package(&r, p->unit.len);
}

const struct format format_android_report = {
    .name = "android_report",
    .title = "bug report of Android",
    .probe = android_report_probe,
    .parse = android_report_parse,
};
