#include "formats/mail/mail_line.h"

/* What a server calls a value, and what we do. Values go on until a comma or a blank; `<...>`
 * until it closes. */
static const struct {
    str channel, key, name;
} keys[] = {
    {STR_INIT("postfix"), STR_INIT("from"),          STR_INIT("From")           },
    {STR_INIT("postfix"), STR_INIT("to"),            STR_INIT("To")             },
    {STR_INIT("postfix"), STR_INIT("orig_to"),       STR_INIT("OriginalTo")     },
    {STR_INIT("postfix"), STR_INIT("relay"),         STR_INIT("Relay")          },
    {STR_INIT("postfix"), STR_INIT("status"),        STR_INIT("Status")         },
    {STR_INIT("postfix"), STR_INIT("dsn"),           STR_INIT("Dsn")            },
    {STR_INIT("postfix"), STR_INIT("delay"),         STR_INIT("Delay")          },
    {STR_INIT("postfix"), STR_INIT("size"),          STR_INIT("Size")           },
    {STR_INIT("postfix"), STR_INIT("nrcpt"),         STR_INIT("Recipients")     },
    {STR_INIT("postfix"), STR_INIT("client"),        STR_INIT("Client")         },
    {STR_INIT("postfix"), STR_INIT("sasl_method"),   STR_INIT("Method")         },
    {STR_INIT("postfix"), STR_INIT("sasl_username"), STR_INIT("User")           },
    {STR_INIT("postfix"), STR_INIT("message-id"),    STR_INIT("MessageId")      },
    {STR_INIT("postfix"), STR_INIT("uid"),           STR_INIT("UserId")         },
    {STR_INIT("postfix"), STR_INIT("proto"),         STR_INIT("Protocol")       },
    {STR_INIT("postfix"), STR_INIT("helo"),          STR_INIT("Helo")           },
    {STR_INIT("dovecot"), STR_INIT("user"),          STR_INIT("User")           },
    {STR_INIT("dovecot"), STR_INIT("method"),        STR_INIT("Method")         },
    {STR_INIT("dovecot"), STR_INIT("rip"),           STR_INIT("ClientIpAddress")},
    {STR_INIT("dovecot"), STR_INIT("lip"),           STR_INIT("ServerIpAddress")},
    {STR_INIT("dovecot"), STR_INIT("mpid"),          STR_INIT("SessionProcess") },
    {STR_INIT("dovecot"), STR_INIT("session"),       STR_INIT("Session")        },
    {STR_INIT("dovecot"), STR_INIT("msgid"),         STR_INIT("MessageId")      },
    {STR_INIT("dovecot"), STR_INIT("from"),          STR_INIT("From")           },
    {STR_INIT("dovecot"), STR_INIT("size"),          STR_INIT("Size")           },
    {STR_INIT("dovecot"), STR_INIT("in"),            STR_INIT("BytesIn")        },
    {STR_INIT("dovecot"), STR_INIT("out"),           STR_INIT("BytesOut")       },
    {STR_INIT("exim"),    STR_INIT("P"),             STR_INIT("Protocol")       },
    {STR_INIT("exim"),    STR_INIT("A"),             STR_INIT("Authenticator")  },
    {STR_INIT("exim"),    STR_INIT("S"),             STR_INIT("Size")           },
    {STR_INIT("exim"),    STR_INIT("id"),            STR_INIT("MessageId")      },
    {STR_INIT("exim"),    STR_INIT("R"),             STR_INIT("Router")         },
    {STR_INIT("exim"),    STR_INIT("U"),             STR_INIT("User")           },
    {STR_INIT("exim"),    STR_INIT("F"),             STR_INIT("From")           },
    {STR_INIT("exim"),    STR_INIT("X"),             STR_INIT("Tls")            },
    {STR_INIT("exim"),    STR_INIT("C"),             STR_INIT("Reason")         },
};

str mail_channel(str program)
{
    static const str channels[] = {STR_INIT("postfix"), STR_INIT("dovecot"), STR_INIT("exim")};
    for (size_t i = 0; i < ARRAY_LEN(channels); i++) {
        str rest = str_from(program, channels[i].len);
        bool ends = !rest.len || !ascii_is_alnum(rest.p[0]) || str_eq(rest, STR("4"));
        if (str_starts(program, channels[i]) && ends) { /* postfix/smtpd, postfix-in/qmgr, exim4 */
            return channels[i];
        }
    }
    return STR_NONE;
}

void mail_line_add(struct mail_line *m, str name, str value)
{
    if (m->nfields < MAIL_FIELDS_MAX && value.len) {
        m->fields[m->nfields++] =
            (struct field){name, (const uint8_t *)value.p, (uint32_t)value.len,
                           names_find(m->names, name), m->type};
    }
}

/* ---- key=value */

static bool is_key_char(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == '-';
}

static str key_name(str channel, str key)
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (str_eq(keys[i].key, key) && str_eq(keys[i].channel, channel)) {
            return keys[i].name;
        }
    }
    return STR_NONE;
}

