/* Access logs by shape and by the user's format string. The traps that files can show are golden
 * samples. */
#include "formats/web/access_log.h"
#include "parsing.h"

static str value_of(const char *log_format, const char *line, const char *field)
{
    static char kept[512];
    struct parsing r = {.log_format = log_format, .look_for = str_of(field)};
    parsing_all(&r, &format_access_log, literal(line));
    CHECK_INT(r.events, 1);
    size_t len = r.last_value.len < sizeof kept ? r.last_value.len : sizeof kept;
    memcpy(kept, r.last_value.p ? r.last_value.p : "", len);
    parsing_done(&r);
    return (str){kept, len};
}

static void an_apache_format_string_names_the_values(void)
{
    static const char format[] = "%{X-Forwarded-For}i %h %{%Y-%m-%dT%H:%M:%S%z}t \"%m %U%q %H\" "
                                 "%>s %D %{Host}i";
    static const char line[] =
        "192.0.2.1 10.0.0.9 2021-03-03T04:31:18+0100 \"POST /a?b=c HTTP/1.1\" 200 78 m.example\n";
    CHECK_STR(value_of(format, line, "cs-x-forwarded-for"), "192.0.2.1");
    CHECK_STR(value_of(format, line, "c-ip"), "10.0.0.9");
    CHECK_STR(value_of(format, line, "cs-method"), "POST");
    CHECK_STR(value_of(format, line, "cs-uri-query"), "b=c");
    CHECK_STR(value_of(format, line, "cs-uri-stem"), "/a");
    CHECK_STR(value_of(format, line, "sc-status"), "200");
    CHECK_STR(value_of(format, line, "time-taken-usec"), "78");
    CHECK_STR(value_of(format, line, "cs-host"), "m.example");
}

static void an_nginx_format_string_names_the_values(void)
{
    static const char format[] = "$time_iso8601|$remote_addr|$request|${status}|$http_user_agent|"
                                 "$upstream_addr";
    static const char line[] = "2021-03-03T04:31:18+01:00|192.0.2.1|GET /a HTTP/2.0|404|x y|a b\n";
    CHECK_STR(value_of(format, line, "c-ip"), "192.0.2.1");
    CHECK_STR(value_of(format, line, "cs-uri-stem"), "/a");
    CHECK_STR(value_of(format, line, "cs-version"), "HTTP/2.0");
    CHECK_STR(value_of(format, line, "sc-status"), "404");
    CHECK_STR(value_of(format, line, "cs-user-agent"), "x y");
    CHECK_STR(value_of(format, line, "upstream-addr"), "a b");
}

static usec time_with(const char *log_format, const char *line)
{
    struct parsing r = {.log_format = log_format};
    parsing_all(&r, &format_access_log, literal(line));
    CHECK_INT(r.heads, 1);
    parsing_done(&r);
    return r.last_time;
}

static void times_are_read_in_every_way_they_are_written(void)
{
    usec want = time_parse(STR("2021-03-03T03:31:18.123Z"));
    CHECK(time_with("$msec $status", "1614742278.123 200\n") == want);
    CHECK(time_with("%{msec}t %s", "1614742278123 200\n") == want);
    CHECK(time_with("%{usec}t %s", "1614742278123000 200\n") == want);
    CHECK(time_with("%{sec}t %s", "1614742278 200\n") == want - 123000);
    CHECK(time_with("%t %s", "[03/Mar/2021:04:31:18 +0100] 200\n") == want - 123000);
    CHECK(time_with("%s", "200\n") == TIME_NONE);
    CHECK(time_with("$msec $status", "99999999999999999 200\n") == TIME_NONE);
    CHECK(time_with("$msec $status", "999999999999999999999999 200\n") == TIME_NONE);
}

static void a_line_of_another_form_is_tried_with_the_usual_ones(void)
{
    struct parsing r = {.log_format = "%h %s", .look_for = STR("c-ip")};
    parsing_all(&r, &format_access_log,
                literal("192.0.2.1 200\n192.0.2.2 - - [03/Mar/2021:04:31:18 +0100] \"GET / "
                        "HTTP/1.1\" 200 1\nnothing of the kind\n"));
    CHECK_INT(r.events, 2);
    CHECK_INT(r.notes[NOTE_BAD_LINE], 1);
    CHECK_STR(r.last_value, "192.0.2.2");
    parsing_done(&r);
}

