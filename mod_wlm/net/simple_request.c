#include <string.h>
#include <apr_strings.h>
#include "net/simple_request.h"
#include "http/body.h"

#define HEAD_MAX    65536
#define FIELDS_MAX  200
#define INTERIM_MAX 32

typedef struct ask_t {
    wlm_simple_answer_t *answer;
    wlm_conn_t *conn;
    apr_time_t deadline;
    const char *why;
    apr_pool_t *p;
} ask_t;

static apr_status_t fail(ask_t *ask, apr_status_t rv, const char *why)
{
    char text[WLM_CONN_WHY_SIZE];

    ask->why = why ? why
             : APR_STATUS_IS_TIMEUP(rv) ? "no answer in time"
             : APR_STATUS_IS_EOF(rv) ? "connection closed without a complete answer"
             : apr_pstrdup(ask->p, wlm_conn_error(ask->conn, rv, text));
    return rv;
}

static apr_status_t wait_for(ask_t *ask, int what)
{
    apr_interval_time_t left = ask->deadline - wlm_now();
    int ready;

    return left > 0 ? wlm_conn_wait(ask->conn, what, NULL, left, &ready) : APR_TIMEUP;
}

static apr_status_t send_question(ask_t *ask, const char *question)
{
    struct iovec iov = { (char *)question, strlen(question) };
    apr_status_t rv = APR_SUCCESS;
    apr_size_t n;

    while (rv == APR_SUCCESS && iov.iov_len > 0) {
        rv = wlm_conn_write(ask->conn, &iov, 1, &n);
        iov.iov_base = (char *)iov.iov_base + n;
        iov.iov_len -= n;
        if (APR_STATUS_IS_EAGAIN(rv)) {
            rv = wait_for(ask, WLM_CONN_WRITE);
        }
    }
    return rv == APR_SUCCESS ? rv : fail(ask, rv, NULL);
}

static apr_status_t read_more(ask_t *ask, apr_size_t max)
{
    apr_status_t rv;

    while (APR_STATUS_IS_EAGAIN(rv = wlm_conn_fill(ask->conn, max))) {
        rv = wait_for(ask, WLM_CONN_READ);
        if (rv != APR_SUCCESS) {
            break;
        }
    }
    return rv == APR_SUCCESS ? rv : fail(ask, rv, NULL);
}

/* The connection's buffer is about to be used again: the head's texts move to the pool */
static void keep_head(ask_t *ask)
{
    wlm_http_head_t *head = &ask->answer->head;
    char *from = ask->conn->buffer + ask->conn->start, *to = apr_pmemdup(ask->p, from, head->size);
    int i;

    for (i = 0; i < head->nfields; ++i) {
        head->fields[i].name = to + (head->fields[i].name - from);
        head->fields[i].value = to + (head->fields[i].value - from);
    }
    head->reason = to + (head->reason - from);
    ask->conn->start += head->size;
}

static apr_status_t read_head(ask_t *ask, int no_body)
{
    wlm_http_head_t *head = &ask->answer->head;
    wlm_conn_t *conn = ask->conn;
    apr_size_t scan = 0;
    apr_status_t rv;

    for (;;) {
        switch (wlm_http_head_parse(head, conn->buffer + conn->start, conn->end - conn->start, HEAD_MAX, no_body,
                                    &scan)) {
        case WLM_HEAD_COMPLETE:
            keep_head(ask);
            return APR_SUCCESS;
        case WLM_HEAD_INCOMPLETE:
            rv = read_more(ask, HEAD_MAX);
            if (rv != APR_SUCCESS) {
                return rv;
            }
            break;
        default:
            return fail(ask, APR_EGENERAL, head->error);
        }
    }
}

static apr_status_t read_final_head(ask_t *ask, int no_body)
{
    int interim = 0;
    apr_status_t rv;

    do {
        rv = read_head(ask, no_body);
        if (rv != APR_SUCCESS) {
            return rv;
        }
        if (ask->answer->head.status >= 200) {
            return APR_SUCCESS;
        }
    } while (ask->answer->head.status != 101 && ++interim <= INTERIM_MAX);
    return fail(ask, APR_EGENERAL, "an interim response where a final one is due");
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
static wlm_http_body_result_t use_buffer(ask_t *ask, wlm_http_body_t *body, apr_size_t *ptotal)
{
    wlm_conn_t *conn = ask->conn;
    wlm_http_body_result_t result;

    do {
        apr_size_t used, len;
        const char *data;

        result = wlm_http_body_feed(body, conn->buffer + conn->start, conn->end - conn->start, &used, &data, &len);
        conn->start += used;
        *ptotal += used;
        if (len > 0) {
            keep_body(ask->answer, data, len);
        }
    } while (result == WLM_HTTP_BODY_MORE && conn->start < conn->end);
    return result;
}

static apr_status_t read_body(ask_t *ask)
{
    wlm_simple_answer_t *answer = ask->answer;
    wlm_http_body_t body;
    wlm_http_body_result_t result;
    apr_size_t total = 0;
    apr_status_t rv;

    if (answer->head.framing != WLM_HTTP_NO_BODY) {
        answer->body = apr_palloc(ask->p, WLM_SIMPLE_REQUEST_BODY_KEPT + 1);
        answer->body[0] = '\0';
    }
    wlm_http_body_init(&body, answer->head.framing, answer->head.content_length, NULL);
    while ((result = use_buffer(ask, &body, &total)) == WLM_HTTP_BODY_MORE && total <= WLM_SIMPLE_REQUEST_BODY_MAX) {
        rv = read_more(ask, ask->conn->size);
        if (APR_STATUS_IS_EOF(rv) && wlm_http_body_eof(&body)) {
            return APR_SUCCESS;
        }
        if (rv != APR_SUCCESS) {
            return rv;
        }
    }
    if (result == WLM_HTTP_BODY_DONE) {
        answer->reusable = answer->head.keep_alive;
        return APR_SUCCESS;
    }
    return fail(ask, APR_EGENERAL, result == WLM_HTTP_BODY_MORE ? "an answer of more than 1 MiB" : body.error);
}

apr_status_t wlm_simple_request(wlm_simple_answer_t *answer, const char **pwhy, wlm_conn_t *conn, const char *question,
                                int no_body,
                     apr_interval_time_t timeout, apr_pool_t *p)
{
    ask_t ask = { answer, conn, wlm_now() + timeout, NULL, p };
    apr_status_t rv;

    memset(answer, 0, sizeof(*answer));
    answer->head.fields = apr_palloc(p, sizeof(*answer->head.fields) * FIELDS_MAX);
    answer->head.fields_max = FIELDS_MAX;
    rv = send_question(&ask, question);
    if (rv == APR_SUCCESS) {
        rv = read_final_head(&ask, no_body);
    }
    if (rv == APR_SUCCESS) {
        rv = read_body(&ask);
    }
    *pwhy = ask.why;
    return rv;
}
