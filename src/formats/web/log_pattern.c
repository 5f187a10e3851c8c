#include "formats/web/log_pattern.h"

#include "base/catalog.h"

#include <string.h>

struct directive { /* what a format string calls a value, and what we do */
    str called, name;
    enum log_part_kind kind;
};

/* Apache, without an argument: mod_log_config. */
static const struct directive apache_plain[] = {
    {STR_INIT("a"), STR_INIT("c-ip"),            PART_TEXT    },
    {STR_INIT("h"), STR_INIT("c-ip"),            PART_TEXT    },
    {STR_INIT("A"), STR_INIT("s-ip"),            PART_TEXT    },
    {STR_INIT("B"), STR_INIT("sc-bytes"),        PART_TEXT    },
    {STR_INIT("b"), STR_INIT("sc-bytes"),        PART_TEXT    },
    {STR_INIT("O"), STR_INIT("sc-bytes"),        PART_TEXT    },
    {STR_INIT("I"), STR_INIT("cs-bytes"),        PART_TEXT    },
    {STR_INIT("D"), STR_INIT("time-taken-usec"), PART_TEXT    },
    {STR_INIT("T"), STR_INIT("time-taken-sec"),  PART_TEXT    },
    {STR_INIT("F"), STR_INIT("time-taken-sec"),  PART_TEXT    },
    {STR_INIT("f"), STR_INIT("s-filename"),      PART_TEXT    },
    {STR_INIT("H"), STR_INIT("cs-version"),      PART_TEXT    },
    {STR_INIT("l"), STR_INIT("cs-ident"),        PART_TEXT    },
    {STR_INIT("m"), STR_INIT("cs-method"),       PART_TEXT    },
    {STR_INIT("p"), STR_INIT("s-port"),          PART_TEXT    },
    {STR_INIT("P"), STR_INIT("s-process"),       PART_TEXT    },
    {STR_INIT("q"), STR_INIT("cs-uri-query"),    PART_QUERY   },
    {STR_INIT("r"), STR_INIT("c-uri"),           PART_REQUEST },
    {STR_INIT("s"), STR_INIT("sc-status"),       PART_STATUS  },
    {STR_INIT("t"), STR_INIT("time"),            PART_TIME_CLF},
    {STR_INIT("u"), STR_INIT("cs-username"),     PART_TEXT    },
    {STR_INIT("U"), STR_INIT("cs-uri-stem"),     PART_TEXT    },
    {STR_INIT("v"), STR_INIT("cs-host"),         PART_TEXT    },
    {STR_INIT("V"), STR_INIT("cs-host"),         PART_TEXT    },
};

/* %{arg}t */
static const struct directive apache_times[] = {
    {STR_INIT("sec"),  STR_INIT("time"), PART_TIME_UNIX},
    {STR_INIT("msec"), STR_INIT("time"), PART_TIME_MSEC},
    {STR_INIT("usec"), STR_INIT("time"), PART_TIME_USEC},
};

static const struct directive nginx_variables[] = {
    {STR_INIT("remote_addr"),     STR_INIT("c-ip"),           PART_TEXT     },
    {STR_INIT("remote_port"),     STR_INIT("c-port"),         PART_TEXT     },
    {STR_INIT("remote_user"),     STR_INIT("cs-username"),    PART_TEXT     },
    {STR_INIT("time_local"),      STR_INIT("time"),           PART_TIME_CLF },
    {STR_INIT("time_iso8601"),    STR_INIT("time"),           PART_TIME_ISO },
    {STR_INIT("msec"),            STR_INIT("time"),           PART_TIME_UNIX},
    {STR_INIT("request"),         STR_INIT("c-uri"),          PART_REQUEST  },
    {STR_INIT("request_method"),  STR_INIT("cs-method"),      PART_TEXT     },
    {STR_INIT("request_uri"),     STR_INIT("c-uri"),          PART_URI      },
    {STR_INIT("url"),             STR_INIT("c-uri"),          PART_URL      }, /* not nginx's */
    {STR_INIT("uri"),             STR_INIT("cs-uri-stem"),    PART_TEXT     },
    {STR_INIT("document_uri"),    STR_INIT("cs-uri-stem"),    PART_TEXT     },
    {STR_INIT("args"),            STR_INIT("cs-uri-query"),   PART_TEXT     },
    {STR_INIT("query_string"),    STR_INIT("cs-uri-query"),   PART_TEXT     },
    {STR_INIT("status"),          STR_INIT("sc-status"),      PART_STATUS   },
    {STR_INIT("body_bytes_sent"), STR_INIT("sc-bytes"),       PART_TEXT     },
    {STR_INIT("bytes_sent"),      STR_INIT("sc-bytes"),       PART_TEXT     },
    {STR_INIT("request_length"),  STR_INIT("cs-bytes"),       PART_TEXT     },
    {STR_INIT("request_time"),    STR_INIT("time-taken-sec"), PART_TEXT     },
    {STR_INIT("host"),            STR_INIT("cs-host"),        PART_TEXT     },
    {STR_INIT("server_name"),     STR_INIT("cs-host"),        PART_TEXT     },
    {STR_INIT("hostname"),        STR_INIT("s-computername"), PART_TEXT     },
    {STR_INIT("server_addr"),     STR_INIT("s-ip"),           PART_TEXT     },
    {STR_INIT("server_port"),     STR_INIT("s-port"),         PART_TEXT     },
    {STR_INIT("server_protocol"), STR_INIT("cs-version"),     PART_TEXT     },
};

