/* Sharing over TAXII 2.1: taking what allies send, sending them what was found, and letting them
 * fetch it. */
#include "cli/share.h"

static const struct option options[] = {
    {"output",                                                                                    'o', OPTION_TEXT, offsetof(struct share_options, output), "PATH",
     N_("pull: the bundle to write, or a folder for one bundle a collection")},
    {"collection",                                                                                'c', OPTION_TEXT, offsetof(struct share_options, collection), "ID",
     N_("pull, push: this collection of the server; pull without it: all that can be read")},
    {"since",                                                                                    0, OPTION_TIME, offsetof(struct share_options, since), "T",
     N_("pull: what was added after this moment, instead of going on where the last pull ended")},
    {"match",                    0, OPTION_LIST, offsetof(struct share_options, matches), "NAME=VALUES",
     N_("pull: only what the server finds so: type=indicator,malware, id=..., version=all; may be "
        "repeated")},
    {"max-size",                                                                                0, OPTION_NUMBER, offsetof(struct share_options, max_size), "MB",
     N_("pull: give up beyond so many megabytes (1024)")},
    {"timeout",                                                                                0, OPTION_NUMBER, offsetof(struct share_options, timeout), "SECONDS",
     N_("pull, push: give up on a server that says nothing for so long (60)")},
    {"user",                                                                                0, OPTION_TEXT, offsetof(struct share_options, user), "NAME",
     N_("pull, push: who asks; its password is in --password-file")},
    {"password-file",      0, OPTION_TEXT, offsetof(struct share_options, password_file), "FILE",
     N_("pull, push: the password of --user is the first line of FILE")},
    {"token-file",                                                                                     0, OPTION_TEXT, offsetof(struct share_options, token_file), "FILE",
     N_("the token is the first line of FILE: pull and push send it, serve asks for it")},
    {"ca",                                                                                0, OPTION_TEXT, offsetof(struct share_options, ca), "FILE",
     N_("pull, push: trust these certificates (PEM) instead of the system's")},
    {"listen",                                                                                     0, OPTION_TEXT, offsetof(struct share_options, listen), "ADDRESS:PORT",
     N_("serve: where to be found; 127.0.0.1 and a free port unless given")},
    {"cert", 0, OPTION_TEXT, offsetof(struct share_options, cert), "FILE",
     N_("serve: the certificate (PEM); with --key and --token-file others may be let in")},
    {"key",                                                                                     0, OPTION_TEXT, offsetof(struct share_options, key), "FILE",
     N_("serve: the key of the certificate (PEM)")},
    SHARING_OPTIONS(struct share_options),
    {0                                                                               },
};

static int share_run(const struct invocation *in)
{
    const struct share_options *o = in->options;
    str verb = str_of(in->args[0]);
    if (str_eq(verb, STR("pull"))) {
        return in->nargs == 2 && o->output
                   ? share_pull(in)
                   : misuse(in, "%s", tr(in->catalog, "pull takes a URL, and needs -o"));
    }
    if (str_eq(verb, STR("push"))) {
        return in->nargs == 3 && o->collection
                   ? share_push(in)
                   : misuse(in, "%s",
                            tr(in->catalog,
                               "push takes a URL and a case or bundle, and needs --collection"));
    }
    if (str_eq(verb, STR("serve"))) {
        return share_serve(in);
    }
    return misuse(in, tr(in->catalog, "%s is not pull, push or serve"), in->args[0]);
}

const struct command command_share = {
    .name = "share",
    .usage = "pull URL -o PATH | push URL CASE|BUNDLE -c ID | serve CASE|BUNDLE...",
    .summary = N_("take and give what was found over TAXII 2.1"),
    .details =
        N_("    limier share pull https://ally.example/taxii2/ --token-file t -o theirs\n"
           "    limier scan EVIDENCE -i theirs\n"
           "    limier share push https://ally.example/taxii2/ X.case -c ID --tlp green\n"
           "    limier share serve X.case\n"
           "\n"
           "Exit status: 0 done; 1 could not do it; 2 wrong usage; 3 some was set aside, or\n"
           "refused by the server."),
    .options = options,
    .options_size = sizeof(struct share_options),
    .min_args = 2,
    .run = share_run,
};
