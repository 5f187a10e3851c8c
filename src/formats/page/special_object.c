/* Objects that a name gives, and methods that are looked up by name. */
#include "formats/page/special.h"

struct worth special_create_object(struct walker *w, const struct arguments *args)
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

struct worth special_getattr(str name, const struct worth *receiver, const struct arguments *args)
{
    size_t which = str_eq_nocase(name, STR("getattr")) ? 1 : 0;
    const struct worth *asked = special_argument(args, which);
    struct worth out = {.thing = THING_METHOD,
                        .word = asked->known ? lex_hash(asked->text) : 0,
                        .through = THROUGH_REFLECTION};
    out.text = asked->text;
    if (worth_tainted(asked) && !asked->text.len) {
        out.sources = asked->sources;
        out.parameter = asked->parameter;
    }
    bool names_shell =
        asked->known &&
        (str_has(asked->text, STR("Runtime")) || str_has(asked->text, STR("ProcessBuilder")) ||
         str_has(asked->text, STR("ProcessImpl")) || str_eq(asked->text, STR("os")) ||
         str_eq(asked->text, STR("subprocess")));
    if (names_shell || (receiver && receiver->thing == THING_SHELL)) {
        out.thing = THING_SHELL;
    }
    return out;
}

/* A method that was looked up by name is called: by what the name says, else by what it stands on.
 */
struct worth special_invoke(struct walker *w, const struct worth *receiver,
                            const struct arguments *args)
{
    struct worth none = {0}, all = special_joined(args, NULL);
    if (!receiver) {
        return none;
    }
    for (size_t i = 0; i < args->count; i++) {
        if (args->list[i].elements) {
            struct worth joined = worth_joined(&args->list[i], STR(" "), w->paste);
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
