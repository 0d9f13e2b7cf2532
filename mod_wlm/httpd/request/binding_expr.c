/* Expressions of WLMAffinity Learn: what the first group of a regular expression matches is the value. On the thread
 * that has the request. */
#include "httpd/request/binding_expr.h"
#include <httpd.h>
#include <ap_expr.h>
#include <http_log.h>
#include "exchange/base.h"
#include "httpd/context/context.h"

int wlm_binding_expr_of_request(void *data, const void *expr, const char **pvalue, apr_size_t *plen)
{
    request_rec *r = data;
    ap_regmatch_t match[2] = { { -1, -1 }, { -1, -1 } };
    const char *source = NULL, *wrong = NULL;
    int result = ap_expr_exec_re(r, expr, 2, match, &source, &wrong);

    if (result < 0) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0268) "an expression of WLMAffinity Learn cannot be "
                      "evaluated: %s; the request has no value by it", wrong ? wrong : "it fails");
    }
    if (result <= 0 || !source || match[1].rm_so < 0) {
        return 0;
    }
    *pvalue = source + match[1].rm_so;
    *plen = (apr_size_t)(match[1].rm_eo - match[1].rm_so);
    return 1;
}

/* It asks httpd's request for fields and status, which are still those of no response */
int wlm_binding_expr_of_response(const wlm_journey_t *journey, const void *expr, const char **pvalue, apr_size_t *plen)
{
    request_rec *r = journey->r;
    apr_table_t *fields = r->headers_out;
    int status = r->status, found;

    r->headers_out = journey->exchange->fields;
    r->status = journey->exchange->head.status;
    found = wlm_binding_expr_of_request(r, expr, pvalue, plen);
    r->headers_out = fields;
    r->status = status;
    return found;
}
