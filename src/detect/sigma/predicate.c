#include "detect/sigma/predicate.h"

#include "detect/sigma/number.h"
#include "detect/sigma/values.h"
#include "match/fold.h"
#include "match/glob.h"

static bool decide(enum comparison comparison, int order)
{
    switch (comparison) {
    case COMPARE_EQ:
        return order == 0;
    case COMPARE_NEQ:
        return order != 0;
    case COMPARE_LT:
        return order < 0;
    case COMPARE_LTE:
        return order <= 0;
    case COMPARE_GT:
        return order > 0;
    case COMPARE_GTE:
        return order >= 0;
    }
    return false;
}

/* ISO 8601: the week that holds the year's first Thursday is week 1. */
static int iso_week(struct civil c)
{
    usec day = time_of_civil((struct civil){.year = c.year, .month = c.month, .day = c.day});
    int64_t days = day / (86400 * USEC_PER_SEC) - (day < 0);
    int64_t weekday = ((days + 3) % 7 + 7) % 7; /* 0 is Monday */
    struct civil thursday = civil_of_time(day + (3 - weekday) * 86400 * USEC_PER_SEC);
    usec january = time_of_civil((struct civil){.year = thursday.year, .month = 1, .day = 1});
    usec at = time_of_civil(
        (struct civil){.year = thursday.year, .month = thursday.month, .day = thursday.day});
    return (int)((at - january) / (INT64_C(7) * 86400 * USEC_PER_SEC)) + 1;
}

static int part_of_time(enum time_part part, struct civil c)
{
    switch (part) {
    case PART_MINUTE:
        return c.minute;
    case PART_HOUR:
        return c.hour;
    case PART_DAY:
        return c.day;
    case PART_WEEK:
        return iso_week(c);
    case PART_MONTH:
        return c.month;
    case PART_YEAR:
        return c.year;
    case PART_NONE:
        break;
    }
    return 0;
}

/* The wall clock of the value as written: no time zone is applied. */
static bool time_part_text(enum time_part part, str value, struct arena *scratch, str *out)
{
    usec t = time_parse(str_sub(value, 0, value.len < 19 ? value.len : 19));
    if (t == TIME_NONE) {
        return false;
    }
    *out = arena_printf(scratch, "%d", part_of_time(part, civil_of_time(t)));
    return true;
}

static bool compares(const struct predicate *p, str value, struct arena *scratch)
{
    struct number asked, given;
    if (p->part != PART_NONE && !time_part_text(p->part, value, scratch, &value)) {
        return false;
    }
    return number_parse(p->text, &asked) && number_parse(value, &given) &&
           decide(p->comparison, number_cmp(&given, &asked));
}

static bool glob_fits(str glob, unsigned flags, str value, struct arena *scratch)
{
    struct fold text = {0};
    bool cased = flags & PATTERN_CASED;
    str folded = fold_glob(scratch, glob, cased);
    bool ascii = false;
    str given = cased ? fold_clean(&text, value) : fold_text(&text, value, &ascii);
    bool fits = glob_match(folded, given);
    fold_done(&text);
    return fits;
}

bool predicate_fits(const struct predicate *p, str value, struct arena *scratch)
{
    struct number asked, given;
    struct address address;
    switch (p->kind) {
    case PREDICATE_TEXT:
        return glob_fits(p->text, p->flags, value, scratch);
    case PREDICATE_REGEX:
        return matcher_search(p->text, p->flags, value);
    case PREDICATE_NUMBER:
        return number_parse(p->text, &asked) && number_parse(value, &given) &&
               number_cmp(&asked, &given) == 0;
    case PREDICATE_COMPARE:
        return compares(p, value, scratch);
    case PREDICATE_NETWORK:
        return address_parse(value, &address) && network_has(&p->network, &address);
    default:
        return false;
    }
}

static str with_any(str text, enum affix affix, struct arena *scratch)
{
    static const char any[] = {GLOB_ANY, 0};
    return arena_printf(scratch, "%s%.*s%s", affix & AFFIX_END ? any : "", (int)text.len,
                        text.len ? text.p : "", affix & AFFIX_START ? any : "");
}

