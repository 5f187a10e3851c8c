#include "formats/phone/ios_files.h"

#include "base/reader.h"

static const struct {
    str domain, folder;
} domains[] = {
    {STR_INIT("HomeDomain"),                STR_INIT("/private/var/mobile/")                            },
    {STR_INIT("RootDomain"),                STR_INIT("/private/var/"
                                      "root/")                              },
    {STR_INIT("WirelessDomain"),            STR_INIT("/private/var/wireless/")                          },
    {STR_INIT("MediaDomain"),               STR_INIT("/private/var/mobile/")                            },
    {STR_INIT("CameraRollDomain"),          STR_INIT("/private/var/mobile/")                            },
    {STR_INIT("BooksDomain"),               STR_INIT("/private/var/mobile/Media/Books/")                },
    {STR_INIT("HealthDomain"),              STR_INIT("/private/var/mobile/Library/")                    },
    {STR_INIT("HomeKitDomain"),             STR_INIT("/private/var/mobile/")                            },
    {STR_INIT("DatabaseDomain"),            STR_INIT("/private/var/db/")                                },
    {STR_INIT("InstallDomain"),             STR_INIT("/private/var/installd/")                          },
    {STR_INIT("KeyboardDomain"),            STR_INIT("/private/var/mobile/")                            },
    {STR_INIT("KeychainDomain"),            STR_INIT("/private/var/Keychains/")                         },
    {STR_INIT("ManagedPreferencesDomain"),  STR_INIT("/private/var/Managed Preferences/")               },
    {STR_INIT("MobileDeviceDomain"),        STR_INIT("/private/var/MobileDevice/")                      },
    {STR_INIT("NetworkDomain"),             STR_INIT("/private/var/networkd/")                          },
    {STR_INIT("ProtectedDomain"),           STR_INIT("/private/var/protected/")                         },
    {STR_INIT("SystemPreferencesDomain"),   STR_INIT("/private/var/preferences/")                       },
    {STR_INIT("TonesDomain"),               STR_INIT("/private/var/mobile/")                            },
    {STR_INIT("AppDomain-"),                STR_INIT("/private/var/mobile/Containers/Data/Application/")},
    {STR_INIT("AppDomainGroup-"),           STR_INIT("/private/var/mobile/Containers/Shared/AppGroup/") },
    {STR_INIT("AppDomainPlugin-"),
     STR_INIT("/private/var/mobile/Containers/Data/PluginKitPlugin/")                                   },
    {STR_INIT("SysContainerDomain-"),       STR_INIT("/private/var/containers/Data/System/")            },
    {STR_INIT("SysSharedContainerDomain-"),
     STR_INIT("/private/var/containers/Shared/SystemGroup/")                                            },
};

str ios_path(str domain, str relative, struct arena *a)
{
    for (size_t i = 0; i < ARRAY_LEN(domains); i++) {
        str known = domains[i].domain;
        bool family = str_ends(known, STR("-"));
        if (family && str_starts(domain, known)) {
            return arena_printf(a, "%.*s%.*s/%.*s", STR_ARG(domains[i].folder),
                                STR_ARG(str_from(domain, known.len)), STR_ARG(relative));
        }
        if (str_eq(domain, known)) {
            return arena_printf(a, "%.*s%.*s", STR_ARG(domains[i].folder), STR_ARG(relative));
        }
    }
    return arena_printf(a, "/%.*s/%.*s", STR_ARG(domain), STR_ARG(relative));
}

static usec unix_time(const struct plist *p)
{
    int64_t seconds = plist_number(p);
    return seconds ? time_of_unix(seconds) : TIME_NONE;
}

bool ios_file_read(bytes archived, struct arena *a, struct ios_file *out)
{
    struct plist_read read;
    *out = (struct ios_file){.born = TIME_NONE, .modified = TIME_NONE, .changed = TIME_NONE};
    const struct plist *top = plist_read(archived, a, &read) ? &read.top : NULL;
    const struct plist *file = plist_archive_root(top);
    if (!file || file->type != PLIST_DICT) {
        return false;
    }
    const struct plist *key = plist_archive_get(top, plist_at(file, STR("EncryptionKey")));
    *out = (struct ios_file){
        .born = unix_time(plist_at(file, STR("Birth"))),
        .modified = unix_time(plist_at(file, STR("LastModified"))),
        .changed = unix_time(plist_at(file, STR("LastStatusChange"))),
        .size = (uint64_t)plist_number(plist_at(file, STR("Size"))),
        .mode = plist_number(plist_at(file, STR("Mode"))),
        .protection = plist_number(plist_at(file, STR("ProtectionClass"))),
        .key = plist_data(plist_at(key, STR("NS.data"))),
    };
    return true;
}
