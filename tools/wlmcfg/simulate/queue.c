/* `wlmcfg simulate`, the cluster's queue; as httpd/request/choice.c. (What the queue signals to threads that wait,
 * by the clock of the machine, is not read here.) On main()'s thread. */
#include "balance/waiting.h"
#include "tools/wlmcfg/simulate/attempt.h"
#include "tools/wlmcfg/simulate/queue.h"

#define POLL_INTERVAL apr_time_from_msec(200) /* as there: a request looks whether it has waited for long enough */

static void schedule(sim_t *sim, sim_request_t *request)
{
    apr_time_t end = wlm_waiting_end(&request->waiting, sim->cluster, sim->now), next = sim->now + POLL_INTERVAL;

    wlmcfg_simulate_schedule(sim, end < next ? end : next, SIM_EVENT_WAIT, request->serial, request);
}

int wlmcfg_simulate_queue_enter(sim_t *sim, sim_request_t *request)
{
    if (!wlm_waiting_enter(&request->waiting, sim->cluster, request->class_number, 1, sim->now)) {
        return 0;
    }
    sim->queued[request->waiting.position] = request;
    schedule(sim, request);
    return 1;
}

void wlmcfg_simulate_queue_leave(sim_t *sim, sim_request_t *request, int is_served)
{
    sim->queued[request->waiting.position] = NULL;
    wlm_waiting_leave(&request->waiting, sim->cluster, is_served, sim->now);
}

sim_request_t *wlmcfg_simulate_queue_next(const sim_t *sim)
{
    wlm_queue_t *queue = sim->cluster->queue;

    return queue && wlm_queue_waiting(queue) ? sim->queued[wlm_queue_next(queue, sim->now)] : NULL;
}

int wlmcfg_simulate_queue_goes_on(sim_t *sim, sim_request_t *request, sim_not_answered_t *pwhy)
{
    if (sim->now < wlm_waiting_end(&request->waiting, sim->cluster, sim->now)) {
        schedule(sim, request);
        return 1;
    }
    *pwhy = sim->now >= request->waiting.end ? SIM_WAITED : SIM_OVERLOAD;
    return 0;
}
