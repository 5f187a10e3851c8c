/* Backups of phones among the evidence. Their files have meaningless names, and may be encrypted:
 * Manifest.db says what each is. It is read before the first pass, in a confined process of its
 * own, and tells the others, that are forked later, what they need:
 *
 *     the name     files of a backup get the provenance of members of an archive, by their path on
 *                  the phone: backup/3d/3d0d7e5f... is
 * backup!/private/var/mobile/Library/SMS/sms.db the key      with which a worker decrypts the file,
 * in memory; nothing decrypted is written
 */
#ifndef ENGINE_BACKUPS_H
#define ENGINE_BACKUPS_H

#include "base/err.h"
#include "base/table.h"
#include "os/sealed.h"
#include "sources/folder.h"

struct backup_file {
    bool locked; /* encrypted, and there is no key */
    uint8_t key[SEALED_KEY];
};

struct backups {
    struct arena arena;
    struct table files; /* provenance -> number, of those that are encrypted */
    struct backup_file *items;
    size_t count, cap;
    str locked; /* the first encrypted backup, when no password was given; else empty */
};

/* Renames files of `s`. `password` empty: there is none. A wrong one is an err, as is a backup that
 * cannot be unlocked at all. */
bool backups_open(struct backups *b, struct source *s, str password, struct err *err) MUST_USE;
void backups_close(struct backups *b); /* a zeroed one is fine */

/* NULL: the file is not encrypted. */
const struct backup_file *backup_file_of(const struct backups *b, str unit);

#endif
