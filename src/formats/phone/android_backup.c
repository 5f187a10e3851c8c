/* A backup that `adb backup` made: four lines of text ("ANDROID BACKUP", version, packed or not,
 * "none" or the name of a cipher), then a tar, packed by zlib. It is handed over as a member. */
#include "formats/archive/limits.h"
#include "formats/format.h"

#define ZLIB_CONST /* what is unpacked is not changed */
#include <zlib.h>

enum { BACKUP_LINES = 4, BACKUP_STEP = 64 << 10 };

struct backup_lines {
    str lines[BACKUP_LINES];
    bytes content;
};

static bool backup_read(bytes unit, struct backup_lines *out)
{
    str rest = str_of_bytes(unit);
    for (size_t i = 0; i < BACKUP_LINES; i++) {
        if (!str_cut(&rest, '\n', &out->lines[i])) {
            return false;
        }
    }
    out->content = bytes_of_str(rest);
    return str_eq(out->lines[0], STR("ANDROID BACKUP"));
}

static int android_backup_probe(bytes head, str path)
{
    (void)path;
    return str_starts(str_of_bytes(head), STR("ANDROID BACKUP\n")) ? BY_MAGIC : NO_MATCH;
}

/* False: it goes wrong before its end, or is a bomb. */
static bool backup_inflate(struct parse *p, bytes packed)
{
    uint8_t room[BACKUP_STEP];
    z_stream z = {.next_in = packed.p, .avail_in = (uInt)packed.len};
    if (packed.len > UINT32_MAX || inflateInit2(&z, MAX_WBITS) != Z_OK) {
        return false;
    }
    int state = Z_OK;
    uint64_t out = 0;
    while (state == Z_OK) {
        z.next_out = room;
        z.avail_out = sizeof room;
        state = inflate(&z, Z_NO_FLUSH);
        size_t len = sizeof room - z.avail_out;
        out += len;
        bool bomb = out >> 20 >= ARCHIVE_RATIO_FREE_MIB && out / ARCHIVE_RATIO_MAX > packed.len;
        if (bomb) {
            emit_note(p, NOTE_OVER_RATIO, 0, p->unit.len);
        }
        if (bomb || (len > 0 && !emit_member_data(p, (bytes){room, len}))) {
            break;
        }
    }
    (void)inflateEnd(&z);
    return state == Z_STREAM_END;
}

static void android_backup_parse(struct parse *p)
{
    struct backup_lines b;
    if (!backup_read(p->unit, &b)) {
        emit_note(p, NOTE_BAD_HEADER, 0, p->unit.len);
        return;
    }
    if (!str_eq(b.lines[3], STR("none"))) {
        emit_note(p, NOTE_ENCRYPTED, 0, p->unit.len);
        return;
    }
    bool packed = str_eq(b.lines[2], STR("1"));
    struct member m = {.path = STR("backup.tar"), .size = UINT64_MAX, .modified = TIME_NONE};
    if (!emit_member(p, &m)) {
        return;
    }
    bool whole = packed ? backup_inflate(p, b.content) : emit_member_data(p, b.content);
    emit_member_end(p, whole);
    if (!whole) {
        emit_note(p, NOTE_BAD_ARCHIVE, 0, p->unit.len);
    }
}

const struct format format_android_backup = {
    .name = "android_backup",
    .title = "backup of Android (adb backup)",
    .probe = android_backup_probe,
    .parse = android_backup_parse,
    .contains_units = true,
};
