/* `wlmcfg simulate`, the run: sessions send requests, members answer them or fail, and the module's own functions
 * choose members and keep their health (attempt.c). This follows wlm_handler() (httpd/request/handler.c), where time is
 * simulated and an exchange is one event: connection refused, broken off, or answered after the response time. On
 * main()'s thread. */
#include "balance/found_limit.h"
#include "balance/pick.h"
#include "balance/reports.h"
#include "balance/transition.h"
#include "base/random.h"
#include "tools/wlmcfg/simulate/attempt.h"
#include "tools/wlmcfg/simulate/count.h"
#include "tools/wlmcfg/simulate/events.h"
#include "tools/wlmcfg/simulate/hedge.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/queue.h"
#include "tools/wlmcfg/simulate/server.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/simulate/tally.h"

/* -- requests ---------------------------------------------------------------------------------------- */

static void end_unanswered(sim_t *sim, sim_request_t *request, sim_not_answered_t why)
{
    wlmcfg_simulate_count_not_answered(sim, request, why);
    wlmcfg_simulate_end_request(sim, request);
}

static void fail_request(sim_t *sim, sim_request_t *request, sim_not_answered_t why)
{
    end_unanswered(sim, request, why);
    wlmcfg_simulate_free_request(sim, request);
}

/* Try member by member, until one has the request or none is left
 * @param result  a first choice */
static void try_members(sim_t *sim, sim_request_t *request, wlm_pick_result_t result)
{
    request->hedge.at = 0;
    while (result == WLM_PICK_OK && sim->servers[request->pick.member->index].is_dead) {
        result = wlmcfg_simulate_record_outcome(sim, request, WLM_NOT_CONNECTED) ? wlmcfg_simulate_pick(sim, request)
                                                                                 : WLM_PICK_EXHAUSTED;
    }
    if (result == WLM_PICK_FULL && wlmcfg_simulate_queue_enter(sim, request)) {
        return;
    }
    if (result != WLM_PICK_OK) {
        fail_request(sim, request, result == WLM_PICK_FULL ? SIM_FULL : SIM_UNAVAILABLE);
        return;
    }
    if (request->pick.session != WLM_SESSION_KEPT || !sim->plan->cfg->ignore_affinity_requests) {
        wlmcfg_simulate_count_balanced(sim, request->pick.member->index);
    }
    wlmcfg_simulate_server_receive(sim, request);
    wlmcfg_simulate_hedge_begin(sim, request);
}

/* At random, by the shares of the plan */
static int draw_class(sim_t *sim)
{
    int i, n = sim->plan->classes->nelts, left = n ? (int)(wlm_random_next(&sim->random) % 100) : 0;

    for (i = 0; i < n; ++i) {
        left -= sim->plan->shares[i];
        if (left < 0) {
            return i + 1;
        }
    }
    return 0;
}

/* At random, as what stands before them spreads connections; of one alone nothing is drawn */
static int draw_web(sim_t *sim)
{
    uint64_t n = (uint64_t)sim->plan->web_servers;

    return n > 1 ? (int)(wlm_random_next(&sim->random) % n) : 0;
}

static void begin_request(sim_t *sim, uint32_t session)
{
    sim_request_t *request = wlmcfg_simulate_new_request(sim);

    request->session = session;
    request->web = draw_web(sim);
    wlmcfg_simulate_act_as(sim, request->web);
    request->begun = sim->now;
    request->pick.random = wlm_random_next(&sim->random);
    request->class_number = draw_class(sim);
    wlmcfg_simulate_count_begun(sim, request);
    if (sim->plan->patience) {
        wlmcfg_simulate_schedule(sim, sim->now + sim->plan->patience, SIM_EVENT_GIVE_UP, request->serial,
                                 request);
    }
    try_members(sim, request, wlmcfg_simulate_pick(sim, request));
}

static void break_off(sim_t *sim, sim_request_t *request)
{
    if (request->is_given_up) {
        wlmcfg_simulate_free_request(sim, request);
    }
    else if (wlmcfg_simulate_hedge_failed(sim, request, WLM_NO_RESPONSE)) {
        return;
    }
    else if (wlmcfg_simulate_record_outcome(sim, request, WLM_NO_RESPONSE)) {
        try_members(sim, request, wlmcfg_simulate_pick(sim, request));
    }
    else {
        fail_request(sim, request, SIM_UNAVAILABLE);
    }
}

