/* Which builds ran on which host, and whether the flaws of the dossiers are corrected in them.
 *
 * A log tells the build of the part of the program that wrote it. The first three numbers are
 * those of the whole program; the last one is of the part, and an update leaves parts alone. So a
 * number is a lower bound: a corrected one proves the update, an older one proves nothing but that
 * no log shows the update. */
#include "judge/bench.h"

#include <stdlib.h>

enum { SEEN_MAX = 512 }; /* builds of hosts; made-up ones do not stop the others from being read */

struct seen {
    str host, text;
    struct build_number number;
    usec first, last;
};

static int compare(const struct build_number *x, const struct build_number *y, size_t parts)
{
    for (size_t i = 0; i < parts; i++) {
        if (x->parts[i] != y->parts[i]) {
            return x->parts[i] < y->parts[i] ? -1 : 1;
        }
    }
    return 0;
}

static bool same_line(const struct build_number *x, const struct build_number *y)
{
    return compare(x, y, 3) == 0;
}

static int by_host_time(const void *left, const void *right)
{
    const struct seen *x = left, *y = right;
    int order = str_cmp(x->host, y->host);
    if (order == 0 && x->first != y->first) {
        order = x->first < y->first ? -1 : 1;
    }
    return order ? order : compare(&x->number, &y->number, 4);
}

/* ---- what was seen */

static void add(const struct bench *b, struct seen *all, size_t *count, const struct source_row *s)
{
    struct seen now = {.host = s->host, .text = s->build, .first = s->first, .last = s->last};
    if (s->first == TIME_NONE || !build_number_parse(s->build, &now.number)) {
        return;
    }
    size_t i = 0;
    for (; i < *count; i++) {
        struct seen *k = &all[i];
        bool same_host = bench_same_host(b, k->host, now.host);
        k->host = same_host && now.host.len > k->host.len ? now.host : k->host;
        now.host = same_host ? k->host : now.host;
        if (same_host && compare(&k->number, &now.number, 4) == 0) {
            k->first = now.first < k->first ? now.first : k->first;
            k->last = now.last > k->last ? now.last : k->last;
            return;
        }
    }
    if (i < SEEN_MAX) {
        all[(*count)++] = now;
    }
}

/* Seen beside a higher one of its line: a part that the update left alone. */
static bool is_left_alone(const struct seen *all, size_t count, const struct seen *s)
{
    for (size_t i = 0; i < count; i++) {
        const struct seen *k = &all[i];
        if (str_eq(k->host, s->host) && same_line(&k->number, &s->number) &&
            compare(&k->number, &s->number, 4) > 0 && k->first < s->last) {
            return true;
        }
    }
    return false;
}

static size_t gather(const struct bench *b, struct seen *all)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < b->in->nsources; i++) {
        add(b, all, &count, &b->in->sources[i]);
    }
    struct seen *kept_ones = ARENA_ARRAY(b->arena, struct seen, count + 1);
    for (size_t i = 0; kept_ones && i < count; i++) {
        if (!is_left_alone(all, count, &all[i])) {
            kept_ones[kept++] = all[i];
        }
    }
    for (size_t i = 0; i < kept; i++) {
        all[i] = kept_ones[i];
    }
    qsort(all, kept, sizeof *all, by_host_time);
    return kept;
}

/* ---- against a dossier */

struct against {
    enum build_state state;
    bool known; /* the dossier knows the product */
    str line;   /* "Exchange 2016 CU19"; empty when it names none like it */
    str fixed;  /* the first corrected build of the line */
};

static str words_before_build(str line)
{
    size_t end = line.len;
    while (end > 0 && line.p[end - 1] != ' ') {
        end--;
    }
    return str_trim(str_sub(line, 0, end));
}

/* Of one line the last number decides; what came after the last line that needed a correction was
 * built with it; what is older, nobody corrects any more. */
static struct against compare_with(const struct dossier *d, const struct seen *s)
{
    struct against a = {.state = BUILD_FIXED};
    for (size_t i = 0; i < d->fixed.count; i++) {
        struct build_number fixed;
        bool product =
            build_number_parse(d->fixed.items[i], &fixed) && compare(&fixed, &s->number, 2) == 0;
        if (product && same_line(&fixed, &s->number)) {
            str words = words_before_build(d->fixed.items[i]);
            bool older = s->number.parts[3] < fixed.parts[3];
            return (struct against){older ? BUILD_UNCONFIRMED : BUILD_FIXED, true, words,
                                    str_trim(str_from(d->fixed.items[i], words.len))};
        }
        a.known |= product;
        if (product && s->number.parts[2] < fixed.parts[2]) {
            a.state = BUILD_OPEN;
        }
    }
    return a;
}

/* What one dossier does not name, another may. */
static str product_of(const struct bench *b, const struct seen *s)
{
    str product = STR_NONE;
    for (size_t i = 0; i < b->ndossiers && product.len == 0; i++) {
        product = compare_with(b->dossiers[i].dossier, s).line;
    }
    return product.len ? product : STR("Exchange");
}

static struct text list_of(const struct bench *b, struct words words)
{
    struct text out = {{STR_NONE}};
    for (size_t i = 0; i < words.count; i++) {
        out = text_join(b->arena, out, STR(", "), text_same(words.items[i]));
    }
    return out;
}

