#include "people.h"

#include "events.h"
#include "web.h"

#define MINUTE (60 * USEC_PER_SEC)
#define DAY    (24 * 60 * MINUTE)

enum {
    BUSY_SUM = 100,
    OFFICE_HOUR = 4,
    REQUESTS_A_VISIT = 4,
    PHONE_REQUESTS = 3,
    VISITS_A_MAIL = 3
};
enum { LOGON_NETWORK = 3, LOGON_CLEARTEXT = 8 };

/* How busy an hour is, in parts of the day's sum; UTC, and the people live near it. */
static const uint8_t busy[24] = {1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 8,
                                 7, 8, 9, 8, 6, 3, 2, 2, 1, 1, 1, 1};

/* ---- a visit: some requests of one person, one after the other */

struct visit {
    const struct person *who;
    const char *user, *sid, *mail, *address, *anchor;
    usec at;
};

static struct visit visit_of(struct scene *s, const struct person *p, usec hour)
{
    bool in_office = busy[civil_of_time(hour).hour] >= OFFICE_HOUR && p->client != CLIENT_PHONE;
    const char *sid = person_sid(p, s->arena);
    return (struct visit){
        .who = p,
        .user = arena_printf(s->arena, "CORP\\%s", p->name).p,
        .sid = sid,
        .mail = arena_printf(s->arena, "%s@example.com", p->name).p,
        .address = person_address(p, in_office, s->arena),
        .anchor = arena_printf(s->arena, "Sid~%s", sid).p,
        .at = scene_moment(s, hour),
    };
}

static void visit_request(struct scene *s, struct visit *v, struct request r)
{
    r.time = v->at;
    r.address = v->address;
    r.agent = person_agent(v->who);
    r.bytes_in = chance_from(&s->chance, 400, 2400);
    r.bytes_out = chance_from(&s->chance, 300, 24000);
    r.took = chance_from(&s->chance, 8, 420);
    web_request(s, &r);
    v->at += chance_from(&s->chance, 80, 4000) * INT64_C(1000);
}

/* A request by somebody whom the server knows: it goes to the back end. */
static void visit_asks(struct scene *s, struct visit *v, enum text_log proxy, const char *method,
                       const char *stem, const char *query)
{
    visit_request(s, v,
                  (struct request){.proxy = proxy,
                                   .method = method,
                                   .stem = stem,
                                   .query = query,
                                   .user = v->user,
                                   .status = 200,
                                   .anchor = v->anchor,
                                   .hint = "WindowsIdentity",
                                   .back_stem = stem,
                                   .back_query = query});
}

/* A request before the logon: the front end answers by itself. */
static void visit_knocks(struct scene *s, struct visit *v, enum text_log proxy, const char *method,
                         const char *stem, const char *query, unsigned status)
{
    visit_request(
        s, v,
        (struct request){
            .proxy = proxy, .method = method, .stem = stem, .query = query, .status = status});
}

static void visit_logon(struct scene *s, const struct visit *v, uint32_t type)
{
    bool clear = type == LOGON_CLEARTEXT;
    struct logon l = {.user = v->who->name,
                      .sid = v->sid,
                      .address = v->address,
                      .process = clear ? "Advapi  " : "NtLmSsp ",
                      .package = clear ? "Negotiate" : "NTLM",
                      .type = type,
                      .id = scene_logon_id(s)};
    event_logon(s, v->at + 30000, &l);
    event_logoff(s, v->at + chance_from(&s->chance, 20, 600) * USEC_PER_SEC, &l);
}

/* ---- by device */

static void outlook_visit(struct scene *s, struct visit *v)
{
    static const char address_book[] = "/OAB/8a5a7a31-6fd2-4a43-9a52-7d6a0c5e3b11/oab.xml";
    const char *mailbox = arena_printf(s->arena, "MailboxId=00000000-0000-4000-8000-%012u@%s",
                                       v->who->rid, "example.com")
                              .p;
    visit_knocks(s, v, LOG_PROXY_MAPI, "POST", "/mapi/emsmdb/", mailbox, 401);
    visit_logon(s, v, LOGON_NETWORK);
    for (uint32_t left = chance_from(&s->chance, 1, 4); left > 0; left--) {
        visit_asks(s, v, LOG_PROXY_MAPI, "POST", "/mapi/emsmdb/", mailbox);
    }
    if (chance_in(&s->chance, 6)) {
        visit_asks(s, v, LOG_PROXY_AUTODISCOVER, "POST", "/autodiscover/autodiscover.xml", NULL);
    }
    if (chance_in(&s->chance, 12)) {
        visit_asks(s, v, LOG_PROXY_OAB, "GET", address_book, NULL);
    }
}

