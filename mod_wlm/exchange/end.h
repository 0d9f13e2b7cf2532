/* exchange/end.h: how an attempt has ended. On the thread that has the request. */
#ifndef WLM_EXCHANGE_END_H
#define WLM_EXCHANGE_END_H

#include "exchange/base.h"

/** Note outcome and cause. @param cause  as long as the request. @return WLM_STEP_FAILED */
wlm_step_t wlm_exchange_end_with(wlm_exchange_t *exchange, wlm_outcome_t outcome, const char *cause);
/** The client has closed its connection: WLM_CLIENT_GONE, exchange->client_left. @return WLM_STEP_FAILED */
wlm_step_t wlm_exchange_end_client_left(wlm_exchange_t *exchange);
/** A limit is over: WLM_OUT_OF_TIME when it was WLMTotalTimeout, otherwise `outcome` and `cause`.
 *  @return WLM_STEP_FAILED */
wlm_step_t wlm_exchange_end_timed_out(wlm_exchange_t *exchange, wlm_outcome_t outcome, const char *cause);
/** An error or the end of a connection on which nothing has come back yet. @param rv  what it says
 *  @return WLM_STEP_FAILED */
wlm_step_t wlm_exchange_end_without_response(wlm_exchange_t *exchange, apr_status_t rv);

#endif
