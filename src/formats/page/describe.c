#include "formats/page/describe.h"

/* The field of each sink, and the one that names the parameter. Worst first. */
static const struct {
    str field, parameter, word;
} describe_sinks[SINK_COUNT] = {
    [SINK_EVALUATE] = {STR_INIT("Evaluates"),    STR_INIT("EvaluatesParameter"),    STR_INIT("evaluate")},
    [SINK_EXECUTE] = {STR_INIT("Executes"),     STR_INIT("ExecutesParameter"),     STR_INIT("execute") },
    [SINK_LOAD] = {STR_INIT("Loads"),        STR_INIT("LoadsParameter"),        STR_INIT("load")    },
    [SINK_CALL] = {STR_INIT("Calls"),        STR_INIT("CallsParameter"),        STR_INIT("call")    },
    [SINK_INCLUDE] = {STR_INIT("Includes"),     STR_INIT("IncludesParameter"),     STR_INIT("include") },
    [SINK_DROP] = {STR_INIT("Drops"),        STR_INIT("DropsParameter"),        STR_INIT("drop")    },
    [SINK_WRITE] = {STR_INIT("Writes"),       STR_INIT("WritesParameter"),       STR_INIT("write")   },
    [SINK_UPLOAD] = {STR_INIT("Uploads"),      STR_INIT("UploadsParameter"),      STR_INIT("upload")  },
    [SINK_READ] = {STR_INIT("Reads"),        STR_INIT("ReadsParameter"),        STR_INIT("read")    },
    [SINK_LIST] = {STR_INIT("Lists"),        STR_INIT("ListsParameter"),        STR_INIT("list")    },
    [SINK_DELETE] = {STR_INIT("Alters"),       STR_INIT("AltersParameter"),       STR_INIT("alter")   },
    [SINK_CONNECT] = {STR_INIT("Connects"),     STR_INIT("ConnectsParameter"),     STR_INIT("connect") },
    [SINK_QUERY] = {STR_INIT("Queries"),      STR_INIT("QueriesParameter"),      STR_INIT("query")   },
    [SINK_DESERIALISE] = {STR_INIT("Deserialises"), STR_INIT("DeserialisesParameter"),
                       STR_INIT("deserialise")                                                          },
    [SINK_COMMAND_PART] = {STR_INIT("Commands"),     STR_INIT("CommandsParameter"),
                       STR_INIT("command")                                                              },
    [SINK_UNKNOWN_CALL] = {STR_INIT("Passes"),       STR_INIT("PassesParameter"),       STR_INIT("pass")    },
};

static const str describe_languages[LANGUAGE_COUNT] = {
    [LANGUAGE_NONE] = STR_INIT("none"),         [LANGUAGE_PHP] = STR_INIT("PHP"),
    [LANGUAGE_VBSCRIPT] = STR_INIT("VBScript"), [LANGUAGE_JSCRIPT] = STR_INIT("JScript"),
    [LANGUAGE_CSHARP] = STR_INIT("C#"),         [LANGUAGE_VBNET] = STR_INIT("VB.NET"),
    [LANGUAGE_JAVA] = STR_INIT("Java"),         [LANGUAGE_CFML] = STR_INIT("CFML"),
    [LANGUAGE_PERL] = STR_INIT("Perl"),         [LANGUAGE_PYTHON] = STR_INIT("Python"),
};

static const struct {
    uint32_t source;
    str word;
} describe_sources[] = {
    {SOURCE_PARAMETER, STR_INIT("parameter")},
    {SOURCE_COOKIE,    STR_INIT("cookie")   },
    {SOURCE_HEADER,    STR_INIT("header")   },
    {SOURCE_BODY,      STR_INIT("body")     },
    {SOURCE_UPLOAD,    STR_INIT("upload")   },
    {SOURCE_URL,       STR_INIT("url")      },
    {SOURCE_SESSION,   STR_INIT("session")  },
    {SOURCE_REMOTE,    STR_INIT("remote")   },
    {SOURCE_UNSET,     STR_INIT("variable") },
};

static const str describe_through[THROUGH_COUNT] = {
    STR_INIT("base64"),     STR_INIT("hex"),      STR_INIT("rot13"),   STR_INIT("reverse"),
    STR_INIT("inflate"),    STR_INIT("xor"),      STR_INIT("decrypt"), STR_INIT("url"),
    STR_INIT("characters"), STR_INIT("replace"),  STR_INIT("pieces"),  STR_INIT("callback"),
    STR_INIT("reflection"), STR_INIT("url part"),
};

