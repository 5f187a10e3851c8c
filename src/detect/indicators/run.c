/* Looking: the values of an event become canonical and are asked for, each kind that its field can
 * hold. */
#include "base/reader.h"
#include "base/text.h"
#include "detect/indicators/quiet.h"
#include "detect/indicators/set.h"
#include "detect/indicators/tokens.h"
#include "model/value.h"

#include <stdlib.h>
#include <string.h>

enum {
    MATCHES_MAX = 64, /* of one event */
    BORDERS_MAX = 32, /* labels of a domain, folders of a path */
};

struct match {
    uint32_t rule, line, number; /* of its facts */
    const struct image *image;
    enum indicator_kind kind;
    struct facts facts;
    str value, field, caveat, likeness;
};

struct indicator_run {
    const struct indicators *set;
    bool asked[AS_COUNT]; /* is any kind in the set that such a field can hold? */
    bool present[KIND_COUNT];
    struct match_scratch *scratch; /* NULL: there are no fragments */
    struct token_classes classes;
    struct quiet values, tokens; /* that match nothing */
    struct alike_tried tried;

    struct arena *arena; /* of the event at hand */
    usec time;
    str field;
    enum how how;
    struct canonical value;
    struct match matches[MATCHES_MAX];
    size_t nmatches;
    uint64_t more;
};

static bool has_any(const struct indicator_run *r, unsigned kinds)
{
    bool any = false;
    for (unsigned k = 0; k < KIND_COUNT; k++) {
        any |= (kinds >> k & 1) && r->present[k];
    }
    return any;
}

#define BIT(kind) (1u << KIND_##kind)
enum {
    OF_ADDRESS = BIT(ADDRESS) | BIT(NETWORK),
    OF_HOST = OF_ADDRESS | BIT(DOMAIN),
    OF_INSIDE = BIT(FRAGMENT) | BIT(EXPRESSION),
    OF_PATH = BIT(PATH) | BIT(NAME) | OF_INSIDE,
    OF_QUERY = OF_HOST | OF_PATH | BIT(URL) | BIT(MAIL),
};

static void open_fragments(struct indicator_run *r)
{
    struct err ignored;
    const struct matcher *m = r->set->fragments.matcher;
    r->scratch = m ? match_scratch_new() : NULL;
    if (r->scratch && !match_scratch_fit(r->scratch, m, &ignored)) {
        abort(); /* out of memory */
    }
}

struct indicator_run *indicator_run_new(const struct indicators *set)
{
    if (indicators_total(set) == 0) {
        return NULL;
    }
    struct indicator_run *r = calloc(1, sizeof *r);
    if (!r) {
        abort();
    }
    r->set = set;
    r->classes = token_classes();
    quiet_init(&r->values, set->making.head.key);
    quiet_init(&r->tokens, set->making.head.key);
    for (int k = 0; k < KIND_COUNT; k++) {
        r->present[k] = indicators_count(set, (enum indicator_kind)k) > 0;
    }
    open_fragments(r);
    alike_tried_init(&r->tried, &set->alike);
    r->asked[AS_ADDRESS] = has_any(r, OF_ADDRESS);
    r->asked[AS_HOST] = has_any(r, OF_HOST);
    r->asked[AS_URL] = has_any(r, OF_HOST | BIT(URL) | OF_INSIDE);
    r->asked[AS_STEM] = has_any(r, BIT(URL_PATH) | BIT(NAME) | OF_INSIDE);
    r->asked[AS_PATH] = has_any(r, OF_PATH);
    r->asked[AS_HASHES] = has_any(r, BIT(HASH) | BIT(IMPHASH));
    r->asked[AS_IMPHASH] = has_any(r, BIT(IMPHASH));
    r->asked[AS_ALIKE] = indicators_has_alike(set);
    r->asked[AS_SERVICE] = has_any(r, BIT(SERVICE));
    r->asked[AS_TASK] = has_any(r, BIT(TASK));
    r->asked[AS_REGISTRY] = has_any(r, BIT(REGISTRY));
    r->asked[AS_OBJECT] = has_any(r, OF_PATH | BIT(REGISTRY) | BIT(MUTEX));
    r->asked[AS_CERTIFICATE] = has_any(r, BIT(CERTIFICATE));
    r->asked[AS_SIGNER] = has_any(r, BIT(SIGNER));
    r->asked[AS_SUBJECT] = has_any(r, BIT(SUBJECT) | BIT(SIGNER) | OF_INSIDE);
    r->asked[AS_AGENT] = has_any(r, BIT(AGENT));
    r->asked[AS_ACCOUNT] = has_any(r, BIT(ACCOUNT) | BIT(MAIL));
    r->asked[AS_QUERY] = has_any(r, OF_QUERY);
    r->asked[AS_TEXT] = has_any(r, OF_QUERY | BIT(HASH));
    return r;
}

