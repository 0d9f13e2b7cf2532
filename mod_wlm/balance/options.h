/* balance/options.h: what directives say about a cluster, beyond its plugin-cfg.xml. docs/directives.md explains each.
 *
 * An option is one field of wlm_options_t, and one directive. Options for all clusters are overridden, one by one, by
 * those for a cluster's name. Immutable once the configuration has been read.
 */
#ifndef WLM_BALANCE_OPTIONS_H
#define WLM_BALANCE_OPTIONS_H

#include <apr_hash.h>
#include <apr_tables.h>
#include <apr_time.h>
#include "health/check_state.h"
#include "health/outlier.h"
#include "net/tls_settings.h"

/** Which requests may be sent again after bytes of them were sent (balance/outcome.h). */
typedef enum {
    WLM_RETRY_ORIGINAL,            /* whatever the method, as the original plug-in does */
    WLM_RETRY_IDEMPOTENT,          /* those with an idempotent method */
    WLM_RETRY_IDEMPOTENCY_KEY      /* also those that carry an Idempotency-Key */
} wlm_retry_policy_t;

/** Which member is tried when none is usable. */
typedef enum {
    WLM_ALL_DOWN_OLDEST,           /* the one that would be tried next */
    WLM_ALL_DOWN_BALANCE,          /* any, by weight, as if nothing were known */
    WLM_ALL_DOWN_FAIL              /* none: the client gets 503 at once */
} wlm_all_down_t;

#define WLM_BUSY_STATUS_MAX 16
#define WLM_QUEUE_MAX       10000

typedef struct wlm_options_t {
    unsigned set;                  /* bit wlm_option_t: this option was given */
    wlm_retry_policy_t retry_policy;
    int post_buffer_kib;           /* at least so much of a body is kept in memory; -1: all of it */
    apr_int64_t spool_max;         /* bytes: bodies up to this size are kept in a temporary file; 0: none */
    struct {
        apr_interval_time_t max;   /* RetryInterval doubles up to this; 0: it is fixed */
        int jitter;                /* percent */
    } backoff;
    struct {
        int percent;               /* so many of a cluster's requests in flight may be repeated ones; 100: no limit */
        int floor;                 /* ... but so many always */
    } retry_budget;
    struct {
        int n;
        int status[WLM_BUSY_STATUS_MAX]; /* by these a member says that another one should answer */
    } busy_status;
    struct {
        int by_retry_after;        /* left out as long as the response's Retry-After says, at most `time` */
        apr_interval_time_t time;  /* otherwise for this time; 0: not at all */
    } busy_time;
    int member_share;              /* percent of httpd's workers that one member may occupy; 100: all */
    struct {
        int length;                /* requests that may wait for a member when all are full; 0: none */
        apr_interval_time_t timeout;
    } queue;
    wlm_outlier_rule_t outlier;
    apr_interval_time_t slow_start; /* a member that is back has its full share after so long; 0: at once */
    wlm_all_down_t all_down;
    const apr_array_header_t *local; /* const char *: patterns of names and hosts of preferred members; NULL: none */
    wlm_check_rule_t check;
    apr_interval_time_t resolve_interval; /* names of members are resolved again so often; 0: never */
    apr_interval_time_t total_timeout; /* for all attempts together, until a response begins; 0: none */
    const apr_array_header_t *upgrade; /* const char *: protocols that a connection may go over to; NULL: any */
    /* of https to members, for what their transports do not say: wlm_tls_settings_t */
    const char *tls_trust;
    struct {
        const char *file, *key;
    } tls_certificate;
    wlm_tls_verify_t tls_verify;
    int tls_common_name;
    int tls_protocols;
    struct {
        const char *list, *suites;
    } tls_ciphers;
    const char *tls_server_name;   /* that certificates must be for; NULL: the transport's host */
} wlm_options_t;

typedef enum wlm_option_t {
    WLM_OPTION_RETRY_POLICY,
    WLM_OPTION_POST_BUFFER,
    WLM_OPTION_SPOOL,
    WLM_OPTION_TOTAL_TIMEOUT,
    WLM_OPTION_BACKOFF,
    WLM_OPTION_RETRY_BUDGET,
    WLM_OPTION_BUSY_STATUS,
    WLM_OPTION_BUSY_TIME,
    WLM_OPTION_MEMBER_SHARE,
    WLM_OPTION_QUEUE,
    WLM_OPTION_OUTLIER,
    WLM_OPTION_SLOW_START,
    WLM_OPTION_ALL_DOWN,
    WLM_OPTION_LOCAL,
    WLM_OPTION_CHECK,
    WLM_OPTION_RESOLVE,
    WLM_OPTION_UPGRADE,
    WLM_OPTION_TLS_TRUST,
    WLM_OPTION_TLS_CERTIFICATE,
    WLM_OPTION_TLS_VERIFY,
    WLM_OPTION_TLS_COMMON_NAME,
    WLM_OPTION_TLS_PROTOCOLS,
    WLM_OPTION_TLS_CIPHERS,
    WLM_OPTION_TLS_SERVER_NAME,
    WLM_OPTIONS_COUNT
} wlm_option_t;

/** The options of a configuration. */
typedef struct wlm_options_set_t {
    wlm_options_t all;             /* for all clusters */
    apr_hash_t *by_cluster;        /* cluster name -> wlm_options_t *, only what was given for it */
    int slots_members, slots_clusters; /* how many there can be in shared memory; 0: by what there is at the start */
    const char *state_file;        /* absolute; NULL: none */
    int accepts_empty;             /* a changed file may leave no route where there was one */
} wlm_options_set_t;

/** With the defaults of every option. */
wlm_options_set_t *wlm_options_make(apr_pool_t *p);

/** The options for one cluster alone, to be filled; one record for each name. In the set's pool. */
wlm_options_t *wlm_options_of_cluster(wlm_options_set_t *set, const char *cluster);

/** Is a cluster to be checked, perhaps one that is not there yet? */
int wlm_options_has_check(const wlm_options_set_t *set);

/** The longest queue that any cluster may have; 0: none has one. */
int wlm_options_longest_queue(const wlm_options_set_t *set);

/** Does a member that answers so say that another one should? */
int wlm_options_is_busy(const wlm_options_t *options, int status);

/** What holds for a cluster: its own options, otherwise those for all. @param set  NULL: the defaults */
const wlm_options_t *wlm_options_for(const wlm_options_set_t *set, const char *cluster, apr_pool_t *p);

#endif
