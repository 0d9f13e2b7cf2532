/* The second half of an attempt: the response goes to the client, in pieces as they come and in constant memory.
 * On the thread that has the request. */
#include "exchange/response.h"
#include <apr_buckets.h>
#include "balance/outcome.h"
#include "exchange/base.h"
#include "exchange/connection.h"
#include "exchange/end.h"
#include "exchange/response_body.h"
#include "exchange/upload.h"
#include "exchange/wait.h"
#include "http/head.h"
#include "net/wait.h"

/* Buckets that point into the connection's buffer get bytes of their own, before the connection serves others */
static apr_status_t detach(apr_bucket_brigade *bb, apr_pool_t *p)
{
    apr_bucket *b;
    apr_status_t rv = APR_SUCCESS;

    for (b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb) && rv == APR_SUCCESS; b = APR_BUCKET_NEXT(b)) {
        if (APR_BUCKET_IS_TRANSIENT(b)) {
            rv = apr_bucket_setaside(b, p);
        }
    }
    return rv;
}

void wlm_response_begin(wlm_exchange_t *exchange)
{
    if (!exchange->response) {
        exchange->response = apr_palloc(exchange->pool, sizeof(*exchange->response));
    }
    wlm_response_body_begin(exchange->response, exchange);
    exchange->response->progress = wlm_response_body_use_buffer(exchange->response);
    wlm_wait_end(exchange->wait);
}

static void end_complete(wlm_exchange_t *exchange)
{
    exchange->attempt.outcome = WLM_DELIVERED;
    if (exchange->response->discards) {
        exchange->attempt.outcome = WLM_CLIENT_GONE;
        exchange->attempt.cause = "the client did not read on; the rest of the response was read, and discarded";
    }
    if (exchange->response->framing.trailers) {
        wlm_response_body_copy_trailers(exchange->response);
    }
    if (!wlm_upload_is_complete(exchange)) {
        wlm_upload_stop(exchange); /* the whole response has come: the rest of the request is not needed */
    }
    detach(exchange->bb, exchange->pool);
    wlm_exchange_connection_release(exchange, exchange->head.framing != WLM_HTTP_UNTIL_CLOSE);
}

static void end_incomplete(wlm_exchange_t *exchange)
{
    exchange->attempt.outcome = exchange->response->progress == WLM_RESPONSE_BROKEN_OFF ? WLM_BROKEN : WLM_CLIENT_GONE;
    if (exchange->attempt.response_passed_on && exchange->response->pending) {
        detach(exchange->bb, exchange->pool); /* the client gets what came before the end */
    }
    else {
        apr_brigade_cleanup(exchange->bb);
    }
    wlm_exchange_connection_release(exchange, 0);
}

wlm_step_t wlm_response_step(wlm_exchange_t *exchange)
{
    wlm_response_body_t *s = exchange->response;

    if (wlm_exchange_wait_client_left(exchange)) {
        wlm_exchange_end_client_left(exchange);
        s->progress = WLM_RESPONSE_CLIENT_LOST;
    }
    else if (s->progress == WLM_RESPONSE_WAITS) {
        s->progress = WLM_RESPONSE_GOING_ON;
    }
    while (s->progress == WLM_RESPONSE_GOING_ON) {
        s->progress = wlm_response_body_go_on(s);
    }
    if (s->progress == WLM_RESPONSE_WAITS) {
        return WLM_STEP_WAITS;
    }
    wlm_wait_end(exchange->wait);
    if (s->progress == WLM_RESPONSE_COMPLETE) {
        end_complete(exchange);
    }
    else {
        end_incomplete(exchange);
    }
    return WLM_STEP_DONE;
}
