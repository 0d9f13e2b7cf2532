/* health/health.h: a member's health by its requests: a state machine in one 64 bit word, so that a change is one
 * compare-and-swap.
 *
 *   state     new requests   sessions it has   becomes
 *   up        yes            yes               down    on a fault that marks down; on the last of several doubts
 *                                                      without a complete response in between; when a doubt is
 *                                                      confirmed
 *   down      no             no                probing when its retry time has come and one request claims it
 *                                              up      on any complete response since (also to an earlier request)
 *   probing   no             no                up      on any complete response
 *                                              down    on a fault, or when the probe ends without a verdict
 *                                              probing (another request) when the claim is older than the lease
 *
 * A doubt is a fault after the connection was made: the request may be its cause, or the member. What other members do
 * with the request decides: the doubt is confirmed when another one answers it, and withdrawn when others fail on it,
 * too. While it holds, requests that could not be repeated go to other members, if possible (balance/limits.h).
 *
 * Exactly one request probes: the one whose compare-and-swap from down to probing succeeds. The claim is a lease, so it
 * ends when its process dies. (The original plug-in kept its "being retried" mark for ever in one case: PM49491.)
 */
#ifndef WLM_HEALTH_HEALTH_H
#define WLM_HEALTH_HEALTH_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>
#include "health/event.h"
#include "health/retry_interval.h"

/* bits 0-1 state, 2-17 mark-downs in a row, 18-63 time in ms of base/clock.h; while up: doubts, and when the last one
 * came or was tried */
typedef uint64_t wlm_health_t;
#define WLM_HEALTH_STATE_BITS 2
#define WLM_HEALTH_DOUBTS 3        /* so many doubts in a row mark a member down */

typedef enum { WLM_UP = 0, WLM_DOWN = 1, WLM_PROBING = 2 } wlm_health_state_t;

/** The state alone. */
static inline wlm_health_state_t wlm_health_state(wlm_health_t health)
{
    return (wlm_health_state_t)(health & ((1u << WLM_HEALTH_STATE_BITS) - 1));
}

/** Mark-downs since the last complete response: the first and the failed probes; at most 65535. */
unsigned wlm_health_faults(wlm_health_t health);
/** While it is up: doubts since the last complete response. */
unsigned wlm_health_doubts(wlm_health_t health);
/** Is it up and doubted? This ends by itself an interval after the last doubt came or was tried. */
int wlm_health_is_doubted(wlm_health_t health, apr_time_t now, const wlm_retry_rule_t *rule);
/** When a request may try the member: 0 while up, the retry time while down, the lease's end while probing. */
apr_time_t wlm_health_retry_at(wlm_health_t health);

/** The same state with its time shifted, for another origin of base/clock.h. Pure. */
wlm_health_t wlm_health_move(wlm_health_t health, apr_interval_time_t by);

/** Is a marked-down member due for a try? False while it is up. */
int wlm_health_is_due(wlm_health_t health, apr_time_t now);

/**
 * The state after an event. Pure.
 * @param random  any number, for the jitter
 * @return `health` itself when nothing changes. CLAIM changes only a member that is due.
 */
wlm_health_t wlm_health_after(wlm_health_t health, wlm_health_event_t event, apr_time_t now,
                              const wlm_retry_rule_t *rule, uint64_t random);

/**
 * Apply an event to the state of a member, in shared memory. Any thread of any process; lock-free.
 * @param pbefore  may be NULL; the state that the change started from
 * @return the state after it. For CLAIM: the claim was won when *pbefore differs from the result.
 */
wlm_health_t wlm_health_apply(_Atomic wlm_health_t *health, wlm_health_t *pbefore, wlm_health_event_t event,
                              apr_time_t now, const wlm_retry_rule_t *rule, uint64_t random);

#endif