void indicator_run_free(struct indicator_run *r)
{
    if (r) {
        match_scratch_free(r->scratch);
        alike_tried_done(&r->tried);
    }
    free(r);
}

/* ---- what matched */

/* Words by which people say that others use it too. */
static bool is_vague(str caveat)
{
    static const str words[] = {
        STR_INIT("shared"), STR_INIT("reassigned"), STR_INIT("legitimate"), STR_INIT("legal"),
        STR_INIT("weak"),   STR_INIT("context"),    STR_INIT("normal"),
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_has_nocase(caveat, words[i])) {
            return true;
        }
    }
    return false;
}

static bool is_outside(const struct facts *f, usec time)
{
    return time != TIME_NONE && ((f->from != TIME_NONE && time < f->from) ||
                                 (f->until != TIME_NONE && time >= f->until));
}

static enum worth worth_of(const struct indicator_run *r, const struct facts *f, str caveat)
{
    bool unsure = f->confidence != CONFIDENCE_UNKNOWN && f->confidence < CONFIDENCE_WEAK;
    bool weak = unsure || f->part || is_outside(f, r->time) || is_vague(caveat);
    return f->benign ? WORTH_CONTEXT : weak ? WORTH_WEAK : WORTH_PLAIN;
}

static bool is_told(const struct indicator_run *r, const struct match *m)
{
    for (size_t i = 0; i < r->nmatches; i++) {
        const struct match *o = &r->matches[i];
        if (o->rule == m->rule && o->image == m->image && o->number == m->number &&
            o->line == m->line) {
            return true;
        }
    }
    return false;
}

struct candidate {
    const struct image *image;
    enum indicator_kind kind;
    uint32_t line, facts;
    str value, caveat; /* of another list */
    str likeness;
};

static void tell(struct indicator_run *r, const struct candidate *c)
{
    const struct facts f = image_facts(c->image, c->facts);
    str caveat = c->caveat.len ? c->caveat : f.caveat;
    struct match m = {
        .rule = rule_number(c->kind, r->how, worth_of(r, &f, caveat)),
        .line = c->line,
        .number = c->facts,
        .image = c->image,
        .kind = c->kind,
        .facts = f,
        .value = c->value,
        .field = r->field,
        .caveat = caveat,
        .likeness = c->likeness,
    };
    if (f.caveat_only || is_told(r, &m)) {
        return;
    }
    if (r->nmatches == MATCHES_MAX) {
        r->more++;
        return;
    }
    m.value = arena_str(r->arena, c->value);
    r->matches[r->nmatches++] = m;
}

/* What another list has to say of the same. */
static str caveat_in(const struct image *im, const struct entries *found)
{
    for (size_t i = 0; i < found->count; i++) {
        if (entry_is(&found->items[i], found)) {
            const struct facts f = image_facts(im, found->items[i].facts);
            if (f.caveat_only) {
                return f.caveat;
            }
        }
    }
    return STR_NONE;
}

static str caveat_of(const struct indicators *set, enum indicator_kind k, bytes canonical)
{
    str caveat = STR_NONE;
    for (size_t i = 0; i < set->nimages && caveat.len == 0; i++) {
        struct entries found = image_find(&set->images[i], k, canonical);
        caveat = caveat_in(&set->images[i], &found);
    }
    return caveat;
}

