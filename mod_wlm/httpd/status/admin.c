/* Administrative actions by POST on the handler wlm-status: permission, form and answer. The actions themselves are in
 * httpd/status/actions.c. No other method changes anything. Runs on the thread that answers the request.
 *
 * A request must have passed httpd's own authentication and authorisation, WLMAdmin must allow it for the location, and
 * it must not be forged by another site in a user's browser (CSRF): such a site can neither set a header field of its
 * own in a request to this server, nor know the token that the page has for its user. A site whose name now resolves to
 * this server (DNS rebinding) is the same site for a browser, and can do both; but it does not have the user's login,
 * and sends its own name as Host. So the host is checked when there is no login.
 */
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <util_script.h>
#include "base/address.h"
#include "httpd/context/context.h"
#include "httpd/runtime/segment.h"
#include "httpd/status/actions.h"
#include "httpd/status/admin.h"
#include "httpd/status/result.h"
#include "httpd/status/signature.h"

#define FORM_MAX 8192              /* bytes of a request's body */

static const char *user_of(const request_rec *r)
{
    return apr_psprintf(r->pool, "%s from %s", r->user ? r->user : "anonymous", r->useragent_ip);
}

/* -- permission ----------------------------------------------------------------------------------------- */

static const char *token_of(const request_rec *r)
{
    return wlm_signature_make("token", r->user ? r->user : "", r->pool);
}

static int is_one_of(const apr_array_header_t *names, const char *host)
{
    int i;

    for (i = 0; names && i < names->nelts; ++i) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        /* "*" matches every host */
        if (name[strspn(name, "*?.")] && ap_strcasecmp_match(host, name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A literal address is not resolved, and no other site can have the name "localhost" */
static int is_safe_host(const char *host)
{
    apr_size_t length = strlen(host), local = strlen("localhost");

    return host[0] == '[' || wlm_address_is_literal(host)
           || (length >= local && ap_cstr_casecmp(host + length - local, "localhost") == 0
               && (length == local || host[length - local - 1] == '.'));
}

/* Can the host be a name that another site has made resolve to this server? Browsers always send a host. */
static int is_foreign_host(const request_rec *r)
{
    const server_rec *s = r->server;

    return r->hostname && !is_safe_host(r->hostname)
           && !(s->server_hostname && ap_cstr_casecmp(r->hostname, s->server_hostname) == 0)
           && !is_one_of(s->names, r->hostname) && !is_one_of(s->wild_names, r->hostname);
}

/* @return NULL; or why this user may not administer members at this location */
static const char *find_objection(const request_rec *r)
{
    switch (wlm_config_of_request(r)->admin) {
    case WLM_ADMIN_OFF:
        return "WLMAdmin is off here";
    case WLM_ADMIN_ON:
        return r->user ? NULL
                       : "WLMAdmin On needs an authenticated user: there are no AuthType and Require here, or they "
                         "did not ask for one";
    case WLM_ADMIN_UNAUTHENTICATED:
        if (is_foreign_host(r)) {
            return apr_psprintf(r->pool, "with WLMAdmin Unauthenticated a request must name this virtual host, and %s "
                                "is neither its ServerName nor a ServerAlias (nor localhost, nor an address)",
                                r->hostname);
        }
        break;
    }
    return NULL;
}

/* @return NULL; or why the request may have been forged by another site */
static const char *find_forgery(const wlm_answer_call_t *call)
{
    const char *site = apr_table_get(call->r->headers_in, "Sec-Fetch-Site");
    const char *token = apr_table_get(call->form, "token");

    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) {
        return "the request comes from another site";
    }
    if (apr_table_get(call->r->headers_in, WLM_ADMIN_FIELD)) {
        return NULL;
    }
    return !token ? "the request has neither the field " WLM_ADMIN_FIELD " nor a token, so a browser could have been "
                    "tricked into it "
                    "by another site"
           : wlm_signature_is_equal(token, token_of(call->r)) ? NULL
           : "the token is not that of this user and this run of httpd; open the page again";
}

const char *wlm_admin_token(const request_rec *r)
{
    return wlm_segment.work && !find_objection(r) ? token_of(r) : NULL;
}

/* -- the form ------------------------------------------------------------------------------------------ */

/* @return OK, or an HTTP status */
static int read_form(wlm_answer_call_t *call)
{
    request_rec *r = call->r;
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    apr_array_header_t *pairs = NULL;
    int i, status;

    if (!type || ap_cstr_casecmpn(type, "application/x-www-form-urlencoded", 33) != 0) {
        return HTTP_UNSUPPORTED_MEDIA_TYPE;
    }
    status = ap_parse_form_data(r, NULL, &pairs, -1, FORM_MAX);
    for (i = 0; status == OK && i < pairs->nelts; ++i) {
        ap_form_pair_t *pair = &APR_ARRAY_IDX(pairs, i, ap_form_pair_t);
        apr_off_t length = 0;
        apr_size_t size;
        char *value;

        apr_brigade_length(pair->value, 1, &length);
        size = (apr_size_t)length;
        value = apr_pcalloc(r->pool, size + 1);
        apr_brigade_flatten(pair->value, value, &size);
        apr_table_set(call->form, pair->name, value);
    }
    return status;
}

/* -- the answer ------------------------------------------------------------------------------------------ */

static void log_call(const wlm_answer_call_t *call)
{
    int i;

    for (i = 0; i < call->lines->nelts; ++i) {
        const char *line = APR_ARRAY_IDX(call->lines, i, const char *);
        ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, call->r, WLMNO(0055) "admin: %s: %s: %s", user_of(call->r),
                      apr_table_get(call->form, "action"), line);
    }
}

/* With WLM_ADMIN_FIELD, which shows a program that this handler has answered */
static int answer_text(const wlm_answer_call_t *call)
{
    request_rec *r = call->r;

    r->status = call->status;
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->headers_out, WLM_ADMIN_FIELD, WLM_VERSION);
    ap_set_content_type(r, "text/plain; charset=utf-8");
    ap_rprintf(r, "%s\n", apr_array_pstrcat(r->pool, apr_array_append(r->pool, call->lines, call->details), '\n'));
    return OK;
}