/* The session is on this member from now on */
static void move_session(sim_t *sim, const sim_request_t *request)
{
    sim_session_t *session = &sim->sessions[request->session];
    int member = request->pick.member->index;
    sim_count_t *count = wlmcfg_simulate_count_of(sim, member);

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
}

/* An error is a response as any other, for a session without a cookie */
static void answer(sim_t *sim, sim_request_t *request)
{
    int member = request->pick.member->index, is_error = sim->servers[member].fails;
    sim_count_t *count = wlmcfg_simulate_count_of(sim, member);

    if (sim->servers[member].utilization) {
        wlm_reports_note_load(request->pick.member, sim->servers[member].utilization / 100.0, sim->now);
    }
    wlmcfg_simulate_hedge_answered(sim, request);
    wlmcfg_simulate_record_time(sim, request, is_error);
    wlmcfg_simulate_record_outcome(sim, request, WLM_DELIVERED);
    wlmcfg_simulate_count_answered(sim, request, is_error);
    if (is_error) {
        wlmcfg_simulate_count_failure(sim, member);
    }
    else {
        count->requests++;
        move_session(sim, request);
    }
    wlmcfg_simulate_end_request(sim, request);
}

static void respond(sim_t *sim, sim_request_t *request)
{
    wlmcfg_simulate_server_end(sim, request);
    if (!request->is_given_up) {
        answer(sim, request);
    }
    wlmcfg_simulate_free_request(sim, request);
}

static void hedge(sim_t *sim, sim_request_t *request)
{
    sim_request_t *second = wlmcfg_simulate_hedge(sim, request);

    if (second && sim->servers[second->pick.member->index].is_dead) {
        wlmcfg_simulate_hedge_failed(sim, second, WLM_NOT_CONNECTED);
    }
    else if (second) {
        wlmcfg_simulate_server_receive(sim, second);
    }
}

/* -- clients that go, and the queue --------------------------------------------------------------------- */

/* While it waits, or while a member has it, which works on it all the same */
static void give_up(sim_t *sim, sim_request_t *request)
{
    if (request->waiting.is_in) {
        wlmcfg_simulate_queue_leave(sim, request, 0);
        fail_request(sim, request, SIM_GIVEN_UP);
        return;
    }
    request->is_given_up = 1;
    wlmcfg_simulate_hedge_given_up(sim, request);
    wlmcfg_simulate_record_outcome(sim, request, WLM_CLIENT_GONE);
    end_unanswered(sim, request, SIM_GIVEN_UP);
}

static void end_wait(sim_t *sim, sim_request_t *request)
{
    sim_not_answered_t why;

    if (!wlmcfg_simulate_queue_goes_on(sim, request, &why)) {
        wlmcfg_simulate_queue_leave(sim, request, 0);
        fail_request(sim, request, why);
    }
}

/* As long as the one whose turn it is finds a member */
static void serve_own_queue(sim_t *sim)
{
    sim_request_t *request;

    while ((request = wlmcfg_simulate_queue_next(sim)) != NULL) {
        wlm_pick_result_t result;

        request->pick.in_turn = 1;
        result = wlmcfg_simulate_pick(sim, request);
        request->pick.in_turn = 0;
        if (result == WLM_PICK_FULL) {
            return;
        }
        wlmcfg_simulate_queue_leave(sim, request, result == WLM_PICK_OK);
        try_members(sim, request, result);
    }
}

static void serve_queues(sim_t *sim)
{
    int i;

    for (i = 0; i < sim->plan->web_servers; ++i) {
        wlmcfg_simulate_act_as(sim, i);
        serve_own_queue(sim);
    }
}

/* Only while anything else is to happen: so it ends */
static void look_for_limits(sim_t *sim)
{
    int i, m;

    for (i = 0; i < sim->plan->web_servers; ++i) {
        for (m = 0; m < sim->tally.nmembers; ++m) {
            wlm_found_limit_look(&sim->webs[i].cluster->members[m], sim->now);
        }
    }
    if (sim->events.n) {
        wlmcfg_simulate_schedule(sim, sim->now + WLM_FOUND_LIMIT_INTERVAL, SIM_EVENT_LOOK, 0, NULL);
    }
}