static void ask_bytes(struct indicator_run *r, enum indicator_kind k, bytes canonical, str value)
{
    for (size_t i = 0; i < r->set->nimages; i++) {
        const struct image *im = &r->set->images[i];
        struct entries found = image_find(im, k, canonical);
        for (size_t n = 0; n < found.count; n++) {
            const struct entry *e = &found.items[n];
            if (entry_is(e, &found)) {
                tell(r, &(struct candidate){.image = im,
                                            .kind = k,
                                            .line = e->line,
                                            .facts = e->facts,
                                            .value = value,
                                            .caveat = caveat_of(r->set, k, canonical)});
            }
        }
    }
}

static bool ask(struct indicator_run *r, enum indicator_kind k, str value)
{
    bool is = r->present[k] && canonical(k, value, &r->value);
    if (is) {
        ask_bytes(r, k, (bytes){r->value.byte, r->value.len}, value);
    }
    return is;
}

/* ---- kinds that are more than one question */

/* What stands behind each border, too: evil.example is in www.evil.example, not in devil.example.
 * Domains have at least two labels. */
static void ask_ends(struct indicator_run *r, enum indicator_kind k, uint8_t border)
{
    size_t asked = 0;
    for (size_t i = 0; i < r->value.len && asked < BORDERS_MAX; i++) {
        bool begins = i == 0 || r->value.byte[i - 1] == border;
        if (begins) {
            bytes end = {r->value.byte + i, r->value.len - i};
            ask_bytes(r, k, end, str_of_bytes(end));
            asked++;
        }
    }
}

static void keep_prefix(struct canonical *c, size_t len, unsigned prefix)
{
    for (size_t i = 0; i < len; i++) {
        unsigned bits = prefix >= 8 * (i + 1) ? 8 : prefix > 8 * i ? prefix - 8 * (unsigned)i : 0;
        c->byte[i] &= (uint8_t)(0xff00u >> bits);
    }
    c->byte[len] = (uint8_t)prefix;
    c->len = len + 1;
}

static bool ask_address(struct indicator_run *r, str value)
{
    if (!canonical(KIND_ADDRESS, value, &r->value)) {
        return false;
    }
    size_t len = r->value.len;
    ask_bytes(r, KIND_ADDRESS, (bytes){r->value.byte, len}, value);
    for (unsigned prefix = r->present[KIND_NETWORK] ? (unsigned)len * 8 + 1 : 0; prefix-- > 0;) {
        if (r->set->prefixes[len > 4][prefix]) {
            keep_prefix(&r->value, len, prefix);
            ask_bytes(r, KIND_NETWORK, (bytes){r->value.byte, r->value.len}, value);
        }
    }
    return true;
}

static void ask_host(struct indicator_run *r, str value)
{
    size_t colon = str_find_char(value, ':');
    bool several = str_find_char(str_from(value, colon + 1), ':') + colon + 1 < value.len;
    bool number = value.len && (ascii_is_digit(value.p[0]) || value.p[0] == '[');
    if ((number || several) && ask_address(r, value)) {
        return;
    }
    str name = str_sub(value, 0, colon);
    if (r->present[KIND_DOMAIN] && canonical(KIND_DOMAIN, name, &r->value)) {
        ask_ends(r, KIND_DOMAIN, '.');
    }
}

static str host_of_url(str url)
{
    size_t at = str_find(url, STR("://")), end = 0;
    url = at < url.len ? str_from(url, at + 3) : url;
    while (end < url.len && url.p[end] != '/' && url.p[end] != '?' && url.p[end] != '#') {
        end++;
    }
    str host = str_sub(url, 0, end);
    size_t user = str_find_char(host, '@');
    return user < host.len ? str_from(host, user + 1) : host;
}

