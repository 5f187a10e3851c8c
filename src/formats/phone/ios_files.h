/* What a backup of an iPhone calls a file, and what the phone does.
 *
 * A backup (Finder, iTunes, libimobiledevice) is a folder. Manifest.db lists the files by domain
 * and relative path; each lies in xx/NAME, NAME being the SHA-1 of "domain-path" in 40 digits, and
 * xx the first two of them. Where a domain is on the phone is what Apple's Domains.plist says. */
#ifndef FORMATS_PHONE_IOS_FILES_H
#define FORMATS_PHONE_IOS_FILES_H

#include "formats/phone/plist.h"

/* "HomeDomain", "Library/SMS/sms.db": /private/var/mobile/Library/SMS/sms.db. Of domains that are
 * not known: /DOMAIN/PATH. */
str ios_path(str domain, str relative, struct arena *a);

struct ios_file { /* an MBFile, as Manifest.db keeps it: an archived object */
    usec born, modified, changed;
    uint64_t size;
    int64_t mode, protection;
    bytes key; /* wrapped; empty in a backup that is not encrypted */
};

/* False: not one. */
bool ios_file_read(bytes archived, struct arena *a, struct ios_file *out);

#endif
