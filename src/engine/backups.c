#include "engine/backups.h"

#include "engine/backup_reader.h"
#include "engine/limits.h"
#include "os/clock.h"
#include "os/file.h"
#include "sources/provenance.h"

#include <string.h>

#define BACKUP_MEMORY (2 * LIMIT_GIB)
#define BACKUP_SLATE  (512 * LIMIT_MIB) /* a million files */

/* A minute of derivation for the slowest machine, and a large manifest; then it is ended. */
static const double backup_seconds = 300;

/* What was given, by its name, while backups are opened. */
struct given {
    struct backups *b;
    struct source *s;
    struct arena arena;
    struct table units; /* provenance -> file */
    struct table named; /* those that were renamed, so that names stay unique */
};

static bool add_key(struct backups *b, str unit, const uint8_t *key)
{
    struct backup_file *grown =
        arena_grow(&b->arena, b->items, &b->cap, b->count + 1, sizeof *grown);
    uint32_t number = 0;
    if (!grown || !table_put(&b->files, unit, (uint32_t)b->count, &number)) {
        return false;
    }
    b->items = grown;
    struct backup_file *f = &b->items[b->count++];
    *f = (struct backup_file){.locked = key == NULL};
    if (key) {
        memcpy(f->key, key, sizeof f->key);
    }
    return true;
}

/* `limier scan .` names its files by nothing in front of them. */
static str name_below(struct arena *a, str folder, str name)
{
    return folder.len > 0 ? provenance_below(a, folder, name) : arena_str(a, name);
}

static uint32_t file_below(struct given *g, str folder, str name)
{
    struct arena_mark mark = arena_mark(&g->arena);
    uint32_t file = table_get(&g->units, name_below(&g->arena, folder, name));
    arena_rewind(&g->arena, mark);
    return file;
}

/* ---- what the reader tells, which is checked */

static bool take_entry(struct given *g, str folder, const struct backup_entry *e, str path)
{
    char name[BACKUP_NAME + 4];
    (void)memcpy(name, e->name, 2);
    name[2] = '/';
    (void)memcpy(name + 3, e->name, BACKUP_NAME);
    uint32_t file = file_below(g, folder, (str){name, BACKUP_NAME + 3});
    if (file == TABLE_NONE) {
        return true; /* the manifest lists what was not collected */
    }
    str bare = str_starts(path, STR("/")) ? str_from(path, 1) : path;
    str whole = utf8_made_valid(
        &g->b->arena, provenance_member(&g->b->arena, folder.len ? folder : STR("."), bare));
    str unit = provenance_unique(&g->named, &g->b->arena, whole, file);
    if (unit.len == 0) {
        return false;
    }
    g->s->files[file].unit = unit;
    return !e->keyed || add_key(g->b, unit, e->key);
}

static bool take_entries(struct given *g, str folder, const struct backup_head *head,
                         const struct os_shared *slate)
{
    uint64_t at = sizeof *head, room = slate->size;
    for (uint64_t i = 0; i < head->count && room - at >= sizeof(struct backup_entry); i++) {
        struct backup_entry e;
        memcpy(&e, slate->p + at, sizeof e);
        at += sizeof e;
        if (e.path_len > room - at) {
            return true;
        }
        str path = {(const char *)slate->p + at, e.path_len};
        at += e.path_len;
        if (!take_entry(g, folder, &e, path)) {
            return false;
        }
    }
    return true;
}

/* Nothing but the lists beside it can be read of an encrypted backup without a password. */
static bool lock(struct given *g, str folder)
{
    str below = name_below(&g->arena, folder, STR("")), named = folder.len ? folder : STR(".");
    bool ok = true;
    g->b->locked = g->b->locked.len > 0 ? g->b->locked : arena_str(&g->b->arena, named);
    for (size_t i = 0; ok && i < g->s->count; i++) {
        str unit = g->s->files[i].unit;
        bool list = str_ends(unit, STR(".plist"));
        ok = !str_starts(unit, below) || list || add_key(g->b, unit, NULL);
    }
    return ok;
}

