#include "attribute/attack_parts.h"
#include "model/time.h"

static bool number(str s, unsigned least, unsigned most, unsigned *out)
{
    uint64_t n = 0;
    bool ok = s.len && s.len <= 4 && str_u64(s, &n) && n >= least && n <= most;
    *out = ok ? (unsigned)n : 0;
    return ok;
}

static str date_of(struct arena *a, unsigned year, int month, unsigned day)
{
    return arena_printf(a, "%04u-%02d-%02u", year, month, day);
}

/* 2021, March 2 or 2021, March or 2021 */
static str year_first(str s, struct arena *a)
{
    str year = STR_NONE, month = STR_NONE;
    unsigned y, d = 1;
    (void)str_cut(&s, ',', &year);
    s = str_trim(s);
    (void)str_cut(&s, ' ', &month);
    str day = str_trim(s);
    int m = month.len ? month_named(str_sub(month, 0, 3)) : 1;
    bool ok = number(str_trim(year), 1990, 2100, &y) && m && (!day.len || number(day, 1, 31, &d));
    return ok ? date_of(a, y, m, d) : STR_NONE;
}

/* March 3, 2021 */
static str month_first(str s, struct arena *a)
{
    str month = STR_NONE, day = STR_NONE, year = STR_NONE;
    unsigned y, d;
    (void)str_cut(&s, ' ', &month);
    (void)str_cut(&s, ',', &day);
    s = str_trim(s);
    while (year.len < s.len && ascii_is_digit(s.p[year.len])) {
        year = str_sub(s, 0, year.len + 1);
    }
    int m = month_named(str_sub(month, 0, 3));
    bool ok = m && number(str_trim(day), 1, 31, &d) && number(year, 1990, 2100, &y);
    return ok ? date_of(a, y, m, d) : STR_NONE;
}

str citation_date(str description, struct arena *a)
{
    for (str rest = description, before; str_cut(&rest, '(', &before);) {
        str date = year_first(str_sub(rest, 0, str_find_char(rest, ')')), a);
        if (date.len) {
            return date;
        }
    }
    str word = STR("Retrieved ");
    size_t at = str_find(description, word);
    return at < description.len ? month_first(str_from(description, at + word.len), a) : STR_NONE;
}
