/* Canonical JSON. Numbers are written as ECMAScript does: the fewest digits that read back as the
 * same double, plain between 1e-6 and 1e21 and with an exponent otherwise. */
#include "base/json_tree.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 17, NUMBER_MAX = 400 };

struct decimal { /* 0.DIGITS times ten to the `point` */
    char digits[DIGITS_MAX + 1];
    int count, point;
    bool minus;
};

static struct decimal shortest(double n)
{
    char text[40];
    struct decimal d = {.minus = n < 0};
    for (int precision = 0; precision < DIGITS_MAX; precision++) {
        (void)snprintf(text, sizeof text, "%.*e", precision, n < 0 ? -n : n);
        if (strtod(text, NULL) == (n < 0 ? -n : n)) {
            break;
        }
    }
    const char *p = text;
    for (; *p && *p != 'e'; p++) {
        if (ascii_is_digit(*p)) {
            d.digits[d.count++] = *p;
        }
    }
    int64_t exponent = 0;
    (void)str_i64(str_of(p[1] == '+' ? p + 2 : p + 1), &exponent);
    d.point = (int)exponent + 1;
    return d;
}

static void zeros(struct buf *out, int count)
{
    for (int i = 0; i < count; i++) {
        buf_char(out, '0');
    }
}

static void write_decimal(struct buf *out, const struct decimal *d)
{
    str digits = {d->digits, (size_t)d->count};
    size_t whole = d->point > 0 ? (size_t)d->point : 0;
    if (d->point >= d->count && d->point <= 21) {
        buf_add(out, digits);
        zeros(out, d->point - d->count);
    } else if (d->point > 0 && d->point <= 21) {
        buf_printf(out, "%.*s.", (int)whole, digits.p);
        buf_add(out, str_from(digits, whole));
    } else if (d->point > -6 && d->point <= 0) {
        buf_add(out, STR("0."));
        zeros(out, -d->point);
        buf_add(out, digits);
    } else {
        buf_char(out, digits.p[0]);
        buf_add(out, digits.len > 1 ? STR(".") : STR_NONE);
        buf_add(out, str_from(digits, 1));
        buf_printf(out, "e%+d", d->point - 1);
    }
}

static void write_number(struct buf *out, str text)
{
    char copy[NUMBER_MAX + 1] = {0};
    bool fits = text.len <= NUMBER_MAX;
    memcpy(copy, text.p, fits ? text.len : 0);
    double n = strtod(copy, NULL);
    if (!fits || n - n != 0) {
        out->bad = true;
    } else if (n == 0) {
        buf_char(out, '0');
    } else {
        struct decimal d = shortest(n);
        buf_add(out, d.minus ? STR("-") : STR_NONE);
        write_decimal(out, &d);
    }
}

static void write_string(struct buf *out, str s)
{
    static const char letters[] = "btn\0fr"; /* of the controls from 8 to 13 */
    buf_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = (uint8_t)s.p[i];
        bool named = c >= 8 && c <= 13 && c != 11;
        if (c == '"' || c == '\\' || named) {
            buf_char(out, '\\');
            buf_char(out, named ? letters[c - 8] : (char)c);
        } else if (c < 0x20) {
            buf_printf(out, "\\u%04x", c);
        } else {
            buf_char(out, (char)c);
        }
    }
    buf_char(out, '"');
}

/* By UTF-16 units: what lies beyond the first plane begins with a surrogate, before U+E000. */
static int by_units(const void *a, const void *b)
{
    const struct json_value *const *x = a, *const *y = b;
    str s = (*x)->name, t = (*y)->name;
    size_t i = 0, j = 0;
    while (i < s.len && j < t.len) {
        uint32_t c = utf8_next(s, &i), d = utf8_next(t, &j);
        if (c != d) {
            bool far_c = c > 0xffff, far_d = d > 0xffff;
            uint32_t unit_c = far_c ? 0xd7c0 + (c >> 10) : c;
            uint32_t unit_d = far_d ? 0xd7c0 + (d >> 10) : d;
            return unit_c != unit_d ? (unit_c > unit_d) - (unit_c < unit_d) : (c > d) - (c < d);
        }
    }
    return (i < s.len) - (j < t.len);
}

static void write_members(struct buf *out, const struct json_value *v)
{
    const struct json_value **members = calloc(v->count + 1, sizeof *members);
    size_t count = 0;
    if (!members) {
        abort();
    }
    for (const struct json_value *m = v->first; m; m = m->next) {
        members[count++] = m;
    }
    qsort(members, count, sizeof *members, by_units);
    for (size_t i = 0; i < count; i++) {
        buf_add(out, i ? STR(",") : STR_NONE);
        write_string(out, members[i]->name);
        buf_char(out, ':');
        json_canonical(out, members[i]);
    }
    free(members);
}

void json_canonical(struct buf *out, const struct json_value *v)
{
    switch (v->kind) {
    case JSON_OBJECT:
        buf_char(out, '{');
        write_members(out, v);
        buf_char(out, '}');
        break;
    case JSON_ARRAY:
        buf_char(out, '[');
        for (const struct json_value *i = v->first; i; i = i->next) {
            json_canonical(out, i);
            buf_add(out, i->next ? STR(",") : STR_NONE);
        }
        buf_char(out, ']');
        break;
    case JSON_STRING:
        write_string(out, v->text);
        break;
    case JSON_NUMBER:
        write_number(out, v->text);
        break;
    default:
        buf_add(out, v->kind == JSON_TRUE    ? STR("true")
                     : v->kind == JSON_FALSE ? STR("false")
                                             : STR("null"));
    }
}
