/* What parts give, in whatever order they are done, put back into the order of evidence. */
#ifndef ENGINE_ORDERED_H
#define ENGINE_ORDERED_H

#include "engine/plan.h"

struct ordered;

struct ordered_user {
    void *ctx;
    bool (*piece)(void *ctx, str unit, bytes piece, struct err *err);
    void (*end)(void *ctx, str unit, const struct tally *notes); /* behind its members */
};

struct ordered *ordered_new(const struct ordered_user *user);
void ordered_free(struct ordered *o);

void ordered_begun(struct ordered *o, struct unit *u); /* takes u->mark */
bool ordered_part(struct ordered *o, struct unit *u, uint32_t part, bytes piece, struct err *err);
bool ordered_ended(struct ordered *o, struct unit *u, struct err *err);
uint64_t ordered_waiting(const struct ordered *o); /* bytes */

#endif
