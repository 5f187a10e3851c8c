/* Where values act, and the functions that no table describes. */
#include "formats/page/walker.h"

#include "formats/page/decode.h"

#include <string.h>

/* Programs that run what they are given: what follows them is a command of its own. */
static bool sink_is_shell(str lead)
{
    static const str words[] = {STR_INIT("cmd"),
                                STR_INIT("cmd.exe"),
                                STR_INIT("/c"),
                                STR_INIT("/k"),
                                STR_INIT("-c"),
                                STR_INIT("-lc"),
                                STR_INIT("/bin/sh"),
                                STR_INIT("sh"),
                                STR_INIT("/bin/bash"),
                                STR_INIT("bash"),
                                STR_INIT("powershell"),
                                STR_INIT("powershell.exe"),
                                STR_INIT("sudo"),
                                STR_INIT("exec"),
                                STR_INIT("nohup"),
                                STR_INIT("-command"),
                                STR_INIT("-e"),
                                STR_INIT("-i"),
                                STR_INIT("/bin/su"),
                                STR_INIT("("),
                                STR_INIT("2>&1"),
                                STR_INIT("cd"),
                                STR_INIT("/s"),
                                STR_INIT("-exec"),
                                STR_INIT("bypass"),
                                STR_INIT("-noprofile"),
                                STR_INIT("start"),
                                STR_INIT("/q"),
                                STR_INIT("-executionpolicy"),
                                STR_INIT("/d"),
                                STR_INIT("win.com"),
                                STR_INIT("call")};
    lead = str_trim(lead);
    for (str word; str_cut(&lead, ' ', &word);) {
        while (word.len && strchr("\"'`&;|", word.p[0])) {
            word = str_from(word, 1);
        }
        while (word.len && strchr("\"'`", word.p[word.len - 1])) {
            word.len--;
        }
        str base = str_base(word);
        bool known = !word.len;
        for (size_t i = 0; i < ARRAY_LEN(words) && !known; i++) {
            known = str_eq_nocase(base, words[i]) || str_eq_nocase(word, words[i]);
        }
        if (!known) {
            return false;
        }
    }
    return true;
}

static void sink_flow(struct walker *w, enum sink_kind sink, const struct worth *v)
{
    size_t at = w->at ? w->at - 1 : 0;
    struct flow flow = {
        .parameter = arena_str(w->arena, str_sub(v->parameter, 0, 64)),
        .sources = v->sources,
        .through = v->through | w->inherited,
        .at = at < w->count ? w->t[at].at : 0,
        .sink = (uint8_t)sink,
        .language = (uint8_t)w->language,
    };
    facts_flow(w->facts, &flow);
}

static bool sink_is_remote(const struct worth *v)
{
    return (v->sources & SOURCE_REMOTE) != 0;
}

/* A style sheet brings its own script, in a language that it names. */
static bool sink_style_sheet(struct walker *w, const struct worth *v)
{
    size_t at = str_find(v->text, STR("<msxsl:script")), open = str_find(v->text, STR("<![CDATA["));
    if (at == v->text.len || open == v->text.len) {
        return false;
    }
    str rest = str_from(v->text, open + 9), tag = str_sub(v->text, at, open - at);
    struct worth code = *v;
    code.text = str_sub(rest, 0, str_find(rest, STR("]]>")));
    code.through |= THROUGH_REFLECTION;
    w->speak_next = str_has_nocase(tag, STR("jscript")) || str_has_nocase(tag, STR("javascript"))
                        ? LANGUAGE_JSCRIPT
                    : str_has_nocase(tag, STR("vb")) ? LANGUAGE_VBNET
                                                     : LANGUAGE_CSHARP;
    walk_text(w, &code);
    w->speak_next = LANGUAGE_NONE;
    return true;
}

static void sink_evaluate(struct walker *w, const struct worth *v)
{
    if (v->known && v->text.len) {
        if (!sink_style_sheet(w, v)) {
            walk_text(w, v);
        }
    } else if ((v->through & THROUGH_DECODED) || (v->sources & SOURCE_FILE)) {
        w->facts->computed |= v->through & THROUGH_DECODED ? 1U << SINK_EVALUATE : 0;
    } else if (v->through & THROUGH_REFLECTION) { /* the comment of a class, an image's notes */
        w->facts->computed |= 1U << SINK_EVALUATE;
    }
}

