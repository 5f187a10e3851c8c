/* Events against rules: which rules see which events, through which names; and the fast path
 * against the slow one on random rules and events. */
#include "base/text.h"

#include "load.h"

static struct arena arena;
static struct names names;
static struct sigma *s;
static struct sigma_run *run;
static uint32_t hits[64];
static size_t nhits;

static void begin(const char *rules)
{
    struct err err = {0};
    arena_init(&arena, 256 << 20);
    CHECK(names_init(&names, &arena));
    s = sigma_new(&arena, &names);
    CHECK(load_sources(s));
    (void)sigma_add(s, STR("x.yml"), bytes_of_str(str_of(rules)));
    for (size_t i = 0; i < sigma_problem_count(s); i++) {
        if (sigma_problem(s, i)->fatal) {
            (void)fprintf(stderr, "%.*s\n", STR_ARG(sigma_problem(s, i)->text));
            CHECK(false);
        }
    }
    CHECK(sigma_compile(s, &err));
    run = sigma_run_new(s, (struct hash_key){5, 6});
}

static void end(void)
{
    sigma_run_free(run);
    sigma_done(s);
    arena_done(&arena);
}

static bool on_hit(void *ctx, const struct sigma_hit *hit)
{
    (void)ctx;
    CHECK(nhits == 0 || hits[nhits - 1] < hit->rule);
    if (nhits < ARRAY_LEN(hits)) {
        hits[nhits++] = hit->rule;
    }
    return true;
}

struct pair {
    const char *name, *value;
};

static bool as_utf16; /* how the values of events are held; numbers then as numbers */

static void hold_as_utf16(struct field *f)
{
    str text = str_of_bytes((bytes){f->data, f->len});
    uint64_t number = 0;
    uint8_t *p = arena_alloc(&arena, text.len * 2 + 8);
    size_t len = 0;
    if (text.len == 2 && str_u64(text, &number)) {
        p[len++] = (uint8_t)number;
    }
    for (size_t at = 0; !number && at < text.len; len += 2) {
        uint32_t c = utf8_next(text, &at);
        p[len] = (uint8_t)c;
        p[len + 1] = (uint8_t)(c >> 8);
    }
    f->type = number ? VALUE_UINT : VALUE_UTF16;
    f->data = p;
    f->len = (uint32_t)len;
}

static bool as_row; /* cells of one row, a blank between them, `-` for nothing */

static void hold_as_row(struct field *fields, size_t n)
{
    char *row = arena_alloc(&arena, 4096), *at = row;
    for (size_t i = 0; i < n; i++) {
        size_t len = fields[i].len;
        memcpy(at, len ? (const char *)fields[i].data : "-", len ? len : 1);
        fields[i].type = VALUE_TEXT;
        fields[i].data = bytes_of_str((str){at, len}).p;
        at += len ? len : 1;
        *at++ = ' ';
    }
}

/* How many rules match; fast and slow must agree on every one. */
static size_t matched(const char *channel, uint32_t id, const struct pair *pairs, size_t n)
{
    struct origin origin = {.channel = str_of(channel), .provider = STR("P"), .event_id = id};
    struct field fields[16];
    for (size_t i = 0; i < n; i++) {
        bytes value = bytes_of_str(str_of(pairs[i].value));
        str name = str_of(pairs[i].name);
        fields[i] = (struct field){name, value.p, (uint32_t)value.len, names_find(&names, name),
                                   pairs[i].value ? VALUE_TEXT : VALUE_NULL};
    }
    for (size_t i = 0; as_utf16 && i < n; i++) {
        if (fields[i].type == VALUE_TEXT) {
            hold_as_utf16(&fields[i]);
        }
    }
    if (as_row) {
        hold_as_row(fields, n);
    }
    struct event e = {.origin = &origin, .fields = fields, .nfields = n};
    sigma_run_unit(run);
    nhits = 0;
    bool wanted = sigma_run_wants(run, &origin);
    CHECK(sigma_run_event(run, &e, on_hit, NULL));
    CHECK(wanted || nhits == 0);
    struct arena scratch;
    arena_init(&scratch, 64 << 20);
    size_t slow = 0;
    for (uint32_t i = 0; i < sigma_rule_count(s); i++) {
        slow += sigma_holds(s, i, &e, false, &scratch);
    }
    CHECK_INT(nhits, slow);
    arena_done(&scratch);
    return nhits;
}

