/* The values of WLMLoadReport, WLMHedge, WLMConcurrency and WLMClass. In the parent, while httpd reads its
 * configuration. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <ap_expr.h>
#include "balance/load_words.h"
#include "base/values.h"
#include "httpd/context/context.h"
#include "httpd/directives/cluster.h"
#include "shared/records.h"

static const char *parse_metric(wlm_reported_rule_t *rule, const char *value, apr_pool_t *p)
{
    const char *c;

    for (c = value; apr_isalnum(*c) || strchr("_-./", *c ? *c : ' '); ++c) {
    }
    rule->metric = value;
    if (strcmp(value, "eps") == 0 || strcmp(value, "rps_fractional") == 0) {
        return apr_psprintf(p, "%s is a rate, not a fraction of what the member can do", value);
    }
    return *c || c == value
           ? apr_psprintf(p, "\"%s\" is no name of a metric, such as named_metrics.queue", value) : NULL;
}

static const char *parse_of_orca(wlm_reported_rule_t *rule, const char *key, const char *value, apr_pool_t *p)
{
    return strcmp(key, "metric") == 0 ? parse_metric(rule, value, p)
         : strcmp(key, "expiry") == 0 ? wlm_values_time(&rule->expiry, value, p)
         : apr_psprintf(p, "\"%s\" is no key of ORCA", key);
}

static const char *parse_of_agent(wlm_reported_rule_t *rule, const char *key, const char *value, apr_pool_t *p)
{
    if (strcmp(key, "port") == 0) {
        rule->port_is_offset = *value == '+';
        return wlm_values_whole(&rule->port, value + rule->port_is_offset, 1, 65535, p);
    }
    return strcmp(key, "interval") == 0 ? wlm_values_time(&rule->interval, value, p)
         : strcmp(key, "timeout") == 0 ? wlm_values_time(&rule->timeout, value, p)
         : strcmp(key, "expiry") == 0 ? wlm_values_time(&rule->expiry, value, p)
         : apr_psprintf(p, "\"%s\" is no key of Agent", key);
}

static const char *parse_of_status(wlm_reported_rule_t *rule, const char *key, const char *value, apr_pool_t *p)
{
    return strcmp(key, "expiry") == 0 ? wlm_values_time(&rule->expiry, value, p)
           : apr_psprintf(p, "\"%s\" is no key of Status", key);
}

/* Status: nodes that have registered say by themselves what an agent would be asked for, so it has no port */
#define WORD_STATUS 3

static const char *find_fault(const wlm_reported_rule_t *rule, int word, apr_pool_t *p)
{
    if (word == WLM_REPORTED_AGENT && !rule->port) {
        return "Agent needs port=N";
    }
    if (rule->interval < apr_time_from_msec(100) || rule->timeout < apr_time_from_msec(1)) {
        return "interval is at least 100ms, timeout at least 1ms";
    }
    return rule->expiry < apr_time_from_sec(1) || rule->expiry > apr_time_from_sec(86400)
           || (word == WLM_REPORTED_AGENT && rule->expiry < 2 * rule->interval)
           ? apr_psprintf(p, "expiry is from 1 s to a day%s", word == WLM_REPORTED_AGENT
                          ? ", and at least two intervals" : "") : NULL;
}

const char *wlm_values_load_report(void *value, const wlm_words_t *words)
{
    static const char *const kinds[] = { "Off", "ORCA", "Agent", "Status", NULL };
    static const wlm_reported_rule_t on = {
        .interval = apr_time_from_sec(2), .timeout = apr_time_from_sec(1), .expiry = apr_time_from_sec(30)
    };
    wlm_reported_rule_t *rule = value;
    int i, kind;
    const char *wrong = wlm_values_keyword(&kind, words->at[0], kinds, words->p), *key, *text;

    if (wrong || kind == WLM_REPORTED_OFF) {
        return wrong ? wrong : words->n > 1 ? "Off has no keys" : NULL;
    }
    *rule = on;
    rule->kind = kind == WORD_STATUS ? WLM_REPORTED_AGENT : (wlm_reported_kind_t)kind;
    for (i = 1; i < words->n && !wrong; ++i) {
        key = wlm_values_pair(&text, words->at[i], words->p);
        wrong = !key ? wlm_values_no_pair(words->at[i], words->p)
              : kind == WLM_REPORTED_ORCA ? parse_of_orca(rule, key, text, words->p)
              : kind == WORD_STATUS ? parse_of_status(rule, key, text, words->p)
                                          : parse_of_agent(rule, key, text, words->p);
    }
    return wrong ? wrong : find_fault(rule, kind, words->p);
}

/* -- WLMHedge, WLMConcurrency, WLMClass ----------------------------------------------------------------- */

_Static_assert(WLM_CLASSES_MAX + 1 == WLM_SHARED_CLASSES, "the record has counters of each class");

const char *wlm_values_hedge(void *value, const wlm_words_t *words)
{
    return wlm_load_words_hedge(value, words->at, words->n, words->p);
}

const char *wlm_values_concurrency(void *value, const wlm_words_t *words)
{
    return wlm_load_words_concurrency(value, words->at, words->n, words->p);
}

static const void *make_expr(void *data, const char *text, const char **pwrong)
{
    return ap_expr_parse_cmd((const cmd_parms *)data, text, 0, pwrong, NULL);
}

const char *wlm_values_class(void *value, const wlm_words_t *words)
{
    const wlm_binding_exprs_t exprs = { make_expr, (void *)words->cmd };

    return wlm_load_words_class(value, words->at, words->n, &exprs, words->p);
}
