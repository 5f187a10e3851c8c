/* Error logs of web servers, and Tomcat's catalina.
 *
 *     [Wed Mar 03 04:31:18.123456 2021] [core:error] [pid 12:tid 34] [client 192.0.2.1:51234] text
 *     2021/03/03 04:31:18 [error] 12#0: *5678 text, client: 192.0.2.1, server: x, request: "GET
 * ..." 03-Mar-2021 04:31:18.123 INFO [main] org.apache.catalina.startup.Server.start text
 *
 * The channel is apache-error, nginx-error or tomcat. A line that does not begin so goes on with
 * what is above it (a stack trace, the output of a script): an event without time, its text the
 * message. Times are local to the server. */
#include "formats/line_log.h"

enum { FIELDS_MAX = 16, LINES_TRIED = 8 };

struct error_line {
    str channel;
    usec time;
    str level, module, pid, client, message;
};

static int error_log_digits(str s, size_t at, size_t count)
{
    int n = 0;
    for (size_t i = at; i < at + count; i++) {
        if (i >= s.len || !ascii_is_digit(s.p[i])) {
            return -1;
        }
        n = n * 10 + (s.p[i] - '0');
    }
    return n;
}

/* 04:31:18 with or without a fraction; false when it is none. */
static bool error_log_clock(str s, struct civil *c)
{
    c->hour = error_log_digits(s, 0, 2);
    c->minute = error_log_digits(s, 3, 2);
    c->second = error_log_digits(s, 6, 2);
    int scale = 100000;
    c->usec = 0;
    bool fraction = s.len > 8 && s.p[8] == '.';
    for (size_t i = 9; fraction && i < s.len && ascii_is_digit(s.p[i]); i++, scale /= 10) {
        c->usec += (s.p[i] - '0') * scale;
    }
    return s.len >= 8 && s.p[2] == ':' && s.p[5] == ':' && c->hour >= 0 && c->minute >= 0 &&
           c->second >= 0;
}

/* Takes [text]; false when there is none. */
static bool error_log_bracket(str *rest, str *inside)
{
    size_t end = str_find_char(*rest, ']');
    if (!str_starts(*rest, STR("[")) || end == rest->len) {
        return false;
    }
    *inside = str_sub(*rest, 1, end - 1);
    *rest = str_trim(str_from(*rest, end + 1));
    return true;
}

/* ---- Apache: [Wed Mar 03 04:31:18.123456 2021] */

static bool error_log_apache_time(str s, usec *out)
{
    str clock = str_from(s, 11);
    size_t pad = s.len > 8 && s.p[8] == ' ';
    size_t blank = str_find_char(clock, ' ');
    struct civil c = {
        .month = month_named(str_sub(s, 4, 3)),
        .day = error_log_digits(s, 8 + pad, 2 - pad),
        .year = error_log_digits(clock, blank + 1, 4),
    };
    bool good = c.month && c.day > 0 && c.year > 0 && error_log_clock(clock, &c);
    *out = good ? time_of_civil(c) : TIME_NONE;
    return *out != TIME_NONE;
}

static bool error_log_apache(str text, struct error_line *out)
{
    str rest = text, inside;
    *out = (struct error_line){.channel = STR("apache-error")};
    if (!error_log_bracket(&rest, &inside) || !error_log_apache_time(inside, &out->time) ||
        !error_log_bracket(&rest, &inside)) {
        return false;
    }
    size_t colon = str_find_char(inside, ':');
    out->module = colon < inside.len ? str_sub(inside, 0, colon) : STR_NONE;
    out->level = colon < inside.len ? str_from(inside, colon + 1) : inside;
    for (str next = rest; error_log_bracket(&next, &inside); rest = next) {
        if (str_starts(inside, STR("pid "))) {
            str pid = str_from(inside, 4);
            out->pid = str_sub(pid, 0, str_find_char(pid, ':'));
        } else if (str_starts(inside, STR("client "))) {
            out->client = str_from(inside, 7);
        } else {
            break;
        }
    }
    out->message = rest;
    return true;
}

/* ---- nginx: 2021/03/03 04:31:18 [error] 12#0: */

static bool error_log_nginx(str text, struct error_line *out)
{
    struct civil c = {
        .year = error_log_digits(text, 0, 4),
        .month = error_log_digits(text, 5, 2),
        .day = error_log_digits(text, 8, 2),
    };
    str rest = str_from(text, 20), pid;
    *out = (struct error_line){.channel = STR("nginx-error")};
    if (text.len < 22 || text.p[4] != '/' || text.p[7] != '/' || c.year < 1 || c.month < 1 ||
        c.day < 1 || !error_log_clock(str_sub(text, 11, 8), &c) ||
        !error_log_bracket(&rest, &out->level)) {
        return false;
    }
    out->time = time_of_civil(c);
    out->message = rest;
    if (str_cut(&rest, '#', &pid) && pid.len < 10 && rest.p) {
        out->pid = pid;
    }
    size_t client = str_find(out->message, STR(", client: "));
    str from = str_from(out->message, client + 10);
    out->client = str_sub(from, 0, str_find_char(from, ','));
    return out->time != TIME_NONE;
}

/* ---- Tomcat: 03-Mar-2021 04:31:18.123 LEVEL [thread] class.method text */

