#include "trace/leads.h"

#include "trace/sequel.h"

enum { FROM_RUNG = 3, ROUNDS = 8, KNOWN_MAX = 256, LEADS_MAX = 512, HELD_MAX = 256 };

/* A person at a page, even a busy one, and a monitor ask some times a minute; a tunnel asks all
 * the time. */
enum { TUNNEL_REQUESTS = 300, TUNNEL_A_MINUTE = 30 };

#define ENTITY(f, k, r)                                                \
    {                                                                  \
        .field = STR_INIT(f), .kind = STR_INIT(k), .role = STR_INIT(r) \
    }

static const struct rule_entity page_entities[] = {
    ENTITY("cs-uri-stem", "url", "shell"),
    ENTITY("c-ip", "address", "attacker"),
    ENTITY("cs-user-agent", "agent", "attacker"),
};
static const struct rule_entity tunnel_entities[] = {
    ENTITY("cs-uri-stem", "url", "tunnel"),
    ENTITY("c-ip", "address", "client"),
};
static const str shell_tags[] = {STR_INIT("attack.t1505.003"), STR_INIT("limier.shell-used")};
static const str shell_attack[] = {STR_INIT("T1505.003")};
static const str tunnel_tags[] = {STR_INIT("attack.t1572"), STR_INIT("limier.tunnel")};
static const str tunnel_attack[] = {STR_INIT("T1572")};

const struct rule_info rule_shared_page = {
    .id = STR_INIT("limier-intruders-page"),
    .title = STR_INIT("A rare page that an intruder used"),
    .titles = {{[LANG_FR] = STR_INIT("Page rare qu’un intrus a utilisée")}},
    .author = STR_INIT("limier"),
    .status = STR_INIT("stable"),
    .engine = STR_INIT("trail"),
    .source = STR_INIT("builtin:trail"),
    .level = LEVEL_HIGH,
    .tags = shell_tags,
    .ntags = ARRAY_LEN(shell_tags),
    .attack = shell_attack,
    .nattack = ARRAY_LEN(shell_attack),
    .rung = 5,
    .weight = WEIGHT_LEAD,
    .stage = STR_INIT("execute"),
    .entities = page_entities,
    .nentities = ARRAY_LEN(page_entities),
    .summary = {{
        [LANG_EN] = STR_INIT("{c-ip}, an address of the intruders, used {cs-uri-stem}, a page that "
                             "is hardly used by others (requests answered: {ok}, of them posted: "
                             "{posts}; other addresses: {others})."),
        [LANG_FR] =
            STR_INIT("{c-ip}, une adresse des intrus, a utilisé {cs-uri-stem}, une page que "
                     "presque personne d’autre n’utilise (requêtes abouties\u00a0: {ok}, "
                     "dont envois\u00a0: {posts}\u00a0; autres adresses\u00a0: {others})."),
    }},
    .benign = {{
        [LANG_EN] = STR_INIT("A page of the server itself that others happened not to ask for."),
        [LANG_FR] = STR_INIT("Une page du serveur lui-même que personne d’autre n’a demandée par "
                             "hasard."),
    }},
};

const struct rule_info rule_other_visitor = {
    .id = STR_INIT("limier-intruders-visitor"),
    .title = STR_INIT("Somebody else used a page of the intruders"),
    .titles = {{[LANG_FR] = STR_INIT("Page des intrus utilisée par quelqu’un d’autre")}},
    .author = STR_INIT("limier"),
    .status = STR_INIT("stable"),
    .engine = STR_INIT("trail"),
    .source = STR_INIT("builtin:trail"),
    .level = LEVEL_HIGH,
    .tags = shell_tags,
    .ntags = ARRAY_LEN(shell_tags),
    .attack = shell_attack,
    .nattack = ARRAY_LEN(shell_attack),
    .rung = 5,
    .weight = WEIGHT_LEAD,
    .stage = STR_INIT("execute"),
    .entities = page_entities,
    .nentities = ARRAY_LEN(page_entities),
    .summary = {{
        [LANG_EN] = STR_INIT("{c-ip} used {cs-uri-stem}, a page of the intruders (requests "
                             "answered: {ok}, of them posted: {posts})."),
        [LANG_FR] = STR_INIT("{c-ip} a utilisé {cs-uri-stem}, une page des intrus (requêtes "
                             "abouties\u00a0: {ok}, dont envois\u00a0: {posts})."),
    }},
    .benign = {{
        [LANG_EN] = STR_INIT("Somebody who examines the intrusion tried the page."),
        [LANG_FR] = STR_INIT("Quelqu’un qui examine l’intrusion a essayé la page."),
    }},
};

