/* What is worth following. An entity is followed when it is rare by nature and stands in a
 * finding that proves something; what is everywhere is held back, and that is said. */
#include "trace/leads.h"
#include "trace/trace.h"

enum { FROM_RUNG = 3, SHORTEST_NEEDLE = 5 };

enum choice { IGNORE, HOLD_BACK, FOLLOW };

/* A file's name; with its folder when the name alone is common. */
static str telling_tail(str path)
{
    str name = str_base(path);
    if (!page_is_common(name)) {
        return name;
    }
    size_t folder = str_base(str_dir(path)).len;
    return folder ? str_from(path, path.len - name.len - 1 - folder) : STR_NONE;
}

static bool is_one_of(str word, const str *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(word, list[i])) {
            return true;
        }
    }
    return false;
}

static enum choice choose_file(const struct entity_ref *e, str *needle)
{
    static const str roles[] = {STR_INIT("shell"), STR_INIT("dropped"), STR_INIT("staged"),
                                STR_INIT("tool")};
    if (!is_one_of(e->role, roles, ARRAY_LEN(roles))) {
        return IGNORE;
    }
    *needle = telling_tail(e->value);
    return needle->len >= SHORTEST_NEEDLE ? FOLLOW : HOLD_BACK;
}

static enum choice choose_address(const struct entity_ref *e, str *needle)
{
    if (!str_eq(e->role, STR("attacker"))) {
        return IGNORE;
    }
    *needle = e->value;
    return address_leads_outside(e->value) ? FOLLOW : HOLD_BACK;
}

/* Machine accounts and the system itself do everything on a host. */
static enum choice choose_account(const struct entity_ref *e, str *needle)
{
    static const str roles[] = {STR_INIT("created"), STR_INIT("attacker")};
    if (!is_one_of(e->role, roles, ARRAY_LEN(roles))) {
        return IGNORE;
    }
    *needle = str_base(e->value);
    bool everywhere = str_ends(*needle, STR("$")) || str_starts(*needle, STR("S-1-5-1")) ||
                      str_has_nocase(*needle, STR("SYSTEM")) ||
                      str_eq_nocase(*needle, STR("Administrator"));
    return everywhere || needle->len < SHORTEST_NEEDLE ? HOLD_BACK : FOLLOW;
}

/* A process by its GUID: no two share one. The web server's own process is nobody's role. */
static enum choice choose_process(const struct entity_ref *e, str *needle)
{
    *needle = e->value;
    bool guid = str_starts(e->value, STR("{")) && e->value.len >= 36;
    return str_eq(e->role, STR("started")) && guid ? FOLLOW : IGNORE;
}

static enum choice choose_rare(const struct entity_ref *e, str *needle)
{
    *needle = e->value;
    return e->role.len && e->value.len >= SHORTEST_NEEDLE ? FOLLOW : IGNORE;
}

static const struct {
    str kind;
    enum choice (*choose)(const struct entity_ref *e, str *needle);
} kinds[] = {
    {STR_INIT("path"),    choose_file   },
    {STR_INIT("url"),     choose_file   },
    {STR_INIT("address"), choose_address},
    {STR_INIT("account"), choose_account},
    {STR_INIT("process"), choose_process},
    {STR_INIT("hash"),    choose_rare   },
    {STR_INIT("domain"),  choose_rare   },
};

static enum choice choose(const struct entity_ref *e, str *needle)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_eq(e->kind, kinds[i].kind)) {
            return kinds[i].choose(e, needle);
        }
    }
    return IGNORE;
}

/* A lead was made from what proves. */
static bool proves(const struct finding *f)
{
    bool lead = f->led_by.len > 0;
    return !f->trail && f->rule->rung >= FROM_RUNG && (lead || f->rule->weight >= WEIGHT_STRONG);
}

static str field_of(const struct finding *f, str name)
{
    for (size_t i = 0; i < f->nfields; i++) {
        if (str_eq(f->fields[i].name, name)) {
            return f->fields[i].value;
        }
    }
    return STR_NONE;
}

/* What a process that was followed has started: Sysmon names both by their GUID. */
static str child_of_followed(const struct finding *f)
{
    bool child = f->trail && f->led_by.len > 0 &&
                 str_eq_nocase(field_of(f, STR("ParentProcessGuid")), f->led_by);
    return child ? field_of(f, STR("ProcessGuid")) : STR_NONE;
}

static bool has_needle(const struct quarry *all, size_t count, str needle)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(all[i].needle, needle)) {
            return true;
        }
    }
    return false;
}

/* Those that were chosen `as`, each needle once. */
static size_t gather(const struct finding *findings, size_t count, enum choice as, size_t max,
                     struct quarry *out)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        str child = as == FOLLOW ? child_of_followed(&findings[i]) : STR_NONE;
        if (child.len && n < max && !has_needle(out, n, child)) {
            out[n++] = (struct quarry){STR("process"), child, child};
        }
        for (size_t k = 0; proves(&findings[i]) && k < findings[i].nentities; k++) {
            const struct entity_ref *e = &findings[i].entities[k];
            str needle = STR_NONE;
            if (choose(e, &needle) == as && n < max && !has_needle(out, n, needle)) {
                out[n++] = (struct quarry){e->kind, e->value, needle};
            }
        }
    }
    return n;
}

size_t trace_quarries(const struct finding *findings, size_t count, size_t max, struct arena *a,
                      struct quarry **out)
{
    *out = ARENA_ARRAY(a, struct quarry, max + 1);
    return *out ? gather(findings, count, FOLLOW, max, *out) : 0;
}

static const char *why_held(str kind)
{
    static const struct {
        str kind;
        const char *why;
    } reasons[] = {
        {STR_INIT("address"), N_("an address inside: perhaps a proxy for all")},
        {STR_INIT("account"), N_("an account that does everything on a host") },
        {STR_INIT("path"),    N_("a name that every server has")              },
        {STR_INIT("url"),     N_("a name that every server has")              },
    };
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (str_eq(kind, reasons[i].kind)) {
            return reasons[i].why;
        }
    }
    return N_("it stands everywhere");
}

size_t trace_held_back(const struct finding *findings, size_t count, struct arena *a,
                       struct held **out)
{
    enum { MOST = 1000 };
    struct quarry *held = ARENA_ARRAY(a, struct quarry, MOST);
    *out = ARENA_ARRAY(a, struct held, MOST);
    size_t n = held && *out ? gather(findings, count, HOLD_BACK, MOST, held) : 0;
    for (size_t i = 0; i < n; i++) {
        (*out)[i] = (struct held){held[i].kind, held[i].value, why_held(held[i].kind)};
    }
    return n;
}
