#include "sensors.h"

#include "base/buf.h"

#include <inttypes.h>

static const char *stamp(struct scene *s, usec t)
{
    return arena_printf(s->arena, "%" PRId64 ".%06" PRId64, t / USEC_PER_SEC, t % USEC_PER_SEC).p;
}

static uint32_t any_port(struct scene *s)
{
    return chance_from(&s->chance, 49152, 65535);
}

/* (3)www(7)example(3)com(0) */
static const char *labels(struct scene *s, const char *name)
{
    str rest = str_of(name), label, all = STR("");
    while (str_cut(&rest, '.', &label)) {
        all = arena_printf(s->arena, "%.*s(%zu)%.*s", STR_ARG(all), label.len, STR_ARG(label));
    }
    return arena_printf(s->arena, "%.*s(0)", STR_ARG(all)).p;
}

static void name_server_line(struct scene *s, usec t, const char *client, const char *name)
{
    struct civil c = civil_of_time(t);
    int hour = c.hour % 12 == 0 ? 12 : c.hour % 12;
    str line = arena_printf(
        s->arena,
        "%d/%d/%04d %d:%02d:%02d %s 0A2C PACKET  000000000624E6B0 UDP Rcv %-15s %04" PRIx32
        "   Q [0001   D   NOERROR] A      %s",
        c.month, c.day, c.year, hour, c.minute, c.second, c.hour < 12 ? "AM" : "PM", client,
        chance_below(&s->chance, 0x10000), labels(s, name));
    ledger_line(s->ledger, LOG_DNS_SERVER, t, NULL, line);
}

void sensor_name(struct scene *s, usec t, const char *client, const char *name, const char *answers)
{
    str line =
        arena_printf(s->arena,
                     "{\"_path\":\"dns\",\"ts\":%s,\"id.orig_h\":\"%s\",\"id.orig_p\":%" PRIu32
                     ",\"id.resp_h\":\"" DC_ADDRESS "\",\"id.resp_p\":53,\"proto\":\"udp\","
                     "\"query\":\"%s\",\"qtype_name\":\"A\",\"rcode_name\":\"NOERROR\","
                     "\"answers\":[%s]}",
                     stamp(s, t), client, any_port(s), name, answers);
    ledger_line(s->ledger, LOG_ZEEK_DNS, t, NULL, line);
    name_server_line(s, t, client, name);
}

void sensor_connection(struct scene *s, usec t, const struct connection *c)
{
    str line = arena_printf(
        s->arena,
        "{\"_path\":\"conn\",\"ts\":%s,\"id.orig_h\":\"%s\",\"id.orig_p\":%" PRIu32
        ",\"id.resp_h\":\"%s\",\"id.resp_p\":%u,\"proto\":\"tcp\",\"conn_state\":\"SF\","
        "\"orig_bytes\":%" PRIu64 ",\"resp_bytes\":%" PRIu64 "}",
        stamp(s, t), c->from, any_port(s), c->to, c->port, c->sent, c->received);
    ledger_line(s->ledger, LOG_ZEEK_CONN, t, NULL, line);
}

void sensor_request(struct scene *s, usec t, const struct http *h)
{
    str line = arena_printf(
        s->arena,
        "{\"_path\":\"http\",\"ts\":%s,\"id.orig_h\":\"%s\",\"id.orig_p\":%" PRIu32
        ",\"id.resp_h\":\"%s\",\"id.resp_p\":80,\"method\":\"%s\",\"host\":\"%s\",\"uri\":\"%s\","
        "\"user_agent\":\"%s\",\"request_body_len\":%" PRIu64 ",\"status_code\":%u}",
        stamp(s, t), h->from, any_port(s), h->to, h->method, h->host, h->uri, h->agent, h->sent,
        h->status);
    ledger_line(s->ledger, LOG_ZEEK_HTTP, t, NULL, line);
}
