/* Calls: what the words of the language say, then what the page itself defines. */
#include "formats/page/walker.h"

#include "base/text.h"
#include "formats/page/decode.h"

#include <string.h>

static struct worth call_arguments_joined(const struct arguments *args, const struct worth *more)
{
    struct worth out = {0};
    for (size_t i = 0; i < args->count; i++) {
        out = i ? worth_either(&out, &args->list[i]) : args->list[i];
    }
    if (more && more->sources) {
        out = args->count ? worth_either(&out, more) : *more;
    }
    return out;
}

/* What an argument hands over when it is asked for as text. */
static struct worth call_from_thing(struct walker *w, const struct worth *thing, str name)
{
    static const uint32_t sources[] = {
        [THING_REQUEST] = SOURCE_PARAMETER, [THING_PARAMETERS] = SOURCE_PARAMETER,
        [THING_COOKIES] = SOURCE_COOKIE,    [THING_HEADERS] = SOURCE_HEADER,
        [THING_FILES] = SOURCE_UPLOAD,      [THING_BODY] = SOURCE_BODY,
        [THING_SESSION] = SOURCE_SESSION,
    };
    struct worth out = {0};
    if (thing->thing < ARRAY_LEN(sources)) {
        out.sources = sources[thing->thing];
    }
    w->facts->reads_request = w->facts->reads_request || (out.sources & SOURCE_REQUEST);
    out.parameter = name;
    out.thing = thing->thing == THING_FILES || thing->thing == THING_BODY ? thing->thing : 0;
    return out;
}

static bool call_is_client_key(str key)
{
    static const str keys[] = {STR_INIT("QUERY_STRING"),  STR_INIT("REQUEST_URI"),
                               STR_INIT("PATH_INFO"),     STR_INIT("ORIG_PATH_INFO"),
                               STR_INIT("PHP_AUTH_USER"), STR_INIT("PHP_AUTH_PW"),
                               STR_INIT("CONTENT_TYPE")};
    if (str_starts_nocase(key, STR("HTTP_"))) {
        return !str_eq_nocase(key, STR("HTTP_HOST"));
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (str_eq_nocase(key, keys[i])) {
            return true;
        }
    }
    return false;
}

struct worth walk_index(struct walker *w, const struct worth *array, const struct worth *key)
{
    str name = key->known ? arena_str(w->arena, key->text) : STR_NONE;
    if (array->thing == THING_SERVER) {
        struct worth out = {0};
        if (key->known && call_is_client_key(name)) {
            out.sources = str_starts_nocase(name, STR("HTTP_")) ? SOURCE_HEADER : SOURCE_URL;
            out.parameter = name;
            w->facts->reads_request = true;
        }
        return out;
    }
    if (array->thing == THING_GLOBALS && key->known) {
        uint32_t hash = lex_hash_of(w->language, TOKEN_VARIABLE, name);
        struct worth v = walk_name(w, name, hash);
        return v.thing || v.sources ? v : variable_get(w, hash);
    }
    if (array->thing >= THING_REQUEST && array->thing <= THING_SESSION && !array->elements) {
        return call_from_thing(w, array, name);
    }
    if (array->known && key->known && !array->elements) { /* a letter of a text */
        uint64_t at = 0;
        if (str_u64(key->text, &at) && at < array->text.len) {
            struct worth out = worth_text(str_sub(array->text, (size_t)at, 1));
            out.through = THROUGH_PIECES;
            return out;
        }
    }
    struct worth out = worth_element(array, key);
    if (!out.parameter.len && worth_tainted(&out)) {
        out.parameter = name;
    }
    return out;
}

