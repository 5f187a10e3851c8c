#include "web.h"

#include "base/buf.h"

#include <inttypes.h>

enum column {
#define COLUMN(name) COLUMN_##name,
#include "proxy_columns.def"
#undef COLUMN
    COLUMNS
};

#define COLUMN(name) "," #name
static const char proxy_columns[] =
#include "proxy_columns.def"
    ;
#undef COLUMN

enum { LINE_MAX_SIZE = 65536 };

#define W3C_BEGIN                                                                               \
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) " \
    "cs(Referer) sc-status sc-substatus sc-win32-status "

static const char w3c_default[] = W3C_BEGIN "time-taken";
static const char w3c_sizes[] = W3C_BEGIN "sc-bytes cs-bytes time-taken";

/* An administrator had the sizes logged from the first noon on. */
bool web_logs_sizes(const struct scene *s, usec t)
{
    return t - s->begin >= INT64_C(45015) * USEC_PER_SEC;
}

static str take_line(struct scene *s, struct buf *b)
{
    str line = arena_str(s->arena, buf_str(b));
    buf_done(b);
    return line;
}

/* ---- the lines of IIS */

static void add_w3c(struct buf *b, const char *value)
{
    str v = str_of(value);
    if (v.len == 0) {
        buf_char(b, '-');
    }
    for (size_t i = 0; i < v.len; i++) {
        buf_char(b, v.p[i] == ' ' ? '+' : v.p[i]);
    }
    buf_char(b, ' ');
}

struct w3c {
    const char *stem, *query, *user, *client;
    unsigned port;
};

static void add_iis_line(struct scene *s, enum text_log log, const struct request *r, struct w3c w)
{
    struct buf b;
    buf_init(&b, LINE_MAX_SIZE);
    struct civil c = civil_of_time(r->time);
    buf_printf(&b, "%04d-%02d-%02d %02d:%02d:%02d " SERVER_ADDRESS " ", c.year, c.month, c.day,
               c.hour, c.minute, c.second);
    add_w3c(&b, r->method);
    add_w3c(&b, w.stem);
    add_w3c(&b, w.query);
    buf_printf(&b, "%u ", w.port);
    add_w3c(&b, w.user);
    add_w3c(&b, w.client);
    add_w3c(&b, r->agent);
    add_w3c(&b, r->referer);
    buf_printf(&b, "%u 0 0 ", r->status);
    bool sizes = log == LOG_IIS_FRONT && web_logs_sizes(s, r->time);
    if (sizes) {
        buf_printf(&b, "%" PRIu32 " %" PRIu32 " ", r->bytes_out, r->bytes_in);
    }
    buf_printf(&b, "%" PRIu32, r->took);
    ledger_line(s->ledger, log, r->time, sizes ? w3c_sizes : w3c_default, take_line(s, &b));
}

/* Exchange adds its own words to the query, with which the proxy's log is joined. */
static void add_front_line(struct scene *s, const struct request *r, const char *request_id)
{
    const char *query = r->query;
    if (r->proxy != TEXT_LOGS) {
        query = arena_printf(s->arena, "%s&CorrelationID=<empty>;&cafeReqId=%s;&encoding=;",
                             query ? query : "", request_id)
                    .p;
    }
    const char *user = r->user ? r->user : NULL;
    add_iis_line(s, LOG_IIS_FRONT, r, (struct w3c){r->stem, query, user, r->address, 443});
}

static void add_back_line(struct scene *s, const struct request *r)
{
    const char *user = r->back_user ? r->back_user : r->user;
    add_iis_line(s, LOG_IIS_BACK, r,
                 (struct w3c){r->back_stem, r->back_query, user, SERVER_ADDRESS, 444});
}

/* ---- the rows of the proxy */

static const char *const protocols[TEXT_LOGS] = {
    [LOG_PROXY_AUTODISCOVER] = "Autodiscover",
    [LOG_PROXY_EAS] = "Eas",
    [LOG_PROXY_ECP] = "Ecp",
    [LOG_PROXY_EWS] = "Ews",
    [LOG_PROXY_MAPI] = "Mapi",
    [LOG_PROXY_OAB] = "OAB",
    [LOG_PROXY_OWA] = "Owa",
    [LOG_PROXY_POWERSHELL] = "PowerShell",
};

static void add_csv(struct buf *b, const char *value)
{
    str v = str_of(value);
    bool quoted = str_find_char(v, ',') < v.len || str_find_char(v, '"') < v.len;
    if (!quoted) {
        buf_add(b, v);
        return;
    }
    buf_char(b, '"');
    for (size_t i = 0; i < v.len; i++) {
        if (v.p[i] == '"') {
            buf_char(b, '"');
        }
        buf_char(b, v.p[i]);
    }
    buf_char(b, '"');
}

