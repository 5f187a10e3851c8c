/* The log of the Linux audit daemon, /var/log/audit/audit.log: several records, one a line, tell of
 * one event; they bear its time and its serial number.
 *
 *     type=SYSCALL msg=audit(1614816000.123:4711): arch=c000003e syscall=59 success=yes ...
 *     type=EXECVE msg=audit(1614816000.123:4711): argc=2 a0="sh" a1="-c"
 *     type=CWD msg=audit(1614816000.123:4711): cwd="/var/www"
 *     type=PROCTITLE msg=audit(1614816000.123:4711): proctitle=7368002D63
 *     type=EOE msg=audit(1614816000.123:4711):
 *
 * They are joined: an event has the fields of all its records, so `type` comes several times.
 * Records of several events interleave on a busy host, so an event stays open until its end is said
 * (EOE) or AUDIT_NEAR lines have passed since its first, and events are given in the order of their
 * first lines: rules that depend on nothing else, so that the parts of a log give what the whole
 * gives. What the records do not say in one piece is
 * added: CommandLine from the arguments, SYSCALL by name, the address in a socket address. */
#include "formats/format.h"
#include "formats/lines.h"
#include "formats/origins.h"
#include "formats/unix/audit_fields.h"

#include <string.h>

enum {
    AUDIT_LINE_MAX = 1 << 20,
    AUDIT_NEAR = 64, /* lines between the first and the last record of an event */
    AUDIT_FIELDS_MAX = 1024,
    AUDIT_COMMAND_MAX = 32 << 10,
    AUDIT_ASK_EVERY = 4096,
};

struct audit_head {
    str node, type;
    usec time;
    uint64_t serial;
    str body; /* the pairs */
};

struct audit_event {
    uint64_t serial;
    usec time;
    struct line first;
    uint64_t end; /* of its last line, in the unit */
    bytes lines[AUDIT_NEAR];
    size_t nlines; /* 0: this place is free */
    bool ended;    /* waits for those that began before it */
    bool bad;      /* no event, but a line that could not be read, told in its turn */
};

struct audit {
    struct parse *p;
    struct lines in;
    struct origins origins;
    struct audit_event open[AUDIT_NEAR]; /* by the first line's number */
    uint64_t oldest;                     /* no event that is open began before this line */
    struct field fields[AUDIT_FIELDS_MAX];
    char command[AUDIT_COMMAND_MAX + 1]; /* the arguments of EXECVE, put together */
    size_t nfields, command_len;
    bool over; /* the event has more fields than fit */
    bool stopped;
};

static bool audit_stamp(str stamp, struct audit_head *h)
{
    str seconds, fraction, rest = stamp;
    uint64_t whole, thousandths;
    if (!str_cut(&rest, '.', &seconds) || !str_cut(&rest, ':', &fraction) ||
        !str_u64(seconds, &whole) || !str_u64(fraction, &thousandths) ||
        !str_u64(rest, &h->serial) || whole > INT32_MAX * INT64_C(128) || thousandths > 999) {
        return false;
    }
    h->time = time_of_unix((int64_t)whole) + (int64_t)thousandths * 1000;
    return true;
}

/* The value behind `name=`, and *rest behind it; empty when the text does not begin so. */
static str audit_opening(str *rest, str name)
{
    if (!str_starts(*rest, name)) {
        return STR_NONE;
    }
    *rest = str_from(*rest, name.len);
    str value;
    str_cut(rest, ' ', &value);
    return value;
}

static bool audit_head(str text, struct audit_head *h)
{
    str rest = text;
    h->node = audit_opening(&rest, STR("node="));
    h->type = audit_opening(&rest, STR("type="));
    str open = STR("msg=audit(");
    size_t end = str_find_char(rest, ')');
    if (!h->type.len || !str_starts(rest, open) || end == rest.len) {
        return false;
    }
    h->body = str_from(rest, end + 1);
    if (str_starts(h->body, STR(":"))) {
        h->body = str_from(h->body, 1);
    }
    return audit_stamp(str_sub(rest, open.len, end - open.len), h);
}

static void audit_field(struct audit *a, str name, str value)
{
    if (a->nfields == AUDIT_FIELDS_MAX) {
        a->over = true;
        return;
    }
    a->fields[a->nfields++] = (struct field){name, (const uint8_t *)value.p, (uint32_t)value.len,
                                             names_find(a->p->names, name), VALUE_TEXT};
}

