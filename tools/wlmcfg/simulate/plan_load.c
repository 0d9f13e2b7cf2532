/* `wlmcfg simulate`, the plan of a load that members cannot answer, from words as the directives have them. On main()'s
 * thread. */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "balance/hedge.h"
#include "balance/load_words.h"
#include "tools/common/call.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/plan_values.h"

#define WORKERS_MAX 10000
#define WORDS_MAX   8

/* The words of an option's argument. @return how many; WORDS_MAX: perhaps more */
static int split(char **words, const char *text, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, text), *last;
    int n = 0;

    for (; n < WORDS_MAX && (words[n] = apr_strtok(rest, " ", &last)) != NULL; rest = NULL) {
        ++n;
    }
    return n;
}

static int read_int(int *number, const char *option, const char *text, int min, int max, apr_pool_t *p)
{
    uint64_t n;

    if (!wlmcfg_simulate_read_number(&n, option, text, (uint64_t)min, (uint64_t)max, p)) {
        return 0;
    }
    *number = (int)n;
    return 1;
}

static int misuse(const char *option, const char *why)
{
    tool_misuse(option, why);
    return 0;
}

/* -- members and clients -------------------------------------------------------------------------- */

/* The words without a time are of all members, and the last one counts */
static int read_workers(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p)
{
    const apr_array_header_t *words = call->changes[SIM_WORKERS];
    int i;

    for (i = 0; i < words->nelts; ++i) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (!strchr(word, '@') && !read_int(&plan->workers, "--workers", word, 1, WORKERS_MAX, p)) {
            return 0;
        }
    }
    return plan->workers || !words->nelts
           || misuse("--workers", "say how many all members have at first, too, such as --workers 4");
}

/* -- what the directives say ------------------------------------------------------------------------ */

static int read_concurrency(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p)
{
    char *words[WORDS_MAX];
    int n = call->concurrency ? split(words, call->concurrency, p) : 0;
    const char *wrong = !call->concurrency ? NULL
                        : n < 1 || n > 3 ? "Off, or Adaptive and the smallest and the largest limit, such as "
                                           "\"Adaptive 4 1000\""
                        : wlm_load_words_concurrency(&plan->concurrency, words, n, p);

    return !wrong || misuse("--concurrency", wrong);
}

static int read_hedge(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p)
{
    char *words[WORDS_MAX];
    int n = call->hedge ? split(words, call->hedge, p) : 0;
    const char *wrong = !call->hedge ? NULL
                        : n < 1 || n > 3 ? "Off, or a percentile or a time, and budget= and min=, such as "
                                           "\"p95 budget=5\""
                        : wlm_load_words_hedge(&plan->hedge, words, n, p);

    return !wrong || misuse("--hedge", wrong);
}

static int read_queue(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p)
{
    char *words[WORDS_MAX];
    int n = call->queue ? split(words, call->queue, p) : 0;

    if (!call->queue) {
        return 1;
    }
    if (n < 1 || n > 2) {
        return misuse("--queue", "how many requests may wait, and how long, such as \"100 2s\"");
    }
    plan->has_queue = 1;
    plan->queue.timeout = WLM_QUEUE_TIMEOUT;
    return read_int(&plan->queue.length, "--queue", words[0], 0, WLM_QUEUE_MAX, p)
           && wlmcfg_simulate_read_time_of(&plan->queue.timeout, "--queue", n > 1 ? words[1] : NULL, 0, SIM_HOUR, p);
}

/* @param word  key=value, which is cut */
static int read_class_word(wlm_class_t *class, int *share, const char *option, char *word, apr_pool_t *p)
{
    char *value = strchr(word, '=');

    if (value) {
        *value++ = '\0';
        if (strcmp(word, "share") == 0) {
            value[strlen(value) - (strlen(value) > 1 && value[strlen(value) - 1] == '%')] = '\0';
            return read_int(share, option, value, 1, 100, p);
        }
        if (strcmp(word, "goal") == 0) {
            return wlmcfg_simulate_read_time_of(&class->goal, option, value, 0, SIM_HOUR, p);
        }
        if (strcmp(word, "priority") == 0) {
            return read_int(&class->priority, option, value, 0, 9, p);
        }
    }
    return misuse(option, "write NAME share=PERCENT goal=TIME priority=N");
}

static int has_class(const sim_plan_t *plan, const char *name)
{
    int i;

    for (i = 0; i < plan->classes->nelts; ++i) {
        if (strcmp(APR_ARRAY_IDX(plan->classes, i, wlm_class_t).name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int read_class(sim_plan_t *plan, const char *text, int *psum, apr_pool_t *p)
{
    const char *option = apr_pstrcat(p, "--class ", text, NULL);
    wlm_class_t class = { .priority = WLM_CLASS_PRIORITY };
    char *words[WORDS_MAX];
    int n = split(words, text, p), i = plan->classes->nelts, w;

    if (n < 2 || strchr(words[0], '=')) {
        return misuse(option, "write NAME share=PERCENT goal=TIME priority=N");
    }
    if (i == WLM_CLASSES_MAX || has_class(plan, words[0])) {
        return misuse(option, i == WLM_CLASSES_MAX ? "there are at most " APR_STRINGIFY(WLM_CLASSES_MAX) " classes"
                                                   : "there is such a class already");
    }
    class.name = words[0];
    for (w = 1; w < n; ++w) {
        if (!read_class_word(&class, &plan->shares[i], option, words[w], p)) {
            return 0;
        }
    }
    if (!plan->shares[i] || (*psum += plan->shares[i]) > 100) {
        return misuse(option, plan->shares[i] ? "the shares of all classes are more than 100 percent"
                                              : "share=PERCENT says how many of the requests are of the class");
    }
    APR_ARRAY_PUSH(plan->classes, wlm_class_t) = class;
    return 1;
}

static int read_classes(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p)
{
    int i, sum = 0;

    plan->classes = apr_array_make(p, 2, sizeof(wlm_class_t));
    for (i = 0; i < call->classes->nelts; ++i) {
        if (!read_class(plan, APR_ARRAY_IDX(call->classes, i, const char *), &sum, p)) {
            return 0;
        }
    }
    return 1;
}

int wlmcfg_simulate_plan_load(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p)
{
    plan->has_random_times = call->random_times;
    return read_workers(plan, call, p)
           && wlmcfg_simulate_read_time_of(&plan->patience, "--patience", call->patience, 0, SIM_HOUR, p)
           && read_concurrency(plan, call, p) && read_hedge(plan, call, p) && read_queue(plan, call, p)
           && read_classes(plan, call, p);
}

int wlmcfg_simulate_plan_has_load(const sim_plan_t *plan)
{
    return plan->workers || plan->patience || plan->concurrency.max || plan->has_queue || plan->classes->nelts
           || wlm_hedge_is_on(&plan->hedge);
}