/* %{Name}i and the like: what stands in front of the name. */
static const struct {
    char letter;
    str prefix;
} apache_named[] = {
    {'i', STR_INIT("cs-")    },
    {'o', STR_INIT("sc-")    },
    {'C', STR_INIT("cookie-")},
};

static const struct directive *directive_find(const struct directive *list, size_t count,
                                              str called)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i].called, called)) {
            return &list[i];
        }
    }
    return NULL;
}

/* ---- parts and their fields */

void log_pattern_name(struct log_pattern *p, const struct names *names, size_t field, str name)
{
    p->fields[field].name = name;
    p->fields[field].id = names ? names_find(names, name) : FIELD_NONE;
    p->fields[field].type = VALUE_TEXT;
}

struct compiling {
    struct log_pattern *out;
    const struct names *names;
    struct arena *arena;
    str rest;
    char literal[PATTERN_TEXT_MAX]; /* since the last value */
    size_t len;
    const char *wrong;
};

static void add_field(struct compiling *c, str name)
{
    if (c->out->nfields + 1 >= PATTERN_FIELDS_MAX) { /* one is kept for `extra` */
        c->wrong = N_("it has too many values");
        return;
    }
    log_pattern_name(c->out, c->names, c->out->nfields++, name);
}

static void add_literal(struct compiling *c, char ch)
{
    if (c->len == sizeof c->literal) {
        c->wrong = N_("it is too long");
        return;
    }
    c->literal[c->len++] = ch;
}

static str take_literal(struct compiling *c)
{
    str copy = arena_str(c->arena, (str){c->literal, c->len});
    c->len = 0;
    return copy;
}

/* In the order of the line, as far as it goes: rules search neighbours at once. */
static void add_fields_of(struct compiling *c, enum log_part_kind kind, str name)
{
    bool uri = kind == PART_REQUEST || kind == PART_URI || kind == PART_URL;
    if (kind == PART_REQUEST) {
        add_field(c, STR("cs-method"));
    }
    if (uri) {
        add_field(c, STR("cs-uri-stem"));
        add_field(c, STR("cs-uri-query"));
    }
    if (kind == PART_REQUEST) {
        add_field(c, STR("cs-version"));
    }
    if (kind == PART_URL) {
        add_field(c, STR("cs-host"));
    }
    if (!uri || kind == PART_URL) {
        add_field(c, name);
    }
}

static void add_part(struct compiling *c, enum log_part_kind kind, str name)
{
    struct log_pattern *out = c->out;
    if (out->nparts && !c->len) {
        c->wrong = N_("two values stand side by side: nothing tells where one ends");
        return;
    }
    if (out->nparts == PATTERN_PARTS_MAX) {
        c->wrong = N_("it has too many values");
        return;
    }
    str before = take_literal(c);
    out->timed |= kind >= PART_TIME_CLF;
    out->parts[out->nparts++] = (struct log_part){
        .kind = kind,
        .before = before,
        .quoted = before.len && before.p[before.len - 1] == '"',
        .field = (uint16_t)out->nfields,
    };
    add_fields_of(c, kind, name);
}

/* User-Agent, or nginx's user_agent, behind "cs-". */
static str header_name(struct compiling *c, str prefix, str header)
{
    char name[128];
    size_t len = 0;
    for (size_t i = 0; i < prefix.len; i++) {
        name[len++] = prefix.p[i];
    }
    for (size_t i = 0; i < header.len && len < sizeof name; i++) {
        name[len++] = header.p[i] == '_' ? '-' : ascii_lower(header.p[i]);
    }
    return arena_str(c->arena, (str){name, len});
}

/* ---- Apache */

static str apache_name(struct compiling *c, str argument, char letter)
{
    for (size_t i = 0; i < ARRAY_LEN(apache_named); i++) {
        if (apache_named[i].letter == letter) {
            return header_name(c, apache_named[i].prefix, argument);
        }
    }
    return arena_str(c->arena, argument);
}

/* Where brackets belong to a value they are part of the text around it. */
static void apache_clf_time(struct compiling *c)
{
    add_literal(c, '[');
    add_part(c, PART_TIME_CLF, STR("time"));
    add_literal(c, ']');
}