struct worth walk_name(struct walker *w, str name, uint32_t hash)
{
    const struct word *word = vocabulary_find(w->words, name, ON_FREE);
    struct worth out = {.word = hash};
    if (word && word->role == ROLE_THING) {
        bool variable = w->language != LANGUAGE_PHP;
        struct variable *own = variable ? variable_of(w, hash) : NULL;
        if (own && own->set && own->value.sources) {
            return own->value;
        }
        out.thing = word->a;
        return out;
    }
    if (word && word->role == ROLE_SOURCE && word->b == 0 && w->at &&
        !walk_is(walk_peek(w, 0), '(')) {
        out.sources = word->a;
        w->facts->reads_request = true;
        return out;
    }
    struct worth v = variable_get(w, hash);
    v.word = v.word ? v.word : hash;
    if (!v.known && !v.sources && !v.thing && w->language == LANGUAGE_PHP &&
        walk_function(w, hash)) {
        v.function = walk_function(w, hash);
    }
    return v;
}

/* What a form's control holds is the request's: box.Text. Labels are controls too, but only shown.
 */
static bool call_is_control(const struct walker *w, const struct worth *receiver, str name)
{
    static const str members[] = {STR_INIT("Text"), STR_INIT("Value"), STR_INIT("SelectedValue"),
                                  STR_INIT("InnerText"), STR_INIT("CommandArgument")};
    bool dotnet = w->language == LANGUAGE_CSHARP || w->language == LANGUAGE_VBNET ||
                  w->language == LANGUAGE_JSCRIPT;
    if (!dotnet || receiver->thing || receiver->sources || receiver->known || !receiver->word) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (str_eq_nocase(name, members[i])) {
            return true;
        }
    }
    return false;
}

struct worth walk_member(struct walker *w, const struct worth *receiver, str name, uint32_t hash)
{
    if (call_is_control(w, receiver, name)) {
        w->facts->reads_request = true;
        return (struct worth){.sources = SOURCE_PARAMETER, .parameter = receiver->parameter};
    }
    const struct word *word = vocabulary_find(w->words, name, receiver->thing);
    if (word && (word->role == ROLE_THING || word->role == ROLE_SOURCE)) {
        struct worth out = {.thing = word->role == ROLE_THING ? word->a : 0,
                            .sources = receiver->sources,
                            .through = receiver->through,
                            .parameter = receiver->parameter};
        if (word->role == ROLE_SOURCE) {
            out.sources |= word->a;
            w->facts->reads_request = w->facts->reads_request || (word->a & SOURCE_REQUEST);
        }
        return out;
    }
    if (word && word->role == ROLE_PASS) {
        return receiver->thing >= THING_REQUEST && receiver->thing <= THING_BODY
                   ? call_from_thing(w, receiver, receiver->parameter)
                   : *receiver;
    }
    uint32_t function = w->function;
    w->function = w->language == LANGUAGE_PHP ? PROPERTY_SCOPE : function;
    struct worth v = variable_get(w, hash);
    w->function = function;
    if (v.sources || v.known || v.thing || v.through || v.elements) {
        return v;
    }
    if (receiver->thing == THING_PARAMETERS && w->language != LANGUAGE_PHP) {
        return call_from_thing(w, receiver, name); /* param.x, form.x */
    }
    struct worth out = {.sources = receiver->sources,
                        .through = receiver->through,
                        .parameter = receiver->parameter};
    if (!worth_tainted(&out)) {
        out.word = hash;
        word = vocabulary_find(w->words, name, ON_FREE);
        out.thing = word && word->role == ROLE_THING && word->on == ON_ANY ? word->a : 0;
    }
    return out;
}

bool walk_sink_property(struct walker *w, const struct place *place, const struct worth *v)
{
    const struct word *word = vocabulary_find(w->words, place->text, place->base.thing);
    if (word && word->role == ROLE_SINK) {
        walk_sink(w, (enum sink_kind)word->a, v);
        return true;
    }
    return false;
}

