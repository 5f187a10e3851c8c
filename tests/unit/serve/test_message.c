#include "kit.h"
#include "serve/message.h"

static struct arena arena;

static void escapes_are_read_and_wrong_ones_stay(void)
{
    CHECK_STR(http_decoded(&arena, STR("a%2Fb+%41%"), false), "a/b+A%");
    CHECK_STR(http_decoded(&arena, STR("a+b%zz%4"), true), "a b%zz%4");
    CHECK_STR(http_encoded(&arena, STR("a b/\xc3\xa9~")), "a%20b%2F%C3%A9~");
}

static void a_query_gives_its_pairs(void)
{
    str query = STR("&match%5Bid%5D=a,b&&limit=&x"), name, value;
    CHECK(http_parameter(&query, &arena, &name, &value));
    CHECK_STR(name, "match[id]");
    CHECK_STR(value, "a,b");
    CHECK(http_parameter(&query, &arena, &name, &value) && value.len == 0);
    CHECK(http_parameter(&query, &arena, &name, &value));
    CHECK_STR(name, "x");
    CHECK(!http_parameter(&query, &arena, &name, &value));
}

static void a_media_type_has_parameters(void)
{
    str type;
    CHECK_STR(http_media(STR("a/b ; Version=\"2.1\"; charset=utf-8"), STR("version"), &type),
              "2.1");
    CHECK_STR(type, "a/b");
    CHECK(http_media(STR(""), STR("version"), &type).len == 0 && type.len == 0);
}

static bool may_ask(struct http_access access, const char *authorization)
{
    struct http_header header = {STR("AUTHORIZATION"), str_of(authorization)};
    struct http_request r = {.headers = &header, .nheaders = 1};
    return http_may_ask(&access, &r, &arena);
}

static void only_who_has_the_secret_may_ask(void)
{
    struct http_access anyone = {STR_NONE, STR("open sesame")},
                       me = {STR("me"), STR("open sesame")};
    CHECK(may_ask((struct http_access){STR_NONE, STR_NONE}, ""));
    CHECK(may_ask(anyone, "Bearer open sesame") && may_ask(anyone, "bearer  open sesame"));
    CHECK(!may_ask(anyone, "Bearer open sesam") && !may_ask(anyone, "Bearer open sesamee"));
    CHECK(!may_ask(anyone, "") && !may_ask(anyone, "Bearer") && !may_ask(anyone, "Basic ===="));
    CHECK(may_ask(anyone, "Basic eW91Om9wZW4gc2VzYW1l")); /* you */
    CHECK(may_ask(me, "Basic bWU6b3BlbiBzZXNhbWU=") &&
          !may_ask(me, "Basic eW91Om9wZW4gc2VzYW1l")); /* me */
}

int main(void)
{
    arena_init(&arena, 1 << 20);
    RUN(escapes_are_read_and_wrong_ones_stay);
    RUN(a_query_gives_its_pairs);
    RUN(a_media_type_has_parameters);
    RUN(only_who_has_the_secret_may_ask);
    arena_done(&arena);
    return kit_end();
}
