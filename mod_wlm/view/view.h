/* view/view.h: the state of all files, clusters and members as one model. It is made once for each answer and printed
 * by one of the printers: JSON (view/json.h), OpenMetrics (view/metrics.h), lines "Key: value" for mod_status
 * (view/lines.h), and the page (view/page.h). No printer computes a value; most values are in the tables of
 * view/fields.h. Runs on the thread that answers the request.
 */
#ifndef WLM_VIEW_VIEW_H
#define WLM_VIEW_VIEW_H

#include "view/member_view.h"

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

/** Requests that wait, and their clients' connections; of all processes together. */
typedef struct wlm_view_engine_t {
    const char *driver;            /* of the steps of requests: "engine" or "threads" (httpd/engine/task.h) */
    const char *why;               /* the engine is not in use; NULL: it is */
    uint64_t parked, tunnels, owned, kept; /* by wlm_child_load_t */
    uint64_t connections, connections_max; /* for AsyncRequestWorkerFactor; 0: the engine is not in use */
    uint64_t worker_factor;
    uint64_t ending, process_slots; /* processes that take no new connections; ServerLimit */
} wlm_view_engine_t;

typedef struct wlm_view_t {
    const char *version;           /* of the module */
    uint64_t now;                  /* ms since 1970 */
    wlm_view_engine_t engine;
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
