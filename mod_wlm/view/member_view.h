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
    WLM_ATTENTION_STEERED,         /* an administrator, or its agent, has set its state or weight; highest level while
                                      it is drained */
    WLM_ATTENTION_FAILING,         /* it is up, and more than one of twenty requests of the last minutes failed
                                      or got a response 5xx */
    WLM_ATTENTION_OUT,             /* it is not up */
    WLM_ATTENTIONS
} wlm_attention_t;

typedef struct wlm_view_member_t {
    const char *name, *clone_id, *address, *tier, *state, *admin_state, *comment, *last_error;
    const char *source;            /* what has given it to the cluster; NULL: the file has it */
    uint64_t since;                /* begin of the state; 0: it has always been up */
    const char *tls;               /* the protocol that its https transport speaks; NULL: none, or not known yet */
    uint64_t tls_own_expires;      /* the module's certificate; this and `tls` are set by the caller */
    uint64_t tls_expires;          /* its certificate */
    const char *check;             /* what active checks ask, e.g. "GET /health each 5.0 s"; NULL: there are none */
    const char *check_result;      /* of the last one: "good" or "failed"; NULL: none was made */
    const char *check_error;       /* why it failed; NULL: it did not */
    uint64_t checked_at;           /* when it ended */
    double check_time;             /* s that it took */
    uint64_t next_retry, admin_since, admin_until, last_error_at;
    wlm_attention_t attention;
    const char *attention_name;
    const char *reason;            /* why it is not up, needs attention, or warms up; NULL: it is up as configured */
    uint64_t weight, configured_weight;
    double warmth;                 /* percent of its weight that counts by WLMSlowStart; 100 when it is warm */
    uint64_t weight_percent;       /* of its weight that counts by what it reports; 100 without a report */
    int has_to_report;             /* WLMLoadReport is not Off */
    const char *reported_state;    /* what its agent says; NULL: it has none, or says nothing */
    uint64_t reported_at;          /* the last report that counts */
    double reported;               /* percent: its utilisation, or the part of its weight that its agent wants */
    uint64_t reported_max_connections; /* what its agent says; 0: nothing */
    uint64_t status_at;            /* the last STATUS of its node; 0: none */
    double status_interval;        /* s between two of them */
    uint64_t silent;               /* 1: none has come for too long; WLM_FIELD_NONE: its node does not say STATUS */
    double share, share_got;       /* percent of new sessions now; of requests, in the last 15 min */
    double requests_per_second, failures_per_second, errors_per_second; /* of the last seconds */
    uint64_t peak_in_flight, last_request, last_session_request;
    double time_down;              /* s */
    uint64_t in_flight, max_connections, found_limit, idle, open;
#define COUNTER(where, name, key, metric, help) uint64_t name;
    WLM_COUNTERS(COUNTER)
#undef COUNTER
    double usual_time;             /* s; as found (WLMConcurrency) */
    double p50, p95, p99;          /* of the last minutes */
    double response_average;       /* s; of the policy, as it is without a further response. 0: nothing is known */
    uint64_t failures_by[WLM_OUTCOMES]; /* by wlm_outcome_t */
    uint64_t responses_by[WLM_STATUS_CLASSES]; /* 1xx to 5xx */
    uint64_t times[WLM_HISTOGRAM_BUCKETS]; /* of all responses ever */
    double times_sum;              /* s */
    uint64_t recent_requests[WLM_SAMPLES], recent_failures[WLM_SAMPLES];
    uint64_t recent_errors[WLM_SAMPLES]; /* responses 5xx */
    uint64_t recent_requests_sum, recent_failures_sum, recent_errors_sum;
    uint64_t recent_kept_sum;      /* requests whose session named the member */
    wlm_view_event_t *events;      /* the newest first; NULL: they were not requested */
    int nevents;
} wlm_view_member_t;

#endif
