/* ExtendedHandshake: some firewalls accept connections for members that are dead. A small exchange shows whether there
 * is one, while nothing of the request has been sent, so that it can still go anywhere. The member need not know the
 * method: any response will do. On the thread that has the request. */
#include "httpd/request/exchange_probe.h"
#include <httpd.h>
#include <apr_strings.h>
#include "balance/outcome.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/exchange_connection.h"
#include "httpd/request/exchange_end.h"
#include "httpd/request/exchange_wait.h"
#include "net/simple_request.h"

#define HANDSHAKE_MAX apr_time_from_sec(60) /* where neither ConnectTimeout nor ServerIOTimeout says anything */

struct wlm_exchange_probe_t {
    wlm_simple_request_t request;
    wlm_simple_answer_t answer;
};

static void begin_probe(wlm_exchange_t *x)
{
    apr_interval_time_t timeout = wlm_exchange_connection_timeout(x);
    const char *question = apr_psprintf(x->r->pool, "OPTIONS * HTTP/1.1\r\nHost: %s\r\n\r\n",
                                        x->transport->host_port);

    x->probe = apr_palloc(x->r->pool, sizeof(*x->probe));
    timeout = wlm_exchange_wait_limit(x, timeout > 0 ? timeout : x->io_timeout);
    wlm_simple_request_begin(&x->probe->request, &x->probe->answer, x->conn, question, 0,
                             timeout > 0 ? timeout : HANDSHAKE_MAX, x->r->pool);
}

/* @param rv  how it has ended */
static wlm_step_t end_probe(wlm_exchange_t *x, apr_status_t rv)
{
    const struct wlm_exchange_probe_t *probe = x->probe;
    const char *why;

    x->probe = NULL;
    if (rv == APR_SUCCESS && probe->answer.reusable) {
        x->attempt.kept_connection = 0; /* as good as a new one */
        return WLM_STEP_DONE;
    }
    wlm_exchange_connection_close(x);
    if (rv == APR_SUCCESS) {
        wlm_exchange_connection_renew(x); /* it lives, but closes after each response */
        return wlm_exchange_connection_open(x);
    }
    why = apr_pstrcat(x->r->pool, "extended handshake: ", probe->request.why, NULL);
    return APR_STATUS_IS_TIMEUP(rv) ? wlm_exchange_end_timed_out(x, WLM_NOTHING_SENT, why)
                                    : wlm_exchange_end_with(x, WLM_NOTHING_SENT, why);
}

wlm_step_t wlm_exchange_probe_step(wlm_exchange_t *x)
{
    apr_status_t rv;

    if (!x->conn) {
        return wlm_exchange_connection_open(x); /* the one behind a probe */
    }
    if (!x->probe) {
        begin_probe(x);
    }
    rv = wlm_simple_request_step(&x->probe->request, x->wait);
    if (APR_STATUS_IS_EAGAIN(rv)) {
        wlm_exchange_wait_client(x);
        return WLM_STEP_WAITS;
    }
    return end_probe(x, rv);
}
