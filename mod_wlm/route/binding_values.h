/* route/binding_values.h: the values of a request that may bind it to a member (route/binding_rule.h). Pure, any
 * thread. */
#ifndef WLM_ROUTE_BINDING_VALUES_H
#define WLM_ROUTE_BINDING_VALUES_H

#include <apr_tables.h>
#include "route/binding_rule.h"

/** What of a request can have values. */
typedef struct wlm_binding_request_t {
    const apr_table_t *fields;
    const char *query;             /* without '?'; NULL: none */
    const char *path;              /* percent-encoded */
    /** Evaluate an expression; NULL: nobody does. @return 0: it is false, or has matched no value */
    int (*evaluate)(void *data, const void *expr, const char **pvalue, apr_size_t *plen);
    void *data;
} wlm_binding_request_t;

/** A value that was found. @param len  0: it is empty, or there is none in the query or the path */
typedef void wlm_binding_found_t(void *data, const char *value, apr_size_t len);

/** Where a request has the value of a rule. */
static inline const wlm_binding_value_t *wlm_binding_asked(const wlm_binding_rule_t *rule)
{
    return rule->kind == WLM_BINDING_BY_LEARN ? &rule->asked : &rule->value;
}

/** Call `found` for each value that a request has in this place, in its order. */
void wlm_binding_values(const wlm_binding_request_t *request, const wlm_binding_value_t *where,
                        wlm_binding_found_t *found, void *data);

#endif