/* a3 begins an argument, a3[1] goes on with it. */
static void audit_argument(struct audit *a, const struct audit_pair *pair)
{
    str name = pair->name;
    size_t bracket = str_find_char(name, '[');
    bool goes_on = bracket < name.len && !str_eq(str_from(name, bracket), STR("[0]"));
    size_t blank = a->command_len && !goes_on;
    if (audit_is_argument(name) && a->command_len + blank + pair->value.len <= AUDIT_COMMAND_MAX) {
        a->command[a->command_len] = ' ';
        memcpy(a->command + a->command_len + blank, pair->value.p, pair->value.len);
        a->command_len += blank + pair->value.len;
    }
}

static void audit_pair(struct audit *a, str record, struct audit_pair *pair)
{
    struct arena *scratch = a->p->scratch;
    str address, port;
    if (str_eq(record, STR("EXECVE"))) {
        audit_argument(a, pair);
    } else if (str_eq(pair->name, STR("proctitle"))) {
        pair->value = audit_words(pair->value, scratch);
    } else if (str_eq(pair->name, STR("saddr")) &&
               audit_address(pair->value, scratch, &address, &port)) {
        audit_field(a, STR("DestinationIp"), address);
        audit_field(a, STR("DestinationPort"), port);
    }
    audit_field(a, pair->name, pair->value);
}

static void audit_record(struct audit *a, const struct audit_head *h)
{
    str rest = h->body, arch = STR_NONE;
    struct audit_pair pair;
    audit_field(a, STR("type"), h->type);
    while (!a->over && audit_next(&rest, h->type, a->p->scratch, &pair)) {
        if (str_eq(pair.name, STR("arch"))) {
            arch = pair.value;
        } else if (str_eq(pair.name, STR("syscall"))) {
            str call = audit_call(arch, pair.value);
            if (call.len) {
                audit_field(a, STR("SYSCALL"), call);
            }
        }
        audit_pair(a, h->type, &pair);
    }
}

static str audit_text(const struct audit *a, bytes raw)
{
    return lines_text(&a->in, &(struct line){.raw = raw}, a->p->scratch);
}

static void audit_fields(struct audit *a, const struct audit_event *open)
{
    a->nfields = a->command_len = 0;
    a->over = false;
    for (size_t i = 0; i < open->nlines; i++) {
        struct audit_head h;
        if (audit_head(audit_text(a, open->lines[i]), &h)) {
            audit_record(a, &h);
        }
    }
    if (a->command_len) {
        audit_field(a, STR("CommandLine"), (str){a->command, a->command_len});
    }
    if (a->over) {
        emit_note(a->p, NOTE_OVER_BUDGET, open->first.offset, 0);
    }
}

static void audit_note(const struct audit *a, const struct line *line)
{
    enum note_id why = line->ended ? NOTE_BAD_LINE : NOTE_TRUNCATED;
    emit_note(a->p, line->too_long ? NOTE_LONG_LINE : why, line->offset, line->len);
}

/* Gives the event and frees its place. */
static void audit_give(struct audit *a, struct audit_event *open)
{
    const struct line *first = &open->first;
    bool ours = first->offset >= a->p->from && first->offset < a->p->to;
    if (ours && open->bad) {
        audit_note(a, first);
    }
    struct arena_mark mark = arena_mark(a->p->scratch);
    struct audit_head h;
    if (ours && !open->bad && !a->stopped && audit_head(audit_text(a, first->raw), &h)) {
        const struct origin origin = {.channel = STR("auditd"), .host = h.node};
        struct event event = {
            .time = open->time,
            .record = open->serial,
            .offset = first->offset,
            .len = open->end - first->offset,
            .origin = origins_get(&a->origins, &origin),
        };
        if (!event.origin) {
            emit_note(a->p, NOTE_OVER_BUDGET, first->offset, a->p->unit.len - first->offset);
            a->stopped = true;
        } else if (emit_head(a->p, &event)) {
            audit_fields(a, open);
            event.fields = a->fields;
            event.nfields = a->nfields;
            a->stopped = !emit_event(a->p, &event);
        }
    }
    arena_rewind(a->p->scratch, mark);
    open->nlines = 0;
    open->ended = open->bad = false;
}

