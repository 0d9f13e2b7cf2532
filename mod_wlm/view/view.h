/* view/view.h: the state of all files, clusters and members as one model. It is made once for each answer and printed
 * by one of the printers: JSON (view/json.h), OpenMetrics (view/metrics.h), lines "Key: value" for mod_status
 * (view/lines.h), and the page (view/page.h). No printer computes a value; most values are in the tables of
 * view/fields.h. Runs on the thread that answers the request.
 */
#ifndef WLM_VIEW_VIEW_H
#define WLM_VIEW_VIEW_H

#include "balance/serving.h"
#include "view/member_view.h"

/** A class of requests (WLMClass); the first one of a cluster is that of requests without a class. */
typedef struct wlm_view_class_t {
    const char *name;              /* "": requests without a class */
    uint64_t priority, requests, in_time;
    double goal;                   /* s; 0: none */
    uint64_t refused[WLM_REFUSALS];
} wlm_view_class_t;

/** What a cluster does now, or all of them. */
typedef struct wlm_view_load_t {
    uint64_t in_flight;
    double requests, failures, errors, unserved; /* per second, of the last seconds */
    uint64_t limit, left;          /* WLM_FIELD_NONE: there is no limit */
} wlm_view_load_t;

typedef struct wlm_view_cluster_t {
    const char *name, *file, *policy;
    const char *settings;          /* what holds there of what WLMDefaults decides about, as directives */
    double balanced;               /* percent of all requests; 0 also when there was none */
    uint64_t recent_free, recent_bound; /* requests of the last quarter of an hour: balanced, with their session's
                                           member */
    uint64_t retrying, waiting, waiting_max, unserved;
    wlm_view_load_t load;
    wlm_serving_t served_by;
    const char *serving;           /* its name */
    uint64_t retries, retries_refused, hedges_refused, queued; /* since the last (re)start, as the next */
    double queue_time;             /* s that these have waited */
    double hedge_after;            /* s after which a second member gets a request; 0: none does */
    uint64_t times[WLM_HISTOGRAM_BUCKETS]; /* of complete responses */
    double times_sum;              /* s */
    uint64_t refused[WLM_REFUSALS]; /* of the unserved ones; by wlm_refusal_t */
    wlm_view_class_t *classes;
    int nclasses;                  /* 0: there is no WLMClass */
    uint64_t usable;               /* members that get new sessions now */
    uint64_t usable_primaries, usable_backups; /* these by tier */
    uint64_t on_backup;            /* 1: a backup gets them, since no primary does */
    uint64_t full;                 /* members that have as many requests as they may have */
    wlm_view_event_t *events;      /* the newest first; NULL: they were not requested */
    int nevents;
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
    wlm_view_event_t *events;      /* likewise */
    int nevents;
} wlm_view_file_t;

/** Requests that wait, and their clients' connections; of all processes together. */
typedef struct wlm_view_engine_t {
    const char *driver;            /* of the steps of requests: "engine" or "threads" (httpd/engine/task.h) */
    const char *why;               /* the engine is not in use; NULL: it is */
    uint64_t parked, tunnels, owned, kept; /* by wlm_child_load_t */
    uint64_t parked_earlier;       /* of these in processes of earlier configurations */
    uint64_t connections, connections_max; /* for AsyncRequestWorkerFactor; 0: the engine is not in use */
    uint64_t worker_factor;
    uint64_t ending, process_slots; /* processes that take no new connections; ServerLimit */
    uint64_t threads, threads_busy; /* of the engine */
    uint64_t descriptors, descriptors_max; /* of the process that has the most; what it may have; 0: not known */
} wlm_view_engine_t;

/** Shared memory, in bytes. */
typedef struct wlm_view_memory_t {
    uint64_t records;              /* of members, clusters, processes and queues */
    uint64_t texts;                /* reserved for texts of files */
    uint64_t learned;              /* for learned sessions; 0: there is no table */
    uint64_t learned_sessions, learned_sessions_max;
} wlm_view_memory_t;

/** The store that web servers share (WLMAffinityStore); counts of all processes, from the last (re)start on. */
typedef struct wlm_view_store_t {
    const char *name;              /* as WLMAffinityStore has it; NULL: there is none */
    uint64_t pausing;              /* 1: it is not asked, since it has failed (base/breaker.h) */
    uint64_t pauses;               /* how often that has begun */
    uint64_t asked, found, unknown, failed, timed_out, not_asked, not_asked_full, stored, not_stored, dropped;
} wlm_view_store_t;

/** Work that one process does for all: whole seconds since it was last seen to do it; 0: no process has to, or one is
 * about to begin. */
typedef struct wlm_view_work_t {
    uint64_t reload_age;           /* checks for changed files, samples, ends of admin states, name look-ups */
    uint64_t checks_age;           /* WLMHealthCheck */
} wlm_view_work_t;

typedef struct wlm_view_t {
    const char *version;           /* of the module */
    const char *defaults;          /* WLMDefaults: "Robust" or "Original" */
    uint64_t now;                  /* ms since 1970 */
    wlm_view_load_t load;          /* of all clusters */
    uint64_t waiting;
    wlm_view_engine_t engine;
    wlm_view_memory_t memory;
    wlm_view_store_t store;
    wlm_view_work_t work;
    wlm_view_file_t *files;
    int nfiles;
    wlm_view_cluster_t *clusters;  /* of all files */
    int nclusters;
    uint64_t member_slots, member_slots_max, cluster_slots, cluster_slots_max;
} wlm_view_t;

#define WLM_VIEW_NO_EVENTS UINT64_MAX

/** Read the events of a ring. @param since  likewise @return how many; *pevents is NULL where none are requested */
int wlm_view_read_events(wlm_view_event_t **pevents, const wlm_event_ring_t *ring, uint64_t since, apr_pool_t *p);

/** Sum up the clusters of a view. @param view  gets load and waiting */
void wlm_view_sum(wlm_view_t *view);

/**
 * Copy the state of a cluster and its members, as their shared records have it now, into a view. Any thread; no locks.
 * @param view    filled, but for its members' `tls` and `tls_own_expires`, which net/ knows; its texts are in p, or
 *                live as long as the cluster
 * @param since   also events, from then on, ms since 1970; WLM_VIEW_NO_EVENTS: none
 */
void wlm_view_read_cluster(wlm_view_cluster_t *view, wlm_cluster_t *cluster, const char *file, uint64_t since,
                           const wlm_moment_t *moment, apr_pool_t *p);

#endif