/* As it stands, and without its query. */
static void ask_url(struct indicator_run *r, str url)
{
    size_t query = str_find_char(url, '?');
    (void)ask(r, KIND_URL, url);
    if (query < url.len) {
        (void)ask(r, KIND_URL, str_sub(url, 0, query));
    }
    ask_host(r, host_of_url(url));
}

static void ask_name(struct indicator_run *r, str name)
{
    if (tail_fits(r->set, KIND_NAME, name)) {
        (void)ask(r, KIND_NAME, name);
    }
}

/* Whole, without its drive, and from each folder on; and its name. */
static void ask_path(struct indicator_run *r, str path)
{
    bool slash = str_find_char(str_from(path, path.len < 3 ? 0 : path.len - 3), '/') < 3;
    bool fits = r->present[KIND_PATH] && (slash || tail_fits(r->set, KIND_PATH, path));
    if (fits && canonical(KIND_PATH, path, &r->value)) {
        ask_ends(r, KIND_PATH, '\\');
        bool drive = r->value.len > 2 && r->value.byte[1] == ':';
        if (drive) {
            bytes end = {r->value.byte + 2, r->value.len - 2};
            ask_bytes(r, KIND_PATH, end, str_of_bytes(end));
        }
    }
    ask_name(r, str_base(path));
}

/* "SHA1=...,MD5=...", or a hash alone. */
static void ask_hashes(struct indicator_run *r, str all)
{
    str one;
    while (str_cut(&all, ',', &one)) {
        size_t equals = str_find_char(one, '=');
        str digits = str_trim(equals < one.len ? str_from(one, equals + 1) : one);
        bool imports = str_starts_nocase(str_trim(one), STR("imphash="));
        (void)ask(r, imports ? KIND_IMPHASH : KIND_HASH, digits);
    }
}

static void ask_stem(struct indicator_run *r, str stem)
{
    (void)ask(r, KIND_URL_PATH, stem);
    ask_name(r, str_base(stem));
}

static void ask_account(struct indicator_run *r, str account)
{
    (void)ask(r, KIND_ACCOUNT, account);
    if (str_find_char(account, '@') < account.len) {
        (void)ask(r, KIND_MAIL, account);
    }
}

/* A key of the registry, and each key that it lies below. */
static void ask_registry(struct indicator_run *r, str key)
{
    if (!r->present[KIND_REGISTRY] || !canonical(KIND_REGISTRY, key, &r->value)) {
        return;
    }
    size_t asked = 0, len = r->value.len;
    for (; len > 0 && asked < BORDERS_MAX; asked++) {
        memset(r->value.byte + len, 0, 8); /* what follows was asked for already */
        bytes whole = {r->value.byte, len};
        ask_bytes(r, KIND_REGISTRY, whole, str_of_bytes(whole));
        for (len--; len > 0 && r->value.byte[len] != '\\';) {
            len--;
        }
    }
}

static void ask_task(struct indicator_run *r, str task)
{
    if (canonical(KIND_TASK, task, &r->value)) {
        ask_ends(r, KIND_TASK, '\\');
    }
}

static void ask_object(struct indicator_run *r, str object)
{
    if (str_starts_nocase(object, STR("\\registry\\"))) {
        ask_registry(r, object);
    } else if (str_has_nocase(object, STR("\\basenamedobjects\\"))) {
        (void)ask(r, KIND_MUTEX, object);
    } else {
        ask_path(r, object);
    }
}

/* ---- texts in which anything may stand */

/* Most pieces end as no domain or name of the set does. */
static void ask_piece(struct indicator_run *r, str piece, unsigned holds)
{
    size_t at = str_find_char(piece, '@');
    if (at < piece.len) {
        (void)ask(r, KIND_MAIL, piece);
        ask_host(r, str_from(piece, at + 1));
        return;
    }
    bool number = piece.len && (ascii_is_digit(piece.p[0]) || (holds & TOKEN_COLON));
    if (piece.len > 3 &&
        (number || (holds & TOKEN_WIDE) || tail_fits(r->set, KIND_DOMAIN, piece))) {
        ask_host(r, piece);
    }
    if (piece.len > 3) {
        ask_name(r, piece);
    }
    if (piece.len >= 32) {
        (void)ask(r, KIND_HASH, piece);
    }
}