/* Gives what has ended, up to the first event that has not. Before line `number` all have. */
static void audit_flush(struct audit *a, uint64_t number, uint64_t last)
{
    for (; a->oldest <= last; a->oldest++) {
        struct audit_event *open = &a->open[a->oldest % AUDIT_NEAR];
        if (open->nlines && !open->ended && a->oldest >= number) {
            return;
        }
        if (open->nlines) {
            audit_give(a, open);
        }
    }
}

/* Its first line is less than AUDIT_NEAR lines back, so there are no more than that. */
static struct audit_event *audit_find(struct audit *a, const struct audit_head *h, uint64_t number)
{
    for (uint64_t back = 1; back < AUDIT_NEAR && back < number; back++) {
        struct audit_event *open = &a->open[(number - back) % AUDIT_NEAR];
        if (open->nlines && !open->bad && open->serial == h->serial && open->time == h->time) {
            return open;
        }
    }
    return NULL;
}

static void audit_take(struct audit_event *open, const struct line *line)
{
    if (!open->nlines) {
        open->first = *line;
    }
    open->lines[open->nlines++] = line->raw;
    open->end = line->offset + line->len;
}

static void audit_line(struct audit *a, const struct line *line)
{
    struct audit_event *here = &a->open[line->number % AUDIT_NEAR];
    uint64_t far = line->number < AUDIT_NEAR ? 0 : line->number - AUDIT_NEAR + 1;
    audit_flush(a, far, line->number - 1);
    struct arena_mark mark = arena_mark(a->p->scratch);
    struct audit_head h;
    bool good = audit_head(str_trim(lines_text(&a->in, line, a->p->scratch)), &h);
    if (good) {
        struct audit_event *open = audit_find(a, &h, line->number);
        if (!open) {
            open = here;
            open->serial = h.serial;
            open->time = h.time;
        }
        audit_take(open, line);
        open->ended |= str_eq(h.type, STR("EOE"));
    } else if (line->too_long || line->raw.len) {
        audit_take(here, line);
        here->ended = here->bad = true;
    }
    arena_rewind(a->p->scratch, mark);
}

static bool audit_some_open(const struct audit *a)
{
    for (size_t i = 0; i < AUDIT_NEAR; i++) {
        const struct audit_event *open = &a->open[i];
        if (open->nlines && open->first.offset < a->p->to) {
            return true;
        }
    }
    return false;
}

static void auditd_parse(struct parse *p)
{
    struct audit *a = ARENA_NEW(p->arena, struct audit);
    struct line *before = ARENA_ARRAY(p->arena, struct line, AUDIT_NEAR); /* a ring */
    if (!a || !before) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    a->p = p;
    a->origins.arena = p->arena;
    a->in = lines_of(p->unit, p->unit.len, AUDIT_LINE_MAX);
    struct line line;
    bool begun = false;
    while (!a->stopped && lines_next(&a->in, &line)) {
        if (line.offset < p->from) {
            before[line.number % AUDIT_NEAR] = line;
            continue;
        }
        for (uint64_t back = AUDIT_NEAR; !begun && --back > 0;) {
            if (back < line.number) {
                a->oldest = a->oldest ? a->oldest : line.number - back;
                audit_line(a, &before[(line.number - back) % AUDIT_NEAR]);
            }
        }
        a->oldest = a->oldest ? a->oldest : line.number;
        begun = true;
        if (line.offset >= p->to && !audit_some_open(a)) {
            break;
        }
        audit_line(a, &line);
        a->stopped |= line.number % AUDIT_ASK_EVERY == 0 && parse_stopped(p);
    }
    audit_flush(a, UINT64_MAX, a->in.number);
}

static int auditd_probe(bytes head, str path)
{
    (void)path;
    char room[PROBE_HEAD];
    str rest = text_head(head, room, sizeof room), text;
    struct audit_head h;
    while (str_cut(&rest, '\n', &text)) {
        if (audit_head(str_trim(text), &h)) {
            return BY_MAGIC;
        }
    }
    return NO_MATCH;
}

const struct format format_auditd = {
    .name = "auditd",
    .title = "Linux audit log",
    .probe = auditd_probe,
    .parse = auditd_parse,
    .cut = lines_cut,
};