void walk_sink(struct walker *w, enum sink_kind sink, const struct worth *v)
{
    w->facts->powers |= 1U << sink;
    struct worth whole = *v; /* all of the request: array_map("assert", $_POST) */
    whole.sources |= worth_tainted(v) && !(v->sources & SOURCE_REQUEST) ? SOURCE_PARAMETER : 0;
    v = &whole;
    bool acts =
        worth_tainted(v) || ((v->sources & (SOURCE_REMOTE | SOURCE_SESSION)) && sink <= SINK_CALL);
    if (!acts) {
        if (sink == SINK_EVALUATE) {
            sink_evaluate(w, v);
        } else if (sink == SINK_LOAD && (v->through & THROUGH_DECODED)) {
            w->facts->computed |= 1U << SINK_LOAD;
        } else if (sink == SINK_EXECUTE && v->known && (v->through & THROUGH_DECODED)) {
            w->facts->computed |= 1U << SINK_EXECUTE;
        }
        return;
    }
    if (sink == SINK_EXECUTE && !v->known && v->text.len && !sink_is_shell(v->text)) {
        sink = SINK_COMMAND_PART;
    }
    if (sink == SINK_INCLUDE && v->text.len) {
        sink = SINK_READ; /* a fixed folder, or a fixed prefix */
    }
    if (sink == SINK_CONNECT && v->through & THROUGH_URL_PART) {
        sink = SINK_READ; /* fetches a URL; who tells a host and a port has a tunnel */
    }
    sink_flow(w, sink, v);
}

static const struct worth *sink_argument(const struct arguments *args, size_t i)
{
    static const struct worth none = {0};
    return i < args->count ? &args->list[i] : &none;
}

static struct worth sink_joined(const struct arguments *args, const struct worth *receiver)
{
    struct worth out = receiver ? *receiver : (struct worth){0};
    for (size_t i = 0; i < args->count; i++) {
        out = i || receiver ? worth_either(&out, &args->list[i]) : args->list[i];
    }
    out.known = false;
    return out;
}

static struct worth special_replace(struct walker *w, const struct worth *receiver,
                                    const struct arguments *args, bool method)
{
    const struct worth *what = sink_argument(args, 0), *with = sink_argument(args, 1);
    const struct worth *text = sink_argument(args, 2);
    if (method) {
        text = receiver;
    } else if (walk_basic(w) || w->language == LANGUAGE_JSCRIPT) {
        text = sink_argument(args, 0);
        what = sink_argument(args, 1);
        with = sink_argument(args, 2);
    }
    struct worth out = *text;
    out.elements = NULL;
    out.through |= THROUGH_REPLACE;
    if (worth_tainted(with) && !worth_tainted(&out)) {
        out = *with;
    }
    out.known = text->known && with->known && what->known &&
                decode_replace(text->text, what->text, with->text, w->arena, &out.text);
    if (text->known && with->known && what->elements) { /* several at once */
        str now = text->text;
        bool ok = true;
        for (const struct element *e = what->elements; ok && e; e = e->next) {
            ok = e->value.known && decode_replace(now, e->value.text, with->text, w->arena, &now);
        }
        out.known = ok;
        out.text = now;
    }
    return out;
}

static struct worth special_chr(struct walker *w, const struct arguments *args)
{
    struct worth out = worth_text(STR_NONE);
    char *p = arena_alloc(w->arena, ARGUMENTS_MAX);
    size_t len = 0;
    for (size_t i = 0; p && i < args->count; i++) {
        uint64_t code = 0;
        bool ok = args->list[i].known && str_u64(args->list[i].text, &code) && code < 256;
        out.known = out.known && ok;
        out.sources |= args->list[i].sources;
        out.parameter = out.parameter.len ? out.parameter : args->list[i].parameter;
        p[len++] = (char)(uint8_t)code;
    }
    out.text = out.known ? (str){p, len} : STR_NONE;
    out.through = THROUGH_CHARACTERS;
    return out;
}

