/* Property lists that say something by their shape, wherever they lie and whatever they are called:
 *
 *     id lookups     service -> "mailto:x", "tel:x" -> {LookupDate, IDStatus}: whom Apple's servers
 *                    were asked about (com.apple.identityservices.idstatuscache.plist)
 *     daily usage    netUsageBaseline -> process -> [date, wifi in, out, cellular in, out]
 *                    (com.apple.osanalytics.addaily.plist)
 *     web domains    browsingStatistics -> [{PrevalentResourceOrigin, lastSeen}] (WebKit)
 *     profiles       ProfileEvents -> [{profile -> {operation, process, timestamp}}]
 *     locations      bundle -> {BundleId, LocationTimeStopped} (locationd's clients.plist)
 *     a backup       Info.plist: the device, and the programs on it
 *
 * Of any other: channel "plist", an event for each key at its top, with what is below it. */
#include "base/buf.h"
#include "base/text.h"
#include "formats/format.h"
#include "formats/origins.h"
#include "formats/phone/plist.h"
#include "model/host_path.h"

enum { LIST_FIELDS = 128, LIST_NAME_DEPTH = 8, LIST_TEXTS_MAX = 1 << 20 };

struct list {
    struct parse *p;
    struct origins origins;
    struct field fields[LIST_FIELDS];
    size_t nfields;
    uint64_t record;
    bool over, stopped;
};

static void add(struct list *l, str name, str value)
{
    if (value.len == 0) {
        return;
    }
    if (l->nfields == LIST_FIELDS) {
        l->over = true;
        return;
    }
    l->fields[l->nfields++] = (struct field){name, bytes_of_str(value).p, (uint32_t)value.len,
                                             names_find(l->p->names, name), VALUE_TEXT};
}

static void add_value(struct list *l, const char *name, const struct plist *v)
{
    if (v) {
        add(l, str_of(name), plist_text(v, l->p->scratch));
    }
}

static void begin(struct list *l)
{
    l->nfields = 0;
    add(l, STR("TargetFilename"), host_path(l->p->path, l->p->scratch));
}

static void give_of(struct list *l, const char *channel, str host, usec time)
{
    struct event e = {
        .time = time,
        .record = ++l->record,
        .len = l->p->unit.len,
        .origin =
            origins_get(&l->origins, &(struct origin){.channel = str_of(channel), .host = host}),
        .fields = l->fields,
        .nfields = l->nfields,
    };
    l->stopped |= !e.origin || (emit_head(l->p, &e) && !emit_event(l->p, &e));
}

static void give(struct list *l, const char *channel, usec time)
{
    give_of(l, channel, STR_NONE, time);
}

/* ---- what is known by its shape */

static bool is_dict(const struct plist *p)
{
    return p && p->type == PLIST_DICT;
}

/* Seconds since 2001, or a date. */
static usec any_time(const struct plist *p)
{
    if (p && p->type == PLIST_REAL) {
        return time_of_apple(p->real);
    }
    return p && p->type == PLIST_INT && p->number ? time_of_apple((double)p->number)
                                                  : plist_time(p);
}

static void give_lookup(struct list *l, str service, str identity, const struct plist *v)
{
    static const str schemes[] = {STR_INIT("mailto:"), STR_INIT("tel:")};
    str bare = identity;
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        bare = str_starts(identity, schemes[i]) ? str_from(identity, schemes[i].len) : bare;
    }
    begin(l);
    add(l, STR("Service"), service);
    add(l, STR("Identity"), bare);
    add(l, STR("IdentityUri"), identity);
    add_value(l, "IDStatus", plist_at(v, STR("IDStatus")));
    give(l, "ios-id-lookup", any_time(plist_at(v, STR("LookupDate"))));
}

/* False: this service is none. */
static bool lookups(struct list *l, str service, const struct plist *identities)
{
    bool any = false;
    for (size_t i = 0; is_dict(identities) && i + 1 < identities->count && !l->stopped; i += 2) {
        const struct plist *v = &identities->items[i + 1];
        if (plist_at(v, STR("LookupDate"))) {
            give_lookup(l, service, plist_string(&identities->items[i]), v);
            any = true;
        }
    }
    return any;
}

