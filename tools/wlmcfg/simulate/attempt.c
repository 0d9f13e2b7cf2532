/* `wlmcfg simulate`, one attempt of a request: the member that the module chooses for it, and what the module makes of
 * its outcome. This follows wlm_choice_step() (httpd/request/choice.c) and wlm_record_outcome()
 * (httpd/request/record.c). On main()'s thread. */
#include <string.h>
#include "balance/availability.h"
#include "balance/counters.h"
#include "balance/found_limit.h"
#include "balance/left_out.h"
#include "balance/member.h"
#include "balance/outcome.h"
#include "balance/peak_average.h"
#include "balance/pick.h"
#include "balance/policies.h"
#include "balance/retry_budget.h"
#include "balance/transition.h"
#include "tools/wlmcfg/simulate/attempt.h"
#include "tools/wlmcfg/simulate/count.h"

/* As a GET, which may be sent again unless a directive forbids it */
static const wlm_repeat_t repeatable = { .policy = WLM_RETRY_ORIGINAL, .body_kept = 1, .idempotent = 1 };

void wlmcfg_simulate_schedule(sim_t *sim, apr_time_t at, sim_event_kind_t kind, uint32_t index, sim_request_t *request)
{
    wlmcfg_simulate_push(&sim->events, (sim_event_t){ .at = at, .kind = kind, .index = index, .request = request });
}

static const wlm_affinity_t no_session = { .source = WLM_AFFINITY_NO_SESSION };

static const wlm_affinity_t *cookie_of(const sim_t *sim, const sim_session_t *session)
{
    return session->member >= 0 ? &sim->cookies[session->member] : &no_session;
}

/* Does what the requests of the member's sessions say lead to it? */
static int leads_back(const sim_t *sim, int member)
{
    const wlm_affinity_t *cookie = &sim->cookies[member];
    int i;

    for (i = 0; i < cookie->nids; ++i) {
        apr_hash_t *index = cookie->ids[i].is_name ? sim->cluster->by_name : sim->cluster->by_clone_id;

        if (apr_hash_get(index, cookie->ids[i].id, (apr_ssize_t)cookie->ids[i].len)
            == &sim->cluster->members[member]) {
            return 1;
        }
    }
    return 0;
}

/* Why a session's request did not go to its member */
static sim_cause_t cause_of(const sim_t *sim, int member)
{
    const wlm_member_t *left = &sim->cluster->members[member];
    wlm_availability_t availability = wlm_availability_of(left, sim->now);

    return !leads_back(sim, member) ? SIM_CAUSE_CLONE_ID : availability != WLM_MEMBER_USABLE ? SIM_CAUSE_DOWN
                                                                                       : SIM_CAUSE_FULL;
}

wlm_pick_result_t wlmcfg_simulate_pick(sim_t *sim, sim_request_t *request)
{
    const sim_session_t *session = &sim->sessions[request->session];
    wlm_pick_result_t result;

    wlmcfg_simulate_count_before(sim);
    request->pick.now = sim->now;
    result = wlm_pick_member(&request->pick, sim->cluster, cookie_of(sim, session));
    if (result != WLM_PICK_OK) {
        return result;
    }
    atomic_fetch_add(&request->pick.member->shared->requests, 1);
    atomic_fetch_add(&sim->cluster->shared->retries, request->attempts > 0);
    sim->tally.repeated += request->attempts > 0;
    sim->tally.views[sim->web].repeated += request->attempts++ > 0;
    if (session->member >= 0 && session->member != request->pick.member->index) {
        request->cause = cause_of(sim, session->member);
    }
    return result;
}

/* How long a member takes; an error comes at once. As in httpd/request/record.c */
void wlmcfg_simulate_record_time(const sim_t *sim, const sim_request_t *request, int is_error)
{
    _Atomic uint64_t *average = &request->pick.member->shared->response_average;
    apr_interval_time_t time = sim->now - request->pick.now;

    if (sim->cluster->policy->uses_times) {
        (is_error ? wlm_peak_average_add_error : wlm_peak_average_add)(average, time, sim->now);
    }
}

/* The response would have taken longer than that */
static void record_given_up(const sim_t *sim, const sim_request_t *request)
{
    wlm_member_t *member = request->pick.member;
    apr_interval_time_t time = sim->now - request->pick.now;

    if (sim->plan->concurrency.max > 0) {
        wlm_found_limit_give_up(member, time);
    }
    if (sim->cluster->policy->uses_times) {
        wlm_peak_average_add_wait(&member->shared->response_average, time, sim->now);
    }
}

/* Its last attempt, after one with a primary. @return 1: there is one more */
static int goes_to_backup(const sim_t *sim, sim_request_t *request, const wlm_member_t *last)
{
    request->pick.backups_only = sim->cluster->nbackups > 0 && last->cfg->tier != PLUGIN_CFG_BACKUP;
    return request->pick.backups_only;
}

void wlmcfg_simulate_record_attempt(sim_t *sim, sim_request_t *request, const wlm_attempt_t *attempt)
{
    wlm_member_t *member = request->pick.member;

    if (attempt->outcome == WLM_DELIVERED) {
        wlm_counters_add_time(member, sim->now - request->pick.now);
    }
    if (attempt->outcome == WLM_CLIENT_GONE || attempt->outcome == WLM_SUPERSEDED) {
        record_given_up(sim, request);
    }
    else {
        wlm_left_out_count(member, wlm_outcome_is_fault(attempt), sim->now);
    }
    wlm_transition_event(member, wlm_outcome_event(attempt, request->pick.probe), sim->now, NULL);
    wlm_member_release(member);
    if (wlm_outcome_is_fault(attempt)) {
        wlmcfg_simulate_record_time(sim, request, 1);
        wlmcfg_simulate_count_failure(sim, member->index);
    }
}

/* @return 1: the request may go to another member */
int wlmcfg_simulate_record_outcome(sim_t *sim, sim_request_t *request, wlm_outcome_t outcome)
{
    const wlm_attempt_t attempt = { .outcome = outcome, .sent = outcome != WLM_NOT_CONNECTED };
    const wlm_member_t *member = request->pick.member;

    wlmcfg_simulate_record_attempt(sim, request, &attempt);
    if (wlm_outcome_next(&attempt, &repeatable) == WLM_NEXT_DONE) {
        return 0;
    }
    return !attempt.sent || wlm_retry_budget_ask(sim->cluster, &request->retries, sim->now) == WLM_RETRY_GRANTED
           || goes_to_backup(sim, request, member);
}

/* The request has ended, answered or not; after the think time the session sends the next one */
void wlmcfg_simulate_end_request(sim_t *sim, sim_request_t *request)
{
    sim_session_t *session = &sim->sessions[request->session];

    request->is_over = 1;
    sim->tally.requests++;
    sim->tally.views[sim->web].requests++;
    wlm_retry_budget_end(sim->cluster, &request->retries);
    if (--session->left) {
        wlmcfg_simulate_schedule(sim, sim->now + sim->plan->think_time, SIM_EVENT_REQUEST, request->session, NULL);
    }
}

sim_request_t *wlmcfg_simulate_new_request(sim_t *sim)
{
    sim_request_t *request = sim->free ? sim->free : apr_pcalloc(sim->pool, sizeof(*request));
    uint32_t serial = request->serial + 1;

    sim->free = request->next;
    memset(request, 0, sizeof(*request));
    request->serial = serial;
    return request;
}

void wlmcfg_simulate_free_request(sim_t *sim, sim_request_t *request)
{
    request->next = sim->free;
    sim->free = request;
}
