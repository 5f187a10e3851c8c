/* A command: `limier scan`, one constant struct in one file (cmd_scan.c), one line in
 * commands.list. Help, the check of options and the list of commands are made from it.
 *
 *     struct rules_options {
 *         bool json;
 *         struct option_list placeholders;
 *     };
 *     static const struct option options[] = {
 *         {"json", 'j', OPTION_FLAG, offsetof(struct rules_options, json), NULL, N_("...")},
 *         {0},
 *     };
 *     static int rules_run(const struct invocation *in)
 *     {
 *         const struct rules_options *o = in->options;
 *         ...
 *     }
 *     const struct command command_rules = {.name = "rules", .run = rules_run, ...};
 *
 * A command prints results to standard output and everything else to standard error. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/arena.h"
#include "base/err.h"
#include "base/nearest.h"
#include "export/tr.h"
#include "model/time.h"

enum option_kind {
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* const char *, NULL when not given */
    OPTION_LIST,   /* struct option_list: may be given more than once */
    OPTION_NUMBER, /* unsigned, 0 when not given */
    OPTION_TIME,   /* usec, TIME_NONE when not given: RFC 3339 or a date */
};

struct option_list {
    const char *const *items;
    size_t count;
};

struct option {
    const char *name; /* without its dashes; NULL ends the table */
    char letter;      /* 0: none */
    enum option_kind kind;
    size_t at;         /* of the member that takes it, in the struct of `options_size` */
    const char *value; /* what help calls its value; NULL for flags */
    const char *help;  /* a message id */
};

/* Exit statuses, as DESIGN.md promises them to scripts. */
enum {
    STATUS_DONE = 0,
    STATUS_FAILED = 1,
    STATUS_USAGE = 2,
    STATUS_PARTLY = 3,
    STATUS_VERDICT = 10
};

struct command;

struct invocation {
    const struct command *command;
    const void *options; /* the command's own struct, filled from its table */
    const char *const *args;
    size_t nargs;
    enum lang lang;
    const struct catalog *catalog; /* of that language; NULL is English */
    const char *line;              /* the command line as typed, for people */
    struct arena *arena;           /* for the whole run */
};

struct command {
    const char *name;
    const char *usage;   /* behind the name: "EVIDENCE... [-o CASE]" */
    const char *summary; /* a message id: one line */
    const char *details; /* a message id: more for --help; may be NULL */
    const struct option *options;
    size_t options_size;
    size_t min_args, max_args; /* max_args 0: any number from min_args on */
    int (*run)(const struct invocation *in);
};

extern const struct command *const commands[]; /* ended by NULL, in the order of commands.list */

const struct command *command_named(const char *name); /* NULL when there is none */

/* Runs `command` with the words behind its name. The exit status. */
int command_run(const struct command *command, int nwords, const char *const words[],
                struct invocation *in);

/* One line on standard error, "limier: ...", in English as err has it. The exit status: USAGE
 * for ERR_USAGE, else FAILED. */
int fail(const struct err *err);

/* "limier scan: ...", and where to read how it is used. STATUS_USAGE. `fmt` is translated by
 * the caller. */
int misuse(const struct invocation *in, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Help of one command, and the page that `limier` alone prints. */
void help_command(const struct invocation *in);
void help_limier(const struct catalog *catalog);

#endif
