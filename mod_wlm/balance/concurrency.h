/* balance/concurrency.h: finds how many requests a member can have at a time (WLMConcurrency Adaptive). Pure; the state
 * is one thread's at a time.
 *
 * A member that has more requests than it can work on answers no more of them, but later: its response times rise in
 * proportion to the requests in flight. With fewer than that the times do not depend on their number. So the limit is
 * found by comparing windows of time with different numbers in flight; nothing is paused for a measurement:
 *
 *   usual time   what a response takes while nothing waits in the member. It follows a faster window soon, and
 *                slower ones slowly, most slowly while the limit holds requests back
 *   grow         the limit holds requests back, and the times are not much above the usual one: raise it
 *   search       the times are, or clients give up, or the limit has held requests back for a while without a
 *                search: lower it step by step. As long as the member answers as many requests in a second as
 *                before, those that were more had waited in it. When it answers fewer, the step was one too many and
 *                is taken back; when that is the first step, then the work itself has become slower, and the usual
 *                time rises
 *
 * A window with few responses decides nothing, and a limit that holds nobody back is not lowered by low traffic. The
 * time of a window is the middle of its responses, which neither a few slow ones nor two kinds of requests (a fast and
 * a slow one) throw about.
 *
 * Published limiters of this kind are Netflix' Gradient2, Envoy's adaptive concurrency and TCP Vegas. They compare
 * times alone, with a minimum or a slow average: that creeps up in a lasting overload, or is measured anew in pauses,
 * and it cannot tell slower work from work that waits. The rate can.
 */
#ifndef WLM_BALANCE_CONCURRENCY_H
#define WLM_BALANCE_CONCURRENCY_H

#include <stdint.h>
#include <apr_time.h>
#include "balance/option_values.h"

/** What is known of a member; all zero: nothing, and its limit is the largest one. */
typedef struct wlm_concurrency_t {
    double limit;                  /* requests; 0: not found yet */
    double usual;                  /* microseconds; 0: not known yet */
    double searched_limit;         /* a search goes on: the limit before its last step; 0: none */
    double searched_in_flight;     /* ... the requests in flight */
    double searched_rate;          /* ... the responses in a second */
    uint32_t is_first;             /* ... its last step was its first one */
    uint32_t is_slow;              /* it has begun because of the times */
    double usual_before;           /* ... the usual time when it began */
    uint32_t rest;                 /* windows from the last search to the next one; 0: there was none yet */
    uint32_t windows;              /* since the last search, or its last step */
} wlm_concurrency_t;

/** What was seen in a window of time. */
typedef struct wlm_concurrency_window_t {
    apr_interval_time_t time;      /* the middle of the response times; those that clients gave up included */
    double in_flight;              /* on average */
    double given_up;               /* which part of the requests that ended was given up by their clients */
    double rate;                   /* responses in a second, without what clients gave up */
} wlm_concurrency_window_t;

/** Is a window complete, so that it says something?
 *  @param responses  that ended in it  @param time  the middle of their times  @param length  of the window so far
 *  @return 1: yes; -1: it is so long, and says so little, that another one is to be begun; 0: not yet */
int wlm_concurrency_is_complete(uint64_t responses, apr_interval_time_t time, apr_interval_time_t length);

/** Learn from a complete window. */
void wlm_concurrency_learn(wlm_concurrency_t *known, const wlm_concurrency_bounds_t *bounds,
                           const wlm_concurrency_window_t *window);

/** The limit that holds, in whole requests. */
int wlm_concurrency_limit(const wlm_concurrency_t *known, const wlm_concurrency_bounds_t *bounds);

#endif
