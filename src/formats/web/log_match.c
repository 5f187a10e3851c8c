/* log_pattern_match(): a line against a compiled format string. */
#include "formats/web/columns.h"
#include "formats/web/log_pattern.h"

#include <string.h>

static void put(struct log_pattern *p, size_t field, str value)
{
    value = columns_value(value);
    p->fields[field].data = (const uint8_t *)value.p;
    p->fields[field].len = (uint32_t)value.len;
}

static bool starts_at(str line, size_t at, str what)
{
    return line.len - at >= what.len && memcmp(line.p + at, what.p, what.len) == 0;
}

/* ---- where a value ends */

static bool is_escaped(str line, size_t from, size_t at)
{
    size_t slashes = 0;
    while (at - slashes > from && line.p[at - slashes - 1] == '\\') {
        slashes++;
    }
    return slashes % 2 == 1;
}

/* The first place from `at` where `what` stands; line.len when it does not. */
static size_t find_text(str line, size_t at, str what, bool quoted)
{
    for (size_t i = at; i < line.len; i++) {
        const char *hit = memchr(line.p + i, what.p[0], line.len - i);
        if (!hit) {
            break;
        }
        i = (size_t)(hit - line.p);
        if (starts_at(line, i, what) && !(quoted && is_escaped(line, at, i))) {
            return i;
        }
    }
    return line.len;
}

static size_t find_blank(str line, size_t at)
{
    while (at < line.len && line.p[at] != ' ') {
        at++;
    }
    return at;
}

/* ---- times */

static int two_digits(const char *p)
{
    int tens = p[0] - '0', ones = p[1] - '0';
    return (tens | ones) >= 0 && tens <= 9 && ones <= 9 ? tens * 10 + ones : 1000;
}

enum { CLF_DAY = 11, CLF_ZONE = 20 };

static void read_day(struct log_pattern *p, const char *text)
{
    memcpy(p->day_text, text, CLF_DAY);
    memcpy(p->day_text + CLF_DAY, text + CLF_ZONE, CLF_LEN - CLF_ZONE);
    struct civil c = {
        .year = two_digits(text + 7) * 100 + two_digits(text + 9),
        .month = month_named((str){text + 3, 3}),
        .day = two_digits(text),
    };
    int minutes = two_digits(text + 22) * 60 + two_digits(text + 24);
    bool sign = text[21] == '+' || text[21] == '-';
    bool good = text[2] == '/' && text[6] == '/' && text[20] == ' ' && sign && minutes < 24 * 60;
    p->day = good ? time_of_civil(c) : TIME_NONE;
    p->zone = (text[21] == '-' ? -60 : 60) * (minutes * USEC_PER_SEC);
}

usec log_pattern_clf_time(struct log_pattern *p, str value)
{
    if (value.len != CLF_LEN || value.p[11] != ':' || value.p[14] != ':' || value.p[17] != ':') {
        return TIME_NONE;
    }
    if (memcmp(value.p, p->day_text, CLF_DAY) != 0 ||
        memcmp(value.p + CLF_ZONE, p->day_text + CLF_DAY, CLF_LEN - CLF_ZONE) != 0) {
        read_day(p, value.p);
    }
    int hour = two_digits(value.p + 12), minute = two_digits(value.p + 15),
        second = two_digits(value.p + 18);
    if (p->day == TIME_NONE || hour > 23 || minute > 59 || second > 60) {
        return TIME_NONE;
    }
    return p->day + ((hour * 60 + minute) * 60 + second) * USEC_PER_SEC - p->zone;
}

/* Digits, perhaps with a fraction; `unit` is how many microseconds one of them is. */
static usec unix_time(str value, usec unit)
{
    uint64_t whole = 0, part = 0;
    str fraction = value, digits;
    if (!str_cut(&fraction, '.', &digits) || digits.len > 17 || !str_u64(digits, &whole)) {
        return TIME_NONE;
    }
    usec scale = unit;
    for (size_t i = 0; fraction.p && i < fraction.len && scale >= 10; i++) {
        if (!ascii_is_digit(fraction.p[i])) {
            return TIME_NONE;
        }
        scale /= 10;
        part += (uint64_t)(fraction.p[i] - '0') * (uint64_t)scale;
    }
    usec time = 0;
    if (__builtin_mul_overflow((usec)whole, unit, &time) || civil_of_time(time).year > 9999) {
        return TIME_NONE;
    }
    return time + (usec)part;
}

static usec time_of(struct log_pattern *p, enum log_part_kind kind, str value)
{
    switch (kind) {
    case PART_TIME_CLF:
        return log_pattern_clf_time(p, value);
    case PART_TIME_UNIX:
        return unix_time(value, USEC_PER_SEC);
    case PART_TIME_MSEC:
        return unix_time(value, USEC_PER_SEC / 1000);
    case PART_TIME_USEC:
        return unix_time(value, 1);
    default:
        return time_parse(value);
    }
}

/* ---- requests */

/* Behind scheme and host. */
static size_t path_begins(str url)
{
    size_t scheme = str_find(url, STR("://")), host = scheme + 3;
    return scheme < url.len ? host + str_find_char(str_from(url, host), '/') : 0;
}

/* Into two fields: path and query. */
static void put_uri(struct log_pattern *p, size_t field, str uri)
{
    size_t question = str_find_char(uri, '?');
    put(p, field, str_sub(uri, 0, question));
    put(p, field + 1, str_from(uri, question + 1));
}

