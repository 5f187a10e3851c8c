#include "formats/database/database_logs.h"

#include "formats/phone/plist.h"

/* clang-format off */
static const struct database_log logs[] = {
    /* ---- iOS */
    {.channel = "ios-backup-file", .table = "Files", .beside = "relativePath",
     .more = MORE_BACKUP_FILE},
    {.channel = "ios-message", .table = "message", .beside = "handle",
     .time = "date", .clock = CLOCK_APPLE, .more = MORE_MESSAGE, .gaps = true, .renamed = {{"text", "Message"}},
     .joins = {{"handle_id", "handle", NULL, NULL, "id", "From"}}},
    {.channel = "ios-attachment", .table = "attachment", .beside = "handle",
     .time = "created_date", .clock = CLOCK_APPLE,
     .renamed = {{"filename", "TargetFilename"}}},
    {.channel = "ios-safari-visit", .table = "history_visits", .beside = "history_items",
     .time = "visit_time", .clock = CLOCK_APPLE,
     .joins = {{"history_item", "history_items", NULL, NULL, "url", "Url"},
               {"redirect_source", "history_visits", "history_item", "history_items",
                "url", "RedirectedFrom"},
               {"redirect_destination", "history_visits", "history_item", "history_items",
                "url", "RedirectedTo"}}},
    {.channel = "ios-web-domain", .table = "ObservedDomains", .beside = "registrableDomain",
     .time = "lastSeen", .clock = CLOCK_UNIX,
     .renamed = {{"registrableDomain", "Domain"}}},
    {.channel = "ios-process", .table = "ZPROCESS", .beside = "ZPROCNAME",
     .time = "ZFIRSTTIMESTAMP", .clock = CLOCK_APPLE, .more = MORE_PROCESS, .gaps = true,
     .renamed = {{"ZPROCNAME", "ProcessName"}, {"ZBUNDLENAME", "BundleId"}}},
    {.channel = "ios-data-usage", .table = "ZLIVEUSAGE", .beside = "ZPROCESS",
     .time = "ZTIMESTAMP", .clock = CLOCK_APPLE, .more = MORE_PROCESS,
     .renamed = {{"ZWIFIIN", "WifiIn"}, {"ZWIFIOUT", "WifiOut"},
                 {"ZWWANIN", "CellularIn"}, {"ZWWANOUT", "CellularOut"}},
     .joins = {{"ZHASPROCESS", "ZPROCESS", NULL, NULL, "ZPROCNAME", "ProcessName"},
               {"ZHASPROCESS", "ZPROCESS", NULL, NULL, "ZBUNDLENAME", "BundleId"}}},
    {.channel = "ios-permission", .table = "access", .beside = "client_type",
     .time = "last_modified", .clock = CLOCK_UNIX,
     .renamed = {{"client", "BundleId"}, {"service", "Service"}}},
    {.channel = "ios-interaction", .table = "ZINTERACTIONS", .beside = "ZCONTACTS",
     .time = "ZSTARTDATE", .clock = CLOCK_APPLE,
     .renamed = {{"ZBUNDLEID", "BundleId"}, {"ZCONTENTURL", "Url"}},
     .joins = {{"ZSENDER", "ZCONTACTS", NULL, NULL, "ZIDENTIFIER", "From"},
               {"ZSENDER", "ZCONTACTS", NULL, NULL, "ZDISPLAYNAME", "FromName"}}},
    {.channel = "ios-calendar", .table = "CalendarItem", .beside = "summary",
     .time = "start_date", .clock = CLOCK_APPLE,
     .renamed = {{"summary", "Message"}, {"url", "Url"}}},
    {.channel = "ios-call", .table = "ZCALLRECORD", .beside = "ZADDRESS",
     .time = "ZDATE", .clock = CLOCK_APPLE,
     .renamed = {{"ZADDRESS", "From"}, {"ZSERVICE_PROVIDER", "BundleId"}}},
    {.channel = "whatsapp-message", .table = "ZWAMESSAGE", .beside = "ZTEXT",
     .time = "ZMESSAGEDATE", .clock = CLOCK_APPLE,
     .renamed = {{"ZTEXT", "Message"}, {"ZFROMJID", "From"}}},
    /* ---- Android */
    {.channel = "android-message", .table = "sms", .beside = "body",
     .time = "date", .clock = CLOCK_UNIX_MS, .gaps = true,
     .renamed = {{"address", "From"}, {"body", "Message"}}},
    {.channel = "whatsapp-message", .table = "message", .beside = "jid",
     .time = "timestamp", .clock = CLOCK_UNIX_MS,
     .renamed = {{"text_data", "Message"}}},
    {.channel = "whatsapp-message", .table = "messages", .beside = "key_remote_jid",
     .time = "timestamp", .clock = CLOCK_UNIX_MS,
     .renamed = {{"data", "Message"}, {"key_remote_jid", "From"}}},
    /* ---- browsers of both, and of computers */
    {.channel = "chrome-visit", .table = "visits", .beside = "urls",
     .time = "visit_time", .clock = CLOCK_1601,
     .joins = {{"url", "urls", NULL, NULL, "url", "Url"},
               {"from_visit", "visits", "url", "urls", "url", "ComingFrom"}}},
    {.channel = "chrome-download", .table = "downloads", .beside = "downloads_url_chains",
     .time = "start_time", .clock = CLOCK_1601,
     .renamed = {{"target_path", "TargetFilename"}, {"tab_url", "Url"}}},
    {.channel = "firefox-visit", .table = "moz_historyvisits", .beside = "moz_places",
     .time = "visit_date", .clock = CLOCK_UNIX_US,
     .joins = {{"place_id", "moz_places", NULL, NULL, "url", "Url"},
               {"from_visit", "moz_historyvisits", "place_id", "moz_places",
                "url", "ComingFrom"}}},
    {.channel = "firefox-visit", .table = "visits", .beside = "history",
     .time = "date", .clock = CLOCK_UNIX_US,
     .joins = {{"siteID", "history", NULL, NULL, "url", "Url"}}},
};
/* clang-format on */

