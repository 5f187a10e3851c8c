/* The debug log of the DNS server of Windows (dns.log): a heading, then a line for each packet.
 *
 *     3/4/2021 1:02:03 AM 0A2C PACKET  000000000624E6B0 UDP Rcv 10.0.0.7   5f2c   Q [0001   D
 *                      NOERROR] A      (7)example(3)com(0)
 *
 * that is date, time, thread, context, an address in memory, protocol, direction, the other side,
 * number of the query, R for an answer, opcode, flags in hex and letters, result, type, name by
 * labels with their lengths. Other contexts (EVENT, Note:) have a sentence. Where details are
 * logged, lines that begin with no date follow; they are not read.
 *
 * Times are local, as the language of the server writes them: with AM or PM the month comes
 * first, with dots or slashes alone the day, with hyphens the year. */
#include "base/buf.h"
#include "formats/line_log.h"

#include <string.h>

enum { DNS_NAME_MAX = 1024, DNS_FIELDS = 12, DNS_HEAD_LINES = 64 };

struct dns_line {
    usec time;
    str thread, context, rest;
};

/* The next word; empty at the end. */
static str dns_word(str *rest)
{
    *rest = str_trim(*rest);
    str word = STR_NONE;
    (void)str_cut(rest, ' ', &word);
    return word;
}

/* Three numbers between `separator`s. */
static bool dns_numbers(str text, char separator, int out[3])
{
    str part;
    for (int i = 0; i < 3; i++) {
        uint64_t n = 0;
        if (!str_cut(&text, separator, &part) || part.len == 0 || part.len > 4 ||
            !str_u64(part, &n)) {
            return false;
        }
        out[i] = (int)n;
    }
    return text.len == 0;
}

static bool dns_date(str text, bool month_first, struct civil *out)
{
    int n[3];
    if (dns_numbers(text, '-', n)) {
        out->year = n[0], out->month = n[1], out->day = n[2];
    } else if (dns_numbers(text, '/', n) || dns_numbers(text, '.', n)) {
        bool first = month_first && n[0] <= 12;
        out->month = first ? n[0] : n[1];
        out->day = first ? n[1] : n[0];
        out->year = n[2];
    } else {
        return false;
    }
    return true;
}

static usec dns_time(const struct civil *c)
{
    bool possible = c->year >= 1990 && c->year < 2100 && c->month >= 1 && c->month <= 12 &&
                    c->day >= 1 && c->day <= 31 && c->hour < 24 && c->minute < 60 && c->second < 60;
    return possible ? time_of_civil(*c) : TIME_NONE;
}

/* Date and time; `rest` is what follows. */
static bool dns_when(str text, usec *time, str *rest)
{
    str date = dns_word(&text), clock = dns_word(&text), after = text;
    str half = dns_word(&after);
    bool am = str_eq(half, STR("AM")), pm = str_eq(half, STR("PM"));
    struct civil c = {0};
    int n[3];
    if (!dns_date(date, am || pm, &c) || !dns_numbers(clock, ':', n)) {
        return false;
    }
    c.hour = am || pm ? n[0] % 12 + (pm ? 12 : 0) : n[0];
    c.minute = n[1];
    c.second = n[2];
    *time = dns_time(&c);
    *rest = am || pm ? after : text;
    return *time != TIME_NONE;
}

static bool is_hex_word(str word)
{
    uint64_t ignored;
    char room[32] = "0x";
    if (word.len == 0 || word.len > 16) {
        return false;
    }
    memcpy(room + 2, word.p, word.len);
    return str_u64((str){room, word.len + 2}, &ignored);
}

/* A line that begins with a date, a thread and a context. */
static bool dns_begin(str text, struct dns_line *out)
{
    if (!dns_when(text, &out->time, &out->rest)) {
        return false;
    }
    out->thread = dns_word(&out->rest);
    out->context = dns_word(&out->rest);
    out->rest = str_trim(out->rest);
    return is_hex_word(out->thread) && out->context.len > 0;
}

