/* httpd/request/binding_expr.h: the values that expressions of WLMAffinity Learn find. On the thread that has the
 * request. */
#ifndef WLM_HTTPD_REQUEST_BINDING_EXPR_H
#define WLM_HTTPD_REQUEST_BINDING_EXPR_H

#include "httpd/request/journey.h"

/** Evaluate an expression about a request (route/binding_values.h). @param data  request_rec *
 *  @return 0: it is false, or its first group has matched nothing */
int wlm_binding_expr_of_request(void *data, const void *expr, const char **pvalue, apr_size_t *plen);

/** The same about the response of the member, before it is httpd's. */
int wlm_binding_expr_of_response(const wlm_journey_t *journey, const void *expr, const char **pvalue, apr_size_t *plen);

#endif
