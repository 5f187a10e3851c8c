/* Logs of web servers, pages and the like name no host. In a collection they are of the host that
 * it was taken from: the one that its event logs name, when they agree, else the one in its name.
 */
#include "engine/scan.h"
#include "model/host_path.h"

#include <stdlib.h>

struct named { /* a host, seen in a collection */
    str collection, host;
};

static int by_collection(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = str_cmp(x->collection, y->collection);
    return order ? order : str_cmp(x->host, y->host);
}

/* EX1 and ex1.corp.local are one. */
static bool is_same_host(str x, str y)
{
    str longer = x.len > y.len ? x : y, shorter = x.len > y.len ? y : x;
    return str_starts_nocase(longer, shorter) &&
           (longer.len == shorter.len || longer.p[shorter.len] == '.');
}

/* Of one collection. A machine is renamed, events are forwarded: then they do not agree. */
static str host_of(const struct named *seen, size_t count)
{
    str host = STR_NONE, written = host_of_collection(seen[0].collection);
    for (size_t i = 0; i < count; i++) {
        if (host.len > 0 && seen[i].host.len > 0 && !is_same_host(host, seen[i].host)) {
            return written;
        }
        host = seen[i].host.len > host.len ? seen[i].host : host;
    }
    return host.len > 0 ? host : written;
}

/* What lies beside the drive in the folder of a collection belongs to it too. */
static str collection_around(const struct table *known, str unit)
{
    str folder = str_dir(unit);
    while (folder.len > 0 && table_get(known, folder) == TABLE_NONE) {
        folder = str_ends(folder, STR("!")) ? str_sub(folder, 0, folder.len - 1) : str_dir(folder);
    }
    return folder;
}

static size_t gather(const struct source_row *rows, size_t count, struct table *known,
                     struct named *out)
{
    size_t n = 0;
    uint32_t ignored = 0;
    for (size_t i = 0; i < count; i++) {
        str collection = host_collection(rows[i].unit);
        if (collection.len > 0 && !table_put(known, collection, 1, &ignored)) {
            return 0;
        }
    }
    for (size_t i = 0; i < count; i++) {
        str collection = host_collection(rows[i].unit);
        collection = collection.len > 0 ? collection : collection_around(known, rows[i].unit);
        out[n] = (struct named){collection, rows[i].host};
        n += collection.len > 0;
    }
    qsort(out, n, sizeof *out, by_collection);
    return n;
}

static bool name_hosts(struct scanning *s, struct arena *a, struct err *err)
{
    struct source_row *rows = NULL;
    size_t count = 0;
    bool ok = case_sources(s->file, a, &rows, &count, err);
    struct named *seen = ok ? ARENA_ARRAY(a, struct named, count + 1) : NULL;
    struct table known;
    table_init(&known, a, false);
    known.key = s->job.key;
    size_t n = seen ? gather(rows, count, &known, seen) : 0;
    for (size_t from = 0, to; from < n && ok; from = to) {
        for (to = from; to < n && str_eq(seen[to].collection, seen[from].collection);) {
            to++;
        }
        str host = host_of(seen + from, to - from);
        ok = host.len == 0 || case_name_host(s->file, seen[from].collection, host, err);
    }
    return ok;
}

bool scan_hosts(struct scanning *s, struct err *err)
{
    struct arena a;
    arena_init(&a, LIMIT_GIB);
    bool ok = name_hosts(s, &a, err);
    arena_done(&a);
    return ok;
}
