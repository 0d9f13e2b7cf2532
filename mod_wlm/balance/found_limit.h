/* balance/found_limit.h: looks for the number of requests that a member can have at a time (WLMConcurrency Adaptive),
 * by the rules of balance/concurrency.h, from what its record has counted. One process at a time does it, periodically;
 * wlm_found_limit_give_up() any thread. No lock.
 */
#ifndef WLM_BALANCE_FOUND_LIMIT_H
#define WLM_BALANCE_FOUND_LIMIT_H

#include "balance/model.h"

/** How often wlm_found_limit_look() is to be called. */
#define WLM_FOUND_LIMIT_INTERVAL apr_time_from_msec(200)

/** Note how many requests are in flight; at the end of a window, set the limit that holds from then on. */
void wlm_found_limit_look(wlm_member_t *member, apr_time_t now);

/** What a response usually takes while nothing waits in the member; 0: not known. */
apr_interval_time_t wlm_found_limit_usual_time(const wlm_member_t *member);

/** A request had been with the member for so long when its client or its time was gone. */
void wlm_found_limit_give_up(wlm_member_t *member, apr_interval_time_t time);

#endif
