/* httpd/request/exchange_wait.h: waiting for the member, with its limits. */
#ifndef WLM_HTTPD_REQUEST_EXCHANGE_WAIT_H
#define WLM_HTTPD_REQUEST_EXCHANGE_WAIT_H

#include "httpd/request/exchange_base.h"

/** A limit that does not reach beyond the request's deadline. In microseconds.
 *  @param timeout  0: no limit. @return 0: there is none */
apr_interval_time_t wlm_exchange_wait_limit(const wlm_exchange_t *x, apr_interval_time_t timeout);
/** How long to wait for the member now: ServerIOTimeout, or until the deadline. 0: no limit */
apr_interval_time_t wlm_exchange_wait_timeout(const wlm_exchange_t *x);
/** Wait for the member to send. @return APR_SUCCESS or APR_TIMEUP */
apr_status_t wlm_exchange_wait_read(wlm_exchange_t *x);

#endif
