#include "model/visit.h"

static bool earlier(const struct visit *a, const struct visit *b)
{
    if (a->first != b->first) {
        return b->first == TIME_NONE || (a->first != TIME_NONE && a->first < b->first);
    }
    return a->offset < b->offset;
}

static str first_word(const struct visit *a, str of_a, const struct visit *b, str of_b)
{
    bool mine = of_b.len == 0 || (of_a.len > 0 && !earlier(b, a));
    return mine ? of_a : of_b;
}

static usec earliest(usec a, usec b)
{
    return a == TIME_NONE || (b != TIME_NONE && b < a) ? b : a;
}

void visit_join(struct visit *into, const struct visit *more)
{
    into->account = first_word(into, into->account, more, more->account);
    into->agent = first_word(into, into->agent, more, more->agent);
    if (earlier(more, into)) {
        into->first = more->first;
        into->record = more->record;
        into->offset = more->offset;
        into->unit = more->unit;
    }
    into->last = more->last > into->last ? more->last : into->last; /* TIME_NONE is the least */
    into->ok_first = earliest(into->ok_first, more->ok_first);
    into->ok_last = more->ok_last > into->ok_last ? more->ok_last : into->ok_last;
    into->requests += more->requests;
    into->ok += more->ok;
    into->moved += more->moved;
    into->refused += more->refused;
    into->failed += more->failed;
    into->posts += more->posts;
    into->minutes += more->minutes;
    into->out += more->out;
    into->in += more->in;
    into->sized += more->sized;
    into->timed += more->timed;
    into->waited += more->waited;
    into->swept += more->swept;
    into->agents |= more->agents;
}

bool visit_is_sweep(const struct visit *client)
{
    enum { MANY_PAGES = 100 };
    return client->swept >= MANY_PAGES ||
           (client->refused >= MANY_PAGES && client->refused * 2 >= client->requests);
}
