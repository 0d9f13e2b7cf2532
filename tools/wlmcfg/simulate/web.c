/* `wlmcfg simulate`, which of several web servers does something. On main()'s thread. */
#include "tools/wlmcfg/simulate/simulation.h"

void wlmcfg_simulate_act_as(sim_t *sim, int web)
{
    sim->web = web;
    sim->cluster = sim->webs[web].cluster;
    sim->queued = sim->webs[web].queued;
}