static void give_usage(struct list *l, str process, const struct plist *v)
{
    static const char *const names[] = {NULL, "WifiIn", "WifiOut", "CellularIn", "CellularOut"};
    begin(l);
    add(l, STR("ProcessName"), process);
    for (size_t i = 1; i < ARRAY_LEN(names) && i < v->count; i++) {
        add_value(l, names[i], &v->items[i]);
    }
    give(l, "ios-process-day", v->count ? plist_time(&v->items[0]) : TIME_NONE);
}

static bool daily_usage(struct list *l, str key, const struct plist *v)
{
    if (!str_eq(key, STR("netUsageBaseline")) || !is_dict(v)) {
        return false;
    }
    for (size_t i = 0; i + 1 < v->count && !l->stopped; i += 2) {
        if (v->items[i + 1].type == PLIST_ARRAY) {
            give_usage(l, plist_string(&v->items[i]), &v->items[i + 1]);
        }
    }
    return true;
}

static bool web_domains(struct list *l, str key, const struct plist *v)
{
    if (!str_eq(key, STR("browsingStatistics")) || v->type != PLIST_ARRAY) {
        return false;
    }
    for (size_t i = 0; i < v->count && !l->stopped; i++) {
        const struct plist *seen = plist_at(&v->items[i], STR("lastSeen"));
        begin(l);
        add_value(l, "Domain", plist_at(&v->items[i], STR("PrevalentResourceOrigin")));
        bool real = seen && seen->type == PLIST_REAL && seen->real > 0 && seen->real < 1e11;
        give(l, "ios-web-domain", real ? time_of_unix((int64_t)seen->real) : TIME_NONE);
    }
    return true;
}

static void profile_events(struct list *l, const struct plist *events)
{
    for (size_t i = 0; is_dict(events) && i + 1 < events->count && !l->stopped; i += 2) {
        const struct plist *v = &events->items[i + 1];
        begin(l);
        add(l, STR("Profile"), plist_string(&events->items[i]));
        add_value(l, "Operation", plist_at(v, STR("operation")));
        add_value(l, "ProcessName", plist_at(v, STR("process")));
        give(l, "ios-profile", any_time(plist_at(v, STR("timestamp"))));
    }
}

static bool profiles(struct list *l, str key, const struct plist *v)
{
    if (!str_eq(key, STR("ProfileEvents")) || v->type != PLIST_ARRAY) {
        return false;
    }
    for (size_t i = 0; i < v->count && !l->stopped; i++) {
        profile_events(l, &v->items[i]);
    }
    return true;
}

static bool location_client(struct list *l, const struct plist *v)
{
    const struct plist *bundle = plist_at(v, STR("BundleId"));
    const struct plist *stopped = plist_at(v, STR("LocationTimeStopped"));
    if (!bundle || !stopped) {
        return false;
    }
    begin(l);
    add_value(l, "BundleId", bundle);
    add_value(l, "ProcessName", plist_at(v, STR("Executable")));
    give(l, "ios-location", any_time(stopped));
    return true;
}

/* ---- a backup's own */

static void give_programs(struct list *l, const struct plist *installed)
{
    for (size_t i = 0;
         installed && installed->type == PLIST_ARRAY && i < installed->count && !l->stopped; i++) {
        begin(l);
        add_value(l, "BundleId", &installed->items[i]);
        give(l, "ios-app", TIME_NONE);
    }
}