#define MATCHED(channel, id, ...)                            \
    matched(channel, id, (const struct pair[]){__VA_ARGS__}, \
            ARRAY_LEN(((const struct pair[]){__VA_ARGS__})))

#define SYSMON "Microsoft-Windows-Sysmon/Operational"

static void a_process_rule_sees_sysmon_and_the_audit_log(void)
{
    begin("title: T\nlogsource: {category: process_creation, product: windows}\n"
          "detection:\n  sel:\n    Image|endswith: '\\cmd.exe'\n    User|startswith: 'NT '\n"
          "    ProcessId: 500\n    IntegrityLevel: System\n  condition: sel\n");
    CHECK_INT(MATCHED(SYSMON, 1, {"Image", "C:\\CMD.exe"}, {"User", "NT AUTHORITY\\SYSTEM"},
                      {"ProcessId", "500"}, {"IntegrityLevel", "System"}),
              1);
    CHECK_INT(MATCHED(SYSMON, 5, {"Image", "C:\\CMD.exe"}, {"User", "NT AUTHORITY\\SYSTEM"},
                      {"ProcessId", "500"}, {"IntegrityLevel", "System"}),
              0);
    CHECK_INT(MATCHED("security", 4688, {"NewProcessName", "C:\\CMD.exe"},
                      {"NewProcessId", "0x1f4"}, {"ProcessId", "0x4"},
                      {"SubjectDomainName", "NT AUTHORITY"}, {"SubjectUserName", "SYSTEM"},
                      {"MandatoryLabel", "S-1-16-16384"}),
              1);
    CHECK_INT(MATCHED("Security", 4688, {"NewProcessName", "C:\\CMD.exe"}, {"NewProcessId", "0x4"},
                      {"ProcessId", "0x1f4"}, {"SubjectDomainName", "NT AUTHORITY"},
                      {"SubjectUserName", "SYSTEM"}, {"MandatoryLabel", "S-1-16-16384"}),
              0);
    end();
}

static void a_rule_of_the_audit_log_keeps_its_own_names(void)
{
    begin("title: T\nlogsource: {service: security, product: windows}\n"
          "detection:\n  sel:\n    EventID: 4688\n    ProcessId: '0x4'\n  condition: sel\n");
    CHECK_INT(MATCHED("Security", 4688, {"ProcessId", "0x4"}), 1);
    CHECK_INT(MATCHED("Security", 4689, {"ProcessId", "0x4"}), 0);
    CHECK_INT(MATCHED("System", 4688, {"ProcessId", "0x4"}), 0);
    end();
}

static void registry_events_are_told_apart_by_their_operation(void)
{
    begin("title: Set\nlogsource: {category: registry_set, product: windows}\n"
          "detection: {sel: {TargetObject|startswith: 'HKLM\\Run\\'}, condition: sel}\n---\n"
          "title: Delete\nlogsource: {category: registry_delete, product: windows}\n"
          "detection: {sel: {TargetObject|contains: '\\Run\\'}, condition: sel}\n");
    CHECK_INT(MATCHED("Security", 4657, {"ObjectName", "\\REGISTRY\\MACHINE\\Run"},
                      {"ObjectValueName", "evil"}, {"OperationType", "%%1905"}),
              1);
    CHECK_INT(hits[0], 0);
    CHECK_INT(MATCHED("Security", 4657, {"ObjectName", "\\REGISTRY\\MACHINE\\Run"},
                      {"ObjectValueName", "evil"}, {"OperationType", "%%1906"}),
              1);
    CHECK_INT(hits[0], 1);
    CHECK_INT(MATCHED(SYSMON, 12, {"TargetObject", "HKLM\\Run\\x"}, {"EventType", "CreateKey"}), 0);
    CHECK_INT(MATCHED(SYSMON, 12, {"TargetObject", "HKLM\\Run\\x"}, {"EventType", "DeleteKey"}), 1);
    end();
}

