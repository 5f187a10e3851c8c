/* Access logs of web servers: Apache, nginx, Tomcat and all who write as they do; Squid's own.
 *
 *     198.51.100.9 - alice [03/Mar/2021:04:31:18 +0100] "GET /a?b=c HTTP/1.1" 200 1234
 *     ... "https://mail.example/" "Mozilla/5.0"          combined: with referer and agent
 *     mail.example:443 198.51.100.9 - - [...             with the virtual host in front
 *     1614745878.123    200 192.0.2.1 TCP_MISS/200 1234 GET http://a.example/b - HIER_DIRECT/...
 *
 * A user's format string (log_pattern.h) goes before these. Each line is looked at by itself: a
 * file may hold several forms. What follows the last value is the field `extra`: many servers add
 * something. Values are as written, with their escapes; `-` is an empty one. */
#include "formats/web/access_log.h"

#include "formats/line_log.h"
#include "formats/web/combined.h"

/* No line is written in two of the first three ways; the last is looked at when none fits. */
static const struct usual {
    str format, channel;
    size_t required; /* so many parts must be there */
    bool words;      /* the user's name has no blanks */
} usual[] = {
    {STR_INIT(COMBINED),                                                STR_INIT("access"), 7,  true },
    {STR_INIT("%v:%p " COMBINED),                                       STR_INIT("access"), 9,  true },
    {STR_INIT("$msec $time_taken $remote_addr $s_action/$status $bytes_sent $request_method $url "
              "$remote_user $s_hierarchy/$r_ip $sc_content_type"),
     STR_INIT("squid"),                                                                     11, false},
    {STR_INIT(COMBINED),                                                STR_INIT("access"), 7,  false},
};

enum { USUAL = ARRAY_LEN(usual), LINES_TRIED = 8 };

struct access_log {
    struct log_pattern *user; /* NULL: none given */
    struct log_pattern *usual[USUAL];
    size_t last;                  /* of the usual ones, that fitted; tried first */
    uint8_t text_type[USUAL + 1]; /* that the fields of the patterns bear, the user's last */
};

static void access_log_words(struct log_pattern *p, bool words)
{
    for (size_t i = 0; i < p->nparts; i++) {
        struct log_part *part = &p->parts[i];
        str next = i + 1 < p->nparts ? p->parts[i + 1].before : STR("");
        part->word = words && part->kind == PART_TEXT && str_starts(next, STR(" "));
        part->word &= !part->quoted;
        part->padded = part->kind == PART_TEXT && !words && i == 1;
    }
}

struct log_pattern *access_log_usual(size_t which, const struct names *names, struct arena *a)
{
    const struct usual *u = &usual[which];
    struct log_pattern *p = ARENA_NEW(a, struct log_pattern);
    if (!p || log_pattern_compile(p, names, u->format, a)) {
        return NULL;
    }
    access_log_words(p, u->words);
    p->optional = u->required < p->nparts ? u->required : p->nparts;
    p->extra = true;
    log_pattern_name(p, names, p->nfields++, STR("extra"));
    return p;
}

static bool access_log_init(struct access_log *x, const struct names *names, str log_format,
                            struct arena *a)
{
    *x = (struct access_log){0};
    if (log_format.len) {
        x->user = ARENA_NEW(a, struct log_pattern);
        if (!x->user || log_pattern_compile(x->user, names, log_format, a)) {
            return false;
        }
    }
    for (size_t i = 0; i < USUAL; i++) {
        x->usual[i] = access_log_usual(i, names, a);
        if (!x->usual[i]) {
            return false;
        }
    }
    return true;
}

static bool access_log_match(const struct access_log *x, size_t which, str line)
{
    struct log_pattern *p = x->usual[which];
    return (which == 0 && combined_match(p, line)) || log_pattern_match(p, line);
}

/* The pattern that fits, by its place among the usual ones; USUAL is the user's. -1: none. */
static int access_log_fit(struct access_log *x, str line)
{
    if (x->user && log_pattern_match(x->user, line)) {
        return USUAL;
    }
    if (access_log_match(x, x->last, line)) {
        return (int)x->last;
    }
    for (size_t i = 0; i < USUAL; i++) {
        if (i != x->last && access_log_match(x, i, line)) {
            x->last = i + 1 < USUAL ? i : x->last;
            return (int)i;
        }
    }
    return -1;
}