const struct database_log *database_log_of(const struct sqlite *db, const struct sqlite_table *t)
{
    for (size_t i = 0; i < ARRAY_LEN(logs); i++) {
        const struct database_log *l = &logs[i];
        str beside = str_of(l->beside);
        if (str_eq(t->name, str_of(l->table)) &&
            (sqlite_table_named(db, beside) || sqlite_column(t, beside) < t->ncolumns)) {
            return l;
        }
    }
    return NULL;
}

static double number_of(const struct sqlite_value *v)
{
    return v->type == SQLITE_IS_INT ? (double)v->number : v->real;
}

/* Seconds of Apple's clock pass 10^10 in the year 2317. */
static usec time_of_apple_value(double n)
{
    const double longest = 1e10;
    return time_of_apple(n > longest || n < -longest ? n / 1e9 : n);
}

static usec time_of_seconds(double seconds)
{
    const double far = 1e11;
    if (!(seconds > 0 && seconds < far)) {
        return TIME_NONE;
    }
    usec t = time_of_unix((int64_t)seconds);
    return t == TIME_NONE
               ? t
               : t + (int64_t)((seconds - (double)(int64_t)seconds) * USEC_PER_SEC + 0.5);
}

usec database_time(enum database_clock clock, const struct sqlite_value *v)
{
    bool number = v->type == SQLITE_IS_INT || v->type == SQLITE_IS_REAL;
    double n = number ? number_of(v) : 0;
    if (!number || n == 0) {
        return TIME_NONE;
    }
    switch (clock) {
    case CLOCK_APPLE:
        return time_of_apple_value(n);
    case CLOCK_UNIX:
        return time_of_seconds(n);
    case CLOCK_UNIX_MS:
        return time_of_seconds(n / 1e3);
    case CLOCK_UNIX_US:
        return time_of_seconds(n / 1e6);
    case CLOCK_1601:
        return n > 0 && n < 1e18 ? time_of_filetime((uint64_t)n * 10) : TIME_NONE;
    case CLOCK_NONE:
        break;
    }
    return TIME_NONE;
}
