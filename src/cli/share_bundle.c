#include "cli/share.h"
#include "cli/terminal.h"
#include "os/file.h"

enum { VALUES_MAX = 1 << 24 };

static bool is_case(bytes head)
{
    return str_starts(str_of_bytes(head), STR("SQLite format 3"));
}

static bool bundle_of_case(const struct invocation *in, const char *path,
                           const struct sharing *sharing, str *out, struct err *err)
{
    struct export_style style = {.lang = in->lang, .catalog = in->catalog, .sharing = *sharing};
    SCOPED(buf_done) struct buf text = {0};
    struct case_file *c = NULL;
    struct report report;
    if (!case_open(path, &c, err)) {
        return false;
    }
    bool ok = report_text(c, exporter_named(STR("stix")), &style, in->arena, &report, &text, err);
    case_close(c);
    *out = ok ? arena_str(in->arena, buf_str(&text)) : STR_NONE;
    return ok;
}

/* ---- marks of what others made */

static void strictest(enum tlp *mark, str text)
{
    enum tlp t;
    if (tlp_parse(text, &t) && t > *mark) {
        *mark = t;
    }
}

static void add_marks(enum tlp *mark, const struct json_value *object)
{
    const struct json_value *refs = json_member(object, STR("object_marking_refs"));
    const struct json_value *parts = json_member(object, STR("granular_markings"));
    for (const struct json_value *r = refs ? refs->first : NULL; r; r = r->next) {
        strictest(mark, r->text);
    }
    for (const struct json_value *g = parts ? parts->first : NULL; g; g = g->next) {
        strictest(mark, json_member_text(g, STR("marking_ref")));
    }
    strictest(mark, json_member_text(json_member(object, STR("definition")), STR("tlp")));
}

static enum tlp mark_of(const struct json_value *bundle)
{
    enum tlp mark = TLP_NONE;
    const struct json_value *objects = json_member(bundle, STR("objects"));
    for (const struct json_value *o = objects ? objects->first : NULL; o; o = o->next) {
        add_marks(&mark, o);
    }
    return mark;
}

/* A bundle that nobody marked stands under the mark that was chosen. */
static bool bundle_as_it_is(const struct invocation *in, const char *path, bytes data,
                            const struct sharing *sharing, str *out, struct err *err)
{
    enum json_fault fault;
    uint64_t at = 0;
    bytes copy = arena_bytes(in->arena, data);
    const struct json_value *v = json_tree(copy, in->arena, VALUES_MAX, &fault, &at);
    if (!json_is(json_member(v, STR("objects")), JSON_ARRAY)) {
        return err_set(err, ERR_INPUT, tr(in->catalog, "%s: neither a case nor a STIX bundle"),
                       path);
    }
    enum tlp mark = mark_of(v);
    mark = mark == TLP_NONE ? sharing->tlp : mark;
    *out = str_of_bytes(copy);
    return mark <= sharing->most ||
           err_set(
               err, ERR_INPUT,
               tr(in->catalog, "%s: it stands under %.*s, which is stricter than --max-tlp allows"),
               path, STR_ARG(tlp_name(mark)));
}

bool share_bundle(const struct invocation *in, const char *path, const struct sharing *sharing,
                  str *out, struct err *err)
{
    SCOPED(os_view_close) struct os_view view = {0};
    if (!os_view_open(&view, path, err)) {
        return false;
    }
    return is_case(view.data) ? bundle_of_case(in, path, sharing, out, err)
                              : bundle_as_it_is(in, path, view.data, sharing, out, err);
}
