/* JSON events. The shapes are golden samples; here are limits, laws and real recordings. */
#include "parsing.h"

extern const struct format format_json, format_archive;

static usec time_of(const char *json)
{
    struct parsing r = {0};
    parsing_all(&r, &format_json, literal(json));
    CHECK_INT(r.heads, 1);
    parsing_done(&r);
    return r.last_time;
}

static void the_source_clock_goes_before_the_collectors(void)
{
    CHECK(time_of(
              "{\"EventTime\":\"2020-01-01 00:00:00\",\"@timestamp\":\"2020-01-02T00:00:00Z\"}") ==
          time_parse(STR("2020-01-02")));
    CHECK(time_of("{\"@timestamp\":\"2020-01-02T00:00:00Z\",\"TimeCreated\":\"2020-01-03\"}") ==
          time_parse(STR("2020-01-03")));
    CHECK(time_of("{\"EventTime\":\"2020-01-01 00:00:00\"}") == time_parse(STR("2020-01-01")));
    CHECK(time_of("{\"TimeCreated\":\"bad\",\"@timestamp\":\"2020-01-02\"}") ==
          time_parse(STR("2020-01-02")));
    CHECK(time_of("{\"time\":1577923200.5}") == time_parse(STR("2020-01-02T00:00:00.5")));
    CHECK(time_of("{\"time\":1577923200.1234567}") ==
          time_parse(STR("2020-01-02T00:00:00.123456")));
    CHECK(time_of("{\"time\":1577923200123}") == time_parse(STR("2020-01-02T00:00:00.123")));
    CHECK(time_of("{\"time\":1577923200123456}") == time_parse(STR("2020-01-02T00:00:00.123456")));
    CHECK(time_of("{\"time\":\"/Date(1577923200123)/\"}") ==
          time_parse(STR("2020-01-02T00:00:00.123")));
    CHECK(time_of("{\"a\":1}") == TIME_NONE);
    CHECK(time_of("{\"time\":99999999999999999999}") == TIME_NONE);
}

static str host_of(struct parsing *r, const char *json)
{
    r->look_for = STR("x");
    parsing_all(r, &format_json, literal(json));
    return r->last_host;
}

static void the_host_goes_before_the_collector(void)
{
    struct parsing r = {0};
    CHECK_STR(host_of(&r, "{\"host\":\"wec\",\"Hostname\":\"ws5\"}"), "ws5");
    CHECK_STR(host_of(&r, "{\"host\":{\"name\":\"ws6\"}}"), "ws6");
    CHECK_STR(host_of(&r, "{\"host\":\"wec\"}"), "wec");
    CHECK_STR(host_of(&r, "{\"host\":null}"), "");
    parsing_done(&r);
}

static void the_number_of_a_record_is_its_own_or_its_line(void)
{
    struct parsing r = {0};
    parsing_all(&r, &format_json, literal("{\"EventRecordID\":\"77\"}\n"));
    CHECK_INT(r.last_record, 77);
    parsing_all(&r, &format_json, literal("{\"a\":1}\n\n{\"EventRecordID\":\"no number\"}\n"));
    CHECK_INT(r.last_record, 3);
    parsing_done(&r);
}

static void a_name_changes_its_place_and_is_still_known(void)
{
    /* Keys in another order, missing, and twice: the guess of the next key must never decide. */
    struct parsing r = {.look_for = STR("b")};
    parsing_all(&r, &format_json,
                literal("{\"a\":\"1\",\"b\":\"2\",\"c\":{\"a\":\"3\"}}\n"
                        "{\"c\":{\"b\":\"x\",\"a\":\"3\"},\"b\":\"4\",\"a\":\"1\"}\n"
                        "{\"b\":\"5\"}\n{\"a\":\"1\",\"a\":\"2\",\"b\":\"6\"}\n"));
    CHECK_STR(r.last_value, "6");
    CHECK_INT(r.fields, 3 + 4 + 1 + 3);
    parsing_done(&r);
}

