/* W3C, Exchange and plain logs; pages. The traps that files can show are golden samples. */
#include "formats/lines.h"
#include "parsing.h"

extern const struct format format_w3c, format_exchange, format_page, format_text_log;

static const char head[] = "#Software: Microsoft Internet Information Services 10.0\n"
                           "#Fields: date time c-ip cs-uri-stem sc-status\n";

/* `head`, `count` rows, and a row of `len` bytes after the first. */
static bytes log_with_long_row(size_t count, size_t len)
{
    static const char row[] = "2021-03-03 04:31:18 192.0.2.1 /a 200\n";
    size_t all = sizeof head - 1 + count * (sizeof row - 1) + len;
    uint8_t *p = room(all);
    size_t at = sizeof head - 1;
    memcpy(p, head, at);
    for (size_t i = 0; i < count; i++) {
        memcpy(p + at, row, sizeof row - 1);
        at += sizeof row - 1;
        if (i == 0) {
            memset(p + at, 'x', len - 1);
            at += len;
            p[at - 1] = '\n';
        }
    }
    return (bytes){p, all};
}

static void a_line_of_64_mb_is_noted_and_takes_no_memory(void)
{
    bytes unit = log_with_long_row(3, 64 << 20);
    const struct format *both[] = {&format_w3c, &format_text_log};
    for (size_t i = 0; i < 2; i++) {
        struct parsing r = {.arena_budget = 256 << 10, .scratch_budget = 64 << 10};
        parsing_all(&r, both[i], unit);
        CHECK_INT(r.notes[NOTE_LONG_LINE], 1);
        CHECK_INT(r.heads, i == 0 ? 3 : 5);
        CHECK_INT(r.last_record, 6);
        parsing_done(&r);
    }
    shared_free(unit);
}

static void a_row_of_almost_1_mb_is_read(void)
{
    char *row = room(1 << 20);
    int at = snprintf(row, 1 << 20, "%s2021-03-03 04:31:18 192.0.2.1 /", head);
    memset(row + at, 'a', 900000);
    (void)snprintf(row + at + 900000, 8, " 200\n");
    struct parsing r = {.look_for = STR("sc-status")};
    parsing_all(&r, &format_w3c, literal(row));
    CHECK_STR(r.last_value, "200");
    CHECK(r.last_len > 900000);
    parsing_done(&r);
    free(row);
}

static void headers_without_end_take_no_memory(void)
{
    enum { HEADERS = 20000 };
    char *log = room(HEADERS * 64);
    size_t at = 0;
    for (int i = 0; i < HEADERS; i++) {
        at += (size_t)snprintf(log + at, 64, "#Fields: date time c%d\n2021-03-03 04:31:18 %d\n", i,
                               i);
    }
    struct parsing r = {.arena_budget = 256 << 10, .look_for = STR("c19999")};
    parsing_all(&r, &format_w3c, (bytes){(uint8_t *)log, at});
    CHECK_INT(r.heads, HEADERS);
    CHECK_STR(r.last_value, "19999");
    parsing_done(&r);
    free(log);
}

static void more_columns_than_fit_bind_nothing(void)
{
    char log[8192] = "#Fields:";
    size_t at = strlen(log);
    for (int i = 0; i < 400; i++) {
        at += (size_t)snprintf(log + at, sizeof log - at, " c%d", i);
    }
    (void)snprintf(log + at, sizeof log - at, "\n2021-03-03 04:31:18 x\n");
    struct parsing r = {0};
    parsing_all(&r, &format_w3c, literal(log));
    CHECK_INT(r.heads, 0);
    CHECK_INT(r.notes[NOTE_BAD_HEADER], 1);
    CHECK_INT(r.notes[NOTE_NO_COLUMNS], 1);
    parsing_done(&r);
}

static void a_row_with_more_cells_than_can_be_told_apart_is_noted(void)
{
    char *log = room(1 << 20);
    size_t at = (size_t)snprintf(log, 1000, "%s2021-03-03", head);
    memset(log + at, ' ', 500000);
    (void)snprintf(log + at + 500000, 8, "x\n");
    struct parsing r = {0};
    parsing_all(&r, &format_w3c, literal(log));
    CHECK(r.heads == 0 && r.notes[NOTE_BAD_LINE] == 1);
    parsing_done(&r);
    free(log);
}

static void a_host_column_gives_the_host(void)
{
    struct parsing r = {.look_for = STR("cs-host")};
    parsing_all(&r, &format_w3c,
                literal("#Fields: date time s-computername cs(Host)\n"
                        "2021-03-03 04:31:18 MAIL01 mail.example\n"));
    CHECK_STR(r.last_host, "MAIL01");
    CHECK_STR(r.last_value, "mail.example");
    CHECK(r.last_time == time_parse(STR("2021-03-03T04:31:18Z")));
    parsing_done(&r);
}

static void stop_means_stop(void)
{
    struct parsing r = {.stop_after = 2};
    bytes unit = log_with_long_row(9, 10);
    parsing_all(&r, &format_w3c, unit);
    CHECK_INT(r.events, 2);
    parsing_done(&r);
    shared_free(unit);
}

static void any_budget_ends_in_a_note_or_all_events(void)
{
    bytes unit = log_with_long_row(9, 10);
    for (uint64_t budget = 1; budget < 300000; budget = budget * 5 / 4 + 1) {
        struct parsing r = {.arena_budget = budget, .scratch_budget = budget};
        parsing_all(&r, &format_w3c, unit);
        CHECK(r.heads == 9 || r.notes[NOTE_OVER_BUDGET] == 1);
        parsing_done(&r);
    }
    shared_free(unit);
}