static void phone_visit(struct scene *s, struct visit *v)
{
    static const char *const commands[] = {"Ping", "Sync", "FolderSync", "ItemOperations"};
    visit_logon(s, v, LOGON_CLEARTEXT);
    for (int i = 0; i < PHONE_REQUESTS; i++) {
        const char *command = commands[chance_below(&s->chance, ARRAY_LEN(commands))];
        const char *query =
            arena_printf(s->arena, "Cmd=%s&User=%s&DeviceId=F7K%08XQ2&DeviceType=iPhone", command,
                         v->mail, v->who->rid * 2654435761U)
                .p;
        visit_asks(s, v, LOG_PROXY_EAS, "POST", "/Microsoft-Server-ActiveSync/default.eas", query);
    }
}

static void browser_visit(struct scene *s, struct visit *v)
{
    static const char back_to[] = "replaceCurrent=1&url=https%3a%2f%2f" PUBLIC_HOST "%2fowa%2f";
    static const char *const actions[] = {
        "action=FindConversation&UA=0",        "action=GetConversationItems&ID=-14&AC=1",
        "action=SubscribeToNotification&UA=0", "action=GetPeopleFilters&UA=0",
        "action=CreateItem&ID=-37&AC=1",
    };
    visit_knocks(s, v, LOG_PROXY_OWA, "GET", "/owa/", NULL, 302);
    visit_knocks(s, v, LOG_PROXY_OWA, "GET", "/owa/auth/logon.aspx", back_to, 200);
    visit_knocks(s, v, TEXT_LOGS, "GET", "/owa/auth/15.1.2106/themes/resources/segoeui-regular.ttf",
                 NULL, 200);
    visit_knocks(s, v, LOG_PROXY_OWA, "POST", "/owa/auth.owa", NULL, 302);
    visit_logon(s, v, LOGON_CLEARTEXT);
    for (uint32_t left = chance_from(&s->chance, 2, 8); left > 0; left--) {
        const char *action = actions[chance_below(&s->chance, ARRAY_LEN(actions))];
        visit_asks(s, v, LOG_PROXY_OWA, "POST", "/owa/service.svc", action);
    }
}

static void mac_visit(struct scene *s, struct visit *v)
{
    visit_logon(s, v, LOGON_NETWORK);
    static const char *const actions[] = {"SyncFolderItems", "GetItem", "FindItem", "CreateItem",
                                          "GetUserAvailability"};
    for (uint32_t left = chance_from(&s->chance, 1, 4); left > 0; left--) {
        const struct request r = {.time = v->at,
                                  .user = v->user,
                                  .agent = person_agent(v->who),
                                  .address = v->address,
                                  .status = 200};
        web_service(s, &r, actions[chance_below(&s->chance, ARRAY_LEN(actions))]);
        visit_asks(s, v, LOG_PROXY_EWS, "POST", "/EWS/Exchange.asmx", NULL);
    }
}

static void mail_arrives(struct scene *s, usec hour)
{
    static const char *const subjects[] = {"Minutes of Monday", "Re: Offer 2021-118",
                                           "Invoice, second reminder", "Lunch?", "Road map, draft"};
    const struct person *to = &people[chance_below(&s->chance, PEOPLE)];
    web_mail(s, &(struct mail){.time = scene_moment(s, hour),
                               .from = arena_printf(s->arena, "office%u@partner.example.net",
                                                    chance_below(&s->chance, 40))
                                           .p,
                               .to = arena_printf(s->arena, "%s@example.com", to->name).p,
                               .subject = subjects[chance_below(&s->chance, ARRAY_LEN(subjects))],
                               .address = "192.0.2.25",
                               .size = chance_from(&s->chance, 4000, 900000)});
}

