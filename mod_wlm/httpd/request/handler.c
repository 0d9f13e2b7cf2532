/* A request over its attempts: affinity, then member by member: choose, exchange, and what follows from the outcome. In
 * steps, on the thread that has the request. */
#include "httpd/request/handler.h"
#include <httpd.h>
#include <http_log.h>
#include "balance/cluster.h"
#include "balance/member.h"
#include "balance/model.h"
#include "balance/outcome.h"
#include "balance/pick.h"
#include "balance/retry_budget.h"
#include "balance/transports.h"
#include "base/clock.h"
#include "exchange/base.h"
#include "exchange/exchange.h"
#include "exchange/response.h"
#include "httpd/context/context.h"
#include "httpd/context/handlers.h"
#include "httpd/engine/task.h"
#include "httpd/request/attempt_log.h"
#include "httpd/request/beginning.h"
#include "httpd/request/binding.h"
#include "httpd/request/choice.h"
#include "httpd/request/client_side.h"
#include "httpd/request/doubt.h"
#include "httpd/request/hedging.h"
#include "httpd/request/holding.h"
#include "httpd/request/journey.h"
#include "httpd/request/linger.h"
#include "httpd/request/record.h"
#include "httpd/request/refuse.h"
#include "httpd/request/report.h"
#include "httpd/request/request_class.h"
#include "httpd/request/response_end.h"
#include "httpd/request/routed.h"
#include "httpd/request/span.h"
#include "httpd/request/tunnel.h"
#include "httpd/runtime/endpoints.h"

/* -- holding a member ------------------------------------------------------------------ */

static void end_retry(wlm_journey_t *journey)
{
    wlm_retry_budget_end(journey->request->cluster, &journey->retries);
}

/* The request has ended, perhaps in the midst of a wait: its process ends */
static apr_status_t release_at_end(void *data)
{
    wlm_journey_t *journey = data;

    wlm_choice_leave_queue(journey);
    wlm_binding_end_wait(journey);
    wlm_hedging_discard(journey);
    wlm_exchange_discard(journey->exchange);
    wlm_holding_release(journey);
    end_retry(journey);
    return APR_SUCCESS;
}

/* Primaries may not have it any more: a backup that none of their load goes to can, so that there is one for requests
 * that no primary answers. @return 1: it is held */
static int choose_backup(wlm_journey_t *journey)
{
    const wlm_member_t *last = journey->exchange->member;

    if (!journey->request->cluster->nbackups || last->cfg->tier == PLUGIN_CFG_BACKUP) {
        return 0;
    }
    journey->pick.backups_only = 1;
    return wlm_choice_now(journey) == WLM_PICK_OK;
}

/* A member has taken it. A request of which nothing was sent makes no more work for the members than a new one */
static int may_load_another(wlm_journey_t *journey)
{
    switch (wlm_retry_budget_ask(journey->request->cluster, &journey->retries, wlm_now())) {
    case WLM_RETRY_GRANTED:
        journey->stop = WLM_STOP_NONE;
        return 1;
    case WLM_RETRY_NO_ATTEMPT:
        journey->stop = WLM_STOP_ATTEMPTS;
        break;
    case WLM_RETRY_NO_BUDGET:
        journey->stop = WLM_STOP_RETRY_BUDGET;
        break;
    }
    if (choose_backup(journey)) {
        return 1;
    }
    atomic_fetch_add(&journey->request->cluster->shared->retries_refused, 1);
    return 0;
}

/* What the outcome says, limited by how often and how long the request may be tried. It may hold its next member
 * then */
static int may_go_on(wlm_journey_t *journey)
{
    int limit = journey->request->cluster->cfg->server_io_timeout_retry;

    if (wlm_outcome_next(&journey->exchange->attempt, &journey->repeat) == WLM_NEXT_DONE) {
        return 0;
    }
    if (journey->exchange->attempt.timed_out && journey->exchange->attempt.outcome != WLM_NOT_CONNECTED && limit >= 0
        && ++journey->time_outs > limit) {
        journey->stop = WLM_STOP_TIMEOUTS;
        return 0;
    }
    if (journey->deadline && wlm_now() >= journey->deadline) {
        journey->exchange->attempt.outcome = WLM_OUT_OF_TIME;
        return 0;
    }
    return !journey->exchange->attempt.sent || may_load_another(journey);
}