const struct rule_info rule_sequel = {
    .id = STR_INIT("limier-page-after-attempt"),
    .title = STR_INIT("A page answered for the first time, after an attempt"),
    .titles = {{[LANG_FR] =
                    STR_INIT("Page qui répond pour la première fois, après une tentative")}},
    .author = STR_INIT("limier"),
    .status = STR_INIT("stable"),
    .engine = STR_INIT("trail"),
    .source = STR_INIT("builtin:trail"),
    .level = LEVEL_HIGH,
    .tags = shell_tags,
    .ntags = ARRAY_LEN(shell_tags),
    .attack = shell_attack,
    .nattack = ARRAY_LEN(shell_attack),
    .rung = 4,
    .weight = WEIGHT_STRONG,
    .stage = STR_INIT("write"),
    .entities = page_entities,
    .nentities = ARRAY_LEN(page_entities),
    .summary = {{
        [LANG_EN] = STR_INIT("{after} s after an attempt to break in, {c-ip} posted to "
                             "{cs-uri-stem}, which had answered nobody before (requests answered: "
                             "{ok}, of them posted: {posts})."),
        [LANG_FR] = STR_INIT("{after} s après une tentative d’intrusion, {c-ip} a envoyé des "
                             "données à {cs-uri-stem}, qui n’avait encore répondu à personne "
                             "(requêtes abouties\u00a0: {ok}, dont envois\u00a0: {posts})."),
    }},
    .benign = {{
        [LANG_EN] = STR_INIT("A tester who tried pages of the server itself that nobody else asks "
                             "for; the file of the page would settle it."),
        [LANG_FR] = STR_INIT("Un testeur qui a essayé des pages du serveur lui-même que personne "
                             "d’autre ne demande\u00a0; le fichier de la page trancherait."),
    }},
};

const struct rule_info rule_tunnel = {
    .id = STR_INIT("limier-tunnel"),
    .title = STR_INIT("Requests to one page as of a tunnel"),
    .titles = {{[LANG_FR] = STR_INIT("Requêtes vers une page comme celles d’un tunnel")}},
    .author = STR_INIT("limier"),
    .status = STR_INIT("stable"),
    .engine = STR_INIT("trail"),
    .source = STR_INIT("builtin:trail"),
    .level = LEVEL_HIGH,
    .tags = tunnel_tags,
    .ntags = ARRAY_LEN(tunnel_tags),
    .attack = tunnel_attack,
    .nattack = ARRAY_LEN(tunnel_attack),
    .rung = 6,
    .weight = WEIGHT_LEAD,
    .stage = STR_INIT("move"),
    .entities = tunnel_entities,
    .nentities = ARRAY_LEN(tunnel_entities),
    .summary = {{
        [LANG_EN] =
            STR_INIT("{c-ip} alone asked {cs-uri-stem} {requests} times in {minutes} minutes "
                     "(posted: {posts}; bytes out: {sc-bytes}, in: {cs-bytes}): so a "
                     "connection is tunnelled through a page."),
        [LANG_FR] =
            STR_INIT("{c-ip} seul a appelé {cs-uri-stem} {requests} fois en {minutes} "
                     "minutes (envois\u00a0: {posts}\u00a0; octets sortis\u00a0: {sc-bytes}, "
                     "entrés\u00a0: {cs-bytes})\u00a0: c’est ainsi qu’une connexion passe "
                     "par une page."),
    }},
    .benign = {{
        [LANG_EN] = STR_INIT("A page of an application that asks for news without a pause."),
        [LANG_FR] = STR_INIT("Une page d’application qui demande des nouvelles sans relâche."),
    }},
};

