/* Reads a request's body from httpd's filters, bucket by bucket. On the thread that has the request, which blocks only
 * where a caller wants that. */
#include "httpd/request/client_body_read.h"
#include <httpd.h>
#include <http_protocol.h>
#include <util_filter.h>
#include "base/clock.h"
#include "httpd/request/client_body_base.h"
#include "httpd/request/client_poll.h"
#include "httpd/request/http2_end.h"

/* Of a body with a length httpd's reader knows whether it is complete */
static int is_cut_off(const wlm_client_body_source_t *source)
{
    return !APR_BRIGADE_EMPTY(source->bb) && APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(source->bb))
           && !apr_table_get(source->r->headers_in, "Content-Length")
           && !wlm_http2_end_is_certain(source->r->connection);
}

/* A reader that finds a broken body answers the client itself. It may say success then, and when asked again, that
 * the body has ended. Where the answer has begun it would end that as if it were complete: so it gets no way to the
 * client. */
apr_status_t wlm_client_body_read(wlm_client_body_t *body, apr_read_type_e block)
{
    request_rec *r = body->source->r;
    ap_filter_t *to_client = r->output_filters;
    apr_status_t rv;

    if (!body->source->bb) {
        body->source->bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    }
    if (r->sent_bodyct) {
        r->output_filters = NULL;
    }
    rv = ap_get_brigade(r->input_filters, body->source->bb, AP_MODE_READBYTES, block, WLM_CLIENT_BODY_READ_SIZE);
    r->output_filters = to_client;
    if (rv == APR_SUCCESS && is_cut_off(body->source)) {
        return APR_ECONNABORTED;
    }
    return rv == APR_SUCCESS && r->eos_sent ? AP_FILTER_ERROR : rv;
}

/* Of a body without a length mod_http2 makes chunks, and says once behind each that there is nothing, although it has
 * more; and its descriptor shows only what comes when it has nothing. */
apr_status_t wlm_client_body_read_available(wlm_client_body_t *body)
{
    apr_status_t rv = wlm_client_body_read(body, APR_NONBLOCK_READ);

    if (APR_STATUS_IS_EAGAIN(rv) && body->source->r->connection->master) {
        rv = wlm_client_body_read(body, APR_NONBLOCK_READ);
    }
    return rv == APR_SUCCESS && APR_BRIGADE_EMPTY(body->source->bb) ? APR_EAGAIN : rv;
}

int wlm_client_body_read_waits(const wlm_client_body_t *body)
{
    struct pollfd client;

    return body->source->filtered || !wlm_client_poll_fd(&client, body->source->r->connection);
}

/* mod_reqtimeout, which bounds the time for a body, checks it in reads only */
#define READ_EVERY apr_time_from_sec(1)

void wlm_client_body_read_wait(const wlm_client_body_t *body, wlm_wait_t *wait)
{
    if (wlm_client_poll_fd(&wait->client, body->source->r->connection)) {
        wait->client.events = POLLIN;
    }
    wlm_wait_wake(wait, wlm_now() + READ_EVERY);
}

/* The body has ended where it should, or where the client's framing says. More than was declared: a filter has come in
 * between. */
static void find_end(wlm_client_body_t *body)
{
    apr_bucket *next = APR_BRIGADE_FIRST(body->source->bb);

    if (body->length >= 0 && body->total > body->length) {
        body->length = -1;
    }
    body->complete = body->total == body->length
                     || (next != APR_BRIGADE_SENTINEL(body->source->bb) && APR_BUCKET_IS_EOS(next));
}

apr_status_t wlm_client_body_read_bucket(wlm_client_body_t *body, const char **pdata, apr_size_t *plen)
{
    apr_status_t rv;

    *plen = 0;
    while (!APR_BRIGADE_EMPTY(body->source->bb)) {
        apr_bucket *b = APR_BRIGADE_FIRST(body->source->bb);
        if (APR_BUCKET_IS_EOS(b)) {
            body->complete = 1;
        }
        else if (!APR_BUCKET_IS_METADATA(b)) {
            rv = apr_bucket_read(b, pdata, plen, APR_BLOCK_READ);
            if (rv != APR_SUCCESS) {
                return rv;
            }
        }
        if (*plen > 0) {
            APR_BUCKET_REMOVE(b);
            body->source->current = b;
            body->total += (apr_int64_t)*plen;
            find_end(body);
            return APR_SUCCESS;
        }
        apr_bucket_delete(b);
    }
    return APR_SUCCESS;
}

void wlm_client_body_read_undo(wlm_client_body_t *body, apr_size_t used)
{
    apr_bucket *b = body->source->current;

    body->source->current = NULL;
    body->total -= (apr_int64_t)(b->length - used);
    body->complete = 0;
    APR_BRIGADE_INSERT_HEAD(body->source->bb, b);
    if (used > 0) {
        apr_bucket_split(b, used); /* of bytes in memory: cannot fail */
        apr_bucket_delete(b);
    }
}

void wlm_client_body_read_drop(wlm_client_body_t *body)
{
    if (body->source->current) {
        apr_bucket_destroy(body->source->current);
        body->source->current = NULL;
    }
}
