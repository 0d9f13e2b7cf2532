/* httpd/request/exchange_probe.h: ExtendedHandshake, a question whether the member lives. */
#ifndef WLM_HTTPD_REQUEST_EXCHANGE_PROBE_H
#define WLM_HTTPD_REQUEST_EXCHANGE_PROBE_H

#include "httpd/request/exchange_base.h"

/** A step: does the member answer on x->conn? Opens another connection when the member closes it after its answer. */
wlm_step_t wlm_exchange_probe_step(wlm_exchange_t *x);

#endif
