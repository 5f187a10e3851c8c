#include "export/sharing.h"

#include "base/table.h"
#include "match/network.h"

#include <stdlib.h>

static const struct {
    const char *kind; /* of an entity */
    enum shared_kind shared;
} kinds[] = {
    {"address", SHARED_ADDRESS},
    {"domain",  SHARED_DOMAIN },
    {"agent",   SHARED_AGENT  },
    {"url",     SHARED_URL    },
    {"path",    SHARED_FILE   },
    {"hash",    SHARED_HASH   },
    {"service", SHARED_SERVICE},
    {"task",    SHARED_TASK   },
    {"account", SHARED_ACCOUNT},
    {"mailbox", SHARED_ACCOUNT},
    {"host",    SHARED_HOST   },
    {"command", SHARED_COMMAND},
};

static int by_technique(const void *x, const void *y)
{
    const struct technique_name *a = x, *b = y;
    return str_cmp(a->id, b->id);
}

void sort_techniques(struct technique_name *list, size_t count)
{
    qsort(list, count, sizeof *list, by_technique);
}

const struct technique_name *technique_named(const struct sharing *s, str id)
{
    const struct technique_name wanted = {.id = id};
    return s->ntechniques
               ? bsearch(&wanted, s->techniques, s->ntechniques, sizeof wanted, by_technique)
               : NULL;
}

/* Reserved for inner networks, this machine and examples of it: RFC 1918, 3927, 4193, 6598. */
static bool is_inner(str address)
{
    static const str networks[] = {
        STR_INIT("10.0.0.0/8"),    STR_INIT("172.16.0.0/12"), STR_INIT("192.168.0.0/16"),
        STR_INIT("100.64.0.0/10"), STR_INIT("127.0.0.0/8"),   STR_INIT("169.254.0.0/16"),
        STR_INIT("0.0.0.0/8"),     STR_INIT("::1/128"),       STR_INIT("fc00::/7"),
        STR_INIT("fe80::/10"),
    };
    struct address ip;
    struct network n;
    bool inner = !address_parse(address, &ip);
    for (size_t i = 0; i < ARRAY_LEN(networks) && !inner; i++) {
        inner = network_parse(networks[i], &n) && network_has(&n, &ip);
    }
    return inner;
}

static bool is_intruders(str role)
{
    static const str roles[] = {STR_INIT("attacker"), STR_INIT("shell"),   STR_INIT("tool"),
                                STR_INIT("dropped"),  STR_INIT("malware"), STR_INIT("persistence")};
    bool is = false;
    for (size_t i = 0; i < ARRAY_LEN(roles) && !is; i++) {
        is = str_eq(role, roles[i]);
    }
    return is;
}

static str base_name(str path)
{
    size_t at = path.len;
    while (at > 0 && path.p[at - 1] != '\\' && path.p[at - 1] != '/') {
        at--;
    }
    return str_from(path, at);
}

static bool has_folder(str path, const str *folders, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_find_nocase(path, folders[i]) < path.len) {
            return true;
        }
    }
    return false;
}

/* Somebody's own folder names them. */
static bool is_personal(str path)
{
    static const str folders[] = {STR_INIT(":\\users\\"), STR_INIT("\\documents and settings\\"),
                                  STR_INIT("/home/"), STR_INIT("/users/"), STR_INIT("\\\\")};
    return has_folder(path, folders, ARRAY_LEN(folders));
}

/* Programs of the system do what intruders ask, and are on every machine. */
static bool is_of_system(str path)
{
    static const str folders[] = {STR_INIT(":\\windows\\system32\\"),
                                  STR_INIT(":\\windows\\syswow64\\"), STR_INIT("/usr/bin/"),
                                  STR_INIT("/usr/sbin/"), STR_INIT("/bin/")};
    return has_folder(path, folders, ARRAY_LEN(folders));
}

static bool is_everyones(const struct shared_item *item)
{
    return item->kind == SHARED_AGENT  ? str_starts_nocase(item->value, STR("Mozilla/"))
           : item->kind == SHARED_FILE ? is_of_system(item->value)
                                       : false;
}

/* What an implant hid in a name that it asked for is its victim, and so is the name itself: anyone
 * can read it. */
static bool is_of_hidden_name(str field)
{
    static const str fields[] = {STR_INIT("DecodedDomain"), STR_INIT("DecodedVictim"),
                                 STR_INIT("QueryName"),     STR_INIT("query"),
                                 STR_INIT("QNAME"),         STR_INIT("dns.rrname")};
    bool is = false;
    for (size_t i = 0; i < ARRAY_LEN(fields) && !is; i++) {
        is = str_eq(field, fields[i]);
    }
    return is;
}