/* -- the stages: each goes on as far as it can ------------------------------------------------ */

/* The request has ended with what its handler returns */
static wlm_step_t end_with(wlm_journey_t *journey, int status)
{
    journey->task.status = status;
    journey->stage = WLM_JOURNEY_ENDED;
    return WLM_STEP_DONE;
}

static wlm_step_t go_to(wlm_journey_t *journey, wlm_journey_stage_t stage)
{
    journey->stage = stage;
    return WLM_STEP_DONE;
}

static wlm_step_t read_body(wlm_journey_t *journey)
{
    int status = wlm_beginning_read_body(journey);

    if (status == SUSPENDED) {
        return WLM_STEP_WAITS;
    }
    if (status == OK) {
        return go_to(journey, WLM_JOURNEY_ASK);
    }
    journey->task.status = status;
    return go_to(journey, WLM_JOURNEY_REFUSED);
}

/* Where nobody is asked that is over at once */
static wlm_step_t ask(wlm_journey_t *journey)
{
    int has_found;

    if (wlm_binding_wait(journey, &has_found)) {
        return WLM_STEP_WAITS;
    }
    if (has_found) {
        wlm_beginning_read_affinity(journey);
    }
    return go_to(journey, WLM_JOURNEY_CHOOSE);
}

static void begin_attempt(wlm_journey_t *journey)
{
    wlm_exchange_t *exchange = journey->exchange;

    wlm_client_side_select(journey, journey->pick.member,
                           wlm_transports_for(journey->pick.member, journey->pick.secure));
    journey->task.patience = &exchange->transport->endpoint->patience;
    exchange->deadline = journey->deadline;
    exchange->attempt.begun = journey->pick.now;
    wlm_hedging_begin(journey);
    wlm_exchange_begin(exchange);
}

static wlm_step_t choose(wlm_journey_t *journey)
{
    wlm_pick_result_t result;

    if (!journey->held) {
        if (wlm_choice_step(journey, &result) == WLM_STEP_WAITS) {
            return WLM_STEP_WAITS;
        }
        if (result != WLM_PICK_OK) {
            return end_with(journey, wlm_refuse_no_member(journey, result));
        }
    }
    begin_attempt(journey);
    return go_to(journey, WLM_JOURNEY_EXCHANGE);
}

/* The attempt has ended without a whole response, and has been recorded: another member, or the answer that there is
 * none */
static wlm_step_t retry(wlm_journey_t *journey)
{
    if (journey->exchange->attempt.outcome == WLM_CLIENT_GONE) {
        return end_with(journey, journey->exchange->client_left ? wlm_refuse_client_left(journey)
                                                               : journey->exchange->client_status);
    }
    return may_go_on(journey) ? go_to(journey, WLM_JOURNEY_CHOOSE) : end_with(journey, wlm_refuse_retry(journey));
}

/* A member has answered that it does not serve the request, and another one has been acquired */
static wlm_step_t go_elsewhere(wlm_journey_t *journey)
{
    wlm_exchange_discard(journey->exchange);
    return go_to(journey, WLM_JOURNEY_CHOOSE);
}

/* ... or that is the answer to the client */
static wlm_step_t begin_declined(wlm_journey_t *journey)
{
    journey->pick.member = journey->exchange->member;
    journey->recorded = journey->exchange->attempt.elapsed; /* up to its head */
    wlm_response_begin(journey->exchange);
    return go_to(journey, WLM_JOURNEY_DELIVER_DECLINED);
}

/* A member says that it is busy. Another one may do better; when there is none, this is the answer. */
static wlm_step_t retry_busy(wlm_journey_t *journey)
{
    wlm_holding_end_attempt(journey);
    return may_go_on(journey) && (journey->held || wlm_choice_now(journey) == WLM_PICK_OK) ? go_elsewhere(journey)
                                                                                           : begin_declined(journey);
}

/* -- a member that names another one (WLMAffinityOwner) ------------------------------------------------------- */

