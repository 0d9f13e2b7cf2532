/* How an attempt has ended: the facts that are noted in exchange->attempt. What follows from them is decided elsewhere
 * (balance/outcome.h). On the thread that has the request. */
#include "exchange/end.h"
#include <apr_strings.h>
#include "balance/outcome.h"
#include "base/clock.h"
#include "exchange/base.h"
#include "net/conn.h"
#include "net/tls.h"

wlm_step_t wlm_exchange_end_with(wlm_exchange_t *exchange, wlm_outcome_t outcome, const char *cause)
{
    exchange->attempt.outcome = outcome;
    exchange->attempt.cause = cause;
    return WLM_STEP_FAILED;
}

wlm_step_t wlm_exchange_end_client_left(wlm_exchange_t *exchange)
{
    exchange->client_left = 1;
    exchange->client->give_up(exchange->client_data);
    return wlm_exchange_end_with(exchange, WLM_CLIENT_GONE, "the client has closed its connection");
}

/* Which of the limits was it? */
wlm_step_t wlm_exchange_end_timed_out(wlm_exchange_t *exchange, wlm_outcome_t outcome, const char *cause)
{
    if (exchange->deadline && wlm_now() >= exchange->deadline) {
        return wlm_exchange_end_with(exchange, WLM_OUT_OF_TIME, "no answer within WLMTotalTimeout");
    }
    exchange->attempt.timed_out = 1;
    return wlm_exchange_end_with(exchange, outcome, cause);
}

wlm_step_t wlm_exchange_end_without_response(wlm_exchange_t *exchange, apr_status_t rv)
{
    char text[WLM_CONN_WHY_SIZE];

    if (APR_STATUS_IS_TIMEUP(rv)) {
        return wlm_exchange_end_timed_out(exchange, WLM_TIMED_OUT, "no answer within ServerIOTimeout");
    }
    if (rv == WLM_TLS_REFUSED) {
        exchange->attempt.sent = 0; /* it was, but the member has not read it */
    }
    return wlm_exchange_end_with(exchange, exchange->attempt.sent ? WLM_NO_RESPONSE : WLM_NOTHING_SENT,
                                 APR_STATUS_IS_EOF(rv) ? "connection closed without an answer"
                                 : apr_pstrdup(exchange->pool, wlm_conn_error(exchange->conn, rv, text)));
}
