/* What is worth following. An entity is followed when it is rare by nature and stands in a
 * finding that proves something; what is everywhere is held back, and that is said. */
#include "trace/leads.h"
#include "trace/trace.h"

enum { FROM_RUNG = 3, SHORTEST_NEEDLE = 5, WELL_KNOWN_SESSIONS = 0x3e7 };

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
        if (str_eq_nocase(word, list[i])) {
            return true;
        }
    }
    return false;
}

/* What intruders borrow of the system itself runs all day. The same name elsewhere is a copy, and
 * known by its folder. */
static bool is_of_system(str path)
{
    static const str folders[] = {
        STR_INIT("system32"), STR_INIT("syswow64"),   STR_INIT("v1.0"),       STR_INIT("wbem"),
        STR_INIT("inetsrv"),  STR_INIT("v4.0.30319"), STR_INIT("v2.0.50727"), STR_INIT("bin"),
        STR_INIT("sbin"),     STR_INIT("explorer"),
    };
    static const str programs[] = {
        STR_INIT("cmd.exe"),      STR_INIT("powershell.exe"), STR_INIT("pwsh.exe"),
        STR_INIT("rundll32.exe"), STR_INIT("regsvr32.exe"),   STR_INIT("mshta.exe"),
        STR_INIT("cscript.exe"),  STR_INIT("wscript.exe"),    STR_INIT("certutil.exe"),
        STR_INIT("net.exe"),      STR_INIT("net1.exe"),       STR_INIT("whoami.exe"),
        STR_INIT("reg.exe"),      STR_INIT("sc.exe"),         STR_INIT("schtasks.exe"),
        STR_INIT("wmic.exe"),     STR_INIT("svchost.exe"),    STR_INIT("services.exe"),
        STR_INIT("explorer.exe"), STR_INIT("w3wp.exe"),       STR_INIT("msbuild.exe"),
        STR_INIT("csc.exe"),      STR_INIT("bitsadmin.exe"),  STR_INIT("comsvcs.dll"),
        STR_INIT("taskmgr.exe"),  STR_INIT("werfault.exe"),   STR_INIT("conhost.exe"),
        STR_INIT("sh"),           STR_INIT("bash"),           STR_INIT("python3"),
    };
    str folder = str_base(str_dir(path));
    return is_one_of(str_base(path), programs, ARRAY_LEN(programs)) &&
           (folder.len == 0 || is_one_of(folder, folders, ARRAY_LEN(folders)));
}

static enum choice choose_file(const struct entity_ref *e, str *needle)
{
    static const str roles[] = {STR_INIT("shell"), STR_INIT("dropped"), STR_INIT("staged"),
                                STR_INIT("tool")};
    if (!is_one_of(e->role, roles, ARRAY_LEN(roles))) {
        return IGNORE;
    }
    *needle = telling_tail(e->value);
    return needle->len >= SHORTEST_NEEDLE && !is_of_system(e->value) ? FOLLOW : HOLD_BACK;
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

/* Tasks stand in a tree of their own; they are told by their name. */
static enum choice choose_made(const struct entity_ref *e, str *needle)
{
    *needle = str_base(e->value);
    bool made = str_eq(e->role, STR("created"));
    return !made ? IGNORE : needle->len >= SHORTEST_NEEDLE ? FOLLOW : HOLD_BACK;
}

/* All its ordinary mail names it. What was done to it stands in findings. */
static enum choice choose_mailbox(const struct entity_ref *e, str *needle)
{
    *needle = e->value;
    return HOLD_BACK;
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
    {STR_INIT("task"),    choose_made   },
    {STR_INIT("service"), choose_made   },
    {STR_INIT("mailbox"), choose_mailbox},
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

static bool is_proof(const struct finding *f)
{
    return !f->trail && f->rule->rung >= FROM_RUNG && f->rule->weight >= WEIGHT_STRONG;
}

/* A lead that was made from what proves; and what was made on a host after a proof there. */
static bool is_theirs(const struct finding *findings, size_t at, const struct entity_ref *e)
{
    const struct finding *f = &findings[at];
    bool lead = !f->trail && f->rule->rung >= FROM_RUNG && f->rule->weight == WEIGHT_LEAD;
    if (!lead || f->led_by.len > 0 || !str_eq(e->role, STR("created"))) {
        return is_proof(f) || (lead && f->led_by.len > 0);
    }
    for (size_t i = 0; i < at; i++) {
        if (is_proof(&findings[i]) && str_eq_nocase(findings[i].host, f->host)) {
            return true;
        }
    }
    return false;
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

/* A session that was opened from an address, or by an account, that was followed: what an account
 * of everybody's did in it is theirs. The system's own sessions have small numbers. */
static str session_of_followed(const struct finding *f)
{
    str id = field_of(f, STR("TargetLogonId"));
    uint64_t n = 0;
    bool opened = f->trail && f->event_id == 4624 && str_eq(f->channel, STR("Security"));
    return opened && str_u64(id, &n) && n > WELL_KNOWN_SESSIONS ? id : STR_NONE;
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

struct gathering {
    struct quarry *out;
    size_t count, max;
};

static void gather_one(struct gathering *g, str kind, str value, str needle)
{
    if (needle.len && g->count < g->max && !has_needle(g->out, g->count, needle)) {
        g->out[g->count++] = (struct quarry){kind, value, needle};
    }
}

/* Those that were chosen `as`, each needle once. */
static size_t gather(const struct finding *findings, size_t count, enum choice as, size_t max,
                     struct quarry *out)
{
    struct gathering g = {out, 0, max};
    for (size_t i = 0; i < count; i++) {
        const struct finding *f = &findings[i];
        if (as == FOLLOW) {
            str child = child_of_followed(f), session = session_of_followed(f);
            gather_one(&g, STR("process"), child, child);
            gather_one(&g, STR("session"), session, session);
        }
        for (size_t k = 0; k < f->nentities; k++) {
            const struct entity_ref *e = &f->entities[k];
            str needle = STR_NONE;
            if (choose(e, &needle) == as && is_theirs(findings, i, e)) {
                gather_one(&g, e->kind, e->value, as == FOLLOW ? needle : e->value);
            }
        }
    }
    return g.count;
}

size_t trace_quarries(const struct finding *findings, size_t count, size_t max, struct arena *a,
                      struct quarry **out)
{
    *out = ARENA_ARRAY(a, struct quarry, max + 1);
    return *out ? gather(findings, count, FOLLOW, max, *out) : 0;
}

static const char *why_held(const struct quarry *q)
{
    static const struct {
        str kind;
        const char *why;
    } reasons[] = {
        {STR_INIT("address"), N_("an address inside: perhaps a proxy for all")},
        {STR_INIT("account"), N_("an account that does everything on a host") },
        {STR_INIT("mailbox"), N_("a mailbox: all its ordinary mail names it") },
        {STR_INIT("path"),    N_("a name that every server has")              },
        {STR_INIT("url"),     N_("a name that every server has")              },
    };
    if (str_eq(q->kind, STR("path")) && is_of_system(q->value)) {
        return N_("a program of the system itself");
    }
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (str_eq(q->kind, reasons[i].kind)) {
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
        (*out)[i] = (struct held){held[i].kind, held[i].value, why_held(&held[i])};
    }
    return n;
}
