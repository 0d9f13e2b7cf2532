/* A small exchange with a member, in steps that never wait: the request is sent, a head is read, then a body. On the
 * thread that drives the steps. */
#include "net/simple_request.h"
#include <string.h>
#include <apr_strings.h>
#include "base/clock.h"

#define HEAD_MAX    65536
#define FIELDS_MAX  200
#define INTERIM_MAX 32

void wlm_simple_request_begin(wlm_simple_request_t *request, wlm_simple_answer_t *answer, wlm_conn_t *conn,
                              const char *question, int no_body, apr_interval_time_t timeout, apr_pool_t *p)
{
    memset(answer, 0, sizeof(*answer));
    answer->head.fields = apr_palloc(p, sizeof(*answer->head.fields) * FIELDS_MAX);
    answer->head.fields_max = FIELDS_MAX;
    memset(request, 0, sizeof(*request));
    request->stage = WLM_SIMPLE_REQUEST_SEND;
    request->answer = answer;
    request->conn = conn;
    request->unsent = question;
    request->no_body = no_body;
    request->deadline = wlm_now() + timeout;
    request->p = p;
}

static apr_status_t fail(wlm_simple_request_t *request, const char *why)
{
    request->why = why;
    return APR_EGENERAL;
}

static apr_status_t wait_for(wlm_simple_request_t *request, int what, wlm_wait_t *wait)
{
    apr_interval_time_t left = request->deadline - wlm_now();

    return left > 0 ? wlm_conn_wait_for(request->conn, what, left, wait) : APR_TIMEUP;
}

/* -- the stages: each goes on as far as it can ------------------------------------------------------ */

static apr_status_t send_question(wlm_simple_request_t *request, wlm_wait_t *wait)
{
    struct iovec iov = { (char *)request->unsent, strlen(request->unsent) };
    apr_size_t n;
    apr_status_t rv;

    if (iov.iov_len == 0) {
        request->stage = WLM_SIMPLE_REQUEST_HEAD;
        return APR_SUCCESS;
    }
    rv = wlm_conn_write(request->conn, &iov, 1, &n);
    request->unsent += n;
    return APR_STATUS_IS_EAGAIN(rv) ? wait_for(request, WLM_CONN_WRITE, wait) : rv;
}

static apr_status_t read_more(wlm_simple_request_t *request, apr_size_t max, wlm_wait_t *wait)
{
    apr_status_t rv = wlm_conn_fill(request->conn, max);

    return APR_STATUS_IS_EAGAIN(rv) ? wait_for(request, WLM_CONN_READ, wait) : rv;
}

/* The connection's buffer is about to be used again: the head's texts move to the pool */
static void keep_head(wlm_simple_request_t *request)
{
    wlm_http_head_t *head = &request->answer->head;
    char *from = request->conn->buffer + request->conn->start, *to = apr_pmemdup(request->p, from, head->size);
    int i;

    for (i = 0; i < head->nfields; ++i) {
        head->fields[i].name = to + (head->fields[i].name - from);
        head->fields[i].value = to + (head->fields[i].value - from);
    }
    head->reason = to + (head->reason - from);
    request->conn->start += head->size;
}

static apr_status_t begin_body(wlm_simple_request_t *request)
{
    wlm_simple_answer_t *answer = request->answer;

    if (answer->head.framing != WLM_HTTP_NO_BODY) {
        answer->body = apr_palloc(request->p, WLM_SIMPLE_REQUEST_BODY_KEPT + 1);
        answer->body[0] = '\0';
    }
    wlm_http_body_init(&request->body, answer->head.framing, answer->head.content_length, NULL);
    request->stage = WLM_SIMPLE_REQUEST_BODY;
    return APR_SUCCESS;
}

/* A complete head: the final one, or one before it */
static apr_status_t use_head(wlm_simple_request_t *request)
{
    int status = request->answer->head.status;

    keep_head(request);
    if (status >= 200) {
        return begin_body(request);
    }
    request->scan = 0;
    return status != 101 && ++request->interim <= INTERIM_MAX
           ? APR_SUCCESS : fail(request, "an interim response where a final one is due");
}

