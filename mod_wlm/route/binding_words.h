/* route/binding_words.h: the words of WLMAffinity, WLMAffinityOwner and WLMAffinityKey as rules (route/binding_rule.h).
 * In the parent, while httpd reads its configuration, and in the tools, on main()'s thread. Each function returns NULL,
 * or what is wrong with the words, in p or static; then what it was to fill in is undefined.
 */
#ifndef WLM_ROUTE_BINDING_WORDS_H
#define WLM_ROUTE_BINDING_WORDS_H

#include <apr_tables.h>
#include "route/binding_rule.h"
#include "route/seal.h"

/** Who can evaluate expressions, httpd, makes something of their texts. */
typedef struct wlm_binding_exprs_t {
    /** @return it; NULL: *pwrong says why not */
    const void *(*make)(void *data, const char *text, const char **pwrong);
    void *data;
} wlm_binding_exprs_t;

/**
 * The words of a WLMAffinity: add its rule to those before it; Off removes these.
 * @param prules  wlm_binding_rule_t; NULL at first; in p. The rules point into the words
 * @param n       at least 1
 * @param exprs   NULL: expressions are taken as they are
 */
const char *wlm_binding_parse(apr_array_header_t **prules, char *const *words, int n, const wlm_binding_exprs_t *exprs,
                              apr_pool_t *p);

/** The word of a WLMAffinityOwner. @param pname  NULL: Off */
const char *wlm_binding_parse_owner(const char **pname, const char *word, apr_pool_t *p);

/** Read a file of WLMAffinityKey. */
const char *wlm_binding_read_key(wlm_seal_key_t *key, const char *path, apr_pool_t *p);

#endif