static void more_names_than_the_table_holds_are_still_read(void)
{
    enum { NAMES = 10000 };
    char *json = room(NAMES * 32 + 100);
    size_t at = 0;
    for (int i = 0; i < NAMES; i++) {
        at += (size_t)sprintf(json + at, "{\"name%d\":{\"in\":%d}}\n", i, i);
    }
    struct parsing r = {.look_for = STR("name9999.in"), .arena_budget = 4 << 20};
    parsing_all(&r, &format_json, literal(json));
    CHECK_INT(r.events, NAMES);
    CHECK_STR(r.last_value, "9999");
    parsing_done(&r);
    free(json);
}

static void depth_beyond_the_limit_is_bad_json(void)
{
    for (int depth = 60; depth < 70; depth++) {
        char json[1024] = "";
        size_t at = 0;
        for (int i = 0; i < depth; i++) {
            at += (size_t)sprintf(json + at, "{\"a\":");
        }
        at += (size_t)sprintf(json + at, "1");
        memset(json + at, '}', (size_t)depth);
        json[at + (size_t)depth] = '\n';
        struct parsing r = {.look_for = STR("a")};
        parsing_all(&r, &format_json, literal(json));
        CHECK_INT(r.heads, depth <= 64);
        CHECK_INT(r.notes[NOTE_BAD_JSON], depth > 64);
        parsing_done(&r);
    }
}

static void a_line_of_64_mb_is_noted_and_takes_no_memory(void)
{
    enum { LEN = 64 << 20 };
    char *json = room(LEN + 100);
    size_t at = (size_t)sprintf(json, "{\"a\":1}\n{\"b\":\"");
    memset(json + at, 'x', LEN);
    size_t len = at + LEN + (size_t)sprintf(json + at + LEN, "\"}\n{\"a\":2}\n");
    struct parsing r = {.arena_budget = 1 << 20, .scratch_budget = 64 << 10};
    parsing_all(&r, &format_json, (bytes){(uint8_t *)json, len});
    CHECK_INT(r.heads, 2);
    CHECK_INT(r.last_record, 3);
    CHECK_INT(r.notes[NOTE_LONG_LINE], 1);
    json[7] = ' '; /* now the first line holds two objects, and one of them goes on and on */
    struct parsing all = {.arena_budget = 1 << 20, .scratch_budget = 64 << 10};
    parsing_all(&all, &format_json, (bytes){(uint8_t *)json, len});
    CHECK(all.heads >= 1 && all.notes[NOTE_LONG_LINE] == 1);
    parsing_done(&r);
    parsing_done(&all);
    free(json);
}

static void an_object_of_too_many_values_is_given_in_part(void)
{
    enum { VALUES = 100000 };
    char *json = room(VALUES * 2 + 100);
    size_t at = (size_t)sprintf(json, "{\"a\":[0");
    for (int i = 1; i < VALUES; i++) {
        at += (size_t)sprintf(json + at, ",0");
    }
    (void)sprintf(json + at, "]}\n{\"a\":7}\n");
    struct parsing r = {.look_for = STR("a")};
    parsing_all(&r, &format_json, literal(json));
    CHECK_INT(r.events, 2);
    CHECK_INT(r.fields, (1 << 16) + 1);
    CHECK_INT(r.notes[NOTE_OVER_BUDGET], 1);
    parsing_done(&r);
    free(json);
}

static void any_budget_ends_in_a_note_or_all_events(void)
{
    const char *json = "{\"Channel\":\"a\\u00e9\",\"Hostname\":\"b\",\"x\":{\"y\":[1,\"\\n\"]}}\n"
                       "{\"Channel\":\"c\",\"EventID\":7}\n";
    for (uint64_t budget = 1; budget < 600000; budget = budget * 5 / 4 + 1) {
        struct parsing r = {
            .arena_budget = budget, .scratch_budget = budget, .look_for = STR("x.y")};
        parsing_all(&r, &format_json, literal(json));
        CHECK(r.heads == 2 || r.notes[NOTE_OVER_BUDGET] >= 1);
        parsing_done(&r);
    }
}

static void a_damaged_object_in_an_array_costs_itself(void)
{
    struct parsing r = {0};
    parsing_all(
        &r, &format_json,
        literal("[{\"a\":1},{\"a\":\"x\ny\"},{\"a\":2},\n{\"a\":tru},{\"a\":3}, {\"a\":4}]"));
    CHECK_INT(r.heads, 4);
    CHECK_INT(r.notes[NOTE_BAD_JSON], 2);
    parsing_done(&r);
}

