#include "detect/indicators/punycode.h"

#include "base/text.h"

#include <string.h>

/* The parameters of the standard. */
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, BIAS = 72, FIRST = 128 };
enum { POINTS_MAX = 63 };

struct label {
    uint32_t point[POINTS_MAX];
    size_t count;
};

struct writer {
    char *p;
    size_t len, size;
    bool full;
};

static void put(struct writer *w, char c)
{
    w->full = w->full || w->len == w->size;
    if (!w->full) {
        w->p[w->len++] = c;
    }
}

static char digit(uint32_t n)
{
    return (char)(n < 26 ? 'a' + n : '0' + (n - 26));
}

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / DAMP : delta / 2;
    delta += delta / points;
    for (; delta > (BASE - TMIN) * TMAX / 2; k += BASE) {
        delta /= BASE - TMIN;
    }
    return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static void put_number(struct writer *w, uint32_t n, uint32_t bias)
{
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
        if (n < t) {
            put(w, digit(n));
            return;
        }
        put(w, digit(t + (n - t) % (BASE - t)));
        n = (n - t) / (BASE - t);
    }
}

static uint32_t next_point(const struct label *l, uint32_t from)
{
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < l->count; i++) {
        least = l->point[i] >= from && l->point[i] < least ? l->point[i] : least;
    }
    return least;
}

/* A label has 63 points of 21 bits at most, so nothing here can overflow. */
static void put_label(struct writer *w, const struct label *l)
{
    uint32_t basic = 0, delta = 0, bias = BIAS, point = FIRST;
    put(w, 'x'), put(w, 'n'), put(w, '-'), put(w, '-');
    for (size_t i = 0; i < l->count; i++) {
        if (l->point[i] < FIRST) {
            put(w, (char)l->point[i]);
            basic++;
        }
    }
    if (basic) {
        put(w, '-');
    }
    for (uint32_t done = basic; done < l->count; delta++, point++) {
        uint32_t next = next_point(l, point);
        delta += (next - point) * (done + 1);
        point = next;
        for (size_t i = 0; i < l->count; i++) {
            delta += l->point[i] < point;
            if (l->point[i] == point) {
                put_number(w, delta, bias);
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done++;
            }
        }
    }
}

static bool is_ascii(str s)
{
    size_t i = 0;
    while (i < s.len && (uint8_t)s.p[i] < 0x80) {
        i++;
    }
    return i == s.len;
}

static bool label_of(str s, struct label *out)
{
    out->count = 0;
    for (size_t at = 0; at < s.len && out->count < POINTS_MAX;) {
        out->point[out->count++] = unicode_fold(utf8_next(s, &at));
        if (at == s.len) {
            return true;
        }
    }
    return false;
}

str punycode_domain(str domain, char *room, size_t size)
{
    struct writer w = {room, 0, size, false};
    struct label l;
    if (is_ascii(domain) || !utf8_valid(domain)) {
        return domain;
    }
    str rest = domain, label;
    bool ok = true;
    while (ok && str_cut(&rest, '.', &label)) {
        if (w.len) {
            put(&w, '.');
        }
        bool plain = is_ascii(label);
        for (size_t i = 0; plain && i < label.len; i++) {
            put(&w, label.p[i]);
        }
        ok = plain || label_of(label, &l);
        if (ok && !plain) {
            put_label(&w, &l);
        }
    }
    return ok && !w.full ? (str){room, w.len} : domain;
}
