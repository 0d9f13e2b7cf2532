/* `wlmcfg simulate`, members at work. On main()'s thread. */
#include "base/random.h"
#include "tools/wlmcfg/simulate/attempt.h"
#include "tools/wlmcfg/simulate/server.h"

#define ERROR_TIME 1000            /* us until an error is there */

/* -- how long a request is work ------------------------------------------------------------------- */

static uint32_t draw(sim_t *sim)
{
    return (uint32_t)(wlm_random_next(&sim->random) >> 32);
}

/* Exponentially distributed, by comparing whole numbers alone (J. von Neumann, Various techniques used in connection
 * with random digits, 1951): so it is the same on every machine */
static apr_interval_time_t exponential(sim_t *sim, apr_interval_time_t mean)
{
    int whole, n;

    for (whole = 0;; ++whole) {
        uint32_t first = draw(sim), last = first, next;

        for (n = 1; (next = draw(sim)) < last; ++n) {
            last = next;
        }
        if (n % 2) {
            return mean * whole + mean * (first >> 16) / 65536;
        }
    }
}

static apr_interval_time_t work(sim_t *sim, const sim_server_t *server)
{
    apr_interval_time_t mean = sim->plan->response_time * server->factor;

    return sim->plan->has_random_times ? mean / 2 + exponential(sim, mean - mean / 2) : mean;
}

/* -- workers ---------------------------------------------------------------------------------------- */

static void respond_after(sim_t *sim, sim_request_t *request, apr_interval_time_t time)
{
    wlmcfg_simulate_schedule(sim, sim->now + time, SIM_EVENT_RESPONSE, 0, request);
}

static void begin_work(sim_t *sim, sim_server_t *server)
{
    while (server->first && server->busy < server->workers) {
        sim_request_t *request = server->first;

        server->first = request->next;
        server->busy++;
        request->has_worker = 1;
        respond_after(sim, request, work(sim, server));
    }
}

static void append(sim_server_t *server, sim_request_t *request)
{
    request->next = NULL;
    if (server->first) {
        server->last->next = request;
    }
    else {
        server->first = request;
    }
    server->last = request;
}

void wlmcfg_simulate_server_receive(sim_t *sim, sim_request_t *request)
{
    sim_server_t *server = &sim->servers[request->pick.member->index];

    request->has_worker = 0;
    if (server->fails || !server->workers) {
        respond_after(sim, request, server->fails ? ERROR_TIME : work(sim, server));
        return;
    }
    append(server, request);
    begin_work(sim, server);
}

void wlmcfg_simulate_server_end(sim_t *sim, const sim_request_t *request)
{
    sim_server_t *server = &sim->servers[request->pick.member->index];

    if (request->has_worker) {
        server->busy--;
        begin_work(sim, server);
    }
}

void wlmcfg_simulate_server_kill(sim_t *sim, int member)
{
    sim_server_t *server = &sim->servers[member];

    server->is_dead = 1;
    wlmcfg_simulate_break(&sim->events, member, sim->now);
    for (; server->first; server->first = server->first->next) {
        wlmcfg_simulate_schedule(sim, sim->now, SIM_EVENT_BREAK, 0, server->first);
    }
    server->busy = 0;
}

void wlmcfg_simulate_server_set_workers(sim_t *sim, int member, int workers)
{
    sim->servers[member].workers = workers;
    begin_work(sim, &sim->servers[member]);
}
