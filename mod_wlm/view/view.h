/* view/view.h: the state as one value model. It is taken once for each answer, and printed by the printers: JSON
 * (view/json.c), OpenMetrics (view/metrics.c), lines "Key: value" for mod_status (view/lines.c), and the page
 * (view/page.h). No printer computes a value.
 *
 * Most values are fields of a table that all printers walk: a new value of a member is a new line in wlm_view_member_fields.
 */
#ifndef WLM_VIEW_VIEW_H
#define WLM_VIEW_VIEW_H

#include "balance/snapshot.h"
#include "base/clock.h"

typedef enum {
    WLM_FIELD_TEXT,                /* const char *; NULL: there is none */
    WLM_FIELD_COUNT,               /* uint64_t that only grows (until somebody resets it) */
    WLM_FIELD_NUMBER,              /* uint64_t */
    WLM_FIELD_TIME,                /* uint64_t, ms since 1970; 0: there is none */
    WLM_FIELD_SECONDS,             /* double */
    WLM_FIELD_PERCENT              /* double */
} wlm_field_kind_t;

/** A value of a struct. Names and keys are stable: programs read them. */
typedef struct wlm_field_t {
    const char *name;              /* in JSON */
    const char *key;               /* for mod_status */
    wlm_field_kind_t kind;
    size_t offset;
    const char *metric;            /* in OpenMetrics, without the prefix wlm_member_ or wlm_cluster_; NULL: not there */
    const char *help;
} wlm_field_t;                     /* a list ends with a name NULL */

extern const wlm_field_t wlm_view_member_fields[], wlm_view_cluster_fields[];

typedef struct wlm_view_event_t {
    uint64_t at;                   /* ms since 1970 */
    const char *text;
} wlm_view_event_t;

/** Does a member need somebody's attention? The more, the later in this list. */
typedef enum {
    WLM_ATTENTION_NONE,                 /* it is up, as configured */
    WLM_ATTENTION_STEERED,              /* a person has decided something about it; when he has taken it out, no more is said */
    WLM_ATTENTION_FAILING,              /* it is up, and more than one of twenty requests of the last minutes failed */
    WLM_ATTENTION_OUT,                  /* it is not up */
    WLM_ATTENTIONS
} wlm_attention_t;

typedef struct wlm_view_member_t {
    const char *name, *clone_id, *address, *tier, *state, *admin_state, *comment, *last_error;
    uint64_t since;                /* of the state; 0: it was never away */
    const char *tls;               /* the protocol that its https transport speaks; NULL: none, or not known yet */
    uint64_t tls_own_expires;      /* the certificate that it is shown; these two: filled in by the caller, who knows net/ */
    uint64_t tls_expires;          /* its certificate */
    uint64_t next_retry, admin_since, admin_until, last_error_at;
    wlm_attention_t care;
    const char *care_name;
    uint64_t weight, configured_weight;
    double share, share_got;       /* of new sessions, percent: as the weights say now; in the last quarter of an hour */
    uint64_t in_flight, max_connections, idle, open;
    uint64_t requests, failures, busy, upgrades, sessions_new, sessions_kept, sessions_moved, bytes_sent, bytes_received;
    double p50, p95, p99;          /* of the last minutes */
    uint64_t failures_by[WLM_OUTCOMES]; /* by wlm_outcome_t */
    uint64_t times[WLM_HISTOGRAM_BUCKETS]; /* of all responses ever */
    double times_sum;              /* s */
    uint64_t recent_requests[WLM_SAMPLES], recent_failures[WLM_SAMPLES];
    uint64_t recent_requests_sum, recent_failures_sum;
    wlm_view_event_t *events;      /* the last first; only when they were asked for */
    int nevents;
} wlm_view_member_t;

typedef struct wlm_view_cluster_t {
    const char *name, *file, *policy;
    uint64_t retrying, waiting, usable; /* members that get new sessions now */
    wlm_view_member_t *members;
    int nmembers;
    int cared[WLM_ATTENTIONS];          /* members by care */
    int primaries;
} wlm_view_cluster_t;

typedef struct wlm_view_file_t {
    const char *path;
    uint64_t generation;           /* 1 when httpd began with it, one more with each change that was taken up */
    uint64_t loaded;               /* ms since 1970 */
    uint64_t refused_since;        /* ... 0: it is at work as it is */
    const char *refused;           /* why; NULL */
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
 * Take the view of a cluster.
 * @param view    filled, but for its members' `tls` and `tls_own_expires`; its texts are in p or as long-lived as the cluster
 * @param events  also the members' events
 */
void wlm_view_cluster(wlm_view_cluster_t *view, wlm_cluster_t *cluster, const char *file, int events,
                      const wlm_moment_t *moment, apr_pool_t *p);

/* -- printers ---------------------------------------------------------------------------------- */

/** Where a printer writes to. */
typedef struct wlm_out_t {
    void (*write)(void *to, const char *data, apr_size_t length);
    void *to;
    apr_pool_t *p;                 /* for scratch; as long as one answer */
} wlm_out_t;

void wlm_out_puts(const wlm_out_t *out, const char *text);
void wlm_out_printf(const wlm_out_t *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** One JSON object; docs/status.md describes it. */
void wlm_view_json(const wlm_out_t *out, const wlm_view_t *view);
typedef enum { WLM_OPENMETRICS, WLM_PROMETHEUS } wlm_metrics_format_t;
/** OpenMetrics 1.0, or Prometheus' text format 0.0.4. */
void wlm_view_metrics(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format);
/** Lines "WLMCluster[0]Member[1]State: down". */
void wlm_view_lines(const wlm_out_t *out, const wlm_view_t *view);

/** A time as "2026-11-23T10:15:00.123Z"; in p. */
const char *wlm_view_time(uint64_t ms, apr_pool_t *p);
/** A field's value of kind TEXT, otherwise NULL; and as a number, otherwise 0. */
const char *wlm_field_text(const wlm_field_t *field, const void *of);
double wlm_field_number(const wlm_field_t *field, const void *of);
uint64_t wlm_field_count(const wlm_field_t *field, const void *of);

#endif
