/* One attempt to have a request answered: connect, have it sent, read the response head. What happened is noted as
 * facts in exchange->attempt; what follows from them is decided elsewhere (balance/outcome.h). On the thread that has
 * the request.
 */
#include "exchange/exchange.h"
#include <stdlib.h>
#include "balance/options.h"
#include "balance/outcome.h"
#include "base/clock.h"
#include "exchange/base.h"
#include "exchange/connection.h"
#include "exchange/end.h"
#include "exchange/probe.h"
#include "exchange/read.h"
#include "exchange/upload.h"
#include "exchange/wait.h"
#include "net/wait.h"

/* A member answers before it has read the request. When that is an error, an answer that ends the connection, or one
 * that comes in place of a 100, the member will not read the rest. Otherwise it reads while it answers. */
static void stop_if_answered_early(wlm_exchange_t *exchange)
{
    if (!wlm_upload_is_complete(exchange)
        && (exchange->head.status >= 300 || !exchange->head.keep_alive || wlm_upload_awaits_continue(exchange))) {
        wlm_upload_stop(exchange);
    }
}

/* Send the request, and read what the member says meanwhile and then, up to the final head */
static wlm_step_t exchange_heads(wlm_exchange_t *exchange)
{
    for (;;) {
        switch (wlm_upload_run(exchange)) {
        case WLM_UPLOAD_WAITS:
            return WLM_STEP_WAITS;
        case WLM_UPLOAD_TIMED_OUT:
            return wlm_exchange_end_without_response(exchange, APR_TIMEUP);
        case WLM_UPLOAD_CLIENT_GONE:
            return wlm_exchange_end_with(exchange, WLM_CLIENT_GONE, "the request body did not arrive");
        case WLM_UPLOAD_MEMBER_READABLE:
            exchange->was_waited_for = 1;
            break;
        case WLM_UPLOAD_SENT:
            break;
        }
        switch (wlm_exchange_read(exchange)) {
        case WLM_EXCHANGE_READ_WAITS:
            return WLM_STEP_WAITS;
        case WLM_EXCHANGE_READ_FAILED:
            return WLM_STEP_FAILED;
        case WLM_EXCHANGE_READ_FINAL:
            stop_if_answered_early(exchange);
            return WLM_STEP_DONE;
        case WLM_EXCHANGE_READ_INTERIM:
            break;
        }
    }
}

/* Reading on to save the connection would wait for the member */
void wlm_exchange_discard(wlm_exchange_t *exchange)
{
    wlm_exchange_connection_close(exchange);
    wlm_wait_end(exchange->wait);
}

/* -- the stages ---------------------------------------------------------------------------------- */

static wlm_step_t begin(wlm_exchange_t *exchange)
{
    exchange->attempt = (wlm_attempt_t){ .cause = "",
                                         .time_out_marks_down = exchange->member->cfg->server_io_timeout < 0,
                                         .begun = exchange->attempt.begun };
    exchange->upgraded = 0;
    wlm_exchange_connection_begin(exchange, exchange->is_second_try);
    exchange->stage = WLM_EXCHANGE_OPEN;
    return WLM_STEP_DONE;
}

static wlm_step_t connect_member(wlm_exchange_t *exchange)
{
    wlm_step_t step = wlm_exchange_connection_open(exchange);

    if (step == WLM_STEP_DONE) {
        /* on a bound one it would come between the messages of a login */
        exchange->stage = exchange->member->cfg->extended_handshake && !exchange->conn->is_bound ? WLM_EXCHANGE_PROBE
                                                                                                 : WLM_EXCHANGE_READY;
    }
    return step;
}

static wlm_step_t probe(wlm_exchange_t *exchange)
{
    wlm_step_t step = wlm_exchange_probe_step(exchange);

    if (step == WLM_STEP_DONE) {
        exchange->stage = WLM_EXCHANGE_READY;
    }
    return step;
}

static wlm_step_t begin_heads(wlm_exchange_t *exchange)
{
    exchange->conn->is_bound = exchange->conn->is_bound || exchange->logs_in;
    wlm_exchange_read_begin(exchange);
    wlm_upload_begin(exchange);
    exchange->stage = WLM_EXCHANGE_HEADS;
    return WLM_STEP_DONE;
}

static wlm_outcome_t outcome_of_head(const wlm_exchange_t *exchange)
{
    return exchange->head.status == 421 && exchange->owner ? WLM_MISDIRECTED
         : wlm_options_is_busy(exchange->member->cluster->options, exchange->head.status) ? WLM_BUSY : WLM_DELIVERED;
}

static wlm_step_t run_heads(wlm_exchange_t *exchange)
{
    wlm_step_t step = exchange_heads(exchange);

    if (step == WLM_STEP_DONE) {
        exchange->attempt.outcome = outcome_of_head(exchange);
        exchange->stage = WLM_EXCHANGE_ANSWERED;
    }
    else if (step == WLM_STEP_FAILED) {
        wlm_exchange_discard(exchange);
    }
    return step;
}

static wlm_step_t run_stage(wlm_exchange_t *exchange)
{
    switch (exchange->stage) {
    case WLM_EXCHANGE_BEGIN:
        return begin(exchange);
    case WLM_EXCHANGE_OPEN:
        return connect_member(exchange);
    case WLM_EXCHANGE_PROBE:
        return probe(exchange);
    case WLM_EXCHANGE_READY:
        return begin_heads(exchange);
    case WLM_EXCHANGE_HEADS:
        return run_heads(exchange);
    case WLM_EXCHANGE_ANSWERED:
        break;
    }
    return WLM_STEP_DONE;
}

static wlm_step_t run_stages(wlm_exchange_t *exchange)
{
    wlm_step_t step = WLM_STEP_DONE;

    while (step == WLM_STEP_DONE && exchange->stage != WLM_EXCHANGE_ANSWERED) {
        step = run_stage(exchange);
    }
    return step;
}

void wlm_exchange_begin(wlm_exchange_t *exchange)
{
    exchange->io_timeout = apr_time_from_sec(abs(exchange->member->cfg->server_io_timeout));
    exchange->is_second_try = 0;
    exchange->stage = WLM_EXCHANGE_BEGIN;
    wlm_wait_end(exchange->wait);
}

wlm_step_t wlm_exchange_step(wlm_exchange_t *exchange)
{
    wlm_step_t step;

    if (wlm_exchange_wait_client_left(exchange)) {
        wlm_exchange_discard(exchange);
        exchange->attempt.elapsed = wlm_now() - exchange->attempt.begun;
        return wlm_exchange_end_client_left(exchange);
    }
    step = run_stages(exchange);
    if (step == WLM_STEP_FAILED && wlm_outcome_next(&exchange->attempt, exchange->repeat) == WLM_NEXT_SAME_FRESH) {
        exchange->client->log_second_try(exchange->client_data);
        wlm_wait_end(exchange->wait);
        exchange->is_second_try = 1;
        exchange->stage = WLM_EXCHANGE_BEGIN;
        step = run_stages(exchange);
    }
    if (step != WLM_STEP_WAITS && (exchange->attempt.outcome != WLM_DELIVERED || exchange->upgraded)) {
        exchange->attempt.elapsed =
            wlm_now() - exchange->attempt.begun; /* of that one wlm_response_step() sees the end */
    }
    return step;
}