/* preg_replace with the flag e runs what it puts in; a pattern from the request brings its own. */
static struct worth special_preg_replace(struct walker *w, const struct arguments *args)
{
    const struct worth *pattern = sink_argument(args, 0), *with = sink_argument(args, 1);
    struct worth first = *pattern;
    if (pattern->elements) {
        first = worth_element(pattern, &(struct worth){0});
    }
    bool runs = false;
    if (first.known && first.text.len > 2) {
        char close = first.text.p[0];
        close = close == '(' ? ')' : close == '{' ? '}' : close == '[' ? ']' : close;
        for (size_t i = first.text.len; i-- > 1 && first.text.p[i] != close;) {
            runs = runs || first.text.p[i] == 'e';
            if (!ascii_is_alnum(first.text.p[i])) {
                runs = false;
                break;
            }
        }
    }
    const struct worth *options = sink_argument(args, 3);
    runs = runs || (options->known && str_eq(options->text, STR("e")));
    struct worth data = sink_joined(args, NULL);
    const struct worth *subject = sink_argument(args, 2);
    if (runs && with->known && subject->known && str_starts(with->text, STR("\\"))) {
        walk_sink(w, SINK_EVALUATE, subject); /* what was found is what is run */
    } else if (runs && (worth_tainted(with) || with->known)) {
        walk_sink(w, SINK_EVALUATE, with);
        bool method =
            str_starts(with->text, STR("$this->")) || str_starts(with->text, STR("self::"));
        if (with->known && !method && worth_tainted(sink_argument(args, 2)) &&
            str_find_char(with->text, '\\') < with->text.len) {
            walk_sink(w, SINK_EVALUATE, sink_argument(args, 2));
        }
    } else if (runs) {
        walk_sink(w, SINK_EVALUATE, &data);
    } else if (worth_tainted(pattern) && !pattern->text.len && worth_tainted(with)) {
        walk_sink(w, SINK_EVALUATE, pattern);
    }
    bool hidden = pattern->through & THROUGH_REFLECTION && with->through & THROUGH_REFLECTION;
    if (!pattern->known && hidden) {
        walk_sink(w, SINK_EVALUATE, with);
    }
    if (!runs && args->count >= 3) { /* used to put names together */
        return (struct worth){.text = worth_tainted(&args->list[2]) ? STR_NONE : STR("?"),
                              .sources = args->list[2].sources | with->sources,
                              .through = args->list[2].through | THROUGH_REPLACE,
                              .parameter = args->list[2].parameter.len ? args->list[2].parameter
                                                                       : with->parameter};
    }
    return data;
}

static struct worth special_file_get(struct walker *w, const struct word *word, str name,
                                     const struct arguments *args)
{
    const struct worth *from = sink_argument(args, 0), *mode = sink_argument(args, 1);
    struct worth out = {.sources = SOURCE_FILE};
    if (from->known && (str_eq_nocase(from->text, STR("php://input")) ||
                        str_eq_nocase(from->text, STR("php://stdin")))) {
        out.sources = SOURCE_BODY;
        w->facts->reads_request = true;
        return out;
    }
    bool remote =
        str_starts_nocase(from->text, STR("http")) || str_starts_nocase(from->text, STR("ftp"));
    if (remote && from->text.len > 7) {
        out.sources = SOURCE_REMOTE;
        out.through = from->through & THROUGH_DECODED;
        return out;
    }
    bool writes =
        word->b == 1 || (mode->known && mode->text.len && strchr("wax>", mode->text.p[0]));
    if (worth_tainted(from)) {
        bool upload = from->sources & SOURCE_UPLOAD;
        if (!upload) {
            walk_sink(w, writes ? SINK_WRITE : SINK_READ, from);
        }
        out.sources |= upload ? SOURCE_UPLOAD : 0;
        out.parameter = from->parameter;
    }
    (void)name;
    out.thing = THING_STREAM;
    if (writes) {
        out.sources = worth_tainted(from) ? from->sources | SOURCE_FILE : 0;
        out.text = from->known || !worth_tainted(from) ? from->text : STR_NONE;
        out.word = from->known ? 1 : 0;
        out.parameter = from->parameter;
    } else {
        out.sources &= ~(
            uint32_t)(worth_tainted(from) && !(from->sources & SOURCE_UPLOAD) ? SOURCE_REQUEST : 0);
    }
    return out;
}

