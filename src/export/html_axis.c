/* The key events on an axis of time, one lane a log. Where nothing happened for long, the axis is
 * folded and says how long; within a stretch the scale is even. The story says the same in words.
 */
#include "export/html.h"

#include <math.h>

enum {
    WIDTH = 1120,
    LEFT = 210,
    RIGHT = 12,
    TOP = 50,
    LANE = 30,
    LANES = 14,
    FOLD = 48,
    FOLDS = 4,
    NARROW = 84, /* the least width of a stretch */
    PAD = 12,
    TICK_ROOM = 74,
    NEAR = 10, /* closer marks are one */
    NAME_SHOWN = 27,
};

struct stretch {
    usec from, to;
    double x, width;
};

struct mark { /* of one finding or of several that lie together */
    const struct finding *first;
    double x;
    enum level level;
    size_t count;
};

struct axis {
    struct html *h;
    const struct finding **list; /* by time */
    size_t n;
    str lanes[LANES];
    size_t nlanes;
    bool others; /* the last lane is for what has none */
    struct stretch stretches[FOLDS + 1];
    size_t nstretches;
};

/* ---- what is drawn */

static size_t lane_of(const struct axis *x, str channel)
{
    for (size_t i = 0; i < x->nlanes; i++) {
        if (str_eq(x->lanes[i], channel)) {
            return i;
        }
    }
    return x->nlanes;
}

static void add_lane(struct axis *x, str channel)
{
    if (lane_of(x, channel) < x->nlanes) {
        return;
    }
    if (x->nlanes + 1 < LANES) {
        x->lanes[x->nlanes++] = channel;
    } else {
        x->others = true;
    }
}

static void gather(struct axis *x)
{
    const struct report *r = x->h->telling.report;
    x->list = ARENA_ARRAY(&x->h->telling.arena, const struct finding *, r->nfindings + 1);
    for (size_t i = 0; x->list && i < r->nfindings; i++) {
        const struct finding *f = &r->findings[i];
        if (f->time != TIME_NONE && (r->cited[i] || f->rule->level >= LEVEL_HIGH)) {
            x->list[x->n++] = f;
            add_lane(x, f->channel);
        }
    }
}

/* ---- the scale */

static usec gap_before(const struct axis *x, size_t i)
{
    return x->list[i]->time - x->list[i - 1]->time;
}

/* Is there a fold before this one? Stretches stand in order of time. */
static bool begins_stretch(const struct axis *x, size_t i)
{
    for (size_t k = 0; k < x->nstretches; k++) {
        if (x->stretches[k].from == x->list[i]->time) {
            return true;
        }
    }
    return false;
}

static size_t longest_gap(const struct axis *x)
{
    size_t best = 0;
    for (size_t i = 1; i < x->n; i++) {
        bool longer = best == 0 || gap_before(x, i) > gap_before(x, best);
        best = longer && !begins_stretch(x, i) ? i : best;
    }
    return best;
}

static void insert_stretch(struct axis *x, size_t i)
{
    size_t k = x->nstretches;
    while (k > 0 && x->stretches[k - 1].from > x->list[i]->time) {
        x->stretches[k] = x->stretches[k - 1];
        k--;
    }
    x->stretches[k] = (struct stretch){.from = x->list[i]->time, .to = x->stretches[k - 1].to};
    x->stretches[k - 1].to = x->list[i - 1]->time;
    x->nstretches++;
}

/* Folds the longest gaps, as long as one is a fifth of what is shown. */
static void fold(struct axis *x)
{
    usec shown = x->list[x->n - 1]->time - x->list[0]->time;
    x->stretches[0] = (struct stretch){.from = x->list[0]->time, .to = x->list[x->n - 1]->time};
    x->nstretches = 1;
    while (x->nstretches <= FOLDS) {
        size_t at = longest_gap(x);
        if (at == 0 || gap_before(x, at) == 0 || gap_before(x, at) < shown / 5) {
            return;
        }
        shown -= gap_before(x, at);
        insert_stretch(x, at);
    }
}

static double length_of(const struct stretch *s)
{
    return sqrt((double)(s->to - s->from) / (double)USEC_PER_SEC + 1);
}

static void lay_out(struct axis *x)
{
    double all = 0, at = LEFT;
    for (size_t i = 0; i < x->nstretches; i++) {
        all += length_of(&x->stretches[i]);
    }
    double folds = (double)(x->nstretches - 1) * FOLD, least = (double)x->nstretches * NARROW;
    double room = WIDTH - LEFT - RIGHT - folds - least;
    for (size_t i = 0; i < x->nstretches; i++) {
        struct stretch *s = &x->stretches[i];
        s->x = at;
        s->width = NARROW + room * length_of(s) / all;
        at += s->width + FOLD;
    }
}

