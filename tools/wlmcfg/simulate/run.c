/* `wlmcfg simulate`, the run: sessions send requests, members answer them or fail, and the module's own functions
 * choose members and keep their health. This follows wlm_handler() (httpd/request/handler.c) and
 * wlm_record_outcome() (httpd/request/record.c), where time is simulated and an exchange is one event: connection
 * refused, broken off, or answered after the response time. On main()'s thread. */
#include <string.h>
#include "balance/availability.h"
#include "balance/left_out.h"
#include "balance/member.h"
#include "balance/outcome.h"
#include "balance/pick.h"
#include "balance/retry_budget.h"
#include "balance/transition.h"
#include "base/random.h"
#include "tools/wlmcfg/simulate/count.h"
#include "tools/wlmcfg/simulate/events.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/simulate/tally.h"

/* As a GET, which may be sent again unless a directive forbids it */
static const wlm_repeat_t repeatable = { .policy = WLM_RETRY_ORIGINAL, .body_kept = 1, .idempotent = 1 };

static void push(sim_t *sim, apr_time_t at, sim_event_kind_t kind, uint32_t index, sim_request_t *request)
{
    wlmcfg_simulate_push(&sim->events, (sim_event_t){ .at = at, .kind = kind, .index = index, .request = request });
}

/* -- requests ---------------------------------------------------------------------------------------- */

static const wlm_affinity_t no_session = { .source = WLM_AFFINITY_NO_SESSION };

static const wlm_affinity_t *cookie_of(const sim_t *sim, const sim_session_t *session)
{
    return session->member >= 0 ? &sim->cookies[session->member] : &no_session;
}

