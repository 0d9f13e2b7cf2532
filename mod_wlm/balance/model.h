/* balance/model.h: the types of a cluster and its members in the memory of a process.
 *
 * A cluster and its members are made for each version of a configuration (balance/cluster.h), in the version's pool,
 * and are immutable from then on, except the cached schedule and the shared records (shared/records.h), which are
 * common to all processes. Any thread may read them without a lock.
 */
#ifndef WLM_BALANCE_MODEL_H
#define WLM_BALANCE_MODEL_H

#include <stdatomic.h>
#include <apr_hash.h>
#include "plugin-cfg/plugin_cfg.h"
#include "balance/options.h"
#include "balance/schedule_cache.h"
#include "health/health.h"
#include "route/seal.h"
#include "shared/process_counts.h"
#include "shared/queue.h"
#include "shared/records.h"

typedef struct wlm_cluster_t wlm_cluster_t;
typedef struct wlm_policy_t wlm_policy_t;
typedef struct wlm_endpoint_t wlm_endpoint_t;

#define WLM_TRANSPORTS (PLUGIN_CFG_HTTPS + 1)

/** One of a member's transports. */
typedef struct wlm_member_transport_t {
    const plugin_cfg_transport_t *cfg; /* NULL: the member has none with this protocol */
    wlm_endpoint_t *endpoint;      /* of this process; NULL: none. Set by httpd/runtime/version.c */
    const char *host_port;         /* "host:port", or "unix:/path" */
} wlm_member_transport_t;

/**
 * A member. Its requests in flight are counted in the tally shared->in_flight (shared/tally.h) when it has a limit,
 * which needs one number for all processes. Without a limit each process counts in its own row, so that requests of
 * different processes do not write to the same cache line; a process without a row counts in shared->in_flight.
 */
typedef struct wlm_member_t {
    const plugin_cfg_server_t *cfg;
    wlm_cluster_t *cluster;
    wlm_shared_member_t *shared;
    _Atomic uint32_t *process_in_flight; /* of this process; with a limit its part of shared->in_flight. NULL: no row */
    const wlm_member_transport_t *for_client[2]; /* for http clients, for https clients; NULL: it gets none of their
                                                    requests */
    int limit;                     /* requests in flight over all processes; 0: none */
    int index;                     /* in cluster->members */
    wlm_member_transport_t transports[WLM_TRANSPORTS]; /* by plugin_cfg_protocol_t */
    /* the fields above are read by every request, so they share cache lines */
    struct wlm_member_t *next_same_id; /* the next one with this clone id; NULL: there is none */
    const char *host_port;         /* host_port of its first transport, for logs and the status */
    int is_local;                  /* preferred by WLMPreferLocal */
    wlm_part_t *process_tunnels;   /* this process' part of shared->tunnels; NULL: no row */
    wlm_process_counts_t unlimited; /* process_in_flight of all processes in which it has no limit */
    wlm_process_counts_t idle;     /* idle connections of all processes */
} wlm_member_t;

struct wlm_cluster_t {
    const plugin_cfg_cluster_t *cfg;
    const wlm_options_t *options;
    const wlm_policy_t *policy;
    wlm_shared_cluster_t *shared;
    wlm_member_t *members;         /* in the order of cfg->members */
    int nmembers;
    wlm_member_t **backups;        /* in the order in which they are tried */
    int nbackups;
    apr_hash_t *by_clone_id;       /* clone id -> the first wlm_member_t * with it; NULL when no member has one */
    apr_hash_t *by_name;           /* name -> wlm_member_t *; NULL: without WLMAffinity */
    const uint32_t *codes;         /* of the members, by index, in shared/learned.h; without WLMAffinity NULL */
    apr_hash_t *by_code;           /* code -> the member's name */
    uint64_t scope;                /* distinguishes this cluster's sessions from those of others */
    wlm_seals_t *seals;            /* of the members, by index; NULL: without WLMAffinity */
    wlm_retry_rule_t retry;
    int has_local;                 /* a member is local */
    wlm_queue_t *queue;            /* in shared memory; NULL: requests do not wait */
    wlm_part_t *process_retrying;      /* this process' part of shared->retrying; NULL in a process without a row */
    wlm_schedule_cache_t schedule;
    _Atomic int is_quiet;          /* 1: the periodic work has found nothing to follow in this process; 0 as soon as a
                                      connection to a member is kept */
    apr_pool_t *pool;
};

#endif
