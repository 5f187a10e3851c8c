/* Exchange's text logs: HttpProxy, ECP, EWS, cmdlets, message tracking and the others that
 * begin with
 *
 *     #Software: Microsoft Exchange Server
 *     #Log-type: HttpProxy Logs
 *     #Fields: DateTime,RequestId,...
 *
 * Each has its channel, by its #Log-type: HttpProxy of every service, ECP, EWS, OWA, MAPI, RPC
 * (RCA), Autodiscover, PowerShell, cmdlets, message tracking, transport agents, SMTP in and out.
 *
 * Comma separated, with RFC 4180's double quotes. A quoted value may hold line ends; it goes on
 * until its quote is closed, but never over a line that begins as a row does (a time), a header or
 * a directive: so an open quote costs one row, and the log can be cut at any such line. */
#include "formats/line_log.h"
#include "formats/web/columns.h"

#include <string.h>

enum { EXCHANGE_ROW_MAX = 1 << 20, EXCHANGE_ASK_EVERY = 4096, EXCHANGE_FIELDS_MAX = 1024 };
enum { BUILD_MAX = 32 };
enum { LOG_TYPE, VERSION, FIELDS }; /* in `said` */

struct exchange {
    struct parse *p;
    struct columns *columns;
    struct origins origins;
    struct lines in;
    str cells[CELLS_MAX];    /* between the quotes, if there are any */
    bool doubled[CELLS_MAX]; /* holds doubled quotes */
    bool quoted;             /* any cell of the row is */
    struct field fields[EXCHANGE_FIELDS_MAX];
    size_t nfields, nnamed; /* so many bear the names of the columns, from row to row */
    bool over;              /* more keys than fit */
    char channel_text[64];
    str channel;
    int time, host, event_data;
    int version;       /* MajorVersion, with the other three behind it */
    str stated, build; /* of the row, as written and as "15.1.2176.2" */
    str declared;      /* by #Version, as "15.1.2176.2" */
    char stated_text[BUILD_MAX], build_text[BUILD_MAX], declared_text[BUILD_MAX];
    bool timed;   /* the first column is a time */
    bool guessed; /* the columns are the usual ones: no header named them */
    uint8_t type; /* of the fields of this row */
    struct neighbours before;
    uint64_t said[PASSED_SAID]; /* the directives that hold, the offset and 1 */
    struct line skipped[2];     /* the last lines before the part, newest last */
    bool silent;                /* these are read, and nothing is told of them */
};

static void exchange_note(const struct exchange *x, enum note_id id, const struct line *line)
{
    if (!x->silent) {
        emit_note(x->p, id, line->offset, line->len);
    }
}

/* Where the name of a log does not give its channel, by exchange_slug(), or several do. */
static const struct {
    str type, channel;
} exchange_channels[] = {
    {STR_INIT("HttpProxy Logs"),             STR_INIT("exchange-httpproxy")       },
    {STR_INIT("ECP Server Log"),             STR_INIT("exchange-ecp-server")      },
    {STR_INIT("ECP Activity Context Log"),   STR_INIT("exchange-ecp-activity")    },
    {STR_INIT("Rps Cmdlet Logs"),            STR_INIT("exchange-cmdlet")          },
    {STR_INIT("Rps Http Logs"),              STR_INIT("exchange-powershell")      },
    {STR_INIT("Rps AuthZ Logs"),             STR_INIT("exchange-powershell-authz")},
    {STR_INIT("Message Tracking Log"),       STR_INIT("exchange-tracking")        },
    {STR_INIT("RCA Protocol Logs"),          STR_INIT("exchange-rca")             },
    {STR_INIT("MAPI Protocol Logs"),         STR_INIT("exchange-mapi")            },
    {STR_INIT("Mapi Http Logs"),             STR_INIT("exchange-mapi")            },
    {STR_INIT("SMTP Receive Protocol Log"),  STR_INIT("exchange-smtp-receive")    },
    {STR_INIT("SMTP Send Protocol Log"),     STR_INIT("exchange-smtp-send")       },
    {STR_INIT("Transport Connectivity Log"), STR_INIT("exchange-connectivity")    },
};

