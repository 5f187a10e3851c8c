/* What collectors write of their own work: which files they took, from where, with which times, and
 * what they could not take. Channel "collection", the collector is the provider; a line is an event
 * without a time, for it is no log of the host. What failed is noted: a blind spot.
 *
 *     KAPE          *_CopyLog.csv, *_SkipLog.csv; *_ConsoleLog.txt:  [TIME | LEVEL] text
 *     DFIR-ORC      GetThis.csv: a row for each sample, with its path, its times and the host
 *     UAC           uac.log, uac.log.stderr, uac-HOST-OS-TIME.log
 *     Velociraptor  log.json: a line for each message
 *     bodyfile      MD5|name|inode|mode|uid|gid|size|atime|mtime|ctime|crtime (The Sleuth Kit's
 * form)
 *
 * Sheets have a header, and double quotes as in RFC 4180; no cell holds a line end. Their columns
 * are fields; the path on the host is TargetFilename too. */
#include "base/text.h"
#include "formats/line_log.h"
#include "formats/sheet.h"

enum form { FORM_SHEET, FORM_TEXT, FORM_BODY };

struct kind {
    str provider;
    enum form form;
    int sure;
    str name;    /* how the name of the file ends */
    str mark[2]; /* stand in its head; of a sheet, in its first line */
    str path;    /* sheet: the column with the path on the host */
};

#define KIND(who, how, surely, end, one, two, column)                                      \
    {                                                                                      \
        .provider = STR_INIT(who), .form = (how), .sure = (surely), .name = STR_INIT(end), \
        .mark = {STR_INIT(one), STR_INIT(two)}, .path = STR_INIT(column)                   \
    }

static const struct kind kinds[] = {
    KIND("KAPE", FORM_SHEET, BY_MAGIC, ".csv", "SourceFile,", ",DestinationFile", "SourceFile"),
    KIND("KAPE", FORM_SHEET, BY_MAGIC, ".csv", "SourceFile,", ",Reason", "SourceFile"),
    KIND("KAPE", FORM_TEXT, BY_MAGIC, "ConsoleLog.txt", " | INF] ", "", ""),
    KIND("DFIR-ORC", FORM_SHEET, BY_MAGIC, ".csv", "ComputerName,VolumeID,",
         ",FullName,SampleName,", "FullName"),
    KIND("UAC", FORM_TEXT, BY_MAGIC, ".log", "Created by UAC (Unix-like Artifacts Collector)", "",
         ""),
    KIND("UAC", FORM_TEXT, BY_SHAPE, "uac.log", " INF", "", ""),
    KIND("UAC", FORM_TEXT, BY_SHAPE, "uac.log.stderr", ": ", "", ""),
    KIND("bodyfile", FORM_BODY, BY_SHAPE, "", "|", "", ""),
    KIND("Velociraptor", FORM_TEXT, BY_MAGIC, "log.json", "\"client_time\"", "\"level\"", ""),
};

struct collection {
    struct line_log log;
    const struct kind *kind;
    str columns[SHEET_CELLS];
    size_t ncolumns;
    str host;
    struct field fields[SHEET_CELLS + 2];
    size_t nfields;
};

/* ---- which it is */

static const str body_columns[] = {
    STR_INIT("MD5"),        STR_INIT("TargetFilename"),
    STR_INIT("Inode"),      STR_INIT("Mode"),
    STR_INIT("Uid"),        STR_INIT("Gid"),
    STR_INIT("Size"),       STR_INIT("AccessTime"),
    STR_INIT("ModifyTime"), STR_INIT("ChangeTime"),
    STR_INIT("CreateTime"),
};

static bool is_body(str line)
{
    str cells[SHEET_CELLS];
    uint64_t number = 0;
    bool ok = sheet_cells(line, '|', cells) == ARRAY_LEN(body_columns);
    for (size_t i = 6; ok && i < ARRAY_LEN(body_columns); i++) {
        ok = str_u64(str_sub(cells[i], 0, str_find_char(cells[i], '.')), &number);
    }
    return ok;
}

static bool is_kind(const struct kind *k, str head, str first, str name)
{
    str in = k->form == FORM_SHEET ? first : head;
    bool ok = str_ends_nocase(name, k->name) && (k->form != FORM_BODY || is_body(first));
    for (size_t i = 0; ok && i < ARRAY_LEN(k->mark); i++) {
        ok = k->mark[i].len == 0 || str_has(in, k->mark[i]);
    }
    return ok;
}

static const struct kind *kind_of(bytes head, str path)
{
    char room[PROBE_HEAD];
    str text = text_head(head, room, sizeof room);
    str first = str_trim(str_sub(text, 0, str_find_char(text, '\n')));
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (is_kind(&kinds[i], text, first, str_base(path))) {
            return &kinds[i];
        }
    }
    return NULL;
}

static int collection_probe(bytes head, str path)
{
    const struct kind *k = kind_of(head, path);
    return k ? k->sure : NO_MATCH;
}

