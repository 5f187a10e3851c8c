/* The functions that no table describes. */
#include "formats/page/special.h"

#include <string.h>

const struct worth *special_argument(const struct arguments *args, size_t i)
{
    static const struct worth none = {0};
    return i < args->count ? &args->list[i] : &none;
}

struct worth special_joined(const struct arguments *args, const struct worth *receiver)
{
    struct worth out = receiver ? *receiver : (struct worth){0};
    for (size_t i = 0; i < args->count; i++) {
        out = i || receiver ? worth_either(&out, &args->list[i]) : args->list[i];
    }
    out.known = false;
    return out;
}

/* Whether a pattern ends in flags with an e; of one that is put together the end is enough. */
static bool special_pattern_runs(const struct worth *pattern)
{
    str text = worth_ends(pattern);
    char open = pattern->text.len ? pattern->text.p[0] : 0;
    char close = open == '(' ? ')' : open == '{' ? '}' : open == '[' ? ']' : open;
    bool runs = false;
    for (size_t i = text.len; i-- > (pattern->known ? 1 : 0);) {
        if (text.p[i] == close || !ascii_is_alnum(text.p[i])) {
            return runs && text.p[i] == close;
        }
        runs = runs || text.p[i] == 'e';
    }
    return false;
}

/* preg_replace with the flag e runs what it puts in; a pattern from the request brings its own. */
static struct worth special_preg_replace(struct walker *w, const struct arguments *args)
{
    const struct worth *pattern = special_argument(args, 0), *with = special_argument(args, 1);
    struct worth first = *pattern;
    if (pattern->elements) {
        first = worth_element(pattern, &(struct worth){0});
    }
    bool runs = special_pattern_runs(&first);
    const struct worth *options = special_argument(args, 3);
    runs = runs || (options->known && str_eq(options->text, STR("e")));
    struct worth data = special_joined(args, NULL);
    const struct worth *subject = special_argument(args, 2);
    if (runs && with->known && subject->known && str_starts(with->text, STR("\\"))) {
        walk_sink(w, SINK_EVALUATE, subject); /* what was found is what is run */
    } else if (runs && (worth_tainted(with) || with->known)) {
        walk_sink(w, SINK_EVALUATE, with);
        bool method =
            str_starts(with->text, STR("$this->")) || str_starts(with->text, STR("self::"));
        if (with->known && !method && worth_tainted(special_argument(args, 2)) &&
            str_find_char(with->text, '\\') < with->text.len) {
            walk_sink(w, SINK_EVALUATE, special_argument(args, 2));
        }
    } else if (runs) {
        walk_sink(w, SINK_EVALUATE, &data);
    } else if (worth_tainted(pattern) && !pattern->text.len && worth_tainted(with)) {
        walk_sink(w, SINK_EVALUATE, pattern);
    }
    if (!runs && pattern->sources == SOURCE_UNSET && worth_tainted(with)) {
        walk_sink(w, SINK_UNKNOWN_CALL, with);
    }
    bool hidden = pattern->through & THROUGH_REFLECTION && with->through & THROUGH_REFLECTION;
    if (!pattern->known && hidden) {
        walk_sink(w, SINK_EVALUATE, with);
    }
    if (!runs && args->count >= 3) { /* used to put names together */
        return (struct worth){.text = worth_tainted(&args->list[2]) ? args->list[2].text : STR("?"),
                              .sources = args->list[2].sources | with->sources,
                              .through = args->list[2].through | THROUGH_REPLACE,
                              .parameter = args->list[2].parameter.len ? args->list[2].parameter
                                                                       : with->parameter};
    }
    return data;
}

