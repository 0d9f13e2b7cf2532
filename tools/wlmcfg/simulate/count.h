/* tools/wlmcfg/simulate/count.h: counts while a simulation runs, into its tally. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_COUNT_H
#define WLMCFG_SIMULATE_COUNT_H

#include "tools/wlmcfg/simulate/simulation.h"

/** Before the first event. */
void wlmcfg_simulate_count_init(sim_t *sim);
/** sim->now has moved on. */
void wlmcfg_simulate_count_clock(sim_t *sim);
/** A request is about to be given to a member: by these weights. */
void wlmcfg_simulate_count_before(sim_t *sim);
/** A balanced request was given to a member. */
void wlmcfg_simulate_count_balanced(sim_t *sim, int member);
/** An attempt with a member has failed, or was answered by an error. */
void wlmcfg_simulate_count_failure(sim_t *sim, int member);
/** A request has come. */
void wlmcfg_simulate_count_begun(sim_t *sim, const sim_request_t *request);
/** It is answered. @param is_error  by an error */
void wlmcfg_simulate_count_answered(sim_t *sim, const sim_request_t *request, int is_error);
/** It goes to a second member, too. */
void wlmcfg_simulate_count_hedged(sim_t *sim, const sim_request_t *request);
/** One of its two members has answered first: if it was the second one that counts. */
void wlmcfg_simulate_count_hedge_won(sim_t *sim, const sim_request_t *request);
/** It is not, and will not be. */
void wlmcfg_simulate_count_not_answered(sim_t *sim, const sim_request_t *request, sim_not_answered_t why);
/** A member's counts of the present slice. */
sim_count_t *wlmcfg_simulate_count_of(sim_t *sim, int member);
/** All is over: sum up. */
void wlmcfg_simulate_count_end(sim_t *sim);

#endif