/* A log that lost its directives is known by its file or, for HttpProxy's, by its folder. */
static const struct {
    str name, channel;
} exchange_files[] = {
    {STR_INIT("HttpProxy_"),    STR_INIT("exchange-httpproxy")   },
    {STR_INIT("ECPServer"),     STR_INIT("exchange-ecp-server")  },
    {STR_INIT("ECPActivity"),   STR_INIT("exchange-ecp-activity")},
    {STR_INIT("Ews_"),          STR_INIT("exchange-ews")         },
    {STR_INIT("OWA_"),          STR_INIT("exchange-owa")         },
    {STR_INIT("RCA_"),          STR_INIT("exchange-rca")         },
    {STR_INIT("Autodiscover_"), STR_INIT("exchange-autodiscover")},
    {STR_INIT("MapiHttp_"),     STR_INIT("exchange-mapi")        },
    {STR_INIT("MSGTRK"),        STR_INIT("exchange-tracking")    },
};

/* "OWA Logs" is exchange-owa. */
static str exchange_slug(char *out, size_t size, str type)
{
    static const str endings[] = {STR_INIT(" Logs"), STR_INIT(" Log")};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        if (str_ends_nocase(type, endings[i])) {
            type = str_sub(type, 0, type.len - endings[i].len);
        }
    }
    str prefix = STR("exchange");
    memcpy(out, prefix.p, prefix.len);
    size_t len = prefix.len;
    bool dash = true;
    for (size_t i = 0; i < type.len && len + 2 < size; i++) {
        if (!ascii_is_alnum(type.p[i])) {
            dash = true;
            continue;
        }
        if (dash) {
            out[len++] = '-';
        }
        dash = false;
        out[len++] = ascii_lower(type.p[i]);
    }
    return (str){out, len};
}

static str exchange_channel(struct exchange *x, str type)
{
    for (size_t i = 0; i < ARRAY_LEN(exchange_channels); i++) {
        if (str_eq_nocase(exchange_channels[i].type, type)) {
            return exchange_channels[i].channel;
        }
    }
    return exchange_slug(x->channel_text, sizeof x->channel_text, type);
}

static bool exchange_is_file(str path, size_t i)
{
    str base = str_base(path);
    return str_ends_nocase(base, STR(".log")) && str_starts_nocase(base, exchange_files[i].name);
}

static str exchange_channel_of(str path)
{
    for (size_t i = 0; i < ARRAY_LEN(exchange_files); i++) {
        if (exchange_is_file(path, i)) {
            return exchange_files[i].channel;
        }
    }
    return STR("exchange");
}

static int exchange_first_of(const struct columns *c, const str *names, size_t count)
{
    int found = COLUMN_NONE;
    for (size_t i = 0; i < count && found == COLUMN_NONE; i++) {
        found = columns_find(c, names[i]);
    }
    return found;
}

/* ---- the build of what writes */

/* "15,1,2176,2" and "15.01.2176.002" are 15.1.2176.2; 15.0.0.0 is the form of a log, no build. */
static str exchange_build_of(char out[BUILD_MAX], str text, char separator)
{
    enum { PARTS = 4, THIRD = 2, DIGITS = 5 };
    str part;
    size_t len = 0, parts = 0;
    for (; str_cut(&text, separator, &part); parts++) {
        uint64_t n = 0;
        bool fits = parts < PARTS && part.len <= DIGITS && !str_starts_nocase(part, STR("0x")) &&
                    str_u64(part, &n) && (n || parts != THIRD);
        if (!fits) {
            return STR_NONE;
        }
        while (part.len > 1 && part.p[0] == '0') {
            part = str_from(part, 1);
        }
        if (parts) {
            out[len++] = '.';
        }
        memcpy(out + len, part.p, part.len);
        len += part.len;
    }
    return parts == PARTS ? (str){out, len} : STR_NONE;
}

