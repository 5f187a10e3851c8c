#include "engine/wire.h"

#include <unistd.h>

size_t wire_say(struct wire *w, const struct message *m)
{
    size_t len = message_write(m, w->room);
    if (len > 0 && os_send(w->socket, (bytes){w->room, len}, -1) != OS_IO_DONE) {
        _exit(0);
    }
    return len;
}

void wire_say_notes(struct wire *w, const struct tally *t)
{
    struct note_row rows[NOTE_COUNT];
    size_t count = tally_rows(t, rows);
    for (size_t i = 0; i < count; i++) {
        (void)wire_say(w, &(struct message){
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