/* What stands between a character and its fellow, or up to a comma, a semicolon or a blank. */
static str take_value(str *rest)
{
    static const struct {
        char open, close;
    } pairs[] = {
        {'<', '>'},
        {'"', '"'},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        if (rest->len && rest->p[0] == pairs[i].open) {
            size_t end = str_find_char(str_from(*rest, 1), pairs[i].close) + 1;
            str value = str_sub(*rest, 1, end - 1);
            *rest = str_from(*rest, end + 1);
            return value;
        }
    }
    size_t end = 0;
    while (end < rest->len && rest->p[end] != ',' && rest->p[end] != ' ' && rest->p[end] != ';') {
        end++;
    }
    str value = str_sub(*rest, 0, end);
    *rest = str_from(*rest, end);
    return value;
}

/* status=bounced (host said: 550 ...): what is in parentheses is the reason. */
static void add_reason(struct mail_line *m, str rest)
{
    if (str_starts(rest, STR(" ("))) {
        str reason = str_from(rest, 2);
        mail_line_add(m, STR("Reason"),
                      str_sub(reason, 0, reason.len - str_ends(reason, STR(")"))));
    }
}

static void add_pairs(struct mail_line *m, str channel, str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && is_key_char(text.p[end])) {
            end++;
        }
        str name = end < text.len && text.p[end] == '=' && end > at
                       ? key_name(channel, str_sub(text, at, end - at))
                       : STR_NONE;
        if (name.len) {
            str rest = str_from(text, end + 1);
            mail_line_add(m, name, take_value(&rest));
            if (str_eq(name, STR("Status"))) {
                add_reason(m, rest);
                return;
            }
            at = text.len - rest.len;
        } else {
            at = end + 1;
        }
        while (at < text.len && !is_key_char(text.p[at])) {
            at++;
        }
    }
}

/* name[192.0.2.1]:25 or name [192.0.2.1]:25 */
static void add_peer(struct mail_line *m, str text)
{
    size_t open = str_find_char(text, '['), close = str_find_char(text, ']');
    if (open >= close || close >= text.len) {
        return;
    }
    str name = str_trim(str_sub(text, 0, open));
    size_t blank = name.len;
    while (blank > 0 && name.p[blank - 1] != ' ' && name.p[blank - 1] != '=') {
        blank--;
    }
    mail_line_add(m, STR("ClientName"), str_from(name, blank));
    mail_line_add(m, STR("ClientIpAddress"), str_sub(text, open + 1, close - open - 1));
}

/* ---- Postfix */

/* 4D1C22A0F1, the long 3Pt2mN2VXxznjll, NOQUEUE; not "warning". */
static bool is_queue_id(str s)
{
    bool telling = false;
    for (size_t i = 0; i < s.len; i++) {
        if (!ascii_is_alnum(s.p[i])) {
            return false;
        }
        telling |= s.p[i] <= 'Z';
    }
    return telling && s.len >= 6 && s.len <= 24;
}

/* The client stands behind these words. */
static str postfix_client(str message)
{
    static const str before[] = {STR_INIT("client="), STR_INIT(" from "), STR_INIT("warning: ")};
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        size_t at = str_find(message, before[i]);
        str peer = str_from(message, at + before[i].len);
        peer = str_sub(peer, 0, str_find_char(peer, ']') + 1);
        if (at < message.len && str_ends(peer, STR("]")) && str_find_char(peer, ' ') == peer.len) {
            return peer;
        }
    }
    return STR_NONE;
}

static void postfix_read(struct mail_line *m, str program, str message)
{
    str rest = message, id;
    size_t slash = str_find_char(program, '/');
    mail_line_add(m, STR("Service"), str_from(program, slash + 1));
    if (str_cut(&rest, ':', &id) && is_queue_id(id) && rest.p) {
        mail_line_add(m, STR("QueueId"), id);
    } else {
        rest = message;
    }
    add_peer(m, postfix_client(message));
    add_pairs(m, STR("postfix"), rest);
    if (str_has(message, STR("authentication failed"))) {
        mail_line_add(m, STR("Status"), STR("authentication failed"));
    } else if (str_has(message, STR("reject: "))) {
        mail_line_add(m, STR("Status"), STR("reject"));
    }
}

/* ---- Dovecot: "imap-login: Login: user=<alice>, method=PLAIN, rip=192.0.2.1, ..." */

static str dovecot_user(str in_parentheses)
{
    size_t end = 0;
    while (end < in_parentheses.len && in_parentheses.p[end] != ')' &&
           in_parentheses.p[end] != ',') {
        end++;
    }
    return str_sub(in_parentheses, 0, end);
}

/* Behind the service: "Info: " in a file of its own. */
static str dovecot_without_level(str what)
{
    static const str levels[] = {STR_INIT("Info: "), STR_INIT("Error: "), STR_INIT("Warning: "),
                                 STR_INIT("Fatal: "), STR_INIT("Debug: ")};
    for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
        if (str_starts(what, levels[i])) {
            return str_from(what, levels[i].len);
        }
    }
    return what;
}

