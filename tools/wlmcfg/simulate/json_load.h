/* tools/wlmcfg/simulate/json_load.h: what `wlmcfg simulate --json` has of a load that members cannot answer.
 * On main()'s thread. */
#ifndef WLMCFG_SIMULATE_JSON_LOAD_H
#define WLMCFG_SIMULATE_JSON_LOAD_H

#include "tools/wlmcfg/common/json.h"
#include "tools/wlmcfg/simulate/simulation.h"

/** What the plan says of it. */
json_t *wlmcfg_simulate_json_plan_load(const sim_plan_t *plan, apr_pool_t *p);
/** How many requests were not answered, by reason. */
json_t *wlmcfg_simulate_json_not_answered(const sim_tally_t *tally);
/** Requests by class, in n slices from a first one on. */
json_t *wlmcfg_simulate_json_classes(const sim_t *sim, int first, int n);

#endif