/* Rows of one server say the same over and over. */
static str exchange_build(struct exchange *x, size_t cells)
{
    if (x->version == COLUMN_NONE || (size_t)x->version + 3 >= cells) {
        return x->declared;
    }
    const str first = x->cells[x->version], last = x->cells[x->version + 3];
    str stated = {first.p, (size_t)(last.p + last.len - first.p)};
    if (!str_eq(stated, x->stated)) {
        size_t len = stated.len < BUILD_MAX ? stated.len : 0;
        memcpy(x->stated_text, stated.p, len);
        x->stated = (str){x->stated_text, len};
        x->build = exchange_build_of(x->build_text, x->stated, ',');
    }
    return x->build.len ? x->build : x->declared;
}

static int exchange_versions(const struct columns *c)
{
    static const str names[] = {STR_INIT("MajorVersion"), STR_INIT("MinorVersion"),
                                STR_INIT("BuildVersion"), STR_INIT("RevisionVersion")};
    int at = columns_find(c, names[0]);
    for (int i = 1; at != COLUMN_NONE && i < (int)ARRAY_LEN(names); i++) {
        at = columns_find(c, names[i]) == at + i ? at : COLUMN_NONE;
    }
    return at;
}

static void exchange_bind(struct exchange *x, const struct line *line, str header)
{
    static const str times[] = {STR_INIT("DateTime"), STR_INIT("date-time"), STR_INIT("TimeStamp")};
    static const str hosts[] = {STR_INIT("ServerHostName"), STR_INIT("ServerName"),
                                STR_INIT("server-hostname"), STR_INIT("Server")};
    if (!columns_bind(x->columns, x->p->names, header, ',') && line->offset >= x->p->from) {
        emit_note(x->p, NOTE_BAD_HEADER, line->offset, line->len);
    }
    x->time = exchange_first_of(x->columns, times, ARRAY_LEN(times));
    x->host = exchange_first_of(x->columns, hosts, ARRAY_LEN(hosts));
    x->event_data = columns_find(x->columns, STR("EventData"));
    x->nnamed = 0;
    x->version = exchange_versions(x->columns);
    x->timed = x->time == 0;
}

/* Some logs repeat the names as their first row, and exports may keep only that one. */
static bool exchange_is_names(str text)
{
    static const str first[] = {STR_INIT("DateTime,"), STR_INIT("date-time,"),
                                STR_INIT("TimeStamp,")};
    for (size_t i = 0; i < ARRAY_LEN(first); i++) {
        if (str_starts_nocase(text, first[i])) {
            return true;
        }
    }
    return false;
}

static bool exchange_is_header(const struct exchange *x, str text)
{
    return exchange_is_names(text) ||
           (x->columns->count && str_eq(str_trim(text), x->columns->header));
}

static void exchange_directive(struct exchange *x, const struct line *line, str text)
{
    x->before = NEIGHBOURS_NONE;
    x->skipped[0] = x->skipped[1] = (struct line){0};
    static const str log_type = STR_INIT("#Log-type:"), fields = STR_INIT("#Fields:"),
                     version = STR_INIT("#Version:");
    x->guessed = false;
    if (str_starts_nocase(text, log_type)) {
        x->said[LOG_TYPE] = line->offset + 1;
        x->channel = exchange_channel(x, str_trim(str_from(text, log_type.len)));
    } else if (str_starts_nocase(text, version)) {
        x->said[VERSION] = line->offset + 1;
        str number = str_trim(str_from(text, version.len));
        x->declared = exchange_build_of(x->declared_text, number, '.');
    } else if (str_starts_nocase(text, fields)) {
        x->said[FIELDS] = line->offset + 1;
        exchange_bind(x, line, str_trim(str_from(text, fields.len)));
    } else if (exchange_is_header(x, text)) {
        x->said[FIELDS] = exchange_is_names(text) ? line->offset + 1 : x->said[FIELDS];
        exchange_bind(x, line, str_trim(text));
    }
}

/* What does not begin with a digit may be a directive or a header. */
static bool exchange_may_direct(const struct exchange *x, const struct line *line)
{
    size_t first = x->in.encoding == TEXT_UTF16BE;
    return line->raw.len > first && !ascii_is_digit((char)line->raw.p[first]);
}

/* ---- rows */

