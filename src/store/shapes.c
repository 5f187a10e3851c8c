/* The shapes of model/. A member added to a struct there is added here, and nowhere else. */
#include "store/shape.h"

#include <stddef.h>

#define SHAPE(type, table)                                                  \
    {                                                                       \
        .members = (table), .count = ARRAY_LEN(table), .size = sizeof(type) \
    }
#define PLAIN(type, member, k)                                     \
    {                                                              \
        .name = #member, .kind = (k), .at = offsetof(type, member) \
    }
#define ENUM(type, member, of)                                                             \
    {                                                                                      \
        .name = #member, .kind = MEMBER_ENUM, .at = offsetof(type, member), .names = &(of) \
    }
#define INSIDE(type, member, of)                                                             \
    {                                                                                        \
        .name = #member, .kind = MEMBER_STRUCT, .at = offsetof(type, member), .shape = &(of) \
    }
#define LIST(type, items, nitems, of)                                     \
    {                                                                     \
        .name = #items, .kind = MEMBER_LIST, .at = offsetof(type, items), \
        .count_at = offsetof(type, nitems), .shape = &(of)                \
    }
#define STRS(type, items, nitems)                                         \
    {                                                                     \
        .name = #items, .kind = MEMBER_STRS, .at = offsetof(type, items), \
        .count_at = offsetof(type, nitems)                                \
    }
#define IDS(type, member) /* a struct ids */                             \
    {                                                                    \
        .name = #member, .kind = MEMBER_STRS,                            \
        .at = offsetof(type, member) + offsetof(struct ids, items),      \
        .count_at = offsetof(type, member) + offsetof(struct ids, count) \
    }

static const char *level_of(int v)
{
    return level_name((enum level)v);
}

static const char *weight_of(int v)
{
    static const char *const names[] = {"context", "lead", "strong", "proof"};
    return names[v];
}

static const char *verdict_of(int v)
{
    return verdict_name((enum verdict_state)v);
}

static const char *likelihood_of(int v)
{
    return likelihood_name((enum likelihood)v);
}

static const char *confidence_of(int v)
{
    return confidence_name((enum confidence)v);
}

static const char *outcome_of(int v)
{
    return outcome_name((enum outcome)v);
}

static const char *shell_state_of(int v)
{
    return shell_state_name((enum shell_state)v);
}

static const char *build_state_of(int v)
{
    return build_state_name((enum build_state)v);
}

static const char *note_of(int v)
{
    return note_name((enum note_id)v);
}

static const struct enumeration levels = {level_of, LEVEL_COUNT}, weights = {weight_of, 4},
                                verdicts = {verdict_of, VERDICT_COUNT},
                                likelihoods = {likelihood_of, LIKELIHOOD_COUNT},
                                confidences = {confidence_of, CONFIDENCE_COUNT},
                                outcomes = {outcome_of, OUTCOME_COUNT},
                                shell_states = {shell_state_of, SHELL_STATE_COUNT},
                                build_states = {build_state_of, BUILD_STATE_COUNT},
                                note_ids = {note_of, NOTE_COUNT};

/* ---- rules and findings */

static const struct member text_members[] = {
    {.name = "text", .kind = MEMBER_TEXT},
};
const struct shape shape_text = SHAPE(struct text, text_members);

static const struct member named_value_members[] = {
    PLAIN(struct named_value, name, MEMBER_STR),
    PLAIN(struct named_value, value, MEMBER_STR),
};
const struct shape shape_named_value = SHAPE(struct named_value, named_value_members);

static const struct member entity_ref_members[] = {
    PLAIN(struct entity_ref, kind, MEMBER_STR),
    PLAIN(struct entity_ref, role, MEMBER_STR),
    PLAIN(struct entity_ref, value, MEMBER_STR),
};
const struct shape shape_entity_ref = SHAPE(struct entity_ref, entity_ref_members);

static const struct member rule_entity_members[] = {
    PLAIN(struct rule_entity, field, MEMBER_STR),
    PLAIN(struct rule_entity, kind, MEMBER_STR),
    PLAIN(struct rule_entity, role, MEMBER_STR),
};
static const struct shape rule_entity = SHAPE(struct rule_entity, rule_entity_members);