/* (3)www(7)example(3)com(0) becomes www.example.com; what lies about its lengths stays as it is. */
static str dns_name(struct arena *a, str labels)
{
    char *room = arena_alloc(a, DNS_NAME_MAX);
    size_t len = 0;
    str rest = labels, number;
    while (room && rest.len > 0 && rest.p[0] == '(') {
        uint64_t n = 0;
        rest = str_from(rest, 1);
        bool told = str_cut(&rest, ')', &number) && str_u64(number, &n);
        if (!told || n > rest.len || len + n + 1 > DNS_NAME_MAX) {
            return labels;
        }
        if (n == 0) {
            return rest.len == 0 ? (str){room, len} : labels;
        }
        if (len > 0) {
            room[len++] = '.';
        }
        memcpy(room + len, rest.p, n);
        len += n;
        rest = str_from(rest, n);
    }
    return labels;
}

struct dns_fields {
    struct field list[DNS_FIELDS];
    size_t count;
};

static void dns_put(struct dns_fields *f, const struct line_log *l, str name, str value)
{
    f->list[f->count++] = text_field(name, names_find(l->p->names, name), value, l->text_type);
}

/* What follows the context of a packet. False: it is none. */
static bool dns_packet(struct line_log *l, str rest, struct dns_fields *f)
{
    (void)dns_word(&rest); /* an address in memory */
    str protocol = dns_word(&rest), direction = dns_word(&rest), other = dns_word(&rest);
    str number = dns_word(&rest);
    size_t open = str_find_char(rest, '['), close = str_find_char(rest, ']');
    if (open >= close || close >= rest.len) {
        return false;
    }
    str kind = str_trim(str_sub(rest, 0, open)), flags = str_sub(rest, open + 1, close - open - 1);
    bool answer = str_starts(kind, STR("R"));
    rest = str_from(rest, close + 1);
    str type = dns_word(&rest), result = STR_NONE, word;
    while ((word = dns_word(&flags)).len > 0) {
        result = word;
    }
    str labels = str_trim(rest), name = dns_name(l->p->scratch, labels);
    dns_put(f, l, STR("QueryName"), name);
    dns_put(f, l, STR("QueryType"), type);
    dns_put(f, l, STR("Client"), other);
    dns_put(f, l, STR("Protocol"), protocol);
    dns_put(f, l, STR("Direction"), direction);
    dns_put(f, l, STR("Message"), answer ? STR("response") : STR("query"));
    dns_put(f, l, STR("ResponseCode"), result);
    dns_put(f, l, STR("QueryId"), number);
    return type.len > 0 && name.p != labels.p;
}

/* What a line says is read before it is known whether anybody wants it: a part that begins behind
 * it must note of its neighbours what the whole log would. */
static void dns_line(struct line_log *l, const struct line *line, const struct dns_line *d)
{
    static const struct origin origin = {.channel = STR_INIT("windows-dns")};
    struct dns_fields f = {.count = 0};
    struct event event;
    dns_put(&f, l, STR("Context"), d->context);
    dns_put(&f, l, STR("Thread"), d->thread);
    if (!str_eq(d->context, STR("PACKET"))) {
        dns_put(&f, l, STR("Message"), d->rest);
    } else if (!dns_packet(l, d->rest, &f)) {
        line_log_note(l, line->ended ? NOTE_BAD_LINE : NOTE_TRUNCATED, line);
    }
    if (line_log_head(l, line, d->time, &origin, &event)) {
        line_log_fields(l, &event, f.list, f.count);
    }
}

static void dns_debug_parse(struct parse *p)
{
    struct line_log l;
    struct line line;
    str text;
    for (line_log_begin(&l, p); line_log_next(&l, &line, &text);) {
        struct dns_line d;
        if (dns_begin(text, &d)) {
            dns_line(&l, &line, &d);
        } else { /* details: a part that begins behind many of them knows no record before them */
            l.before = NEIGHBOURS_NONE;
        }
    }
}

static int dns_debug_probe(bytes head, str path)
{
    (void)path;
    char room[PROBE_HEAD];
    str rest = text_head(head, room, sizeof room), line;
    for (int i = 0; i < DNS_HEAD_LINES && str_cut(&rest, '\n', &line); i++) {
        struct dns_line d;
        if (str_starts(line, STR("DNS Server log file creation at "))) {
            return BY_MAGIC;
        }
        if (dns_begin(str_trim(line), &d) && str_eq(d.context, STR("PACKET"))) {
            return BY_MAGIC;
        }
    }
    return NO_MATCH;
}

const struct format format_dns_debug = {
    .name = "dns_debug",
    .title = "debug log of the DNS server of Windows",
    .probe = dns_debug_probe,
    .parse = dns_debug_parse,
    .cut = lines_cut,
};
