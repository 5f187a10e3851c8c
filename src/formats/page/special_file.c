/* Files that are opened, read, written, uploaded. */
#include "formats/page/special.h"

#include <string.h>

enum { EXTENSION_MAX = 6 };

struct worth special_file_get(struct walker *w, const struct word *word, str name,
                              const struct arguments *args)
{
    const struct worth *from = special_argument(args, 0), *mode = special_argument(args, 1);
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
    const char *modes = w->language == LANGUAGE_PHP ? "wax>" : "wax>28";
    bool writes = word->b == 1 || (mode->known && mode->text.len && strchr(modes, mode->text.p[0]));
    if (worth_tainted(from)) {
        bool upload = from->sources & SOURCE_UPLOAD;
        if (!upload) {
            walk_sink(w, writes ? SINK_WRITE : SINK_READ, from);
        }
        out.sources |= upload ? SOURCE_UPLOAD : 0;
        out.parameter = from->parameter;
    }
    struct worth written = writes ? (struct worth){0} : special_file_of(w, from);
    if (worth_tainted(&written) || written.known) {
        return written;
    }
    (void)name;
    out.thing = THING_STREAM;
    out.opened = true;
    if (writes) {
        out.sources = worth_tainted(from) ? from->sources | SOURCE_FILE : 0;
        out.text = worth_tainted(from) ? STR_NONE : from->text;
        out.tail = worth_ends(from);
        out.parameter = from->parameter;
    } else {
        out.sources &= ~(
            uint32_t)(worth_tainted(from) && !(from->sources & SOURCE_UPLOAD) ? SOURCE_REQUEST : 0);
    }
    return out;
}

static bool file_is_code_name(str path)
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

/* Whether the name ends, whoever chose the rest, in an extension that no server runs. */
static bool file_is_harmless_name(str end)
{
    size_t dot = end.len;
    while (dot && ascii_is_alnum(end.p[dot - 1])) {
        dot--;
    }
    bool ext = dot && end.p[dot - 1] == '.' && dot < end.len && end.len - dot < EXTENSION_MAX;
    return ext && !file_is_code_name(end);
}

/* Code that reads the request and evaluates: no application writes that to a page. */
static bool file_is_code_text(str text)
{
    static const str runs[] = {STR_INIT("eval"),    STR_INIT("assert"),   STR_INIT("execute"),
                               STR_INIT("system("), STR_INIT("passthru"), STR_INIT("shell_exec")};
    bool reads = (str_has(text, STR("<?")) || str_has(text, STR("<%"))) &&
                 (str_has(text, STR("$_")) || str_has_nocase(text, STR("request")));
    for (size_t i = 0; reads && i < ARRAY_LEN(runs); i++) {
        if (str_has_nocase(text, runs[i])) {
            return true;
        }
    }
    return false;
}

/* Text that begins with the tag of code, or its evaluator, and then is what the request brings.
 * Settings that are written to a page begin with the tag and a name. */
static bool file_opens_code(str lead)
{
    str text = str_trim(lead);
    return !text.len || str_eq_nocase(text, STR("<?php")) || str_eq(text, STR("<?")) ||
           str_eq(text, STR("<%")) ||
           (str_starts(text, STR("<?")) && str_has_nocase(text, STR("eval")));
}

/* What the page wrote to a file of a fixed name, for when it reads or includes that file. */
static void file_remember(struct walker *w, const struct worth *path, const struct worth *data)
{
    struct variable *v = path->known || path->tail.len
                             ? variable_local(w, FILE_SCOPE, lex_hash_exact(worth_ends(path)))
                             : NULL;
    bool whole = data->known || file_opens_code(data->text);
    if (v && whole && (worth_tainted(data) || data->sources & SOURCE_REMOTE || data->known)) {
        if (worth_tainted(data) && !worth_tainted(&v->value)) {
            walk_changed(w, 0);
        }
        v->value = v->set && worth_tainted(&v->value) ? v->value : *data;
        v->value.thing = 0;
        v->set = true;
    }
}

