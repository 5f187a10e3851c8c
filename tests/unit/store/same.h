/* Equality of model structs, member by member, written out: it shares nothing with shapes.c. */
#ifndef TESTS_STORE_SAME_H
#define TESTS_STORE_SAME_H

#include "kit.h"
#include "model/assessment.h"

#define SAME_STR(a, b) CHECK(str_eq((a), (b)))
#define SAME_INT(a, b) CHECK((a) == (b))
#define SAME_LIST(a, b, items, count, same)                                      \
    do {                                                                         \
        CHECK((a)->count == (b)->count);                                         \
        for (size_t i_ = 0; i_ < (a)->count && (a)->count == (b)->count; i_++) { \
            same(&(a)->items[i_], &(b)->items[i_]);                              \
        }                                                                        \
    } while (0)

static inline void same_str(const str *a, const str *b)
{
    SAME_STR(*a, *b);
}

static inline void same_text(const struct text *a, const struct text *b)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        SAME_STR(a->in[lang], b->in[lang]);
    }
}

static inline void same_ids(const struct ids *a, const struct ids *b)
{
    SAME_LIST(a, b, items, count, same_str);
}

static inline void same_claim(const struct claim *a, const struct claim *b)
{
    same_text(&a->text, &b->text);
    same_ids(&a->findings, &b->findings);
}

static inline void same_verdict(const struct verdict *a, const struct verdict *b)
{
    SAME_INT(a->state, b->state);
    SAME_INT(a->rung, b->rung);
    SAME_INT(a->rung_possible, b->rung_possible);
    SAME_INT(a->likelihood, b->likelihood);
    SAME_INT(a->confidence, b->confidence);
    same_ids(&a->because, &b->because);
    SAME_INT(a->first_seen, b->first_seen);
    SAME_INT(a->last_seen, b->last_seen);
    SAME_LIST(a, b, sentences, nsentences, same_claim);
}

static inline void same_gap(const struct gap *a, const struct gap *b)
{
    SAME_INT(a->from, b->from);
    SAME_INT(a->to, b->to);
}

static inline void same_kind(const struct event_kind *a, const struct event_kind *b)
{
    SAME_INT(a->id, b->id);
    SAME_INT(a->events, b->events);
}

static inline void same_source(const struct coverage_source *a, const struct coverage_source *b)
{
    SAME_STR(a->host, b->host);
    SAME_STR(a->kind, b->kind);
    SAME_INT(a->first, b->first);
    SAME_INT(a->last, b->last);
    SAME_INT(a->events, b->events);
    SAME_LIST(a, b, gaps, ngaps, same_gap);
    SAME_INT(a->clock_shift, b->clock_shift);
    SAME_LIST(a, b, ids, nids, same_kind);
}

static inline void same_spot(const struct blind_spot *a, const struct blind_spot *b)
{
    same_text(&a->text, &b->text);
    same_text(&a->remedy, &b->remedy);
    SAME_LIST(a, b, steps, nsteps, same_str);
}

static inline void same_problem(const struct unit_problem *a, const struct unit_problem *b)
{
    SAME_STR(a->unit, b->unit);
    SAME_INT(a->outcome, b->outcome);
    SAME_INT(a->reason, b->reason);
    SAME_INT(a->count, b->count);
    SAME_INT(a->offset, b->offset);
    SAME_INT(a->lost, b->lost);
    SAME_STR(a->example, b->example);
}

static inline void same_coverage(const struct coverage *a, const struct coverage *b)
{
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        SAME_INT(a->units[i], b->units[i]);
    }
    SAME_INT(a->events, b->events);
    SAME_INT(a->bytes, b->bytes);
    SAME_LIST(a, b, sources, nsources, same_source);
    SAME_LIST(a, b, blind_spots, nblind_spots, same_spot);
    SAME_LIST(a, b, problems, nproblems, same_problem);
}

static inline void same_stage(const struct stage *a, const struct stage *b)
{
    SAME_STR(a->id, b->id);
    same_text(&a->title, &b->title);
    SAME_INT(a->first, b->first);
    SAME_INT(a->last, b->last);
    SAME_LIST(a, b, claims, nclaims, same_claim);
    SAME_INT(a->seen, b->seen);
}

static inline void same_entity(const struct entity *a, const struct entity *b)
{
    SAME_STR(a->kind, b->kind);
    SAME_STR(a->role, b->role);
    SAME_STR(a->value, b->value);
    SAME_INT(a->first, b->first);
    SAME_INT(a->last, b->last);
    same_ids(&a->findings, &b->findings);
}

static inline void same_step(const struct dossier_step_seen *a, const struct dossier_step_seen *b)
{
    SAME_STR(a->id, b->id);
    same_text(&a->title, &b->title);
    SAME_STR(a->technique, b->technique);
    SAME_INT(a->visible, b->visible);
    same_ids(&a->findings, &b->findings);
}