static void the_real_tunnel_log_is_read_whole(void)
{
    if (!kit_shared()) {
        SKIP("the shared evidence is not here (LIMIER_SHARED)");
        return;
    }
    bytes unit = shared_file("corpus/weblogs/Tunna_rdp_tunnel_IIS.log");
    struct parsing r = {.look_for = STR("cs-uri-stem")};
    parsing_all(&r, &format_w3c, unit);
    CHECK_INT(r.events, 4298); /* grep -c '^2' */
    CHECK_INT(r.fields, 4298 * 15);
    CHECK_STR(r.last_channel, "iis");
    uint64_t noted = 0;
    for (size_t i = 0; i < NOTE_COUNT; i++) {
        noted += r.notes[i];
    }
    CHECK_INT(noted, 0);
    parsing_done(&r);
    shared_free(unit);
}

static void an_open_quote_costs_its_row_only(void)
{
    struct parsing r = {0};
    parsing_all(&r, &format_exchange,
                literal("#Fields: DateTime,A,B\n2021-03-03T04:31:18Z,\"open,x\n"
                        "2021-03-03T04:31:19Z,a,b\n2021-03-03T04:31:20Z,a,b\n"));
    CHECK_INT(r.heads, 3);
    CHECK_INT(r.notes[NOTE_BAD_HEADER], 1);
    parsing_done(&r);
}

static void a_quoted_value_goes_on_for_a_megabyte_and_no_more(void)
{
    enum { LONG = 3 << 20 };
    char *log = room(LONG + 200);
    for (size_t len = 1 << 10; len <= LONG; len *= 3072) {
        size_t at = (size_t)sprintf(log, "#Fields: DateTime,A,B\n2021-03-03T04:31:18Z,\"");
        for (size_t i = 0; i < len; i++) {
            log[at++] = i % 80 ? 'v' : '\n';
        }
        (void)sprintf(log + at, "\",b\n2021-03-03T04:31:19Z,a,b\n");
        struct parsing r = {.look_for = STR("B"), .arena_budget = 1 << 20};
        parsing_all(&r, &format_exchange, literal(log));
        CHECK_INT(r.heads, 2);
        CHECK(len < 1 << 20 ? r.notes[NOTE_BAD_LINE] == 0 : r.notes[NOTE_BAD_LINE] > 1000);
        parsing_done(&r);
    }
    free(log);
}

static void event_data_splits_only_before_a_key(void)
{
    struct parsing r = {.look_for = STR("CMD")};
    parsing_all(
        &r, &format_exchange,
        literal("#Log-type: ECP Server Log\n#Fields: TimeStamp,ServerName,EventId,EventData\n"
                "2021-03-03T04:31:18Z,M,ECP.Request,\"S:TIME=1;S:CMD=Set-X.A='a;b;S=c'."
                "B=$null;S:URL=/x\"\n"));
    CHECK_STR(r.last_value, "Set-X.A='a;b;S=c'.B=$null");
    CHECK_STR(r.last_channel, "exchange-ecp-server");
    CHECK_INT(r.fields, 7);
    parsing_done(&r);
}

static void keys_without_end_are_bounded(void)
{
    enum { KEYS = 5000 };
    char *log = room(KEYS * 8 + 200);
    size_t at = (size_t)sprintf(log, "#Fields: TimeStamp,EventData\n2021-03-03T04:31:18Z,S:a=1");
    for (int i = 0; i < KEYS; i++) {
        at += (size_t)sprintf(log + at, ";S:a=1");
    }
    struct parsing r = {.look_for = STR("a")};
    parsing_all(&r, &format_exchange, literal(log));
    CHECK(r.events == 1 && r.fields == 1024);
    CHECK_INT(r.notes[NOTE_OVER_BUDGET], 1);
    parsing_done(&r);
    free(log);
}

static void a_page_is_called_as_its_evidence_calls_it(void)
{
    struct parsing r = {.look_for = STR("TargetFilename"), .path = "a.zip!/b.7z!/C/wwwroot/x.aspx"};
    parsing_all(&r, &format_page, literal("<%@ Page %>"));
    CHECK_STR(r.last_value, "C/wwwroot/x.aspx");
    CHECK_STR(r.last_channel, "page");
    CHECK_INT(r.fields, 4);
    parsing_done(&r);
}

static void the_text_of_a_page_ends_at_1_mb_and_says_so(void)
{
    enum { LEN = (1 << 20) + 5 };
    uint8_t *page = room(LEN);
    memset(page, 'p', LEN);
    struct parsing r = {.look_for = STR("Content"), .path = "x.php"};
    parsing_all(&r, &format_page, (bytes){page, LEN});
    CHECK_INT(r.last_value.len, 1 << 20);
    CHECK_INT(r.notes[NOTE_OVER_BUDGET], 1);
    parsing_done(&r);
    free(page);
}

int main(void)
{
    RUN(a_line_of_64_mb_is_noted_and_takes_no_memory);
    RUN(a_row_of_almost_1_mb_is_read);
    RUN(headers_without_end_take_no_memory);
    RUN(more_columns_than_fit_bind_nothing);
    RUN(a_row_with_more_cells_than_can_be_told_apart_is_noted);
    RUN(a_host_column_gives_the_host);
    RUN(stop_means_stop);
    RUN(any_budget_ends_in_a_note_or_all_events);
    RUN(the_real_tunnel_log_is_read_whole);
    RUN(an_open_quote_costs_its_row_only);
    RUN(a_quoted_value_goes_on_for_a_megabyte_and_no_more);
    RUN(event_data_splits_only_before_a_key);
    RUN(keys_without_end_are_bounded);
    RUN(a_page_is_called_as_its_evidence_calls_it);
    RUN(the_text_of_a_page_ends_at_1_mb_and_says_so);
    return kit_end();
}