static bool other_field_holds(const struct predicate *p, const struct look *look,
                              struct arena *scratch, str *value)
{
    struct seen *mine = NULL, *others = NULL;
    size_t nmine = look_at(look, p->field, scratch, &mine);
    size_t nothers = look_at(look, p->other, scratch, &others);
    *value = nmine ? mine[0].text : STR_NONE;
    for (size_t i = 0; i < nmine; i++) {
        for (size_t j = 0; j < nothers; j++) {
            bool both = !mine[i].null && !others[j].null;
            str glob = with_any(others[j].text, p->affix, scratch);
            if (both && glob_fits(glob, p->flags, mine[i].text, scratch)) {
                *value = mine[i].text;
                return true;
            }
        }
    }
    return false;
}

static bool null_holds(const struct seen *seen, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (seen[i].null || seen[i].text.len == 0) {
            return true;
        }
    }
    return count == 0;
}

bool predicate_holds(const struct predicate *p, const struct look *look, struct arena *scratch,
                     str *value)
{
    if (p->kind == PREDICATE_OTHER_FIELD) {
        return other_field_holds(p, look, scratch, value);
    }
    struct seen *seen = NULL;
    size_t count = p->field == FIELD_NONE ? look_everywhere(look, scratch, &seen)
                                          : look_at(look, p->field, scratch, &seen);
    *value = count ? seen[0].text : STR_NONE;
    if (p->kind == PREDICATE_EXISTS) {
        return count > 0;
    }
    if (p->kind == PREDICATE_NULL) {
        return null_holds(seen, count);
    }
    for (size_t i = 0; i < count; i++) {
        if (!seen[i].null && predicate_fits(p, seen[i].text, scratch)) {
            *value = seen[i].text;
            return true;
        }
    }
    return false;
}

/* ---- for people */

static str describe_glob(const struct predicate *p, struct arena *a)
{
    str g = p->text;
    bool before = g.len > 1 && g.p[0] == GLOB_ANY, after = g.len > 1 && g.p[g.len - 1] == GLOB_ANY;
    str inside = str_sub(g, before, g.len - before - after);
    const char *word = before && after ? "contains"
                       : before        ? "endswith"
                       : after         ? "startswith"
                                       : "is";
    if (!glob_is_literal(inside)) {
        inside = g;
        word = "is like";
    }
    str text = sigma_of_glob(a, inside);
    bool hidden = text.len && (text.p[0] == ' ' || text.p[text.len - 1] == ' ');
    return arena_printf(a, hidden ? "%s%s \"%.*s\"" : "%s%s %.*s", word,
                        p->flags & PATTERN_CASED ? " (case counts)" : "", STR_ARG(text));
}

static str describe_compare(const struct predicate *p, struct arena *a)
{
    static const char *const parts[] = {"", "minute ", "hour ", "day ", "week ", "month ", "year "};
    static const char *const signs[] = {
        [COMPARE_EQ] = "=",   [COMPARE_NEQ] = "!=", [COMPARE_LT] = "<",
        [COMPARE_LTE] = "<=", [COMPARE_GT] = ">",   [COMPARE_GTE] = ">="};
    return arena_printf(a, "%s%s %.*s", parts[p->part], signs[p->comparison], STR_ARG(p->text));
}

str predicate_describe(const struct predicate *p, struct arena *a)
{
    static const char *const affixes[] = {"equals the field", "starts with the field",
                                          "ends with the field", "contains the field"};
    switch (p->kind) {
    case PREDICATE_TEXT:
        return describe_glob(p, a);
    case PREDICATE_REGEX:
        return arena_printf(a, "matches %.*s", STR_ARG(p->text));
    case PREDICATE_NUMBER:
        return arena_printf(a, "is %.*s", STR_ARG(p->text));
    case PREDICATE_COMPARE:
        return describe_compare(p, a);
    case PREDICATE_NETWORK:
        return arena_printf(a, "is in %.*s", STR_ARG(p->text));
    case PREDICATE_EXISTS:
        return STR("is there");
    case PREDICATE_NULL:
        return STR("is absent or empty");
    case PREDICATE_OTHER_FIELD:
        return arena_printf(a, "%s %.*s", affixes[p->affix], STR_ARG(p->text));
    case PREDICATE_KINDS:
        break;
    }
    return STR_NONE;
}