struct worth walk_call_own(struct walker *w, uint32_t f, const struct arguments *args)
{
    struct function *own = &w->functions[f];
    struct worth all = call_arguments_joined(args, NULL);
    if (own->evaluates) {
        return (struct worth){0};
    }
    own->called = true;
    struct worth result = {0};
    if (!worth_tainted(&all) && walk_anew(w, f, args, &result)) {
        return result;
    }
    own = &w->functions[f]; /* there may be more of them now */
    for (size_t i = 0; i < args->count && i < own->nparameters; i++) {
        struct variable *v = variable_local(w, f, own->parameters[i]);
        if (v) {
            bool fresh = !v->set || (!v->value.known && !v->value.sources && !v->value.thing &&
                                     !v->value.function && !v->value.elements);
            uint32_t before = v->set ? v->value.sources : 0;
            v->value = fresh ? args->list[i] : worth_either(&v->value, &args->list[i]);
            v->set = true;
            if (v->value.sources != before) {
                walk_changed(w, f);
            }
        }
    }
    if (worth_tainted(&all) && !worth_tainted(&own->rest)) {
        own->rest = all;
        walk_changed(w, f);
    }
    for (size_t i = 0; i < args->count && i < own->nparameters; i++) {
        const struct variable *v = own->by_reference & 1U << i && args->names[i]
                                       ? variable_local(w, f, own->parameters[i])
                                       : NULL;
        if (v) {
            struct worth value = v->value;
            variable_set(w, args->names[i], &value);
        }
    }
    return own->result;
}

static bool call_is_name(str name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = (uint8_t)name.p[i];
        if (!ascii_is_alnum(name.p[i]) && c != '_' && c != ':' && c != '\\' && c < 0x7f) {
            return false;
        }
    }
    return utf8_valid(name);
}

/* A call through a value: the function is text, a closure, or what a request named. */
struct worth walk_call_value(struct walker *w, const struct worth *function,
                             const struct arguments *args)
{
    struct worth all = call_arguments_joined(args, NULL);
    bool indexes = walk_basic(w) || (function->sources && w->language != LANGUAGE_PHP);
    if (indexes) { /* a(1)(2): an element, not a call */
        struct worth out = walk_index(w, function, args->count ? &args->list[0] : &all);
        out.sources |= function->sources;
        out.parameter = out.parameter.len ? out.parameter : function->parameter;
        return out;
    }
    if (function->function && function->function < w->nfunctions) {
        return walk_call_own(w, function->function, args);
    }
    if (worth_tainted(function)) {
        struct worth named = *function;
        walk_sink(w, SINK_CALL, &named);
        return all;
    }
    if (function->known && function->text.len) {
        str name = function->text;
        name = name.p[0] == '\\' ? str_from(name, 1) : name;
        uint32_t hash = lex_hash(name);
        if (!call_is_name(name) && worth_tainted(&all)) {
            walk_sink(w, SINK_UNKNOWN_CALL, &all); /* bytes that lost their meaning on the way */
            return all;
        }
        const struct word *word = vocabulary_find(w->words, name, ON_FREE);
        bool acts = word && (word->role == ROLE_SINK || word->role == ROLE_CALLBACK ||
                             word->role == ROLE_DECODE ||
                             (word->role == ROLE_SPECIAL &&
                              (word->a == SPECIAL_CREATE_FUNCTION ||
                               word->a == SPECIAL_WRITE_FILE || word->a == SPECIAL_UPLOAD)));
        if (acts && (function->through & ~(uint32_t)THROUGH_CALLBACK)) {
            w->facts->disguises |= DISGUISE_HIDDEN_NAME;
            w->facts->hidden_name =
                w->facts->hidden_name.len ? w->facts->hidden_name : arena_str(w->arena, name);
        }
        return walk_call(w, name, hash, NULL, args);
    }
    if (function->elements && args->count <= ARGUMENTS_MAX) {
        return (struct worth){0};
    }
    bool hidden = function->through & THROUGH_REFLECTION && all.through & THROUGH_REFLECTION;
    if (function->through & THROUGH_DECODED || function->sources || hidden) {
        if (worth_tainted(&all)) {
            walk_sink(w, SINK_UNKNOWN_CALL, &all);
        } else if (function->through & THROUGH_DECODED || hidden) {
            w->facts->computed |= 1U << SINK_UNKNOWN_CALL;
        }
    } else if (worth_tainted(&all) && w->language == LANGUAGE_PHP) {
        walk_sink(w, SINK_UNKNOWN_CALL, &all);
    }
    all.known = false;
    return all;
}

