#include "script.h"

enum { STREAM = 0x6272 };

void script_play(struct scene *s, usec hour, usec begins, const struct act *acts, size_t count)
{
    struct scene own = *s;
    for (size_t i = 0; i < count; i++) {
        usec t = begins + acts[i].after * 1000;
        if (t < hour || t >= hour + ACT_HOUR * 1000) {
            continue;
        }
        own.chance = chance_of(s->seed, STREAM + i);
        if (acts[i].stage) {
            truth_stage(s->truth, acts[i].stage, t);
        }
        acts[i].happens(&own, t);
    }
}
