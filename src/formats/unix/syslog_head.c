#include "formats/unix/syslog_head.h"

enum { PRIORITY_DIGITS = 3, PROGRAM_MAX = 128 };

/* Up to the first blank; `*rest` behind the blanks that follow. */
static str word(str *rest)
{
    size_t end = str_find_char(*rest, ' '), next = end;
    str w = str_sub(*rest, 0, end);
    while (next < rest->len && rest->p[next] == ' ') {
        next++;
    }
    *rest = str_from(*rest, next);
    return w;
}

static bool number(str text, int *out)
{
    uint64_t n;
    bool good = text.len >= 1 && text.len <= 2 && str_u64(text, &n);
    *out = good ? (int)n : 0;
    return good;
}

/* 10:11:12, perhaps with a fraction. */
static bool clock_of(str text, struct civil *c)
{
    str hour, minute, rest = text;
    uint64_t part = 0;
    if (!str_cut(&rest, ':', &hour) || !str_cut(&rest, ':', &minute)) {
        return false;
    }
    str second = str_sub(rest, 0, str_find_char(rest, '.'));
    str fraction = str_sub(str_from(rest, second.len + 1), 0, 6);
    if (fraction.len && !str_u64(fraction, &part)) {
        return false;
    }
    for (size_t digits = fraction.len; part && digits < 6; digits++) {
        part *= 10;
    }
    c->usec = (int)part;
    return number(hour, &c->hour) && number(minute, &c->minute) && number(second, &c->second) &&
           c->hour < 24 && c->minute < 60 && c->second < 61;
}

/* The latest year that does not make it later than a day after `modified`. */
static usec in_year_before(struct civil c, usec modified)
{
    if (modified <= 0) {
        return TIME_NONE;
    }
    usec latest = modified + USEC_PER_DAY;
    for (int back = 0; back < 5; back++) { /* 29 February may be far */
        c.year = civil_of_time(latest).year - back;
        usec t = time_of_civil(c);
        if (t != TIME_NONE && t <= latest) {
            return t;
        }
    }
    return TIME_NONE;
}

/* `Mar  3 10:11:12`, or `Mar  3 2021 10:11:12` as some devices write. */
static bool old_time(str *rest, usec modified, usec *out)
{
    struct civil c = {.month = month_named(word(rest))};
    uint64_t year = 0;
    if (!c.month || !number(word(rest), &c.day) || c.day < 1 || c.day > 31) {
        return false;
    }
    str next = word(rest);
    if (next.len == 4 && str_u64(next, &year)) {
        next = word(rest);
    }
    if (next.len && next.p[next.len - 1] == ':') {
        next.len--;
    }
    if (!clock_of(next, &c)) {
        return false;
    }
    c.year = (int)year;
    *out = year ? time_of_civil(c) : in_year_before(c, modified);
    return true;
}

static bool any_time(str *rest, usec modified, usec *out)
{
    if (rest->len && ascii_is_digit(rest->p[0])) {
        str when = word(rest);
        *out = time_parse(when);
        return *out != TIME_NONE && str_has(when, STR("T")); /* a date alone begins other logs */
    }
    return old_time(rest, modified, out);
}

/* `sshd[812]: text`, `kernel: text`: false when no colon ends a name. */
static bool tag(str *rest, struct syslog_head *h)
{
    size_t end = 0;
    while (end < rest->len && rest->p[end] != ' ' && rest->p[end] != ':' && rest->p[end] != '[') {
        end++;
    }
    str name = str_sub(*rest, 0, end), behind = str_from(*rest, end), pid = STR_NONE;
    if (str_starts(behind, STR("["))) {
        size_t close = str_find_char(behind, ']');
        pid = str_sub(behind, 1, close - 1);
        behind = str_from(behind, close + 1);
    }
    if (!name.len || name.len > PROGRAM_MAX || !str_starts(behind, STR(":"))) {
        return false;
    }
    h->program = name;
    h->pid = pid;
    *rest = str_from(behind, 1);
    *rest = str_from(*rest, str_starts(*rest, STR(" ")) ? 1 : 0);
    return true;
}

/* The host may be left out: then what stands there is the program. */
static void old_rest(str rest, struct syslog_head *h)
{
    if (!tag(&rest, h)) {
        h->host = word(&rest);
        (void)tag(&rest, h);
    }
    h->message = rest;
}

static str nil(str word)
{
    return str_eq(word, STR("-")) ? STR_NONE : word;
}

/* [id name="value" ...][...]; a bracket may stand escaped inside quotes. */
static str take_structured(str *rest)
{
    size_t at = 0;
    bool quoted = false;
    if (str_starts(*rest, STR("-"))) {
        *rest = str_from(*rest, 1);
        return STR_NONE;
    }
    while (at < rest->len && (quoted || at == 0 || rest->p[at - 1] != ']' || rest->p[at] == '[')) {
        char c = rest->p[at];
        at += c == '\\' && at + 1 < rest->len;
        quoted ^= c == '"';
        at++;
    }
    str all = str_sub(*rest, 0, at);
    *rest = str_from(*rest, at);
    return all;
}

static bool new_rest(str rest, struct syslog_head *h)
{
    str when = word(&rest);
    h->time = str_eq(when, STR("-")) ? TIME_NONE : time_parse(when);
    h->host = nil(word(&rest));
    h->program = nil(word(&rest));
    h->pid = nil(word(&rest));
    (void)word(&rest); /* the kind of message */
    if (!str_starts(rest, STR("[")) && !str_starts(rest, STR("-"))) {
        return false;
    }
    h->structured = take_structured(&rest);
    rest = str_from(rest, str_starts(rest, STR(" ")) ? 1 : 0);
    h->message = str_from(rest, str_starts(rest, STR("\xef\xbb\xbf")) ? 3 : 0);
    return h->time != TIME_NONE || str_eq(when, STR("-"));
}

bool syslog_head(str line, usec modified, struct syslog_head *out)
{
    *out = (struct syslog_head){.time = TIME_NONE};
    str rest = line;
    if (str_starts(rest, STR("<"))) {
        size_t close = str_find_char(rest, '>');
        uint64_t n;
        out->priority = str_sub(rest, 1, close - 1);
        if (close > PRIORITY_DIGITS + 1 || !str_u64(out->priority, &n)) {
            return false;
        }
        rest = str_from(rest, close + 1);
        if (str_starts(rest, STR("1 "))) {
            return new_rest(str_from(rest, 2), out);
        }
    }
    if (!any_time(&rest, modified, &out->time)) {
        return false;
    }
    old_rest(rest, out);
    return true;
}
