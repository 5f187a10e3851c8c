/* A collected file as its own host calls it, and the collection it came in.
 *
 *     triage.zip!/case/C/Windows/x.aspx               C:\Windows\x.aspx    triage.zip!/case
 *     EX1/uploads/auto/C%3A/inetpub/x.aspx            C:\inetpub\x.aspx    EX1
 *     uac-web1-linux-2024.tar.gz!/[root]/etc/x        /etc/x uac-web1-linux-2024.tar.gz
 *     a.7z!/b.7z!/S.data!/[volume]/inetpub/x.aspx     \inetpub\x.aspx      a.7z
 *     EX2/inetpub/wwwroot/x.aspx                      as it is             EX2
 *
 * That is how KAPE, Velociraptor, CyLR, UAC, DFIR-ORC and a copied or mounted drive lay out what
 * they took. Velociraptor writes some characters as %3A; where the drive is written so, all are
 * read so. DFIR-ORC's samples are named by archive/archive.c. */
#ifndef MODEL_HOST_PATH_H
#define MODEL_HOST_PATH_H

#include "base/arena.h"

/* A folder named like a drive with a folder of Windows below it, `[root]` or `[volume]`. Where
 * there is none, the path inside the last archive, borrowed. */
str host_path(str provenance, struct arena *a);

/* All that was taken from one host has the same; empty where nothing tells. Borrowed. */
str host_collection(str provenance);

/* The host that the collector wrote into the name of the collection; empty when there is none.
 * Velociraptor: Collection-HOST-2024-01-02T03_04_05Z.zip. UAC:
 * uac-HOST-linux-20240102030405.tar.gz. DFIR-ORC: DFIR-ORC_Server_HOST_General.7z. KAPE:
 * 2024-01-02T030405_HOST.zip. Borrowed. */
str host_of_collection(str collection);

#endif