static double position(const struct stretch *s, usec t)
{
    double span = (double)(s->to - s->from), inner = s->width - 2 * PAD;
    return span > 0 ? s->x + PAD + (double)(t - s->from) / span * inner : s->x + s->width / 2;
}

static const struct stretch *stretch_of(const struct axis *x, usec t)
{
    size_t i = x->nstretches - 1;
    while (i > 0 && x->stretches[i].from > t) {
        i--;
    }
    return &x->stretches[i];
}

/* ---- drawing */

static double bottom(const struct axis *x)
{
    return TOP + (double)(x->nlanes + x->others) * LANE;
}

static void write_label(struct axis *x, double at, double y, const char *class, str text)
{
    buf_printf(x->h->telling.page.out,
               "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", class, at, y);
    html_text(x->h, text);
    html_raw(x->h, "</text>");
}

static usec step_of(const struct stretch *s)
{
    static const int seconds[] = {1,     5,     15,    60,    300,    900,     3600,
                                  10800, 21600, 43200, 86400, 604800, 2592000, 31536000};
    double span = (double)(s->to - s->from) / (double)USEC_PER_SEC;
    for (size_t i = 0; i < ARRAY_LEN(seconds); i++) {
        if (span <= 0 || (s->width - 2 * PAD) * seconds[i] / span >= TICK_ROOM) {
            return seconds[i] * USEC_PER_SEC;
        }
    }
    return 10 * 31536000 * USEC_PER_SEC;
}

static str clock_text(struct axis *x, usec t, usec step)
{
    struct civil c = civil_of_time(t);
    struct arena *a = &x->h->telling.arena;
    if (step >= USEC_PER_DAY || t % USEC_PER_DAY == 0) {
        return arena_printf(a, "%02d-%02d", c.month, c.day);
    }
    return step < 60 * USEC_PER_SEC ? arena_printf(a, "%02d:%02d:%02d", c.hour, c.minute, c.second)
                                    : arena_printf(a, "%02d:%02d", c.hour, c.minute);
}

static void write_tick(struct axis *x, const struct stretch *s, usec t, usec step)
{
    double at = position(s, t);
    buf_printf(x->h->telling.page.out,
               "<line class=\"tick\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%.1f\"/>", at, at,
               TOP - 8, bottom(x));
    write_label(x, at, TOP - 14, "clock", clock_text(x, t, step));
}

static void write_stretch(struct axis *x, const struct stretch *s)
{
    usec step = step_of(s), first = s->from - (s->from % step + step) % step;
    size_t ticks = 0;
    for (usec t = first < s->from ? first + step : first; t <= s->to; t += step) {
        write_tick(x, s, t, step);
        ticks++;
    }
    if (ticks == 0) {
        write_tick(x, s, s->from, 60 * USEC_PER_SEC);
    }
}

/* Where another day begins. */
static void write_date(struct axis *x, size_t i)
{
    const struct stretch *s = &x->stretches[i];
    if (i && s->from / USEC_PER_DAY == x->stretches[i - 1].from / USEC_PER_DAY) {
        return;
    }
    struct civil c = civil_of_time(s->from);
    buf_printf(x->h->telling.page.out,
               "<text class=\"date\" x=\"%.1f\" y=\"16\">%04d-%02d-%02d</text>\n", s->x + 2, c.year,
               c.month, c.day);
}

static str length_text(struct axis *x, usec length)
{
    const struct catalog *c = x->h->telling.style->catalog;
    unsigned long long minutes = (unsigned long long)(length / (60 * USEC_PER_SEC));
    struct arena *a = &x->h->telling.arena;
    return minutes >= 2880  ? arena_printf(a, tr(c, "%llu d"), minutes / 1440)
           : minutes >= 120 ? arena_printf(a, tr(c, "%llu h"), minutes / 60)
                            : arena_printf(a, tr(c, "%llu min"), minutes);
}

static void write_fold(struct axis *x, const struct stretch *before, const struct stretch *after)
{
    double from = before->x + before->width;
    buf_printf(x->h->telling.page.out,
               "<rect class=\"fold\" x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%.1f\" rx=\"4\"/>",
               from + 6, TOP - 8, FOLD - 12, bottom(x) - TOP + 8);
    double at = from + FOLD / 2.0 + 4, y = (bottom(x) + TOP - 8) / 2;
    buf_printf(x->h->telling.page.out,
               "<text class=\"clock\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" "
               "transform=\"rotate(-90 %.1f %.1f)\">",
               at, y, at, y);
    html_text(x->h, length_text(x, after->from - before->to));
    html_raw(x->h, "</text>\n");
}