static bool take(struct given *g, str folder, const struct os_shared *slate, bool password,
                 struct err *err)
{
    struct backup_head head;
    memcpy(&head, slate->p, sizeof head);
    bool ok = true;
    if (head.encrypted && !password) {
        head.state = BACKUP_LOCKED;
    }
    switch ((enum backup_state)head.state) {
    case BACKUP_READ:
        ok = !head.encrypted ||
             add_key(g->b, name_below(&g->b->arena, folder, STR("Manifest.db")), head.manifest_key);
        ok = ok && take_entries(g, folder, &head, slate);
        break;
    case BACKUP_LOCKED:
        ok = lock(g, folder);
        break;
    case BACKUP_WRONG:
        return err_set(err, ERR_DENIED, "%.*s: this is not the password of the backup",
                       STR_ARG(folder));
    case BACKUP_ROUNDS:
        return err_set(err, ERR_INPUT,
                       "%.*s: its keybag asks for more rounds of derivation than any phone does",
                       STR_ARG(folder));
    case BACKUP_UNREAD:
    case BACKUP_DAMAGED:
    default:
        return !head.encrypted || err_set(err, ERR_INPUT,
                                          "%.*s: the backup is encrypted, and its keybag or "
                                          "manifest is damaged",
                                          STR_ARG(folder));
    }
    return ok || err_set(err, ERR_FULL, "out of memory");
}

/* ---- one backup */

static bool run_reader(struct backup_birth *birth, struct err *err)
{
    struct os_child child = {.socket = -1};
    if (!os_child_start(&child, backup_reader_main, birth, err)) {
        return false;
    }
    bool ready = false;
    os_wait(&child.socket, &ready, 1, backup_seconds);
    os_child_end(&child);
    return true;
}

static bool open_backup(struct given *g, uint32_t plist, uint32_t database, str password,
                        struct err *err)
{
    str folder = str_dir(g->s->files[plist].unit);
    struct os_stat of_plist, of_database;
    struct backup_birth birth = {.password = password};
    birth.plist = source_file_open(g->s, plist, &of_plist, err);
    birth.database = source_file_open(g->s, database, &of_database, err);
    bool ok = true; /* what cannot be opened is told when it is read */
    if (birth.plist >= 0 && birth.database >= 0) {
        birth.plist_size = of_plist.size;
        birth.database_size = of_database.size;
        ok = os_shared_open(&birth.slate, BACKUP_SLATE, err) && run_reader(&birth, err) &&
             take(g, folder, &birth.slate, password.len > 0, err);
        os_shared_close(&birth.slate);
    }
    os_close(&birth.plist);
    os_close(&birth.database);
    return ok;
}

static bool list_units(struct given *g)
{
    bool ok = true;
    for (size_t i = 0; ok && i < g->s->count; i++) {
        uint32_t ignored = 0;
        ok = table_put(&g->units, g->s->files[i].unit, (uint32_t)i, &ignored) &&
             table_put(&g->named, g->s->files[i].unit, (uint32_t)i, &ignored);
    }
    return ok;
}

static bool open_all(struct given *g, str password, struct err *err)
{
    bool ok = true, listed = false;
    for (size_t i = 0; ok && i < g->s->count; i++) {
        str unit = g->s->files[i].unit;
        if (!str_eq(str_base(unit), STR("Manifest.plist"))) {
            continue;
        }
        if (!listed && !list_units(g)) {
            return err_set(err, ERR_FULL, "out of memory");
        }
        listed = true;
        uint32_t database = file_below(g, str_dir(unit), STR("Manifest.db"));
        ok = database == TABLE_NONE || open_backup(g, (uint32_t)i, database, password, err);
    }
    return ok;
}

bool backups_open(struct backups *b, struct source *s, str password, struct err *err)
{
    struct given g = {.b = b, .s = s};
    *b = (struct backups){0};
    arena_init(&b->arena, BACKUP_MEMORY);
    arena_init(&g.arena, BACKUP_MEMORY);
    table_init(&b->files, &b->arena, false);
    table_init(&g.units, &g.arena, false);
    table_init(&g.named, &g.arena, false);
    os_random(&b->files.key, sizeof b->files.key);
    os_random(&g.units.key, sizeof g.units.key);
    os_random(&g.named.key, sizeof g.named.key);
    sealed_prepare();
    bool ok = open_all(&g, password, err);
    arena_done(&g.arena);
    if (!ok) {
        backups_close(b);
    }
    return ok;
}

void backups_close(struct backups *b)
{
    arena_done(&b->arena);
    *b = (struct backups){0};
}

const struct backup_file *backup_file_of(const struct backups *b, str unit)
{
    uint32_t number = b && b->count > 0 ? table_get(&b->files, unit) : TABLE_NONE;
    return number == TABLE_NONE ? NULL : &b->items[number];
}