static apr_status_t read_head(wlm_simple_request_t *request, wlm_wait_t *wait)
{
    wlm_http_head_t *head = &request->answer->head;
    wlm_conn_t *conn = request->conn;

    switch (wlm_http_head_parse(head, conn->buffer + conn->start, conn->end - conn->start, HEAD_MAX, request->no_body,
                                &request->scan)) {
    case WLM_HEAD_COMPLETE:
        return use_head(request);
    case WLM_HEAD_INCOMPLETE:
        return read_more(request, HEAD_MAX, wait);
    default:
        return fail(request, head->error);
    }
}

static void keep_body(wlm_simple_answer_t *answer, const char *data, apr_size_t len)
{
    apr_size_t room = WLM_SIMPLE_REQUEST_BODY_KEPT - answer->body_len;

    len = len < room ? len : room;
    memcpy(answer->body + answer->body_len, data, len);
    answer->body_len += len;
    answer->body[answer->body_len] = '\0';
}

/* Use what is in the connection's buffer */
static wlm_http_body_result_t use_buffer(wlm_simple_request_t *request)
{
    wlm_conn_t *conn = request->conn;
    wlm_http_body_result_t result;

    do {
        apr_size_t used, len;
        const char *data;

        result = wlm_http_body_feed(&request->body, conn->buffer + conn->start, conn->end - conn->start, &used, &data,
                                    &len);
        conn->start += used;
        request->total += used;
        if (len > 0) {
            keep_body(request->answer, data, len);
        }
    } while (result == WLM_HTTP_BODY_MORE && conn->start < conn->end);
    return result;
}

static apr_status_t read_more_body(wlm_simple_request_t *request, wlm_wait_t *wait)
{
    apr_status_t rv;

    if (request->total > WLM_SIMPLE_REQUEST_BODY_MAX) {
        return fail(request, "an answer of more than 1 MiB");
    }
    rv = read_more(request, request->conn->size, wait);
    if (APR_STATUS_IS_EOF(rv) && wlm_http_body_eof(&request->body)) {
        request->stage = WLM_SIMPLE_REQUEST_OVER;
        return APR_SUCCESS;
    }
    return rv;
}

static apr_status_t read_body(wlm_simple_request_t *request, wlm_wait_t *wait)
{
    switch (use_buffer(request)) {
    case WLM_HTTP_BODY_DONE:
        request->answer->reusable = request->answer->head.keep_alive;
        request->stage = WLM_SIMPLE_REQUEST_OVER;
        return APR_SUCCESS;
    case WLM_HTTP_BODY_MORE:
        return read_more_body(request, wait);
    default:
        return fail(request, request->body.error);
    }
}

/* -- the loop ------------------------------------------------------------------------------------------ */

static const char *why_of(wlm_simple_request_t *request, apr_status_t rv)
{
    char text[WLM_CONN_WHY_SIZE];

    return APR_STATUS_IS_TIMEUP(rv) ? "no answer in time"
           : APR_STATUS_IS_EOF(rv)  ? "connection closed without a complete answer"
                                    : apr_pstrdup(request->p, wlm_conn_error(request->conn, rv, text));
}

apr_status_t wlm_simple_request_step(wlm_simple_request_t *request, wlm_wait_t *wait)
{
    static apr_status_t (*const stages[])(wlm_simple_request_t *, wlm_wait_t *) = {
        [WLM_SIMPLE_REQUEST_SEND] = send_question,
        [WLM_SIMPLE_REQUEST_HEAD] = read_head,
        [WLM_SIMPLE_REQUEST_BODY] = read_body,
    };
    apr_status_t rv = APR_SUCCESS;

    while (rv == APR_SUCCESS && request->stage != WLM_SIMPLE_REQUEST_OVER) {
        rv = stages[request->stage](request, wait);
    }
    if (APR_STATUS_IS_EAGAIN(rv)) {
        return rv;
    }
    wlm_wait_end(wait);
    if (rv != APR_SUCCESS && !request->why) {
        request->why = why_of(request, rv);
    }
    return rv;
}