static const struct member rule_members[] = {
    PLAIN(struct rule_info, id, MEMBER_STR),
    PLAIN(struct rule_info, title, MEMBER_STR),
    PLAIN(struct rule_info, titles, MEMBER_TEXT),
    PLAIN(struct rule_info, author, MEMBER_STR),
    PLAIN(struct rule_info, status, MEMBER_STR),
    PLAIN(struct rule_info, engine, MEMBER_STR),
    PLAIN(struct rule_info, source, MEMBER_STR),
    ENUM(struct rule_info, level, levels),
    STRS(struct rule_info, tags, ntags),
    STRS(struct rule_info, attack, nattack),
    STRS(struct rule_info, tactics, ntactics),
    PLAIN(struct rule_info, rung, MEMBER_INT),
    ENUM(struct rule_info, weight, weights),
    PLAIN(struct rule_info, stage, MEMBER_STR),
    PLAIN(struct rule_info, summary, MEMBER_TEXT),
    PLAIN(struct rule_info, benign, MEMBER_TEXT),
    LIST(struct rule_info, entities, nentities, rule_entity),
    STRS(struct rule_info, cves, ncves),
    PLAIN(struct rule_info, decode_field, MEMBER_STR),
    PLAIN(struct rule_info, decode_scheme, MEMBER_STR),
    PLAIN(struct rule_info, text, MEMBER_STR),
};
const struct shape shape_rule = SHAPE(struct rule_info, rule_members);

/* ---- the assessment */

static const struct member claim_members[] = {
    PLAIN(struct claim, text, MEMBER_TEXT),
    IDS(struct claim, findings),
};
static const struct shape claim = SHAPE(struct claim, claim_members);

static const struct member verdict_members[] = {
    ENUM(struct verdict, state, verdicts),
    PLAIN(struct verdict, rung, MEMBER_INT),
    PLAIN(struct verdict, rung_possible, MEMBER_INT),
    ENUM(struct verdict, likelihood, likelihoods),
    ENUM(struct verdict, confidence, confidences),
    IDS(struct verdict, because),
    PLAIN(struct verdict, first_seen, MEMBER_TIME),
    PLAIN(struct verdict, last_seen, MEMBER_TIME),
    {.name = "sentences",
                                              .kind = MEMBER_FEW,
                                              .at = offsetof(struct verdict, sentences),
                                              .count_at = offsetof(struct verdict, nsentences),
                                              .max = 4,
                                              .shape = &claim},
};
const struct shape shape_verdict = SHAPE(struct verdict, verdict_members);

static const struct member gap_members[] = {
    PLAIN(struct gap, from, MEMBER_TIME),
    PLAIN(struct gap, to, MEMBER_TIME),
};
const struct shape shape_gap = SHAPE(struct gap, gap_members);

static const struct member event_kind_members[] = {
    PLAIN(struct event_kind, id, MEMBER_U32),
    PLAIN(struct event_kind, events, MEMBER_U64),
};
const struct shape shape_event_kind = SHAPE(struct event_kind, event_kind_members);

static const struct member source_members[] = {
    PLAIN(struct coverage_source, host, MEMBER_STR),
    PLAIN(struct coverage_source, kind, MEMBER_STR),
    PLAIN(struct coverage_source, first, MEMBER_TIME),
    PLAIN(struct coverage_source, last, MEMBER_TIME),
    PLAIN(struct coverage_source, events, MEMBER_U64),
    LIST(struct coverage_source, gaps, ngaps, shape_gap),
    PLAIN(struct coverage_source, clock_shift, MEMBER_I64),
    LIST(struct coverage_source, ids, nids, shape_event_kind),
};
static const struct shape source = SHAPE(struct coverage_source, source_members);

static const struct member blind_spot_members[] = {
    PLAIN(struct blind_spot, text, MEMBER_TEXT),
    PLAIN(struct blind_spot, remedy, MEMBER_TEXT),
    STRS(struct blind_spot, steps, nsteps),
};
static const struct shape blind_spot = SHAPE(struct blind_spot, blind_spot_members);

static const struct member problem_members[] = {
    PLAIN(struct unit_problem, unit, MEMBER_STR),    ENUM(struct unit_problem, outcome, outcomes),
    ENUM(struct unit_problem, reason, note_ids),     PLAIN(struct unit_problem, count, MEMBER_U64),
    PLAIN(struct unit_problem, offset, MEMBER_U64),  PLAIN(struct unit_problem, lost, MEMBER_U64),
    PLAIN(struct unit_problem, example, MEMBER_STR),
};
static const struct shape problem = SHAPE(struct unit_problem, problem_members);

