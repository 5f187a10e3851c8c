/* One event of MISP: an attribute for everything that may be shared, the verdict as the event's
 * report, techniques and the mark as tags. Numbers travel as text there. */
#include "export/exporter.h"
#include "export/write_json.h"
#include "model/stix_id.h"

enum { BUDGET = 1 << 26, SECONDS = 1000000 };

struct writing {
    const struct report *report;
    const struct sharing *sharing;
    struct arena *arena;
    struct buf *out;
    str case_name;
};

/* UUIDs are those of objects of our own in STIX. */
static str uuid_of(struct writing *w, str what)
{
    str name = arena_printf(w->arena, "%.*s\nmisp %.*s", STR_ARG(w->case_name), STR_ARG(what));
    return str_from(stix_own_id(w->arena, STR("x"), name), 3);
}

static void pair_number(struct writing *w, const char *name, int64_t n)
{
    json_pair(w->out, name, arena_printf(w->arena, "%lld", (long long)n));
}

static void pair_seconds(struct writing *w, const char *name, usec t)
{
    pair_number(w, name, t == TIME_NONE ? 0 : t / SECONDS);
}

static void tag(struct writing *w, const char *prefix, str name)
{
    str whole = arena_printf(w->arena, "%s%.*s", prefix, STR_ARG(name));
    json_open(w->out, '{');
    json_pair(w->out, "name", whole);
    json_shut(w->out, '}');
}

static void write_tags(struct writing *w)
{
    size_t count;
    const struct shared_technique *list =
        shared_techniques(w->report, true, LEVEL_INFORMATIONAL, w->arena, &count);
    json_key_open(w->out, "Tag", '[');
    tag(w, "tlp:", tlp_word(shared_mark(w->report, w->sharing)));
    for (size_t i = 0; i < count; i++) {
        const struct technique_name *t = technique_named(w->sharing, list[i].id);
        tag(w, "misp-galaxy:mitre-attack-pattern=",
            arena_printf(w->arena, "\"%.*s - %.*s\"", STR_ARG(t ? t->name : list[i].id),
                         STR_ARG(list[i].id)));
    }
    json_shut(w->out, ']');
}

/* Type and category as MISP pairs them. */
static bool describe(const struct shared_item *item, const char **type, const char **category)
{
    static const struct {
        const char *type, *category;
    } kinds[SHARED_KINDS] = {
        [SHARED_ADDRESS] = {"ip-src",                 "Network activity" },
        [SHARED_DOMAIN] = {"domain",                 "Network activity" },
        [SHARED_AGENT] = {"user-agent",             "Network activity" },
        [SHARED_URL] = {"uri",                    "Network activity" },
        [SHARED_FILE] = {"filename",               "Artifacts dropped"},
        [SHARED_HASH] = {"sha256",                 "Artifacts dropped"},
        [SHARED_SERVICE] = {"windows-service-name",   "Artifacts dropped"},
        [SHARED_TASK] = {"windows-scheduled-task", "Artifacts dropped"},
        [SHARED_ACCOUNT] = {"target-user",            "Targeting data"   },
        [SHARED_HOST] = {"target-machine",         "Targeting data"   },
        [SHARED_COMMAND] = {"text",                   "Artifacts dropped"},
    };
    *type = kinds[item->kind].type;
    *category = kinds[item->kind].category;
    if (item->kind == SHARED_HASH) {
        *type = item->value.len == 32 ? "md5" : item->value.len == 40 ? "sha1" : "sha256";
    }
    return *type != NULL;
}

