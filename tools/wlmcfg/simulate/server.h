/* tools/wlmcfg/simulate/server.h: members at work: each has so many workers, and what they have no worker for waits
 * in the order of its arrival. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_SERVER_H
#define WLMCFG_SIMULATE_SERVER_H

#include "tools/wlmcfg/simulate/simulation.h"

/** The request has come to the member that was chosen for it. */
void wlmcfg_simulate_server_receive(sim_t *sim, sim_request_t *request);

/** Its response is complete: the worker takes the next one. */
void wlmcfg_simulate_server_end(sim_t *sim, const sim_request_t *request);

/** The member dies: all that it has breaks off. */
void wlmcfg_simulate_server_kill(sim_t *sim, int member);

/** It has so many workers from now on; what is being worked on is finished. */
void wlmcfg_simulate_server_set_workers(sim_t *sim, int member, int workers);

#endif
