/* Rule files that were read before, so that thousands need not be opened and parsed at each start:
 * their texts and trees, in one file of the cache folder (os/cache.h) for each set of paths given.
 *
 * A file counts as read before when its path, size, inode and times of modification and of change
 * are those it had then. The time of change is set by the system and cannot be set back, and a
 * file that was changed within moments of its reading is not kept; so content need not be read to
 * be known. What is kept is verified by its SHA-256; anything odd is as good as no cache. Rules
 * that changed are read anew, one by one. */
#ifndef CLI_RULES_CACHE_H
#define CLI_RULES_CACHE_H

#include "base/yaml_pack.h"
#include "cli/command.h"
#include "os/digest.h"
#include "os/file.h"

struct rule_file {
    str path;
    struct os_stat st;
    uint8_t sha256[DIGEST_LEN];
    str text;
    bytes packed; /* yaml_unpack() makes the tree */
};

struct rules_cache {
    struct arena *arena;
    str folder, name; /* empty folder: there is no cache */
    int64_t started;  /* before anything was looked at */
    struct rule_file *known, *files;
    size_t nknown, next; /* next: where the next one is likely to be */
    size_t nfiles, cap_files, reused;
};

/* For the files below these paths. */
void rules_cache_open(struct rules_cache *c, const struct option_list *paths, struct arena *a);

/* NULL: it must be read. */
const struct rule_file *rules_cache_get(struct rules_cache *c, str path, const struct os_stat *st);

/* A file that was read, for next time. `f` is copied, its text and tree are borrowed. */
void rules_cache_put(struct rules_cache *c, const struct rule_file *f,
                     const struct yaml_node *tree);

/* Writes what changed. */
void rules_cache_close(struct rules_cache *c);

#endif
