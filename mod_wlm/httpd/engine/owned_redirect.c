/* Internal redirects that handlers of httpd make as their last act: a RewriteRule in <Directory> or .htaccess, a CGI
 * program's Location. httpd's function for that takes the other request for complete when its handler returns, and ends
 * it with an EOS. When the other one is suspended that is kept from it, and the first request's handler, called by the
 * one here, returns SUSPENDED in its place. Later the engine ends the first request, and with it the other one.
 */
#include "httpd/engine/owned_private.h"
#include <http_config.h>
#include <http_protocol.h>
#include <string.h>

/* Handlers that have nothing to do after the redirect */
static int may_end_with_redirect(const char *handler)
{
    return handler && (strcmp(handler, "redirect-handler") == 0 || strcmp(handler, "cgi-script") == 0);
}

int wlm_owned_is_redirected(const wlm_owned_t *owned, const request_rec *r)
{
    return r->prev && r->prev == owned->redirecting;
}

int wlm_owned_suspended(request_rec *r)
{
    if (!r->prev) {
        return SUSPENDED;
    }
    wlm_owned_of_connection(r->connection)->had_eos = r->eos_sent;
    r->eos_sent = 1;
    return OK;
}

request_rec *wlm_owned_first_request(request_rec *r)
{
    while (r->prev) {
        r = r->prev;
    }
    return r;
}

/* Requests that httpd's own asynchronous processing has begun, and no caller expects to be complete: no subrequest,
 * no internal redirect but for those that are seen to here, no stream of HTTP/2 */
wlm_owned_t *wlm_owned_of(const request_rec *r)
{
    const conn_rec *c = r->connection;
    wlm_owned_t *owned = c->cs && c->cs->state == CONN_STATE_HANDLER && !c->clogging_input_filters && !r->main
                         && !c->aborted ? wlm_owned_of_connection(c) : NULL;

    return owned && (!r->prev || wlm_owned_is_redirected(owned, r)) ? owned : NULL;
}

/* Also of a HEAD, for which httpd's own function does not look */
static int has_body(const request_rec *r)
{
    const char *length = apr_table_get(r->headers_in, "Content-Length");

    return r->kept_body || apr_table_get(r->headers_in, "Transfer-Encoding") || (length && strcmp(length, "0") != 0);
}

/* At the end httpd reads what is left of a request's body, so what has one is not suspended */
static int on_handler(request_rec *r)
{
    wlm_owned_t *owned = may_end_with_redirect(r->handler) && !r->prev ? wlm_owned_of(r) : NULL;
    int rv;

    if (!owned || owned->redirecting || has_body(r)) {
        return DECLINED;
    }
    owned->redirecting = r;
    rv = ap_run_handler(r);
    owned->redirecting = NULL;
    if (!owned->task) {
        return rv;
    }
    owned->task->r->eos_sent = owned->had_eos;
    return SUSPENDED;
}

void wlm_owned_redirect_register(void)
{
    ap_hook_handler(on_handler, NULL, NULL, APR_HOOK_REALLY_FIRST - 1); /* it runs all others, and itself comes once */
}
