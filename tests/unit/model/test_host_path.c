#include "kit.h"
#include "model/host_path.h"

static void collected_files_are_called_as_on_their_host(void)
{
    struct arena a;
    arena_init(&a, 1 << 16);
    static const char *const known[][2] = {
        {"triage/C/Windows/System32/x.evtx",              "C:\\Windows\\System32\\x.evtx"},
        {"a.zip!/Collection/C%3A/inetpub/wwwroot/p.aspx", "C:\\inetpub\\wwwroot\\p.aspx" },
        {"d/D:/Program Files/y",                          "D:\\Program Files\\y"         },
        {"a.zip!/www/p.php",                              "www/p.php"                    },
        {"a.zip!/b.zip!/p.php",                           "p.php"                        },
        {"c/windows/x",                                   "c:\\windows\\x"               },
        {"src/c/readme",                                  "src/c/readme"                 },
        {"/srv/c/www/x.php",                              "/srv/c/www/x.php"             },
        {"",                                              ""                             },
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        CHECK_STR(host_path(str_of(known[i][0]), &a), known[i][1]);
    }
    arena_done(&a);
}

int main(void)
{
    RUN(collected_files_are_called_as_on_their_host);
    return kit_end();
}