void people_work(struct scene *s, usec hour)
{
    static void (*const by_client[CLIENT_COUNT])(struct scene *, struct visit *) = {
        [CLIENT_OUTLOOK] = outlook_visit,
        [CLIENT_PHONE] = phone_visit,
        [CLIENT_BROWSER] = browser_visit,
        [CLIENT_MAC] = mac_visit,
    };
    uint64_t share = (uint64_t)s->requests * busy[civil_of_time(hour).hour] / BUSY_SUM;
    for (uint64_t i = 0; i < share / REQUESTS_A_VISIT; i++) {
        struct visit v = visit_of(s, &people[chance_below(&s->chance, PEOPLE)], hour);
        by_client[v.who->client](s, &v);
        if (chance_in(&s->chance, VISITS_A_MAIL)) {
            mail_arrives(s, hour);
        }
    }
}

void people_ask_helpdesk(struct scene *s, usec hour)
{
    static const char *const pages[] = {"/helpdesk/", "/helpdesk/default.aspx",
                                        "/helpdesk/ticket.aspx", "/helpdesk/Themes/site.css",
                                        "/helpdesk/search.aspx"};
    for (int left = busy[civil_of_time(hour).hour] * 4; left > 0; left--) {
        struct visit v = visit_of(s, &people[chance_below(&s->chance, PEOPLE)], hour);
        visit_request(s, &v,
                      (struct request){.proxy = TEXT_LOGS,
                                       .method = chance_in(&s->chance, 5) ? "POST" : "GET",
                                       .stem = pages[chance_below(&s->chance, ARRAY_LEN(pages))],
                                       .user = v.user,
                                       .status = 200});
    }
}

/* ---- the administrator */

#define PANEL_URL "https://" PUBLIC_HOST ":444/ecp/DDI/DDIService.svc/SetObject"

static void panel_asks(struct scene *s, struct visit *v, const char *verb, const char *schema)
{
    const char *stem = arena_printf(s->arena, "/ecp/DDI/DDIService.svc/%s", verb).p;
    const char *query = arena_printf(s->arena, "ActivityCorrelationID=%s&schema=%s",
                                     chance_guid(&s->chance, s->arena), schema)
                            .p;
    visit_asks(s, v, LOG_PROXY_ECP, "POST", stem, query);
}

static void panel_runs(struct scene *s, struct visit *v, const char *cmdlet, const char *parameters,
                       const char *in_panel, const char *url)
{
    web_control_panel(s, v->at, v->sid, in_panel, url);
    event_cmdlet(s, v->at + 60000, cmdlet, parameters, "corp.example.com/Users/adm.keller", v->sid);
    v->at += chance_from(&s->chance, 8, 90) * USEC_PER_SEC;
}

/* He publishes the address book under its real address: what the intruder abuses, used rightly. */
static void publish_address_book(struct scene *s, struct visit *v)
{
    panel_asks(s, v, "GetObject", "OABVirtualDirectory");
    panel_asks(s, v, "SetObject", "OABVirtualDirectory");
    panel_runs(s, v, "Set-OabVirtualDirectory",
               "-ExternalUrl \"https://" PUBLIC_HOST "/OAB\" -Identity "
               "\"" SERVER "\\OAB (Default Web Site)\"",
               "Set-OabVirtualDirectory.ExternalUrl='https://" PUBLIC_HOST
               "/OAB'.Identity='b1f0d0a4-5c3e-4a57-9f27-2f8f6a2f1c55'",
               PANEL_URL "?schema=OABVirtualDirectory");
}

void administrator_works(struct scene *s, usec hour)
{
    struct visit v = visit_of(s, &administrator, hour);
    v.at = hour + 20 * MINUTE;
    visit_logon(s, &v, LOGON_CLEARTEXT);
    visit_asks(s, &v, LOG_PROXY_ECP, "GET", "/ecp/", NULL);
    panel_asks(s, &v, "GetList", "MailboxService");
    panel_runs(s, &v, "Set-Mailbox",
               "-ProhibitSendQuota \"2 GB (2,147,483,648 bytes)\" "
               "-Identity \"corp.example.com/Users/h.tanaka\"",
               "Set-Mailbox.ProhibitSendQuota='2 GB'.Identity='h.tanaka'", PANEL_URL);
    if (hour < s->begin + DAY) {
        publish_address_book(s, &v);
    }
}
