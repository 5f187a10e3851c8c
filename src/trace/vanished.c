#include "trace/vanished.h"

#include "base/table.h"
#include "model/host_path.h"

#include <stdlib.h>

enum { VANISHED_MAX = 512, TAIL_MAX = 6 };

static const struct rule_entity vanished_entities[] = {
    {STR_INIT("virtualPath"),    STR_INIT("url"),  STR_INIT("shell")   },
    {STR_INIT("TargetFilename"), STR_INIT("path"), STR_INIT("compiled")},
};
static const str vanished_tags[] = {STR_INIT("attack.t1505.003"), STR_INIT("attack.t1070.004"),
                                    STR_INIT("limier.page-compiled")};
static const str vanished_attack[] = {STR_INIT("T1505.003"), STR_INIT("T1070.004")};

const struct rule_info rule_vanished = {
    .id = STR_INIT("limier-page-vanished"),
    .title = STR_INIT("A page that was run is gone"),
    .titles = {{[LANG_FR] = STR_INIT("Page qui a été exécutée et qui n’est plus là")}},
    .author = STR_INIT("limier"),
    .status = STR_INIT("stable"),
    .engine = STR_INIT("trail"),
    .source = STR_INIT("builtin:trail"),
    .level = LEVEL_MEDIUM,
    .tags = vanished_tags,
    .ntags = ARRAY_LEN(vanished_tags),
    .attack = vanished_attack,
    .nattack = ARRAY_LEN(vanished_attack),
    .rung = 5,
    .weight = WEIGHT_LEAD,
    .stage = STR_INIT("execute"),
    .entities = vanished_entities,
    .nentities = ARRAY_LEN(vanished_entities),
    .summary = {{
        [LANG_EN] = STR_INIT("ASP.NET compiled {virtualPath}, so it was run; its file is not on "
                             "disk, though others of its folder are (the mark was written at "
                             "{marked})."),
        [LANG_FR] = STR_INIT("ASP.NET a compilé {virtualPath}, qui a donc été exécutée\u00a0; son "
                             "fichier n’est pas sur le disque, alors que d’autres de son dossier y "
                             "sont (marque écrite à {marked})."),
    }},
    .benign = {{
        [LANG_EN] = STR_INIT("The owner, or an update, removed a page of the server itself."),
        [LANG_FR] =
            STR_INIT("Le propriétaire, ou une mise à jour, a retiré une page du serveur lui-même."),
    }},
};

/* ---- what is on disk */

struct disk {
    struct arena *arena;
    struct table names;   /* of files, by collection */
    struct table folders; /* the last few components of their paths, by collection */
    bool full;
};

static str key_of(struct disk *d, str collection, str what)
{
    return arena_printf(d->arena, "%.*s%c%.*s", STR_ARG(collection), 0, STR_ARG(what));
}

static void put(struct disk *d, struct table *t, str collection, str what)
{
    uint32_t ignored = 0;
    d->full |= !table_put(t, key_of(d, collection, what), 0, &ignored);
}

static bool has(struct disk *d, const struct table *t, str collection, str what)
{
    return table_get(t, key_of(d, collection, what)) != TABLE_NONE;
}

static void put_folder(struct disk *d, str collection, str folder)
{
    size_t at = folder.len, parts = 0;
    while (at > 0 && parts < TAIL_MAX) {
        at--;
        if (at == 0 || folder.p[at - 1] == '/') {
            put(d, &d->folders, collection, str_from(folder, at));
            parts++;
        }
    }
}

static void read_disk(struct disk *d, const struct unit_row *units, size_t count)
{
    str last = STR_NONE;
    table_init(&d->names, d->arena, true);
    table_init(&d->folders, d->arena, true);
    for (size_t i = 0; i < count && !d->full; i++) {
        str collection = host_collection(units[i].path), folder = str_dir(units[i].path);
        put(d, &d->names, collection, str_base(units[i].path));
        if (!str_eq(folder, last)) {
            put_folder(d, collection, folder);
            last = folder;
        }
    }
}

/* ---- the marks */

struct mark {
    struct vanished v;
    str collection, folder;
    bool gone;
};

static str page_of(const struct finding *f)
{
    for (size_t i = 0; i < f->nfields && str_eq(f->channel, STR("aspnet-compiled")); i++) {
        if (str_eq(f->fields[i].name, STR("virtualPath"))) {
            return f->fields[i].value;
        }
    }
    return STR_NONE;
}

/* /owa/auth/x.aspx lies in owa/auth; what has no folder, in the first one of the server. */
static str folder_of(str page)
{
    str folder = str_dir(page);
    folder = str_starts(folder, STR("/")) ? str_from(folder, 1) : folder;
    return folder.len ? folder : STR("wwwroot");
}

static int by_folder(const void *left, const void *right)
{
    const struct mark *x = left, *y = right;
    int order = str_cmp(x->collection, y->collection);
    order = order ? order : str_cmp(x->folder, y->folder);
    order = order ? order : str_cmp(x->v.page, y->v.page);
    return order ? order : str_cmp(x->v.mark->unit, y->v.mark->unit);
}

static usec written(const struct unit_row *units, size_t count, str unit)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(units[middle].path, unit) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && str_eq(units[low].path, unit) ? units[low].modified : TIME_NONE;
}

static size_t read_marks(const struct finding *findings, size_t nfindings, struct mark *out)
{
    size_t n = 0;
    for (size_t i = 0; i < nfindings; i++) {
        str page = page_of(&findings[i]);
        bool again = n > 0 && str_eq(out[n - 1].v.mark->unit, findings[i].unit);
        if (page.len > 1 && !again) {
            out[n++] = (struct mark){
                {&findings[i], page, TIME_NONE},
                host_collection(findings[i].unit),
                folder_of(page),
                false
            };
        }
    }
    return n;
}

static void tell(struct mark *marks, size_t count, struct vanished *out, size_t *n)
{
    size_t gone = 0;
    for (size_t i = 0; i < count; i++) {
        gone += marks[i].gone;
    }
    for (size_t i = 0; i < count && gone * 2 <= count && *n < VANISHED_MAX; i++) {
        if (marks[i].gone) {
            out[(*n)++] = marks[i].v;
        }
    }
}

static bool same_folder(const struct mark *x, const struct mark *y)
{
    return str_eq(x->collection, y->collection) && str_eq_nocase(x->folder, y->folder);
}

bool trace_vanished(const struct finding *findings, size_t nfindings, const struct unit_row *units,
                    size_t nunits, struct arena *a, struct vanished **out, size_t *count)
{
    struct mark *marks = ARENA_ARRAY(a, struct mark, nfindings + 1);
    struct disk disk = {.arena = a};
    *out = ARENA_ARRAY(a, struct vanished, VANISHED_MAX);
    *count = 0;
    size_t n = marks && *out ? read_marks(findings, nfindings, marks) : 0;
    if (n == 0) {
        return marks && *out;
    }
    read_disk(&disk, units, nunits);
    for (size_t i = 0; i < n; i++) {
        struct mark *m = &marks[i];
        m->v.marked = written(units, nunits, m->v.mark->unit);
        m->gone = !has(&disk, &disk.names, m->collection, str_base(m->v.page)) &&
                  has(&disk, &disk.folders, m->collection, m->folder);
    }
    qsort(marks, n, sizeof *marks, by_folder);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && same_folder(&marks[from], &marks[to]);) {
            to++;
        }
        tell(marks + from, to - from, *out, count);
    }
    return !disk.full;
}