static void weigh(sim_t *sim)
{
    wlm_reports_news_t *news = apr_palloc(sim->scratch, sizeof(*news) * (apr_size_t)(sim->tally.nmembers + 1));
    int i;

    for (i = 0; i < sim->plan->web_servers; ++i) {
        wlm_reports_update(sim->webs[i].cluster, news, sim->now, sim->scratch);
    }
    apr_pool_clear(sim->scratch);
    if (sim->now < SIM_START + sim->plan->duration) {
        wlmcfg_simulate_schedule(sim, sim->now + APR_USEC_PER_SEC, SIM_EVENT_WEIGH, 0, NULL);
    }
}

/* -- what happens ------------------------------------------------------------------------------------ */

/* With all web servers */
static void steer(sim_t *sim, int member, wlm_admin_mode_t mode, int weight)
{
    int i;

    for (i = 0; i < sim->plan->web_servers; ++i) {
        wlm_transition_admin(&sim->webs[i].cluster->members[member], wlm_admin_state_make(mode, weight, 0), sim->now);
    }
}

static void change(sim_t *sim, const sim_change_t *what)
{
    sim_server_t *server = &sim->servers[what->member];

    switch (what->kind) {
    case SIM_KILL:
        wlmcfg_simulate_server_kill(sim, what->member);
        break;
    case SIM_REVIVE:
        server->is_dead = server->fails = 0;
        break;
    case SIM_SLOW:
        server->factor = what->value;
        break;
    case SIM_FAIL:
        server->fails = 1;
        break;
    case SIM_DRAIN:
        steer(sim, what->member, WLM_DRAINING, WLM_ADMIN_STATE_AS_CONFIGURED);
        break;
    case SIM_WEIGHT:
        steer(sim, what->member, WLM_ENABLED, what->value);
        break;
    case SIM_REPORT:
        server->utilization = what->value;
        break;
    case SIM_WORKERS:
        wlmcfg_simulate_server_set_workers(sim, what->member, what->value);
        break;
    case SIM_CHANGES:
        break;
    }
}

/* One event for all sessions that have not begun: so the heap holds no more than the requests that are not answered */
static void put_arrival(sim_t *sim, uint32_t session)
{
    if (session < sim->plan->sessions) {
        wlmcfg_simulate_schedule(sim, SIM_START + sim->arrivals[session], SIM_EVENT_ARRIVAL, session, NULL);
    }
}

static void play_event(sim_t *sim, const sim_event_t *event)
{
    if (event->request) {
        wlmcfg_simulate_act_as(sim, event->request->web);
    }
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
    case SIM_EVENT_WAIT:
        if (event->request->serial == event->index && event->request->waiting.is_in) {
            end_wait(sim, event->request);
        }
        break;
    case SIM_EVENT_GIVE_UP:
        if (event->request->serial == event->index && !event->request->is_over) {
            give_up(sim, event->request);
        }
        break;
    case SIM_EVENT_HEDGE:
        if (event->request->serial == event->index && event->request->hedge.at == sim->now) {
            hedge(sim, event->request);
        }
        break;
    case SIM_EVENT_WEIGH:
        weigh(sim);
        break;
    case SIM_EVENT_LOOK:
        look_for_limits(sim);
        break;
    }
}

/* -- the whole -------------------------------------------------------------------------------------- */

/* With more than the members can work on what they have left could take for ever */
static int is_over(const sim_t *sim, const sim_event_t *event)
{
    return sim->plan->workers && event->at >= SIM_START + sim->plan->duration;
}

void wlmcfg_simulate_run(sim_t *sim, const sim_plan_t *plan, apr_pool_t *p)
{
    sim_event_t event;
    uint32_t i;

    wlmcfg_simulate_make(sim, plan, p);
    for (i = 0; i < (uint32_t)plan->changes->nelts; ++i) {
        wlmcfg_simulate_schedule(sim, SIM_START + APR_ARRAY_IDX(plan->changes, i, sim_change_t).at, SIM_EVENT_CHANGE, i,
                                 NULL);
    }
    put_arrival(sim, 0);
    if (plan->concurrency.max > 0) {
        wlmcfg_simulate_schedule(sim, SIM_START, SIM_EVENT_LOOK, 0, NULL);
    }
    if (wlmcfg_simulate_plan_has(plan, SIM_REPORT)) {
        wlmcfg_simulate_schedule(sim, SIM_START, SIM_EVENT_WEIGH, 0, NULL);
    }
    while (wlmcfg_simulate_pop(&sim->events, &event) && !is_over(sim, &event)) {
        sim->now = event.at;
        wlmcfg_simulate_count_clock(sim);
        play_event(sim, &event);
        serve_queues(sim);
    }
    wlmcfg_simulate_count_end(sim);
}
