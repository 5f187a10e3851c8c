/* What others than the server itself write down: a network sensor (Zeek, as JSON), and the name
 * server of the domain (the debug log of Windows DNS). */
#ifndef EXAMPLE_SENSORS_H
#define EXAMPLE_SENSORS_H

#include "scene.h"

/* A name is asked for: in the sensor's log and in that of the name server. `answers` as a JSON
 * list without its brackets. */
void sensor_name(struct scene *s, usec t, const char *client, const char *name,
                 const char *answers);

struct connection {
    const char *from, *to;
    uint16_t port;
    uint64_t sent, received; /* bytes */
};
void sensor_connection(struct scene *s, usec t, const struct connection *c);

struct http {
    const char *from, *to, *method, *host, *uri, *agent;
    unsigned status;
    uint64_t sent;
};
void sensor_request(struct scene *s, usec t, const struct http *h);

#endif
