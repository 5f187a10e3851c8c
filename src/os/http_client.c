#include "os/http_client.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEAD_MAX = 64 << 10,
    REDIRECTS_MAX = 5,
    SLOWEST = 200, /* bytes a second */
    PATIENCE = 20, /* a whole answer may take so many times `silence` */
    SECRET_MAX = 4096,
};

struct http_client {
    CURL *curl;
    struct http_client_options options;
    struct buf head, body;
    char why[CURL_ERROR_SIZE];
};

/* ---- addresses */

/* Up to the end of the authority. */
static str origin_of(str url)
{
    size_t scheme = str_find(url, STR("://"));
    if (scheme == url.len) {
        return STR_NONE;
    }
    size_t at = scheme + 3;
    while (at < url.len && !strchr("/?#", url.p[at])) {
        at++;
    }
    return str_sub(url, 0, at);
}

/* Without the port that the scheme has anyhow. */
static str shortest(str origin)
{
    bool usual = (str_starts_nocase(origin, STR("https:")) && str_ends(origin, STR(":443"))) ||
                 (str_starts_nocase(origin, STR("http:")) && str_ends(origin, STR(":80")));
    return usual ? str_sub(origin, 0, str_find_char(str_from(origin, 6), ':') + 6) : origin;
}

bool http_same_host(str a, str b)
{
    str x = shortest(origin_of(a)), y = shortest(origin_of(b));
    return x.len > 0 && str_eq_nocase(x, y);
}

static bool is_loopback(str url)
{
    str host = str_from(origin_of(url), 7);
    return str_starts(host, STR("127.")) || str_eq_nocase(host, STR("localhost")) ||
           str_starts_nocase(host, STR("localhost:")) || str_starts(host, STR("[::1]"));
}

/* "127.evil.example" begins like loopback: only digits and dots do. */
static bool is_plain_loopback(str url)
{
    str host = str_from(origin_of(url), 7);
    if (!str_starts_nocase(url, STR("http://")) || !is_loopback(url)) {
        return false;
    }
    for (size_t i = 0; str_starts(host, STR("127.")) && i < host.len; i++) {
        if (!ascii_is_digit(host.p[i]) && host.p[i] != '.' && host.p[i] != ':') {
            return false;
        }
    }
    return true;
}

static bool may_be_asked(const char *url, struct err *err)
{
    str s = str_of(url);
    if (str_find_char(origin_of(s), '@') < origin_of(s).len) {
        return err_set(err, ERR_USAGE, "a user's name does not belong into the address");
    }
    return str_starts_nocase(s, STR("https://")) || is_plain_loopback(s) ||
           err_set(err, ERR_USAGE, "%.200s: only https:// is asked, and http:// on this machine",
                   url);
}

/* ---- what comes back */

static size_t take(struct buf *out, const char *p, size_t len)
{
    buf_bytes(out, p, len);
    return buf_ok(out) ? len : 0; /* 0 ends the transfer */
}

static size_t take_body(char *p, size_t one, size_t len, void *ctx)
{
    struct http_client *c = ctx;
    (void)one;
    return take(&c->body, p, len);
}

static size_t take_head(char *p, size_t one, size_t len, void *ctx)
{
    struct http_client *c = ctx;
    (void)one;
    return take(&c->head, p, len);
}

str http_reply_header(const struct http_reply *r, str name)
{
    str rest = r->head, line, found = STR_NONE;
    while (rest.len && str_cut(&rest, '\n', &line)) {
        size_t colon = str_find_char(line, ':');
        if (str_eq_nocase(str_sub(line, 0, colon), name)) {
            found = str_trim(str_from(line, colon + 1));
        }
    }
    return found;
}

/* ---- asking */

static bool explain(const struct http_client *c, const char *url, CURLcode code, struct err *err)
{
    if (!buf_ok(&c->body) || code == CURLE_FILESIZE_EXCEEDED) {
        return err_set(err, ERR_FULL, "%.200s: the answer is longer than %zu bytes", url,
                       c->options.body_max);
    }
    if (!buf_ok(&c->head)) {
        return err_set(err, ERR_FULL, "%.200s: the answer's head does not end", url);
    }
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return err_set(err, ERR_IO, "%.200s: no answer, or too slow a one, within %u seconds", url,
                       c->options.silence);
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
        return err_set(err, ERR_IO, "%.200s: the answer broke off", url);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return err_set(err, ERR_DENIED, "%.200s: its certificate cannot be trusted: %s", url,
                       c->why);
    default:
        return err_set(err, ERR_IO, "%.200s: %s", url,
                       c->why[0] ? c->why : curl_easy_strerror(code));
    }
}

static void set_common(struct http_client *c)
{
    CURL *h = c->curl;
    const struct http_client_options *o = &c->options;
    (void)curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
    (void)curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
    (void)curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)curl_easy_setopt(h, CURLOPT_NOPROXY, "localhost,127.0.0.0/8,127.0.0.1,::1");
    (void)curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(h, CURLOPT_USERAGENT, o->agent);
    (void)curl_easy_setopt(h, CURLOPT_ERRORBUFFER, c->why);
    (void)curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(h, CURLOPT_WRITEDATA, c);
    (void)curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_head);
    (void)curl_easy_setopt(h, CURLOPT_HEADERDATA, c);
    (void)curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)o->silence);
    (void)curl_easy_setopt(h, CURLOPT_LOW_SPEED_TIME, (long)o->silence);
    (void)curl_easy_setopt(h, CURLOPT_LOW_SPEED_LIMIT, (long)SLOWEST);
    (void)curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)o->silence * PATIENCE);
    (void)curl_easy_setopt(h, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)o->body_max);
    if (o->ca) {
        (void)curl_easy_setopt(h, CURLOPT_CAINFO, o->ca);
        (void)curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
    }
    if (o->secret) {
        (void)curl_easy_setopt(h, CURLOPT_HTTPAUTH, o->user ? CURLAUTH_BASIC : CURLAUTH_BEARER);
        (void)curl_easy_setopt(h, o->user ? CURLOPT_PASSWORD : CURLOPT_XOAUTH2_BEARER, o->secret);
        (void)curl_easy_setopt(h, CURLOPT_USERNAME, o->user);
    }
}