#define HOPS_MAX 2                 /* a resource that moves once more while a request follows it */

/* @param presult  whether the owner has been acquired, when it could be asked for
 * @return why the client is to get the 421; NULL: the owner could be asked for */
static const char *acquire_owner(wlm_journey_t *journey, wlm_member_t *owner, wlm_pick_result_t *presult)
{
    *presult = WLM_PICK_EXHAUSTED;
    if (!owner) {
        return "the cluster has no such member";
    }
    if (wlm_outcome_next(&journey->exchange->attempt, &journey->repeat) == WLM_NEXT_DONE) {
        return "the request's body was not kept (PostBufferSize, WLMPostBufferSize, WLMBodySpool)";
    }
    if (journey->deadline && wlm_now() >= journey->deadline) {
        return "WLMTotalTimeout is over";
    }
    if (journey->hops == HOPS_MAX) {
        return "the request has gone from member to member twice";
    }
    *presult = wlm_choice_owner(journey, owner);
    return *presult == WLM_PICK_EXHAUSTED ? "the request has been there" : NULL;
}

/* The table learns the owner also when this request does not go there. One that is down or full is a reason to come
 * again, which 421 is not. */
static wlm_step_t follow_owner(wlm_journey_t *journey)
{
    wlm_member_t *member = journey->exchange->member;
    wlm_member_t *owner = wlm_cluster_owner(member->cluster, journey->exchange->owner);
    wlm_pick_result_t result;
    const char *why_not;

    wlm_holding_end_attempt(journey);
    why_not = acquire_owner(journey, owner, &result);
    if (owner && owner != member) {
        wlm_binding_teach_owner(journey, result == WLM_PICK_OK ? journey->pick.member : owner);
    }
    if (why_not) {
        wlm_attempt_log_misdirected(journey, member, why_not);
        return begin_declined(journey);
    }
    if (result != WLM_PICK_OK) {
        wlm_exchange_discard(journey->exchange);
        return end_with(journey, wlm_refuse_no_member(journey, result));
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, journey->r, WLMNO(0228) "member %s of cluster %s says 421: %s is with "
                  "member %s, which gets the request", member->cfg->name, member->cluster->cfg->name, journey->r->uri,
                  journey->pick.member->cfg->name);
    return go_elsewhere(journey);
}

/* The member is well, and has no more to do with this as a request; but it stays in flight until the tunnel ends */
static wlm_step_t begin_tunnel(wlm_journey_t *journey)
{
    wlm_record_outcome(journey);
    end_retry(journey);
    journey->task.patience = NULL;
    wlm_member_begin_tunnel(journey->held);
    wlm_tunnel_begin(journey);
    return go_to(journey, WLM_JOURNEY_TUNNEL);
}

/* One attempt on the chosen member, or two, up to the response's head */
static wlm_step_t run_exchange(wlm_journey_t *journey)
{
    wlm_step_t step = wlm_hedging_step(journey);
    const wlm_exchange_t *exchange = journey->exchange; /* of the one that has answered */

    if (step == WLM_STEP_WAITS) {
        return step;
    }
    if (step == WLM_STEP_FAILED) {
        wlm_holding_end_attempt(journey);
        return retry(journey);
    }
    if (exchange->attempt.outcome == WLM_DELIVERED) {
        wlm_doubt_confirm(journey);
    }
    if (exchange->upgraded) {
        return begin_tunnel(journey);
    }
    if (exchange->attempt.outcome == WLM_BUSY) {
        return retry_busy(journey);
    }
    if (exchange->attempt.outcome == WLM_MISDIRECTED) {
        return follow_owner(journey);
    }
    wlm_response_begin(journey->exchange);
    return go_to(journey, WLM_JOURNEY_DELIVER);
}

static wlm_step_t deliver(wlm_journey_t *journey)
{
    wlm_exchange_t *exchange = journey->exchange;

    if (wlm_response_step(exchange) == WLM_STEP_WAITS) {
        return WLM_STEP_WAITS;
    }
    wlm_holding_end_attempt(journey);
    if (exchange->attempt.outcome == WLM_DELIVERED) {
        return end_with(journey, wlm_response_end_finish(journey));
    }
    return exchange->attempt.response_passed_on ? end_with(journey, wlm_response_end_break_off(journey))
                                                : retry(journey);
}

