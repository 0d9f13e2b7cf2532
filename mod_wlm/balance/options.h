/* balance/options.h: what directives say about a cluster, beyond its plugin-cfg.xml.
 *
 * Options for all clusters are overridden, one by one, by those for a cluster's name. Filled in the parent, while httpd
 * reads its configuration; immutable from then on, for any thread. The options are rows of balance/option_table.h.
 */
#ifndef WLM_BALANCE_OPTIONS_H
#define WLM_BALANCE_OPTIONS_H

#include <apr_hash.h>
#include <apr_tables.h>
#include "balance/option_table.h"
#include "balance/option_values.h"
#include "base/settings.h"
#include "health/check_state.h"
#include "health/outlier.h"
#include "health/reported.h"
#include "net/tls_settings.h"

typedef struct wlm_options_t {
    WLM_OPTIONS(WLM_SETTING_FIELD)
    struct {
        WLM_OPTIONS(WLM_SETTING_IS_SET)
    } is_set;                      /* by a directive, perhaps to its default */
} wlm_options_t;

/** The options of a configuration. */
typedef struct wlm_options_set_t {
    wlm_options_t all;             /* for all clusters */
    apr_hash_t *by_cluster;        /* cluster name -> wlm_options_t *; only what is_set says holds there */
    wlm_defaults_t defaults;       /* by which `all` was filled where is_set does not say that a directive did it */
} wlm_options_set_t;

/** With the defaults of every option, those of WLM_DEFAULTS_ROBUST. */
wlm_options_set_t *wlm_options_make(apr_pool_t *p);

/** Fill in these defaults for all clusters, wherever no directive has set an option (is_set). */
void wlm_options_use_defaults(wlm_options_set_t *set, wlm_defaults_t defaults);

/** The options for one cluster alone, to be filled; one record for each name. In the set's pool. */
wlm_options_t *wlm_options_of_cluster(wlm_options_set_t *set, const char *cluster);

/** Is a cluster to be checked, perhaps one that is not in any file yet? */
int wlm_options_has_check(const wlm_options_set_t *set);

/** Are bodies of requests kept in files (WLMBodySpool), perhaps for a cluster that is not in any file yet? */
int wlm_options_has_spool(const wlm_options_set_t *set);

/** Has a cluster members with agents, perhaps one that is not in any file yet? */
int wlm_options_has_agent(const wlm_options_set_t *set);

/** How many requests may wait for a member, and how long: by WLMQueue, or where that says nothing and limits are found
 *  (WLMConcurrency), as these need it. */
wlm_queue_limits_t wlm_options_queue(const wlm_options_t *options);

/** Is the limit of a cluster's members to be found, perhaps of one that is not in any file yet? */
int wlm_options_has_concurrency(const wlm_options_set_t *set);

/** The most classes that any cluster may have. */
int wlm_options_most_classes(const wlm_options_set_t *set);

/** The longest queue that any cluster may have; 0: none has one. */
int wlm_options_longest_queue(const wlm_options_set_t *set);

/** Does the module itself keep sessions with their members (WLMAffinity)? */
static inline int wlm_options_has_affinity(const wlm_options_t *options)
{
    return options->affinity && options->affinity->nelts > 0;
}

/** The response field by which members name the owner of a session (WLMAffinityOwner). @return NULL: there is none */
static inline const char *wlm_options_owner_field(const wlm_options_t *options)
{
    return wlm_options_has_affinity(options) ? options->owner_field : NULL;
}

/** Does it name members to clients (WLMAffinity Cookie, Wrap), for which WLMAffinityKey counts? */
int wlm_options_needs_key(const wlm_options_t *options);

/** Does it learn sessions (WLMAffinity Learn)? */
int wlm_options_learns(const wlm_options_t *options);

/** May a cluster learn sessions, perhaps one that is not in any file yet? */
int wlm_options_has_learning(const wlm_options_set_t *set);

/** How many KiB of a request body are kept in memory.
 *  @param post_buffer_size  of plugin-cfg.xml @return -1: no limit */
int wlm_options_kept_kib(const wlm_options_t *options, int post_buffer_size);

/** Is this a status by which a member says that another one should answer? */
int wlm_options_is_busy(const wlm_options_t *options, int status);

/** What holds for a cluster: its own options, otherwise those for all.
 *  @param set  NULL: the defaults, as without any directive */
const wlm_options_t *wlm_options_for(const wlm_options_set_t *set, const char *cluster, apr_pool_t *p);

#endif
