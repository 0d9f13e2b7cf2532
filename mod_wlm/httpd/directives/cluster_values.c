/* The values of directives about clusters that are more than a number (balance/option_table.h). The value is the
 * default when its parser is called. In the parent, while httpd reads its configuration. */
#include <apr_strings.h>
#include "base/values.h"
#include "http/upgrade.h"
#include "httpd/directives/cluster.h"
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
    const char *wrong = wlm_values_percent(&budget->percent, words->at[0], 0, 100, words->p), *key, *text;
    int i = 1;

    if (!wrong && i < words->n && !strchr(words->at[i], '=')) {
        wrong = wlm_values_whole(&budget->floor, words->at[i++], 0, 100000, words->p);
    }
    for (; i < words->n && !wrong; ++i) {
        key = wlm_values_pair(&text, words->at[i], words->p);
        wrong = !key ? wlm_values_no_pair(words->at[i], words->p)
              : strcmp(key, "attempts") != 0 ? apr_psprintf(words->p, "\"%s\" is no key of it", key)
              : wlm_values_whole(&budget->attempts, text, 1, WLM_RETRY_ATTEMPTS_MAX, words->p);
    }
    return wrong;
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

    queue->timeout = WLM_QUEUE_TIMEOUT;
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

    if (wlm_kinds_is_only(words, "On")) {
        return NULL;
    }
    *(const apr_array_header_t **)value = names = apr_array_make(words->p, words->n, sizeof(const char *));
    if (wlm_kinds_is_only(words, "Off")) {
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

