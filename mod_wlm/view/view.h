/* view/view.h: the state of all files, clusters and members as one model. It is made once for each answer and printed
 * by one of the printers: JSON (view/json.h), OpenMetrics (view/metrics.h), lines "Key: value" for mod_status
 * (view/lines.h), and the page (view/page.h). No printer computes a value; most values are in the tables of
 * view/fields.h.
 */
#ifndef WLM_VIEW_VIEW_H
#define WLM_VIEW_VIEW_H

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

typedef struct wlm_view_cluster_t {
    const char *name, *file, *policy;
    uint64_t retrying, waiting, usable; /* members that get new sessions now */
    wlm_view_member_t *members;
    int nmembers;
    int by_attention[WLM_ATTENTIONS];          /* members by wlm_attention_t */
    int primaries;
} wlm_view_cluster_t;

typedef struct wlm_view_file_t {
    const char *path;
    uint64_t generation;           /* 1 for the version of httpd's start, incremented by each change that is loaded */
    uint64_t loaded;               /* ms since 1970 */
    uint64_t refused_since;        /* ... 0: the file on disk is in use */
    const char *refused;           /* why the file on disk is not in use; NULL: it is */
    const apr_array_header_t *findings; /* plugin_cfg_finding_t * */
} wlm_view_file_t;

typedef struct wlm_view_t {
    const char *version;           /* of the module */
    uint64_t now;                  /* ms since 1970 */
    wlm_view_file_t *files;
    int nfiles;
    wlm_view_cluster_t *clusters;  /* of all files */
    int nclusters;
    uint64_t member_slots, member_slots_max, cluster_slots, cluster_slots_max;
} wlm_view_t;

/**
 * Copy the state of a cluster and its members, as their shared records have it now, into a view. Any thread; no locks.
 * @param view    filled, but for its members' `tls` and `tls_own_expires`, which net/ knows; its texts are in p, or
 *                live as long as the cluster
 * @param events  also the members' events
 */
void wlm_view_read_cluster(wlm_view_cluster_t *view, wlm_cluster_t *cluster, const char *file, int events,
                           const wlm_moment_t *moment, apr_pool_t *p);

#endif
