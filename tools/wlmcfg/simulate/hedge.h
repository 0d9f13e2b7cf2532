/* tools/wlmcfg/simulate/hedge.h: requests that are with two members at a time (WLMHedge). Each of the two attempts is a
 * sim_request_t, and knows the other one as its rival. On main()'s thread.
 */
#ifndef WLMCFG_SIMULATE_HEDGE_H
#define WLMCFG_SIMULATE_HEDGE_H

#include "tools/wlmcfg/simulate/simulation.h"

/** An attempt begins: an event SIM_EVENT_HEDGE comes when a second member would get the request. */
void wlmcfg_simulate_hedge_begin(sim_t *sim, sim_request_t *request);

/** That time has come. @return the second attempt, with a member that is acquired; NULL: there is none */
sim_request_t *wlmcfg_simulate_hedge(sim_t *sim, sim_request_t *request);

/** Its member has answered, as first of the two, if there are two: the other attempt ends. */
void wlmcfg_simulate_hedge_answered(sim_t *sim, sim_request_t *request);

/** Its client has gone: the other attempt ends, too, if there is one. */
void wlmcfg_simulate_hedge_given_up(sim_t *sim, sim_request_t *request);

/** It has failed. @return 1: the other attempt goes on alone, and this one is over; 0: there is no other */
int wlmcfg_simulate_hedge_failed(sim_t *sim, sim_request_t *request, wlm_outcome_t outcome);

#endif