/* 2021-03-03T04:31:18.123Z, or with a blank for the T. */
static bool exchange_starts_with_time(str text)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    bool fits = text.len >= sizeof shape - 1;
    for (size_t i = 0; fits && i < sizeof shape - 1; i++) {
        char c = text.p[i];
        fits = shape[i] == 'd'   ? c >= '0' && c <= '9'
               : shape[i] == 'T' ? c == 'T' || c == ' '
                                 : c == shape[i];
    }
    return fits;
}

static bool exchange_starts_row(str text)
{
    return str_starts(text, STR("#")) || exchange_starts_with_time(text) || exchange_is_names(text);
}

static bool exchange_is_open(str text)
{
    size_t quotes = 0;
    for (size_t at = str_find_char(text, '"'); at < text.len; quotes++) {
        at += 1 + str_find_char(str_from(text, at + 1), '"');
    }
    return quotes % 2 == 1;
}

/* A row whose quote is open goes on over the next lines, if one of them closes it. */
static str exchange_go_on(struct exchange *x, struct line *line, str text)
{
    struct lines ahead = x->in;
    struct line next;
    while (lines_next(&ahead, &next) && !next.too_long) {
        str piece = lines_text(&ahead, &next, x->p->scratch);
        size_t len = (size_t)(next.raw.p + next.raw.len - line->raw.p);
        if (exchange_starts_row(piece) || len > EXCHANGE_ROW_MAX) {
            break;
        }
        if (exchange_is_open(piece)) { /* one quote more than pairs: it closes */
            line->raw.len = len;
            line->len = next.offset + next.len - line->offset;
            line->ended = next.ended;
            x->in = ahead;
            return lines_text(&ahead, line, x->p->scratch);
        }
    }
    return text;
}

/* Takes a cell from the beginning of `*rest`; false when there is none. */
static bool exchange_cell(str *rest, str *cell, bool *doubled)
{
    *doubled = false;
    if (!rest->len || rest->p[0] != '"') {
        return str_cut(rest, ',', cell);
    }
    size_t at = 1;
    for (;;) {
        at += str_find_char(str_from(*rest, at), '"');
        if (at + 1 >= rest->len || rest->p[at + 1] != '"') {
            break;
        }
        *doubled = true;
        at += 2;
    }
    *cell = str_sub(*rest, 1, at - 1);
    str behind = str_from(*rest, at), ignored;
    (void)str_cut(&behind, ',', &ignored);
    *rest = behind;
    return true;
}

static size_t exchange_split(struct exchange *x, str text)
{
    x->quoted = str_find_char(text, '"') < text.len;
    if (!x->quoted) {
        return columns_split(text, ',', x->cells);
    }
    size_t count = 0;
    str rest = text;
    while (count < CELLS_MAX && exchange_cell(&rest, &x->cells[count], &x->doubled[count])) {
        count++;
    }
    return count;
}

static str exchange_text(const struct exchange *x, size_t i, struct arena *a)
{
    str cell = x->cells[i];
    char *out = x->doubled[i] ? arena_alloc(a, cell.len) : NULL;
    if (!out) {
        return cell;
    }
    size_t len = 0;
    for (size_t at = 0; at < cell.len; at++) {
        out[len++] = cell.p[at];
        at += cell.p[at] == '"' && at + 1 < cell.len && cell.p[at + 1] == '"';
    }
    return (str){out, len};
}

static void exchange_field(struct exchange *x, str name, field_id id, str value)
{
    x->over |= x->nfields == EXCHANGE_FIELDS_MAX;
    if (!x->over) {
        x->fields[x->nfields++] =
            (struct field){name, (const uint8_t *)value.p, (uint32_t)value.len, id, x->type};
    }
}

/* ECP writes `S:CMD=Set-X.Name='a;b';S:URL=/ecp/...`: values hold semicolons, so only `;S:`
 * separates. */
