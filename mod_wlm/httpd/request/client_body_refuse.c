/* Which request bodies are not accepted: the status for the client, and the reason in the log. On the worker thread
 * of the request. */
#include "httpd/request/client_body_refuse.h"
#include <httpd.h>
#include <http_log.h>
#include <http_protocol.h>
#include "base/count.h"
#include "http/body.h"
#include "http/request.h"
#include "httpd/context/context.h"
#include "httpd/request/client_body_base.h"

int wlm_client_body_refuse_is_too_large(const wlm_client_body_t *body)
{
    return body->source->limit >= 0 && (body->total > body->source->limit || body->length > body->source->limit);
}

int wlm_client_body_refuse_too_large(const wlm_client_body_t *body)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, body->source->r, WLMNO(0010) "request body is larger than PostSizeLimit (%"
                  APR_INT64_T_FMT " bytes); answered with 413", body->source->limit);
    return HTTP_REQUEST_ENTITY_TOO_LARGE;
}

int wlm_client_body_refuse_broken(wlm_client_body_t *body, apr_status_t rv)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, rv, body->source->r,
                  WLMNO(0011) "the client's request body ended early or is not acceptable, "
                  "after %" APR_INT64_T_FMT " %s", body->total, wlm_count_word(body->total, "byte", "bytes"));
    return ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
}

/* All of the body is there: what stands behind it goes with it */
int wlm_client_body_refuse_trailers(wlm_client_body_t *body)
{
    body->trailers = wlm_http_request_trailers(body->source->r->trailers_in, body->pool);
    if (body->trailers) {
        return OK;
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, body->source->r,
                  WLMNO(0102) "refused: behind the request's body stand more than %d trailer "
                  "fields or %d bytes of them", WLM_HTTP_REQUEST_TRAILERS_MAX, WLM_HTTP_TRAILERS_MAX);
    body->source->r->connection->keepalive = AP_CONN_CLOSE;
    return HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
}

/* httpd takes every list of codings that ends in chunked. The member gets the body in a framing of our own, so that of
 * another coding it would not learn: RFC 9112 6.1, 501. */
static int refuse_coding(const wlm_client_body_t *body)
{
    const char *coding = apr_table_get(body->source->r->headers_in, "Transfer-Encoding");

    if (!coding || ap_cstr_casecmp(coding, "chunked") == 0) {
        return OK;
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, body->source->r,
                  WLMNO(0017) "refused: the request's body has the transfer coding \"%s\"; only chunked is "
                  "known", coding);
    body->source->r->connection->keepalive = AP_CONN_CLOSE;
    return HTTP_NOT_IMPLEMENTED;
}

/* Another module has read from the body and not kept it. What is left, perhaps nothing, is not what the client has
 * sent. */
static int refuse_lost(const wlm_client_body_t *body)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, body->source->r,
                  WLMNO(0101) "another module has read the body of this request, so that no member can get it; "
                  "answered with 500. Let that module keep it (KeptBodySize), or leave this path out");
    return HTTP_INTERNAL_SERVER_ERROR;
}

int wlm_client_body_refuse_at_once(const wlm_client_body_t *body)
{
    return refuse_coding(body) != OK ? HTTP_NOT_IMPLEMENTED
         : body->source->lost ? refuse_lost(body)
         : wlm_client_body_refuse_is_too_large(body) ? wlm_client_body_refuse_too_large(body) : OK;
}