/* ---- real recordings */

static struct parsing recording;

static void read_recording(bytes content)
{
    if (content.len && content.p[0] == '{') {
        parsing_all(&recording, &format_json, content);
    }
}

static void unpack_recording(const char *name)
{
    bytes zip = shared_file(name);
    struct parsing r = {.with_member = read_recording, .path = name};
    parsing_all(&r, &format_archive, zip);
    CHECK(r.members >= 1 && r.whole_members == r.members);
    parsing_done(&r);
    shared_free(zip);
}

static void every_recording_gives_the_events_its_manifest_counts(void)
{
    static const struct {
        const char *name;
        uint64_t events;
    } recordings[] = {
  /* 25,209 in the manifest, which counts a line end in the archive's second member. */
        {"corpus/otrf/cmd_wevtutil_modify_security_eventlog_path.zip",      25208},
        {"corpus/otrf/covenant_dcom_registerxll.zip",                       5504 },
        {"corpus/otrf/empire_find_localadmin_smb_svcctl_OpenSCManager.zip", 4570 },
        {"corpus/otrf/empire_invoke_runas.tar.gz",                          2581 },
        {"corpus/otrf/empire_mimikatz_logonpasswords.zip",                  6026 },
        {"corpus/otrf/msf_record_mic.zip",                                  6202 },
        {"corpus/otrf/psh_python_webserver.zip",                            2395 },
    };
    if (!kit_shared()) {
        SKIP("the shared evidence is not here (LIMIER_SHARED)");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(recordings); i++) {
        recording = (struct parsing){0};
        unpack_recording(recordings[i].name);
        CHECK_INT(recording.heads, recordings[i].events);
        for (size_t n = 0; n < NOTE_COUNT; n++) {
            CHECK_INT(recording.notes[n], 0);
        }
        parsing_done(&recording);
    }
}

static uint64_t in_channel;
static str channel_counted;
static usec first_time, last_time;

static void count_channel(const struct event *head)
{
    in_channel += str_eq(head->origin->channel, channel_counted);
    first_time = head->time < first_time ? head->time : first_time;
    last_time = head->time > last_time ? head->time : last_time;
    CHECK_STR(head->origin->host, "MXS01.azsentinel.local");
}

static void proxylogon_has_the_channels_of_its_truth(void)
{
    static const struct {
        const char *channel;
        uint64_t events;
    } channels[] = {
  /* knowledge/proxylogon-truth.json */
        {"Microsoft-Windows-Sysmon/Operational", 4679},
        {"Security",                             5227},
        {"Application",                          39  },
        {"MSExchange Management",                3   },
    };
    if (!kit_shared()) {
        SKIP("the shared evidence is not here (LIMIER_SHARED)");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(channels); i++) {
        channel_counted = str_of(channels[i].channel);
        in_channel = 0;
        first_time = INT64_MAX;
        last_time = INT64_MIN;
        recording = (struct parsing){.with_head = count_channel};
        unpack_recording("corpus/otrf/proxylogon_ssrf_rce_poc.zip");
        CHECK_INT(recording.heads, 10487);
        CHECK_INT(in_channel, channels[i].events);
        CHECK(first_time == time_parse(STR("2021-03-14T01:39:32.609Z")));
        CHECK(last_time == time_parse(STR("2021-03-14T01:40:59.225Z")));
        parsing_done(&recording);
    }
}

int main(void)
{
    RUN(the_source_clock_goes_before_the_collectors);
    RUN(the_host_goes_before_the_collector);
    RUN(the_number_of_a_record_is_its_own_or_its_line);
    RUN(a_name_changes_its_place_and_is_still_known);
    RUN(more_names_than_the_table_holds_are_still_read);
    RUN(depth_beyond_the_limit_is_bad_json);
    RUN(a_line_of_64_mb_is_noted_and_takes_no_memory);
    RUN(an_object_of_too_many_values_is_given_in_part);
    RUN(any_budget_ends_in_a_note_or_all_events);
    RUN(a_damaged_object_in_an_array_costs_itself);
    RUN(every_recording_gives_the_events_its_manifest_counts);
    RUN(proxylogon_has_the_channels_of_its_truth);
    return kit_end();
}