static void web_rules_see_iis_and_exchange(void)
{
    begin("title: T\nlogsource: {category: webserver}\n"
          "detection:\n  sel:\n    cs-method: POST\n    cs-uri|contains: '/x.js?a'\n"
          "  condition: sel\n");
    CHECK_INT(MATCHED("iis", 0, {"cs-method", "POST"}, {"cs-uri-stem", "/ecp/x.js"},
                      {"cs-uri-query", "a=1"}),
              1);
    CHECK_INT(MATCHED("exchange-httpproxy", 0, {"Method", "POST"}, {"UrlStem", "/ecp/x.js"},
                      {"UrlQuery", "a=1"}),
              1);
    CHECK_INT(MATCHED("exchange-ews", 0, {"Method", "POST"}, {"UrlStem", "/ecp/x.js"},
                      {"UrlQuery", "a=1"}),
              0);
    end();
}

static void names_have_seconds_and_origins_answer(void)
{
    begin("title: T\nlogsource: {product: windows}\n"
          "detection:\n  sel:\n    EventLog: Application\n    Provider_Name: p\n"
          "    ThreatName: x\n  condition: sel\n");
    CHECK_INT(MATCHED("Application", 7, {"Threat Name", "X"}), 1);
    CHECK_INT(MATCHED("Application", 7, {"EventLog", "other"}, {"Threat Name", "X"}), 0);
    CHECK_INT(MATCHED("iis", 7, {"Threat Name", "X"}), 0);
    end();
}

static void an_unknown_log_source_is_said(void)
{
    begin("title: T\nlogsource: {product: teapot}\n"
          "detection: {sel: {A: 1}, condition: sel}\n");
    CHECK_INT(sigma_problem_count(s), 1);
    CHECK(str_has(sigma_problem(s, 0)->text, STR("product teapot")));
    CHECK_INT(MATCHED("teapot", 0, {"A", "1"}), 0);
    end();
}

static void many_origins_in_one_unit_are_all_told_apart(void)
{
    begin("title: T\nlogsource: {service: security, product: windows}\n"
          "detection: {sel: {EventID: 7}, condition: sel}\n");
    for (uint32_t i = 0; i < 30000; i++) {
        struct origin o = {.channel = STR("Security"), .event_id = i % 10000, .number = i};
        CHECK(sigma_run_wants(run, &o) == (o.event_id == 7 || o.event_id == 0));
    }
    end();
}

/* ---- random rules, random events */

static uint64_t state;

static unsigned pick(unsigned below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 11) % below);
}

static const char *random_value(void)
{
    static const char *const values[] = {"a",  "B",       "ab",   "abc",         "cab",
                                         "10", "9",       "10.0", "x-a",         "/b",
                                         "",   "C:\\\\a", "a.b",  "192.168.1.7", "\303\244b"};
    return values[pick(ARRAY_LEN(values))];
}

static const char *random_item(void)
{
    static const char *const items[] = {"A: a",
                                        "B: '*b*'",
                                        "A|contains: [ab, ca]",
                                        "C|startswith: a",
                                        "B|endswith: B",
                                        "A|re: 'a.?b'",
                                        "C|re|i: '^B'",
                                        "B: 10",
                                        "A|gt: 9",
                                        "C: null",
                                        "A|exists: true",
                                        "C|neq: [a, b]",
                                        "A|fieldref: B",
                                        "B: ''",
                                        "A|contains|all: [a, b]",
                                        "B|cidr: 192.168.0.0/16",
                                        "C|cased: B",
                                        "A: 'a?c'",
                                        "C|windash|contains: '-a'",
                                        "B|contains|cased: A"};
    return items[pick(ARRAY_LEN(items))];
}