static const char *without_commas(const char *text, struct arena *a)
{
    str copy = arena_str(a, str_of(text));
    char *p = ARENA_ARRAY(a, char, copy.len + 1);
    for (size_t i = 0; i < copy.len; i++) {
        p[i] = copy.p[i] == ',' ? ' ' : copy.p[i];
    }
    return p;
}

static const char *digits(struct scene *s, uint32_t n)
{
    return arena_printf(s->arena, "%" PRIu32, n).p;
}

static const char *timestamp(struct scene *s, usec t)
{
    struct civil c = civil_of_time(t);
    return arena_printf(s->arena, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day,
                        c.hour, c.minute, c.second, c.usec / 1000)
        .p;
}

static void say_who(struct scene *s, const struct request *r, const char *row[COLUMNS])
{
    row[COLUMN_ClientIpAddress] = r->address;
    row[COLUMN_UserAgent] = without_commas(r->agent ? r->agent : "", s->arena);
    row[COLUMN_IsAuthenticated] = r->user ? "True" : "False";
    row[COLUMN_AuthenticationType] = r->user ? "Negotiate" : "";
    row[COLUMN_AuthenticatedUser] = r->user;
    row[COLUMN_AnchorMailbox] = r->anchor;
    row[COLUMN_RoutingHint] = r->hint;
}

static void say_what(struct scene *s, const struct request *r, const char *row[COLUMNS])
{
    row[COLUMN_Protocol] = protocols[r->proxy];
    row[COLUMN_UrlHost] = PUBLIC_HOST;
    row[COLUMN_UrlStem] = r->stem;
    row[COLUMN_UrlQuery] = r->query ? arena_printf(s->arena, "?%s", r->query).p : "";
    row[COLUMN_Method] = r->method;
    row[COLUMN_HttpStatus] = digits(s, r->status);
    row[COLUMN_BackEndStatus] = r->back_stem ? digits(s, r->status) : "";
    row[COLUMN_ProxyAction] = r->back_stem ? "Proxy" : "";
    row[COLUMN_TargetServer] = r->back_stem ? "mail01.corp.example.com" : "";
    row[COLUMN_TargetServerVersion] = r->back_stem ? "15.01.2106.000" : "";
    row[COLUMN_RoutingType] = r->back_stem ? "IntraForest" : "";
    row[COLUMN_RequestBytes] = digits(s, r->bytes_in);
    row[COLUMN_ResponseBytes] = digits(s, r->bytes_out);
    row[COLUMN_TotalRequestTime] = digits(s, r->took);
    row[COLUMN_BackendProcessingLatency] = r->back_stem ? digits(s, r->took * 3 / 4) : "";
    row[COLUMN_ActivityContextLifeTime] = digits(s, r->took);
    row[COLUMN_GenericInfo] =
        arena_printf(s->arena, "BeginRequest=%s;CorrelationID=<empty>;EndRequest=%s;",
                     timestamp(s, r->time), timestamp(s, r->time + r->took * INT64_C(1000)))
            .p;
}

static void add_proxy_row(struct scene *s, const struct request *r, const char *request_id)
{
    const char *row[COLUMNS] = {
        [COLUMN_DateTime] = timestamp(s, r->time),
        [COLUMN_RequestId] = request_id,
        [COLUMN_MajorVersion] = "15",
        [COLUMN_MinorVersion] = "1",
        [COLUMN_BuildVersion] = "2106",
        [COLUMN_RevisionVersion] = "2",
        [COLUMN_ServerHostName] = SERVER,
    };
    say_who(s, r, row);
    say_what(s, r, row);
    struct buf b;
    buf_init(&b, LINE_MAX_SIZE);
    for (int i = 0; i < COLUMNS; i++) {
        if (i > 0) {
            buf_char(&b, ',');
        }
        add_csv(&b, row[i]);
    }
    ledger_line(s->ledger, r->proxy, r->time, proxy_columns + 1, take_line(s, &b));
}

void web_request(struct scene *s, const struct request *r)
{
    const char *request_id = chance_guid(&s->chance, s->arena);
    add_front_line(s, r, request_id);
    if (r->proxy != TEXT_LOGS) {
        add_proxy_row(s, r, request_id);
    }
    if (r->back_stem) {
        add_back_line(s, r);
    }
}

/* ---- the other logs */

void web_control_panel(struct scene *s, usec time, const char *sid, const char *command,
                       const char *url)
{
    struct buf b;
    buf_init(&b, LINE_MAX_SIZE);
    buf_printf(&b, "%s," SERVER ",ECP.Request,", timestamp(s, time));
    str data =
        arena_printf(s->arena,
                     "S:TIME=%" PRIu32 ";S:SID=%s;S:CMD=%s;S:REQID=%s;S:URL=%s;S:EX=;S:ACTID="
                     "%s;S:RS=0;S:BLD=15.1.2106.2",
                     chance_from(&s->chance, 40, 700), sid, command,
                     chance_guid(&s->chance, s->arena), url, chance_guid(&s->chance, s->arena));
    add_csv(&b, data.p);
    ledger_line(s->ledger, LOG_ECP_SERVER, time, "TimeStamp,ServerName,EventId,EventData",
                take_line(s, &b));
}