static bool sink_is_code_name(str path)
{
    static const str ends[] = {STR_INIT(".php"),   STR_INIT(".asp"),  STR_INIT(".aspx"),
                               STR_INIT(".jsp"),   STR_INIT(".jspx"), STR_INIT(".ashx"),
                               STR_INIT(".phtml"), STR_INIT(".cfm"),  STR_INIT(".php5"),
                               STR_INIT(".asa"),   STR_INIT(".cer"),  STR_INIT(".htaccess")};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        if (str_ends_nocase(path, ends[i])) {
            return true;
        }
    }
    return false;
}

/* Code that reads the request and evaluates: no application writes that to a page. */
static bool sink_is_code_text(str text)
{
    bool tag = str_has(text, STR("<?")) || str_has(text, STR("<%"));
    bool runs = str_has_nocase(text, STR("eval")) || str_has_nocase(text, STR("assert")) ||
                str_has_nocase(text, STR("execute")) || str_has_nocase(text, STR("system("));
    return tag && runs && (str_has_nocase(text, STR("request")) || str_has(text, STR("$_")));
}

/* file_put_contents(path, data), fwrite(stream, data), stream.Write(data), SaveToFile(path). */
static struct worth special_write_file(struct walker *w, const struct word *word,
                                       const struct worth *receiver, const struct arguments *args)
{
    const struct worth *path = word->b ? receiver : sink_argument(args, 0);
    const struct worth *data = sink_argument(args, word->b ? 0 : 1);
    if (word->b == 2) {
        data = receiver;
        path = sink_argument(args, 0);
    }
    if (!path || (word->b == 1 && path->thing != THING_STREAM && !worth_tainted(path))) {
        return (struct worth){0};
    }
    bool placed = worth_tainted(path) && !path->text.len;
    bool code = sink_is_code_name(path->text) && (path->known || path->word == 1);
    bool whole = !data->text.len; /* settings that are written to a page begin with its tag */
    if (worth_tainted(data) && (placed || (code && whole))) {
        walk_sink(w, SINK_DROP, data);
    } else if (sink_is_remote(data) && (placed || code)) {
        struct worth v = *data;
        v.sources |= path->sources & SOURCE_REQUEST;
        walk_sink(w, SINK_DROP, &v);
    } else if (worth_tainted(path) || worth_tainted(data)) {
        walk_sink(w, SINK_WRITE, worth_tainted(path) ? path : data);
    } else if (code && data->known &&
               ((data->through & THROUGH_DECODED) || sink_is_code_text(data->text))) {
        w->facts->computed |= 1U << SINK_DROP;
    } else {
        w->facts->powers |= 1U << SINK_WRITE;
    }
    return (struct worth){0};
}

