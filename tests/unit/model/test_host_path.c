#include "kit.h"
#include "model/host_path.h"

static void collected_files_are_called_as_on_their_host(void)
{
    struct arena a;
    arena_init(&a, 1 << 16);
    static const char *const known[][2] = {
        {"triage/C/Windows/System32/x.evtx",               "C:\\Windows\\System32\\x.evtx"},
        {"a.zip!/Collection/C%3A/inetpub/wwwroot/p.aspx",  "C:\\inetpub\\wwwroot\\p.aspx" },
        {"d/D:/Program Files/y",                           "D:\\Program Files\\y"         },
        {"a.zip!/www/p.php",                               "www/p.php"                    },
        {"a.zip!/b.zip!/p.php",                            "p.php"                        },
        {"c/windows/x",                                    "c:\\windows\\x"               },
        {"src/c/readme",                                   "src/c/readme"                 },
        {"/srv/c/www/x.php",                               "/srv/c/www/x.php"             },
        {"u.tar.gz!/[root]/var/www/x.php",                 "/var/www/x.php"               },
        {"v/uploads/ntfs/%5C%5C.%5CC%3A/Windows/x",        "C:\\Windows\\x"               },
        {"v/uploads/auto/C%3A/Windows/a%25b%2",            "C:\\Windows\\a%b%2"           },
        {"v/C/Windows/a%25b",                              "C:\\Windows\\a%25b"           },
        {"o.7z!/E.7z!/e/1_a.x_{0}.data!/[volume]/Users/x", "\\Users\\x"                   },
        {"",                                               ""                             },
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        CHECK_STR(host_path(str_of(known[i][0]), &a), known[i][1]);
    }
    arena_done(&a);
}

static void what_was_taken_from_one_host_is_one_collection(void)
{
    static const struct {
        const char *unit, *collection, *host;
    } known[] = {
        {"t/EX1/C/Windows/x.evtx",                                     "t/EX1",                                                ""              },
        {"t/EX1/uploads/auto/C%3A/inetpub/x.aspx",                     "t/EX1",                                                ""              },
        {"e/Collection-ex1_corp_local-2021-03-05T10_11_12Z.zip!/uploads/ntfs/%5C%5C.%5CC%3A/"
         "Windows/x",                                         "e/Collection-ex1_corp_local-2021-03-05T10_11_12Z.zip", "ex1_corp_local"},
        {"e/Collection-ex-1-2021-03-05T10_11_12Z.zip!/results/y.json",
         "e/Collection-ex-1-2021-03-05T10_11_12Z.zip",                                                                         "ex-1"          },
        {"uac-web-1-linux-20240102030405.tar.gz!/[root]/etc/passwd",
         "uac-web-1-linux-20240102030405.tar.gz",                                                                              "web-1"         },
        {"DFIR-ORC_Server_EX1.corp_General.7z!/Event.7z!/a.evtx",
         "DFIR-ORC_Server_EX1.corp_General.7z",                                                                                "EX1.corp"      },
        {"2021-03-05T101112_EX1.zip!/C/Windows/x",                     "2021-03-05T101112_EX1.zip",                            "EX1"           },
        {"all.zip!/EX2/C/Windows/x",                                   "all.zip!/EX2",                                         ""              },
        {"o.7z!/E.7z!/e/1_a.x_{0}.data!/[volume]/Windows/x",           "o.7z",                                                 ""              },
        {"e/EX1/Windows/System32/winevt/Logs/x",                       "e/EX1",                                                ""              },
        {"e/EX1/inetpub/logs/LogFiles/W3SVC1/x",                       "e/EX1",                                                ""              },
        {"e/web1/var/log/nginx/access.log",                            "e/web1",                                               ""              },
        {"/var/log/syslog",                                            "",                                                     ""              },
        {"C/Windows/x",                                                "",                                                     ""              },
        {"logs/u_ex.log",                                              "",                                                     ""              },
        {"",                                                           "",                                                     ""              },
        {"uac-.zip!/x",                                                "uac-.zip",                                             ""              },
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        str collection = host_collection(str_of(known[i].unit));
        CHECK_STR(collection, known[i].collection);
        CHECK_STR(host_of_collection(collection), known[i].host);
    }
}

int main(void)
{
    RUN(collected_files_are_called_as_on_their_host);
    RUN(what_was_taken_from_one_host_is_one_collection);
    return kit_end();
}
