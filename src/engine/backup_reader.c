#include "engine/backup_reader.h"

#include "engine/limits.h"
#include "formats/database/sqlite.h"
#include "formats/phone/ios_files.h"
#include "formats/phone/keybag.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    const struct backup_birth *birth;
    struct arena arena;
    struct plist_read manifest;
    struct keybag bag;
    uint8_t unlocked[KEYBAG_CLASSES][SEALED_KEY]; /* keys of classes, once unwrapped */
    bool has[KEYBAG_CLASSES];
    struct backup_head head;
};

/* A key of a file or of the manifest: its class u32, little-endian, and the key, wrapped. */
static bool unwrap(const struct reading *r, bytes raw, uint8_t out[SEALED_KEY])
{
    if (raw.len < 4 + SEALED_WRAPPED) {
        return false;
    }
    uint32_t number = (uint32_t)raw.p[0] | (uint32_t)raw.p[1] << 8;
    const struct keybag_class *c = keybag_class(&r->bag, number);
    size_t i = c ? (size_t)(c - r->bag.classes) : 0;
    return c && r->has[i] && sealed_unwrap(r->unlocked[i], (bytes){raw.p + 4, SEALED_WRAPPED}, out);
}

static void derive(const struct reading *r, uint8_t key[SEALED_KEY])
{
    const struct keybag *k = &r->bag;
    bytes password = bytes_of_str(r->birth->password);
    uint8_t first[SEALED_KEY];
    if (k->outer_rounds > 0) {
        sealed_derive(SEALED_SHA256, password, k->outer_salt, (uint32_t)k->outer_rounds, first);
        password = (bytes){first, sizeof first};
    }
    sealed_derive(SEALED_SHA1, password, k->salt, (uint32_t)k->rounds, key);
}

/* A password is right when it unwraps a key. */
static enum backup_state unlock(struct reading *r)
{
    enum { BY_PASSWORD = 2 };
    uint8_t key[SEALED_KEY];
    size_t good = 0;
    if (!keybag_read(plist_data(plist_at(&r->manifest.top, STR("BackupKeyBag"))), &r->bag)) {
        return BACKUP_DAMAGED;
    }
    if (r->bag.rounds + r->bag.outer_rounds > KEYBAG_ROUNDS_MAX) {
        return BACKUP_ROUNDS;
    }
    if (r->birth->password.len == 0) {
        return BACKUP_LOCKED;
    }
    derive(r, key);
    for (size_t i = 0; i < r->bag.nclasses; i++) {
        const struct keybag_class *c = &r->bag.classes[i];
        r->has[i] = (c->wrap & BY_PASSWORD) && sealed_unwrap(key, c->key, r->unlocked[i]);
        good += r->has[i];
    }
    return good > 0 ? BACKUP_READ : BACKUP_WRONG;
}

/* ---- entries */

static void write_entry(struct reading *r, struct backup_entry *e, str path)
{
    uint64_t room = r->birth->slate.size - sizeof r->head - r->head.len;
    if (room < sizeof *e + path.len || path.len > LIMIT_PATH_TEXT / 2) {
        return; /* such a file keeps the name that it has */
    }
    uint8_t *at = r->birth->slate.p + sizeof r->head + r->head.len;
    e->path_len = (uint32_t)path.len;
    memcpy(at, e, sizeof *e);
    memcpy(at + sizeof *e, path.p, path.len);
    r->head.len += sizeof *e + path.len;
    r->head.count++;
}

static str cell_text(const struct sqlite *db, const struct sqlite_table *t,
                     const struct sqlite_row *row, str column)
{
    struct sqlite_value v = sqlite_cell(t, row, sqlite_column(t, column));
    return sqlite_text(db, &v, db->arena);
}

static void read_row(struct reading *r, const struct sqlite *db, const struct sqlite_table *t,
                     const struct sqlite_row *row)
{
    struct backup_entry e = {.keyed = 0};
    struct ios_file file;
    str name = cell_text(db, t, row, STR("fileID"));
    str domain = cell_text(db, t, row, STR("domain"));
    str relative = cell_text(db, t, row, STR("relativePath"));
    struct sqlite_value blob = sqlite_cell(t, row, sqlite_column(t, STR("file")));
    if (name.len != BACKUP_NAME || relative.len == 0) {
        return;
    }
    memcpy(e.name, name.p, sizeof e.name);
    if (r->head.encrypted && ios_file_read(blob.data, db->arena, &file)) {
        e.keyed = unwrap(r, file.key, e.key);
    }
    write_entry(r, &e, ios_path(domain, relative, db->arena));
}

static enum backup_state read_files(struct reading *r, bytes file)
{
    struct sqlite db;
    struct sqlite_rows rows;
    struct sqlite_row row;
    const struct sqlite_table *t =
        sqlite_open(&db, file, &r->arena) ? sqlite_table_named(&db, STR("Files")) : NULL;
    if (!t) {
        return BACKUP_DAMAGED;
    }
    struct arena_mark mark = arena_mark(&r->arena);
    sqlite_rows_begin(&rows, &db, t);
    while (sqlite_rows_next(&rows, &row)) {
        read_row(r, &db, t, &row);
        arena_rewind(&r->arena, mark);
    }
    return BACKUP_READ;
}

static enum backup_state read_manifest(struct reading *r, bytes plist, bytes database)
{
    const struct plist *top = &r->manifest.top;
    if (!plist_read(plist, &r->arena, &r->manifest)) {
        return BACKUP_DAMAGED;
    }
    r->head.encrypted = plist_number(plist_at(top, STR("IsEncrypted"))) != 0;
    if (!r->head.encrypted) {
        return read_files(r, database);
    }
    enum backup_state state = unlock(r);
    if (state != BACKUP_READ) {
        return state;
    }
    uint8_t *plain = arena_alloc(&r->arena, database.len + 1);
    bool keyed = unwrap(r, plist_data(plist_at(top, STR("ManifestKey"))), r->head.manifest_key);
    if (!plain || !keyed) {
        return BACKUP_DAMAGED;
    }
    return read_files(r, (bytes){plain, sealed_open(r->head.manifest_key, database, plain)});
}

void backup_reader_main(int socket, void *birth)
{
    static struct reading reading; /* large, and one a process */
    struct reading *r = &reading;
    const struct os_limits limits = {.memory = LIMIT_WORKER_MEMORY};
    struct os_confined confined;
    struct os_view plist = {0}, database = {0};
    r->birth = birth;
    arena_init(&r->arena, LIMIT_WORKER_MEMORY);
    bool mapped = os_view_of(&plist, r->birth->plist, r->birth->plist_size) &&
                  os_view_of(&database, r->birth->database, r->birth->database_size);
    os_confine(socket, &limits, &confined);
    r->head.state = mapped ? (uint32_t)read_manifest(r, plist.data, database.data) : BACKUP_DAMAGED;
    memcpy(r->birth->slate.p, &r->head, sizeof r->head);
    (void)!os_send(socket, (bytes){(const uint8_t *)"", 1}, -1);
}