void web_error(struct scene *s, usec time, const char *address, const char *request,
               const char *reason)
{
    struct civil c = civil_of_time(time);
    str line = arena_printf(
        s->arena, "%04d-%02d-%02d %02d:%02d:%02d %s %" PRIu32 " " SERVER_ADDRESS " 443 %s - %s",
        c.year, c.month, c.day, c.hour, c.minute, c.second, address,
        chance_from(&s->chance, 49152, 65535), request, reason);
    ledger_line(s->ledger, LOG_HTTPERR, time,
                "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status "
                "s-siteid s-reason s-queuename",
                line);
}

static void add_row(struct scene *s, enum text_log log, usec time, const char *fields,
                    const char *const *row, size_t count)
{
    struct buf b;
    buf_init(&b, LINE_MAX_SIZE);
    for (size_t i = 0; i < count; i++) {
        buf_add(&b, i ? STR(",") : STR(""));
        add_csv(&b, row[i]);
    }
    ledger_line(s->ledger, log, time, fields, take_line(s, &b));
}

void web_service(struct scene *s, const struct request *r, const char *action)
{
    const char *const row[] = {
        timestamp(s, r->time),
        chance_guid(&s->chance, s->arena),
        "15",
        "1",
        "2106",
        "2",
        "",
        r->user ? "Negotiate" : "",
        r->user ? "true" : "false",
        r->user,
        "",
        r->agent,
        "Target=None;Req=Exchange2010_SP1/Exchange2013;",
        r->address,
        SERVER,
        SERVER_FQDN,
        action,
        digits(s, r->status),
    };
    add_row(s, LOG_EWS, r->time,
            "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,"
            "ClientRequestId,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,"
            "UserAgent,VersionInfo,ClientIpAddress,ServerHostName,FrontEndServer,SoapAction,"
            "HttpStatus",
            row, ARRAY_LEN(row));
}

static void add_tracked(struct scene *s, const struct mail *m, const char *source,
                        const char *event, const char *message)
{
    bool arrives = str_eq(str_of(event), STR("RECEIVE"));
    const char *const row[] = {
        timestamp(s, m->time + (arrives ? 0 : 900000)),
        arrives ? m->address : "",
        "",
        SERVER_ADDRESS,
        SERVER,
        "08D8DD2B6A4C1F3B;2021-03-03T00:00:00.000Z;0",
        arrives ? SERVER "\\Default Frontend " SERVER : "",
        source,
        event,
        digits(s, chance_from(&s->chance, 100000, 999999)),
        message,
        chance_guid(&s->chance, s->arena),
        m->to,
        arrives ? "" : "250 2.1.5 Recipient OK",
        digits(s, m->size),
        "1",
        "",
        "",
        m->subject,
        m->from,
        m->from,
        arrives ? "00A: " : "",
        "Incoming",
    };
    add_row(s, LOG_TRACKING, m->time + (arrives ? 0 : 900000),
            "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,"
            "connector-id,source,event-id,internal-message-id,message-id,network-message-id,"
            "recipient-address,recipient-status,total-bytes,recipient-count,"
            "related-recipient-address,reference,message-subject,sender-address,return-path,"
            "message-info,directionality",
            row, ARRAY_LEN(row));
}

void web_mail(struct scene *s, const struct mail *m)
{
    const char *message =
        arena_printf(s->arena, "<%s@%s>", chance_guid(&s->chance, s->arena), "mx.example.net").p;
    add_tracked(s, m, "SMTP", "RECEIVE", message);
    add_tracked(s, m, "STOREDRIVER", "DELIVER", message);
}

void web_cmdlet(struct scene *s, usec time, const struct cmdlet *c)
{
    const char *at = timestamp(s, time);
    const char *const row[] = {
        at,
        at,
        chance_guid(&s->chance, s->arena),
        "",
        "15",
        "1",
        "2106",
        "2",
        SERVER,
        "11820",
        "w3wp#MSExchangePowerShellAppPool",
        "53",
        "en-US",
        "",
        c->user,
        c->sid,
        "",
        "",
        "True",
        "Remote-ManagementShell-Unknown",
        c->name,
        c->parameters,
        chance_guid(&s->chance, s->arena),
        "",
        "Success",
    };
    add_row(s, LOG_CMDLETS, time,
            "DateTime,StartTime,RequestId,ClientRequestId,MajorVersion,MinorVersion,"
            "BuildVersion,RevisionVersion,ServerHostName,ProcessId,ProcessName,ThreadId,"
            "CultureInfo,Organization,AuthenticatedUser,ExecutingUserSid,"
            "EffectiveOrganization,UserServicePlan,IsAdmin,ClientApplication,Cmdlet,Parameters,"
            "CmdletUniqueId,ErrorType,ExecutionResult",
            row, ARRAY_LEN(row));
}
