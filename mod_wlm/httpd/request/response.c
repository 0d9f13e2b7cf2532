/* The second half of an attempt: the response goes to the client, in pieces as they come and in constant memory.
 * On the thread that has the request. */
#include "httpd/request/response.h"
#include <httpd.h>
#include "balance/outcome.h"
#include "http/head.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/exchange_connection.h"
#include "httpd/request/exchange_end.h"
#include "httpd/request/exchange_wait.h"
#include "httpd/request/response_body.h"
#include "httpd/request/response_head.h"
#include "httpd/request/upload.h"
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

void wlm_response_begin(wlm_exchange_t *x)
{
    if (!x->response) {
        x->response = apr_palloc(x->r->pool, sizeof(*x->response));
    }
    wlm_response_body_begin(x->response, x);
    x->response->progress = wlm_response_body_use_buffer(x->response);
    wlm_wait_end(x->wait);
}

static void end_complete(wlm_exchange_t *x)
{
    x->attempt.outcome = WLM_DELIVERED;
    if (x->response->body.trailers) {
        wlm_response_body_copy_trailers(x->response);
    }
    if (!wlm_upload_is_complete(x)) {
        wlm_upload_stop(x); /* the whole response has come: the rest of the request is not needed */
        wlm_response_head_close_if_unread(x);
    }
    detach(x->bb, x->r->pool);
    wlm_exchange_connection_release(x, x->head.framing != WLM_HTTP_UNTIL_CLOSE);
}

static void end_incomplete(wlm_exchange_t *x)
{
    x->attempt.outcome = x->response->progress == WLM_RESPONSE_BROKEN_OFF ? WLM_BROKEN : WLM_CLIENT_GONE;
    if (x->attempt.response_passed_on && x->response->pending) {
        detach(x->bb, x->r->pool); /* the client gets what came before the end */
    }
    else {
        apr_brigade_cleanup(x->bb);
    }
    wlm_exchange_connection_release(x, 0);
}

wlm_step_t wlm_response_step(wlm_exchange_t *x)
{
    wlm_response_body_t *s = x->response;

    if (wlm_exchange_wait_client_left(x)) {
        wlm_exchange_end_client_left(x);
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
    wlm_wait_end(x->wait);
    if (s->progress == WLM_RESPONSE_COMPLETE) {
        end_complete(x);
    }
    else {
        end_incomplete(x);
    }
    return WLM_STEP_DONE;
}
