/* balance/load_words.h: the words of WLMHedge, WLMConcurrency and WLMClass as values (balance/option_values.h). In the
 * parent, while httpd reads its configuration, and in the tools, on main()'s thread. A function that reads words
 * returns NULL, or what is wrong with them, in p or static; then what it was to fill in is undefined.
 */
#ifndef WLM_BALANCE_LOAD_WORDS_H
#define WLM_BALANCE_LOAD_WORDS_H

#include <apr_tables.h>
#include "balance/option_values.h"
#include "route/binding_words.h"

/** @param rule  is not changed by Off  @param n  at least 1 */
const char *wlm_load_words_hedge(wlm_hedge_rule_t *rule, char *const *words, int n, apr_pool_t *p);

/** @param bounds  are not changed by Off  @param n  at least 1 */
const char *wlm_load_words_concurrency(wlm_concurrency_bounds_t *bounds, char *const *words, int n, apr_pool_t *p);

/**
 * Add a class to those before it.
 * @param pclasses  wlm_class_t; NULL at first; in p. The classes point into the words. What was there is not changed: a
 *                  copy is
 * @param n         at least 1
 * @param exprs     NULL: expressions are taken as they are
 */
const char *wlm_load_words_class(const apr_array_header_t **pclasses, char *const *words, int n,
                                 const wlm_binding_exprs_t *exprs, apr_pool_t *p);

/** The value of each as the directive has it: "Off", "p95 budget=5 min=20ms", "Adaptive 4 1000", "vip \"expr=true\"
 *  goal=1s priority=9". */
const char *wlm_load_words_hedge_text(const wlm_hedge_rule_t *rule, apr_pool_t *p);
const char *wlm_load_words_concurrency_text(const wlm_concurrency_bounds_t *bounds, apr_pool_t *p);
const char *wlm_load_words_class_text(const wlm_class_t *class, apr_pool_t *p);

#endif
