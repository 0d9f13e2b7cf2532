/* The values of directives about clusters that are more than a number (balance/option_table.h). The value is the
 * default when its parser is called. In the parent, while httpd reads its configuration. */
#include <apr_strings.h>
#include "http/upgrade.h"
#include "httpd/directives/cluster.h"
#include "httpd/directives/values.h"
#include "net/local_names.h"

const char *wlm_values_backoff(void *value, const wlm_words_t *words)
{
    wlm_backoff_t *backoff = value;
    const char *wrong = wlm_values_time(&backoff->max, words->at[0], words->p);

    return wrong ? wrong : words->n > 1 ? wlm_values_percent(&backoff->jitter, words->at[1], 0, 100, words->p)
           : NULL;
}

const char *wlm_values_retry_budget(void *value, const wlm_words_t *words)
{
    wlm_retry_budget_t *budget = value;
    const char *wrong = wlm_values_percent(&budget->percent, words->at[0], 0, 100, words->p);

    budget->floor = 3;
    return wrong ? wrong : words->n > 1 ? wlm_values_whole(&budget->floor, words->at[1], 0, 100000, words->p)
           : NULL;
}

const char *wlm_values_busy_status(void *value, const wlm_words_t *words)
{
    wlm_busy_status_t *busy = value;
    const char *wrong = NULL;

    busy->n = words->n;
    for (int i = 0; i < words->n && !wrong; ++i) {
        wrong = wlm_values_whole(&busy->status[i], words->at[i], 400, 599, words->p);
    }
    return wrong;
}

const char *wlm_values_busy_time(void *value, const wlm_words_t *words)
{
    wlm_busy_time_t *busy = value;

    busy->by_retry_after = ap_cstr_casecmp(words->at[0], "RetryAfter") == 0;
    if (!busy->by_retry_after) {
        return words->n > 1 ? "MAX goes with RetryAfter" : wlm_values_time(&busy->time, words->at[0], words->p);
    }
    busy->time = apr_time_from_sec(60);
    return words->n > 1 ? wlm_values_time(&busy->time, words->at[1], words->p) : NULL;
}

const char *wlm_values_queue(void *value, const wlm_words_t *words)
{
    wlm_queue_limits_t *queue = value;
    const char *wrong = wlm_values_whole(&queue->length, words->at[0], 0, WLM_QUEUE_MAX, words->p);

    queue->timeout = apr_time_from_sec(5);
    return wrong ? wrong : words->n > 1 ? wlm_values_time(&queue->timeout, words->at[1], words->p) : NULL;
}

const char *wlm_values_local(void *value, const wlm_words_t *words)
{
    return wlm_local_names_patterns(value, words->n, words->at, words->p);
}

const char *wlm_values_upgrade(void *value, const wlm_words_t *words)
{
    apr_array_header_t *names;
    int i;

    if (words->n == 1 && ap_cstr_casecmp(words->at[0], "On") == 0) {
        return NULL;
    }
    *(const apr_array_header_t **)value = names = apr_array_make(words->p, words->n, sizeof(const char *));
    if (words->n == 1 && ap_cstr_casecmp(words->at[0], "Off") == 0) {
        return NULL;
    }
    for (i = 0; i < words->n; ++i) {
        const char *name = words->at[i];

        if (!*name || *ap_scan_http_token(name) || ap_cstr_casecmp(name, "On") == 0
            || ap_cstr_casecmp(name, "Off") == 0) {
            return apr_psprintf(words->p, "\"%s\" is no name of a protocol, such as websocket", name);
        }
        if (wlm_http_upgrade_is_never(name, strlen(name))) {
            return apr_psprintf(words->p, "\"%s\" is HTTP or TLS, which never is passed on like this", name);
        }
        APR_ARRAY_PUSH(names, const char *) = name;
    }
    return NULL;
}