static inline void same_public(const struct public_attribution *a,
                               const struct public_attribution *b)
{
    SAME_STR(a->who, b->who);
    SAME_STR(a->actor, b->actor);
    SAME_STR(a->words, b->words);
    SAME_STR(a->confidence, b->confidence);
    SAME_STR(a->source, b->source);
    SAME_STR(a->date, b->date);
}

static inline void same_dossier(const struct dossier_match *a, const struct dossier_match *b)
{
    SAME_STR(a->id, b->id);
    same_text(&a->name, &b->name);
    SAME_LIST(a, b, cves, ncves, same_str);
    SAME_LIST(a, b, steps, nsteps, same_step);
    SAME_LIST(a, b, attributions, nattributions, same_public);
}

static inline void same_contender(const struct contender_seen *a, const struct contender_seen *b)
{
    SAME_STR(a->actor, b->actor);
    SAME_STR(a->name, b->name);
    SAME_STR(a->country, b->country);
    SAME_INT(a->p, b->p);
    SAME_INT(a->nats, b->nats);
}

static inline void same_weighed(const struct weighed_item *a, const struct weighed_item *b)
{
    SAME_STR(a->kind, b->kind);
    SAME_STR(a->id, b->id);
    SAME_STR(a->name, b->name);
    SAME_STR(a->finding, b->finding);
    SAME_INT(a->trust, b->trust);
    SAME_INT(a->first, b->first);
    SAME_INT(a->second, b->second);
    SAME_INT(a->third, b->third);
}

static inline void same_linchpin(const struct linchpin *a, const struct linchpin *b)
{
    SAME_LIST(a, b, without, nwithout, same_str);
    SAME_STR(a->first, b->first);
    SAME_INT(a->p, b->p);
}

static inline void same_attribution(const struct attribution *a, const struct attribution *b)
{
    SAME_INT(a->named, b->named);
    SAME_STR(a->actor, b->actor);
    SAME_INT(a->likelihood, b->likelihood);
    SAME_INT(a->confidence, b->confidence);
    SAME_LIST(a, b, claims, nclaims, same_claim);
    SAME_INT(a->unknown, b->unknown);
    SAME_LIST(a, b, contenders, ncontenders, same_contender);
    SAME_LIST(a, b, ledger, nledger, same_weighed);
    SAME_LIST(a, b, linchpins, nlinchpins, same_linchpin);
    SAME_LIST(a, b, tell_apart, ntell_apart, same_weighed);
}

static inline void same_action(const struct action *a, const struct action *b)
{
    SAME_STR(a->id, b->id);
    same_text(&a->text, &b->text);
    same_text(&a->why, &b->why);
    SAME_STR(a->when, b->when);
    SAME_INT(a->forbidden, b->forbidden);
    same_ids(&a->findings, &b->findings);
}

static inline void same_shell(const struct shell *a, const struct shell *b)
{
    SAME_STR(a->host, b->host);
    SAME_STR(a->page, b->page);
    SAME_STR(a->path, b->path);
    SAME_INT(a->written, b->written);
    SAME_STR(a->writer, b->writer);
    SAME_INT(a->first, b->first);
    SAME_INT(a->last, b->last);
    SAME_INT(a->requests, b->requests);
    SAME_INT(a->ok, b->ok);
    SAME_INT(a->refused, b->refused);
    SAME_INT(a->posts, b->posts);
    SAME_INT(a->out, b->out);
    SAME_INT(a->in, b->in);
    SAME_INT(a->sized, b->sized);
    SAME_INT(a->started, b->started);
    SAME_LIST(a, b, addresses, naddresses, same_str);
    SAME_LIST(a, b, agents, nagents, same_str);
    SAME_INT(a->state, b->state);
    SAME_INT(a->by_trail, b->by_trail);
    same_ids(&a->findings, &b->findings);
}

static inline void same_taking(const struct taking *a, const struct taking *b)
{
    SAME_STR(a->kind, b->kind);
    SAME_STR(a->what, b->what);
    SAME_STR(a->client, b->client);
    SAME_INT(a->requests, b->requests);
    SAME_INT(a->least, b->least);
    SAME_INT(a->most, b->most);
    SAME_INT(a->bounded, b->bounded);
    SAME_INT(a->first, b->first);
    SAME_INT(a->last, b->last);
    same_text(&a->why, &b->why);
    same_ids(&a->findings, &b->findings);
}

static inline void same_reached(const struct reached *a, const struct reached *b)
{
    SAME_STR(a->how, b->how);
    SAME_STR(a->from, b->from);
    SAME_STR(a->target, b->target);
    SAME_STR(a->account, b->account);
    SAME_INT(a->times, b->times);
    SAME_INT(a->first, b->first);
    SAME_INT(a->last, b->last);
    same_ids(&a->findings, &b->findings);
}

static inline void same_foothold(const struct foothold *a, const struct foothold *b)
{
    SAME_STR(a->kind, b->kind);
    SAME_STR(a->value, b->value);
    SAME_STR(a->host, b->host);
    SAME_INT(a->first, b->first);
    same_text(&a->text, &b->text);
    same_ids(&a->findings, &b->findings);
}