static void write_lane(struct axis *x, size_t i)
{
    double y = TOP + (double)i * LANE + LANE / 2.0;
    bool rest = i == x->nlanes;
    str name = rest ? str_of(tr(x->h->telling.style->catalog, "other logs")) : x->lanes[i];
    str base = name.len > NAME_SHOWN ? str_sub(name, name.len - NAME_SHOWN, NAME_SHOWN) : name;
    while (base.len && ((uint8_t)base.p[0] & 0xc0) == 0x80) {
        base = str_from(base, 1);
    }
    buf_printf(x->h->telling.page.out,
               "<line class=\"lane\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
               "<text class=\"name\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
               LEFT, WIDTH - RIGHT, y, y, LEFT - 12, y + 4);
    html_raw(x->h, base.len < name.len ? "\xe2\x80\xa6" : "");
    html_text(x->h, base);
    html_raw(x->h, "</text>\n");
}

/* Each level has a shape of its own: colour alone tells nothing. */
static void write_shape(struct axis *x, const struct mark *m, double y)
{
    struct buf *out = x->h->telling.page.out;
    double size = 5 + (m->count > 1 ? fmin(log2((double)m->count), 4) : 0);
    if (m->level == LEVEL_CRITICAL) {
        buf_printf(out, "<path d=\"M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz\"/>", m->x,
                   y - size - 1, size + 1, size + 1, -size - 1, size + 1, -size - 1, -size - 1);
    } else if (m->level == LEVEL_HIGH) {
        buf_printf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>", m->x, y, size);
    } else {
        double side = m->level == LEVEL_MEDIUM ? size : size - 2;
        buf_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", m->x - side,
                   y - side, 2 * side, 2 * side);
    }
}

static void write_mark(struct axis *x, const struct mark *m, size_t lane)
{
    struct telling *t = &x->h->telling;
    str more = m->count > 1 ? arena_printf(&t->arena, " +%zu", m->count - 1) : STR_NONE;
    buf_printf(t->page.out, "<g class=\"dot l%d\"><title>", (int)m->level);
    html_text(x->h,
              arena_printf(&t->arena, "%.*s  %.*s%.*s", STR_ARG(tell_moment(t, m->first->time)),
                           STR_ARG(rule_title(m->first->rule, t->style->lang)), STR_ARG(more)));
    html_raw(x->h, "</title>");
    write_shape(x, m, TOP + (double)lane * LANE + LANE / 2.0);
    html_raw(x->h, "</g>\n");
}

static void write_marks(struct axis *x, size_t lane)
{
    struct mark m = {.count = 0};
    for (size_t i = 0; i < x->n; i++) {
        const struct finding *f = x->list[i];
        double at = position(stretch_of(x, f->time), f->time);
        if (lane_of(x, f->channel) != lane) {
            continue;
        }
        if (m.count && at - m.x < NEAR) {
            m.first = f->rule->level > m.level ? f : m.first;
            m.level = f->rule->level > m.level ? f->rule->level : m.level;
            m.count++;
            continue;
        }
        if (m.count) {
            write_mark(x, &m, lane);
        }
        m = (struct mark){.first = f, .x = at, .level = f->rule->level, .count = 1};
    }
    if (m.count) {
        write_mark(x, &m, lane);
    }
}

static void draw(struct axis *x)
{
    buf_printf(x->h->telling.page.out,
               "<svg class=\"axis\" viewBox=\"0 0 %d %.0f\" role=\"img\" "
               "aria-labelledby=\"axis-t axis-d\"><title id=\"axis-t\">",
               WIDTH, bottom(x) + 8);
    html_say(x->h, N_("Key events over time"));
    html_raw(x->h, "</title><desc id=\"axis-d\">");
    html_say(x->h, N_("One lane a log. The sentences below say the same."));
    html_raw(x->h, "</desc>\n");
    for (size_t i = 0; i < x->nstretches; i++) {
        write_date(x, i);
        write_stretch(x, &x->stretches[i]);
        if (i) {
            write_fold(x, &x->stretches[i - 1], &x->stretches[i]);
        }
    }
    for (size_t i = 0; i < x->nlanes + x->others; i++) {
        write_lane(x, i);
    }
    for (size_t i = 0; i < x->nlanes + x->others; i++) {
        write_marks(x, i);
    }
    html_raw(x->h, "</svg>\n");
}

static void write_legend(struct html *h)
{
    html_raw(h, "<p class=\"legend note\">");
    for (int level = LEVEL_CRITICAL; level >= LEVEL_MEDIUM; level--) {
        buf_printf(h->telling.page.out, "<span class=\"level l%d\">", level);
        html_say(h, level_name((enum level)level));
        html_raw(h, "</span> ");
    }
    html_say(h,
             N_("A larger mark stands for several findings. Where nothing happened for long, the "
                "axis is folded."));
    html_raw(h, "</p>\n");
}

void html_axis(struct html *h)
{
    struct axis x = {.h = h};
    gather(&x);
    if (x.n == 0) {
        return;
    }
    fold(&x);
    lay_out(&x);
    html_wide(h, N_("Key events over time"));
    draw(&x);
    html_wide_end(h);
    write_legend(h);
}