struct worth special_file_of(struct walker *w, const struct worth *path)
{
    str name = worth_ends(path);
    const struct variable *v =
        name.len ? variable_local(w, FILE_SCOPE, lex_hash_exact(name)) : NULL;
    return v && v->set ? v->value : (struct worth){0};
}

/* file_put_contents(path, data), fwrite(stream, data), stream.Write(data), SaveToFile(path). */
struct worth special_write_file(struct walker *w, const struct word *word,
                                const struct worth *receiver, const struct arguments *args)
{
    const struct worth *path = word->b ? receiver : special_argument(args, 0);
    const struct worth *data = special_argument(args, word->b ? 0 : 1);
    if (word->b == 2) {
        data = receiver;
        path = special_argument(args, 0);
    }
    if (!path || (word->b == 1 && path->thing != THING_STREAM && !worth_tainted(path))) {
        return (struct worth){0};
    }
    str end = worth_ends(path);
    bool placed = worth_tainted(path) && !path->text.len && !file_is_harmless_name(end);
    bool code = file_is_code_name(end);
    bool loaded = data->known && file_is_code_text(data->text);
    file_remember(w, path, data);
    if (worth_tainted(data) && (placed || (code && file_opens_code(data->text)))) {
        walk_sink(w, SINK_DROP, data);
    } else if ((data->sources & SOURCE_REMOTE) && (placed || code)) {
        struct worth v = *data;
        v.sources |= path->sources & SOURCE_REQUEST;
        walk_sink(w, SINK_DROP, &v);
    } else if (worth_tainted(path) || worth_tainted(data)) {
        walk_sink(w, SINK_WRITE, worth_tainted(path) ? path : data);
    } else if ((loaded && (code || data->through & THROUGH_DECODED)) ||
               (code && data->known && data->through & THROUGH_DECODED)) {
        w->facts->computed |= 1U << SINK_DROP;
    } else {
        w->facts->powers |= 1U << SINK_WRITE;
    }
    return (struct worth){0};
}

struct worth special_upload(struct walker *w, str name, const struct worth *receiver,
                            const struct arguments *args)
{
    bool moves = !str_eq_nocase(name, STR("copy")) && !str_eq_nocase(name, STR("rename"));
    const struct worth *from = receiver ? receiver : special_argument(args, 0);
    const struct worth *to = special_argument(args, receiver ? 0 : 1);
    w->facts->powers |= 1U << (moves ? SINK_UPLOAD : SINK_WRITE);
    str end = worth_ends(to);
    if ((from->sources & SOURCE_UPLOAD) || (moves && (from->thing == THING_FILES)) ||
        (moves && from->sources & SOURCE_UNSET)) {
        struct worth v = *from;
        v.sources |= from->sources & SOURCE_UNSET ? 0 : SOURCE_UPLOAD;
        bool named = worth_tainted(to) || !to->known || file_is_code_name(end);
        walk_sink(w, named && !file_is_harmless_name(end) ? SINK_UPLOAD : SINK_WRITE, &v);
    } else if (worth_tainted(from) && worth_tainted(to) && !moves) {
        bool any = !from->text.len && !to->text.len && str_eq_nocase(name, STR("copy"));
        walk_sink(w, any ? SINK_DROP : SINK_WRITE, to); /* from anywhere, to anywhere */
    }
    return (struct worth){0};
}

/* Whether the text that was walked last ends in a pipe: "$command 2>&1 |". */
static bool file_ends_in_pipe(const struct walker *w)
{
    size_t at = w->at;
    while (at && w->t[at - 1].kind == TOKEN_SIGN && w->t[at - 1].sign == ')') {
        at--;
    }
    return at && w->t[at - 1].kind == TOKEN_TEXT && str_ends(str_trim(w->t[at - 1].text), STR("|"));
}

/* Perl: open(F, "$command |") runs it; Python: getattr(os, "system"). */
struct worth special_perl_open(struct walker *w, const struct arguments *args)
{
    for (size_t i = 1; i < args->count; i++) {
        const struct worth *v = &args->list[i];
        bool pipe = v->known && str_find_char(v->text, '|') < v->text.len;
        if (worth_tainted(v)) {
            bool lead =
                v->text.len && str_find_char(v->text, '|') == v->text.len && !file_ends_in_pipe(w);
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
