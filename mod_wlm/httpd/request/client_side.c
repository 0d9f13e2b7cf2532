/* httpd's side of an exchange: connections that are bound to a client's, the request's head and body, and the client
 * itself, for which httpd's filters stand. On the thread that has the request. */
#include "httpd/request/client_side.h"
#include <httpd.h>
#include <http_log.h>
#include <poll.h>
#include <util_filter.h>
#include "balance/transports.h"
#include "base/count.h"
#include "exchange/base.h"
#include "exchange/client.h"
#include "httpd/context/context.h"
#include "httpd/engine/output.h"
#include "httpd/request/binding.h"
#include "httpd/request/bound_connection.h"
#include "httpd/request/client_body_base.h"
#include "httpd/request/client_body_read.h"
#include "httpd/request/client_body_refuse.h"
#include "httpd/request/client_body_stream.h"
#include "httpd/request/client_poll.h"
#include "httpd/request/journey.h"
#include "httpd/request/member_request.h"
#include "httpd/request/response_head.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/names.h"

/* -- the connection to the member ----------------------------------------------------------------- */

static wlm_conn_t *acquire_bound(void *data, apr_time_t now, apr_interval_time_t idle_max)
{
    const wlm_journey_t *journey = data;

    return wlm_bound_connection_acquire(journey->r, journey->exchange->transport->endpoint, now, idle_max);
}

static void release_bound(void *data, wlm_conn_t *conn, apr_time_t now)
{
    const wlm_journey_t *journey = data;

    wlm_bound_connection_release(journey->r, journey->exchange->transport->endpoint, conn, now);
}

static void log_second_try(void *data)
{
    const wlm_journey_t *journey = data;

    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, journey->r,
                  WLMNO(0020) "a kept connection to member %s had ended (%s); trying a new one",
                  journey->exchange->member->cfg->name, journey->exchange->attempt.cause);
}

/* -- the request ------------------------------------------------------------------------------------ */

static void describe(void *data, wlm_http_request_t *request)
{
    const wlm_journey_t *journey = data;

    request->method = journey->r->method;
    request->target = wlm_member_request_target(journey->r, journey->request, request->pool);
    request->fields = journey->r->headers_in;
    wlm_member_request_fields(request, journey->r, journey->request,
                              wlm_transports_host_field(journey->exchange->transport), journey->pick.failed_over);
    wlm_binding_change_request(journey, request);
}

static wlm_client_body_result_t read_body(void *data, const char **pdata, apr_size_t *plen, int *pstatus)
{
    wlm_journey_t *journey = data;

    return wlm_client_body_stream_next(&journey->body, pdata, plen, pstatus);
}

static int refuse_body(void *data, wlm_client_body_fault_t fault, apr_status_t rv)
{
    wlm_journey_t *journey = data;

    if (fault == WLM_CLIENT_BODY_TIMED_OUT) {
        return wlm_client_body_refuse_broken(&journey->body, rv);
    }
    ap_log_rerror(APLOG_MARK, APLOG_ERR, rv, journey->r,
                  WLMNO(0013) "cannot read a request body from its temporary file; answered with 500");
    return HTTP_INTERNAL_SERVER_ERROR;
}

static int refuse_length(void *data, apr_int64_t declared, apr_int64_t came)
{
    const wlm_journey_t *journey = data;

    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r,
                  WLMNO(0100) "the request's body has other than the %" APR_INT64_T_FMT
                              " %s declared (%" APR_INT64_T_FMT " so far): a module has changed it. "
                              "The connection to the member was closed; answered with 500", declared,
                  wlm_count_word(declared, "byte that was", "bytes that were"), came);
    return HTTP_INTERNAL_SERVER_ERROR;
}

/* -- the client ----------------------------------------------------------------------------------- */

static void await(void *data, wlm_wait_t *wait, short events)
{
    const wlm_journey_t *journey = data;
    conn_rec *c = journey->r->connection;

    if (events == POLLIN) {
        wlm_client_body_read_wait(&journey->body, wait);
    }
    else if (events != POLLOUT) {
        wlm_client_poll_for_leaving(&wait->client, c);
    }
    else if (wlm_client_poll_fd(&wait->client, c)) {
        wait->client.events = POLLOUT;
    }
}

static void give_up(void *data)
{
    const wlm_journey_t *journey = data;

    journey->r->connection->aborted = 1; /* as httpd's core filter does it */
}

/* HTTP/1.0 clients know none. The final response is another one. */
static void send_interim(void *data)
{
    wlm_journey_t *journey = data;
    request_rec *r = journey->r;
    apr_table_t *fields_out = r->headers_out;
    int status = r->status;
    const char *status_line = r->status_line;

    if (r->proto_num < HTTP_VERSION(1, 1)) {
        return;
    }
    wlm_response_head_send_interim(journey);
    r->headers_out = fields_out;
    r->status = status;
    r->status_line = status_line;
}

static apr_status_t pass_on(void *data, apr_bucket_brigade *bb)
{
    wlm_journey_t *journey = data;
    apr_status_t rv;

    if (!journey->exchange->attempt.response_passed_on) {
        wlm_response_head_commit(journey);
    }
    rv = ap_pass_brigade(journey->r->output_filters, bb);
    journey->filter_answered = rv == AP_FILTER_ERROR;
    return journey->r->connection->aborted ? APR_ECONNABORTED : rv;
}

static apr_status_t write_on(void *data)
{
    const wlm_journey_t *journey = data;
    conn_rec *c = journey->r->connection;

    if (!c->data_in_output_filters || wlm_output_waits(c)) {
        return APR_SUCCESS;
    }
    if (wlm_output_write(c) != APR_SUCCESS || c->aborted) {
        return APR_ECONNABORTED;
    }
    return c->data_in_output_filters ? APR_EAGAIN : APR_SUCCESS;
}

static const wlm_exchange_client_t functions = {
    .find_address = wlm_names_find,
    .close_idle = wlm_endpoints_close_idle,
    .acquire_bound = acquire_bound,
    .release_bound = release_bound,
    .log_second_try = log_second_try,
    .describe = describe,
    .read_body = read_body,
    .refuse_body = refuse_body,
    .refuse_length = refuse_length,
    .await = await,
    .give_up = give_up,
    .send_interim = send_interim,
    .pass_on = pass_on,
    .write_on = write_on,
};

void wlm_client_side_init(wlm_journey_t *journey, wlm_exchange_t *exchange)
{
    const plugin_cfg_t *cfg = journey->request->version->cfg;
    request_rec *r = journey->r;

    exchange->pool = r->pool;
    exchange->ba = r->connection->bucket_alloc;
    exchange->client = &functions;
    exchange->client_data = journey;
    exchange->wait = &journey->task.wait;
    exchange->client_timeout = r->server->timeout;
    exchange->max_fields = cfg->http_max_headers;
    exchange->chunk = (apr_size_t)cfg->response_chunk_size * 1024;
    exchange->body = &journey->body;
    exchange->repeat = &journey->repeat;
    exchange->finishes = wlm_config_of_request(r)->client_gone == WLM_CLIENT_GONE_FINISH;
    exchange->logs_in = wlm_bound_connection_is_asked_by(r);
    exchange->trailers = r->trailers_out;
}

void wlm_client_side_select(wlm_journey_t *journey, wlm_member_t *member, const wlm_member_transport_t *transport)
{
    journey->exchange->member = member;
    journey->exchange->transport = transport;
    journey->exchange->connections = transport->endpoint->connections;
    journey->exchange->peer = transport->endpoint->peer;
}