/* example.com for http://example.com:8080/ and for example.com:443, which CONNECT asks for. */
static str host_of(str url)
{
    size_t scheme = str_find(url, STR("://"));
    str host = scheme < url.len ? str_from(url, scheme + 3) : url;
    host = str_sub(host, 0, str_find_char(host, '/'));
    return str_sub(host, 0, str_find_char(host, ':'));
}

static bool is_method(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((s.p[i] < 'A' || s.p[i] > 'Z') && s.p[i] != '_' && s.p[i] != '-') {
            return false;
        }
    }
    return s.len > 0;
}

static size_t version_begins(str request)
{
    size_t at = request.len;
    while (at > 0 && request.len - at < 9 && request.p[at - 1] != ' ') {
        at--;
    }
    bool version = at > 0 && request.p[at - 1] == ' ' && starts_at(request, at, STR("HTTP/"));
    return version ? at : request.len;
}

/* "GET /path?query HTTP/1.1". What is none is all URL: that is where an attack would be. */
static void put_request(struct log_pattern *p, size_t field, str request)
{
    size_t blank = find_blank(request, 0), version = version_begins(request);
    str method = str_sub(request, 0, blank);
    if (!is_method(method) || blank == request.len) {
        method = str_sub(request, 0, 0);
        blank = 0;
    }
    size_t from = method.len ? blank + 1 : 0;
    size_t to = version < request.len ? version - 1 : request.len;
    put(p, field, method);
    put_uri(p, field + 1, str_sub(request, from, to > from ? to - from : 0));
    put(p, field + 3, str_from(request, version));
}

/* ---- parts */

static bool is_status(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!ascii_is_digit(s.p[i])) {
            return s.len == 1 && s.p[0] == '-';
        }
    }
    return s.len == 3;
}

static bool put_part(struct log_pattern *p, const struct log_part *part, str value)
{
    switch (part->kind) {
    case PART_TEXT:
        put(p, part->field, value);
        return true;
    case PART_STATUS:
        put(p, part->field, value);
        return is_status(value);
    case PART_REQUEST:
        put_request(p, part->field, value);
        return true;
    case PART_URI:
        put_uri(p, part->field, value);
        return true;
    case PART_URL:
        put_uri(p, part->field, str_from(value, path_begins(value)));
        put(p, part->field + 2, host_of(value));
        put(p, part->field + 3, value);
        return true;
    case PART_QUERY:
        put(p, part->field, str_starts(value, STR("?")) ? str_from(value, 1) : value);
        return true;
    default:
        put(p, part->field, value);
        p->time = time_of(p, part->kind, value);
        return p->time != TIME_NONE || part->kind != PART_TIME_CLF;
    }
}

/* Where the value that begins at `at` ends; SIZE_MAX: what should stand behind it does not. */
static size_t value_end(const struct log_pattern *p, size_t part, str line, size_t at)
{
    bool last = part + 1 == p->nparts;
    str next = last ? p->after : p->parts[part + 1].before;
    const struct log_part *this = &p->parts[part];
    if (this->kind == PART_TIME_CLF) {
        return line.len - at >= CLF_LEN ? at + CLF_LEN : SIZE_MAX;
    }
    if (last ? !next.len && p->extra : part + 1 == p->optional) {
        return find_blank(line, at);
    }
    if (!next.len) {
        return line.len;
    }
    bool simple = this->word || (next.len == 1 && next.p[0] == ' ');
    size_t end = simple ? find_blank(line, at) : find_text(line, at, next, this->quoted);
    return end < line.len ? end : SIZE_MAX;
}

/* `*at` moves behind the value. */
static bool match_part(struct log_pattern *p, size_t i, str line, size_t *at)
{
    const struct log_part *part = &p->parts[i];
    if (!starts_at(line, *at, part->before)) {
        return false;
    }
    size_t from = *at + part->before.len;
    while (part->padded && from < line.len && line.p[from] == ' ') {
        from++;
    }
    size_t end = value_end(p, i, line, from);
    if (end == SIZE_MAX || !put_part(p, part, (str){line.p + from, end - from})) {
        return false;
    }
    *at = end;
    return true;
}

/* What is missing is missing at the end of the line. */
static void empty_from(struct log_pattern *p, size_t part, str line)
{
    size_t field = part < p->nparts ? p->parts[part].field : p->nfields;
    for (; field < p->nfields; field++) {
        put(p, field, str_from(line, line.len));
    }
}

/* What stands behind the last value. */
static bool match_rest(struct log_pattern *p, str line, size_t at)
{
    str rest = str_from(line, at);
    if (!p->extra) {
        return rest.len == 0;
    }
    bool apart = !rest.len || rest.p[0] == ' ';
    put(p, p->nfields - 1, str_trim(rest));
    return apart;
}

bool log_pattern_match(struct log_pattern *p, str line)
{
    size_t at = 0, optional_at = 0, i = 0;
    p->time = TIME_NONE;
    for (; i < p->nparts; i++) {
        optional_at = i == p->optional ? at : optional_at;
        if (!match_part(p, i, line, &at)) {
            break;
        }
    }
    if (i == p->nparts && starts_at(line, at, p->after)) {
        return match_rest(p, line, at + p->after.len);
    }
    if (i < p->optional || p->optional == p->nparts) {
        return false;
    }
    empty_from(p, p->optional, line);
    return match_rest(p, line, optional_at);
}
