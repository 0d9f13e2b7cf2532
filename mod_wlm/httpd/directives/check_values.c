/* The values of WLMOutlier and WLMHealthCheck: words of the form key=value. In the parent, while httpd reads its
 * configuration. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <ap_expr.h>
#include "base/values.h"
#include "httpd/context/context.h"
#include "httpd/directives/cluster.h"

/* key=value words of WLMOutlier */
static const char *parse_outlier_word(wlm_outlier_rule_t *rule, const char *key, const char *value, apr_pool_t *p)
{
    apr_interval_time_t time = 0;
    const char *wrong;

    if (strcmp(key, "failures") == 0) {
        return wlm_values_whole(&rule->failures_in_row, value, 0, 1000000, p);
    }
    if (strcmp(key, "share") == 0) {
        return wlm_values_percent(&rule->percent, value, 0, 100, p);
    }
    if (strcmp(key, "requests") == 0) {
        return wlm_values_whole(&rule->min_requests, value, 1, 30000, p);
    }
    if (strcmp(key, "max") == 0) {
        return wlm_values_percent(&rule->max_percent, value, 0, 100, p);
    }
    if (strcmp(key, "5xx") == 0) {
        static const char *const names[] = { "off", "on", NULL };
        return wlm_values_keyword(&rule->status_5xx, value, names, p);
    }
    if (strcmp(key, "window") == 0) {
        wrong = wlm_values_time(&time, value, p);
        rule->window = (int)apr_time_sec(time);
        return wrong ? wrong : rule->window < 1 ? "window is at least 1 s" : NULL;
    }
    return apr_psprintf(p, "\"%s\" is no key of it", key);
}

const char *wlm_values_outlier(void *value, const wlm_words_t *words)
{
    static const wlm_outlier_rule_t off = { WLM_OUTLIER_KEYS };
    wlm_outlier_rule_t *rule = value;
    const char *wrong = NULL, *key, *text;
    int i;

    *rule = off;                   /* the default has failures= and share= */
    if (wlm_kinds_is_only(words, "Off")) {
        return NULL;
    }
    for (i = 0; i < words->n && !wrong; ++i) {
        key = wlm_values_pair(&text, words->at[i], words->p);
        wrong = key ? parse_outlier_word(rule, key, text, words->p) : wlm_values_no_pair(words->at[i], words->p);
    }
    return wrong ? wrong : wlm_outlier_is_on(rule) ? NULL : "failures= or share= is needed";
}

/* "200" or "200-399" */
static const char *parse_status_range(wlm_check_rule_t *rule, const char *text, apr_pool_t *p)
{
    const char *last = text;
    const char *first = ap_getword(p, &last, '-');
    const char *wrong = wlm_values_whole(&rule->status_min, first, 200, 599, p);

    return wrong ? wrong : wlm_values_whole(&rule->status_max, *last ? last : first, rule->status_min, 599, p);
}

/* The value goes into a request as it is, so blanks would split it */
static const char *parse_visible(const char **pto, const char *value, const char *what, apr_pool_t *p)
{
    const char *c;

    for (c = value; apr_isgraph(*c); ++c) {
    }
    *pto = value;
    return *c || c == value ? apr_psprintf(p, "%s \"%s\" is empty or has blanks or control characters", what, value)
           : NULL;
}

static const char *parse_check_expr(wlm_check_rule_t *rule, const char *value, const cmd_parms *cmd)
{
    const char *wrong = NULL;

    rule->expr = ap_expr_parse_cmd(cmd, value, 0, &wrong, NULL);
    rule->expr_text = value;
    return wrong;
}

static const char *parse_check_word(wlm_check_rule_t *rule, const char *key, const char *value,
                                    const wlm_words_t *words)
{
    apr_pool_t *p = words->p;

    if (strcmp(key, "method") == 0) {
        return parse_visible(&rule->method, value, "the method", p);
    }
    if (strcmp(key, "path") == 0) {
        return *value == '/' || strcmp(value, "*") == 0 ? parse_visible(&rule->path, value, "the path", p)
                                                        : "the path begins with /";
    }
    if (strcmp(key, "host") == 0) {
        return parse_visible(&rule->host, value, "the host", p);
    }
    if (strcmp(key, "status") == 0) {
        return parse_status_range(rule, value, p);
    }
    if (strcmp(key, "expr") == 0) {
        return parse_check_expr(rule, value, words->cmd);
    }
    if (strcmp(key, "interval") == 0) {
        return wlm_values_time(&rule->interval, value, p);
    }
    if (strcmp(key, "timeout") == 0) {
        return wlm_values_time(&rule->timeout, value, p);
    }
    return strcmp(key, "rise") == 0 ? wlm_values_whole(&rule->rise, value, 1, 1000, p)
         : strcmp(key, "fall") == 0 ? wlm_values_whole(&rule->fall, value, 1, 1000, p)
         : apr_psprintf(p, "\"%s\" is no key of it", key);
}

const char *wlm_values_check(void *value, const wlm_words_t *words)
{
    static const wlm_check_rule_t on = {
        .method = "GET", .path = "/", .status_min = 200, .status_max = 399, .interval = apr_time_from_sec(10),
        .timeout = apr_time_from_sec(5), .rise = 2, .fall = 3
    };
    wlm_check_rule_t *rule = value;
    const char *wrong = NULL, *key, *text;
    int i, first = ap_cstr_casecmp(words->at[0], "On") == 0;

    if (wlm_kinds_is_only(words, "Off")) {
        return NULL;
    }
    *rule = on;
    for (i = first; i < words->n && !wrong; ++i) {
        key = wlm_values_pair(&text, words->at[i], words->p);
        wrong = key ? parse_check_word(rule, key, text, words) : wlm_values_no_pair(words->at[i], words->p);
    }
    if (!wrong && (rule->interval < apr_time_from_msec(100) || rule->timeout < apr_time_from_msec(1))) {
        wrong = "interval is at least 100ms, timeout at least 1ms";
    }
    return wrong;
}
