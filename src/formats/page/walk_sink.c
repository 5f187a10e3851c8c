/* Where values act. */
#include "formats/page/special.h"

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

/* Basic: Execute("Update ...") is the page's own, of a database. */
static bool sink_is_query(const struct walker *w, const struct worth *v)
{
    static const str verbs[] = {STR_INIT("update "), STR_INIT("delete "), STR_INIT("insert "),
                                STR_INIT("select ")};
    str lead = str_trim(v->text);
    for (size_t i = 0; walk_basic(w) && i < ARRAY_LEN(verbs); i++) {
        if (str_starts_nocase(lead, verbs[i])) {
            return true;
        }
    }
    return false;
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

/* A variable that nothing sets acts as a parameter where no other page can have set it. */
static bool sink_is_unset(struct walker *w, enum sink_kind sink, const struct worth *v)
{
    bool counts = sink == SINK_EVALUATE || sink == SINK_EXECUTE || sink == SINK_UPLOAD;
    if (!counts || !(v->sources & SOURCE_UNSET) || (v->text.len && !v->known) ||
        w->facts->powers & 1U << SINK_INCLUDE) {
        return false;
    }
    w->unset = true;
    return w->settled;
}

/* What the page itself wrote to the file that it includes. */
static struct worth sink_written(struct walker *w, const struct worth *path)
{
    struct worth v = special_file_of(w, path);
    if (str_starts_nocase(path->text, STR("php://input"))) {
        v = (struct worth){.sources = SOURCE_BODY};
        w->facts->reads_request = true;
    }
    if (v.known && v.text.len) {
        walk_text(w, &v);
    }
    return v;
}

void walk_sink(struct walker *w, enum sink_kind sink, const struct worth *v)
{
    w->facts->powers |= 1U << sink;
    struct worth written = {0};
    if (sink == SINK_INCLUDE && !worth_tainted(v)) {
        written = sink_written(w, v);
        v = worth_tainted(&written) || written.sources & SOURCE_REMOTE ? &written : v;
    }
    struct worth whole = *v; /* all of the request: array_map("assert", $_POST) */
    whole.sources |= worth_tainted(v) && !(v->sources & SOURCE_REQUEST) ? SOURCE_PARAMETER : 0;
    v = &whole;
    bool acts = worth_tainted(v) || sink_is_unset(w, sink, v) ||
                (v->sources & SOURCE_REMOTE && sink <= SINK_DROP) ||
                (v->sources & SOURCE_SESSION && sink <= SINK_CALL && !v->text.len);
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
    if (sink == SINK_EVALUATE && sink_is_query(w, v)) {
        sink = SINK_QUERY;
    } else if (sink == SINK_INCLUDE && str_starts_nocase(v->text, STR("data:"))) {
        sink = SINK_EVALUATE;
    } else if (sink == SINK_INCLUDE && v->text.len && v != &written && !written.sources) {
        sink = SINK_READ; /* a fixed folder, or a fixed prefix */
    }
    if (sink == SINK_CONNECT && v->through & THROUGH_URL_PART) {
        sink = SINK_READ; /* fetches a URL; who tells a host and a port has a tunnel */
    }
    sink_flow(w, sink, v);
}