static void a_format_string_that_cannot_be_read_is_refused(void)
{
    CHECK(!access_log_refuses(STR("%h %u %t \"%r\" %>s %b")));
    CHECK(access_log_refuses(STR("%h%u")) != NULL);
    CHECK(access_log_refuses(STR("%h %{Referer")) != NULL);
    CHECK(access_log_refuses(STR("%")) != NULL);
    CHECK(access_log_refuses(STR("$")) != NULL);
    CHECK(access_log_refuses(STR("")) != NULL);
    CHECK(access_log_refuses(STR("no value")) != NULL);
    char many[4096];
    size_t at = 0;
    while (at + 4 < sizeof many) {
        memcpy(many + at, "%h ", 3);
        at += 3;
    }
    CHECK(access_log_refuses((str){many, at}) != NULL);
}

static void the_users_form_is_recognised_and_others_stay_what_they_are(void)
{
    bytes ours = literal("{\"x\"} 192.0.2.1 200\n");
    CHECK(format_given(ours, STR("x.log"), STR("{\"x\"} %h %s")) == &format_access_log);
    CHECK(format_given(ours, STR("x.log"), STR_NONE) != &format_access_log);
    CHECK(format_given(literal("{\"a\": 1}\n"), STR("x.json"), STR("%h %u %s")) ==
          format_named(STR("json")));
}

static void a_host_named_by_the_log_is_the_host(void)
{
    struct parsing r = {.log_format = "$hostname $status", .look_for = STR("sc-status")};
    parsing_all(&r, &format_access_log, literal("a 200\na 200\nb 200\n"));
    CHECK_STR(r.last_host, "b");
    CHECK_INT(r.notes[NOTE_OTHER_HOST], 1);
    parsing_done(&r);
}

static void a_time_after_the_last_change_of_the_file_is_noted(void)
{
    struct parsing r = {.modified = time_parse(STR("2021-03-04"))};
    parsing_all(&r, &format_access_log,
                literal("::1 - - [03/Mar/2021:04:31:18 +0100] \"GET / HTTP/1.1\" 200 1\n"
                        "::1 - - [03/Mar/2031:04:31:18 +0100] \"GET / HTTP/1.1\" 200 1\n"));
    CHECK_INT(r.notes[NOTE_TIME_FUTURE], 1);
    CHECK_INT(r.notes[NOTE_TIME_FAR], 1);
    parsing_done(&r);
}

static void a_line_of_100_mb_is_noted_and_takes_no_memory(void)
{
    enum { LONG = 100 << 20 };
    static const char row[] = "::1 - - [03/Mar/2021:04:31:18 +0100] \"GET / HTTP/1.1\" 200 1\n";
    uint8_t *log = room(LONG + sizeof row);
    memset(log, 'x', LONG);
    log[LONG - 1] = '\n';
    memcpy(log + LONG, row, sizeof row - 1);
    struct parsing r = {.arena_budget = 256 << 10, .scratch_budget = 64 << 10};
    parsing_all(&r, &format_access_log, (bytes){log, LONG + sizeof row - 1});
    CHECK_INT(r.heads, 1);
    CHECK_INT(r.notes[NOTE_LONG_LINE], 1);
    CHECK_INT(r.last_record, 2);
    parsing_done(&r);
    free(log);
}

static void any_budget_ends_in_a_note_or_all_events(void)
{
    bytes unit = literal("::1 - - [03/Mar/2021:04:31:18 +0100] \"GET / HTTP/1.1\" 200 1\n");
    for (uint64_t budget = 1; budget < 300000; budget = budget * 5 / 4 + 1) {
        struct parsing r = {.arena_budget = budget, .scratch_budget = budget};
        parsing_all(&r, &format_access_log, unit);
        CHECK(r.heads == 1 || r.notes[NOTE_OVER_BUDGET] == 1);
        parsing_done(&r);
    }
}

int main(void)
{
    RUN(an_apache_format_string_names_the_values);
    RUN(an_nginx_format_string_names_the_values);
    RUN(times_are_read_in_every_way_they_are_written);
    RUN(a_line_of_another_form_is_tried_with_the_usual_ones);
    RUN(a_format_string_that_cannot_be_read_is_refused);
    RUN(the_users_form_is_recognised_and_others_stay_what_they_are);
    RUN(a_host_named_by_the_log_is_the_host);
    RUN(a_time_after_the_last_change_of_the_file_is_noted);
    RUN(a_line_of_100_mb_is_noted_and_takes_no_memory);
    RUN(any_budget_ends_in_a_note_or_all_events);
    return kit_end();
}
