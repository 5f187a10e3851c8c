#include "formats/windows/evtx_memory.h"

extern const struct format format_evtx;

static struct evtx_memory *begin(const struct parse *p, struct arena *arena)
{
    struct evtx_memory *m = ARENA_NEW(arena, struct evtx_memory);
    if (m) {
        *m = (struct evtx_memory){
            .arena = arena,
            .path = p->carve ? arena_str(arena, p->path) : STR_NONE,
            .len = p->unit.len,
        };
        evtx_templates_init(&m->templates, p->names, arena);
    }
    return m;
}

/* What a log of too many templates filled is emptied for the next parse. */
static bool is_of_use(const struct evtx_memory *m, const struct parse *p)
{
    bool same_log = m->len == p->unit.len && str_eq(m->path, p->path);
    return !m->templates.full && m->templates.names == p->names && (!p->carve || same_log);
}

struct evtx_memory *evtx_memory_of(const struct parse *p)
{
    struct memory *of = p->memory;
    struct evtx_memory *m = of && of->of == &format_evtx ? of->what : NULL;
    if (!of) {
        m = begin(p, p->arena);
    } else if (!m || !is_of_use(m, p)) {
        arena_reset(&of->arena);
        m = begin(p, &of->arena);
        of->of = &format_evtx;
        of->what = m;
    }
    if (m) {
        evtx_templates_begin(&m->templates, p->arena, p->scratch);
    }
    return m;
}
