/* `wlmcfg explain`, what the directives that were given do with the request when members are slow or full: WLMPolicy,
 * WLMConcurrency, WLMClass, WLMHedge. On main()'s thread. */
#include <string.h>
#include "balance/hedge.h"
#include "balance/load_words.h"
#include "tools/wlmcfg/explain/explain.h"

/* -- a second member -------------------------------------------------------------------------------- */

/* As httpd/request/hedging.c; what an expression of WLMAffinity finds only httpd knows */
static int has_session(const explained_t *e)
{
    int i, found = e->affinity.source != WLM_AFFINITY_NO_SESSION || e->affinity.nids > 0;

    for (i = 0; i < e->bindings->nelts; ++i) {
        found |= APR_ARRAY_IDX(e->bindings, i, binding_t).state != BINDING_NONE;
    }
    return found;
}

static int has_field(const explained_t *e, const char *name)
{
    return apr_table_get(e->request.fields, name) != NULL;
}

const char *wlmcfg_explain_no_second(const explained_t *e)
{
    const wlm_hedge_request_t request = {
        .is_safe = strcmp(e->request.method, "GET") == 0 || strcmp(e->request.method, "HEAD") == 0,
        .has_body = has_field(e, "Content-Length") || has_field(e, "Transfer-Encoding"),
        .has_session = has_session(e), .upgrades = has_field(e, "Upgrade"),
    };
    const wlm_hedge_rule_t *rule = &e->state->options->hedge;

    return !wlm_hedge_is_on(rule) ? "WLMHedge is off"
         : wlm_hedge_may(rule, &request) ? NULL
         : !request.is_safe ? "its method is neither GET nor HEAD"
         : request.has_body ? "it has a body"
         : request.has_session ? "it has a session, or may have one" : "it asks for another protocol";
}

/* -- for people --------------------------------------------------------------------------------------- */

static int goes_by_load(const wlm_options_t *options)
{
    return options->policy == WLM_POLICY_LEAST_BUSY || options->policy == WLM_POLICY_PEAK_EWMA;
}

static void print_classes(const wlm_options_t *options, apr_pool_t *p)
{
    int i;

    for (i = 0; options->classes && i < options->classes->nelts; ++i) {
        printf("    WLMClass %s\n", wlm_load_words_class_text(&APR_ARRAY_IDX(options->classes, i, wlm_class_t), p));
    }
    if (i) {
        puts("        httpd decides by the expressions when the request comes: the first class that fits, or none");
    }
}

void wlmcfg_explain_text_load(const explained_t *e, apr_pool_t *p)
{
    const wlm_options_t *options = e->state->options;
    const char *why = wlmcfg_explain_no_second(e);

    if (!goes_by_load(options) && !options->concurrency.max && !options->classes && !wlm_hedge_is_on(&options->hedge)) {
        return;
    }
    puts("load");
    if (goes_by_load(options)) {
        puts("    WLMPolicy: these are the shares while members are equally fast and busy");
    }
    if (options->concurrency.max) {
        printf("    WLMConcurrency %s\n        it waits while each member has as many requests as httpd has found that "
               "it can have\n", wlm_load_words_concurrency_text(&options->concurrency, p));
    }
    print_classes(options, p);
    if (wlm_hedge_is_on(&options->hedge)) {
        printf("    WLMHedge %s\n        %s%s\n", wlm_load_words_hedge_text(&options->hedge, p), why
               ? "it is with one member only: "
               : "it goes to a second member, too, when its member has not answered by then", why ? why : "");
    }
}
