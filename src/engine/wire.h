/* The worker's end of the socket. A worker without a parent has no reason to live: when the
 * other side is gone, it ends. */
#ifndef ENGINE_WIRE_H
#define ENGINE_WIRE_H

#include "engine/message.h"
#include "engine/tally.h"

struct wire {
    int socket;
    uint8_t room[LIMIT_MESSAGE];
};

/* The bytes sent; 0 when the message is too large for one and nothing was sent. */
size_t wire_say(struct wire *w, const struct message *m);

void wire_say_notes(struct wire *w, const struct tally *t);

/* Waits. The descriptor that came along is the caller's, -1 when none did. */
void wire_hear(struct wire *w, struct message *out, int *fd, struct arena *a);

#endif
