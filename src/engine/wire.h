/* The worker's end of the socket. A worker without a parent has no reason to live: when the
 * other side is gone, it ends. */
#ifndef ENGINE_WIRE_H
#define ENGINE_WIRE_H

#include "engine/message.h"
#include "engine/tally.h"

struct wire {
    int socket;
    uint8_t room[LIMIT_MESSAGE];
    uint8_t several[LIMIT_SEVERAL]; /* that go with the next one said */
    size_t len;
};

/* The bytes sent; 0 when the message is too large for one and nothing was sent. What was kept
 * goes along, before it. */
size_t wire_say(struct wire *w, const struct message *m);

/* The same, but later, with others: cheap where there is much to say, but lost when the worker
 * dies first. */
size_t wire_keep(struct wire *w, const struct message *m);
void wire_flush(struct wire *w);

void wire_keep_notes(struct wire *w, const struct tally *t);

/* Waits. The descriptor that came along is the caller's, -1 when none did. */
void wire_hear(struct wire *w, struct message *out, int *fd, struct arena *a);

#endif
