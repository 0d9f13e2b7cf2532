/* Two filters with mod_cache's between them. The first is behind those of mod_headers and mod_expires: it keeps
 * Cache-Control, Expires and Pragma in private fields, and puts the directives for this cache into their place.
 * mod_cache goes by these, and stores all of it. The second puts the kept ones back, from the member or from the cache.
 * So it is there whenever mod_cache is, for whatever is in the cache from other times; no other response has private
 * fields (http/fields.h), and a member cannot send any. */
#include "httpd/request/cache_control.h"
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>
#include <apr_strings.h>
#include <strings.h>
#include <util_filter.h>
#include "http/targeted.h"
#include "httpd/context/context.h"
#include "httpd/request/routed.h"

#define KEPT "$WS-Kept"
#define COOKIES "wlm-cookies"      /* in r->notes: for the client, not for mod_cache */

/* What mod_cache goes by, and where the client's value is kept meanwhile */
static const struct {
    const char *name, *kept;
} fields[] = {
    { "Cache-Control", KEPT "-Cache-Control" },
    { "Expires", KEPT "-Expires" },
    { "Pragma", KEPT "-Pragma" },
};
enum { NFIELDS = sizeof(fields) / sizeof(fields[0]) };

static ap_filter_rec_t *before_cache, *before_subrequest_cache, *behind_cache;

/* Of both tables, as httpd sends it. @return NULL: there is none */
static const char *value_of(request_rec *r, const char *name)
{
    const char *value = apr_table_getm(r->pool, r->headers_out, name);
    const char *always = apr_table_getm(r->pool, r->err_headers_out, name);

    return value && always ? apr_pstrcat(r->pool, value, ", ", always, NULL) : value ? value : always;
}

static void move(request_rec *r, const char *from, const char *to)
{
    const char *value = value_of(r, from);

    apr_table_unset(r->headers_out, from);
    apr_table_unset(r->err_headers_out, from);
    if (value) {
        apr_table_setn(r->headers_out, to, value);
    }
    else {
        apr_table_unset(r->headers_out, to);
    }
}

/* The first of the target list that can be used (RFC 9213 2.2). @return NULL: none */
static const char *find_directives(request_rec *r)
{
    const apr_array_header_t *names = wlm_config_of(r->server)->cache_control;
    const char *directives = NULL, *value;
    int i;

    for (i = 0; names && i < names->nelts && !directives; ++i) {
        value = value_of(r, APR_ARRAY_IDX(names, i, const char *));
        directives = value ? wlm_http_targeted_directives(value, r->pool) : NULL;
    }
    return directives;
}

/* What mod_cache revalidates has kept fields of earlier: a 304 has its own, or none, instead. What already has kept
 * fields is from the cache, which SetOutputFilter can place before this filter */
static apr_status_t keep_fields(ap_filter_t *f, apr_bucket_brigade *bb)
{
    request_rec *r = f->r;
    const char *directives = find_directives(r);

    if (!value_of(r, KEPT) && (directives || r->status == HTTP_NOT_MODIFIED)) {
        int i;

        for (i = 0; i < NFIELDS; ++i) {
            const char *own = value_of(r, fields[i].name);

            move(r, fields[i].name, fields[i].kept);
            if (!directives && own) {
                apr_table_setn(r->headers_out, fields[i].name, own);
            }
        }
        apr_table_setn(r->headers_out, KEPT, "1");
        if (directives && *directives) {
            apr_table_setn(r->headers_out, "Cache-Control", directives);
        }
    }
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

static int add_cookie(void *r, const char *name, const char *cookie)
{
    (void)name;
    apr_table_addn(((request_rec *)r)->err_headers_out, "Set-Cookie", cookie);
    return 1;
}

static apr_status_t put_back(ap_filter_t *f, apr_bucket_brigade *bb)
{
    request_rec *r = f->r;
    int i;

    if (value_of(r, KEPT)) {
        for (i = 0; i < NFIELDS; ++i) {
            move(r, fields[i].kept, fields[i].name);
        }
        apr_table_unset(r->headers_out, KEPT);
        apr_table_unset(r->err_headers_out, KEPT);
    }
    apr_table_do(add_cookie, r, r->notes, COOKIES, NULL);
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

int wlm_cache_control_add_cookie(request_rec *r, const char *cookie)
{
    const ap_filter_t *f;
    int stores = 0;

    for (f = r->output_filters; f && f->frec != behind_cache; f = f->next) {
        stores |= strncasecmp(f->frec->name, "cache", 5) == 0; /* CACHE_SAVE; CACHE, in its place until then */
    }
    if (f && stores) {
        apr_table_addn(r->notes, COOKIES, cookie);
    }
    return f && stores;
}

static int has_mod_cache;          /* set before httpd starts processes: to look for it compares names of modules */

static int find_mod_cache(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)pconf;
    (void)plog;
    (void)ptemp;
    (void)s;
    has_mod_cache = ap_find_linked_module("mod_cache.c") != NULL;
    return OK;
}

/* A subrequest's response has no head: there is nothing to put back */
static void insert_behind(request_rec *r)
{
    if (has_mod_cache && !r->main) {
        ap_add_output_filter_handle(behind_cache, NULL, r, r->connection);
    }
}

static void insert(request_rec *r)
{
    if (has_mod_cache && wlm_config_of(r->server)->cache_control && wlm_routed_is_ours(r)) {
        ap_add_output_filter_handle(r->main ? before_subrequest_cache : before_cache, NULL, r, r->connection);
    }
    insert_behind(r);
}

/* mod_cache's filters are of the type AP_FTYPE_CONTENT_SET + 1, or - 1 for subrequests; mod_headers' and mod_expires'
 * of a smaller one than + 1, or the same as ours and inserted before; the head is written at AP_FTYPE_PROTOCOL.
 * mod_cache returns 304 as a status: httpd then drops the filters, and runs the hook for those of errors */
void wlm_cache_control_register(void)
{
    before_cache = ap_register_output_filter("WLM_BEFORE_CACHE", keep_fields, NULL, AP_FTYPE_CONTENT_SET);
    before_subrequest_cache =
        ap_register_output_filter("WLM_BEFORE_SUBREQUEST_CACHE", keep_fields, NULL, AP_FTYPE_CONTENT_SET - 2);
    behind_cache = ap_register_output_filter("WLM_BEHIND_CACHE", put_back, NULL, AP_FTYPE_PROTOCOL - 1);
    ap_hook_post_config(find_mod_cache, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_insert_filter(insert, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_insert_error_filter(insert_behind, NULL, NULL, APR_HOOK_REALLY_LAST);
}
