/* Waiting for the member, with its limits: ServerIOTimeout, and what is left of WLMTotalTimeout. Blocks the worker
 * thread of the request. */
#include "httpd/request/exchange_wait.h"
#include <httpd.h>
#include "base/clock.h"
#include "httpd/request/exchange_base.h"
#include "net/conn.h"

apr_interval_time_t wlm_exchange_wait_limit(const wlm_exchange_t *x, apr_interval_time_t timeout)
{
    apr_interval_time_t left;

    if (!x->deadline) {
        return timeout;
    }
    left = x->deadline - wlm_now();
    return left <= 0 ? 1 : timeout > 0 && timeout < left ? timeout : left;
}

apr_interval_time_t wlm_exchange_wait_timeout(const wlm_exchange_t *x)
{
    return wlm_exchange_wait_limit(x, x->io_timeout);
}

apr_status_t wlm_exchange_wait_read(wlm_exchange_t *x)
{
    int ready;

    return wlm_conn_wait(x->conn, WLM_CONN_READ, NULL, wlm_exchange_wait_timeout(x), &ready);
}