/* "$a, $b": what the function takes. */
static void special_parameters(struct walker *w, uint32_t f, str list)
{
    uint32_t n = 0;
    for (str one; n < PARAMETERS_MAX && str_cut(&list, ',', &one);) {
        size_t at = str_find_char(one, '$');
        str name = str_from(one, at < one.len ? at + 1 : one.len);
        size_t len = 0;
        while (len < name.len && (ascii_is_alnum(name.p[len]) || name.p[len] == '_')) {
            len++;
        }
        w->functions[f].parameters[n++] =
            lex_hash_of(LANGUAGE_PHP, TOKEN_VARIABLE, str_sub(name, 0, len));
    }
    w->functions[f].nparameters = n;
}

static struct worth special_create_function(struct walker *w, const struct arguments *args)
{
    struct worth out = {0};
    uint32_t f = walk_new_function(w, (uint32_t)(w->at * 2654435761U) | 1), outer = w->function;
    if (f && args->count > 1 && args->list[0].known) {
        special_parameters(w, f, args->list[0].text);
        w->function = f;
    }
    for (size_t i = 0; i < args->count && i < 2; i++) {
        struct worth code = args->list[i];
        if (i == 1 || worth_tainted(&code)) {
            walk_sink(w, SINK_EVALUATE, &code);
        }
    }
    w->function = outer;
    out.function = f;
    return out;
}

static struct worth special_filter_var(struct walker *w, const struct arguments *args)
{
    const struct worth *options = special_argument(args, 2);
    struct worth f = worth_element(options, &(struct worth){0});
    struct arguments data = {.count = 1};
    data.list[0] = *special_argument(args, 0);
    data.list[0].through |= THROUGH_CALLBACK;
    if (options->elements && (f.known || worth_tainted(&f))) {
        return walk_call_value(w, &f, &data);
    }
    return data.list[0];
}

static struct worth special_extract(struct walker *w, const struct arguments *args)
{
    const struct worth *from = special_argument(args, 0);
    bool request =
        worth_tainted(from) || (from->thing >= THING_REQUEST && from->thing <= THING_FILES);
    if (args->count >= 2 && args->names[1] && worth_tainted(from)) {
        struct worth v = *from; /* parse_str($text, $into) */
        v.known = false;
        variable_set(w, args->names[1], &v);
    } else if (request) {
        w->all_from_request = true;
        w->facts->reads_request = true;
    }
    return (struct worth){0};
}

/* The session's name is a cookie, and reaches open, close, read, write, destroy and gc. */
static struct worth special_save_handler(struct walker *w, const struct arguments *args)
{
    struct arguments name = {.count = 1};
    name.list[0] = (struct worth){.sources = SOURCE_COOKIE, .through = THROUGH_CALLBACK};
    for (size_t i = 0; i < args->count; i++) {
        if (args->list[i].known || args->list[i].function) {
            (void)walk_call_value(w, &args->list[i], &name);
        }
    }
    return (struct worth){0};
}

static struct worth special_new_instance(struct walker *w, const struct worth *receiver,
                                         const struct arguments *args)
{
    uint32_t f = receiver && receiver->known
                     ? walk_function(w, walk_constructor(lex_hash(receiver->text)))
                     : 0;
    if (f) {
        (void)walk_call_own(w, f, args);
    } else if (receiver && worth_tainted(receiver)) {
        walk_sink(w, SINK_CALL, receiver);
    }
    return (struct worth){0};
}

