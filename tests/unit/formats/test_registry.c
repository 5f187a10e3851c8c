#include "parsing.h"

static const char *kind_of(const char *head, const char *path)
{
    const struct format *f = format_of(literal(head), str_of(path));
    return f ? f->name : "nothing";
}

#define CHECK_KIND(head, path, want) CHECK_STR(str_of(kind_of(head, path)), want)

static void every_format_is_found_by_its_name(void)
{
    size_t count = 0;
    for (; formats[count]; count++) {
        CHECK(format_named(str_of(formats[count]->name)) == formats[count]);
        CHECK(formats[count]->title && formats[count]->probe && formats[count]->parse);
    }
    CHECK(count >= 7);
    CHECK(format_named(STR("no such")) == NULL);
}

static void content_decides_before_the_name(void)
{
    CHECK_KIND("{\"EventID\":1}", "x.log", "json");
    CHECK_KIND("[{\"EventID\":1}]", "x", "json");
    CHECK_KIND("#Software: Microsoft Internet Information Services 10.0\n#Fields: date time\n", "x",
               "w3c");
    CHECK_KIND("#Software: Microsoft Exchange Server\n#Log-type: OWA Logs\n", "u_ex1.log",
               "exchange");
    CHECK_KIND("#Fields: DateTime,RequestId\n", "x", "exchange");
    CHECK_KIND("PK\3\4", "x.log", "archive");
}

static void the_name_helps_where_content_says_nothing(void)
{
    CHECK_KIND("2021-03-03 04:31:18 10.0.0.5 GET /\n", "W3SVC1/u_ex210303.log", "w3c");
    CHECK_KIND("2021-03-03T04:31:18Z,1\n", "HttpProxy_2021030304-1.LOG", "exchange");
    CHECK_KIND("nothing", "a/OABGeneratorLog/x.log", "text_log");
    CHECK_KIND("{\"damaged\" 1}", "x.jsonl", "json");
    CHECK_KIND("nothing", "x.log", "nothing");
    CHECK_KIND("", "x", "nothing");
}

static void a_page_stays_a_page_whatever_it_looks_like(void)
{
    CHECK_KIND("{\"a\":1}", "wwwroot/x.aspx", "page");
    CHECK_KIND("#Fields: date time\n<% %>", "x.ASHX", "page");
    CHECK_KIND("<?php", "upload.tmp", "page");
    CHECK_KIND("plain", "web.config", "page");
    CHECK_KIND("plain", "x.html", "nothing");
    uint8_t zip[] = "PK\3\4\0\0\0\0 staged for taking";
    const struct format *f = format_of((bytes){zip, sizeof zip}, STR("x.aspx"));
    CHECK_STR(str_of(f->name), "archive");
}

static void text_in_utf16_is_recognised(void)
{
    uint8_t wide[] = {0xff, 0xfe, '#', 0,   'F', 0,   'i', 0,   'e', 0,   'l', 0,   'd', 0,    's',
                      0,    ':',  0,   ' ', 0,   'd', 0,   'a', 0,   't', 0,   'e', 0,   '\n', 0};
    const struct format *f = format_of((bytes){wide, sizeof wide}, STR("x"));
    CHECK(f && str_eq(str_of(f->name), STR("w3c")));
}

int main(void)
{
    RUN(every_format_is_found_by_its_name);
    RUN(content_decides_before_the_name);
    RUN(the_name_helps_where_content_says_nothing);
    RUN(a_page_stays_a_page_whatever_it_looks_like);
    RUN(text_in_utf16_is_recognised);
    return kit_end();
}