/* @return the query of the page that the form was on, "" when it has other characters than such a query */
static const char *return_query(const wlm_answer_call_t *call)
{
    const char *back = apr_table_get(call->form, "back"), *at;

    for (at = back; *at; ++at) {
        if (!apr_isalnum(*at) && !strchr("%&=._~+-", *at)) {
            return "";
        }
    }
    return strcmp(back, "1") == 0 ? "" : back;
}

/* @return "#ID" of the element that the form is about, "" when there is none, or it has other characters */
static const char *return_place(const wlm_answer_call_t *call)
{
    const char *place = apr_table_get(call->form, "at"), *at;

    for (at = place ? place : ""; *at; ++at) {
        if (!apr_isalnum(*at) && !strchr("%._~+-", *at)) {
            return "";
        }
    }
    return place && *place ? apr_pstrcat(call->r->pool, "#", place, NULL) : "";
}

/* Redirects a browser to the page, which shows the result */
static int answer_redirect(const wlm_answer_call_t *call)
{
    request_rec *r = call->r;
    const char *query = return_query(call);

    wlm_result_keep(r, apr_array_pstrcat(r->pool, call->lines, ' '));
    apr_table_setn(r->headers_out, "Location",
                   apr_pstrcat(r->pool, r->uri, *query ? "?" : "", query, return_place(call), NULL));
    return HTTP_SEE_OTHER;
}

static int refuse(wlm_answer_call_t *call, const char *why)
{
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, call->r, WLMNO(0056) "admin: %s: refused: %s", user_of(call->r), why);
    wlm_answer_fail(call, HTTP_FORBIDDEN, apr_pstrcat(call->r->pool, "refused: ", why, NULL));
    return answer_text(call);
}

void wlm_admin_log_other_method(request_rec *r)
{
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0058) "admin: %s: refused: %s changes nothing, only POST does",
                  user_of(r), r->method);
}

int wlm_admin_post(request_rec *r)
{
    wlm_answer_call_t call = { .r = r, .form = apr_table_make(r->pool, 8),
                              .lines = apr_array_make(r->pool, 4, sizeof(const char *)),
                              .details = apr_array_make(r->pool, 4, sizeof(const char *)), .status = HTTP_OK };
    const char *why = find_objection(r);
    int status;

    if (why) {
        ap_discard_request_body(r);
        return refuse(&call, why);
    }
    status = read_form(&call);
    if (status != OK) {
        return status;
    }
    if ((why = find_forgery(&call)) != NULL) {
        return refuse(&call, why);
    }
    wlm_actions_run(&call);
    log_call(&call);
    return apr_table_get(call.form, "back") ? answer_redirect(&call) : answer_text(&call);
}
