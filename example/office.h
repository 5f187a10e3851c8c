/* An ordinary hour of a server in an office that has no mail: people open sessions and save
 * documents, names are asked for, a backup runs at night and goes to a cloud. */
#ifndef EXAMPLE_OFFICE_H
#define EXAMPLE_OFFICE_H

#include "events.h"
#include "sensors.h"

#define OFFICE_ADDRESS "10.20.0.31"
#define CLOUD_ADDRESS  "192.0.2.200" /* of the owner's backups */
#define SVCHOST        "C:\\Windows\\System32\\svchost.exe"
#define CMD            "C:\\Windows\\System32\\cmd.exe"
#define POWERSHELL     "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"

void office_hour(struct scene *s, usec hour);

/* A program asks for a name: on the server and on the wire. `answer` is an address. */
void office_name(struct scene *s, usec t, const char *image, const char *name, const char *answer);

/* Something that `parent` starts. */
void office_runs(struct scene *s, usec t, const char *parent, const char *image,
                 const char *command);

bool office_files(struct scene *s);

#define ON_OFFICE(name)                                                                            \
    .root = "C", .computer = name ".corp.example.com", .request_bytes = 1000, .day_bytes = 400000, \
    .files = office_files, .hour = office_hour

#endif