static void exchange_event_data(struct exchange *x, str data)
{
    static const str separator = STR_INIT(";S:");
    if (!str_starts(data, str_from(separator, 1))) {
        return;
    }
    for (data = str_from(data, separator.len - 1); data.len;) {
        size_t end = str_find(data, separator);
        str pair = str_sub(data, 0, end), key;
        data = str_from(data, end + separator.len);
        if (str_cut(&pair, '=', &key) && pair.p && key.len) {
            exchange_field(x, key, names_find(x->p->names, key), pair);
        }
    }
}

static void exchange_name_fields(struct exchange *x, size_t cells)
{
    for (; x->nnamed < cells; x->nnamed++) {
        bool named = x->nnamed < x->columns->count;
        struct column c =
            named ? x->columns->list[x->nnamed] : (struct column){STR("Data"), FIELD_DATA};
        x->fields[x->nnamed] = (struct field){.name = c.name, .id = c.id};
    }
}

static void exchange_fields(struct exchange *x, size_t cells)
{
    exchange_name_fields(x, cells);
    for (size_t i = 0; i < cells; i++) {
        str cell = x->quoted ? exchange_text(x, i, x->p->scratch) : x->cells[i];
        x->fields[i].data = (const uint8_t *)cell.p;
        x->fields[i].len = (uint32_t)cell.len;
        x->fields[i].type = x->type;
    }
    x->nfields = cells;
    x->over = false;
    if (x->event_data != COLUMN_NONE && (size_t)x->event_data < cells) {
        const struct field *f = &x->fields[x->event_data];
        exchange_event_data(x, (str){(const char *)f->data, f->len});
        x->nnamed = cells; /* what is behind them has the names of its keys now */
    }
}

static str exchange_at(const struct exchange *x, int column, size_t cells)
{
    bool there = column != COLUMN_NONE && (size_t)column < cells;
    return there ? x->cells[column] : STR_NONE;
}

static bool exchange_give(struct exchange *x, const struct line *line, size_t cells)
{
    struct event event = {
        .time = time_parse(exchange_at(x, x->time, cells)),
        .record = line->number,
        .offset = line->offset,
        .len = line->len,
    };
    struct origin origin = {.channel = x->channel,
                            .host = exchange_at(x, x->host, cells),
                            .build = exchange_build(x, cells)};
    event.origin = origins_get(&x->origins, &origin);
    if (!event.origin) {
        emit_note(x->p, NOTE_OVER_BUDGET, line->offset, x->p->unit.len - line->offset);
        return false;
    }
    if (event.time == TIME_NONE) {
        exchange_note(x, NOTE_BAD_TIME, line);
    }
    if (cells != x->columns->count) {
        exchange_note(x, NOTE_BAD_HEADER, line);
    }
    if (!x->silent) {
        neighbours_note(&x->before, x->p, &event);
    }
    neighbours_add(&x->before, &event);
    if (x->silent || !emit_head(x->p, &event)) {
        return true;
    }
    exchange_fields(x, cells);
    if (x->over) {
        emit_note(x->p, NOTE_OVER_BUDGET, line->offset, line->len);
    }
    event.fields = x->fields;
    event.nfields = x->nfields;
    return emit_event(x->p, &event);
}

/* ---- a log whose beginning is lost */

/* HttpProxy's columns since Exchange 2013 SP1. */
static const str exchange_httpproxy = STR_INIT(
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,"
    "Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,"
    "Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,"
    "ErrorCode,Method,ProxyAction,TargetServer,TargetServerVersion,RoutingType,RoutingHint,"
    "BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,ResponseBytes,"
    "TargetOutstandingRequests,AuthModulePerfContext,HttpPipelineLatency,"
    "CalculateTargetBackEndLatency,GlsLatencyBreakup,TotalGlsLatency,AccountForestLatencyBreakup,"
    "TotalAccountForestLatency,ResourceForestLatencyBreakup,TotalResourceForestLatency,ADLatency,"
    "SharedCacheLatencyBreakup,TotalSharedCacheLatency,ActivityContextLifeTime,"
    "ModuleToHandlerSwitchingLatency,ClientReqStreamLatency,BackendReqInitLatency,"
    "BackendReqStreamLatency,BackendProcessingLatency,BackendRespInitLatency,"
    "BackendRespStreamLatency,ClientRespStreamLatency,KerberosAuthHeaderLatency,"
    "HandlerCompletionLatency,RequestHandlerLatency,HandlerToModuleSwitchingLatency,ProxyTime,"
    "CoreLatency,RoutingLatency,HttpProxyOverhead,TotalRequestTime,RouteRefresherLatency,UrlQuery,"
    "BackEndGenericInfo,GenericInfo,GenericErrors,EdgeTraceId,DatabaseGuid,UserADObjectGuid,"
    "PartitionEndpointLookupLatency,RoutingStatus");

