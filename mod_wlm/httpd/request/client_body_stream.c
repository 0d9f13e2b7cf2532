/* The part of a request's body that is not kept, passed on as it comes. Blocks the worker thread of the request,
 * which waits for client and member at the same time. */
#include "httpd/request/client_body_stream.h"
#include <httpd.h>
#include <poll.h>
#include "base/clock.h"
#include "httpd/request/client_body_base.h"
#include "httpd/request/client_body_read.h"
#include "httpd/request/client_body_refuse.h"
#include "httpd/request/client_poll.h"
#include "net/conn.h"

/* mod_reqtimeout, which bounds the time for a body, can only tell when it is asked */
#define READ_EVERY apr_time_from_sec(1)

/* What is there without waiting. Of a body without a length mod_http2 makes chunks, and says once behind each that
 * there is nothing, although it has more; and its descriptor tells only of what comes when it has nothing. */
static apr_status_t read_available(wlm_client_body_t *body)
{
    apr_status_t rv = wlm_client_body_read(body, APR_NONBLOCK_READ);

    if (APR_STATUS_IS_EAGAIN(rv) && body->r->connection->master) {
        rv = wlm_client_body_read(body, APR_NONBLOCK_READ);
    }
    return rv == APR_SUCCESS && APR_BRIGADE_EMPTY(body->bb) ? APR_EAGAIN : rv;
}

/* Nothing to read from the client right now. @return what came first: the client (BYTES; also when it is time to ask
 * its filters again), the member, or a failure */
static wlm_client_body_next_t wait_for_either(wlm_client_body_t *body, wlm_conn_t *conn, apr_time_t until, int *pstatus)
{
    apr_interval_time_t left = until - wlm_now();
    struct pollfd client;
    apr_status_t rv;
    int ready = 0;

    if (!wlm_client_poll_fd(&client, body->r->connection)) {
        rv = wlm_client_body_read(body, APR_BLOCK_READ); /* wait for the client alone */
    }
    else {
        client.events = POLLIN;
        rv = wlm_conn_wait(conn, WLM_CONN_READ, &client, left <= 0 ? 1 : left < READ_EVERY ? left : READ_EVERY, &ready);
        rv = APR_STATUS_IS_TIMEUP(rv) && left > READ_EVERY ? APR_SUCCESS : rv;
    }
    if (ready) {
        return WLM_CLIENT_BODY_MEMBER_SPEAKS;
    }
    if (rv != APR_SUCCESS) {
        *pstatus = wlm_client_body_refuse_broken(body, rv);
        return WLM_CLIENT_BODY_FAILED;
    }
    return WLM_CLIENT_BODY_BYTES;
}

/* Filters of other modules are written for reads that wait: what such a one holds no descriptor tells of */
static apr_status_t read_next(wlm_client_body_t *body)
{
    return body->filtered ? wlm_client_body_read(body, APR_BLOCK_READ) : read_available(body);
}

wlm_client_body_next_t wlm_client_body_stream_next(wlm_client_body_t *body, wlm_conn_t *conn, const char **pdata,
                                                   apr_size_t *plen, int *pstatus)
{
    wlm_client_body_next_t came;
    apr_time_t until = 0;
    apr_status_t rv;

    wlm_client_body_read_drop(body);
    *plen = 0;
    while (!body->complete) {
        if (wlm_conn_is_readable(conn)) {
            return WLM_CLIENT_BODY_MEMBER_SPEAKS;
        }
        rv = body->bb && !APR_BRIGADE_EMPTY(body->bb) ? APR_SUCCESS : read_next(body);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            until = until ? until : wlm_now() + body->r->server->timeout;
            if ((came = wait_for_either(body, conn, until, pstatus)) != WLM_CLIENT_BODY_BYTES) {
                return came;
            }
            continue;
        }
        if (rv == APR_SUCCESS) {
            rv = wlm_client_body_read_bucket(body, pdata, plen);
        }
        if (rv != APR_SUCCESS) {
            *pstatus = wlm_client_body_refuse_broken(body, rv);
            return WLM_CLIENT_BODY_FAILED;
        }
        if (wlm_client_body_refuse_is_too_large(body)) {
            *pstatus = wlm_client_body_refuse_too_large(body);
            return WLM_CLIENT_BODY_FAILED;
        }
        if (*plen) {
            return WLM_CLIENT_BODY_BYTES;
        }
    }
    *pstatus = wlm_client_body_refuse_trailers(body);
    return *pstatus == OK ? WLM_CLIENT_BODY_END : WLM_CLIENT_BODY_FAILED;
}