/* An array by outcome reads better with names; outcome_name() has the same ones. */
static const struct member units_members[] = {
    {.name = "parsed",         .kind = MEMBER_U64, .at = OUTCOME_PARSED * sizeof(uint64_t)        },
    {.name = "partly_parsed",  .kind = MEMBER_U64, .at = OUTCOME_PARTLY * sizeof(uint64_t)        },
    {.name = "failed",         .kind = MEMBER_U64, .at = OUTCOME_FAILED * sizeof(uint64_t)        },
    {.name = "not_understood", .kind = MEMBER_U64, .at = OUTCOME_NOT_UNDERSTOOD * sizeof(uint64_t)},
};
static const struct shape units = SHAPE(uint64_t[OUTCOME_COUNT], units_members);

static const struct member coverage_members[] = {
    INSIDE(struct coverage, units, units),
    PLAIN(struct coverage, events, MEMBER_U64),
    PLAIN(struct coverage, bytes, MEMBER_U64),
    LIST(struct coverage, sources, nsources, source),
    LIST(struct coverage, blind_spots, nblind_spots, blind_spot),
    LIST(struct coverage, problems, nproblems, problem),
};
const struct shape shape_coverage = SHAPE(struct coverage, coverage_members);

static const struct member stage_members[] = {
    PLAIN(struct stage, id, MEMBER_STR),     PLAIN(struct stage, title, MEMBER_TEXT),
    PLAIN(struct stage, first, MEMBER_TIME), PLAIN(struct stage, last, MEMBER_TIME),
    PLAIN(struct stage, seen, MEMBER_BOOL),  LIST(struct stage, claims, nclaims, claim),
};
const struct shape shape_stage = SHAPE(struct stage, stage_members);

static const struct member entity_members[] = {
    PLAIN(struct entity, kind, MEMBER_STR),  PLAIN(struct entity, role, MEMBER_STR),
    PLAIN(struct entity, value, MEMBER_STR), PLAIN(struct entity, first, MEMBER_TIME),
    PLAIN(struct entity, last, MEMBER_TIME), IDS(struct entity, findings),
};
const struct shape shape_entity = SHAPE(struct entity, entity_members);

static const struct member step_members[] = {
    PLAIN(struct dossier_step_seen, id, MEMBER_STR),
    PLAIN(struct dossier_step_seen, title, MEMBER_TEXT),
    PLAIN(struct dossier_step_seen, technique, MEMBER_STR),
    PLAIN(struct dossier_step_seen, visible, MEMBER_BOOL),
    IDS(struct dossier_step_seen, findings),
};
static const struct shape step = SHAPE(struct dossier_step_seen, step_members);

static const struct member public_members[] = {
    PLAIN(struct public_attribution, who, MEMBER_STR),
    PLAIN(struct public_attribution, actor, MEMBER_STR),
    PLAIN(struct public_attribution, words, MEMBER_STR),
    PLAIN(struct public_attribution, confidence, MEMBER_STR),
    PLAIN(struct public_attribution, source, MEMBER_STR),
    PLAIN(struct public_attribution, date, MEMBER_STR),
};
static const struct shape public_attribution = SHAPE(struct public_attribution, public_members);

static const struct member dossier_members[] = {
    PLAIN(struct dossier_match, id, MEMBER_STR),
    PLAIN(struct dossier_match, name, MEMBER_TEXT),
    STRS(struct dossier_match, cves, ncves),
    LIST(struct dossier_match, steps, nsteps, step),
    LIST(struct dossier_match, attributions, nattributions, public_attribution),
};
const struct shape shape_dossier = SHAPE(struct dossier_match, dossier_members);

static const struct member contender_members[] = {
    PLAIN(struct contender_seen, actor, MEMBER_STR),
    PLAIN(struct contender_seen, name, MEMBER_STR),
    PLAIN(struct contender_seen, country, MEMBER_STR),
    PLAIN(struct contender_seen, p, MEMBER_REAL),
    PLAIN(struct contender_seen, nats, MEMBER_REAL),
};
static const struct shape contender = SHAPE(struct contender_seen, contender_members);

