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
} wlm_options_set_t;

/** With the defaults of every option. */
wlm_options_set_t *wlm_options_make(apr_pool_t *p);

/** The options for one cluster alone, to be filled; one record for each name. In the set's pool. */
wlm_options_t *wlm_options_of_cluster(wlm_options_set_t *set, const char *cluster);

/** Is a cluster to be checked, perhaps one that is not in any file yet? */
int wlm_options_has_check(const wlm_options_set_t *set);

/** The longest queue that any cluster may have; 0: none has one. */
int wlm_options_longest_queue(const wlm_options_set_t *set);

/** Is this a status by which a member says that another one should answer? */
int wlm_options_is_busy(const wlm_options_t *options, int status);

/** What holds for a cluster: its own options, otherwise those for all. @param set  NULL: the defaults */
const wlm_options_t *wlm_options_for(const wlm_options_set_t *set, const char *cluster, apr_pool_t *p);

#endif
