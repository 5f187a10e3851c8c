#include "formats/web/combined.h"

#include <string.h>

/* The fields, in the order of the format string. */
enum { IP, IDENT, USER, TIME, METHOD, STEM, QUERY, VERSION, STATUS, BYTES, REFERER, AGENT, EXTRA };

enum { STATUS_LEN = 3, VERSION_LEN = sizeof "HTTP/1.1" - 1 };

static inline void put(struct field *f, const char *from, const char *to)
{
    bool nothing = to - from == 1 && *from == '-';
    f->data = (const uint8_t *)from;
    f->len = nothing ? 0 : (uint32_t)(to - from);
}

static inline const char *blank_from(const char *at, const char *end)
{
    while (at < end && *at != ' ') {
        at++;
    }
    return at;
}

/* Behind the blank that ends it; NULL when none does. */
static inline const char *put_word(struct field *f, const char *from, const char *end)
{
    const char *blank = blank_from(from, end);
    put(f, from, blank);
    return blank < end ? blank + 1 : NULL;
}

/* The quote that ends what begins at `from`; NULL when a backslash may hide it. */
static inline const char *quote_from(const char *from, const char *end)
{
    const char *quote = memchr(from, '"', (size_t)(end - from));
    return quote && quote[-1] != '\\' ? quote : NULL;
}

/* Behind the blank that follows the user's name; NULL: it is not so simple. */
static const char *put_client(struct field *f, const char *at, const char *end)
{
    at = put_word(&f[IP], at, end);
    at = at ? put_word(&f[IDENT], at, end) : NULL;
    return at ? put_word(&f[USER], at, end) : NULL;
}

/* [03/Mar/2021:04:31:18 +0100] " */
static const char *put_time(struct log_pattern *p, const char *at, const char *end)
{
    if (end - at <= CLF_LEN + 4 || at[0] != '[' || memcmp(at + 1 + CLF_LEN, "] \"", 3) != 0) {
        return NULL;
    }
    put(&p->fields[TIME], at + 1, at + 1 + CLF_LEN);
    p->time = log_pattern_clf_time(p, (str){at + 1, CLF_LEN});
    return p->time == TIME_NONE ? NULL : at + 1 + CLF_LEN + 3;
}

/* GET /path?query HTTP/1.1 */
static bool put_request(struct field *f, const char *from, const char *end)
{
    const char *blank = from;
    while (blank < end && *blank >= 'A' && *blank <= 'Z') {
        blank++;
    }
    const char *uri = blank + 1, *version = end - VERSION_LEN;
    if (blank == from || version - 1 < uri || *blank != ' ' ||
        memcmp(version - 1, " HTTP/", 6) != 0 || memchr(version, ' ', VERSION_LEN)) {
        return false;
    }
    const char *last = version - 1;
    const char *question = memchr(uri, '?', (size_t)(last - uri));
    put(&f[METHOD], from, blank);
    put(&f[STEM], uri, question ? question : last);
    put(&f[QUERY], question ? question + 1 : last, last);
    put(&f[VERSION], version, end);
    return true;
}

/* The blank, status and blank behind the request; where the bytes begin. */
static const char *put_status(struct field *f, const char *at, const char *end)
{
    if (end - at <= STATUS_LEN + 2 || at[0] != ' ' || at[1 + STATUS_LEN] != ' ') {
        return NULL;
    }
    for (int i = 1; i <= STATUS_LEN; i++) {
        if (at[i] < '0' || at[i] > '9') {
            return NULL;
        }
    }
    put(f, at + 1, at + 1 + STATUS_LEN);
    return at + 2 + STATUS_LEN;
}

/* Behind the bytes: nothing in the common log format. */
static bool put_headers(struct field *f, const char *at, const char *end)
{
    if (at == end) {
        for (int i = REFERER; i <= EXTRA; i++) {
            put(&f[i], end, end);
        }
        return true;
    }
    const char *referer = at + 2;
    const char *quote = end - at > 2 && at[1] == '"' ? quote_from(referer, end) : NULL;
    if (!quote || end - quote <= 3 || quote[1] != ' ' || quote[2] != '"') {
        return false;
    }
    const char *agent = quote + 3, *last = quote_from(agent, end);
    if (!last || (last + 1 < end && last[1] != ' ')) {
        return false;
    }
    str extra = str_trim((str){last + 1, (size_t)(end - last - 1)});
    put(&f[REFERER], referer, quote);
    put(&f[AGENT], agent, last);
    put(&f[EXTRA], extra.p, extra.p + extra.len);
    return true;
}

bool combined_match(struct log_pattern *p, str line)
{
    struct field *f = p->fields;
    const char *end = line.p + line.len, *at = put_client(f, line.p, end);
    const char *request = at ? put_time(p, at, end) : NULL;
    const char *quote = request ? quote_from(request, end) : NULL;
    if (!quote || !put_request(f, request, quote)) {
        return false;
    }
    at = put_status(&f[STATUS], quote + 1, end);
    if (!at) {
        return false;
    }
    const char *blank = blank_from(at, end);
    put(&f[BYTES], at, blank);
    return put_headers(f, blank, end);
}
