#include "formats/page/facts.h"

void facts_flow(struct facts *f, const struct flow *flow)
{
    for (size_t i = 0; i < f->nflows; i++) {
        struct flow *old = &f->flows[i];
        if (old->sink == flow->sink && old->sources == flow->sources &&
            str_eq(old->parameter, flow->parameter)) {
            return;
        }
    }
    if (f->nflows < FLOWS_MAX) {
        f->flows[f->nflows++] = *flow;
    }
}