static struct worth call_decode(struct walker *w, const struct word *word,
                                const struct worth *receiver, const struct arguments *args)
{
    static const uint32_t through[] = {
        [DECODE_BASE64] = THROUGH_BASE64,   [DECODE_HEX] = THROUGH_HEX,
        [DECODE_ROT13] = THROUGH_ROT13,     [DECODE_REVERSE] = THROUGH_REVERSE,
        [DECODE_INFLATE] = THROUGH_INFLATE, [DECODE_URL] = THROUGH_URL,
        [DECODE_UUDECODE] = THROUGH_BASE64,
    };
    struct worth none = {0};
    const struct worth *in = word->b == 200 ? (receiver ? receiver : &none)
                             : args->count  ? &args->list[args->count > word->b ? word->b : 0]
                                            : (receiver ? receiver : &none);
    struct worth out = *in;
    out.elements = NULL;
    out.through |= word->a < ARRAY_LEN(through) ? through[word->a] : 0;
    bool ok = in->known && walk_decode(w, word->a, in->text, &out.text);
    out.known = ok;
    out.text = ok ? out.text : STR_NONE;
    return out;
}

/* Evaluating a name gives what the name stands for: eval("request")("x"). */
static struct worth call_evaluated(struct walker *w, const struct word *word,
                                   const struct arguments *args)
{
    bool names = word->a == SINK_EVALUATE && w->language != LANGUAGE_PHP && args->count &&
                 args->list[0].known && args->list[0].text.len < 64;
    if (!names) {
        return (struct worth){0};
    }
    str name = str_trim(args->list[0].text);
    return walk_name(w, name, lex_hash_of(w->language, TOKEN_NAME, name));
}

static struct worth call_sink(struct walker *w, const struct word *word,
                              const struct worth *receiver, const struct arguments *args)
{
    struct worth none = {0};
    if (word->a >= SINK_COUNT) {
        return none;
    }
    if (word->b == 0 && receiver) {
        walk_sink(w, (enum sink_kind)word->a, receiver);
    }
    if (args->count == 0 && word->b) {
        w->facts->powers |= 1U << word->a;
    }
    for (size_t i = 0; i < args->count; i++) {
        if (word->b == 0xff || (i < 8 && word->b & (1U << i))) {
            struct worth v = args->list[i].elements
                                 ? worth_joined(&args->list[i], STR(" "), w->paste)
                                 : args->list[i];
            walk_sink(w, (enum sink_kind)word->a, &v);
        }
    }
    if (word->a == SINK_CONNECT) {
        return (struct worth){.sources = SOURCE_REMOTE, .thing = THING_SOCKET};
    }
    return call_evaluated(w, word, args);
}