static inline void same_bystander(const struct bystander *a, const struct bystander *b)
{
    SAME_STR(a->address, b->address);
    SAME_STR(a->agent, b->agent);
    SAME_INT(a->requests, b->requests);
    SAME_INT(a->refused, b->refused);
    SAME_INT(a->pages, b->pages);
    SAME_INT(a->first, b->first);
    SAME_INT(a->last, b->last);
    same_text(&a->why, &b->why);
}

static inline void same_not_followed(const struct not_followed *a, const struct not_followed *b)
{
    SAME_STR(a->kind, b->kind);
    SAME_STR(a->value, b->value);
    same_text(&a->why, &b->why);
}

static inline void same_process(const struct process *a, const struct process *b)
{
    SAME_INT(a->depth, b->depth);
    SAME_STR(a->host, b->host);
    SAME_STR(a->id, b->id);
    SAME_STR(a->image, b->image);
    SAME_STR(a->command, b->command);
    SAME_STR(a->account, b->account);
    SAME_INT(a->time, b->time);
    same_ids(&a->findings, &b->findings);
}

static inline void same_assessment(const struct assessment *a, const struct assessment *b)
{
    same_verdict(&a->verdict, &b->verdict);
    same_coverage(&a->coverage, &b->coverage);
    SAME_LIST(a, b, story, nstages, same_stage);
    SAME_LIST(a, b, entities, nentities, same_entity);
    SAME_LIST(a, b, dossiers, ndossiers, same_dossier);
    same_attribution(&a->attribution, &b->attribution);
    SAME_LIST(a, b, actions, nactions, same_action);
    SAME_LIST(a, b, shells, nshells, same_shell);
    SAME_INT(a->taken.least, b->taken.least);
    SAME_INT(a->taken.most, b->taken.most);
    SAME_INT(a->taken.bounded, b->taken.bounded);
    SAME_LIST(&a->taken, &b->taken, items, nitems, same_taking);
    SAME_LIST(a, b, persistence, npersistence, same_foothold);
    SAME_LIST(a, b, reached, nreached, same_reached);
    SAME_LIST(a, b, set_aside, nset_aside, same_bystander);
    SAME_LIST(a, b, not_followed, nnot_followed, same_not_followed);
    SAME_LIST(a, b, processes, nprocesses, same_process);
}

static inline void same_rule_entity(const struct rule_entity *a, const struct rule_entity *b)
{
    SAME_STR(a->field, b->field);
    SAME_STR(a->kind, b->kind);
    SAME_STR(a->role, b->role);
}

static inline void same_rule(const struct rule_info *a, const struct rule_info *b)
{
    SAME_STR(a->id, b->id);
    SAME_STR(a->title, b->title);
    SAME_STR(a->author, b->author);
    SAME_STR(a->status, b->status);
    SAME_STR(a->engine, b->engine);
    SAME_STR(a->source, b->source);
    SAME_STR(a->text, b->text);
    SAME_INT(a->level, b->level);
    SAME_LIST(a, b, tags, ntags, same_str);
    SAME_LIST(a, b, attack, nattack, same_str);
    SAME_LIST(a, b, tactics, ntactics, same_str);
    SAME_INT(a->rung, b->rung);
    SAME_INT(a->weight, b->weight);
    SAME_STR(a->stage, b->stage);
    same_text(&a->summary, &b->summary);
    same_text(&a->benign, &b->benign);
    SAME_LIST(a, b, entities, nentities, same_rule_entity);
    SAME_LIST(a, b, cves, ncves, same_str);
    SAME_STR(a->decode_field, b->decode_field);
    SAME_STR(a->decode_scheme, b->decode_scheme);
}

static inline void same_value(const struct named_value *a, const struct named_value *b)
{
    SAME_STR(a->name, b->name);
    SAME_STR(a->value, b->value);
}

static inline void same_ref(const struct entity_ref *a, const struct entity_ref *b)
{
    SAME_STR(a->kind, b->kind);
    SAME_STR(a->role, b->role);
    SAME_STR(a->value, b->value);
}

static inline void same_finding(const struct finding *a, const struct finding *b)
{
    SAME_STR(a->id, b->id);
    same_rule(a->rule, b->rule);
    SAME_STR(a->unit, b->unit);
    SAME_INT(a->record, b->record);
    SAME_INT(a->offset, b->offset);
    SAME_INT(a->len, b->len);
    SAME_INT(a->time, b->time);
    SAME_INT(a->raw_time, b->raw_time);
    SAME_STR(a->channel, b->channel);
    SAME_STR(a->host, b->host);
    SAME_INT(a->event_id, b->event_id);
    same_text(&a->summary, &b->summary);
    SAME_LIST(a, b, fields, nfields, same_value);
    SAME_LIST(a, b, entities, nentities, same_ref);
    SAME_INT(a->trail, b->trail);
    SAME_STR(a->led_by, b->led_by);
}

#endif