/* ---- what pages and addresses are by nature */

static bool is_one_of(str word, const str *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(word, list[i])) {
            return true;
        }
    }
    return false;
}

bool page_is_common(str name)
{
    static const str common[] = {
        STR_INIT("default.aspx"),  STR_INIT("index.aspx"),     STR_INIT("logon.aspx"),
        STR_INIT("logoff.aspx"),   STR_INIT("signout.aspx"),   STR_INIT("error.aspx"),
        STR_INIT("errorfe.aspx"),  STR_INIT("index.php"),      STR_INIT("index.jsp"),
        STR_INIT("login.php"),     STR_INIT("web.config"),     STR_INIT("global.asax"),
        STR_INIT("cmd.exe"),       STR_INIT("powershell.exe"), STR_INIT("w3wp.exe"),
        STR_INIT("svchost.exe"),   STR_INIT("rundll32.exe"),   STR_INIT("expiredpassword.aspx"),
        STR_INIT("services.exe"),  STR_INIT("explorer.exe"),   STR_INIT("timeoutlogout.aspx"),
        STR_INIT("exchange.asmx"), STR_INIT("auth.owa"),       STR_INIT("proxylogon.ecp"),
    };
    return is_one_of(name, common, ARRAY_LEN(common));
}

bool page_is_shipped(str page)
{
    static const str shipped[] = {
        STR_INIT("/ecp/auth/TimeoutLogout.aspx"),
        STR_INIT("/owa/auth/OutlookCN.aspx"),
        STR_INIT("/owa/auth/RedirSuiteServiceProxy.aspx"),
        STR_INIT("/owa/auth/SvmFeedback.aspx"),
        STR_INIT("/owa/auth/errorFE.aspx"),
        STR_INIT("/owa/auth/expiredpassword.aspx"),
        STR_INIT("/owa/auth/frowny.aspx"),
        STR_INIT("/owa/auth/logoff.aspx"),
        STR_INIT("/owa/auth/logon.aspx"),
        STR_INIT("/owa/auth/signout.aspx"),
    };
    return is_one_of(page, shipped, ARRAY_LEN(shipped));
}

bool page_is_program(str page)
{
    static const str endings[] = {
        STR_INIT("aspx"), STR_INIT("ashx"), STR_INIT("asmx"),  STR_INIT("asp"), STR_INIT("php"),
        STR_INIT("php5"), STR_INIT("php7"), STR_INIT("phtml"), STR_INIT("jsp"), STR_INIT("jspx"),
        STR_INIT("jspf"), STR_INIT("cfm"),  STR_INIT("cgi"),   STR_INIT("pl"),  STR_INIT("py"),
    };
    str name = str_base(page), ending = STR_NONE;
    while (name.len && str_find_char(name, '.') < name.len) {
        name = str_from(name, str_find_char(name, '.') + 1);
        ending = name;
    }
    return is_one_of(ending, endings, ARRAY_LEN(endings));
}

bool address_leads_outside(str address)
{
    static const str inside[] = {
        STR_INIT("127."), STR_INIT("10."),  STR_INIT("192.168."), STR_INIT("169.254."),
        STR_INIT("0."),   STR_INIT("fe80"), STR_INIT("fc"),       STR_INIT("fd"),
    };
    for (size_t i = 0; i < ARRAY_LEN(inside); i++) {
        if (str_starts(address, inside[i])) {
            return false;
        }
    }
    str rest = address, first, second;
    uint64_t n = 0;
    bool in_172 = str_cut(&rest, '.', &first) && str_eq(first, STR("172")) &&
                  str_cut(&rest, '.', &second) && str_u64(second, &n) && n >= 16 && n <= 31;
    return !in_172 && !str_eq(address, STR("::1")) && !str_eq(address, STR("::"));
}

