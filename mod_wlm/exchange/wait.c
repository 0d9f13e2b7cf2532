/* What an exchange waits for, with its limits: ServerIOTimeout, and what is left of WLMTotalTimeout. On the thread that
 * has the request; it does not wait itself. */
#include "exchange/wait.h"
#include "base/clock.h"
#include "exchange/base.h"
#include "net/conn.h"
#include "net/wait.h"

apr_interval_time_t wlm_exchange_wait_limit(const wlm_exchange_t *exchange, apr_interval_time_t timeout)
{
    apr_interval_time_t left;

    if (!exchange->deadline) {
        return timeout;
    }
    left = exchange->deadline - wlm_now();
    return left <= 0 ? 1 : timeout > 0 && timeout < left ? timeout : left;
}

/* One that has not sent all of its body yet is not polled for that: it is read from, and then gets the answer to a body
 * that has broken off. */
void wlm_exchange_wait_client(wlm_exchange_t *exchange)
{
    if (exchange->body->complete && !exchange->finishes) {
        exchange->client->await(exchange->client_data, exchange->wait, POLLRDHUP);
    }
}

apr_status_t wlm_exchange_wait_for(wlm_exchange_t *exchange, int wanted)
{
    apr_status_t rv = wlm_conn_wait_for(exchange->conn, wanted, wlm_exchange_wait_limit(exchange, exchange->io_timeout),
                                        exchange->wait);

    wlm_exchange_wait_client(exchange);
    return rv;
}

int wlm_exchange_wait_came(wlm_exchange_t *exchange, int wanted)
{
    short revents = exchange->wait->member.revents;

    exchange->wait->member.revents = 0;
    return revents ? wlm_conn_ready(exchange->conn, wanted, revents) : 0;
}

int wlm_exchange_wait_client_left(const wlm_exchange_t *exchange)
{
    return exchange->wait->client.events == POLLRDHUP && exchange->wait->client.revents != 0;
}
