/* health/outlier.h: outlier detection: finds a member that fails too often, although no single failure marks it down.
 * Pure; any thread. */
#ifndef WLM_HEALTH_OUTLIER_H
#define WLM_HEALTH_OUTLIER_H

#include <stdint.h>
#include <apr_time.h>

/* bits 0-15 failures, 16-31 requests, 32-63 begin of the window in s of base/clock.h */
typedef uint64_t wlm_outlier_t;

typedef struct wlm_outlier_rule_t {
    int failures_in_row;           /* so many failures in a row exclude a member; 0: not used */
    int percent;                   /* this share of failures in a window excludes a member; 0: not used */
    int min_requests;              /* ... if the window has at least so many requests */
    int window;                    /* seconds */
    int status_5xx;                /* a response 5xx is a failure, too */
    int max_percent;               /* of a cluster's members that may be excluded at a time; one always may be */
} wlm_outlier_rule_t;

/** Is outlier detection enabled? */
int wlm_outlier_is_on(const wlm_outlier_rule_t *rule);

/** The window after one more request. After the end of a window the next one begins. 0 is a window without requests. */
wlm_outlier_t wlm_outlier_after(wlm_outlier_t window, int failed, apr_time_t now, const wlm_outlier_rule_t *rule);

/** Has the share of failures been reached? */
int wlm_outlier_is_reached(wlm_outlier_t window, const wlm_outlier_rule_t *rule);

/** May one more of `members` members be left out when `out` of them are already not usable? */
int wlm_outlier_may_leave_out(int members, int out, const wlm_outlier_rule_t *rule);

#endif