static bool has_hidden_name(const struct finding *f)
{
    bool has = false;
    for (size_t i = 0; i < f->nfields && !has; i++) {
        has = str_eq(f->fields[i].name, STR("DecodedVictim")) ||
              str_eq(f->fields[i].name, STR("DecodedDomain"));
    }
    return has;
}

static bool keep_hidden_names(const struct finding *f, struct table *names)
{
    uint32_t ignored;
    bool ok = true;
    for (size_t i = 0; i < f->nfields && ok; i++) {
        ok = !is_of_hidden_name(f->fields[i].name) ||
             table_put(names, f->fields[i].value, 0, &ignored);
    }
    return ok;
}

/* False over budget: then nothing may be shared. */
static bool hidden_names(const struct report *r, struct arena *a, struct table *names)
{
    bool ok = true;
    table_init(names, a, true);
    for (size_t i = 0; i < r->nfindings && ok; i++) {
        ok = !has_hidden_name(&r->findings[i]) || keep_hidden_names(&r->findings[i], names);
    }
    return ok;
}

/* Whole or in part; false: not at all. */
static bool may_share(const struct sharing *s, const struct table *hidden, const struct entity *e,
                      struct shared_item *out)
{
    bool theirs = is_intruders(e->role) && table_get(hidden, e->value) == TABLE_NONE;
    bool inner = out->kind == SHARED_ADDRESS && is_inner(e->value);
    if (!s->victim && (!theirs || inner || out->kind >= SHARED_ACCOUNT)) {
        return false;
    }
    if (out->kind == SHARED_FILE) {
        out->name = base_name(e->value);
        out->value = !s->victim && is_personal(e->value) ? STR_NONE : e->value;
    }
    out->searchable = theirs && !inner && out->kind < SHARED_ACCOUNT && !is_everyones(out);
    return out->kind != SHARED_FILE || out->name.len > 0;
}

static bool is_there(const struct shared_item *items, size_t count, const struct shared_item *one)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].kind == one->kind && str_eq(items[i].value, one->value) &&
            str_eq(items[i].name, one->name)) {
            return true;
        }
    }
    return false;
}

const struct shared_item *shared_items(const struct report *r, const struct sharing *s,
                                       struct arena *a, size_t *count)
{
    const struct assessment *as = &r->assessment;
    struct shared_item *items = ARENA_ARRAY(a, struct shared_item, as->nentities + 1);
    struct table hidden;
    *count = 0;
    if (!hidden_names(r, a, &hidden)) {
        return NULL;
    }
    for (size_t i = 0; items && i < as->nentities; i++) {
        const struct entity *e = &as->entities[i];
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
            struct shared_item one = {
                .kind = kinds[k].shared, .value = e->value, .role = e->role, .entity = e};
            if (str_eq(e->kind, str_of(kinds[k].kind)) && may_share(s, &hidden, e, &one) &&
                !is_there(items, *count, &one)) {
                items[(*count)++] = one;
            }
        }
    }
    return items;
}

struct technique_list {
    struct arena *arena;
    struct table by_id;
    struct shared_technique *items;
    size_t count, cap;
};

static void add_technique(struct technique_list *l, str id, const struct finding *f)
{
    uint32_t at;
    if (!table_put(&l->by_id, id, (uint32_t)l->count, &at)) {
        return;
    }
    if (at == l->count) {
        struct shared_technique *grown =
            arena_grow(l->arena, l->items, &l->cap, l->count + 1, sizeof *grown);
        if (!grown) {
            return;
        }
        l->items = grown;
        l->items[l->count++] = (struct shared_technique){.id = id};
    }
    struct shared_technique *t = &l->items[at];
    t->level = f->rule->level > t->level ? f->rule->level : t->level;
    if (t->count < TECHNIQUE_FINDINGS) {
        t->findings[t->count] = f->id;
    }
    t->count++;
}

const struct shared_technique *shared_techniques(const struct report *r, bool cited,
                                                 enum level min_level, struct arena *a,
                                                 size_t *count)
{
    struct technique_list l = {.arena = a};
    table_init(&l.by_id, a, false);
    for (size_t i = 0; i < r->nfindings; i++) {
        const struct finding *f = &r->findings[i];
        bool counts = cited ? r->cited[i] : report_shows(r, i, min_level);
        for (size_t k = 0; counts && k < f->rule->nattack; k++) {
            add_technique(&l, f->rule->attack[k], f);
        }
    }
    *count = l.count;
    return l.items;
}