static void apache_value(struct compiling *c, str argument, str letter)
{
    const struct directive *d = directive_find(apache_plain, ARRAY_LEN(apache_plain), letter);
    const struct directive *time = directive_find(apache_times, ARRAY_LEN(apache_times), argument);
    if (str_eq(letter, STR("U")) && str_starts(c->rest, STR("%q"))) {
        c->rest = str_from(c->rest, 2);
        add_part(c, PART_URI, STR("c-uri"));
    } else if (str_eq(letter, STR("t")) && !argument.len) {
        apache_clf_time(c);
    } else if (str_eq(letter, STR("t"))) {
        add_part(c, time ? time->kind : PART_TIME_ISO, STR("time"));
    } else if (argument.len && !(d && str_has(STR("apDTP"), letter))) {
        add_part(c, PART_TEXT, apache_name(c, argument, letter.p[0]));
    } else {
        add_part(c, d ? d->kind : PART_TEXT, d ? d->name : arena_str(c->arena, letter));
    }
}

static bool apache_is_modifier(char ch)
{
    return ascii_is_digit(ch) || ch == '<' || ch == '>' || ch == '!' || ch == ',' || ch == '^';
}

static void apache_skip_modifiers(struct compiling *c)
{
    while (c->rest.len && apache_is_modifier(c->rest.p[0])) {
        c->rest = str_from(c->rest, 1);
    }
}

/* Behind the %: `>s`, `!200{Referer}i`, `{%s}t`, `%`. */
static void apache_directive(struct compiling *c)
{
    str argument = STR_NONE;
    apache_skip_modifiers(c);
    if (c->rest.len && c->rest.p[0] == '{') {
        size_t end = str_find_char(c->rest, '}');
        argument = str_sub(c->rest, 1, end - 1);
        c->rest = str_from(c->rest, end + 1);
        apache_skip_modifiers(c);
    }
    if (!c->rest.len) {
        c->wrong = N_("it ends in the middle of a value");
        return;
    }
    str letter = str_sub(c->rest, 0, 1);
    c->rest = str_from(c->rest, 1);
    if (letter.p[0] == '%') {
        add_literal(c, '%');
    } else {
        apache_value(c, argument, letter);
    }
}

/* ---- nginx */

static str nginx_take_name(struct compiling *c)
{
    bool braces = c->rest.len && c->rest.p[0] == '{';
    c->rest = str_from(c->rest, braces);
    size_t len = 0;
    while (len < c->rest.len && (ascii_is_alnum(c->rest.p[len]) || c->rest.p[len] == '_')) {
        len++;
    }
    str name = str_sub(c->rest, 0, len);
    c->rest = str_from(c->rest, len + (braces && len < c->rest.len));
    return name;
}

static void nginx_variable(struct compiling *c)
{
    static const str asked = STR_INIT("http_"), answered = STR_INIT("sent_http_");
    str name = nginx_take_name(c);
    const struct directive *d = directive_find(nginx_variables, ARRAY_LEN(nginx_variables), name);
    if (!name.len) {
        c->wrong = N_("it ends in the middle of a value");
    } else if (d) {
        add_part(c, d->kind, d->name);
    } else if (str_starts(name, asked)) {
        add_part(c, PART_TEXT, header_name(c, STR("cs-"), str_from(name, asked.len)));
    } else if (str_starts(name, answered)) {
        add_part(c, PART_TEXT, header_name(c, STR("sc-"), str_from(name, answered.len)));
    } else {
        add_part(c, PART_TEXT, header_name(c, STR(""), name));
    }
}

/* ---- the whole */

static char next_char(struct compiling *c)
{
    char ch = c->rest.p[0];
    c->rest = str_from(c->rest, 1);
    return ch;
}

/* As in a configuration file: \" is a quote there. */
static char unescaped(struct compiling *c)
{
    char ch = c->rest.len ? next_char(c) : '\\';
    return ch == 't' ? '\t' : ch;
}

const char *log_pattern_compile(struct log_pattern *out, const struct names *names, str format,
                                struct arena *a)
{
    struct compiling *c = ARENA_NEW(a, struct compiling);
    if (!c || format.len > PATTERN_TEXT_MAX) {
        return N_("it is too long");
    }
    bool apache = str_find_char(format, '%') < format.len;
    *out = (struct log_pattern){0};
    *c = (struct compiling){.out = out, .names = names, .arena = a, .rest = format};
    while (c->rest.len && !c->wrong) {
        char ch = next_char(c);
        if (apache && ch == '%') {
            apache_directive(c);
        } else if (!apache && ch == '$') {
            nginx_variable(c);
        } else {
            add_literal(c, ch == '\\' ? unescaped(c) : ch);
        }
    }
    out->optional = out->nparts;
    out->after = take_literal(c);
    if (!c->wrong && !out->nparts) {
        c->wrong = N_("it names no value: Apache writes them %h, nginx $remote_addr");
    }
    return c->wrong;
}
