/* One file for a browser, an executive's minute and a responder's ten: the answer first, depth
 * downward. It opens from disk, loads nothing, is whole without script, and prints with its mark on
 * each page. */
#include "export/html.h"

#include "export/html_assets.h"

enum { ARENA_BUDGET = 1 << 30, TEXT_MAX = 1 << 24 };

static bool has_actions(const struct assessment *as)
{
    return as->nactions > 0;
}

static bool has_story(const struct assessment *as)
{
    return as->nstages > 0;
}

static bool has_trail(const struct assessment *as)
{
    return as->nshells + as->taken.nitems + as->npersistence + as->nreached + as->nprocesses +
               as->nentities + as->nset_aside >
           0;
}

static bool has_who(const struct assessment *as)
{
    return as->attribution.nclaims + as->ndossiers > 0;
}

/* In the order of the page. */
static const struct section {
    const char *id, *title, *name;               /* `name`: in short */
    bool (*wanted)(const struct assessment *as); /* NULL: always */
    void (*write)(struct html *h);
} sections[] = {
    {"actions",  N_("What to do now"),                           N_("Actions"),  has_actions, html_actions },
    {"attack",   N_("Techniques of ATT&CK"),                     N_("ATT&CK"),   NULL,        html_attack  },
    {"story",    N_("What happened"),                            N_("Story"),    has_story,   html_story   },
    {"evidence", N_("Key evidence"),                             N_("Evidence"), NULL,        html_evidence},
    {"trail",    N_("What came out of it"),                      N_("Trail"),    has_trail,   html_trail   },
    {"who",      N_("Who was it"),                               N_("Who"),      has_who,     html_who     },
    {"sight",    N_("What we could see, and what we could not"), N_("Coverage"), NULL,        html_sight   },
    {"list",     N_("All findings"),                             N_("Findings"), NULL,        html_list    },
    {"made",     N_("How this was made"),                        N_("Method"),   NULL,        html_made    },
};

static bool is_wanted(const struct html *h, const struct section *s)
{
    return !s->wanted || s->wanted(&h->telling.report->assessment);
}

static void write_navigation(struct html *h)
{
    html_raw(h, "<nav aria-label=\"");
    html_say(h, N_("On this page"));
    html_raw(h, "\"><ul>");
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (is_wanted(h, &sections[i])) {
            html_raw(h, "<li><a href=\"#");
            html_raw(h, sections[i].id);
            html_raw(h, "\">");
            html_say(h, sections[i].name);
            html_raw(h, "</a></li>");
        }
    }
    html_raw(h, "</ul></nav>\n");
}

static void write_section(struct html *h, const struct section *s)
{
    html_raw(h, "<section id=\"");
    html_raw(h, s->id);
    html_raw(h, "\" aria-labelledby=\"h-");
    html_raw(h, s->id);
    html_raw(h, "\"><h2 id=\"h-");
    html_raw(h, s->id);
    html_raw(h, "\">");
    html_say(h, s->title);
    html_raw(h, "</h2>\n");
    s->write(h);
    html_raw(h, "</section>\n");
}

static str mark_word(const struct html *h)
{
    const struct telling *t = &h->telling;
    return tlp_word(shared_mark(t->report, &t->style->sharing));
}

/* The policy stands before what it is about. */
static void write_head(struct html *h)
{
    struct buf *out = h->telling.page.out;
    bool french = h->telling.style->lang == LANG_FR;
    buf_printf(out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
               french ? "fr" : "en");
    buf_printf(out,
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "script-src 'sha256-%s'; style-src 'sha256-%s'; base-uri 'none'; "
               "form-action 'none'\">\n",
               html_script.sha256, html_style.sha256);
    html_raw(h, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"referrer\" content=\"no-referrer\">\n"
                "<meta name=\"color-scheme\" content=\"light dark\">\n");
    const struct report *r = h->telling.report;
    html_put(h, "title",
             arena_printf(&h->telling.arena, "limier: %s",
                          tr(h->telling.style->catalog, tell_state(r->assessment.verdict.state))));
    html_raw(h, "\n<style>");
    buf_add(out, html_style.text);
    html_raw(h, "</style>\n</head>\n");
}

static void write_hosts(struct html *h)
{
    const struct coverage *c = &h->telling.report->assessment.coverage;
    str last = STR_NONE;
    size_t shown = 0;
    for (size_t i = 0; i < c->nsources && shown < 3; i++) {
        str host = c->sources[i].host;
        if (host.len && !tell_same_host(host, last)) {
            html_put(h, "b", host);
            html_raw(h, " ");
            last = host;
            shown++;
        }
    }
}

static void write_banner(struct html *h)
{
    struct telling *t = &h->telling;
    html_raw(h, "<header>");
    html_put(h, "span class=\"mark\"", tlp_name(shared_mark(t->report, &t->style->sharing)));
    html_raw(h, "<span>");
    write_hosts(h);
    html_raw(h, "</span>");
    html_put(h, "span", str_base(t->report->info.path));
    html_put(h, "span", t->report->info.tool);
    html_put_said(h, "span", N_("All times are UTC"));
    html_raw(h, "</header>\n");
}

static void write_body(struct html *h)
{
    html_raw(h, "<body class=\"tlp-");
    html_text(h, str_eq(mark_word(h), STR("amber+strict")) ? STR("strict") : mark_word(h));
    html_raw(h, "\">\n<a class=\"skip\" href=\"#answer\">");
    html_say(h, N_("Skip to the answer"));
    html_raw(h, "</a>\n");
    write_banner(h);
    write_navigation(h);
    html_raw(h, "<main>\n");
    html_answer(h);
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (is_wanted(h, &sections[i])) {
            write_section(h, &sections[i]);
        }
    }
    html_raw(h, "</main>\n<script>");
    buf_add(h->telling.page.out, html_script.text);
    html_raw(h, "</script>\n</body>\n</html>\n");
}

static void html_write(const struct report *r, const struct export_style *style, struct buf *out)
{
    struct export_style plain = *style;
    plain.full = plain.colour = false;
    struct html h = {
        .telling = {.report = r, .style = &plain, .page = {.out = out, .width = 100}}
    };
    arena_init(&h.telling.arena, ARENA_BUDGET);
    buf_init(&h.visible, TEXT_MAX);
    if (html_choose(&h)) {
        write_head(&h);
        write_body(&h);
    } else {
        out->bad = true;
    }
    buf_done(&h.visible);
    arena_done(&h.telling.arena);
}

const struct exporter exporter_html = {
    .name = "html",
    .title = N_("one page for a browser, that loads nothing"),
    .write = html_write,
};