static struct worth special_upload(struct walker *w, str name, const struct worth *receiver,
                                   const struct arguments *args)
{
    bool moves = !str_eq_nocase(name, STR("copy")) && !str_eq_nocase(name, STR("rename"));
    const struct worth *from = receiver ? receiver : sink_argument(args, 0);
    const struct worth *to = sink_argument(args, receiver ? 0 : 1);
    w->facts->powers |= 1U << (moves ? SINK_UPLOAD : SINK_WRITE);
    if ((from->sources & SOURCE_UPLOAD) || (moves && (from->thing == THING_FILES))) {
        struct worth v = *from;
        v.sources |= SOURCE_UPLOAD;
        bool named = worth_tainted(to) || !to->known || sink_is_code_name(to->text);
        walk_sink(w, named ? SINK_UPLOAD : SINK_WRITE, &v);
    } else if (worth_tainted(from) && worth_tainted(to) && !moves) {
        walk_sink(w, SINK_WRITE, to);
    }
    return (struct worth){0};
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

static struct worth special_substr(const struct worth *receiver, const struct arguments *args,
                                   bool method, bool ends)
{
    const struct worth *text = method ? receiver : sink_argument(args, 0);
    const struct worth *from = sink_argument(args, method ? 0 : 1);
    const struct worth *len = sink_argument(args, method ? 1 : 2);
    struct worth out = *text;
    out.elements = NULL;
    int64_t start = 0, size = 0;
    bool ok = text->known && from->known && str_i64(from->text, &start);
    bool sized = (method ? 1U : 2U) < args->count;
    ok = ok && (!sized || (len->known && str_i64(len->text, &size)));
    if (!ok) {
        out.known = false;
        out.text = worth_tainted(&out) ? out.text : STR_NONE;
        return out;
    }
    int64_t total = (int64_t)text->text.len;
    start = start < 0 ? (start + total < 0 ? 0 : start + total) : start < total ? start : total;
    int64_t end = !sized ? total : ends ? size : size < 0 ? total + size : start + size;
    end = end > total || end < 0 ? total : end;
    out.text = end > start ? str_sub(text->text, (size_t)start, (size_t)(end - start)) : STR_NONE;
    out.through |= THROUGH_PIECES;
    return out;
}

/* Mid(s, 1-based, n), Left(s, n), Right(s, n). */
static struct worth special_mid(const struct word *word, const struct arguments *args)
{
    const struct worth *text = sink_argument(args, 0);
    uint64_t a = 0, b = text->text.len;
    struct worth out = *text;
    bool ok =
        text->known && sink_argument(args, 1)->known && str_u64(sink_argument(args, 1)->text, &a);
    ok = ok && (args->count < 3 || (args->list[2].known && str_u64(args->list[2].text, &b)));
    out.known = ok;
    if (!ok) {
        return out;
    }
    a = a < text->text.len ? a : text->text.len;
    size_t from = word->b == 0   ? (a ? (size_t)a - 1 : 0)
                  : word->b == 2 ? text->text.len - (size_t)a
                                 : 0;
    out.text = str_sub(text->text, from,
                       word->b == 0   ? (size_t)b
                       : word->b == 1 ? (size_t)a
                                      : text->text.len);
    out.through |= THROUGH_PIECES;
    return out;
}

static struct worth special_explode(struct walker *w, const struct worth *receiver,
                                    const struct arguments *args, bool method, str name)
{
    const struct worth *text = method ? receiver : sink_argument(args, 1);
    const struct worth *by = sink_argument(args, 0);
    if (!method && (walk_basic(w) || str_eq_nocase(name, STR("str_split")))) {
        text = sink_argument(args, 0);
        by = sink_argument(args, 1);
    }
    struct worth out = {
        .sources = text->sources, .through = text->through, .parameter = text->parameter};
    if (!text->known || !by->known || !by->text.len || text->text.len > 65536) {
        return out;
    }
    str rest = text->text;
    for (size_t n = 0; n < 2048; n++) {
        size_t at = str_find(rest, by->text);
        struct worth piece = worth_text(str_sub(rest, 0, at));
        piece.through = THROUGH_PIECES;
        out = variable_add(w, &out, arena_printf(w->arena, "%zu", n), &piece);
        if (at >= rest.len) {
            break;
        }
        rest = str_from(rest, at + by->text.len);
    }
    return out;
}

static struct worth special_implode(struct walker *w, const struct worth *receiver,
                                    const struct arguments *args, bool method)
{
    const struct worth *array =
        method ? receiver : sink_argument(args, args->count - (args->count > 0));
    const struct worth *glue = sink_argument(args, 0);
    if (!method && !array->elements) {
        array = sink_argument(args, 0);
        glue = sink_argument(args, 1);
    }
    return worth_joined(array, glue->known && glue != array ? glue->text : STR_NONE, w->arena);
}

/* What pack("H*", ...) decodes; pack("C*", 101, 118, ...) are characters. */
static struct worth special_pack(struct walker *w, const struct arguments *args)
{
    const struct worth *how = sink_argument(args, 0), *text = sink_argument(args, 1);
    struct worth out = *text;
    out.through |= THROUGH_HEX;
    bool hex = how->known && how->text.len && (how->text.p[0] | 32) == 'h';
    out.known = hex && text->known && decode_text(DECODE_HEX, text->text, w->arena, &out.text);
    if (how->known && how->text.len && (how->text.p[0] | 32) == 'c') {
        struct arguments codes = *args;
        memmove(codes.list, codes.list + 1, sizeof codes.list - sizeof codes.list[0]);
        codes.count -= codes.count > 0;
        return special_chr(w, &codes);
    }
    return out;
}

static struct worth special_strtr(struct walker *w, const struct arguments *args)
{
    const struct worth *text = sink_argument(args, 0), *from = sink_argument(args, 1),
                       *to = sink_argument(args, 2);
    struct worth out = *text;
    out.through |= THROUGH_REPLACE;
    out.known = false;
    if (!text->known || !from->known || !to->known) {
        return out;
    }
    char *p = arena_alloc(w->arena, text->text.len + 1);
    for (size_t i = 0; p && i < text->text.len; i++) {
        size_t at = str_find_char(from->text, text->text.p[i]);
        p[i] = at < from->text.len && at < to->text.len ? to->text.p[at] : text->text.p[i];
    }
    out.known = p != NULL;
    out.text = (str){p, p ? text->text.len : 0};
    return out;
}

static struct worth special_sprintf(struct walker *w, const struct arguments *args)
{
    const struct worth *format = sink_argument(args, 0);
    struct worth out = worth_text(STR_NONE);
    if (!format->known || str_has(format->text, STR("$s"))) {
        return sink_joined(args, NULL);
    }
    str rest = format->text;
    for (size_t next = 1; rest.len;) {
        size_t at = str_find_char(rest, '%');
        struct worth plain = worth_text(str_sub(rest, 0, at));
        out = worth_concat(&out, &plain, w->arena);
        if (at + 1 >= rest.len) {
            break;
        }
        if (rest.p[at + 1] == 's' || rest.p[at + 1] == 'c') {
            struct arguments one = {.count = 1};
            one.list[0] = *sink_argument(args, next++);
            struct worth piece = rest.p[at + 1] == 'c' ? special_chr(w, &one) : one.list[0];
            out = worth_concat(&out, &piece, w->arena);
        } else {
            out.known = out.known && rest.p[at + 1] == '%';
        }
        rest = str_from(rest, at + 2);
    }
    return out;
}

/* "{0}{1}" and "%s", and a.concat(b): text put together. */
static struct worth special_format(struct walker *w, const struct worth *receiver,
                                   const struct arguments *args)
{
    struct worth out =
        receiver && (receiver->known || receiver->sources) ? *receiver : worth_text(STR_NONE);
    for (size_t i = 0; i < args->count; i++) {
        struct worth piece = args->list[i].elements
                                 ? worth_joined(&args->list[i], STR_NONE, w->arena)
                                 : args->list[i];
        out = worth_concat(&out, &piece, w->arena);
    }
    return out;
}

static struct worth special_create_object(struct walker *w, const struct arguments *args)
{
    static const struct {
        str part;
        uint16_t thing;
        bool id;
    } objects[] = {
        {STR_INIT("wscript.shell"),              THING_SHELL,        false},
        {STR_INIT("shell.application"),          THING_SHELL,        false},
        {STR_INIT("72c24dd5"),                   THING_SHELL,        true },
        {STR_INIT("f935dc22"),                   THING_SHELL,        true },
        {STR_INIT("f935dc26"),                   THING_SHELL,        true },
        {STR_INIT("13709620"),                   THING_SHELL,        true },
        {STR_INIT("093ff999"),                   THING_SHELL,        true },
        {STR_INIT("0d43fe01"),                   THING_FILES_SYSTEM, true },
        {STR_INIT("scriptcontrol"),              THING_ENGINE,       false},
        {STR_INIT("scripting.filesystemobject"), THING_FILES_SYSTEM, false},
        {STR_INIT("adodb.stream"),               THING_STREAM,       false},
        {STR_INIT("xmlhttp"),                    THING_HTTP,         false},
        {STR_INIT("winhttprequest"),             THING_HTTP,         false},
        {STR_INIT("adodb.connection"),           THING_DATABASE,     false},
        {STR_INIT("adodb.recordset"),            THING_DATABASE,     false},
        {STR_INIT("domdocument"),                THING_XSLT,         false},
        {STR_INIT("winmgmts"),                   THING_SHELL,        false},
        {STR_INIT("java.lang.runtime"),          THING_SHELL,        false},
        {STR_INIT("java.lang.processbuilder"),   THING_SHELL,        false},
        {STR_INIT("scriptengine"),               THING_ENGINE,       false},
        {STR_INIT("c08afd90"),                   THING_SHELL,        true },
    };
    struct worth out = {0};
    for (size_t i = 0; i < args->count; i++) {
        const struct worth *name = &args->list[i];
        out.sources |= name->sources;
        out.parameter = out.parameter.len ? out.parameter : name->parameter;
        if (worth_tainted(name) && !name->text.len) {
            w->facts->powers |= 1U << SINK_CALL;
        }
        for (size_t k = 0; name->known && k < ARRAY_LEN(objects); k++) {
            if (str_has_nocase(name->text, objects[k].part)) {
                out.thing = objects[k].thing;
                if (objects[k].id && out.thing == THING_SHELL) {
                    w->facts->disguises |= DISGUISE_CLASS_ID;
                }
                if (name->through && out.thing == THING_SHELL) {
                    w->facts->disguises |= DISGUISE_HIDDEN_NAME;
                    w->facts->hidden_name = arena_str(w->arena, name->text);
                }
                return out;
            }
        }
    }
    return out;
}

/* Whether the text that was walked last ends in a pipe: "$command 2>&1 |". */
static bool sink_ends_in_pipe(const struct walker *w)
{
    size_t at = w->at;
    while (at && w->t[at - 1].kind == TOKEN_SIGN && w->t[at - 1].sign == ')') {
        at--;
    }
    return at && w->t[at - 1].kind == TOKEN_TEXT && str_ends(str_trim(w->t[at - 1].text), STR("|"));
}

/* Perl: open(F, "$command |") runs it; Python: getattr(os, "system"). */
static struct worth special_perl_open(struct walker *w, const struct arguments *args)
{
    for (size_t i = 1; i < args->count; i++) {
        const struct worth *v = &args->list[i];
        bool pipe = v->known && str_find_char(v->text, '|') < v->text.len;
        if (worth_tainted(v)) {
            bool lead =
                v->text.len && str_find_char(v->text, '|') == v->text.len && !sink_ends_in_pipe(w);
            bool whole = !v->text.len || str_trim(v->text).p == v->text.p;
            walk_sink(w, lead && whole ? SINK_READ : SINK_EXECUTE, v);
        }
        if (pipe && i + 1 < args->count) {
            walk_sink(w, SINK_EXECUTE, &args->list[i + 1]);
            return (struct worth){0};
        }
    }
    return (struct worth){.sources = SOURCE_FILE};
}

static struct worth special_getattr(str name, const struct worth *receiver,
                                    const struct arguments *args)
{
    size_t which = str_eq_nocase(name, STR("getattr")) ? 1 : 0;
    const struct worth *asked = sink_argument(args, which);
    struct worth out = {.thing = THING_METHOD,
                        .word = asked->known ? lex_hash(asked->text) : 0,
                        .through = THROUGH_REFLECTION};
    out.text = asked->text;
    if (worth_tainted(asked) && !asked->text.len) {
        out.sources = asked->sources;
        out.parameter = asked->parameter;
    }
    if (asked->known &&
        (str_has(asked->text, STR("Runtime")) || str_has(asked->text, STR("ProcessBuilder")) ||
         str_has(asked->text, STR("ProcessImpl")) || str_eq(asked->text, STR("os")) ||
         str_eq(asked->text, STR("subprocess")))) {
        out.thing = THING_SHELL;
    } else if (receiver && receiver->thing == THING_SHELL) {
        out.thing = THING_SHELL;
    }
    return out;
}

/* A method that was looked up by name is called: by what the name says, else by what it stands on.
 */
static struct worth special_invoke(struct walker *w, const struct worth *receiver,
                                   const struct arguments *args)
{
    struct worth none = {0}, all = sink_joined(args, NULL);
    if (!receiver) {
        return none;
    }
    for (size_t i = 0; i < args->count; i++) {
        if (args->list[i].elements) {
            struct worth joined = worth_joined(&args->list[i], STR(" "), w->arena);
            all = worth_either(&all, &joined);
        }
    }
    all.known = false;
    if (receiver->thing == THING_FUNCTION ||
        receiver->word == lex_hash(STR("reflectionfunction"))) {
        struct worth f = *receiver;
        return walk_call_value(w, &f, args);
    }
    all.through |= THROUGH_REFLECTION;
    all.text = STR_NONE;
    static const struct {
        str name;
        enum sink_kind sink;
    } methods[] = {
        {STR_INIT("exec"),            SINK_EXECUTE },
        {STR_INIT("start"),           SINK_EXECUTE },
        {STR_INIT("defineClass"),     SINK_LOAD    },
        {STR_INIT("Load"),            SINK_LOAD    },
        {STR_INIT("eval"),            SINK_EVALUATE},
        {STR_INIT("command"),         SINK_EXECUTE },
        {STR_INIT("forkAndExec"),     SINK_EXECUTE },
        {STR_INIT("loadClass"),       SINK_LOAD    },
        {STR_INIT("JScriptEvaluate"), SINK_EVALUATE}
    };
    for (size_t i = 0; i < ARRAY_LEN(methods) && worth_tainted(&all); i++) {
        if (str_eq_nocase(receiver->text, methods[i].name)) {
            walk_sink(w, methods[i].sink, &all);
            return none;
        }
    }
    if (worth_tainted(receiver)) {
        walk_sink(w, SINK_CALL, receiver);
    } else if (receiver->thing == THING_SHELL && worth_tainted(&all)) {
        walk_sink(w, SINK_EXECUTE, &all);
    } else if (worth_tainted(&all) && (receiver->thing == THING_METHOD)) {
        walk_sink(w, SINK_UNKNOWN_CALL, &all);
    }
    return all;
}

static struct worth special_filter_var(struct walker *w, const struct arguments *args)
{
    const struct worth *options = sink_argument(args, 2);
    struct worth f = worth_element(options, &(struct worth){0});
    struct arguments data = {.count = 1};
    data.list[0] = *sink_argument(args, 0);
    data.list[0].through |= THROUGH_CALLBACK;
    if (options->elements && (f.known || worth_tainted(&f))) {
        return walk_call_value(w, &f, &data);
    }
    return data.list[0];
}

static struct worth special_extract(struct walker *w, const struct arguments *args)
{
    const struct worth *from = sink_argument(args, 0);
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
        return walk_index(w, &server, sink_argument(args, 0));
    }
    case SPECIAL_GATE:
        w->facts->gate = w->facts->gate || worth_tainted(sink_argument(args, 0));
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
        struct worth method_name = *sink_argument(args, receiver ? 0 : 1);
        struct worth object = *sink_argument(args, receiver ? 3 : 0);
        object.text = method_name.text;
        object.thing = object.thing ? object.thing : THING_METHOD;
        struct arguments rest = {.count = 1};
        rest.list[0] = *sink_argument(args, receiver ? 4 : 3);
        return special_invoke(w, &object, &rest);
    }
    case SPECIAL_INDEX:
        return receiver ? walk_index(w, receiver, sink_argument(args, 0)) : (struct worth){0};
    case SPECIAL_SPRINTF:
        return special_sprintf(w, args);
    case SPECIAL_FORMAT:
        return special_format(w, receiver, args);
    case SPECIAL_FILTER_VAR:
        return special_filter_var(w, args);
    case SPECIAL_STRTR:
        return special_strtr(w, args);
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