static bool error_log_tomcat(str text, struct error_line *out)
{
    struct civil c = {
        .day = error_log_digits(text, 0, 2),
        .month = month_named(str_sub(text, 3, 3)),
        .year = error_log_digits(text, 7, 4),
    };
    str rest = str_from(text, 12), clock, thread;
    *out = (struct error_line){.channel = STR("tomcat")};
    if (text.len < 24 || text.p[2] != '-' || text.p[6] != '-' || c.day < 1 || !c.month ||
        c.year < 1 || !str_cut(&rest, ' ', &clock) || !error_log_clock(clock, &c) ||
        !str_cut(&rest, ' ', &out->level) || !error_log_bracket(&rest, &thread)) {
        return false;
    }
    out->time = time_of_civil(c);
    (void)str_cut(&rest, ' ', &out->module);
    out->message = rest;
    return out->time != TIME_NONE;
}

static bool error_log_read(str text, struct error_line *out)
{
    return error_log_apache(text, out) || error_log_nginx(text, out) || error_log_tomcat(text, out);
}

/* ---- events */

struct error_log {
    struct line_log l;
    const struct names *names;
    struct field fields[FIELDS_MAX];
    size_t nfields;
    str channel; /* of lines that go on: what the first lines of the log are */
};

static void error_log_add(struct error_log *x, str name, str value)
{
    if (value.len) {
        x->fields[x->nfields++] =
            text_field(name, names_find(x->names, name), value, x->l.text_type);
    }
}

/* 192.0.2.1:51234, [2001:db8::1]:51234, or an address alone. */
static str error_log_address(str client)
{
    str address = client;
    if (str_starts(client, STR("["))) {
        return str_sub(client, 1, str_find_char(client, ']') - 1);
    }
    size_t colon = str_find_char(client, ':');
    bool six = str_find_char(str_from(client, colon + 1), ':') < str_from(client, colon + 1).len;
    return six ? address : str_sub(client, 0, colon);
}

/* nginx: ..., request: "GET /a?b HTTP/1.1", ... */
static void error_log_request(struct error_log *x, str message)
{
    static const str before = STR_INIT("request: \"");
    size_t at = str_find(message, before);
    str rest = str_from(message, at + before.len), method, uri;
    rest = str_sub(rest, 0, str_find_char(rest, '"'));
    if (at == message.len || !str_cut(&rest, ' ', &method) || !str_cut(&rest, ' ', &uri)) {
        return;
    }
    size_t question = str_find_char(uri, '?');
    error_log_add(x, STR("cs-method"), method);
    error_log_add(x, STR("c-uri"), uri);
    error_log_add(x, STR("cs-uri-stem"), str_sub(uri, 0, question));
    error_log_add(x, STR("cs-uri-query"), str_from(uri, question + 1));
}

static void error_log_line(struct error_log *x, const struct line *line, str text)
{
    struct error_line e;
    if (!error_log_read(text, &e)) {
        e = (struct error_line){.channel = x->channel, .time = TIME_NONE, .message = text};
    }
    struct origin origin = {.channel = e.channel};
    struct event event;
    if (!line_log_head(&x->l, line, e.time, &origin, &event)) {
        return;
    }
    x->nfields = 0;
    error_log_add(x, STR("Level"), e.level);
    error_log_add(x, STR("Module"), e.module);
    error_log_add(x, STR("ProcessId"), e.pid);
    error_log_add(x, STR("c-ip"), error_log_address(e.client));
    error_log_add(x, STR("Message"), e.message);
    error_log_request(x, e.message);
    line_log_fields(&x->l, &event, x->fields, x->nfields);
}

/* The channel that the beginning of the log shows; empty when it is none of these. */
static str error_log_channel(bytes head)
{
    char room[PROBE_HEAD];
    bytes seen = {head.p, head.len < PROBE_HEAD ? head.len : PROBE_HEAD};
    str rest = text_head(seen, room, sizeof room), line;
    struct error_line e;
    for (int i = 0; i < LINES_TRIED && str_cut(&rest, '\n', &line); i++) {
        if (error_log_read(str_trim(line), &e)) {
            return e.channel;
        }
    }
    return STR_NONE;
}

static void error_log_parse(struct parse *p)
{
    struct error_log *x = ARENA_NEW(p->arena, struct error_log);
    if (!x) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    str channel = error_log_channel(p->unit);
    x->names = p->names;
    x->channel = channel.len ? channel : STR("apache-error");
    struct line line;
    str text;
    for (line_log_begin(&x->l, p); line_log_next(&x->l, &line, &text);) {
        error_log_line(x, &line, text);
    }
}

static int error_log_probe(bytes head, str path)
{
    str base = str_base(path);
    if (error_log_channel(head).len) {
        return BY_SHAPE;
    }
    bool named = str_starts_nocase(base, STR("error.log")) ||
                 str_ends_nocase(base, STR("error_log")) ||
                 str_starts_nocase(base, STR("catalina"));
    return head.len && named ? BY_NAME : NO_MATCH;
}

const struct format format_error_log = {
    .name = "error_log",
    .title = "error log of a web server (Apache, nginx, Tomcat)",
    .probe = error_log_probe,
    .parse = error_log_parse,
    .cut = lines_cut,
    .plain = true,
};