static struct worth call_callback(struct walker *w, const struct word *word,
                                  const struct arguments *args)
{
    if (word->a >= args->count) {
        if (args->count == 1 && args->list[0].thing == THING_PARAMETERS) {
            walk_sink(w, SINK_CALL, &args->list[0]); /* usort(...$_GET) */
        }
        return (struct worth){0};
    }
    struct worth f = args->list[word->a];
    struct arguments data = {0};
    for (size_t i = 0; i < args->count; i++) {
        bool given = i != word->a && i < 8 && (word->b & (1U << i));
        if (given && data.count < ARGUMENTS_MAX) {
            struct worth v = args->list[i];
            if (v.elements) {
                struct worth first = worth_element(&v, &(struct worth){0});
                v = first;
            }
            data.list[data.count++] = v;
        }
    }
    for (size_t i = 0; i < data.count; i++) {
        data.list[i].through |= data.list[i].sources ? THROUGH_CALLBACK : 0;
    }
    if (f.elements) { /* array($object, "method"): the page's own, or none that matters */
        struct worth method = worth_element(&f, &(struct worth){.text = STR("1"), .known = true});
        uint32_t own = method.known ? walk_function(w, lex_hash(method.text)) : 0;
        return own ? walk_call_own(w, own, &data) : (struct worth){0};
    }
    bool none = f.known && str_eq_nocase(f.text, STR("null"));
    if (none || (!f.known && !f.function && !f.sources && !(f.through & THROUGH_DECODED))) {
        return call_arguments_joined(&data, NULL);
    }
    return walk_call_value(w, &f, &data);
}

static struct worth call_pass(struct walker *w, const struct word *word,
                              const struct worth *receiver, const struct arguments *args)
{
    struct worth out = call_arguments_joined(args, receiver);
    bool alone = args->count == 1 && (!receiver || !receiver->sources);
    struct worth asked = {0};
    for (size_t i = 0; i < args->count; i++) { /* new StreamReader(Request.InputStream) */
        uint16_t thing = args->list[i].thing;
        if (thing >= THING_REQUEST && thing <= THING_BODY && !out.sources) {
            asked = call_from_thing(w, &args->list[i], args->list[i].parameter);
            out = asked;
        }
    }
    if (receiver && receiver->thing >= THING_PARAMETERS && receiver->thing <= THING_BODY &&
        !out.sources) {
        out = call_from_thing(w, receiver, receiver->parameter);
    }
    if (receiver && args->count == 0) {
        struct worth same = *receiver;
        same.sources |= out.sources;
        same.parameter = out.parameter.len ? out.parameter : same.parameter;
        out = same;
    } else if (receiver && receiver->known && args->count && !out.sources) {
        out.known = false;
    }
    if (alone && args->list[0].elements) {
        struct worth text = worth_joined(&args->list[0], STR_NONE, w->paste);
        out.elements = args->list[0].elements;
        out.sources |= text.sources;
    }
    out.known = out.known && (args->count < 2);
    if (word->a) {
        out.through |= 1U << (word->a - 1);
        out.known = false;
    }
    return out;
}

static struct worth call_word(struct walker *w, const struct word *word, str name,
                              const struct worth *receiver, const struct arguments *args)
{
    struct worth out = {0};
    switch (word->role) {
    case ROLE_SOURCE:
        out.sources = word->a;
        out.parameter =
            args->count && args->list[0].known ? arena_str(w->arena, args->list[0].text) : STR_NONE;
        w->facts->reads_request = w->facts->reads_request || (word->a & SOURCE_REQUEST);
        return out;
    case ROLE_SINK:
        return call_sink(w, word, receiver, args);
    case ROLE_DECODE:
        return call_decode(w, word, receiver, args);
    case ROLE_PASS:
        return call_pass(w, word, receiver, args);
    case ROLE_CALLBACK:
        return call_callback(w, word, args);
    case ROLE_THING:
        out.thing = word->a;
        if (word->a >= THING_PARAMETERS && word->a <= THING_FILES && args->count &&
            w->language != LANGUAGE_PHP && w->language != LANGUAGE_PYTHON) {
            return walk_index(w, &out, &args->list[0]); /* Request.Form("x") */
        }
        if (word->a == THING_REQUEST && args->count) { /* Request("x") */
            return walk_index(w, &out, &args->list[0]);
        }
        if (word->a == THING_SESSION && args->count) {
            return walk_index(w, &out, &args->list[0]);
        }
        if (word->a == THING_SERVER && args->count) {
            return walk_index(w, &out, &args->list[0]);
        }
        out.sources = call_arguments_joined(args, NULL).sources;
        out.parameter = call_arguments_joined(args, NULL).parameter;
        if (word->a == THING_PROCESS) {
            for (size_t i = 0; i < args->count; i++) {
                walk_sink(w, SINK_EXECUTE, &args->list[i]);
            }
        }
        return out;
    case ROLE_SPECIAL:
        return walk_special(w, word, name, receiver, args);
    default:
        return out;
    }
}

