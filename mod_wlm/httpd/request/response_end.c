/* The end of a response towards the client: a good one, or one that shows that it has broken off. On the worker
 * thread of the request; the member's connection has been released already. */
#include "httpd/request/response_end.h"
#include <httpd.h>
#include <http_connection.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>
#include "balance/outcome.h"
#include "exchange/base.h"
#include "httpd/request/broken_off.h"
#include "httpd/request/journey.h"
#include "httpd/request/linger.h"
#include "httpd/request/response_head.h"

/* No cache may keep it as a whole one */
static void forbid_caching(request_rec *r)
{
    r->no_cache = 1;
    if (r->main) {
        r->main->no_cache = 1; /* of which this is a part */
    }
}

int wlm_response_end_break_off(wlm_journey_t *journey)
{
    wlm_exchange_t *exchange = journey->exchange;
    request_rec *r = journey->r;
    apr_bucket_alloc_t *ba = r->connection->bucket_alloc;

    forbid_caching(r);
    if (journey->filter_answered) {
        return AP_FILTER_ERROR;
    }
    if (exchange->attempt.outcome == WLM_BROKEN) {
        /* First what has come: httpd's filter for errors drops all data that is in a brigade with an EOC bucket. A head
         * that a filter has held back until now must not say that the connection closes: no chunks would follow. */
        APR_BRIGADE_INSERT_TAIL(exchange->bb, apr_bucket_flush_create(ba));
        ap_pass_brigade(r->output_filters, exchange->bb);
        apr_brigade_cleanup(exchange->bb);
        wlm_broken_off_flush(r->connection, exchange->bb);
    }
    apr_brigade_cleanup(exchange->bb);
    r->connection->keepalive = AP_CONN_CLOSE;
    if (exchange->client_left || r->connection->aborted) {
        return DONE; /* no client is there to see that it has broken off */
    }
    if (!r->main && !r->sent_bodyct) {
        return AP_FILTER_ERROR; /* a filter did not let the head through: httpd answers with 500 */
    }
    /* the error bucket keeps the chunk filter from writing a last chunk, and makes HTTP/2 reset the stream */
    APR_BRIGADE_INSERT_TAIL(exchange->bb, ap_bucket_error_create(HTTP_BAD_GATEWAY, NULL, r->pool, ba));
    APR_BRIGADE_INSERT_TAIL(exchange->bb, ap_bucket_eoc_create(ba));
    ap_pass_brigade(r->output_filters, exchange->bb);
    apr_brigade_cleanup(exchange->bb);
    return DONE;
}

/* httpd sends them over HTTP/2 only */
static int has_trailers_to_send(const request_rec *r)
{
    return r->connection->master && !apr_is_empty_table(r->trailers_out);
}

int wlm_response_end_finish(wlm_journey_t *journey)
{
    wlm_exchange_t *exchange = journey->exchange;
    apr_status_t rv;

    if (!exchange->attempt.response_passed_on) {
        wlm_response_head_commit(journey);
        exchange->attempt.response_passed_on = 1;
    }
    wlm_response_head_close_if_unread(journey);
    if (has_trailers_to_send(journey->r)) {
        /* httpd would give a response that comes in one piece a Content-Length: some clients read no further */
        APR_BRIGADE_INSERT_TAIL(exchange->bb, apr_bucket_flush_create(exchange->bb->bucket_alloc));
        ap_pass_brigade(journey->r->output_filters, exchange->bb);
        apr_brigade_cleanup(exchange->bb);
    }
    APR_BRIGADE_INSERT_TAIL(exchange->bb, apr_bucket_eos_create(exchange->bb->bucket_alloc));
    rv = ap_pass_brigade(journey->r->output_filters, exchange->bb);
    apr_brigade_cleanup(exchange->bb);
    if (rv != APR_SUCCESS && !journey->r->connection->aborted) {
        journey->filter_answered = rv == AP_FILTER_ERROR;
        return wlm_response_end_break_off(journey);
    }
    wlm_linger_prepare(journey->r, exchange->bb, exchange->attempt.bytes_received);
    return OK; /* also when the client is gone: httpd notices that itself, and the request was answered */
}
