/* health/outlier.h: does a member fail too often, although no single failure marks it down? Pure. */
#ifndef WLM_HEALTH_OUTLIER_H
#define WLM_HEALTH_OUTLIER_H

#include <stdint.h>
#include <apr_time.h>

/* bits 0-15 failures, 16-31 requests, 32-63 begin of the window in s of base/clock.h */
typedef uint64_t wlm_outlier_t;

typedef struct wlm_outlier_rule_t {
    int failures_in_row;           /* so many take a member out; 0: they do not count */
    int percent;                   /* so large a share of failures in a window does; 0: it does not count */
    int min_requests;              /* ... when the window has so many requests */
    int window;                    /* seconds */
    int status_5xx;                /* a response 5xx is a failure, too */
    int max_percent;               /* so many of a cluster's members may be out at a time; one always may be */
} wlm_outlier_rule_t;

/** Is outlier detection enabled? */
int wlm_outlier_is_on(const wlm_outlier_rule_t *rule);

/** The window after one more request. After the end of a window the next one begins. 0 is a window without requests. */
wlm_outlier_t wlm_outlier_after(wlm_outlier_t window, int failed, apr_time_t now, const wlm_outlier_rule_t *rule);

/** Has the share of failures been reached? */
int wlm_outlier_is_reached(wlm_outlier_t window, const wlm_outlier_rule_t *rule);

/** May one more of `members` members be taken out when `out` of them are not usable already? */
int wlm_outlier_may_leave_out(int members, int out, const wlm_outlier_rule_t *rule);

#endif
