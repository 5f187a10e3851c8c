/* What is known of actors, for the commands that ask: our own, which is embedded, or files. */
#ifndef CLI_ACTORS_KNOWN_H
#define CLI_ACTORS_KNOWN_H

#include "attribute/actors.h"
#include "cli/command.h"

struct actors_choice {
    const char *knowledge;   /* in the place of ours; NULL: ours */
    struct option_list more; /* besides */
};

#define ACTORS_CHOICE_OPTIONS(type)                                                            \
    {"knowledge",                                                                              \
     'k',                                                                                      \
     OPTION_TEXT,                                                                              \
     offsetof(type, known.knowledge),                                                          \
     "FILE",                                                                                   \
     N_("what is known of actors, instead of our own: TSV or a STIX bundle (limier actors)")}, \
    {                                                                                          \
        "add", 'a', OPTION_LIST, offsetof(type, known.more), "FILE",                           \
            N_("more actors, or more of ours, in the same forms; may be repeated")             \
    }

/* `choice` NULL: ours. Lives in `a`. */
bool learn_actors(const struct actors_choice *choice, struct arena *a, struct actors *out,
                  struct err *err) MUST_USE;

/* A whole file, copied into `a`. */
bool read_whole(const char *path, struct arena *a, str *out, struct err *err) MUST_USE;

/* A file of knowledge as TSV, whichever of the two forms it has. */
bool read_knowledge(const char *path, struct arena *a, str *out, struct err *err) MUST_USE;

#endif
