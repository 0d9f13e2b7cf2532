/* exchange/probe.h: ExtendedHandshake: a small request that shows whether the member answers. On the thread that has
 * the request. */
#ifndef WLM_EXCHANGE_PROBE_H
#define WLM_EXCHANGE_PROBE_H

#include "exchange/base.h"

/** A step: does the member answer on exchange->conn? Opens another connection when it closes that one afterwards. */
wlm_step_t wlm_exchange_probe_step(wlm_exchange_t *exchange);

#endif
