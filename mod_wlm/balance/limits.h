/* balance/limits.h: which members a request may go to, as its policy sees it (balance/policies.h).
 *
 * Hard limits: a transport for such clients, tried already, not available (balance/availability.h), full
 * (wlm_member_limit()). Soft limits hold as long as another member is left; balance/pick.c lifts them when a policy
 * finds none, first the one for members that warm up:
 *
 *   doubted      (health/health.h) a request that could not be repeated once it is sent does not go to a member that
 *                has just failed to answer another one, because it might be lost, too. An interval later one such
 *                request tries the member
 *   warming up   a member that came back gets a growing part of its share (WLMSlowStart): each call allows it with a
 *                probability that grows with time
 *
 * Each thread has its own wlm_limits_t for one selection. No lock.
 */
#ifndef WLM_BALANCE_LIMITS_H
#define WLM_BALANCE_LIMITS_H

#include "balance/model.h"

/** The most members that one request is tried on. */
#define WLM_TRIED_MAX WLM_RETRY_ATTEMPTS_MAX /* the bits of a uint32_t */

/** The members that a request has been tried on, in that order. */
typedef struct wlm_tried_t {
    int n;
    uint16_t index[WLM_TRIED_MAX]; /* in cluster->members */
} wlm_tried_t;

/** The place of a member in the order of attempts. @return -1: the request has not been tried on it */
static inline int wlm_tried_find(const wlm_tried_t *tried, const wlm_member_t *member)
{
    int i;

    for (i = 0; i < tried->n; ++i) {
        if (tried->index[i] == member->index) {
            return i;
        }
    }
    return -1;
}

/** Has the request been tried on this member? */
static inline int wlm_tried_has(const wlm_tried_t *tried, const wlm_member_t *member)
{
    return wlm_tried_find(tried, member) >= 0;
}

/** The limits of one selection. */
typedef struct wlm_limits_t {
    int secure;                    /* the client has come by https */
    int for_session;               /* the member has its session: it may be busy */
    int avoid_doubted;             /* a soft limit: 0 where it does not apply, or is lifted */
    int any_warmth;                /* the other soft limit is lifted */
    int redraw;                    /* an earlier selection for this attempt found none, or one that became full */
    /* set by wlm_limits_allow(): why it refused members that were available otherwise */
    int full;
    int cold;
    int doubted;
} wlm_limits_t;

/** Is a member up, has it a transport for the request, and has the request not been tried on it? (It may be full.) */
int wlm_limits_is_open(const wlm_limits_t *limits, const wlm_tried_t *tried, const wlm_member_t *member,
                       apr_time_t now);

/** May the request go to a member, by all of its limits? Notes in `limits` why not.
 *  @param random  state of a random source */
int wlm_limits_allow(wlm_limits_t *limits, const wlm_tried_t *tried, const wlm_member_t *member, apr_time_t now,
                     uint64_t *random);

/** Lift the next soft limit that has refused a member. @return 0: there is none */
int wlm_limits_lift(wlm_limits_t *limits);

#endif