static int random_rule(char *out, unsigned number)
{
    static const char *const conditions[] = {
        "a and b",        "a or b",    "a and not b", "not a and not b",
        "(a or b) and c", "1 of them", "all of them", "not (a and b) or c"};
    int at = sprintf(out,
                     "%stitle: R%u\nlogsource: {service: security, product: windows}\n"
                     "detection:\n",
                     number ? "---\n" : "", number);
    for (char name = 'a'; name <= 'c'; name++) {
        const char *first = random_item(), *second = random_item();
        bool list = pick(3) == 0 || strcspn(first, ":") == strcspn(second, ":");
        if (pick(8) == 0) {
            static const char *const keywords[] = {
                "['ab', '*c?b*']", "['0']", "['\303\204b', 'x-a']", "['C:\\']", "[10, 'cab']"};
            const char *some = keywords[pick(ARRAY_LEN(keywords))];
            at += sprintf(out + at, "  %c: %s\n", name, some);
        } else if (list) { /* the same key must not stand twice in one map */
            at += sprintf(out + at, "  %c:\n    - %s\n    - %s\n", name, first, second);
        } else {
            at += sprintf(out + at, "  %c:\n    %s\n    %s\n", name, first, second);
        }
    }
    return at + sprintf(out + at, "  condition: %s\n", conditions[pick(ARRAY_LEN(conditions))]);
}

static size_t agree_on(uint64_t seed)
{
    enum { RULES = 30, EVENTS = 60 };
    static char yaml[RULES * 512];
    state = seed * 0x9e3779b97f4a7c15 + 1;
    int at = 0;
    for (unsigned i = 0; i < RULES; i++) {
        at += random_rule(yaml + at, i);
    }
    begin(yaml);
    CHECK_INT(sigma_rule_count(s), RULES);
    size_t total = 0;
    for (int e = 0; e < EVENTS; e++) {
        struct pair pairs[8];
        size_t n = pick(6);
        for (size_t i = 0; i < n; i++) {
            static const char *const fields[] = {"A", "B", "C", "D"};
            pairs[i] = (struct pair){fields[pick(4)], pick(12) ? random_value() : NULL};
        }
        total += matched("Security", 1, pairs, n);
    }
    end();
    return total;
}

static void the_fast_path_agrees_with_the_slow_one(void)
{
    size_t total = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        as_utf16 = seed % 2;
        total += agree_on(seed);
    }
    as_utf16 = false;
    CHECK(total > 5000);
}

/* ---- random rows, which are searched as a whole */

static const char *random_cell(void)
{
    static const char *const words[] = {"shell",
                                        "cmd.exe",
                                        "select",
                                        "/x.js",
                                        "?",
                                        "d=",
                                        "Kelvin",
                                        "<|>",
                                        "M",
                                        "=",
                                        "e",
                                        "GET",
                                        "\342\204\252elvin",
                                        "\303\251",
                                        "-",
                                        "\342"};
    static char room[32][128];
    static unsigned next;
    char *cell = room[next++ % ARRAY_LEN(room)];
    cell[0] = 0;
    for (unsigned i = pick(5); i > 0; i--) {
        strcat(cell, words[pick(ARRAY_LEN(words))]);
    }
    return cell;
}

static const char *random_web_item(void)
{
    static const char *const items[] = {"c-uri|contains: '?d='",
                                        "c-uri|contains: 'shell?select'",
                                        "cs-uri-query|contains: d=",
                                        "cs-uri-query|startswith: select",
                                        "cs-uri-stem|endswith: .js",
                                        "cs-uri-stem: cmd.exe",
                                        "c-useragent: M",
                                        "c-useragent|endswith: '='",
                                        "c-useragent|contains: '<|>'",
                                        "cs-user-agent|contains: kelvin",
                                        "cs-method: GET",
                                        "c-uri|re: 'cmd\\.exe\\?[a-z]+'",
                                        "c-uri|re|i: '(KELVIN|shell)='",
                                        "cs-uri|endswith: '?'",
                                        "c-useragent: ''",
                                        "cs-uri|startswith: '?d='",
                                        "c-uri|contains: '\303\251shell'",
                                        "cs-user-agent: null",
                                        "sc-status: 404",
                                        "c-uri-query|contains|all: [shell, select]",
                                        "cs-host|endswith: .ro",
                                        "cs-host|endswith: [k, .ms]",
                                        "cs-user-agent|contains: 'like Gecko; kelvin'"};
    return items[pick(ARRAY_LEN(items))];
}