enum tlp shared_mark(const struct report *r, const struct sharing *s)
{
    enum tlp mark = s->tlp, received;
    for (size_t i = 0; i < r->nfindings; i++) {
        const struct finding *f = &r->findings[i];
        for (size_t k = 0; k < f->nfields; k++) {
            if (str_eq(f->fields[k].name, STR("IndicatorMarking")) &&
                tlp_parse(f->fields[k].value, &received) && received > mark) {
                mark = received;
            }
        }
    }
    return mark;
}

static str replaced(str text, str what, str with, struct arena *a)
{
    str out = STR_NONE;
    for (size_t at; what.len && (at = str_find_nocase(text, what)) < text.len;) {
        out = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(out), (int)at, text.p, STR_ARG(with));
        text = str_from(text, at + what.len);
    }
    return out.len ? arena_printf(a, "%.*s%.*s", STR_ARG(out), STR_ARG(text)) : text;
}

/* Whole names first; what is left are their first labels, and the domain. */
static str without_hosts(str text, const struct coverage *c, struct arena *a)
{
    static const str host = STR_INIT("a host"), domain = STR_INIT("the victim's domain");
    for (size_t i = 0; i < c->nsources; i++) {
        bool whole = str_has(c->sources[i].host, STR("."));
        text = whole ? replaced(text, c->sources[i].host, host, a) : text;
    }
    for (size_t i = 0; i < c->nsources; i++) {
        str name = c->sources[i].host, label = str_sub(name, 0, str_find_char(name, '.'));
        text = label.len > 2 ? replaced(text, label, host, a) : text;
        text = replaced(text, str_from(name, label.len + 1), domain, a);
    }
    return text;
}

static bool is_victims(const struct entity *e)
{
    return str_eq(e->kind, STR("account")) || str_eq(e->kind, STR("mailbox")) ||
           str_eq(e->kind, STR("host")) || (str_eq(e->kind, STR("address")) && is_inner(e->value));
}

/* But for parts of names that are as short as a syllable. */
static str without_hidden_names(str text, const struct finding *f, struct arena *a)
{
    enum { SHORTEST = 4 };
    for (size_t i = 0; has_hidden_name(f) && i < f->nfields; i++) {
        str name = f->fields[i].value;
        bool told = name.len >= SHORTEST && is_of_hidden_name(f->fields[i].name);
        text = told ? replaced(text, name, STR("one of the victim's"), a) : text;
    }
    return text;
}

str shared_text(const struct report *r, const struct sharing *s, str text, struct arena *a)
{
    const struct assessment *as = &r->assessment;
    for (size_t i = 0; !s->victim && i < r->nfindings; i++) {
        text = without_hidden_names(text, &r->findings[i], a);
    }
    for (size_t i = 0; !s->victim && i < as->nentities; i++) {
        const struct entity *e = &as->entities[i];
        text = is_victims(e) ? replaced(text, e->value, STR("one of the victim's"), a) : text;
    }
    return s->victim ? text : without_hosts(text, &as->coverage, a);
}

/* What follows the verdict and its confidence tells what was done there, in the intruder's words.
 */
size_t shared_sentences(const struct report *r, const struct sharing *s)
{
    size_t count = r->assessment.verdict.nsentences;
    return s->victim || count < 2 ? count : 2;
}

str shared_verdict(const struct report *r, const struct sharing *s, struct arena *a)
{
    const struct verdict *v = &r->assessment.verdict;
    return v->nsentences ? shared_text(r, s, v->sentences[0].text.in[LANG_EN], a) : STR_NONE;
}

unsigned shared_confidence(enum likelihood l)
{
    static const unsigned words[LIKELIHOOD_COUNT] = {0, 5, 15, 30, 50, 70, 85, 95};
    return words[l];
}

str shared_case_name(const struct report *r, struct arena *a)
{
    const struct coverage *c = &r->assessment.coverage;
    str name = r->info.evidence;
    for (size_t i = 0; i < c->nsources; i++) {
        const struct coverage_source *source = &c->sources[i];
        name = arena_printf(a, "%.*s\n%.*s %.*s %lld", STR_ARG(name), STR_ARG(source->host),
                            STR_ARG(source->kind), (long long)source->first);
    }
    return name;
}
