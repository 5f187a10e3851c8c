#include "formats/unix/syslog_head.h"
#include "formats/unix/syslog_says.h"

#include "kit.h"

static usec at(const char *text)
{
    return time_parse(str_of(text));
}

static struct syslog_head head_of(const char *line, const char *modified)
{
    struct syslog_head h;
    usec when = modified ? at(modified) : TIME_NONE;
    CHECK(syslog_head(str_of(line), when, &h));
    return h;
}

static void a_year_is_the_last_one_before_the_file_was_written(void)
{
    const char *line = "Dec 31 23:59:59 mail01 sshd[1]: x",
               *spring = "Mar  3 10:11:12 mail01 su: x";
    CHECK(head_of(line, "2021-01-02").time == at("2020-12-31T23:59:59Z"));
    CHECK(head_of(spring, "2021-03-03T11:00:00Z").time == at("2021-03-03T10:11:12Z"));
    CHECK(head_of(spring, "2021-03-02T23:00:00Z").time == at("2021-03-03T10:11:12Z"));
    CHECK(head_of(spring, "2021-03-02T09:00:00Z").time == at("2020-03-03T10:11:12Z"));
    CHECK(head_of(spring, NULL).time == TIME_NONE);
}

static void the_29th_of_february_goes_back_to_a_leap_year(void)
{
    CHECK(head_of("Feb 29 01:02:03 h p: x", "2023-06-01").time == at("2020-02-29T01:02:03Z"));
}

static void a_year_that_is_written_counts(void)
{
    CHECK(head_of("Mar  3 2019 10:11:12: h p: x", "2021-06-01").time == at("2019-03-03T10:11:12Z"));
}

static void host_program_and_number_are_told_apart(void)
{
    struct syslog_head h = head_of("Mar  3 10:11:12 mail01 postfix/smtpd[77]: connect", NULL);
    CHECK(str_eq(h.host, STR("mail01")) && str_eq(h.program, STR("postfix/smtpd")));
    CHECK(str_eq(h.pid, STR("77")) && str_eq(h.message, STR("connect")));
    h = head_of("Mar  3 10:11:12 sshd[1]: no host", NULL);
    CHECK(h.host.len == 0 && str_eq(h.program, STR("sshd")));
}

static void a_line_that_begins_otherwise_is_refused(void)
{
    static const char *const lines[] = {"",
                                        "Mar",
                                        "Mar  3",
                                        "Xyz  3 1:2:3 h p: x",
                                        "<999999>Mar  3 10:11:12 h p: x",
                                        "Mar 32 10:11:12 h p: x",
                                        "Mar  3 25:11:12 h p: x",
                                        "2021-13-03T10:11:12Z h p: x",
                                        "<34>1 - - - - x"};
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct syslog_head h;
        CHECK(!syslog_head(str_of(lines[i]), TIME_NONE, &h));
    }
}

/* Whoever chooses the name of the user must not choose the address. */
static void an_address_in_a_name_is_not_taken_for_the_client(void)
{
    struct saying says[SAYINGS_MAX];
    size_t n = syslog_says(STR("sshd"),
                           STR("Failed password for invalid user a from 10.0.0.1 port 9 from "
                               "198.51.100.7 port 4711 ssh2"),
                           says);
    bool found = false;
    for (size_t i = 0; i < n; i++) {
        CHECK(!str_eq(says[i].value, STR("10.0.0.1")));
        found |=
            str_eq(says[i].name, STR("SourceIp")) && str_eq(says[i].value, STR("198.51.100.7"));
    }
    CHECK(found);
}

int main(void)
{
    RUN(a_year_is_the_last_one_before_the_file_was_written);
    RUN(the_29th_of_february_goes_back_to_a_leap_year);
    RUN(a_year_that_is_written_counts);
    RUN(host_program_and_number_are_told_apart);
    RUN(a_line_that_begins_otherwise_is_refused);
    RUN(an_address_in_a_name_is_not_taken_for_the_client);
    return kit_end();
}
