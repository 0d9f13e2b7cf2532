/* The result of an action in a cookie. Runs on the thread that answers the request. */
#include <string.h>
#include <apr_strings.h>
#include <httpd.h>
#include <util_cookies.h>
#include "base/utf8.h"
#include "httpd/runtime/segment.h"
#include "httpd/status/result.h"
#include "httpd/status/signature.h"

#define RESULT_MAX 300             /* bytes of the result that the page shows */

#define RESULT_COOKIE  "wlm_result"
#define RESULT_SECONDS "60"

static void set_cookie(request_rec *r, const char *value, const char *seconds)
{
    apr_table_addn(r->err_headers_out, "Set-Cookie",
                   apr_pstrcat(r->pool, RESULT_COOKIE "=", value, "; Path=", ap_escape_uri(r->pool, r->uri),
                               "; Max-Age=", seconds, "; HttpOnly; SameSite=Strict", NULL));
}

void wlm_result_keep(request_rec *r, const char *result)
{
    char *text = apr_pstrdup(r->pool, result);

    if (strlen(text) > RESULT_MAX) {
        text[wlm_utf8_fitting(text, RESULT_MAX)] = '\0';
    }
    set_cookie(r, apr_pstrcat(r->pool, wlm_signature_make("result", text, r->pool), ".",
                              ap_escape_urlencoded(r->pool, text), NULL), RESULT_SECONDS);
}

const char *wlm_result_take(request_rec *r)
{
    const char *cookie = NULL, *dot;
    char *result;

    if (ap_cookie_read(r, RESULT_COOKIE, &cookie, 0) != APR_SUCCESS || !cookie) {
        return NULL;
    }
    set_cookie(r, "", "0");
    dot = strchr(cookie, '.');
    result = apr_pstrdup(r->pool, dot ? dot + 1 : "");
    return dot && wlm_segment.work && ap_unescape_urlencoded(result) == OK
           && wlm_signature_is_equal(apr_pstrmemdup(r->pool, cookie, (apr_size_t)(dot - cookie)),
                                     wlm_signature_make("result", result, r->pool))
           ? result : NULL;
}
