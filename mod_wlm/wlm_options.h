/* wlm_options.h: what directives say about a cluster, beyond its plugin-cfg.xml. docs/directives.md explains each.
 *
 * An option is one field of wlm_options_t, and one directive. Options for all clusters are overridden, one by one, by
 * those for a cluster's name. Immutable once the configuration has been read.
 */
#ifndef WLM_OPTIONS_H
#define WLM_OPTIONS_H

#include <apr_hash.h>
#include <apr_time.h>

/** Which requests may be sent again after bytes of them were sent (wlm_outcome.h). */
typedef enum {
    WLM_RETRY_ORIGINAL,            /* whatever the method, as the original plug-in does */
    WLM_RETRY_IDEMPOTENT,          /* those with an idempotent method */
    WLM_RETRY_IDEMPOTENCY_KEY      /* also those that carry an Idempotency-Key */
} wlm_retry_policy_t;

typedef struct wlm_options_t {
    unsigned set;                  /* bit wlm_option_t: this option was given */
    wlm_retry_policy_t retry_policy;
    int post_buffer_kib;           /* at least so much of a body is kept in memory; -1: all of it */
    apr_int64_t spool_max;         /* bytes: bodies up to this size are kept in a temporary file; 0: none */
    apr_interval_time_t total_timeout; /* for all attempts together, until a response begins; 0: none */
} wlm_options_t;

typedef enum wlm_option_t {
    WLM_OPTION_RETRY_POLICY,
    WLM_OPTION_POST_BUFFER,
    WLM_OPTION_SPOOL,
    WLM_OPTION_TOTAL_TIMEOUT,
    WLM_OPTIONS_COUNT
} wlm_option_t;

/** The options of a configuration. */
typedef struct wlm_options_set_t {
    wlm_options_t all;             /* for all clusters */
    apr_hash_t *by_cluster;        /* cluster name -> wlm_options_t *, only what was given for it */
} wlm_options_set_t;

/** With the defaults of every option. */
wlm_options_set_t *wlm_options_make(apr_pool_t *p);

/** The options for one cluster alone, to be filled; one record for each name. In the set's pool. */
wlm_options_t *wlm_options_of_cluster(wlm_options_set_t *set, const char *cluster);

/** What holds for a cluster: its own options, otherwise those for all. @param set  NULL: the defaults */
const wlm_options_t *wlm_options_for(const wlm_options_set_t *set, const char *cluster, apr_pool_t *p);

#endif
