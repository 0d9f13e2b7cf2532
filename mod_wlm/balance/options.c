/* Which options hold for a cluster. Sets are filled in the parent, while httpd reads its configuration, and read by all
 * threads. */
#include <apr_strings.h>
#include "balance/options.h"
#include "route/binding_rule.h"

static const wlm_options_t defaults = { WLM_OPTIONS(WLM_SETTING_DEFAULT) };

/* What the original plug-in does otherwise: it keeps of a body what PostBufferSize says and repeats what it has, on
 * member after member, knows no outliers, and gives a member that is back its full share at once */
static const wlm_options_t of_original = {
    .retry_policy = WLM_RETRY_ORIGINAL, .post_buffer_kib = 0, .spool_max = 0,
    .retry_budget = { .percent = 100, .floor = 10, .attempts = WLM_RETRY_ATTEMPTS_MAX },
    .outlier = { WLM_OUTLIER_KEYS }, .slow_start = 0,
    .is_set = { .retry_policy = 1, .post_buffer_kib = 1, .spool_max = 1, .retry_budget = 1,
                .outlier = 1, .slow_start = 1 }
};

#define SETTING(name, directive, kind, value, help) WLM_SETTING(wlm_options_t, name),

static const wlm_setting_t settings[] = { WLM_OPTIONS(SETTING) };

static void merge(wlm_options_t *to, const wlm_options_t *from)
{
    wlm_settings_merge(to, from, settings, sizeof(settings) / sizeof(*settings));
}

wlm_options_set_t *wlm_options_make(apr_pool_t *p)
{
    wlm_options_set_t *set = apr_pcalloc(p, sizeof(*set));

    set->all = defaults;
    set->by_cluster = apr_hash_make(p);
    return set;
}

void wlm_options_use_defaults(wlm_options_set_t *set, wlm_defaults_t which)
{
    wlm_options_t options = defaults;

    if (which == WLM_DEFAULTS_ORIGINAL) {
        merge(&options, &of_original);
        options.is_set = defaults.is_set; /* no directive has set them */
    }
    merge(&options, &set->all);
    set->all = options;
    set->defaults = which;
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

/* -- of all clusters, including those that are not in any file yet ------------------------------------ */

typedef int number_of_t(const wlm_options_t *options);

/* The largest number of any cluster. (An option that a cluster does not set itself is zero in its record.) */
static int most(const wlm_options_set_t *set, number_of_t *number_of)
{
    int largest = number_of(&set->all);
    apr_hash_index_t *i;

    for (i = apr_hash_first(NULL, set->by_cluster); i; i = apr_hash_next(i)) {
        int number = number_of(apr_hash_this_val(i));

        largest = number > largest ? number : largest;
    }
    return largest;
}

static int has_check(const wlm_options_t *options)
{
    return options->check.method != NULL;
}

int wlm_options_has_check(const wlm_options_set_t *set)
{
    return most(set, has_check);
}

static int has_spool(const wlm_options_t *options)
{
    return options->spool_max > 0;
}

int wlm_options_has_spool(const wlm_options_set_t *set)
{
    return most(set, has_spool);
}

static int has_agent(const wlm_options_t *options)
{
    return options->load_report.kind == WLM_REPORTED_AGENT && options->load_report.port;
}

int wlm_options_has_agent(const wlm_options_set_t *set)
{
    return most(set, has_agent);
}

static int has_concurrency(const wlm_options_t *options)
{
    return options->concurrency.max > 0;
}

int wlm_options_has_concurrency(const wlm_options_set_t *set)
{
    return most(set, has_concurrency);
}

int wlm_options_learns(const wlm_options_t *options)
{
    int i;

    for (i = 0; options->affinity && i < options->affinity->nelts; ++i) {
        if (APR_ARRAY_IDX(options->affinity, i, wlm_binding_rule_t).kind == WLM_BINDING_BY_LEARN) {
            return 1;
        }
    }
    return 0;
}

int wlm_options_has_learning(const wlm_options_set_t *set)
{
    return most(set, wlm_options_learns);
}

static int classes(const wlm_options_t *options)
{
    return options->classes ? options->classes->nelts : 0;
}

int wlm_options_most_classes(const wlm_options_set_t *set)
{
    return most(set, classes);
}

/* Where limits are found, without WLMQueue */
#define FOUND_LIMITS_LENGTH 1000
#define FOUND_LIMITS_TIMEOUT apr_time_from_sec(1)

static int queue_length(const wlm_options_t *options)
{
    return options->queue.length;
}

int wlm_options_longest_queue(const wlm_options_set_t *set)
{
    int longest = most(set, queue_length);

    return wlm_options_has_concurrency(set) && longest < FOUND_LIMITS_LENGTH ? FOUND_LIMITS_LENGTH : longest;
}

/* -- of one cluster ---------------------------------------------------------------------------------- */

int wlm_options_needs_key(const wlm_options_t *options)
{
    int i;

    for (i = 0; options->affinity && i < options->affinity->nelts; ++i) {
        if (APR_ARRAY_IDX(options->affinity, i, wlm_binding_rule_t).kind != WLM_BINDING_BY_LEARN) {
            return 1;
        }
    }
    return 0;
}

wlm_queue_limits_t wlm_options_queue(const wlm_options_t *options)
{
    return options->is_set.queue || !options->concurrency.max
           ? options->queue : (wlm_queue_limits_t){ FOUND_LIMITS_LENGTH, FOUND_LIMITS_TIMEOUT };
}

/* The larger one */
int wlm_options_kept_kib(const wlm_options_t *options, int post_buffer_size)
{
    return options->post_buffer_kib < 0 || post_buffer_size < 0 ? -1
         : options->post_buffer_kib > post_buffer_size ? options->post_buffer_kib : post_buffer_size;
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
    merge(options, own);
    return options;
}
