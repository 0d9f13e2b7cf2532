/* Which options hold for a cluster. Sets are filled in the parent, while httpd reads its configuration, and read by all
 * threads. */
#include <apr_strings.h>
#include "balance/options.h"

static const wlm_options_t defaults = { WLM_OPTIONS(WLM_SETTING_DEFAULT) };

#define SETTING(name, directive, kind, value, help) WLM_SETTING(wlm_options_t, name),

static const wlm_setting_t settings[] = { WLM_OPTIONS(SETTING) };

wlm_options_set_t *wlm_options_make(apr_pool_t *p)
{
    wlm_options_set_t *set = apr_pcalloc(p, sizeof(*set));

    set->all = defaults;
    set->by_cluster = apr_hash_make(p);
    return set;
}

wlm_options_t *wlm_options_of_cluster(wlm_options_set_t *set, const char *cluster)
{
    apr_pool_t *p = apr_hash_pool_get(set->by_cluster);
    wlm_options_t *options = apr_hash_get(set->by_cluster, cluster, APR_HASH_KEY_STRING);

    if (!options) {
        options = apr_pcalloc(p, sizeof(*options));
        apr_hash_set(set->by_cluster, apr_pstrdup(p, cluster), APR_HASH_KEY_STRING, options);
    }
    return options;
}

int wlm_options_has_check(const wlm_options_set_t *set)
{
    apr_hash_index_t *i;
    int has = set->all.check.method != NULL;

    for (i = apr_hash_first(NULL, set->by_cluster); i; i = apr_hash_next(i)) {
        has |= ((const wlm_options_t *)apr_hash_this_val(i))->check.method != NULL;
    }
    return has;
}

int wlm_options_longest_queue(const wlm_options_set_t *set)
{
    int longest = set->all.queue.length;
    apr_hash_index_t *i;

    for (i = apr_hash_first(NULL, set->by_cluster); i; i = apr_hash_next(i)) {
        const wlm_options_t *own = apr_hash_this_val(i);
        longest = own->queue.length > longest ? own->queue.length : longest;
    }
    return longest;
}

int wlm_options_is_busy(const wlm_options_t *options, int status)
{
    int i;

    for (i = 0; i < options->busy_status.n; ++i) {
        if (options->busy_status.status[i] == status) {
            return 1;
        }
    }
    return 0;
}

const wlm_options_t *wlm_options_for(const wlm_options_set_t *set, const char *cluster, apr_pool_t *p)
{
    const wlm_options_t *own = set ? apr_hash_get(set->by_cluster, cluster, APR_HASH_KEY_STRING) : NULL;
    wlm_options_t *options;

    if (!own) {
        return set ? &set->all : &defaults;
    }
    options = apr_pmemdup(p, &set->all, sizeof(*options));
    wlm_settings_merge(options, own, settings, sizeof(settings) / sizeof(*settings));
    return options;
}