/* A method and a status where they belong. */
static void exchange_guess(struct exchange *x, const struct line *line, str text, bool dated)
{
    enum { COLUMNS = 74, STATUS = 19, METHOD = 22 };
    uint64_t status;
    if (x->columns->count && !x->guessed) {
        return;
    }
    bool fits = dated && str_eq(x->channel, STR("exchange-httpproxy")) &&
                exchange_split(x, text) == COLUMNS &&
                (!x->cells[STATUS].len || str_u64(x->cells[STATUS], &status)) &&
                x->cells[METHOD].len >= 3 && x->cells[METHOD].len < 24;
    if (fits && !x->guessed) {
        exchange_bind(x, line, exchange_httpproxy);
    }
    x->columns->count = fits ? COLUMNS : 0; /* each row for itself: a part begins at any */
    x->guessed = fits;
    if (fits) {
        exchange_note(x, NOTE_COLUMNS_GUESSED, line);
    }
}

static enum note_id exchange_refuse(const struct exchange *x, const struct line *line, bool dated)
{
    if (line->too_long) {
        return NOTE_LONG_LINE;
    }
    if (!x->columns->count) {
        return NOTE_NO_COLUMNS;
    }
    return x->timed && !dated ? NOTE_BAD_LINE : NOTE_COUNT;
}

/* False: stop. */
static bool exchange_row(struct exchange *x, struct line *line)
{
    str text = lines_text(&x->in, line, x->p->scratch);
    if (!text.len && !line->too_long) {
        x->before = NEIGHBOURS_NONE;
        return true;
    }
    bool untimed = x->columns->count && !x->timed, dated = exchange_starts_with_time(text);
    bool open = (untimed || dated) && exchange_is_open(text);
    if (open && !x->silent) {
        text = exchange_go_on(x, line, text);
    }
    exchange_guess(x, line, text, dated);
    enum note_id refused = exchange_refuse(x, line, dated);
    size_t cells = refused == NOTE_COUNT ? exchange_split(x, text) : 0;
    if (refused == NOTE_COUNT && !line->ended &&
        (cells < x->columns->count || exchange_is_open(text))) {
        refused = NOTE_TRUNCATED;
    }
    if (refused != NOTE_COUNT) {
        exchange_note(x, refused, line);
        x->before = NEIGHBOURS_NONE;
        return true;
    }
    x->type = text_type_of(text);
    if (x->type != VALUE_TEXT) {
        exchange_note(x, NOTE_NOT_UTF8, line);
    }
    bool going = exchange_give(x, line, cells);
    if (open) { /* over several lines: a part that begins behind it cannot know it */
        x->before = NEIGHBOURS_NONE;
    }
    return going;
}

static void exchange_look_back(struct exchange *x)
{
    enum text_encoding now = x->in.encoding;
    x->silent = true;
    for (size_t i = 0; i < ARRAY_LEN(x->skipped); i++) {
        if (x->skipped[i].number) {
            x->in.encoding = x->skipped[i].encoding;
            (void)exchange_row(x, &x->skipped[i]);
            x->skipped[i].number = 0;
        }
    }
    x->silent = false;
    x->in.encoding = now;
}

/* False: stop. */
static bool exchange_line(struct exchange *x, struct line *line)
{
    bool ours = line->offset >= x->p->from;
    if (ours && line->padded) {
        exchange_note(x, NOTE_NUL_PADDING, line);
    }
    if (exchange_may_direct(x, line)) {
        str text = lines_text(&x->in, line, x->p->scratch);
        if (str_starts(text, STR("#")) || exchange_is_header(x, text)) {
            exchange_directive(x, line, text);
            return true;
        }
    }
    if (!ours) {
        x->skipped[0] = x->skipped[1];
        x->skipped[1] = *line;
        return true;
    }
    exchange_look_back(x);
    return exchange_row(x, line);
}

