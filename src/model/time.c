#include "model/time.h"

enum { SECONDS_PER_DAY = 86400 };

/* 1601-01-01 to 1970-01-01, and to the end of the year 9999, in 100 ns. */
static const uint64_t filetime_epoch = UINT64_C(116444736000000000);
static const uint64_t filetime_last = UINT64_C(2650467743999999999);

usec time_of_filetime(uint64_t filetime)
{
    if (filetime == 0 || filetime > filetime_last) {
        return TIME_NONE;
    }
    return ((int64_t)filetime - (int64_t)filetime_epoch) / 10;
}

usec time_of_unix(int64_t seconds)
{
    usec t = 0;
    return __builtin_mul_overflow(seconds, USEC_PER_SEC, &t) ? TIME_NONE : t;
}

/* Days since 1970-01-01, counting years from March so that a leap day ends one. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

usec time_of_civil(struct civil c)
{
    bool date = c.year >= 1 && c.year <= 9999 && c.month >= 1 && c.month <= 12 && c.day >= 1 &&
                c.day <= days_in_month(c.year, c.month);
    /* Second 60 is a leap second: it becomes the next minute's first. */
    bool clock = c.hour >= 0 && c.hour < 24 && c.minute >= 0 && c.minute < 60 && c.second >= 0 &&
                 c.second <= 60 && c.usec >= 0 && c.usec < USEC_PER_SEC;
    if (!date || !clock) {
        return TIME_NONE;
    }
    int64_t of_day = (c.hour * INT64_C(60) + c.minute) * 60 + c.second;
    int64_t seconds = days_of(c.year, c.month, c.day) * SECONDS_PER_DAY + of_day;
    return seconds * USEC_PER_SEC + c.usec;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct civil civil_of_time(usec t)
{
    int64_t seconds = floor_div(t, USEC_PER_SEC);
    int64_t days = floor_div(seconds, SECONDS_PER_DAY);
    int64_t of_day = seconds - days * SECONDS_PER_DAY;
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    int64_t month = shifted + (shifted < 10 ? 3 : -9);
    return (struct civil){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = (int)month,
        .day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1),
        .hour = (int)(of_day / 3600),
        .minute = (int)(of_day / 60 % 60),
        .second = (int)(of_day % 60),
        .usec = (int)(t - seconds * USEC_PER_SEC),
    };
}

/* Exactly `count` digits; -1 when they are not there. */
static int take_digits(str *s, size_t count)
{
    int n = 0;
    if (s->len < count) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (!ascii_is_digit(s->p[i])) {
            return -1;
        }
        n = n * 10 + (s->p[i] - '0');
    }
    *s = str_from(*s, count);
    return n;
}

static bool take_char(str *s, char c)
{
    if (!s->len || s->p[0] != c) {
        return false;
    }
    *s = str_from(*s, 1);
    return true;
}

static int take_fraction(str *s)
{
    int usec_part = 0, digits = 0;
    while (s->len && ascii_is_digit(s->p[0])) {
        if (digits++ < 6) {
            usec_part = usec_part * 10 + (s->p[0] - '0');
        }
        *s = str_from(*s, 1);
    }
    for (int i = digits; i < 6; i++) {
        usec_part *= 10;
    }
    return digits ? usec_part : -1;
}

static bool take_zone(str *s, int64_t *minutes)
{
    *minutes = 0;
    if (s->len == 0 || take_char(s, 'Z') || take_char(s, 'z')) {
        return true;
    }
    bool minus = s->p[0] == '-';
    if (!take_char(s, '+') && !take_char(s, '-')) {
        return false;
    }
    int hours = take_digits(s, 2);
    (void)take_char(s, ':');
    int mins = s->len ? take_digits(s, 2) : 0;
    if (hours < 0 || hours > 23 || mins < 0 || mins > 59) {
        return false;
    }
    int64_t offset = hours * INT64_C(60) + mins;
    *minutes = minus ? -offset : offset;
    return true;
}

usec time_parse(str s)
{
    struct civil c = {0};
    c.year = take_digits(&s, 4);
    if (!take_char(&s, '-')) {
        return TIME_NONE;
    }
    c.month = take_digits(&s, 2);
    if (!take_char(&s, '-')) {
        return TIME_NONE;
    }
    c.day = take_digits(&s, 2);
    if (s.len == 0) {
        return time_of_civil(c);
    }
    if (!take_char(&s, 'T') && !take_char(&s, 't') && !take_char(&s, ' ')) {
        return TIME_NONE;
    }
    c.hour = take_digits(&s, 2);
    bool minutes = take_char(&s, ':');
    c.minute = take_digits(&s, 2);
    c.second = take_char(&s, ':') ? take_digits(&s, 2) : 0;
    c.usec = take_char(&s, '.') || take_char(&s, ',') ? take_fraction(&s) : 0;
    int64_t zone = 0;
    (void)take_char(&s, ' ');
    usec t = time_of_civil(c);
    if (!minutes || t == TIME_NONE || !take_zone(&s, &zone) || s.len) {
        return TIME_NONE;
    }
    return t - zone * 60 * USEC_PER_SEC;
}

str time_text(struct arena *a, usec t)
{
    if (t == TIME_NONE) {
        return STR_NONE;
    }
    struct civil c = civil_of_time(t);
    str date = arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour,
                            c.minute, c.second);
    if (c.usec == 0) {
        return arena_printf(a, "%.*sZ", STR_ARG(date));
    }
    if (c.usec % 1000 == 0) {
        return arena_printf(a, "%.*s.%03dZ", STR_ARG(date), c.usec / 1000);
    }
    return arena_printf(a, "%.*s.%06dZ", STR_ARG(date), c.usec);
}

int month_named(str name)
{
    static const str months[] = {
        STR_INIT("Jan"), STR_INIT("Feb"), STR_INIT("Mar"), STR_INIT("Apr"),
        STR_INIT("May"), STR_INIT("Jun"), STR_INIT("Jul"), STR_INIT("Aug"),
        STR_INIT("Sep"), STR_INIT("Oct"), STR_INIT("Nov"), STR_INIT("Dec"),
    };
    for (size_t i = 0; i < ARRAY_LEN(months); i++) {
        if (str_eq_nocase(name, months[i])) {
            return (int)i + 1;
        }
    }
    return 0;
}
