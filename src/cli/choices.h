/* Values of options that are one of a few words. */
#ifndef CLI_CHOICES_H
#define CLI_CHOICES_H

#include "cli/command.h"
#include "export/exporter.h"

/* How access logs are written: of scan, match and dump. */
#define LOG_FORMAT_OPTION(type)                                                              \
    {                                                                                        \
        "log-format", 0, OPTION_TEXT, offsetof(type, log_format), "STRING",                  \
            N_("how access logs are written: a format string of Apache or nginx, for those " \
               "that are not of a usual form")                                               \
    }

/* Of backups of phones: of scan and dump. */
#define PASSWORD_OPTION(type)                                                              \
    {                                                                                      \
        "password-file", 0, OPTION_TEXT, offsetof(type, password_file), "FILE",            \
            N_("the password of an encrypted backup of a phone is the first line of FILE") \
    }

/* NULL file: no password. False where it cannot be read, or is empty. */
bool choose_password(const struct invocation *in, const char *file, str *out,
                     struct err *err) MUST_USE;

/* Of what leaves the house: of report and share. */
struct sharing_choice {
    const char *tlp, *max_tlp, *producer;
    bool victim;
};

#define SHARING_OPTIONS(type)                                                                 \
    {"tlp",                                                                                   \
     0,                                                                                       \
     OPTION_TEXT,                                                                             \
     offsetof(type, sharing.tlp),                                                             \
     "MARK",                                                                                  \
     N_("what is shared stands under this mark of the Traffic Light Protocol: clear, green, " \
        "amber, amber+strict (unless given) or red; a stricter one that was received wins")}, \
        {"max-tlp",   0,                                                                      \
         OPTION_TEXT, offsetof(type, sharing.max_tlp),                                        \
         "MARK",      N_("refuse to write what would stand under a stricter mark")},          \
        {"share-victim", 0,                                                                   \
         OPTION_FLAG,    offsetof(type, sharing.victim),                                      \
         NULL,           N_("share the victim's names, addresses, accounts and paths, too")}, \
    {                                                                                         \
        "producer", 0, OPTION_TEXT, offsetof(type, sharing.producer), "NAME",                 \
            N_("whose report it is; limier unless given")                                     \
    }

/* Everything an exporter that is `shared` has to know, in `a`. */
bool choose_sharing(const struct invocation *in, const struct sharing_choice *choice,
                    struct sharing *out, struct err *err) MUST_USE;

/* NULL text leaves *out alone. False with a sentence that names the choices. */
bool choose_format(const struct invocation *in, const char *text, const struct exporter **out,
                   struct err *err) MUST_USE;
bool choose_level(const struct invocation *in, const char *text, enum level *out,
                  struct err *err) MUST_USE;
bool choose_log_format(const struct invocation *in, const char *text, str *out,
                       struct err *err) MUST_USE;
bool choose_verdict(const struct invocation *in, const char *text, enum verdict_state *out,
                    struct err *err) MUST_USE;

#endif