/* ---- the closure: addresses to pages to addresses */

struct tracker {
    const struct traffic_seen *seen;
    const struct visit *visits;
    size_t nvisits;
    str addresses[KNOWN_MAX], pages[KNOWN_MAX];
    size_t naddresses, npages;
    struct leads *out;
    bool changed;
};

static void learn(str *list, size_t *count, str value)
{
    if (value.len && *count < KNOWN_MAX && !is_one_of(value, list, *count)) {
        list[(*count)++] = value;
    }
}

static bool knows_address(const struct tracker *t, str address)
{
    return is_one_of(address, t->addresses, t->naddresses);
}

/* A page is known by its URL, or by the name of its file. */
static bool knows_page(const struct tracker *t, str page)
{
    return is_one_of(page, t->pages, t->npages) ||
           (!page_is_common(str_base(page)) && is_one_of(str_base(page), t->pages, t->npages));
}

static void learn_from(struct tracker *t, const struct finding *f)
{
    if (f->trail || f->rule->rung < FROM_RUNG || f->rule->weight < WEIGHT_STRONG) {
        return;
    }
    for (size_t i = 0; i < f->nentities; i++) {
        const struct entity_ref *e = &f->entities[i];
        bool shell = str_eq(e->role, STR("shell"));
        if (str_eq(e->kind, STR("address")) && str_eq(e->role, STR("attacker"))) {
            learn(t->addresses, &t->naddresses, e->value);
        } else if (shell && str_eq(e->kind, STR("url"))) {
            learn(t->pages, &t->npages, e->value);
        } else if (shell && str_eq(e->kind, STR("path"))) {
            learn(t->pages, &t->npages, str_base(e->value));
        }
    }
}

static void hold_back(struct tracker *t, str kind, str value, const char *why)
{
    struct leads *l = t->out;
    for (size_t i = 0; i < l->nheld; i++) {
        if (str_eq(l->held[i].value, value)) {
            return;
        }
    }
    if (l->nheld < HELD_MAX) {
        l->held[l->nheld++] = (struct held){kind, value, why};
    }
}

static void put_lead(struct tracker *t, struct lead lead)
{
    if (t->out->count < LEADS_MAX) {
        t->out->items[t->out->count++] = lead;
        t->changed = true;
    }
}

static bool same_page(const struct visit *a, const struct visit *b)
{
    return str_eq(a->host, b->host) && str_eq_nocase(a->page, b->page);
}

/* The visits to the page of visit `at` stand together. */
static size_t first_of_page(const struct tracker *t, size_t at)
{
    while (at > 0 && same_page(&t->visits[at - 1], &t->visits[at])) {
        at--;
    }
    return at;
}

/* Somebody whom nobody knows yet, who asked as one asks a web shell: he sends, and does not log on.
 */
static bool asks_as_of_a_shell(const struct visit *v)
{
    return v->posts * 2 > v->ok && v->account.len == 0 && address_leads_outside(v->address);
}

/* How many others used the page; SIZE_MAX: more than would use a shell, or in another way. */
static size_t others_of(const struct tracker *t, size_t at)
{
    enum { OTHERS_OF_A_SHELL = 2 };
    size_t others = 0, first = first_of_page(t, at);
    for (size_t i = first; i < t->nvisits && same_page(&t->visits[i], &t->visits[at]); i++) {
        const struct visit *v = &t->visits[i];
        bool used = v->ok + v->failed + v->moved > 0;
        if (!used || (v->address.len > 0 && knows_address(t, v->address))) {
            continue;
        }
        if (v->address.len == 0 || !asks_as_of_a_shell(v) || others == OTHERS_OF_A_SHELL) {
            return SIZE_MAX;
        }
        others++;
    }
    return others > 0 && !asks_as_of_a_shell(&t->visits[at]) ? SIZE_MAX : others;
}