/* Does the clone id in the member's cookie lead to it? */
static int leads_back(const sim_t *sim, int member)
{
    const wlm_affinity_t *cookie = &sim->cookies[member];
    int i;

    for (i = 0; i < cookie->nids; ++i) {
        if (apr_hash_get(sim->cluster->by_clone_id, cookie->ids[i].id, (apr_ssize_t)cookie->ids[i].len)
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

static wlm_pick_result_t pick(sim_t *sim, sim_request_t *request)
{
    const sim_session_t *session = &sim->sessions[request->session];
    wlm_pick_result_t result;

    wlmcfg_simulate_count_before(sim);
    request->pick.now = sim->now;
    result = wlm_pick_member(&request->pick, sim->cluster, cookie_of(sim, session));
    if (result != WLM_PICK_OK) {
        return result;
    }
    sim->tally.repeated += request->attempts++ > 0;
    if (session->member >= 0 && session->member != request->pick.member->index) {
        request->cause = cause_of(sim, session->member);
    }
    return result;
}

/* The attempt has ended. @return 1: the request may go to another member */
static int record_outcome(sim_t *sim, sim_request_t *request, wlm_outcome_t outcome)
{
    wlm_attempt_t attempt = { .outcome = outcome, .sent = outcome != WLM_NOT_CONNECTED };
    wlm_member_t *member = request->pick.member;

    wlm_left_out_count(member, wlm_outcome_is_fault(&attempt), sim->now);
    wlm_transition_event(member, wlm_outcome_event(&attempt, request->pick.probe), sim->now, NULL);
    wlm_member_release(member);
    if (wlm_outcome_is_fault(&attempt)) {
        wlmcfg_simulate_count_of(sim, member->index)->failures++;
    }
    if (wlm_outcome_next(&attempt, &repeatable) == WLM_NEXT_DONE) {
        return 0;
    }
    if (attempt.sent && !request->retrying) {
        request->retrying = wlm_retry_budget_begin(sim->cluster);
        return request->retrying;
    }
    return 1;
}

/* The request has ended, answered or not; after the think time the session sends the next one */
static void end_request(sim_t *sim, sim_request_t *request)
{
    sim_session_t *session = &sim->sessions[request->session];

    sim->tally.requests++;
    if (request->retrying) {
        wlm_retry_budget_end(sim->cluster);
    }
    if (--session->left) {
        push(sim, sim->now + sim->plan->think_time, SIM_EVENT_REQUEST, request->session, NULL);
    }
    request->next = sim->free;
    sim->free = request;
}

static void fail_request(sim_t *sim, sim_request_t *request, wlm_pick_result_t result)
{
    sim->tally.failed[result]++;
    end_request(sim, request);
}

/* Try member by member, until one has the request or none is left */
static void try_members(sim_t *sim, sim_request_t *request)
{
    wlm_pick_result_t result = pick(sim, request);

    while (result == WLM_PICK_OK && sim->is_dead[request->pick.member->index]) {
        result = record_outcome(sim, request, WLM_NOT_CONNECTED) ? pick(sim, request) : WLM_PICK_EXHAUSTED;
    }
    if (result != WLM_PICK_OK) {
        fail_request(sim, request, result);
        return;
    }
    if (request->pick.session != WLM_SESSION_KEPT || !sim->plan->cfg->ignore_affinity_requests) {
        wlmcfg_simulate_count_balanced(sim, request->pick.member->index);
    }
    push(sim, sim->now + sim->plan->response_time, SIM_EVENT_RESPONSE, 0, request);
}

static void begin_request(sim_t *sim, uint32_t session)
{
    sim_request_t *request = sim->free;

    if (request) {
        sim->free = request->next;
    }
    else {
        request = apr_palloc(sim->pool, sizeof(*request));
    }
    memset(request, 0, sizeof(*request));
    request->session = session;
    request->pick.random = wlm_random_next(&sim->random);
    try_members(sim, request);
}

static void break_off(sim_t *sim, sim_request_t *request)
{
    if (record_outcome(sim, request, WLM_NO_RESPONSE)) {
        try_members(sim, request);
    }
    else {
        fail_request(sim, request, WLM_PICK_EXHAUSTED);
    }
}

/* The request is answered: the session is on this member from now on */
static void respond(sim_t *sim, sim_request_t *request)
{
    sim_session_t *session = &sim->sessions[request->session];
    int member = request->pick.member->index;
    sim_count_t *count = wlmcfg_simulate_count_of(sim, member);

    record_outcome(sim, request, WLM_DELIVERED);
    count->requests++;
    if (session->member < 0) {
        count->sessions++;
    }
    else if (session->member != member) {
        count->moved++;
        sim->tally.moves[request->cause]++;
        sim->tally.moved_sessions += !session->has_moved;
        session->has_moved = 1;
    }
    session->member = member;
    end_request(sim, request);
}

/* -- what happens ------------------------------------------------------------------------------------ */

static void change(sim_t *sim, const sim_change_t *what)
{
    wlm_member_t *member = &sim->cluster->members[what->member];

    switch (what->kind) {
    case SIM_KILL:
        sim->is_dead[what->member] = 1;
        wlmcfg_simulate_break(&sim->events, member, sim->now);
        break;
    case SIM_REVIVE:
        sim->is_dead[what->member] = 0;
        break;
    case SIM_DRAIN:
        wlm_transition_admin(member, wlm_admin_state_make(WLM_DRAINING, WLM_ADMIN_STATE_AS_CONFIGURED, 0), sim->now);
        break;
    case SIM_WEIGHT:
        wlm_transition_admin(member, wlm_admin_state_make(WLM_ENABLED, what->weight, 0), sim->now);
        break;
    }
}

/* One event for all sessions that have not begun: so the heap holds no more than the requests that are not answered */
static void put_arrival(sim_t *sim, uint32_t session)
{
    if (session < sim->plan->sessions) {
        push(sim, SIM_START + sim->arrivals[session], SIM_EVENT_ARRIVAL, session, NULL);
    }
}

static void play_event(sim_t *sim, const sim_event_t *event)
{
    switch (event->kind) {
    case SIM_EVENT_CHANGE:
        change(sim, &APR_ARRAY_IDX(sim->plan->changes, event->index, sim_change_t));
        break;
    case SIM_EVENT_ARRIVAL:
        put_arrival(sim, event->index + 1);
        begin_request(sim, event->index);
        break;
    case SIM_EVENT_REQUEST:
        begin_request(sim, event->index);
        break;
    case SIM_EVENT_RESPONSE:
        respond(sim, event->request);
        break;
    case SIM_EVENT_BREAK:
        break_off(sim, event->request);
        break;
    }
}

/* -- the whole -------------------------------------------------------------------------------------- */

void wlmcfg_simulate_run(sim_t *sim, const sim_plan_t *plan, apr_pool_t *p)
{
    sim_event_t event;
    uint32_t i;

    wlmcfg_simulate_make(sim, plan, p);
    for (i = 0; i < (uint32_t)plan->changes->nelts; ++i) {
        push(sim, SIM_START + APR_ARRAY_IDX(plan->changes, i, sim_change_t).at, SIM_EVENT_CHANGE, i, NULL);
    }
    put_arrival(sim, 0);
    while (wlmcfg_simulate_pop(&sim->events, &event)) {
        sim->now = event.at;
        wlmcfg_simulate_count_clock(sim);
        play_event(sim, &event);
    }
    wlmcfg_simulate_count_end(sim);
}