static const str describe_disguises[DISGUISE_COUNT] = {
    STR_INIT("hidden name"),  STR_INIT("hidden source"),    STR_INIT("packed"),
    STR_INIT("image"),        STR_INIT("escaped name"),     STR_INIT("invisible"),
    STR_INIT("escaped text"), STR_INIT("encoded script"),   STR_INIT("class id"),
    STR_INIT("silenced"),     STR_INIT("unreadable names"), STR_INIT("no letters"),
};

static const str describe_parts[PART_COUNT] = {
    STR_INIT("guarded"), STR_INIT("command line"), STR_INIT("member"),
    STR_INIT("library"), STR_INIT("inherits"),     STR_INIT("includes"),
};

struct description {
    const struct names *names;
    struct arena *arena;
    struct field *fields;
    size_t count;
};

static void describe_text(struct description *d, str name, str value)
{
    if (d->count < DESCRIBE_FIELDS_MAX && value.len) {
        d->fields[d->count++] = (struct field){name, (const uint8_t *)value.p, (uint32_t)value.len,
                                               names_find(d->names, name), VALUE_TEXT};
    }
}

static str describe_source(const struct flow *f, struct arena *a)
{
    for (size_t i = 0; i < ARRAY_LEN(describe_sources); i++) {
        if (f->sources & describe_sources[i].source) {
            str word = describe_sources[i].word;
            return f->parameter.len
                       ? arena_printf(a, "%.*s %.*s", STR_ARG(word), STR_ARG(f->parameter))
                       : word;
        }
    }
    return STR("request");
}

/* "parameter code > base64 > evaluate" */
static str describe_way(const struct flow *f, str source, struct arena *a)
{
    str way = source;
    for (size_t i = 0; i < THROUGH_COUNT; i++) {
        if (f->through & (1U << i)) {
            way = arena_printf(a, "%.*s > %.*s", STR_ARG(way), STR_ARG(describe_through[i]));
        }
    }
    return arena_printf(a, "%.*s > %.*s", STR_ARG(way), STR_ARG(describe_sinks[f->sink].word));
}

static void describe_flow(struct description *d, const struct flow *f)
{
    str source = describe_source(f, d->arena);
    describe_text(d, STR("Flow"), describe_way(f, source, d->arena));
    describe_text(d, describe_sinks[f->sink].field, source);
    if (f->sources & SOURCE_PARAMETER) {
        describe_text(d, describe_sinks[f->sink].parameter, f->parameter);
    }
}

static void describe_bits(struct description *d, str name, uint32_t bits, const str *words,
                          size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bits & (1U << i)) {
            describe_text(d, name, words[i]);
        }
    }
}

/* In which language the first flow stands: it is the one that sentences tell. */
static enum language describe_language(const struct facts *facts, const struct script *script)
{
    const struct flow *worst = NULL;
    for (size_t i = 0; i < facts->nflows; i++) {
        worst = !worst || facts->flows[i].sink < worst->sink ? &facts->flows[i] : worst;
    }
    return worst ? (enum language)worst->language : script->language;
}

size_t describe(const struct facts *facts, const struct script *script, const struct names *names,
                struct arena *a, struct field *fields)
{
    struct description d = {names, a, fields, 0};
    describe_text(&d, STR("Language"), describe_languages[describe_language(facts, script)]);
    for (uint8_t sink = 0; sink < SINK_COUNT; sink++) {
        for (size_t i = 0; i < facts->nflows; i++) {
            if (facts->flows[i].sink == sink) {
                describe_flow(&d, &facts->flows[i]);
            }
        }
    }
    for (uint8_t sink = 0; sink < SINK_COUNT; sink++) {
        if (facts->computed & (1U << sink)) {
            describe_text(&d, STR("Decoded"), describe_sinks[sink].word);
        }
        if (facts->powers & (1U << sink)) {
            describe_text(&d, STR("Power"), describe_sinks[sink].word);
        }
    }
    describe_bits(&d, STR("Disguise"), facts->disguises, describe_disguises, DISGUISE_COUNT);
    describe_bits(&d, STR("Part"), facts->parts, describe_parts, PART_COUNT);
    describe_text(&d, STR("HiddenName"), facts->hidden_name);
    describe_text(&d, STR("Input"), facts->reads_request ? STR("request") : STR_NONE);
    describe_text(&d, STR("Gate"), facts->gate ? STR("hash") : STR_NONE);
    describe_text(&d, STR("Dump"), facts->dump ? STR("virtual directory") : STR_NONE);
    if (facts->layers) {
        describe_text(&d, STR("Layers"), arena_printf(a, "%u", facts->layers));
    }
    return d.count;
}
