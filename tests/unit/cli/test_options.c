#include "cli/options.h"

#include "kit.h"

struct sample {
    bool flag;
    const char *text;
    struct option_list list;
    unsigned number;
    usec time;
};

static const struct option table[] = {
    {"flag",       'f', OPTION_FLAG, offsetof(struct sample, flag), NULL, ""},
    {"output", 'o', OPTION_TEXT, offsetof(struct sample, text), "FILE", ""},
    {"rules",       'r', OPTION_LIST, offsetof(struct sample, list), "RULES", ""},
    {"threads",          0, OPTION_NUMBER, offsetof(struct sample, number), "N", ""},
    {"from",     0, OPTION_TIME, offsetof(struct sample, time), "T", ""},
    {0},
};
static const struct command command = {
    .name = "sample",
    .usage = "A [B]",
    .options = table,
    .options_size = sizeof(struct sample),
    .min_args = 1,
    .max_args = 2,
};
static struct arena arena;
static struct err err;
static bool help;

/* Parses words ended by NULL. */
static bool parse(struct invocation *in, const char *const *words)
{
    int count = 0;
    while (words[count]) {
        count++;
    }
    *in = (struct invocation){.command = &command, .arena = &arena};
    err = (struct err){0};
    help = false;
    return options_parse(in, count, words, &help, &err);
}

#define PARSE(in, ...) parse((in), (const char *const[]){__VA_ARGS__, NULL})

static void options_and_arguments_may_be_mixed(void)
{
    struct invocation in;
    CHECK(PARSE(&in, "one", "-o", "out", "--flag", "two", "--threads=8"));
    const struct sample *o = in.options;
    CHECK(in.nargs == 2 && strcmp(in.args[1], "two") == 0);
    CHECK(o->flag && strcmp(o->text, "out") == 0 && o->number == 8);
    CHECK(o->time == TIME_NONE);
}

static void lists_keep_their_order(void)
{
    struct invocation in;
    CHECK(PARSE(&in, "x", "-r", "a", "-rb", "--rules=c", "--rules", "d"));
    const struct sample *o = in.options;
    CHECK_INT(o->list.count, 4);
    CHECK_STR(str_of(o->list.items[0]), "a");
    CHECK_STR(str_of(o->list.items[1]), "b");
    CHECK_STR(str_of(o->list.items[2]), "c");
    CHECK_STR(str_of(o->list.items[3]), "d");
}

static void two_dashes_end_the_options(void)
{
    struct invocation in;
    CHECK(PARSE(&in, "--", "--flag", "-o"));
    CHECK(in.nargs == 2 && !((const struct sample *)in.options)->flag);
    CHECK(PARSE(&in, "-")); /* one dash alone is an argument */
}

static void times_are_rfc_3339_or_dates(void)
{
    struct invocation in;
    CHECK(PARSE(&in, "x", "--from", "1970-01-02"));
    CHECK_INT(((const struct sample *)in.options)->time, 86400 * USEC_PER_SEC);
    CHECK(!PARSE(&in, "x", "--from", "yesterday") && strstr(err.text, "yesterday"));
}

static void every_wrong_use_is_named(void)
{
    struct invocation in;
    CHECK(!PARSE(&in, "x", "--ouptut", "y") && strstr(err.text, "--output"));
    CHECK(!PARSE(&in, "x", "--zzzzzzzz") && strstr(err.text, "--zzzzzzzz"));
    CHECK(!PARSE(&in, "x", "-q") && strstr(err.text, "-q"));
    CHECK(!PARSE(&in, "x", "--flag=yes") && strstr(err.text, "takes no value"));
    CHECK(!PARSE(&in, "x", "-o") && strstr(err.text, "FILE"));
    CHECK(!PARSE(&in, "x", "--threads", "many") && strstr(err.text, "many"));
    CHECK(!PARSE(&in, "x", "--threads", "0"));
    CHECK(!PARSE(&in, "x", "--threads", "65536"));
    CHECK(!PARSE(&in, "--flag") && strstr(err.text, "A [B]"));
    CHECK(!PARSE(&in, "a", "b", "c") && strstr(err.text, "\"c\""));
    CHECK_INT(err.kind, ERR_USAGE);
}

static void help_wins_over_what_is_missing(void)
{
    struct invocation in;
    CHECK(PARSE(&in, "--help") && help);
    CHECK(PARSE(&in, "-h") && help);
    CHECK(PARSE(&in, "x", "--", "--help") && !help);
}

int main(void)
{
    arena_init(&arena, 1 << 20);
    RUN(options_and_arguments_may_be_mixed);
    RUN(lists_keep_their_order);
    RUN(two_dashes_end_the_options);
    RUN(times_are_rfc_3339_or_dates);
    RUN(every_wrong_use_is_named);
    RUN(help_wins_over_what_is_missing);
    arena_done(&arena);
    return kit_end();
}