static void consider_page(struct tracker *t, size_t at)
{
    const struct visit *v = &t->visits[at];
    if (v->ok == 0 || !knows_address(t, v->address) || knows_page(t, v->page) ||
        !page_is_program(v->page) || page_is_common(str_base(v->page)) ||
        page_is_shipped(v->page)) {
        return;
    }
    size_t others = others_of(t, at);
    if (others != SIZE_MAX) {
        learn(t->pages, &t->npages, v->page);
        put_lead(t, (struct lead){&rule_shared_page, v, v->address, others, NULL});
    }
}

static const struct visit *client_of(const struct tracker *t, str address)
{
    return t->seen->client_of ? t->seen->client_of(t->seen->ctx, address) : NULL;
}

static bool comes_with_many_agents(const struct tracker *t, str address)
{
    enum { AGENTS_OF_A_PROXY = 12 };
    const struct visit *client = client_of(t, address);
    return client && __builtin_popcountll(client->agents) >= AGENTS_OF_A_PROXY;
}

static void consider_visitor(struct tracker *t, const struct visit *v)
{
    if (v->ok == 0 || v->address.len == 0 || !knows_page(t, v->page) ||
        knows_address(t, v->address)) {
        return;
    }
    if (!address_leads_outside(v->address)) {
        hold_back(t, STR("address"), v->address, N_("an address inside: perhaps a proxy for all"));
    } else if (comes_with_many_agents(t, v->address)) {
        hold_back(t, STR("address"), v->address, N_("many programs come from it: a proxy"));
    } else if (v->posts == 0) {
        hold_back(t, STR("address"), v->address, N_("it only looked at a page of the intruders"));
    } else {
        learn(t->addresses, &t->naddresses, v->address);
        put_lead(t, (struct lead){&rule_other_visitor, v, v->page, 0, NULL});
    }
}

/* ---- tunnels */

/* Where programs talk to programs all day long. */
static bool is_for_programs(str page)
{
    static const str places[] = {
        STR_INIT("/ews/"),
        STR_INIT("/microsoft-server-activesync"),
        STR_INIT("/mapi/"),
        STR_INIT("/rpc/"),
        STR_INIT("/autodiscover/"),
        STR_INIT("/powershell"),
        STR_INIT("/oab/"),
        STR_INIT("/api/"),
        STR_INIT("/owa/service.svc"),
        STR_INIT("/wsus/"),
        STR_INIT("/clientwebservice/"),
        STR_INIT("/xmlrpc.php"),
    };
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (str_starts_nocase(page, places[i])) {
            return true;
        }
    }
    return false;
}

static bool is_alone(const struct tracker *t, size_t at)
{
    for (size_t i = first_of_page(t, at);
         i < t->nvisits && same_page(&t->visits[i], &t->visits[at]); i++) {
        if (i != at && t->visits[i].ok > 0) {
            return false;
        }
    }
    return true;
}

static bool is_tunnel(const struct tracker *t, size_t at)
{
    const struct visit *v = &t->visits[at];
    return v->address.len > 0 && v->account.len == 0 && v->requests >= TUNNEL_REQUESTS &&
           v->requests / (v->minutes + !v->minutes) >= TUNNEL_A_MINUTE &&
           v->ok * 10 >= v->requests * 9 && v->posts * 5 >= v->requests &&
           page_is_program(v->page) && !is_for_programs(v->page) && is_alone(t, at);
}

/* ---- what followed attempts */

/* Each is compared with all visits: a log that was made to hold more is not worth the hours. */
enum { SEQUELS_MAX = 1024 };

struct sequel { /* a page that answered for the first time to one who had just tried */
    const struct visit *visit;
    const struct finding *attempt;
};

