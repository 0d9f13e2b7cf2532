/* The page of the handler wlm-status: its parameters, and its Content-Security-Policy. Runs on the thread that answers
 * the request. */
#include <apr_escape.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include "httpd/status/admin.h"
#include "httpd/status/answer.h"
#include "httpd/status/result.h"
#include "httpd/status/page.h"
#include "httpd/status/view.h"
#include "view/page.h"
#include "view/page_fold.h"

#define NONCE_BYTES 16
#define REFRESH_MAX 3600           /* s */

/* Content-Security-Policy: no content from other sites, no scripts, only the page's own style, forms only to this site,
 * no frames around the page.
 * @return the nonce of the style element */
static const char *set_policy(request_rec *r)
{
    unsigned char bytes[NONCE_BYTES] = { 0 };
    const char *nonce;

    apr_generate_random_bytes(bytes, sizeof(bytes));
    nonce = apr_pescape_hex(r->pool, bytes, sizeof(bytes), 0);
    apr_table_setn(r->headers_out, "Content-Security-Policy",
                   apr_psprintf(r->pool, "default-src 'none'; style-src 'nonce-%s'; img-src data:; form-action 'self'; "
                                "frame-ancestors 'none'; base-uri 'none'", nonce));
    apr_table_setn(r->headers_out, "Referrer-Policy", "same-origin");
    return nonce;
}

/* The host name, because several httpds may have the same ServerName */
static const char *host_name(request_rec *r)
{
    char name[APRMAXHOSTLEN + 1];

    return apr_gethostname(name, sizeof(name), r->pool) == APR_SUCCESS
           ? apr_pstrdup(r->pool, name) : ap_get_server_name(r);
}

/* Decodes a query as browsers encode forms, with all parameters of a name; httpd's ap_args_to_table() does not decode
 * '+', and keeps one */
static apr_table_t *read_query(const request_rec *r)
{
    apr_table_t *query = apr_table_make(r->pool, 8);
    char *args = apr_pstrdup(r->pool, r->args ? r->args : ""), *next, *name, *value;

    for (name = apr_strtok(args, "&", &next); name; name = apr_strtok(NULL, "&", &next)) {
        value = strchr(name, '=');
        if (value) {
            *value++ = '\0';
            if (ap_unescape_urlencoded(name) == OK && ap_unescape_urlencoded(value) == OK) {
                apr_table_addn(query, name, value);
            }
        }
    }
    return query;
}

static const char *parameter(const apr_table_t *query, const char *name)
{
    const char *value = apr_table_get(query, name);

    return value && *value ? value : NULL;
}

void wlm_status_page_answer(request_rec *r)
{
    apr_table_t *query = read_query(r);
    const char *refresh = parameter(query, "refresh");
    wlm_out_t out = wlm_status_view_out(r);
    const char *since = parameter(query, "since");
    uint64_t first;                /* event that is listed; on the page of a member, all of them */
    wlm_page_t page = {
        .out = &out, .host = host_name(r),
        .token = wlm_admin_token(r), .comment_max = wlm_answer_comment_max(r), .result = wlm_result_take(r),
        .cluster = parameter(query, "cluster"),
        .member = parameter(query, "member"), .find = parameter(query, "find"),
        .since = since,
        .refresh = refresh ? atoi(refresh) : 0
    };

    wlm_status_view_since(&first, page.member ? NULL : since ? since : WLM_PAGE_SINCE);
    page.view = wlm_status_view_make(first, r->pool);
    page.folds = wlm_page_fold_read(query, page.view, r->pool);
    if (page.refresh < 0 || page.refresh > REFRESH_MAX) {
        page.refresh = 0;
    }
    if (!wlm_page_exists(&page)) {
        r->status = HTTP_NOT_FOUND;
    }
    page.nonce = set_policy(r);
    ap_set_content_type(r, "text/html; charset=utf-8");
    wlm_page_write(&page);
}
