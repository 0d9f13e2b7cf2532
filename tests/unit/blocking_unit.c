/* Steps of net/ as loops that wait. On the thread of the test. */
#include "unit.h"
#include <apr_strings.h>
#include "blocking_unit.h"

apr_status_t open_and_wait(wlm_conn_t **pconn, char why[WLM_CONN_WHY_SIZE], const wlm_address_t *address,
                           wlm_tls_peer_t *tls, apr_interval_time_t timeout)
{
    wlm_conn_open_t open;
    wlm_wait_t wait;
    apr_status_t rv;

    wlm_wait_init(&wait);
    wlm_conn_open_begin(&open, address, tls, timeout);
    while (APR_STATUS_IS_EAGAIN(rv = wlm_conn_open_step(&open, pconn, &wait))) {
        wlm_wait_poll(&wait);
    }
    apr_cpystrn(why, open.why, WLM_CONN_WHY_SIZE);
    return rv;
}

apr_status_t ask_and_wait(wlm_simple_answer_t *answer, const char **pwhy, wlm_conn_t *conn, const char *question,
                          int no_body, apr_interval_time_t timeout)
{
    wlm_simple_request_t request;
    wlm_wait_t wait;
    apr_status_t rv;

    wlm_wait_init(&wait);
    wlm_simple_request_begin(&request, answer, conn, question, no_body, timeout, unit_pool);
    while (APR_STATUS_IS_EAGAIN(rv = wlm_simple_request_step(&request, &wait))) {
        wlm_wait_poll(&wait);
    }
    *pwhy = request.why;
    return rv;
}
