/* A request over its attempts: affinity, then member by member: choose, exchange, and what follows from the outcome. In
 * steps, on the thread that has the request. */
#include "httpd/request/handler.h"
#include <httpd.h>
#include "balance/member.h"
#include "balance/model.h"
#include "balance/outcome.h"
#include "balance/pick.h"
#include "balance/retry_budget.h"
#include "balance/transports.h"
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/context/handlers.h"
#include "httpd/engine/task.h"
#include "httpd/request/attempt_log.h"
#include "httpd/request/beginning.h"
#include "httpd/request/choice.h"
#include "httpd/request/doubt.h"
#include "httpd/request/exchange.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/journey.h"
#include "httpd/request/linger.h"
#include "httpd/request/record.h"
#include "httpd/request/refuse.h"
#include "httpd/request/report.h"
#include "httpd/request/response.h"
#include "httpd/request/response_end.h"
#include "httpd/request/routed.h"
#include "httpd/request/tunnel.h"

/* -- holding a member ------------------------------------------------------------------ */

static void release(wlm_journey_t *j)
{
    if (j->held) {
        wlm_member_release(j->held);
        j->held = NULL;
    }
}

static void end_retry(wlm_journey_t *j)
{
    if (j->retrying) {
        wlm_retry_budget_end(j->request->cluster);
        j->retrying = 0;
    }
}

/* The request has ended, perhaps in the midst of a wait: its process ends */
static apr_status_t release_at_end(void *data)
{
    wlm_journey_t *j = data;

    wlm_choice_leave_queue(j);
    wlm_exchange_discard(&j->x);
    release(j);
    end_retry(j);
    return APR_SUCCESS;
}

/* The attempt has ended: the member is free for others */
static void record_and_release(wlm_journey_t *j)
{
    wlm_record_outcome(j);
    release(j);
}

/* What the outcome says, limited by how often and how long the request may be tried */
static int may_go_on(wlm_journey_t *j)
{
    int limit = j->request->cluster->cfg->server_io_timeout_retry;

    if (wlm_outcome_next(&j->x.attempt, &j->repeat) == WLM_NEXT_DONE) {
        return 0;
    }
    if (j->x.attempt.timed_out && j->x.attempt.outcome != WLM_NOT_CONNECTED && limit >= 0 && ++j->time_outs > limit) {
        j->stop = WLM_STOP_TIMEOUTS;
        return 0;
    }
    if (j->deadline && wlm_now() >= j->deadline) {
        j->x.attempt.outcome = WLM_OUT_OF_TIME;
        return 0;
    }
    /* a request of which nothing was sent makes no more work for the members than a new one */
    if (j->x.attempt.sent && !j->retrying && !(j->retrying = wlm_retry_budget_begin(j->request->cluster))) {
        j->stop = WLM_STOP_RETRY_BUDGET;
        return 0;
    }
    return 1;
}

/* -- the stages: each goes on as far as it can ------------------------------------------------ */

/* The request has ended with what its handler returns */
static wlm_step_t end_with(wlm_journey_t *j, int status)
{
    j->task.status = status;
    j->stage = WLM_JOURNEY_ENDED;
    return WLM_STEP_DONE;
}

static wlm_step_t go_to(wlm_journey_t *j, wlm_journey_stage_t stage)
{
    j->stage = stage;
    return WLM_STEP_DONE;
}

static wlm_step_t read_body(wlm_journey_t *j)
{
    int status = wlm_beginning_read_body(j);

    if (status == SUSPENDED) {
        return WLM_STEP_WAITS;
    }
    if (status == OK) {
        return go_to(j, WLM_JOURNEY_CHOOSE);
    }
    j->task.status = status;
    return go_to(j, WLM_JOURNEY_REFUSED);
}

static void begin_attempt(wlm_journey_t *j)
{
    wlm_exchange_t *x = &j->x;

    x->member = j->pick.member;
    x->transport = wlm_transports_for(x->member, j->pick.secure);
    x->failed_over = j->pick.failed_over;
    x->deadline = j->deadline;
    x->attempt.begun = j->pick.now;
    wlm_exchange_begin(x);
}

static wlm_step_t choose(wlm_journey_t *j)
{
    wlm_pick_result_t result;

    if (!j->held) {
        if (wlm_choice_step(j, &result) == WLM_STEP_WAITS) {
            return WLM_STEP_WAITS;
        }
        if (result != WLM_PICK_OK) {
            return end_with(j, wlm_refuse_no_member(j, result));
        }
    }
    begin_attempt(j);
    return go_to(j, WLM_JOURNEY_EXCHANGE);
}

/* The attempt has ended without a whole response, and has been recorded: another member, or the answer that there is
 * none */
static wlm_step_t retry(wlm_journey_t *j)
{
    if (j->x.attempt.outcome == WLM_CLIENT_GONE) {
        return end_with(j, j->x.client_left ? wlm_refuse_client_left(j) : j->x.client_status);
    }
    return may_go_on(j) ? go_to(j, WLM_JOURNEY_CHOOSE) : end_with(j, wlm_refuse_retry(j));
}

/* A member says that it is busy. Another one may do better; when there is none, this is the answer. */
static wlm_step_t hand_on_busy(wlm_journey_t *j)
{
    wlm_exchange_t *x = &j->x;

    record_and_release(j);
    if (may_go_on(j) && wlm_choice_now(j) == WLM_PICK_OK) {
        wlm_exchange_discard(x);
        return go_to(j, WLM_JOURNEY_CHOOSE);
    }
    j->pick.member = x->member;
    j->recorded = x->attempt.elapsed; /* up to its head */
    wlm_response_begin(x);
    return go_to(j, WLM_JOURNEY_DELIVER_BUSY);
}