static void ask_token(struct indicator_run *r, const struct token *t)
{
    str rest = t->text, piece;
    if ((t->holds & TOKEN_COLON) && (t->holds & TOKEN_SLASH) && str_has(rest, STR("://"))) {
        ask_url(r, rest);
    } else if (t->holds & TOKEN_BACKSLASH) {
        ask_path(r, rest);
    } else if (t->holds & TOKEN_SLASH) {
        ask_path(r, rest);
        (void)ask(r, KIND_URL, rest);
        while (str_cut(&rest, '/', &piece)) {
            ask_piece(r, piece, t->holds);
        }
    } else if (t->holds & (TOKEN_DOT | TOKEN_COLON | TOKEN_AT)) {
        ask_piece(r, rest, t->holds);
    } else {
        (void)ask(r, KIND_HASH, rest);
    }
}

static void ask_text(struct indicator_run *r, str text, bool hashes)
{
    struct tokens tokens = tokens_of(&r->classes, text, hashes && r->present[KIND_HASH]);
    struct token t;
    uint64_t hash;
    while (token_next(&tokens, &t)) {
        uint64_t before = r->nmatches + r->more;
        if (!quiet_has(&r->tokens, AS_TEXT, bytes_of_str(t.text), &hash)) {
            ask_token(r, &t);
            if (r->nmatches + r->more == before) {
                quiet_keep(&r->tokens, hash);
            }
        }
    }
}

static str unescaped(struct arena *a, str s)
{
    char *out = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; out && i < s.len; i++) {
        int high = s.p[i] == '%' && i + 2 < s.len ? hex_value(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex_value(s.p[i + 2]) : -1;
        out[len++] = low >= 0 ? (char)((unsigned)high << 4 | (unsigned)low) : s.p[i];
        i += low >= 0 ? 2 : 0;
    }
    return out ? (str){out, len} : s;
}

static void ask_query(struct indicator_run *r, str query)
{
    if (memchr(query.p, '%', query.len)) {
        query = unescaped(r->arena, query);
    }
    if (memchr(query.p, '.', query.len) || memchr(query.p, ':', query.len)) {
        ask_text(r, query, false);
    }
}

/* ---- what is alike */

static void on_alike(void *ctx, const struct alikeness *found)
{
    const struct image *im = found->image;
    const bytes strings = {im->strings, im->head.strings};
    tell(ctx, &(struct candidate){.image = im,
                                  .kind = (enum indicator_kind)found->kept->kind,
                                  .line = found->kept->line,
                                  .facts = found->kept->facts,
                                  .value = image_string(strings, found->kept->text),
                                  .likeness = found->text});
}

/* ---- fields */

static void ask_as(struct indicator_run *r, enum reading_as as, str text)
{
    switch (as) {
    case AS_ADDRESS:
        (void)ask_address(r, text);
        break;
    case AS_HOST:
        ask_host(r, text);
        break;
    case AS_URL:
        ask_url(r, text);
        break;
    case AS_STEM:
        ask_stem(r, text);
        break;
    case AS_PATH:
        ask_path(r, text);
        break;
    case AS_HASHES:
        ask_hashes(r, text);
        break;
    case AS_AGENT:
        (void)ask(r, KIND_AGENT, text);
        break;
    case AS_ACCOUNT:
        ask_account(r, text);
        break;
    case AS_TEXT:
        ask_text(r, text, true);
        break;
    case AS_QUERY:
        ask_query(r, text);
        break;
    case AS_SERVICE:
        (void)ask(r, KIND_SERVICE, text);
        break;
    case AS_TASK:
        ask_task(r, text);
        break;
    case AS_REGISTRY:
        ask_registry(r, text);
        break;
    case AS_OBJECT:
        ask_object(r, text);
        break;
    case AS_CERTIFICATE:
        (void)ask(r, KIND_CERTIFICATE, text);
        break;
    case AS_SUBJECT:
        (void)ask(r, KIND_SUBJECT, text);
        (void)ask(r, KIND_SIGNER, text);
        break;
    case AS_SIGNER:
        (void)ask(r, KIND_SIGNER, text);
        break;
    case AS_IMPHASH:
        (void)ask(r, KIND_IMPHASH, text);
        break;
    case AS_ALIKE:
        r->more += !alike_hash(&r->set->alike, text, &r->tried, r->arena, on_alike, r);
        break;
    case AS_NOTHING:
    case AS_COUNT:
        break;
    }
}

