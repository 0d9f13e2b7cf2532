/* Options in the words of httpd's configuration: what a directive would say to have what is at work. Pure; any
 * thread. */
#include <apr_strings.h>
#include "balance/options_text.h"

const char *wlm_options_text_defaults(wlm_defaults_t defaults)
{
    return defaults == WLM_DEFAULTS_ORIGINAL ? "Original" : "Robust";
}

static const char *policy_text(wlm_retry_policy_t policy)
{
    static const char *const names[] = {
        [WLM_RETRY_ORIGINAL] = "Original", [WLM_RETRY_IDEMPOTENT] = "Idempotent",
        [WLM_RETRY_IDEMPOTENCY_KEY] = "IdempotencyKey"
    };
    return names[policy];
}

/* 32M; a number that no unit divides is one of bytes */
static const char *size_text(apr_int64_t size, apr_pool_t *p)
{
    static const char *const units[] = { "", "K", "M", "G" };
    int unit = 0;

    while (size > 0 && size % 1024 == 0 && unit < 3) {
        size /= 1024;
        ++unit;
    }
    return apr_psprintf(p, "%" APR_INT64_T_FMT "%s", size, units[unit]);
}

static const char *time_text(apr_interval_time_t time, apr_pool_t *p)
{
    return time % APR_USEC_PER_SEC ? apr_psprintf(p, "%" APR_INT64_T_FMT "ms", (apr_int64_t)apr_time_as_msec(time))
           : apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)apr_time_sec(time));
}

static const char *outlier_text(const wlm_outlier_rule_t *rule, apr_pool_t *p)
{
    const char *failures = rule->failures_in_row ? apr_psprintf(p, " failures=%d", rule->failures_in_row) : "";
    const char *share = !rule->percent ? ""
                      : apr_psprintf(p, " share=%d requests=%d window=%d", rule->percent, rule->min_requests,
                                     rule->window);
    const char *status = rule->status_5xx ? " 5xx=on" : "";

    return wlm_outlier_is_on(rule) ? apr_psprintf(p, "%s%s%s max=%d", failures, share, status, rule->max_percent)
                                   : " Off";
}

static const char *budget_text(const wlm_retry_budget_t *budget, apr_pool_t *p)
{
    return budget->percent >= 100 ? apr_psprintf(p, "100 attempts=%d", budget->attempts)
         : apr_psprintf(p, "%d %d attempts=%d", budget->percent, budget->floor, budget->attempts);
}

const char *wlm_options_text_of(const wlm_options_t *options, int post_buffer_size, apr_pool_t *p)
{
    return apr_psprintf(p, "WLMRetryPolicy %s, WLMRetryBudget %s, WLMPostBufferSize %d, WLMBodySpool %s, WLMOutlier%s, "
                        "WLMSlowStart %s", policy_text(options->retry_policy), budget_text(&options->retry_budget, p),
                        wlm_options_kept_kib(options, post_buffer_size), size_text(options->spool_max, p),
                        outlier_text(&options->outlier, p), time_text(options->slow_start, p));
}
