/* ExtendedHandshake: some firewalls accept connections for members that do not run. A small exchange shows whether the
 * member answers, before any of the request is sent, so that it can still go to another one. The member need not know
 * the method: any response counts. On the thread that has the request. */
#include "exchange/probe.h"
#include <apr_strings.h>
#include "balance/outcome.h"
#include "balance/transports.h"
#include "exchange/base.h"
#include "exchange/connection.h"
#include "exchange/end.h"
#include "exchange/wait.h"
#include "net/simple_request.h"

#define HANDSHAKE_MAX apr_time_from_sec(60) /* where neither ConnectTimeout nor ServerIOTimeout says anything */

struct wlm_exchange_probe_t {
    wlm_simple_request_t request;
    wlm_simple_answer_t answer;
};

static void begin_probe(wlm_exchange_t *exchange)
{
    apr_interval_time_t timeout = wlm_exchange_connection_timeout(exchange);
    const char *question = apr_psprintf(exchange->pool, "OPTIONS * HTTP/1.1\r\nHost: %s\r\n\r\n",
                                        wlm_transports_host_field(exchange->transport));

    exchange->probe = apr_palloc(exchange->pool, sizeof(*exchange->probe));
    timeout = wlm_exchange_wait_limit(exchange, timeout > 0 ? timeout : exchange->io_timeout);
    wlm_simple_request_begin(&exchange->probe->request, &exchange->probe->answer, exchange->conn, question, 0,
                             timeout > 0 ? timeout : HANDSHAKE_MAX, exchange->pool);
}

/* @param rv  how it has ended */
static wlm_step_t end_probe(wlm_exchange_t *exchange, apr_status_t rv)
{
    const struct wlm_exchange_probe_t *probe = exchange->probe;
    const char *why;

    exchange->probe = NULL;
    if (rv == APR_SUCCESS && probe->answer.reusable) {
        exchange->attempt.kept_connection = 0; /* as good as a new one */
        return WLM_STEP_DONE;
    }
    wlm_exchange_connection_close(exchange);
    if (rv == APR_SUCCESS) {
        wlm_exchange_connection_renew(exchange); /* it answers, but closes after each response */
        return wlm_exchange_connection_open(exchange);
    }
    why = apr_pstrcat(exchange->pool, "extended handshake: ", probe->request.why, NULL);
    return APR_STATUS_IS_TIMEUP(rv) ? wlm_exchange_end_timed_out(exchange, WLM_NOTHING_SENT, why)
                                    : wlm_exchange_end_with(exchange, WLM_NOTHING_SENT, why);
}

wlm_step_t wlm_exchange_probe_step(wlm_exchange_t *exchange)
{
    apr_status_t rv;

    if (!exchange->conn) {
        return wlm_exchange_connection_open(exchange); /* the one behind a probe */
    }
    if (!exchange->probe) {
        begin_probe(exchange);
    }
    rv = wlm_simple_request_step(&exchange->probe->request, exchange->wait);
    if (APR_STATUS_IS_EAGAIN(rv)) {
        wlm_exchange_wait_client(exchange);
        return WLM_STEP_WAITS;
    }
    return end_probe(exchange, rv);
}
