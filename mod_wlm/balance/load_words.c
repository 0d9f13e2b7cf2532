/* Reads what WLMHedge, WLMConcurrency and WLMClass say. In the parent, while httpd reads its configuration, and in the
 * tools, on main()'s thread. */
#include "balance/load_words.h"
#include <string.h>
#include <strings.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/values.h"

/* -- WLMHedge ------------------------------------------------------------------------------------- */

#define HEDGE_BUDGET 5             /* percent */
#define HEDGE_MIN    apr_time_from_msec(20)

static const char *parse_percentile(int *ppercentile, const char *word, apr_pool_t *p)
{
    const char *wrong = wlm_values_whole(ppercentile, word + 1, 50, 99, p);

    return wrong ? apr_psprintf(p, "\"%s\" is no percentile from p50 to p99", word) : NULL;
}

static const char *parse_hedge_key(wlm_hedge_rule_t *rule, const char *key, const char *value, apr_pool_t *p)
{
    if (strcmp(key, "min") == 0 && rule->percentile) {
        return wlm_values_time(&rule->min, value, p);
    }
    return strcmp(key, "budget") == 0 ? wlm_values_percent(&rule->budget, value, 1, 100, p)
         : apr_psprintf(p, "\"%s\" is no key of %s", key, rule->percentile ? "a percentile" : "a time");
}

const char *wlm_load_words_hedge(wlm_hedge_rule_t *rule, char *const *words, int n, apr_pool_t *p)
{
    const char *first = words[0], *wrong, *key, *text;
    int i;

    if (strcasecmp(first, "Off") == 0) {
        return n > 1 ? "Off has no keys" : NULL;
    }
    *rule = (wlm_hedge_rule_t){ .budget = HEDGE_BUDGET };
    if (*first == 'p' || *first == 'P') {
        rule->min = HEDGE_MIN;
        wrong = parse_percentile(&rule->percentile, first, p);
    }
    else {
        wrong = wlm_values_time(&rule->after, first, p);
        wrong = wrong ? wrong : rule->after < apr_time_from_msec(1) ? "the time is at least 1ms" : NULL;
    }
    for (i = 1; i < n && !wrong; ++i) {
        key = wlm_values_pair(&text, words[i], p);
        wrong = key ? parse_hedge_key(rule, key, text, p) : wlm_values_no_pair(words[i], p);
    }
    return wrong;
}

static const char *time_text(apr_interval_time_t time, apr_pool_t *p)
{
    apr_int64_t ms = apr_time_as_msec(time);

    return ms % 1000 ? apr_psprintf(p, "%" APR_INT64_T_FMT "ms", ms)
                     : apr_psprintf(p, "%" APR_INT64_T_FMT "s", ms / 1000);
}

const char *wlm_load_words_hedge_text(const wlm_hedge_rule_t *rule, apr_pool_t *p)
{
    return rule->percentile ? apr_psprintf(p, "p%d budget=%d min=%s", rule->percentile, rule->budget,
                                           time_text(rule->min, p))
         : rule->after ? apr_psprintf(p, "%s budget=%d", time_text(rule->after, p), rule->budget) : "Off";
}

/* -- WLMConcurrency ------------------------------------------------------------------------------- */

const char *wlm_load_words_concurrency(wlm_concurrency_bounds_t *bounds, char *const *words, int n, apr_pool_t *p)
{
    const char *wrong = NULL;

    if (strcasecmp(words[0], "Off") == 0) {
        return n > 1 ? "MIN and MAX go with Adaptive" : NULL;
    }
    if (strcasecmp(words[0], "Adaptive") != 0) {
        return apr_psprintf(p, "\"%s\" is neither Off nor Adaptive", words[0]);
    }
    *bounds = (wlm_concurrency_bounds_t){ WLM_CONCURRENCY_MIN, WLM_CONCURRENCY_MAX };
    if (n > 1) {
        wrong = wlm_values_whole(&bounds->min, words[1], 1, WLM_CONCURRENCY_MOST, p);
        bounds->max = bounds->min > bounds->max ? bounds->min : bounds->max;
    }
    if (!wrong && n > 2) {
        wrong = wlm_values_whole(&bounds->max, words[2], bounds->min, WLM_CONCURRENCY_MOST, p);
    }
    return wrong;
}

const char *wlm_load_words_concurrency_text(const wlm_concurrency_bounds_t *bounds, apr_pool_t *p)
{
    return bounds->max ? apr_psprintf(p, "Adaptive %d %d", bounds->min, bounds->max) : "Off";
}

/* -- WLMClass --------------------------------------------------------------------------------------- */

static const char *parse_word(wlm_class_t *class, const char *key, const char *value, const wlm_binding_exprs_t *exprs,
                              apr_pool_t *p)
{
    const char *wrong = NULL;

    if (strcmp(key, "expr") == 0) {
        class->expr_text = value;
        class->expr = exprs ? exprs->make(exprs->data, value, &wrong) : NULL;
        return wrong;
    }
    return strcmp(key, "goal") == 0 ? wlm_values_time(&class->goal, value, p)
         : strcmp(key, "priority") == 0 ? wlm_values_whole(&class->priority, value, 0, 9, p)
         : apr_psprintf(p, "\"%s\" is no key of it", key);
}

/* It stands in logs and metrics */
static int is_name(const char *name)
{
    const char *c;

    for (c = name; apr_isalnum(*c) || *c == '-' || *c == '_' || *c == '.'; ++c) {
    }
    return c > name && !*c;
}

static const char *parse_name(wlm_class_t *class, const char *name, const apr_array_header_t *others, apr_pool_t *p)
{
    int i;

    class->name = name;
    for (i = 0; i < others->nelts; ++i) {
        if (strcmp(APR_ARRAY_IDX(others, i, wlm_class_t).name, name) == 0) {
            return apr_psprintf(p, "there is a class \"%s\" already", name);
        }
    }
    return !is_name(name) ? apr_psprintf(p, "the name \"%s\" may have letters, digits and - _ . only", name)
         : others->nelts == WLM_CLASSES_MAX ? apr_psprintf(p, "there are at most %d classes", WLM_CLASSES_MAX) : NULL;
}

const char *wlm_load_words_class(const apr_array_header_t **pclasses, char *const *words, int n,
                                 const wlm_binding_exprs_t *exprs, apr_pool_t *p)
{
    apr_array_header_t *classes = *pclasses ? apr_array_copy(p, *pclasses) : apr_array_make(p, 1, sizeof(wlm_class_t));
    wlm_class_t class = { .priority = WLM_CLASS_PRIORITY };
    const char *wrong = parse_name(&class, words[0], classes, p), *key, *text;
    int i;

    for (i = 1; i < n && !wrong; ++i) {
        key = wlm_values_pair(&text, words[i], p);
        wrong = key ? parse_word(&class, key, text, exprs, p) : wlm_values_no_pair(words[i], p);
    }
    if (!wrong && !class.expr_text) {
        wrong = "expr=EXPRESSION says which requests are of the class; expr=true: all";
    }
    APR_ARRAY_PUSH(classes, wlm_class_t) = class;
    *pclasses = classes;
    return wrong;
}

const char *wlm_load_words_class_text(const wlm_class_t *class, apr_pool_t *p)
{
    return apr_psprintf(p, "%s \"expr=%s\"%s%s priority=%d", class->name, class->expr_text,
                        class->goal ? " goal=" : "", class->goal ? time_text(class->goal, p) : "", class->priority);
}