/* ---- what it tells */

static void add(struct collection *c, str name, str value)
{
    if (c->nfields < ARRAY_LEN(c->fields) && value.len > 0) {
        field_id id = names_find(c->log.p->names, name);
        c->fields[c->nfields++] = text_field(name, id, value, c->log.text_type);
    }
}

/* Files that were there twice, or that nobody asked for, are no loss. */
static bool is_loss(const struct collection *c, str line)
{
    static const str words[] = {
        STR_INIT("ermission denied"),
        STR_INIT("ccess is denied"),
        STR_INIT("Access to the path"),
        STR_INIT("not permitted"),
        STR_INIT("nput/output error"),
        STR_INIT(" | ERR] "),
        STR_INIT(" | FTL] "),
        STR_INIT(" ERROR "),
        STR_INIT(" ERR "),
        STR_INIT("\"level\":\"ERROR\""),
        STR_INIT("\"level\": \"ERROR\""),
        STR_INIT("being used by another process"),
    };
    for (size_t i = 0; i < ARRAY_LEN(words) && c->kind->form == FORM_TEXT; i++) {
        if (str_has(line, words[i])) {
            return true;
        }
    }
    return false;
}

static str value_of(const struct collection *c, str name)
{
    for (size_t i = 0; i < c->nfields; i++) {
        if (str_eq_nocase(c->fields[i].name, name)) {
            return (str){(const char *)c->fields[i].data, c->fields[i].len};
        }
    }
    return STR_NONE;
}

static str unix_time(struct collection *c, str seconds)
{
    uint64_t number = 0;
    bool ok = str_u64(str_sub(seconds, 0, str_find_char(seconds, '.')), &number);
    usec t = ok && number > 0 && number < INT64_MAX ? time_of_unix((int64_t)number) : TIME_NONE;
    return t == TIME_NONE ? STR_NONE : time_text(c->log.p->scratch, t);
}

static void read_body(struct collection *c, str line)
{
    str cells[SHEET_CELLS];
    size_t count = sheet_cells(line, '|', cells);
    for (size_t i = 0; i < count && i < ARRAY_LEN(body_columns); i++) {
        add(c, body_columns[i], i < 7 ? cells[i] : unix_time(c, cells[i]));
    }
}

/* False: it is the header. */
static bool read_row(struct collection *c, str line)
{
    str cells[SHEET_CELLS];
    size_t count = sheet_cells(line, ',', cells);
    if (c->ncolumns == 0) {
        for (size_t i = 0; i < count; i++) {
            c->columns[c->ncolumns++] = arena_str(c->log.p->arena, cells[i]);
        }
        return false;
    }
    for (size_t i = 0; i < count && i < c->ncolumns; i++) {
        add(c, c->columns[i], cells[i]);
    }
    add(c, STR("TargetFilename"), value_of(c, c->kind->path));
    return true;
}

static bool read_line(struct collection *c, str line)
{
    c->nfields = 0;
    if (c->kind->form == FORM_SHEET) {
        return read_row(c, line);
    }
    if (c->kind->form == FORM_BODY) {
        read_body(c, line);
        return true;
    }
    static const str named = STR_INIT("Hostname:"); /* UAC, of the host that it ran on */
    if (c->host.len == 0 && str_starts(line, named)) {
        c->host = arena_str(c->log.p->arena, str_trim(str_from(line, named.len)));
    }
    add(c, STR("Message"), line);
    return true;
}

/* Each name of a host costs memory that lasts: the first one is the host's. */
static const struct origin *origin_of(struct collection *c)
{
    str host = value_of(c, STR("ComputerName"));
    if (c->host.len == 0 && host.len > 0) {
        c->host = arena_str(c->log.p->arena, host);
    }
    return origins_get(&c->log.origins, &(struct origin){.channel = STR("collection"),
                                                         .provider = c->kind->provider,
                                                         .host = c->host});
}

static void collection_parse(struct parse *p)
{
    bytes head = {p->unit.p, p->unit.len < PROBE_HEAD ? p->unit.len : PROBE_HEAD};
    struct collection *c = p->from == 0 ? ARENA_NEW(p->arena, struct collection) : NULL;
    struct line line;
    struct event event;
    str text;
    if (!c) {
        return;
    }
    c->kind = kind_of(head, p->path);
    for (line_log_begin(&c->log, p); c->kind && line_log_next(&c->log, &line, &text);) {
        text = str_trim(text);
        if (!read_line(c, text)) {
            continue;
        }
        const struct origin *origin = origin_of(c);
        if (is_loss(c, text)) {
            line_log_note(&c->log, NOTE_NOT_COLLECTED, &line);
        }
        if (origin && line_log_head(&c->log, &line, TIME_NONE, origin, &event)) {
            line_log_fields(&c->log, &event, c->fields, c->nfields);
        }
    }
}

const struct format format_collection = {
    .name = "collection",
    .title = "what a collector wrote of its work",
    .probe = collection_probe,
    .parse = collection_parse,
};
