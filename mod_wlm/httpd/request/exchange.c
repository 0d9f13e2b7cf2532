/* One attempt to have a request answered: connect, have it sent, read the response head. What happened is noted as
 * facts in x->attempt; what follows from them is decided elsewhere (balance/outcome.h).
 */
#include "httpd/request/exchange.h"
#include <httpd.h>
#include <http_log.h>
#include "balance/options.h"
#include "balance/outcome.h"
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/request/bound_connection.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/exchange_connection.h"
#include "httpd/request/exchange_end.h"
#include "httpd/request/exchange_probe.h"
#include "httpd/request/exchange_read.h"
#include "httpd/request/exchange_wait.h"
#include "httpd/request/upload.h"
#include "net/wait.h"

/* A member that answers before it has read the request: an error, a goodbye, or an answer although it was asked whether
 * it wants the body, means that it does not want the rest. Otherwise it answers while it reads, and wants it all. */
static void stop_if_answered_early(wlm_exchange_t *x)
{
    if (!wlm_upload_is_complete(x)
        && (x->head.status >= 300 || !x->head.keep_alive || wlm_upload_awaits_continue(x))) {
        wlm_upload_stop(x);
    }
}

/* Send the request, and read what the member says meanwhile and then, up to the final head */
static wlm_step_t exchange_heads(wlm_exchange_t *x)
{
    for (;;) {
        switch (wlm_upload_run(x)) {
        case WLM_UPLOAD_WAITS:
            return WLM_STEP_WAITS;
        case WLM_UPLOAD_TIMED_OUT:
            return wlm_exchange_end_without_response(x, APR_TIMEUP);
        case WLM_UPLOAD_CLIENT_GONE:
            return wlm_exchange_end_with(x, WLM_CLIENT_GONE, "the request body did not arrive");
        case WLM_UPLOAD_SENT:
        case WLM_UPLOAD_MEMBER_READABLE:
            break;
        }
        switch (wlm_exchange_read(x)) {
        case WLM_EXCHANGE_READ_WAITS:
            return WLM_STEP_WAITS;
        case WLM_EXCHANGE_READ_FAILED:
            return WLM_STEP_FAILED;
        case WLM_EXCHANGE_READ_FINAL:
            stop_if_answered_early(x);
            return WLM_STEP_DONE;
        case WLM_EXCHANGE_READ_INTERIM:
            break;
        }
    }
}

/* -- the stages ---------------------------------------------------------------------------------- */

static wlm_step_t begin(wlm_exchange_t *x)
{
    x->attempt = (wlm_attempt_t){
        .cause = "", .time_out_marks_down = x->member->cfg->server_io_timeout < 0, .begun = x->attempt.begun
    };
    x->upgraded = 0;
    wlm_exchange_connection_begin(x, x->is_second_try);
    x->stage = WLM_EXCHANGE_OPEN;
    return WLM_STEP_DONE;
}

static wlm_step_t connect_member(wlm_exchange_t *x)
{
    wlm_step_t step = wlm_exchange_connection_open(x);

    if (step == WLM_STEP_DONE) {
        /* on a bound one it would come between the messages of a login */
        x->stage = x->member->cfg->extended_handshake && !x->conn->is_bound ? WLM_EXCHANGE_PROBE : WLM_EXCHANGE_READY;
    }
    return step;
}

static wlm_step_t probe(wlm_exchange_t *x)
{
    wlm_step_t step = wlm_exchange_probe_step(x);

    if (step == WLM_STEP_DONE) {
        x->stage = WLM_EXCHANGE_READY;
    }
    return step;
}

static wlm_step_t begin_heads(wlm_exchange_t *x)
{
    x->conn->is_bound = x->conn->is_bound || wlm_bound_connection_is_asked_by(x->r);
    wlm_exchange_read_begin(x);
    wlm_upload_begin(x);
    x->stage = WLM_EXCHANGE_HEADS;
    return WLM_STEP_DONE;
}

static wlm_step_t run_heads(wlm_exchange_t *x)
{
    wlm_step_t step = exchange_heads(x);

    if (step == WLM_STEP_DONE) {
        x->attempt.outcome = wlm_options_is_busy(x->member->cluster->options, x->head.status) ? WLM_BUSY
                                                                                              : WLM_DELIVERED;
        x->stage = WLM_EXCHANGE_ANSWERED;
    }
    else if (step == WLM_STEP_FAILED) {
        wlm_exchange_connection_close(x);
    }
    return step;
}

static wlm_step_t run_stage(wlm_exchange_t *x)
{
    switch (x->stage) {
    case WLM_EXCHANGE_BEGIN:
        return begin(x);
    case WLM_EXCHANGE_OPEN:
        return connect_member(x);
    case WLM_EXCHANGE_PROBE:
        return probe(x);
    case WLM_EXCHANGE_READY:
        return begin_heads(x);
    case WLM_EXCHANGE_HEADS:
        return run_heads(x);
    case WLM_EXCHANGE_ANSWERED:
        break;
    }
    return WLM_STEP_DONE;
}

static wlm_step_t run_stages(wlm_exchange_t *x)
{
    wlm_step_t step = WLM_STEP_DONE;

    while (step == WLM_STEP_DONE && x->stage != WLM_EXCHANGE_ANSWERED) {
        step = run_stage(x);
    }
    return step;
}

void wlm_exchange_begin(wlm_exchange_t *x)
{
    x->io_timeout = apr_time_from_sec(abs(x->member->cfg->server_io_timeout));
    x->is_second_try = 0;
    x->stage = WLM_EXCHANGE_BEGIN;
    wlm_wait_end(x->wait);
}

wlm_step_t wlm_exchange_step(wlm_exchange_t *x)
{
    wlm_step_t step;

    if (wlm_exchange_wait_client_left(x)) {
        wlm_exchange_discard(x);
        x->attempt.elapsed = wlm_now() - x->attempt.begun;
        return wlm_exchange_end_client_left(x);
    }
    step = run_stages(x);
    if (step == WLM_STEP_FAILED && wlm_outcome_next(&x->attempt, x->repeat) == WLM_NEXT_SAME_FRESH) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, x->r, WLMNO(0020) "a kept connection to member %s had ended (%s); "
                      "trying a new one", x->member->cfg->name, x->attempt.cause);
        wlm_wait_end(x->wait);
        x->is_second_try = 1;
        x->stage = WLM_EXCHANGE_BEGIN;
        step = run_stages(x);
    }
    if (step != WLM_STEP_WAITS && (x->attempt.outcome != WLM_DELIVERED || x->upgraded)) {
        x->attempt.elapsed = wlm_now() - x->attempt.begun; /* of that one wlm_response_step() sees the end */
    }
    return step;
}

void wlm_exchange_discard(wlm_exchange_t *x)
{
    /* reading on to save the connection would wait for the member */
    wlm_exchange_connection_close(x);
    wlm_wait_end(x->wait);
}