/* Up to what it is about: "Login: user=...", "Logged out in=512". */
static str dovecot_status(str what)
{
    str status = str_sub(what, 0, str_find(what, STR(": ")));
    size_t pair = str_find_char(status, '=');
    if (pair < status.len) {
        while (pair > 0 && status.p[pair] != ' ') {
            pair--;
        }
        status = str_sub(status, 0, pair);
    }
    return status;
}

/* imap(alice): names the user, auth: behind the way it looked: passwd-file(alice,192.0.2.1): */
static void dovecot_read(struct mail_line *m, str message)
{
    size_t colon = str_find(message, STR(": "));
    str service = str_sub(message, 0, colon);
    str what = dovecot_without_level(str_from(message, colon + 2));
    size_t open = str_find_char(service, '(');
    mail_line_add(m, STR("Service"), str_sub(service, 0, open));
    if (str_starts(service, STR("auth"))) {
        str behind = str_from(what, str_find_char(what, '(') + 1);
        mail_line_add(m, STR("User"), dovecot_user(behind));
    } else {
        mail_line_add(m, STR("User"), dovecot_user(str_from(service, open + 1)));
        mail_line_add(m, STR("Status"), dovecot_status(what));
    }
    add_pairs(m, STR("dovecot"), what);
}

/* ---- Exim: "1lHJab-0001AB-Cd <= a@b H=(x) [192.0.2.1] P=esmtp S=1 id=..." */

static bool is_run(str s, size_t from, size_t len)
{
    for (size_t i = from; i < from + len; i++) {
        if (i >= s.len || !ascii_is_alnum(s.p[i])) {
            return false;
        }
    }
    return true;
}

bool mail_is_exim_id(str s)
{
    bool old = s.len == 16 && s.p[6] == '-' && s.p[13] == '-' && is_run(s, 0, 6) &&
               is_run(s, 7, 6) && is_run(s, 14, 2);
    bool new = s.len == 23 && s.p[6] == '-' && s.p[18] == '-' && is_run(s, 0, 6) &&
               is_run(s, 7, 11) && is_run(s, 19, 4);
    return old || new;
}

static const struct {
    str flag, status, address;
} exim_flags[] = {
    {STR_INIT("<="), STR_INIT("received"),  STR_INIT("From")},
    {STR_INIT("=>"), STR_INIT("delivered"), STR_INIT("To")  },
    {STR_INIT("->"), STR_INIT("delivered"), STR_INIT("To")  },
    {STR_INIT(">>"), STR_INIT("delivered"), STR_INIT("To")  },
    {STR_INIT("**"), STR_INIT("failed"),    STR_INIT("To")  },
    {STR_INIT("=="), STR_INIT("deferred"),  STR_INIT("To")  },
};

static void exim_host(struct mail_line *m, str text)
{
    size_t at = str_find(text, STR("H="));
    str host = str_from(text, at + 2);
    add_peer(m, str_sub(host, 0, str_find_char(host, ']') + 1));
}

/* A=login:alice */
static void exim_user(struct mail_line *m, str text)
{
    size_t at = str_find(text, STR(" A="));
    str rest = str_from(text, at + 3), method;
    str value = str_sub(rest, 0, str_find_char(rest, ' '));
    if (str_cut(&value, ':', &method)) {
        mail_line_add(m, STR("Method"), method);
        mail_line_add(m, STR("User"), value);
    }
}

static void exim_read(struct mail_line *m, str message)
{
    str rest = message, id, flag, address;
    if (str_cut(&rest, ' ', &id) && mail_is_exim_id(id)) {
        mail_line_add(m, STR("QueueId"), id);
    } else {
        rest = message;
    }
    str after = rest;
    bool both = str_cut(&after, ' ', &flag) && str_cut(&after, ' ', &address);
    for (size_t i = 0; both && i < ARRAY_LEN(exim_flags); i++) {
        if (str_eq(exim_flags[i].flag, flag)) {
            mail_line_add(m, STR("Status"), exim_flags[i].status);
            mail_line_add(m, exim_flags[i].address, address);
        }
    }
    if (str_eq(rest, STR("Completed"))) {
        mail_line_add(m, STR("Status"), STR("completed"));
    } else if (str_has(rest, STR("rejected"))) {
        mail_line_add(m, STR("Status"), STR("rejected"));
    }
    exim_host(m, rest);
    exim_user(m, rest);
    add_pairs(m, STR("exim"), rest);
}

void mail_line_read(struct mail_line *m, str channel, str program, str message)
{
    if (str_eq(channel, STR("postfix"))) {
        postfix_read(m, program, message);
    } else if (str_eq(channel, STR("dovecot"))) {
        dovecot_read(m, message);
    } else if (str_eq(channel, STR("exim"))) {
        exim_read(m, message);
    }
}