static bool backup_info(struct list *l, const struct plist *top)
{
    static const struct {
        const char *key, *field;
    } known[] = {
        {"Device Name",       "DeviceName"    },
        {"Product Type",      "ProductType"   },
        {"Product Version",   "ProductVersion"},
        {"Build Version",     "BuildVersion"  },
        {"Serial Number",     "SerialNumber"  },
        {"IMEI",              "Imei"          },
        {"Phone Number",      "PhoneNumber"   },
        {"Target Identifier", "Device"        },
        {"Last Backup Date",  "LastBackup"    },
    };
    if (!plist_at(top, STR("Target Identifier")) || !plist_at(top, STR("Product Version"))) {
        return false;
    }
    begin(l);
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        add_value(l, known[i].field, plist_at(top, str_of(known[i].key)));
    }
    /* The only file of a backup that says whose it is: all others are of this host too. */
    str host = plist_string(plist_at(top, STR("Device Name")));
    give_of(l, "ios-backup", host, plist_time(plist_at(top, STR("Last Backup Date"))));
    give_programs(l, plist_at(top, STR("Installed Applications")));
    return true;
}

/* ---- any other */

/* Names are the keys on the way down, with dots between; beyond a depth all share one. */
static void flatten(struct list *l, str name, const struct plist *v, size_t depth,
                    struct buf *texts)
{
    bool dict = v->type == PLIST_DICT;
    if (v->type == PLIST_TEXT) {
        buf_add(texts, str_of_bytes(v->data));
        buf_char(texts, '\n');
    }
    if (!dict && v->type != PLIST_ARRAY) {
        add(l, name, plist_text(v, l->p->scratch));
        return;
    }
    for (size_t i = dict; i < v->count; i += 1U + dict) {
        str key = dict ? plist_string(&v->items[i - 1]) : STR_NONE;
        str below = key.len > 0 && depth < LIST_NAME_DEPTH
                        ? arena_printf(l->p->scratch, "%.*s.%.*s", STR_ARG(name), STR_ARG(key))
                        : name;
        if (key.len > 0) {
            buf_add(texts, key);
            buf_char(texts, '\n');
        }
        flatten(l, below, &v->items[i], depth + 1, texts); /* as deep as the reader goes */
    }
}

static void give_plain(struct list *l, str key, const struct plist *v)
{
    struct buf texts;
    buf_init(&texts, LIST_TEXTS_MAX);
    begin(l);
    add(l, STR("Key"), key);
    flatten(l, key, v, 0, &texts);
    if (l->nfields == LIST_FIELDS) {
        l->nfields--; /* the texts have them all */
    }
    add(l, STR("Texts"), str_trim(buf_str(&texts)));
    l->over |= !buf_ok(&texts);
    give(l, "plist", TIME_NONE);
    buf_done(&texts);
}

static void give_key(struct list *l, str key, const struct plist *v)
{
    bool known = lookups(l, key, v) || daily_usage(l, key, v) || web_domains(l, key, v) ||
                 profiles(l, key, v) || location_client(l, v);
    if (!known) {
        give_plain(l, key, v);
    }
}

static void give_all(struct list *l, const struct plist *top)
{
    if (!is_dict(top)) {
        give_plain(l, STR("list"), top);
        return;
    }
    (void)backup_info(l, top);
    for (size_t i = 0; i + 1 < top->count && !l->stopped; i += 2) {
        struct arena_mark mark = arena_mark(l->p->scratch);
        give_key(l, plist_string(&top->items[i]), &top->items[i + 1]);
        arena_rewind(l->p->scratch, mark);
    }
}

static int property_list_probe(bytes head, str path)
{
    (void)path;
    return plist_is(head) ? BY_MAGIC : NO_MATCH;
}

static void property_list_parse(struct parse *p)
{
    struct plist_read read;
    struct list *l = ARENA_NEW(p->arena, struct list);
    if (p->from > 0) {
        return;
    }
    if (!l || !plist_read(p->unit, p->arena, &read)) {
        emit_note(p, l ? NOTE_BAD_HEADER : NOTE_OVER_BUDGET, 0, p->unit.len);
        return;
    }
    l->p = p;
    l->origins.arena = p->arena;
    give_all(l, &read.top);
    if (read.wrong > 0) {
        emit_note(p, NOTE_BAD_RECORD, read.offset, 0);
    }
    if (read.cut || l->over) {
        emit_note(p, NOTE_OVER_BUDGET, 0, 0);
    }
}

const struct format format_property_list = {
    .name = "property_list",
    .title = "property list of Apple",
    .probe = property_list_probe,
    .parse = property_list_parse,
};