static void write_attribute(struct writing *w, const struct shared_item *item)
{
    const char *type, *category;
    str value = item->kind == SHARED_FILE && item->value.len == 0 ? item->name : item->value;
    if (!describe(item, &type, &category)) {
        return;
    }
    json_open(w->out, '{');
    json_pair(w->out, "uuid", uuid_of(w, arena_printf(w->arena, "%s %.*s", type, STR_ARG(value))));
    json_pair(w->out, "type", str_of(type));
    json_pair(w->out, "category", str_of(category));
    json_pair(w->out, "value", value);
    json_pair_bool(w->out, "to_ids", item->searchable);
    json_pair(w->out, "comment", item->role);
    pair_seconds(w, "timestamp", w->sharing->now);
    json_pair(w->out, "distribution", STR("5"));
    json_pair_bool(w->out, "deleted", false);
    json_pair_time(w->out, "first_seen", item->entity->first);
    json_pair_time(w->out, "last_seen", item->entity->last);
    json_shut(w->out, '}');
    buf_char(w->out, '\n');
}

static str verdict_page(struct writing *w)
{
    const struct assessment *as = &w->report->assessment;
    str page = arena_printf(w->arena, "# %s\n", verdict_name(as->verdict.state));
    for (size_t i = 0; i < shared_sentences(w->report, w->sharing); i++) {
        str one =
            shared_text(w->report, w->sharing, as->verdict.sentences[i].text.in[LANG_EN], w->arena);
        page = arena_printf(w->arena, "%.*s\n%.*s\n", STR_ARG(page), STR_ARG(one));
    }
    return page;
}

static void write_page(struct writing *w)
{
    json_key_open(w->out, "EventReport", '[');
    json_open(w->out, '{');
    json_pair(w->out, "uuid", uuid_of(w, STR("report")));
    json_pair(w->out, "name", STR("Verdict"));
    json_pair(w->out, "content", verdict_page(w));
    pair_seconds(w, "timestamp", w->sharing->now);
    json_pair(w->out, "distribution", STR("5"));
    json_pair_bool(w->out, "deleted", false);
    json_shut(w->out, '}');
    json_shut(w->out, ']');
}

static void write_organisation(struct writing *w, const char *key)
{
    json_key_open(w->out, key, '{');
    json_pair(w->out, "name", w->sharing->producer);
    json_pair(w->out, "uuid", str_from(stix_own_id(w->arena, STR("x"), w->sharing->producer), 3));
    json_shut(w->out, '}');
}

static void write_event(struct writing *w)
{
    const struct verdict *v = &w->report->assessment.verdict;
    static const char threat[] = {'4', '4', '3', '3', '2', '1'}; /* 1 is high, 4 undefined */
    usec first = v->first_seen != TIME_NONE ? v->first_seen : w->sharing->now;
    json_begin(w->out);
    json_key_open(w->out, "Event", '{');
    json_pair(w->out, "uuid", uuid_of(w, STR("event")));
    json_pair(w->out, "info", shared_verdict(w->report, w->sharing, w->arena));
    json_pair(w->out, "date", str_sub(time_text(w->arena, first), 0, 10));
    pair_seconds(w, "timestamp", w->sharing->now);
    json_pair(w->out, "publish_timestamp", STR("0"));
    json_pair_bool(w->out, "published", false);
    json_pair(w->out, "threat_level_id", (str){&threat[v->state], 1});
    json_pair(w->out, "analysis", STR("2"));
    json_pair(w->out, "distribution", STR("0"));
    write_organisation(w, "Org");
    write_organisation(w, "Orgc");
    write_tags(w);
    write_page(w);
    json_key_open(w->out, "Attribute", '[');
    buf_char(w->out, '\n');
}

static void misp_write(const struct report *r, const struct export_style *style, struct buf *out)
{
    struct arena a;
    arena_init(&a, BUDGET);
    size_t count;
    const struct shared_item *items = shared_items(r, &style->sharing, &a, &count);
    struct writing w = {r, &style->sharing, &a, out, shared_case_name(r, &a)};
    write_event(&w);
    for (size_t i = 0; items && i < count; i++) {
        write_attribute(&w, &items[i]);
    }
    json_shut(out, ']');
    json_shut(out, '}');
    json_shut(out, '}');
    buf_char(out, '\n');
    out->bad = out->bad || !items;
    arena_done(&a);
}

const struct exporter exporter_misp = {
    .name = "misp",
    .title = N_("what others can search for, as an event of MISP"),
    .write = misp_write,
    .shared = true,
};