static const struct member weighed_members[] = {
    PLAIN(struct weighed_item, kind, MEMBER_STR),    PLAIN(struct weighed_item, id, MEMBER_STR),
    PLAIN(struct weighed_item, name, MEMBER_STR),    PLAIN(struct weighed_item, trust, MEMBER_REAL),
    PLAIN(struct weighed_item, finding, MEMBER_STR), PLAIN(struct weighed_item, first, MEMBER_REAL),
    PLAIN(struct weighed_item, second, MEMBER_REAL), PLAIN(struct weighed_item, third, MEMBER_REAL),
};
static const struct shape weighed = SHAPE(struct weighed_item, weighed_members);

static const struct member linchpin_members[] = {
    STRS(struct linchpin, without, nwithout),
    PLAIN(struct linchpin, first, MEMBER_STR),
    PLAIN(struct linchpin, p, MEMBER_REAL),
};
static const struct shape linchpin = SHAPE(struct linchpin, linchpin_members);

static const struct member attribution_members[] = {
    PLAIN(struct attribution, named, MEMBER_BOOL),
    PLAIN(struct attribution, actor, MEMBER_STR),
    ENUM(struct attribution, likelihood, likelihoods),
    ENUM(struct attribution, confidence, confidences),
    LIST(struct attribution, claims, nclaims, claim),
    PLAIN(struct attribution, unknown, MEMBER_REAL),
    LIST(struct attribution, contenders, ncontenders, contender),
    LIST(struct attribution, ledger, nledger, weighed),
    LIST(struct attribution, linchpins, nlinchpins, linchpin),
    LIST(struct attribution, tell_apart, ntell_apart, weighed),
};
const struct shape shape_attribution = SHAPE(struct attribution, attribution_members);

static const struct member action_members[] = {
    PLAIN(struct action, id, MEMBER_STR),         PLAIN(struct action, text, MEMBER_TEXT),
    PLAIN(struct action, why, MEMBER_TEXT),       PLAIN(struct action, when, MEMBER_STR),
    PLAIN(struct action, forbidden, MEMBER_BOOL), IDS(struct action, findings),
};
const struct shape shape_action = SHAPE(struct action, action_members);

/* ---- what came out of the trail */

static const struct member shell_members[] = {
    PLAIN(struct shell, host, MEMBER_STR),      PLAIN(struct shell, page, MEMBER_STR),
    PLAIN(struct shell, path, MEMBER_STR),      PLAIN(struct shell, written, MEMBER_TIME),
    PLAIN(struct shell, writer, MEMBER_STR),    PLAIN(struct shell, first, MEMBER_TIME),
    PLAIN(struct shell, last, MEMBER_TIME),     PLAIN(struct shell, requests, MEMBER_U64),
    PLAIN(struct shell, ok, MEMBER_U64),        PLAIN(struct shell, refused, MEMBER_U64),
    PLAIN(struct shell, posts, MEMBER_U64),     PLAIN(struct shell, out, MEMBER_U64),
    PLAIN(struct shell, in, MEMBER_U64),        PLAIN(struct shell, sized, MEMBER_U64),
    PLAIN(struct shell, started, MEMBER_U64),   STRS(struct shell, addresses, naddresses),
    STRS(struct shell, agents, nagents),        ENUM(struct shell, state, shell_states),
    PLAIN(struct shell, by_trail, MEMBER_BOOL), IDS(struct shell, findings),
};
const struct shape shape_shell = SHAPE(struct shell, shell_members);

static const struct member taking_members[] = {
    PLAIN(struct taking, kind, MEMBER_STR),
    PLAIN(struct taking, what, MEMBER_STR),
    PLAIN(struct taking, client, MEMBER_STR),
    PLAIN(struct taking, requests, MEMBER_U64),
    PLAIN(struct taking, least, MEMBER_U64),
    PLAIN(struct taking, most, MEMBER_U64),
    PLAIN(struct taking, bounded, MEMBER_BOOL),
    PLAIN(struct taking, first, MEMBER_TIME),
    PLAIN(struct taking, last, MEMBER_TIME),
    PLAIN(struct taking, why, MEMBER_TEXT),
    IDS(struct taking, findings),
};
static const struct shape taking = SHAPE(struct taking, taking_members);

static const struct member taken_members[] = {
    PLAIN(struct taken, least, MEMBER_U64),
    PLAIN(struct taken, most, MEMBER_U64),
    PLAIN(struct taken, bounded, MEMBER_BOOL),
    LIST(struct taken, items, nitems, taking),
};
const struct shape shape_taken = SHAPE(struct taken, taken_members);