/* The outcome was recorded with the response's head; may_go_on() may have changed it */
static wlm_step_t deliver_declined(wlm_journey_t *journey)
{
    wlm_exchange_t *exchange = journey->exchange;

    if (wlm_response_step(exchange) == WLM_STEP_WAITS) {
        return WLM_STEP_WAITS;
    }
    journey->with_members += exchange->attempt.elapsed - journey->recorded;
    wlm_attempt_log_outcome(journey, exchange->member);
    return end_with(journey, exchange->attempt.outcome == WLM_DELIVERED ? wlm_response_end_finish(journey)
                             : exchange->attempt.response_passed_on ? wlm_response_end_break_off(journey)
                             : exchange->attempt.outcome != WLM_CLIENT_GONE ? HTTP_BAD_GATEWAY
                             : exchange->client_left ? wlm_refuse_client_left(journey) : exchange->client_status);
}

static wlm_step_t run_tunnel(wlm_journey_t *journey)
{
    const char *end = wlm_tunnel_step(journey);

    if (!end) {
        return WLM_STEP_WAITS;
    }
    wlm_record_tunnel(journey, end);
    wlm_holding_release(journey);
    return end_with(journey, OK);
}

static wlm_step_t run_stage(wlm_journey_t *journey)
{
    switch (journey->stage) {
    case WLM_JOURNEY_BODY:
        return read_body(journey);
    case WLM_JOURNEY_ASK:
        return ask(journey);
    case WLM_JOURNEY_CHOOSE:
        return choose(journey);
    case WLM_JOURNEY_EXCHANGE:
        return run_exchange(journey);
    case WLM_JOURNEY_DELIVER:
        return deliver(journey);
    case WLM_JOURNEY_DELIVER_DECLINED:
        return deliver_declined(journey);
    case WLM_JOURNEY_TUNNEL:
        return run_tunnel(journey);
    case WLM_JOURNEY_REFUSED:
    case WLM_JOURNEY_ENDED:
        break;
    }
    return WLM_STEP_DONE;
}

/* -- from the beginning to the end ---------------------------------------------------------------- */

static void end(wlm_journey_t *journey)
{
    wlm_doubt_decide(journey);
    end_retry(journey); /* the client may take much longer to receive the rest */
    wlm_request_class_count(journey);
    wlm_report_request(journey, journey->task.status);
}

static apr_status_t step(wlm_task_t *task)
{
    wlm_journey_t *journey = (wlm_journey_t *)task;

    while (journey->stage != WLM_JOURNEY_REFUSED && journey->stage != WLM_JOURNEY_ENDED) {
        if (run_stage(journey) == WLM_STEP_WAITS) {
            return APR_EAGAIN;
        }
    }
    if (journey->stage == WLM_JOURNEY_ENDED) {
        end(journey);
    }
    wlm_span_end(journey);
    return APR_SUCCESS;
}

/* Of clients whose bodies are read before a member is chosen */
static wlm_patience_t bodies;

static wlm_journey_t *make_journey(request_rec *r, const wlm_routed_t *request)
{
    wlm_journey_t *journey = apr_pcalloc(r->pool, sizeof(*journey));

    journey->task.r = journey->r = r;
    journey->task.step = step;
    journey->request = request;
    journey->exchange = &journey->first;
    wlm_client_side_init(journey, journey->exchange);
    journey->task.patience = &bodies;
    return journey;
}

int wlm_handler(request_rec *r)
{
    const wlm_routed_t *request = ap_get_module_config(r->request_config, &wlm_module);
    wlm_journey_t *journey;

    if (!request || !request->cluster || !r->handler || strcmp(r->handler, WLM_HANDLER) != 0) {
        return DECLINED;
    }
    journey = make_journey(r, request);
    journey->task.is_quick = wlm_linger_begin(r);
    wlm_beginning_read_head(journey);
    apr_pool_cleanup_register(r->pool, journey, release_at_end, apr_pool_cleanup_null);
    return wlm_task_serve(&journey->task);
}