/* Values in which fragments and expressions are searched for. */
static bool has_inside(enum reading_as as)
{
    return as == AS_TEXT || as == AS_QUERY || as == AS_PATH || as == AS_OBJECT || as == AS_STEM ||
           as == AS_URL || as == AS_SUBJECT;
}

static void ask_inside(struct indicator_run *r, str text)
{
    const struct fragments *f = &r->set->fragments;
    struct match_ids ids = matcher_run(f->matcher, r->scratch, text, MATCH_ALL);
    for (size_t i = 0; i < ids.count; i++) {
        const struct fragment *found = &f->items[ids.id[i]];
        tell(r, &(struct candidate){.image = found->image,
                                    .kind = (enum indicator_kind)found->kept->kind,
                                    .line = found->kept->line,
                                    .facts = found->kept->facts,
                                    .value = text});
    }
}

static void look_into(struct indicator_run *r, enum reading_as as, const struct field *f,
                      uint64_t hash)
{
    struct arena_mark mark = arena_mark(r->arena);
    uint64_t before = r->nmatches + r->more;
    str text = value_text(f, r->arena);
    ask_as(r, as, text);
    if (r->scratch && has_inside(as)) {
        ask_inside(r, text);
    }
    if (r->nmatches + r->more == before) {
        arena_rewind(r->arena, mark);
        quiet_keep(&r->values, hash);
    }
}

/* A hash is of what its event is about. */
static enum how how_of_hash(const struct origin *o)
{
    bool sysmon = str_has_nocase(o->channel, STR("sysmon"));
    bool ran = sysmon && (o->event_id == 1 || o->event_id == 6 || o->event_id == 7);
    bool wrote = sysmon && (o->event_id == 11 || o->event_id == 15 || o->event_id == 23 ||
                            o->event_id == 26 || o->event_id == 29);
    return ran ? HOW_EXECUTED : wrote ? HOW_WRITTEN : HOW_SEEN;
}

/* ---- telling */

static int by_rule(const void *a, const void *b)
{
    const struct match *x = a, *y = b;
    return x->rule != y->rule ? (x->rule > y->rule) - (x->rule < y->rule)
                              : (x->line > y->line) - (x->line < y->line);
}

static void add(struct named_value *fields, size_t *n, str name, str value)
{
    if (value.len) {
        fields[(*n)++] = (struct named_value){name, value};
    }
}

static void describe(struct indicator_run *r, const struct match *m, struct named_value *out,
                     size_t *n)
{
    const struct facts *f = &m->facts;
    struct arena *a = r->arena;
    str about = m->caveat.len ? arena_printf(a, "%.*s; %.*s", STR_ARG(f->about), STR_ARG(m->caveat))
                              : f->about;
    add(out, n, STR("Indicator"), m->value);
    add(out, n, STR("IndicatorAbout"), about);
    add(out, n, STR("IndicatorKind"), str_of(kind_name(m->kind)));
    add(out, n, STR("IndicatorLikeness"), m->likeness);
    add(out, n, STR("IndicatorField"), m->field);
    add(out, n, STR("IndicatorList"), arena_printf(a, "%.*s:%u", STR_ARG(f->list), m->line));
    add(out, n, STR("IndicatorId"), f->id);
    add(out, n, STR("IndicatorSource"), f->source);
    add(out, n, STR("IndicatorPhase"), f->phase);
    add(out, n, STR("IndicatorMarking"), tlp_name(f->tlp));
    if (f->confidence != CONFIDENCE_UNKNOWN) {
        add(out, n, STR("IndicatorConfidence"), text_u64(a, (uint64_t)f->confidence));
    }
    if (is_outside(f, r->time)) {
        add(out, n, STR("IndicatorValidity"),
            arena_printf(a, "%.*s/%.*s", STR_ARG(time_text(a, f->from)),
                         STR_ARG(time_text(a, f->until))));
    }
}

