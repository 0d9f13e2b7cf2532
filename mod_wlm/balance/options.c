#include <stddef.h>
#include <string.h>
#include <apr_strings.h>
#include "balance/options.h"

static const wlm_options_t defaults = {
    .retry_policy = WLM_RETRY_ORIGINAL,
    .retry_budget = { 100, 0 },
    .busy_status = { 1, { 503 } },
    .member_share = 100,
    .outlier = { .min_requests = 20, .window = 10, .max_percent = 50 },
    .all_down = WLM_ALL_DOWN_OLDEST,
    .resolve_interval = 60 * APR_USEC_PER_SEC,
    .tls_verify = WLM_TLS_FULL,
    .tls_protocols = WLM_TLS_1_2 | WLM_TLS_1_3,
};

#define FIELD(name) { offsetof(wlm_options_t, name), sizeof(((wlm_options_t *)0)->name) }

/* where an option's value lies */
static const struct {
    size_t offset, size;
} fields[WLM_OPTIONS_COUNT] = {
    [WLM_OPTION_RETRY_POLICY] = FIELD(retry_policy),
    [WLM_OPTION_POST_BUFFER] = FIELD(post_buffer_kib),
    [WLM_OPTION_SPOOL] = FIELD(spool_max),
    [WLM_OPTION_TOTAL_TIMEOUT] = FIELD(total_timeout),
    [WLM_OPTION_BACKOFF] = FIELD(backoff),
    [WLM_OPTION_RETRY_BUDGET] = FIELD(retry_budget),
    [WLM_OPTION_BUSY_STATUS] = FIELD(busy_status),
    [WLM_OPTION_BUSY_TIME] = FIELD(busy_time),
    [WLM_OPTION_MEMBER_SHARE] = FIELD(member_share),
    [WLM_OPTION_QUEUE] = FIELD(queue),
    [WLM_OPTION_OUTLIER] = FIELD(outlier),
    [WLM_OPTION_SLOW_START] = FIELD(slow_start),
    [WLM_OPTION_ALL_DOWN] = FIELD(all_down),
    [WLM_OPTION_LOCAL] = FIELD(local),
    [WLM_OPTION_CHECK] = FIELD(check),
    [WLM_OPTION_RESOLVE] = FIELD(resolve_interval),
    [WLM_OPTION_UPGRADE] = FIELD(upgrade),
    [WLM_OPTION_TLS_TRUST] = FIELD(tls_trust),
    [WLM_OPTION_TLS_CERTIFICATE] = FIELD(tls_certificate),
    [WLM_OPTION_TLS_VERIFY] = FIELD(tls_verify),
    [WLM_OPTION_TLS_COMMON_NAME] = FIELD(tls_common_name),
    [WLM_OPTION_TLS_PROTOCOLS] = FIELD(tls_protocols),
    [WLM_OPTION_TLS_CIPHERS] = FIELD(tls_ciphers),
    [WLM_OPTION_TLS_SERVER_NAME] = FIELD(tls_server_name),
};

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
    int i;

    if (!own) {
        return set ? &set->all : &defaults;
    }
    options = apr_pmemdup(p, &set->all, sizeof(*options));
    for (i = 0; i < WLM_OPTIONS_COUNT; ++i) {
        if (own->set & (1u << i)) {
            memcpy((char *)options + fields[i].offset, (const char *)own + fields[i].offset, fields[i].size);
        }
    }
    options->set |= own->set;
    return options;
}