static int random_web_rule(char *out, unsigned number)
{
    static const char *const conditions[] = {"a",
                                             "a and b",
                                             "a or b",
                                             "a and not b",
                                             "keywords",
                                             "keywords and not a",
                                             "a and keywords"};
    static const char *const keywords[] = {"[shell, '={{']", "['=M', kelvin]", "['<|>']",
                                           "['cmd*select']", "['?', 'e d']"};
    return sprintf(out,
                   "%stitle: R%u\nlogsource: {category: webserver}\ndetection:\n  a:\n    %s\n"
                   "  b:\n    %s\n  keywords: %s\n  condition: %s\n",
                   number ? "---\n" : "", number, random_web_item(), random_web_item(),
                   keywords[pick(ARRAY_LEN(keywords))], conditions[pick(ARRAY_LEN(conditions))]);
}

/* Long enough to be remembered, and seen again and again. */
static const char *random_long_cell(void)
{
    static const char *const cells[] = {"Mozilla/5.0 like Gecko; Kelvin shell=",
                                        "Mozilla/5.0 like Gecko; \342\204\252elvin d=",
                                        "mail.intranet.example.co.RO",
                                        "mail.intranet.example.com.MS",
                                        "mail.intranet.example.\342\204\252",
                                        "Mozilla/5.0 like no other <|> ={{ agent",
                                        "Mozilla/5.0 of nothing in particular at all"};
    return cells[pick(ARRAY_LEN(cells))];
}

static size_t agree_on_rows(uint64_t seed)
{
    enum { RULES = 20, EVENTS = 100 };
    static char yaml[RULES * 512];
    static const char *const columns[] = {"cs-method", "cs-uri-stem",   "cs-uri-query",
                                          "sc-status", "cs-user-agent", "cs-host"};
    state = seed * 0x9e3779b97f4a7c15 + 1;
    int at = 0;
    for (unsigned i = 0; i < RULES; i++) {
        at += random_web_rule(yaml + at, i);
    }
    begin(yaml);
    CHECK_INT(sigma_rule_count(s), RULES);
    size_t total = 0;
    for (int e = 0; e < EVENTS; e++) {
        struct pair pairs[ARRAY_LEN(columns)];
        size_t n = 2 + pick(ARRAY_LEN(columns) - 1), first = pick(4) ? 0 : pick(6);
        as_row = pick(8) > 0; /* what is kept from row to row holds for no other event */
        for (size_t i = 0; i < n; i++) {
            const char *name = columns[(first + i) % ARRAY_LEN(columns)];
            const char *cell = pick(3) ? random_cell() : random_long_cell();
            pairs[i] = (struct pair){
                name, str_eq(str_of(name), STR("sc-status")) && pick(2) ? "404" : cell};
        }
        total += matched("iis", 0, pairs, n);
    }
    end();
    return total;
}

static void rows_searched_as_a_whole_lose_nothing(void)
{
    size_t total = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        total += agree_on_rows(seed);
    }
    as_row = false;
    CHECK(total > 5000);
}

int main(void)
{
    RUN(a_process_rule_sees_sysmon_and_the_audit_log);
    RUN(a_rule_of_the_audit_log_keeps_its_own_names);
    RUN(registry_events_are_told_apart_by_their_operation);
    RUN(web_rules_see_iis_and_exchange);
    RUN(names_have_seconds_and_origins_answer);
    RUN(an_unknown_log_source_is_said);
    RUN(many_origins_in_one_unit_are_all_told_apart);
    RUN(the_fast_path_agrees_with_the_slow_one);
    RUN(rows_searched_as_a_whole_lose_nothing);
    return kit_end();
}
