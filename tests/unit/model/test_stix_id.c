#include "kit.h"
#include "model/stix_id.h"

enum { LINE_MAX_BYTES = 1 << 20 };

static str id_of(struct arena *a, const char *text)
{
    enum json_fault fault;
    uint64_t at;
    str id = STR_NONE;
    const struct json_value *v = json_tree(bytes_of_str(str_of(text)), a, 1000, &fault, &at);
    return v && stix_observable_id(v, a, &id) ? id : STR_NONE;
}

static void an_address_has_the_id_that_the_text_prints(void)
{
    struct arena a;
    arena_init(&a, 1 << 16);
    CHECK_STR(id_of(&a, "{\"type\":\"ipv4-addr\",\"value\":\"198.52.200.4\"}"),
              "ipv4-addr--055987b7-7d94-5326-8e20-c3dad8241976");
    arena_done(&a);
}

static void of_several_hashes_one_contributes(void)
{
    struct arena a;
    arena_init(&a, 1 << 16);
    str both = id_of(&a, "{\"type\":\"file\",\"hashes\":{\"SHA-256\":\"bb\",\"MD5\":\"aa\"}}");
    str one = id_of(&a, "{\"type\":\"file\",\"hashes\":{\"MD5\":\"aa\"},\"size\":1}");
    CHECK(both.len && str_eq(both, one));
    arena_done(&a);
}

static void a_process_has_none(void)
{
    struct arena a;
    arena_init(&a, 1 << 16);
    CHECK(id_of(&a, "{\"type\":\"process\",\"pid\":4}").len == 0);
    CHECK(id_of(&a, "{\"type\":\"file\",\"size\":4}").len == 0);
    arena_done(&a);
}

static void objects_of_our_own_keep_their_id(void)
{
    struct arena a;
    arena_init(&a, 1 << 16);
    struct uuid u;
    str type, id = stix_own_id(&a, STR("report"), STR("case 1"));
    CHECK(stix_id_parse(id, &type, &u) && str_eq(type, STR("report")));
    CHECK(str_eq(id, stix_own_id(&a, STR("report"), STR("case 1"))));
    CHECK(!str_eq(id, stix_own_id(&a, STR("report"), STR("case 2"))));
    CHECK(!stix_id_parse(STR("report--00000000-0000-0000-0000-000000000000"), &type, &u));
    CHECK(!stix_id_parse(STR("report--055987b7-7d94-5326-8e20-c3dad824197"), &type, &u));
    arena_done(&a);
}

static void canonical_json_is_that_of_rfc_8785(void)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]",
         "[333333333.3333333,1e+30,4.5,0.002,1e-27]"                                                                        },
        {"{\"b\":-0,\"a\":1e21,\"c\":[1e20,123456789012345680000,1e-6,1e-7,-12.5]}",
         "{\"a\":1e+21,\"b\":0,\"c\":[100000000000000000000,123456789012345680000,0.000001,"
         "1e-7,-12.5]}"                                                                                                     },
        {"{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6}",
         "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"\xe2\x82\xac\":1,\"\xf0\x9f\x98\x80\":5,"
         "\"\xef\xac\xb3\":3}"                                                                                              },
        {"\"\\u0001\\b\\/\\\"\\\\\\u007f\"",                                                   "\"\\u0001\\b/\\\"\\\\\x7f\""},
        {"[true,false,null,{},[]]",                                                            "[true,false,null,{},[]]"    },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena a;
        struct buf out;
        enum json_fault fault;
        uint64_t at;
        arena_init(&a, 1 << 16);
        buf_init(&out, 1 << 16);
        json_canonical(&out, json_tree(bytes_of_str(str_of(cases[i].in)), &a, 100, &fault, &at));
        CHECK_STR(buf_str(&out), cases[i].out);
        buf_done(&out);
        arena_done(&a);
    }
}

static void all_ids_of_the_vectors_come_out(void)
{
    char path[4096];
    static char line[LINE_MAX_BYTES];
    const char *shared = kit_shared();
    size_t seen = 0;
    (void)snprintf(path, sizeof path, "%s/conformance/stix/stix-sco-ids.dev.jsonl",
                   shared ? shared : "");
    FILE *f = shared ? fopen(path, "r") : NULL;
    if (!f) {
        SKIP("LIMIER_SHARED has no ids of observables");
        return;
    }
    while (fgets(line, sizeof line, f)) {
        struct arena a;
        enum json_fault fault;
        uint64_t at;
        str id = STR_NONE;
        arena_init(&a, 1 << 22);
        const struct json_value *v = json_tree(bytes_of_str(str_of(line)), &a, 10000, &fault, &at);
        const struct json_value *want = json_member(v, STR("expect"));
        if (want) {
            bool has = stix_observable_id(json_member(v, STR("object")), &a, &id);
            CHECK(has && str_eq(id, want->text));
            if (!has || !str_eq(id, want->text)) {
                (void)fprintf(stderr, "%.*s: %s", STR_ARG(id), line);
            }
            seen++;
        }
        arena_done(&a);
    }
    (void)fclose(f);
    CHECK(seen > 50);
}

int main(void)
{
    RUN(an_address_has_the_id_that_the_text_prints);
    RUN(of_several_hashes_one_contributes);
    RUN(a_process_has_none);
    RUN(objects_of_our_own_keep_their_id);
    RUN(canonical_json_is_that_of_rfc_8785);
    RUN(all_ids_of_the_vectors_come_out);
    return kit_end();
}