static struct worth call_indexed(struct walker *w, const struct worth *v,
                                 const struct arguments *args)
{
    struct worth key = args->count ? args->list[0] : (struct worth){0};
    return walk_index(w, v, &key);
}

/* $list->uasort('assert'): a method that nobody knows gets the name of a function that runs code.
 */
static void call_method_callback(struct walker *w, const struct worth *receiver,
                                 const struct arguments *args)
{
    struct worth data = call_arguments_joined(args, receiver);
    for (size_t i = 0; i < args->count && worth_tainted(&data); i++) {
        const struct worth *f = &args->list[i];
        const struct word *word = f->known ? vocabulary_find(w->words, f->text, ON_FREE) : NULL;
        if (word && word->role == ROLE_SINK && word->a <= SINK_EXECUTE) {
            struct worth v = data;
            v.known = false;
            v.text = STR_NONE;
            v.through |= THROUGH_CALLBACK;
            walk_sink(w, (enum sink_kind)word->a, &v);
        }
    }
}

/* preg_match($p, $s, $m): functions set variables that they are given. */
static void call_may_set(struct walker *w, const struct word *word, const struct arguments *args)
{
    for (size_t i = word ? 1 : 0; i < args->count; i++) {
        if (args->names[i] && args->list[i].sources == SOURCE_UNSET) {
            variable_set(w, args->names[i], &(struct worth){0});
        }
    }
}

struct worth walk_call(struct walker *w, str name, uint32_t hash, const struct worth *receiver,
                       const struct arguments *args)
{
    uint32_t own = walk_function(w, hash);
    own = own || receiver ? own : walk_function(w, walk_constructor(hash));
    const struct word *word = vocabulary_find(w->words, name, receiver ? receiver->thing : ON_FREE);
    call_may_set(w, word, args);
    if (own && (!word || !receiver || word->on == ON_SOME || word->on == ON_ANY)) {
        struct worth result = walk_call_own(w, own, args);
        if (!word || word->role != ROLE_SINK || !receiver) {
            return result;
        }
    }
    if (!receiver && walk_basic(w) && !word) { /* a(1): an element of an array */
        struct variable *v = variable_of(w, hash);
        if (v && v->set) {
            return call_indexed(w, &v->value, args);
        }
    }
    if (receiver && w->language == LANGUAGE_PHP) {
        call_method_callback(w, receiver, args);
    }
    if (receiver && receiver->elements && w->language == LANGUAGE_JSCRIPT) {
        struct worth named = worth_text(name), f = worth_element(receiver, &named);
        const struct word *sink = f.known ? vocabulary_find(w->words, f.text, ON_FREE) : NULL;
        if (sink && sink->role == ROLE_SINK) { /* a table of functions: t = {"e": eval}; t.e(x) */
            return call_sink(w, sink, NULL, args);
        }
    }
    if (word) {
        return call_word(w, word, name, receiver, args);
    }
    if (!receiver && w->language != LANGUAGE_PHP) {
        struct worth v = variable_get(w, hash);
        if (v.function) {
            return walk_call_own(w, v.function, args);
        }
    }
    if (receiver) { /* unknown methods hand on what they stand on */
        struct worth out = *receiver;
        out.known = false;
        out.text = STR_NONE;
        if (receiver->thing >= THING_PARAMETERS && receiver->thing <= THING_BODY && !out.sources) {
            return call_from_thing(w, receiver, receiver->parameter);
        }
        return out;
    }
    return (struct worth){0};
}
