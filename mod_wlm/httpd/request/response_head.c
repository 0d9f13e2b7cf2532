/* What httpd's request record says of the response when the first of it is passed on. On the thread
 * that has the request; it waits for nothing. */
#include "httpd/request/response_head.h"
#include <httpd.h>
#include <http_protocol.h>
#include <util_filter.h>
#include "exchange/base.h"
#include "exchange/upload.h"
#include "http/head.h"
#include "httpd/context/context.h"
#include "httpd/request/binding.h"
#include "httpd/request/journey.h"
#include "httpd/request/member_request.h"

static void set_via(request_rec *r, int minor)
{
    const char *own = wlm_member_request_via(r, 1, minor, r->pool);

    if (own) {
        apr_table_mergen(r->headers_out, "Via", own);
    }
    else if (wlm_config_of(r->server)->via == WLM_VIA_BLOCK) {
        apr_table_unset(r->headers_out, "Via");
    }
}

/* Has the member answered without wanting the rest of the request body? It will not be read from the client then. */
void wlm_response_head_close_if_unread(wlm_journey_t *journey)
{
    const wlm_exchange_t *exchange = journey->exchange;

    if (!wlm_upload_is_complete(exchange) && !wlm_upload_goes_on(exchange)) {
        journey->r->connection->keepalive = AP_CONN_CLOSE;
    }
}

/* Where a connection is to be closed, or a client got no 100, httpd sends a response without a length up to
 * the close, also to a client that knows chunks: which could not distinguish a whole one from one that breaks off. */
static void delimit(request_rec *r)
{
    const conn_rec *c = r->connection;
    int has_length = apr_table_get(r->headers_out, "Content-Length") && r->output_filters == r->proto_output_filters;

    if ((c->keepalive == AP_CONN_CLOSE || r->expecting_100) && r->proto_num >= HTTP_VERSION(1, 1) && !has_length
        && !c->master && !r->header_only && !AP_STATUS_IS_HEADER_ONLY(r->status)) {
        r->chunked = 1;
    }
}

/* A member that was asked for a range has decided what it answers (RFC 9110 14.2): httpd cuts nothing out of it. (A
 * member that mod_cache has asked for the whole was not asked for one.) */
static void leave_ranges_to_member(request_rec *r)
{
    if (!r->main && (apr_table_get(r->headers_in, "Range") || apr_table_get(r->headers_in, "Request-Range"))) {
        ap_remove_output_filter_byhandle(r->output_filters, "BYTERANGE");
    }
}

/* From here on the request is answered by this response */
void wlm_response_head_commit(wlm_journey_t *journey)
{
    const wlm_exchange_t *exchange = journey->exchange;
    request_rec *r = journey->r;

    wlm_binding_change_response(journey);
    r->status = exchange->head.status;
    r->status_line = exchange->status_line;
    r->headers_out = apr_table_overlay(r->pool, r->headers_out, exchange->fields);
    r->content_encoding = NULL; /* what mod_mime may have guessed from the path's ending */
    r->content_languages = NULL;
    ap_set_content_type(r, exchange->content_type);
    if (exchange->head.content_length >= 0 && exchange->head.framing != WLM_HTTP_CHUNKED) {
        ap_set_content_length(r, exchange->head.content_length);
    }
    set_via(r, exchange->head.minor);
    wlm_response_head_close_if_unread(journey);
    delimit(r);
    leave_ranges_to_member(r);
}

void wlm_response_head_send_interim(wlm_journey_t *journey)
{
    journey->r->headers_out = journey->exchange->fields;
    journey->r->status = journey->exchange->head.status;
    journey->r->status_line = journey->exchange->status_line;
    ap_send_interim_response(journey->r, 1);
}