static str access_log_host(const struct log_pattern *p)
{
    for (size_t i = 0; i < p->nfields; i++) {
        if (str_eq(p->fields[i].name, STR("s-computername"))) {
            return (str){(const char *)p->fields[i].data, p->fields[i].len};
        }
    }
    return STR_NONE;
}

static void access_log_type(struct log_pattern *p, uint8_t *has, uint8_t type)
{
    for (size_t i = 0; *has != type && i < p->nfields; i++) {
        p->fields[i].type = type;
    }
    *has = type;
}

static void access_log_line(struct access_log *x, struct line_log *l, const struct line *line,
                            str text)
{
    int fit = access_log_fit(x, text);
    if (fit < 0) {
        line_log_note(l, line->ended ? NOTE_BAD_LINE : NOTE_TRUNCATED, line);
        return;
    }
    bool user = fit == USUAL;
    struct log_pattern *p = user ? x->user : x->usual[fit];
    if (p->timed && p->time == TIME_NONE) {
        line_log_note(l, NOTE_BAD_TIME, line);
    }
    struct origin origin = {
        .channel = user ? STR("access") : usual[fit].channel,
        .host = user ? access_log_host(p) : STR_NONE,
    };
    struct event event;
    if (line_log_head(l, line, p->time, &origin, &event)) {
        access_log_type(p, &x->text_type[fit], l->text_type);
        line_log_fields(l, &event, p->fields, p->nfields);
    }
}

static void access_log_parse(struct parse *p)
{
    struct access_log *x = ARENA_NEW(p->arena, struct access_log);
    if (!x || !access_log_init(x, p->names, p->log_format, p->arena)) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    for (size_t i = 0; i <= USUAL; i++) {
        x->text_type[i] = VALUE_TEXT;
    }
    struct line_log l;
    struct line line;
    str text;
    for (line_log_begin(&l, p); line_log_next(&l, &line, &text);) {
        access_log_line(x, &l, &line, text);
    }
}

/* ---- recognised */

/* One of the first lines is so: the very first may be the end of one that was cut. */
static bool access_log_shape(bytes head, str log_format)
{
    struct arena a;
    char room[PROBE_HEAD];
    str rest = text_head(head, room, sizeof room), line;
    struct access_log x;
    bool found = false;
    arena_init(&a, 1 << 20);
    bool good = access_log_init(&x, NULL, log_format, &a);
    for (int i = 0; good && !found && i < LINES_TRIED && str_cut(&rest, '\n', &line); i++) {
        int fit = access_log_fit(&x, str_trim(line));
        found = log_format.len ? fit == USUAL : fit >= 0 && x.usual[fit]->time != TIME_NONE;
    }
    arena_done(&a);
    return found;
}

bool access_log_is(bytes head, str log_format)
{
    return access_log_shape(head, log_format);
}

const char *access_log_refuses(str log_format)
{
    struct arena a;
    struct log_pattern *p;
    arena_init(&a, 1 << 20);
    p = ARENA_NEW(&a, struct log_pattern);
    const char *wrong = p ? log_pattern_compile(p, NULL, log_format, &a) : NULL;
    arena_done(&a);
    return wrong;
}

static int access_log_probe(bytes head, str path)
{
    str base = str_base(path);
    if (access_log_shape(head, STR_NONE)) {
        return BY_SHAPE;
    }
    bool named = str_starts_nocase(base, STR("access.log")) ||
                 str_ends_nocase(base, STR("access_log")) ||
                 str_starts_nocase(base, STR("localhost_access_log"));
    return head.len && named ? BY_NAME : NO_MATCH;
}

const struct format format_access_log = {
    .name = "access_log",
    .title = "access log of a web server or proxy",
    .probe = access_log_probe,
    .parse = access_log_parse,
    .cut = lines_cut,
    .plain = true,
};