enum { FIELDS_A_MATCH = 12 };

static void tell_all(struct indicator_run *r, indicator_found *found, void *ctx)
{
    qsort(r->matches, r->nmatches, sizeof *r->matches, by_rule);
    for (size_t i = 0, to; i < r->nmatches; i = to) {
        for (to = i + 1; to < r->nmatches && r->matches[to].rule == r->matches[i].rule;) {
            to++;
        }
        struct indicator_hit hit = {.rule = r->matches[i].rule};
        struct named_value *fields =
            ARENA_ARRAY(r->arena, struct named_value, (to - i) * FIELDS_A_MATCH + 1);
        for (size_t k = i; fields && k < to; k++) {
            describe(r, &r->matches[k], fields, &hit.nfields);
        }
        if (fields && r->more) {
            add(fields, &hit.nfields, STR("IndicatorsMore"), text_u64(r->arena, r->more));
        }
        hit.fields = fields;
        found(ctx, &hit);
    }
}

static void begin(struct indicator_run *r, usec time, struct arena *a)
{
    r->arena = a;
    r->time = time;
    r->nmatches = 0;
    r->more = 0;
}

void indicator_run_event(struct indicator_run *r, const struct event *e, struct arena *a,
                         indicator_found *found, void *ctx)
{
    const struct meaning none = {AS_NOTHING, HOW_SEEN}, *meanings = r->set->meanings;
    const size_t count = r->set->nmeanings;
    begin(r, e->time, a);
    for (size_t i = 0; i < e->nfields; i++) {
        const struct field *f = &e->fields[i];
        struct meaning m = f->id < count ? meanings[f->id] : none;
        uint64_t hash, kind = (uint64_t)m.as << 8 | f->type;
        if (r->asked[m.as] && f->len >= 2 && f->type != VALUE_NULL &&
            !quiet_has(&r->values, kind, (bytes){f->data, f->len}, &hash)) {
            r->how = m.as == AS_HASHES ? how_of_hash(e->origin) : (enum how)m.how;
            r->field = f->name;
            look_into(r, (enum reading_as)m.as, f, hash);
        }
    }
    if (r->nmatches) {
        tell_all(r, found, ctx);
    }
}

static void ask_hash(struct indicator_run *r, bytes hash)
{
    r->field = STR("Hashes");
    memcpy(r->value.byte, hash.p, hash.len);
    memset(r->value.byte + hash.len, 0, 8);
    ask_bytes(r, KIND_HASH, (bytes){r->value.byte, hash.len},
              text_lower(r->arena, text_hex(r->arena, hash)));
}

void indicator_run_file(struct indicator_run *r, str path, const bytes *hashes, size_t nhashes,
                        struct arena *a, indicator_found *found, void *ctx)
{
    begin(r, TIME_NONE, a);
    r->how = HOW_SEEN;
    r->field = STR("TargetFilename");
    ask_path(r, path);
    if (r->scratch) {
        ask_inside(r, path);
    }
    for (size_t i = 0; r->present[KIND_HASH] && i < nhashes; i++) {
        ask_hash(r, hashes[i]);
    }
    tell_all(r, found, ctx);
}

bool indicator_run_alike(struct indicator_run *r, bytes file, struct arena *a,
                         indicator_found *found, void *ctx)
{
    begin(r, TIME_NONE, a);
    r->how = HOW_ALIKE;
    r->field = STR_NONE;
    bool all = alike_file(&r->set->alike, file, &r->tried, a, on_alike, r);
    tell_all(r, found, ctx);
    return all;
}
