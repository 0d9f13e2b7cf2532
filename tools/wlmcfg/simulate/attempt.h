/* tools/wlmcfg/simulate/attempt.h: one attempt of a request. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_ATTEMPT_H
#define WLMCFG_SIMULATE_ATTEMPT_H

#include "balance/outcome.h"
#include "tools/wlmcfg/simulate/simulation.h"

/** Something happens at a time; index and request by its kind. */
void wlmcfg_simulate_schedule(sim_t *sim, apr_time_t at, sim_event_kind_t kind, uint32_t index, sim_request_t *request);

/** The member that the module chooses now, acquired. */
wlm_pick_result_t wlmcfg_simulate_pick(sim_t *sim, sim_request_t *request);

/** Record how long the member took. @param is_error  it failed, which comes at once */
void wlmcfg_simulate_record_time(const sim_t *sim, const sim_request_t *request, int is_error);

/** The attempt has ended, and the member is released. */
void wlmcfg_simulate_record_attempt(sim_t *sim, sim_request_t *request, const wlm_attempt_t *attempt);
/** The same by its outcome, where it was the only one. @return 1: the request may go to another member */
int wlmcfg_simulate_record_outcome(sim_t *sim, sim_request_t *request, wlm_outcome_t outcome);

/** The request has ended, answered or not; after the think time the session sends the next one. */
void wlmcfg_simulate_end_request(sim_t *sim, sim_request_t *request);

/** An empty one; its memory may have been another one's. */
sim_request_t *wlmcfg_simulate_new_request(sim_t *sim);

/** Its member has nothing to do with it any more: its memory may be another request's. */
void wlmcfg_simulate_free_request(sim_t *sim, sim_request_t *request);

#endif