/* The lines that begin before `before`. False: stop. */
static bool exchange_walk(struct exchange *x, uint64_t before)
{
    struct line line;
    bool going = true;
    while (going && x->in.at < before && lines_next(&x->in, &line)) {
        struct arena_mark mark = arena_mark(x->p->scratch);
        going = exchange_line(x, &line);
        arena_rewind(x->p->scratch, mark);
        going &= line.number % EXCHANGE_ASK_EVERY || !parse_stopped(x->p);
    }
    return going;
}

/* An earlier part was further than the beginning: what it was told holds. */
static void exchange_recall(struct exchange *x, const struct passed *known)
{
    struct lines now = x->in;
    struct line line;
    for (size_t i = 0; i < PASSED_SAID; i++) {
        if (lines_said(&x->in, known, i, &line)) {
            (void)exchange_line(x, &line);
        }
        x->in = now;
    }
    x->skipped[0] = x->skipped[1] = (struct line){0};
}

/* Up to two lines before the part, which say what its first one follows. */
static bool exchange_pass_over(struct exchange *x)
{
    bytes unit = x->p->unit;
    uint64_t from = x->p->from < unit.len ? x->p->from : unit.len;
    uint64_t stop = lines_back(unit, lines_back(unit, from));
    struct passed *known = passed_of(x->p);
    if (x->in.encoding == TEXT_UTF8 && lines_resume(&x->in, known, stop)) {
        exchange_recall(x, known);
    }
    bool going = exchange_walk(x, stop);
    if (going && x->in.encoding == TEXT_UTF8) {
        lines_keep(&x->in, known, x->said);
    }
    return going;
}

static void exchange_parse(struct parse *p)
{
    struct exchange *x = ARENA_NEW(p->arena, struct exchange);
    if (x) {
        x->columns = ARENA_NEW(p->arena, struct columns);
    }
    if (!x || !x->columns) {
        emit_note(p, NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    x->p = p;
    x->origins.arena = p->arena;
    x->in = lines_of(p->unit, p->to, EXCHANGE_ROW_MAX);
    x->channel = exchange_channel_of(p->path);
    x->before = NEIGHBOURS_NONE;
    x->time = x->host = x->event_data = x->version = COLUMN_NONE;
    if (exchange_pass_over(x)) {
        (void)exchange_walk(x, p->to);
    }
}

/* The first line at or behind `near` that cannot be the inside of a quoted value. */
static uint64_t exchange_cut(bytes unit, uint64_t near)
{
    if (near == 0) {
        return 0;
    }
    struct lines in = lines_of(unit, unit.len, EXCHANGE_ROW_MAX);
    in.at = lines_cut(unit, near);
    struct line line;
    char room[32];
    while (lines_next(&in, &line)) {
        if (exchange_starts_row(text_narrow(line.raw, in.encoding, room, sizeof room))) {
            return line.offset;
        }
    }
    return unit.len;
}

static int exchange_probe(bytes head, str path)
{
    char room[PROBE_HEAD];
    str rest = text_head(head, room, sizeof room), line;
    while (str_cut(&rest, '\n', &line)) {
        if (str_starts_nocase(line, STR("#Fields:"))) {
            return str_find_char(line, ',') < line.len ? BY_MAGIC : NO_MATCH;
        }
        if (str_starts_nocase(line, STR("#Log-type:"))) {
            return BY_MAGIC;
        }
    }
    for (size_t i = 0; head.len && i < ARRAY_LEN(exchange_files); i++) {
        if (exchange_is_file(path, i)) {
            return BY_NAME;
        }
    }
    return NO_MATCH;
}

const struct format format_exchange = {
    .name = "exchange",
    .title = "Exchange Server log",
    .probe = exchange_probe,
    .parse = exchange_parse,
    .cut = exchange_cut,
    .plain = true,
};
