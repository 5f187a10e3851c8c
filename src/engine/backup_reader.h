/* The confined process that reads the manifest of one backup of a phone. */
#ifndef ENGINE_BACKUP_READER_H
#define ENGINE_BACKUP_READER_H

#include "os/process.h"
#include "os/sealed.h"

enum backup_state {
    BACKUP_UNREAD, /* the reader died */
    BACKUP_READ,
    BACKUP_LOCKED,  /* encrypted, and no password was given */
    BACKUP_WRONG,   /* password */
    BACKUP_DAMAGED, /* the keybag or the manifest */
    BACKUP_ROUNDS,  /* it asks for more rounds of derivation than any phone does */
};

enum { BACKUP_NAME = 40 }; /* digits of a file's name */

/* What it writes to the memory that it shares: this, then entries. */
struct backup_head {
    uint32_t state;
    uint32_t encrypted;
    uint64_t count, len; /* entries; bytes behind this */
    uint8_t manifest_key[SEALED_KEY];
};

struct backup_entry { /* its path behind it */
    char name[BACKUP_NAME];
    uint8_t key[SEALED_KEY];
    uint32_t keyed, path_len;
};

struct backup_birth {
    int plist, database; /* descriptors of Manifest.plist and Manifest.db */
    uint64_t plist_size, database_size;
    str password;
    struct os_shared slate;
};

/* For os_child_start(): `birth` is a struct backup_birth. One byte on the socket: it is done. */
void backup_reader_main(int socket, void *birth);

#endif