static struct text host_words(const struct bench *b, str host)
{
    return host.len ? text_same(host) : say_plain(&b->speaker, N_("The server"));
}

static struct text tell(const struct bench *b, const struct seen *s, const struct dossier *d,
                        const struct against *a)
{
    static const char *const ids[BUILD_STATE_COUNT] = {
        [BUILD_OPEN] = N_("{host} ran {product}, build {build}, from {first} to {last}: it is open "
                          "to {flaws}; we know of no correction for this build."),
        [BUILD_UNCONFIRMED] = N_(
            "{host} ran {product}, build {build}, from {first} to {last}: it is open to {flaws}, "
            "unless its security update (build {fixed}) was installed; not every log shows "
            "that, the version of ExSetup.exe does."),
        [BUILD_FIXED] = N_("{host} ran {product}, build {build}, from {first} to {last}: it holds "
                           "the corrections for {flaws}."),
    };
    struct said args[] = {
        {"host",              host_words(b,         s->host)},
        {"product",                   text_same(product_of(b,                               s))},
        {"build",                text_same(s->text)     },
        {"first",text_time(b->arena, s->first)},
        {"last",                text_time(b->arena,                           s->last)},
        {"flaws",              list_of(b, d->cves)},
        {"fixed",                   text_same(a->fixed)                                },
    };
    return say(&b->speaker, ids[a->state], args, ARRAY_LEN(args));
}

static void weigh(struct bench *b, struct build *out, const struct seen *s, bool latest)
{
    for (size_t i = 0; i < b->ndossiers; i++) {
        const struct dossier *d = b->dossiers[i].dossier;
        struct against a = compare_with(d, s);
        if (a.known) {
            out[b->out->nbuilds++] = (struct build){
                .host = s->host,
                .product = product_of(b, s),
                .number = s->text,
                .first = s->first,
                .last = s->last,
                .dossier = d->id,
                .state = a.state,
                .latest = latest,
                .text = tell(b, s, d, &a),
            };
        }
    }
}

void bench_builds(struct bench *b)
{
    struct seen *seen = ARENA_ARRAY(b->arena, struct seen, SEEN_MAX);
    size_t count = seen ? gather(b, seen) : 0;
    struct build *out = ARENA_ARRAY(b->arena, struct build, count * b->ndossiers + 1);
    b->out->builds = out;
    for (size_t i = 0; out && i < count; i++) {
        weigh(b, out, &seen[i], i + 1 == count || !str_eq(seen[i].host, seen[i + 1].host));
    }
}

/* ---- what follows from it */

bool bench_is_open(const struct bench *b, const struct dossier *d)
{
    for (size_t i = 0; i < b->out->nbuilds; i++) {
        const struct build *k = &b->out->builds[i];
        if (k->latest && k->state != BUILD_FIXED && str_eq(k->dossier, d->id)) {
            return true;
        }
    }
    return false;
}

bool bench_is_fixed(const struct bench *b, const struct dossier *d)
{
    bool any = false;
    for (size_t i = 0; i < b->out->nbuilds; i++) {
        any |= str_eq(b->out->builds[i].dossier, d->id);
    }
    return any && !bench_is_open(b, d);
}

struct text bench_exposure(const struct bench *b)
{
    const struct build *worst = NULL;
    for (size_t i = 0; i < b->out->nbuilds; i++) {
        const struct build *k = &b->out->builds[i];
        if (k->latest && k->state != BUILD_FIXED && (!worst || k->state < worst->state)) {
            worst = k;
        }
    }
    return worst ? worst->text : (struct text){{STR_NONE}};
}

static bool is_matched(const struct bench *b, str dossier)
{
    for (size_t i = 0; i < b->ndossiers; i++) {
        if (b->dossiers[i].matched && str_eq(b->dossiers[i].dossier->id, dossier)) {
            return true;
        }
    }
    return false;
}

/* When the intruders came first, no log of the host showed the correction; later one did. */
static bool came_after(const struct bench *b, const struct build *k)
{
    usec entry = b->out->verdict.first_seen;
    if (k->state != BUILD_FIXED || !k->latest || entry == TIME_NONE || k->first <= entry) {
        return false;
    }
    for (size_t i = 0; i < b->out->nbuilds; i++) {
        const struct build *o = &b->out->builds[i];
        if (str_eq(o->host, k->host) && str_eq(o->dossier, k->dossier) && o->state != BUILD_FIXED &&
            o->first < k->first) {
            return true;
        }
    }
    return false;
}

struct text bench_updates(const struct bench *b)
{
    for (size_t i = 0; i < b->out->nbuilds; i++) {
        const struct build *k = &b->out->builds[i];
        if (is_matched(b, k->dossier) && came_after(b, k)) {
            struct said args[] = {
                {"host",              host_words(b,         k->host)},
                {"build",             text_same(k->number)},
                {"first", text_time(b->arena,            k->first)        },
            };
            return say(&b->speaker,
                       N_("{host} was updated after the intruders came in (build {build}, seen "
                          "from {first}): that closes the way in, and undoes nothing."),
                       args, ARRAY_LEN(args));
        }
    }
    return (struct text){{STR_NONE}};
}
