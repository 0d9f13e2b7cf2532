/* view/member_view.h: the state of one member, as the printers of view/view.h have it.
 * Runs on the thread that answers the request. */
#ifndef WLM_VIEW_MEMBER_VIEW_H
#define WLM_VIEW_MEMBER_VIEW_H

#include "balance/snapshot.h"
#include "base/clock.h"

typedef struct wlm_view_event_t {
    uint64_t at;                   /* ms since 1970 */
    const char *text;
} wlm_view_event_t;

/** How much attention a member needs, the least first. */
typedef enum {
    WLM_ATTENTION_NONE,            /* it is up, as configured */
    WLM_ATTENTION_STEERED,         /* an administrator has set its state or weight; highest level while drained */
    WLM_ATTENTION_FAILING,         /* it is up, and more than one of twenty requests of the last minutes failed */
    WLM_ATTENTION_OUT,             /* it is not up */
    WLM_ATTENTIONS
} wlm_attention_t;

typedef struct wlm_view_member_t {
    const char *name, *clone_id, *address, *tier, *state, *admin_state, *comment, *last_error;
    uint64_t since;                /* begin of the state; 0: it has always been up */
    const char *tls;               /* the protocol that its https transport speaks; NULL: none, or not known yet */
    uint64_t tls_own_expires;      /* the module's certificate; this and `tls` are set by the caller */
    uint64_t tls_expires;          /* its certificate */
    uint64_t next_retry, admin_since, admin_until, last_error_at;
    wlm_attention_t attention;
    const char *attention_name;
    uint64_t weight, configured_weight;
    double share, share_got;       /* percent of new sessions, as the weights say; of requests, in the last 15 min */
    uint64_t in_flight, max_connections, idle, open;
#define COUNTER(where, name, key, metric, help) uint64_t name;
    WLM_COUNTERS(COUNTER)
#undef COUNTER
    double p50, p95, p99;          /* of the last minutes */
    uint64_t failures_by[WLM_OUTCOMES]; /* by wlm_outcome_t */
    uint64_t times[WLM_HISTOGRAM_BUCKETS]; /* of all responses ever */
    double times_sum;              /* s */
    uint64_t recent_requests[WLM_SAMPLES], recent_failures[WLM_SAMPLES];
    uint64_t recent_requests_sum, recent_failures_sum;
    wlm_view_event_t *events;      /* the newest first; NULL: they were not requested */
    int nevents;
} wlm_view_member_t;

#endif