/* Pages that answered this address and nobody else, whether it used them or only looked. */
static size_t pages_alone(const struct tracker *t, str address)
{
    size_t pages = 0;
    for (size_t i = 0; i < t->nvisits; i++) {
        const struct visit *v = &t->visits[i];
        pages += v->ok > 0 && str_eq_nocase(v->address, address) && page_is_program(v->page) &&
                 !page_is_common(str_base(v->page)) && !page_is_shipped(v->page) && is_alone(t, i);
    }
    return pages;
}

/* Why it says nothing after all; NULL: it does. An intruder comes for the page that he has left; a
 * test tries whatever there is, and a server that answers everything has whatever is asked for. */
static const char *why_no_sequel(const struct tracker *t, str address)
{
    enum { PAGES_OF_AN_INTRUDER = 3 };
    const struct visit *client = client_of(t, address);
    if (comes_with_many_agents(t, address)) {
        return N_("many programs come from it: a proxy");
    }
    if (client && visit_is_sweep(client)) {
        return N_("a sweep that was answered by a page nobody else asks for");
    }
    return pages_alone(t, address) > PAGES_OF_AN_INTRUDER
               ? N_("it tried many pages that nobody else asks for: a test, or a catalogue of "
                    "pages")
               : NULL;
}

/* Before the closure: who came in this way is an intruder, and the page his. */
static bool look_after_attempts(struct tracker *t, const struct finding *findings, size_t nfindings,
                                struct arena *a)
{
    struct sequel *all = NULL;
    size_t count = 0, cap = 0;
    for (size_t i = 0; i < t->nvisits; i++) {
        const struct finding *attempt = sequel_of(findings, nfindings, t->seen, i);
        if (!attempt) {
            continue;
        }
        if (count == SEQUELS_MAX) {
            hold_back(
                t, STR("url"), t->visits[i].page,
                N_("more pages answered after attempts than were compared, from this one on"));
            break;
        }
        struct sequel *grown = arena_grow(a, all, &cap, count + 1, sizeof *grown);
        if (!grown) {
            return false;
        }
        all = grown;
        all[count++] = (struct sequel){&t->visits[i], attempt};
    }
    for (size_t i = 0; i < count; i++) {
        const struct visit *v = all[i].visit;
        const char *why = why_no_sequel(t, v->address);
        if (why && !knows_address(t, v->address)) {
            hold_back(t, STR("address"), v->address, why);
        } else if (!why && !knows_page(t, v->page)) {
            learn(t->addresses, &t->naddresses, v->address);
            learn(t->pages, &t->npages, v->page);
            put_lead(t, (struct lead){&rule_sequel, v, v->address, 0, all[i].attempt});
        }
    }
    return true;
}

bool trace_leads(const struct finding *findings, size_t nfindings,
                 const struct traffic_seen *traffic, struct arena *a, struct leads *out)
{
    struct tracker *t = ARENA_NEW(a, struct tracker);
    *out = (struct leads){
        .items = ARENA_ARRAY(a, struct lead, LEADS_MAX),
        .held = ARENA_ARRAY(a, struct held, HELD_MAX),
    };
    if (!t || !out->items || !out->held) {
        return false;
    }
    *t = (struct tracker){.seen = traffic,
                          .visits = traffic->visits,
                          .nvisits = traffic->count,
                          .out = out,
                          .changed = true};
    for (size_t i = 0; i < nfindings; i++) {
        learn_from(t, &findings[i]);
    }
    if (!look_after_attempts(t, findings, nfindings, a)) {
        return false;
    }
    for (int round = 0; round < ROUNDS && t->changed; round++) {
        t->changed = false;
        for (size_t i = 0; i < t->nvisits; i++) {
            consider_visitor(t, &t->visits[i]);
        }
        for (size_t i = 0; i < t->nvisits; i++) {
            consider_page(t, i);
        }
    }
    for (size_t i = 0; i < t->nvisits; i++) {
        if (is_tunnel(t, i)) {
            put_lead(t, (struct lead){&rule_tunnel, &t->visits[i], STR_NONE, 0, NULL});
        }
    }
    return true;
}