struct worth walk_special(struct walker *w, const struct word *word, str name,
                          const struct worth *receiver, const struct arguments *args)
{
    bool method = word->b == 1 && receiver;
    switch ((enum special)word->a) {
    case SPECIAL_REPLACE:
        return special_replace(w, receiver, args, method);
    case SPECIAL_CHR:
        return special_chr(w, args);
    case SPECIAL_PREG_REPLACE:
        return special_preg_replace(w, args);
    case SPECIAL_CREATE_FUNCTION:
        return special_create_function(w, args);
    case SPECIAL_EXTRACT:
        return special_extract(w, args);
    case SPECIAL_IMPLODE:
        return special_implode(w, receiver, args, method);
    case SPECIAL_EXPLODE:
        return special_explode(w, receiver, args, method, name);
    case SPECIAL_SUBSTR:
        return special_substr(receiver, args, method,
                              method && str_eq_nocase(name, STR("substring")) &&
                                  w->language != LANGUAGE_CSHARP && w->language != LANGUAGE_VBNET);
    case SPECIAL_MID:
        return special_mid(word, args);
    case SPECIAL_PACK:
        return special_pack(w, args);
    case SPECIAL_FILE_GET: {
        struct arguments own = {.count = 1};
        own.list[0] = receiver ? *receiver : (struct worth){0};
        bool itself = !args->count && receiver; /* new FileInfo(path).CreateText() */
        return special_file_get(w, word, name, itself ? &own : args);
    }
    case SPECIAL_WRITE_FILE:
        return special_write_file(w, word, receiver, args);
    case SPECIAL_UPLOAD:
        return special_upload(w, name, receiver, args);
    case SPECIAL_GETENV: {
        struct worth server = {.thing = THING_SERVER};
        return walk_index(w, &server, special_argument(args, 0));
    }
    case SPECIAL_GATE:
        w->facts->gate = w->facts->gate || worth_tainted(special_argument(args, 0));
        return (struct worth){0};
    case SPECIAL_CREATE_OBJECT:
        return special_create_object(w, args);
    case SPECIAL_PERL_OPEN:
        return special_perl_open(w, args);
    case SPECIAL_READ_INTO:
        if (args->count > 1 && args->names[1] && args->list[0].sources) {
            variable_set(w, args->names[1], &args->list[0]);
        }
        return (struct worth){0};
    case SPECIAL_SHIFT:
    case SPECIAL_FUNC_ARGS:
        return w->function && !args->count ? w->functions[w->function].rest
               : args->count               ? args->list[0]
                                           : (struct worth){0};
    case SPECIAL_INVOKE:
        return special_invoke(w, receiver, args);
    case SPECIAL_GETATTR:
        return special_getattr(name, receiver, args);
    case SPECIAL_CALL_BY_NAME: {
        struct worth method_name = *special_argument(args, receiver ? 0 : 1);
        struct worth object = *special_argument(args, receiver ? 3 : 0);
        object.text = method_name.text;
        object.thing = object.thing ? object.thing : THING_METHOD;
        struct arguments rest = {.count = 1};
        rest.list[0] = *special_argument(args, receiver ? 4 : 3);
        return special_invoke(w, &object, &rest);
    }
    case SPECIAL_INDEX:
        return receiver ? walk_index(w, receiver, special_argument(args, 0)) : (struct worth){0};
    case SPECIAL_SPRINTF:
        return special_sprintf(w, args);
    case SPECIAL_FORMAT:
        return special_format(w, receiver, args);
    case SPECIAL_FILTER_VAR:
        return special_filter_var(w, args);
    case SPECIAL_STRTR:
        return special_strtr(w, args);
    case SPECIAL_PRINTER:
        w->printer = args->count ? args->list[0] : w->printer;
        if (worth_tainted(&w->printer)) {
            walk_sink(w, SINK_CALL, &w->printer);
        }
        return (struct worth){0};
    case SPECIAL_SAVE_HANDLER:
        return special_save_handler(w, args);
    case SPECIAL_CLASS: {
        struct worth out = *special_argument(args, 0);
        out.thing = THING_CLASS;
        return out;
    }
    case SPECIAL_NEW_INSTANCE:
        return special_new_instance(w, receiver, args);
    case SPECIAL_DEFINE:
        if (args->count > 1 && args->list[0].known) {
            variable_set(w, lex_hash(args->list[0].text), &args->list[1]);
            return (struct worth){0};
        }
        return args->count && args->list[0].known ? variable_get(w, lex_hash(args->list[0].text))
                                                  : (struct worth){0};
    default:
        return (struct worth){0};
    }
}