static const struct member foothold_members[] = {
    PLAIN(struct foothold, kind, MEMBER_STR),  PLAIN(struct foothold, value, MEMBER_STR),
    PLAIN(struct foothold, host, MEMBER_STR),  PLAIN(struct foothold, first, MEMBER_TIME),
    PLAIN(struct foothold, text, MEMBER_TEXT), IDS(struct foothold, findings),
};
const struct shape shape_foothold = SHAPE(struct foothold, foothold_members);

static const struct member reached_members[] = {
    PLAIN(struct reached, how, MEMBER_STR),    PLAIN(struct reached, from, MEMBER_STR),
    PLAIN(struct reached, target, MEMBER_STR), PLAIN(struct reached, account, MEMBER_STR),
    PLAIN(struct reached, times, MEMBER_U64),  PLAIN(struct reached, first, MEMBER_TIME),
    PLAIN(struct reached, last, MEMBER_TIME),  IDS(struct reached, findings),
};
const struct shape shape_reached = SHAPE(struct reached, reached_members);

static const struct member bystander_members[] = {
    PLAIN(struct bystander, address, MEMBER_STR),  PLAIN(struct bystander, agent, MEMBER_STR),
    PLAIN(struct bystander, requests, MEMBER_U64), PLAIN(struct bystander, refused, MEMBER_U64),
    PLAIN(struct bystander, pages, MEMBER_U64),    PLAIN(struct bystander, first, MEMBER_TIME),
    PLAIN(struct bystander, last, MEMBER_TIME),    PLAIN(struct bystander, why, MEMBER_TEXT),
};
const struct shape shape_bystander = SHAPE(struct bystander, bystander_members);

static const struct member not_followed_members[] = {
    PLAIN(struct not_followed, kind, MEMBER_STR),
    PLAIN(struct not_followed, value, MEMBER_STR),
    PLAIN(struct not_followed, why, MEMBER_TEXT),
};
const struct shape shape_not_followed = SHAPE(struct not_followed, not_followed_members);

static const struct member process_members[] = {
    PLAIN(struct process, depth, MEMBER_U32),   PLAIN(struct process, host, MEMBER_STR),
    PLAIN(struct process, id, MEMBER_STR),      PLAIN(struct process, image, MEMBER_STR),
    PLAIN(struct process, command, MEMBER_STR), PLAIN(struct process, account, MEMBER_STR),
    PLAIN(struct process, time, MEMBER_TIME),   IDS(struct process, findings),
};
const struct shape shape_process = SHAPE(struct process, process_members);

static const struct member build_members[] = {
    PLAIN(struct build, host, MEMBER_STR),   PLAIN(struct build, product, MEMBER_STR),
    PLAIN(struct build, number, MEMBER_STR), PLAIN(struct build, first, MEMBER_TIME),
    PLAIN(struct build, last, MEMBER_TIME),  PLAIN(struct build, dossier, MEMBER_STR),
    ENUM(struct build, state, build_states), PLAIN(struct build, latest, MEMBER_BOOL),
    PLAIN(struct build, text, MEMBER_TEXT),
};
const struct shape shape_build = SHAPE(struct build, build_members);

static const struct member assessment_members[] = {
    INSIDE(struct assessment, verdict, shape_verdict),
    INSIDE(struct assessment, coverage, shape_coverage),
    LIST(struct assessment, story, nstages, shape_stage),
    LIST(struct assessment, entities, nentities, shape_entity),
    LIST(struct assessment, dossiers, ndossiers, shape_dossier),
    INSIDE(struct assessment, attribution, shape_attribution),
    LIST(struct assessment, actions, nactions, shape_action),
    LIST(struct assessment, shells, nshells, shape_shell),
    INSIDE(struct assessment, taken, shape_taken),
    LIST(struct assessment, persistence, npersistence, shape_foothold),
    LIST(struct assessment, reached, nreached, shape_reached),
    LIST(struct assessment, set_aside, nset_aside, shape_bystander),
    LIST(struct assessment, not_followed, nnot_followed, shape_not_followed),
    LIST(struct assessment, processes, nprocesses, shape_process),
    LIST(struct assessment, builds, nbuilds, shape_build),
};
const struct shape shape_assessment = SHAPE(struct assessment, assessment_members);
