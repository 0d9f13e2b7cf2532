/* `wlmcfg simulate`, requests that are with two members at a time. This follows httpd/request/hedging.c; a member works
 * on a request that is not waited for any longer all the same, as on that of a client that has gone. On main()'s
 * thread. */
#include "balance/hedge.h"
#include "tools/wlmcfg/simulate/attempt.h"
#include "tools/wlmcfg/simulate/count.h"
#include "tools/wlmcfg/simulate/hedge.h"

static int may_hedge(const sim_t *sim, const sim_request_t *request)
{
    const wlm_hedge_request_t facts = { .is_safe = 1, .has_session = sim->sessions[request->session].member >= 0,
                                        .is_probe = request->pick.probe };

    return wlm_hedge_may(&sim->cluster->options->hedge, &facts);
}

void wlmcfg_simulate_hedge_begin(sim_t *sim, sim_request_t *request)
{
    apr_interval_time_t delay;

    request->hedge.at = 0;
    request->hedge.counts = may_hedge(sim, request);
    if (request->hedge.counts && !request->hedge.is_used) {
        delay = wlm_hedge_delay(sim->cluster, sim->now);
        request->hedge.at = delay > 0 ? sim->now + delay : 0;
    }
    if (request->hedge.at) {
        wlmcfg_simulate_schedule(sim, request->hedge.at, SIM_EVENT_HEDGE, request->serial, request);
    }
}

/* -- the second attempt ------------------------------------------------------------------------------ */

static sim_request_t *make_second(sim_t *sim, sim_request_t *first, const wlm_pick_t *pick)
{
    sim_request_t *second = wlmcfg_simulate_new_request(sim);

    second->session = first->session;
    second->web = first->web;
    second->class_number = first->class_number;
    second->begun = first->begun;
    second->attempts = first->attempts;
    second->retries = first->retries;
    second->pick = *pick;
    first->pick.tried = pick->tried;
    second->hedge.is_second = second->hedge.is_used = first->hedge.is_used = 1;
    second->hedge.rival = first;
    first->hedge.rival = second;
    if (sim->plan->patience) {
        wlmcfg_simulate_schedule(sim, first->begun + sim->plan->patience, SIM_EVENT_GIVE_UP, second->serial, second);
    }
    return second;
}

sim_request_t *wlmcfg_simulate_hedge(sim_t *sim, sim_request_t *request)
{
    wlm_cluster_t *cluster = sim->cluster;
    wlm_pick_t pick = request->pick;

    request->hedge.at = 0;
    if (!wlm_hedge_take(cluster, sim->now)) {
        sim->tally.hedges_refused++;
        return NULL;
    }
    pick.now = sim->now;
    if (!wlm_pick_second(&pick, cluster)) {
        wlm_hedge_give_back(cluster);
        return NULL;
    }
    atomic_fetch_add(&pick.member->shared->requests, 1);
    atomic_fetch_add(&pick.member->shared->hedges, 1);
    wlmcfg_simulate_count_hedged(sim, request);
    return make_second(sim, request, &pick);
}

/* -- one of the two has ended ------------------------------------------------------------------------- */

/* No second member will get it, or has it. @return the other attempt, if there is one */
static sim_request_t *part(sim_request_t *request)
{
    sim_request_t *rival = request->hedge.rival;

    request->hedge.at = 0;
    if (rival) {
        rival->hedge.rival = request->hedge.rival = NULL;
    }
    return rival;
}

/* The time of the second one counts for no percentile */
static void note_time(const sim_t *sim, const sim_request_t *request)
{
    if (request->hedge.counts) {
        wlm_hedge_note_time(sim->cluster, sim->now - request->pick.now);
    }
}

/* Its member works on it all the same */
static void end_attempt(sim_t *sim, sim_request_t *request, const wlm_attempt_t *attempt)
{
    note_time(sim, request);
    wlmcfg_simulate_record_attempt(sim, request, attempt);
    request->is_over = request->is_given_up = 1;
}

void wlmcfg_simulate_hedge_answered(sim_t *sim, sim_request_t *request)
{
    sim_request_t *rival = part(request);
    wlm_attempt_t attempt = { .sent = 1 };

    note_time(sim, request);
    wlm_hedge_note_head(request->pick.member);
    if (rival) {
        attempt.begun = rival->pick.now;
        attempt.elapsed = sim->now - rival->pick.now;
        attempt.time_out_marks_down = rival->pick.member->cfg->server_io_timeout < 0;
        wlm_hedge_end_superseded(rival->pick.member, &attempt);
        end_attempt(sim, rival, &attempt);
        wlmcfg_simulate_count_hedge_won(sim, request);
    }
}

void wlmcfg_simulate_hedge_given_up(sim_t *sim, sim_request_t *request)
{
    const wlm_attempt_t attempt = { .outcome = WLM_CLIENT_GONE, .sent = 1 };
    sim_request_t *rival = part(request);

    if (rival) {
        end_attempt(sim, rival, &attempt);
    }
}

int wlmcfg_simulate_hedge_failed(sim_t *sim, sim_request_t *request, wlm_outcome_t outcome)
{
    const wlm_attempt_t attempt = { .outcome = outcome, .sent = outcome != WLM_NOT_CONNECTED };
    sim_request_t *rival = part(request);

    if (!rival) {
        return 0;
    }
    rival->retries.sent += attempt.sent;
    wlmcfg_simulate_record_attempt(sim, request, &attempt);
    request->is_over = 1;
    wlmcfg_simulate_free_request(sim, request);
    return 1;
}
