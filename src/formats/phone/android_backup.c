/* A backup that `adb backup` made: four lines of text ("ANDROID BACKUP", version, packed or not,
 * "none" or the name of a cipher), then a tar, packed by zlib. It is handed over as a member. */
#include "formats/format.h"
#include "formats/phone/inflate.h"

enum { BACKUP_LINES = 4 };

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

static bool backup_piece(void *ctx, bytes piece)
{
    return emit_member_data(ctx, piece);
}

static void backup_content(struct parse *p, bytes content, bool packed)
{
    static const enum note_id notes[] = {
        [INFLATE_DAMAGED] = NOTE_BAD_ARCHIVE,
        [INFLATE_BOMB] = NOTE_OVER_RATIO,
    };
    enum inflate_end end = packed                         ? inflate_all(content, backup_piece, p)
                           : emit_member_data(p, content) ? INFLATE_WHOLE
                                                          : INFLATE_STOPPED;
    emit_member_end(p, end == INFLATE_WHOLE);
    if (end == INFLATE_DAMAGED || end == INFLATE_BOMB) {
        emit_note(p, notes[end], 0, p->unit.len);
    }
}

static void android_backup_parse(struct parse *p)
{
    struct backup_lines b;
    struct member m = {.path = STR("backup.tar"), .size = UINT64_MAX, .modified = TIME_NONE};
    if (!backup_read(p->unit, &b)) {
        emit_note(p, NOTE_BAD_HEADER, 0, p->unit.len);
    } else if (!str_eq(b.lines[3], STR("none"))) {
        emit_note(p, NOTE_ENCRYPTED, 0, p->unit.len);
    } else if (emit_member(p, &m)) {
        backup_content(p, b.content, str_eq(b.lines[2], STR("1")));
    }
}

const struct format format_android_backup = {
    .name = "android_backup",
    .title = "backup of Android (adb backup)",
    .probe = android_backup_probe,
    .parse = android_backup_parse,
    .contains_units = true,
};