/* The member is well, and has no more to do with this as a request; but it stays in flight until the tunnel ends */
static wlm_step_t begin_tunnel(wlm_journey_t *j)
{
    wlm_record_outcome(j);
    end_retry(j);
    wlm_tunnel_begin(&j->x);
    return go_to(j, WLM_JOURNEY_TUNNEL);
}

/* One attempt on the chosen member, up to the response's head */
static wlm_step_t exchange(wlm_journey_t *j)
{
    wlm_exchange_t *x = &j->x;
    wlm_step_t step = wlm_exchange_step(x);

    if (step == WLM_STEP_WAITS) {
        return step;
    }
    if (step == WLM_STEP_FAILED) {
        record_and_release(j);
        return retry(j);
    }
    if (x->attempt.outcome == WLM_DELIVERED) {
        wlm_doubt_confirm(j);
    }
    if (x->upgraded) {
        return begin_tunnel(j);
    }
    if (x->attempt.outcome == WLM_BUSY) {
        return hand_on_busy(j);
    }
    wlm_response_begin(x);
    return go_to(j, WLM_JOURNEY_DELIVER);
}

static wlm_step_t deliver(wlm_journey_t *j)
{
    wlm_exchange_t *x = &j->x;

    if (wlm_response_step(x) == WLM_STEP_WAITS) {
        return WLM_STEP_WAITS;
    }
    record_and_release(j);
    if (x->attempt.outcome == WLM_DELIVERED) {
        return end_with(j, wlm_response_end_finish(x));
    }
    return x->attempt.response_passed_on ? end_with(j, wlm_response_end_break_off(x)) : retry(j);
}

/* The outcome was recorded with the response's head; may_go_on() may have changed it */
static wlm_step_t deliver_busy(wlm_journey_t *j)
{
    wlm_exchange_t *x = &j->x;

    if (wlm_response_step(x) == WLM_STEP_WAITS) {
        return WLM_STEP_WAITS;
    }
    j->with_members += x->attempt.elapsed - j->recorded;
    wlm_attempt_log_outcome(j, x->member);
    return end_with(j, x->attempt.outcome == WLM_DELIVERED ? wlm_response_end_finish(x)
                       : x->attempt.response_passed_on ? wlm_response_end_break_off(x)
                       : x->attempt.outcome != WLM_CLIENT_GONE ? HTTP_BAD_GATEWAY
                       : x->client_left ? wlm_refuse_client_left(j) : x->client_status);
}

static wlm_step_t run_tunnel(wlm_journey_t *j)
{
    const char *end = wlm_tunnel_step(&j->x);

    if (!end) {
        return WLM_STEP_WAITS;
    }
    wlm_record_tunnel(j, end);
    release(j);
    return end_with(j, OK);
}

static wlm_step_t run_stage(wlm_journey_t *j)
{
    switch (j->stage) {
    case WLM_JOURNEY_BODY:
        return read_body(j);
    case WLM_JOURNEY_CHOOSE:
        return choose(j);
    case WLM_JOURNEY_EXCHANGE:
        return exchange(j);
    case WLM_JOURNEY_DELIVER:
        return deliver(j);
    case WLM_JOURNEY_DELIVER_BUSY:
        return deliver_busy(j);
    case WLM_JOURNEY_TUNNEL:
        return run_tunnel(j);
    case WLM_JOURNEY_REFUSED:
    case WLM_JOURNEY_ENDED:
        break;
    }
    return WLM_STEP_DONE;
}

/* -- from the beginning to the end ---------------------------------------------------------------- */

static void end(wlm_journey_t *j)
{
    wlm_doubt_decide(j);
    end_retry(j); /* the client may take much longer to receive the rest */
    wlm_report_request(j, j->task.status);
}

static apr_status_t step(wlm_task_t *task)
{
    wlm_journey_t *j = (wlm_journey_t *)task;

    while (j->stage != WLM_JOURNEY_REFUSED && j->stage != WLM_JOURNEY_ENDED) {
        if (run_stage(j) == WLM_STEP_WAITS) {
            return APR_EAGAIN;
        }
    }
    if (j->stage == WLM_JOURNEY_ENDED) {
        end(j);
    }
    return APR_SUCCESS;
}

static wlm_journey_t *make_journey(request_rec *r, const wlm_routed_t *request)
{
    wlm_journey_t *j = apr_pcalloc(r->pool, sizeof(*j));

    j->task.r = j->r = j->x.r = r;
    j->task.step = step;
    j->request = j->x.request = request;
    j->x.wait = &j->task.wait;
    j->x.body = &j->body;
    j->x.repeat = &j->repeat;
    return j;
}

int wlm_handler(request_rec *r)
{
    const wlm_routed_t *request = ap_get_module_config(r->request_config, &wlm_module);
    wlm_journey_t *j;

    if (!request || !request->cluster || !r->handler || strcmp(r->handler, WLM_HANDLER) != 0) {
        return DECLINED;
    }
    wlm_linger_begin(r);
    j = make_journey(r, request);
    wlm_beginning_read_head(j);
    apr_pool_cleanup_register(r->pool, j, release_at_end, apr_pool_cleanup_null);
    return wlm_task_serve(&j->task);
}
