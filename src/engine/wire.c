#include "engine/wire.h"

#include <unistd.h>

static void send_all(struct wire *w, bytes message)
{
    if (os_send(w->socket, message, -1) != OS_IO_DONE) {
        _exit(0);
    }
}

void wire_flush(struct wire *w)
{
    const struct message m = {
        .kind = MESSAGE_SEVERAL, .several = {w->several, w->len}
    };
    if (w->len > 0) {
        size_t len = message_write(&m, w->room);
        w->len = 0;
        send_all(w, (bytes){w->room, len});
    }
}

size_t wire_keep(struct wire *w, const struct message *m)
{
    size_t len = message_write(m, w->room);
    if (len == 0 || len > LIMIT_SEVERAL - MESSAGE_FRAME) {
        return wire_say(w, m);
    }
    if (w->len + MESSAGE_FRAME + len > LIMIT_SEVERAL) {
        wire_flush(w);
        len = message_write(m, w->room); /* the room was used */
    }
    w->len += message_frame((bytes){w->room, len}, w->several + w->len);
    return len;
}

size_t wire_say(struct wire *w, const struct message *m)
{
    wire_flush(w);
    size_t len = message_write(m, w->room);
    if (len > 0) {
        send_all(w, (bytes){w->room, len});
    }
    return len;
}

void wire_keep_notes(struct wire *w, const struct tally *t)
{
    struct note_row rows[NOTE_COUNT];
    size_t count = tally_rows(t, rows);
    for (size_t i = 0; i < count; i++) {
        (void)wire_keep(w, &(struct message){
                               .kind = MESSAGE_NOTE,
                               .note = {rows[i].id, rows[i].count, rows[i].offset, rows[i].len},
        });
    }
}

void wire_hear(struct wire *w, struct message *out, int *fd, struct arena *a)
{
    size_t len = 0;
    if (os_receive(w->socket, w->room, sizeof w->room, &len, fd) != OS_IO_DONE) {
        _exit(0);
    }
    bytes copy = arena_bytes(a, (bytes){w->room, len}); /* the next one overwrites the room */
    if (!message_read(copy, out, a)) {
        _exit(1);
    }
}
