#include "model/assessment.h"

#include <assert.h>

struct event_kinds event_kinds_joined(struct event_kinds x, struct event_kinds y, struct arena *a)
{
    struct event_kind *out = ARENA_ARRAY(a, struct event_kind, x.count + y.count + 1);
    struct event_kinds all = {out, 0};
    size_t i = 0, k = 0;
    while (out && (i < x.count || k < y.count)) {
        bool left = k == y.count || (i < x.count && x.items[i].id <= y.items[k].id);
        bool right = i == x.count || (k < y.count && y.items[k].id <= x.items[i].id);
        out[all.count++] = (struct event_kind){
            .id = left ? x.items[i].id : y.items[k].id,
            .events = (left ? x.items[i].events : 0) + (right ? y.items[k].events : 0),
        };
        i += left;
        k += right;
    }
    return all;
}

static const char *const verdicts[] = {"none",      "cannot_tell", "scanned",
                                       "attempted", "exploited",   "compromised"};

static const struct {
    const char *name, *words;
} likelihoods[] = {
    {"not_stated",          N_("it cannot be said how likely")},
    {"almost_no_chance",    N_("almost no chance")            },
    {"very_unlikely",       N_("very unlikely")               },
    {"unlikely",            N_("unlikely")                    },
    {"roughly_even_chance", N_("roughly even chance")         },
    {"likely",              N_("likely")                      },
    {"very_likely",         N_("very likely")                 },
    {"almost_certain",      N_("almost certain")              },
};

const char *verdict_name(enum verdict_state s)
{
    assert(s < VERDICT_COUNT);
    return verdicts[s];
}

bool verdict_parse(str s, enum verdict_state *out)
{
    for (size_t i = 0; i < VERDICT_COUNT; i++) {
        if (str_eq(s, str_of(verdicts[i]))) {
            *out = (enum verdict_state)i;
            return true;
        }
    }
    return false;
}

const char *likelihood_name(enum likelihood l)
{
    assert(l < LIKELIHOOD_COUNT);
    return likelihoods[l].name;
}

const char *likelihood_words(enum likelihood l)
{
    assert(l < LIKELIHOOD_COUNT);
    return likelihoods[l].words;
}

const char *confidence_name(enum confidence c)
{
    static const char *const names[] = {"low", "moderate", "high"};
    assert(c < CONFIDENCE_COUNT);
    return names[c];
}

const char *outcome_name(enum outcome o)
{
    static const char *const names[] = {"parsed", "partly_parsed", "failed", "not_understood"};
    assert(o < OUTCOME_COUNT);
    return names[o];
}

const char *shell_state_name(enum shell_state s)
{
    static const char *const names[] = {"unknown", "there", "gone"};
    assert(s < SHELL_STATE_COUNT);
    return names[s];
}

const char *build_state_name(enum build_state s)
{
    static const char *const names[BUILD_STATE_COUNT] = {
        [BUILD_OPEN] = "open",
        [BUILD_UNCONFIRMED] = "unconfirmed",
        [BUILD_FIXED] = "fixed",
    };
    return names[s];
}
