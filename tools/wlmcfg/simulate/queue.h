/* tools/wlmcfg/simulate/queue.h: requests that wait in the cluster's queue (balance/waiting.h, shared/queue.h).
 * On main()'s thread. */
#ifndef WLMCFG_SIMULATE_QUEUE_H
#define WLMCFG_SIMULATE_QUEUE_H

#include "tools/wlmcfg/simulate/simulation.h"

/** All members are full: may it wait? @return 1: it waits; an event SIM_EVENT_WAIT comes. 0: there is no place */
int wlmcfg_simulate_queue_enter(sim_t *sim, sim_request_t *request);

/** It waits no more. @param is_served  it has had its turn */
void wlmcfg_simulate_queue_leave(sim_t *sim, sim_request_t *request, int is_served);

/** The request whose turn it is; NULL: none waits. */
sim_request_t *wlmcfg_simulate_queue_next(const sim_t *sim);

/** Its event has come. @param pwhy  out: why it waits no longer  @return 1: it goes on waiting, another event comes */
int wlmcfg_simulate_queue_goes_on(sim_t *sim, sim_request_t *request, sim_not_answered_t *pwhy);

#endif
