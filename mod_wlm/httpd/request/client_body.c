/* The request's body: whose it is, how long, and what of it is read before a member is chosen. On the thread that has
 * the request. */
#include "httpd/request/client_body.h"
#include <httpd.h>
#include <http_protocol.h>
#include <mod_core.h>
#include <util_filter.h>
#include "balance/model.h"
#include "balance/options.h"
#include "httpd/request/client_body_base.h"
#include "httpd/request/client_body_keep.h"
#include "httpd/request/client_body_read.h"
#include "httpd/request/client_body_refuse.h"
#include "net/wait.h"

/* HTTP/1 says in the head whether there is a body; other protocols only when it has ended */
static int has_body(request_rec *r)
{
    return apr_table_get(r->headers_in, "Content-Length") || apr_table_get(r->headers_in, "Transfer-Encoding")
           || (r->connection->master && ap_request_has_body(r));
}

static apr_int64_t length_of(request_rec *r)
{
    const char *text = apr_table_get(r->headers_in, "Content-Length");
    apr_off_t length;

    /* httpd has refused what is no number, and dropped a length beside a transfer coding */
    return text && ap_parse_strict_length(&length, text) ? (apr_int64_t)length : -1;
}

/* httpd's own reader takes out of the connection what the head declares, and not a byte more. NULL: there is none.
 * @param pothers  filters of other modules stand before it: what they make of a body has any length */
static const ap_filter_t *find_reader(const request_rec *r, int *pothers)
{
    const ap_filter_t *f = r->input_filters;

    *pothers = 0;
    for (; f && f->frec != ap_http_input_filter_handle; f = f->next) {
        *pothers = 1;
    }
    return f;
}

/* An internal redirect has the fields of the request before it. Its body it has only when no module has begun to read
 * that; and the request for an error document is a new one, about another resource. What of the body is still to come
 * httpd reads away at the end. (mod_request's kept body is one that was read, and is to be had again.) */
static int is_of_another_request(const request_rec *r, const ap_filter_t *reader)
{
    return r->prev && !r->kept_body && (!ap_is_HTTP_SUCCESS(r->status) || (reader && reader->ctx));
}

static void find_length(wlm_client_body_t *body)
{
    const ap_filter_t *reader = find_reader(body->source->r, &body->source->filtered);
    int begun = reader && reader->ctx; /* what it knows of a body it notes at the first read */

    body->gone = is_of_another_request(body->source->r, reader);
    body->present = !body->gone && has_body(body->source->r);
    body->source->uncertain = body->present && (body->source->filtered || !reader || begun);
    body->source->lost = body->present && begun && !body->source->filtered && length_of(body->source->r) != 0;
    body->length = !body->present ? 0 : body->source->uncertain ? -1 : length_of(body->source->r);
    body->complete = !body->present || body->length == 0;
}

static apr_int64_t bytes_of(int kib)
{
    return kib < 0 ? -1 : (apr_int64_t)kib * 1024;
}

void wlm_client_body_init(wlm_client_body_t *body, wlm_client_body_source_t *source, request_rec *r,
                          const wlm_cluster_t *cluster)
{
    const plugin_cfg_cluster_t *cfg = cluster->cfg;
    const wlm_options_t *options = cluster->options;

    memset(body, 0, sizeof(*body));
    memset(source, 0, sizeof(*source));
    body->source = source;
    body->source->r = r;
    body->pool = r->pool;
    body->trailers = "";
    find_length(body);
    body->source->limit = bytes_of(cfg->post_size_limit);
    body->source->kept_max = bytes_of(wlm_options_kept_kib(options, cfg->post_buffer_size));
    body->source->spool_max = options->spool_max > 0 ? options->spool_max : -1;
}

typedef enum { IN_MEMORY, IN_FILE, NOT_AT_ALL } destination_t;

/* Where do the next bytes of the body go? A body that is known not to fit streams from its first byte, because it
 * cannot be sent again anyway. Of one that filters make something of the first bytes are read in any case: with them
 * the filters change the fields that describe it. */
static destination_t destination_of_next(const wlm_client_body_t *body)
{
    if (body->source->uncertain && body->total == 0) {
        return IN_MEMORY;
    }
    if (!wlm_client_body_keep_fits(body, body->length >= 0 ? body->length : body->total)) {
        return NOT_AT_ALL;
    }
    if (body->source->kept_max < 0 || (body->source->kept_max > 0 && body->total <= body->source->kept_max)) {
        return IN_MEMORY;
    }
    return body->total <= body->source->spool_max ? IN_FILE : NOT_AT_ALL;
}

/* The client waits for a 100 before it sends its body. httpd's reader sends that to a read that waits, which a body
 * that streams is not. */
static void send_continue(const wlm_client_body_t *body)
{
    request_rec *r = body->source->r;
    int status = r->status;
    const char *status_line = r->status_line;

    if (body->complete || !r->expecting_100) {
        return;
    }
    r->status = HTTP_CONTINUE;
    r->status_line = NULL;
    ap_send_interim_response(r, 0);
    r->status = status;
    r->status_line = status_line;
}

static apr_status_t read_more(wlm_client_body_t *body)
{
    if (body->source->bb && !APR_BRIGADE_EMPTY(body->source->bb)) {
        return APR_SUCCESS;
    }
    /* a stream of HTTP/2 has its thread to itself in any case */
    return body->source->r->connection->master || wlm_client_body_read_waits(body)
           ? wlm_client_body_read(body, APR_BLOCK_READ) : wlm_client_body_read_available(body);
}

/* The client has sent nothing more yet. @return APR_EAGAIN, or APR_TIMEUP after httpd's Timeout */
static apr_status_t wait_for_more(wlm_client_body_t *body, wlm_wait_t *wait)
{
    apr_status_t rv = wlm_wait_for(wait, -1, 0, body->source->r->server->timeout);

    send_continue(body);
    wlm_client_body_read_wait(body, wait);
    return rv;
}

static void keep(wlm_client_body_t *body, destination_t destination, const char *data, apr_size_t len)
{
    if (len && destination == IN_MEMORY) {
        wlm_client_body_keep_in_memory(body, data, len);
    }
    else if (len) {
        wlm_client_body_keep_in_file(body, data, len);
    }
}

/* @return as wlm_client_body_prefetch() */
static int prefetch(wlm_client_body_t *body, wlm_wait_t *wait)
{
    const char *data;
    apr_size_t len;
    apr_status_t rv;
    destination_t destination;

    while (!body->complete && (destination = destination_of_next(body)) != NOT_AT_ALL) {
        rv = read_more(body);
        if (APR_STATUS_IS_EAGAIN(rv) && APR_STATUS_IS_EAGAIN(rv = wait_for_more(body, wait))) {
            return SUSPENDED;
        }
        wlm_wait_end(wait);
        if (rv == APR_SUCCESS) {
            rv = wlm_client_body_read_bucket(body, &data, &len);
        }
        if (rv != APR_SUCCESS) {
            return wlm_client_body_refuse_broken(body, rv);
        }
        if (wlm_client_body_refuse_is_too_large(body)) {
            return wlm_client_body_refuse_too_large(body);
        }
        keep(body, destination, data, len);
    }
    send_continue(body);
    return OK;
}

int wlm_client_body_prefetch(wlm_client_body_t *body, wlm_wait_t *wait)
{
    int status = body->total == 0 ? wlm_client_body_refuse_at_once(body) : OK;

    if (status == OK) {
        status = prefetch(body, wait);
    }
    /* without a body trailers are another request's */
    return status == OK && body->present && body->complete ? wlm_client_body_refuse_trailers(body) : status;
}