static struct curl_slist *headers_of(const struct http_ask *q)
{
    char line[512];
    struct curl_slist *list = NULL;
    (void)snprintf(line, sizeof line, "Accept: %s", q->accept);
    list = curl_slist_append(list, line);
    if (q->media) {
        (void)snprintf(line, sizeof line, "Content-Type: %s", q->media);
        list = curl_slist_append(list, line);
        list = curl_slist_append(list, "Expect:");
    }
    return list;
}

static bool ask_once(struct http_client *c, const struct http_ask *q, const char *url,
                     struct http_reply *out, struct err *err)
{
    long status = 0;
    const char *type = NULL;
    struct curl_slist *headers = headers_of(q);
    buf_done(&c->head);
    buf_done(&c->body);
    buf_init(&c->head, HEAD_MAX);
    buf_init(&c->body, c->options.body_max);
    curl_easy_reset(c->curl);
    set_common(c);
    c->why[0] = '\0';
    (void)curl_easy_setopt(c->curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers);
    if (q->media) {
        (void)curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.len);
        (void)curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, q->body.p);
    }
    CURLcode code = curl_easy_perform(c->curl);
    curl_slist_free_all(headers);
    if (code != CURLE_OK) {
        return explain(c, url, code, err);
    }
    (void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(c->curl, CURLINFO_CONTENT_TYPE, &type);
    *out = (struct http_reply){(unsigned)status, str_of(type), buf_str(&c->head),
                               bytes_of_str(buf_str(&c->body))};
    return true;
}

static bool is_redirect(unsigned status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* curl's own idea of it would hold the password. */
static bool resolve(const char *base, str location, char *out, size_t size)
{
    char to[4096];
    char *whole = NULL;
    CURLU *u = curl_url();
    bool ok = u && location.len && location.len < sizeof to;
    if (ok) {
        memcpy(to, location.p, location.len);
        to[location.len] = '\0';
        ok = curl_url_set(u, CURLUPART_URL, base, 0) == CURLUE_OK &&
             curl_url_set(u, CURLUPART_URL, to, 0) == CURLUE_OK &&
             curl_url_get(u, CURLUPART_URL, &whole, 0) == CURLUE_OK && strlen(whole) < size;
    }
    if (ok) {
        (void)strcpy(out, whole); /* the length was looked at */
    }
    curl_free(whole);
    curl_url_cleanup(u);
    return ok;
}

/* Where it points to; false when that is elsewhere. */
static bool next_address(const struct http_ask *q, const struct http_reply *r, char *url,
                         size_t size, struct err *err)
{
    if (!resolve(url, http_reply_header(r, STR("location")), url, size)) {
        return err_set(err, ERR_IO, "%.200s: redirected to nowhere", q->url);
    }
    if (!http_same_host(str_of(q->url), str_of(url))) {
        return err_set(err, ERR_DENIED,
                       "%.200s: redirected to another host, which is not followed: %.200s", q->url,
                       url);
    }
    return !q->media || err_set(err, ERR_DENIED,
                                "%.200s: redirected to %.200s; what is sent is sent only to the "
                                "address that was given",
                                q->url, url);
}

bool http_client_ask(struct http_client *c, const struct http_ask *q, struct http_reply *out,
                     struct err *err)
{
    char url[4096];
    if (strlen(q->url) >= sizeof url) {
        return err_set(err, ERR_USAGE, "%.200s...: no address is that long", q->url);
    }
    if (!may_be_asked(q->url, err)) {
        return false;
    }
    (void)strcpy(url, q->url);
    for (int i = 0; i <= REDIRECTS_MAX; i++) {
        if (!ask_once(c, q, url, out, err)) {
            return false;
        }
        if (!is_redirect(out->status)) {
            return true;
        }
        if (!next_address(q, out, url, sizeof url, err)) {
            return false;
        }
    }
    return err_set(err, ERR_IO, "%.200s: redirected again and again", q->url);
}

struct http_client *http_client_new(const struct http_client_options *o, struct err *err)
{
    if (str_of(o->agent).len == 0) {
        (void)err_set(err, ERR_USAGE, "who asks has to say who it is");
        return NULL;
    }
    struct http_client *c = calloc(1, sizeof *c);
    if (!c || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(c->curl = curl_easy_init())) {
        free(c);
        (void)err_set(err, ERR_IO, "libcurl does not start");
        return NULL;
    }
    c->options = *o;
    buf_init(&c->head, HEAD_MAX);
    buf_init(&c->body, o->body_max);
    return c;
}

void http_client_free(struct http_client *c)
{
    if (c) {
        curl_easy_cleanup(c->curl);
        curl_global_cleanup();
        buf_done(&c->head);
        buf_done(&c->body);
        free(c);
    }
}
