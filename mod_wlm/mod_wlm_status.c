/* Where the view is shown: the section in mod_status' page, and the handler wlm-status. */
#include <mod_status.h>
#include <util_script.h>
#include "mod_wlm_view.h"

/* -- mod_status ---------------------------------------------------------------------------------- */

static void print_row(request_rec *r, const wlm_view_member_t *member)
{
    ap_rprintf(r, "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%" APR_UINT64_T_FMT "</td><td>%"
                  APR_UINT64_T_FMT "</td><td>%" APR_UINT64_T_FMT "</td><td>%" APR_UINT64_T_FMT "</td><td>%" APR_UINT64_T_FMT
                  "</td><td>%" APR_UINT64_T_FMT "</td><td>%" APR_UINT64_T_FMT "</td></tr>\n",
               ap_escape_html(r->pool, member->name), ap_escape_html(r->pool, member->address), member->tier, member->state,
               member->admin_state, (apr_uint64_t)member->weight, (apr_uint64_t)member->requests,
               (apr_uint64_t)member->in_flight, (apr_uint64_t)member->failures, (apr_uint64_t)member->sessions_new,
               (apr_uint64_t)member->sessions_kept, (apr_uint64_t)member->sessions_moved);
}

static void print_cluster(request_rec *r, const wlm_view_cluster_t *cluster)
{
    int m;

    ap_rprintf(r, "<h3>Cluster %s, %s</h3>\n<table border=\"0\"><tr><th>Member</th><th>Address</th><th>Tier</th>"
                  "<th>State</th><th>Admin</th><th>Weight</th><th>Requests</th><th>In flight</th><th>Failures</th>"
                  "<th>Sessions new</th><th>kept</th><th>moved</th></tr>\n",
               ap_escape_html(r->pool, cluster->name), cluster->policy);
    for (m = 0; m < cluster->nmembers; ++m) {
        print_row(r, &cluster->members[m]);
    }
    ap_rputs("</table>\n", r);
}

static void print_section(request_rec *r, const wlm_view_t *view)
{
    int f, c;

    for (f = 0; f < view->nfiles; ++f) {
        const wlm_view_file_t *file = &view->files[f];

        ap_rprintf(r, "<hr />\n<h2>mod_wlm: %s</h2>\n", ap_escape_html(r->pool, file->path));
        if (file->refused) {
            ap_rprintf(r, "<p><b>configuration refused</b> since %s: %s</p>\n", wlm_view_time(file->refused_since, r->pool),
                       ap_escape_html(r->pool, file->refused));
        }
    }
    for (c = 0; c < view->nclusters; ++c) {
        print_cluster(r, &view->clusters[c]);
    }
}

static int on_status(request_rec *r, int flags)
{
    wlm_view_t *view = wlm_view_take(0, r->pool);
    wlm_out_t out = wlm_view_out(r);

    if (!view->nfiles) {
        return OK;
    }
    if (flags & AP_STATUS_SHORT) {
        wlm_view_auto(&out, view);
    }
    else {
        print_section(r, view);
    }
    return OK;
}

void wlm_status_register(apr_pool_t *p)
{
    (void)p;
    APR_OPTIONAL_HOOK(ap, status_hook, on_status, NULL, NULL, APR_HOOK_MIDDLE);
}

/* -- the handler wlm-status ------------------------------------------------------------------------- */

static void answer_html(request_rec *r)
{
    const char *token = wlm_admin_token(r), *told;
    apr_table_t *query;

    ap_args_to_table(r, &query);
    told = wlm_admin_told(r, query);
    ap_set_content_type(r, "text/html; charset=utf-8");
    ap_rputs("<!DOCTYPE html>\n<html lang=\"en\"><head><title>mod_wlm</title></head><body>\n", r);
    if (told) {
        ap_rprintf(r, "<p role=\"status\">%s</p>\n", ap_escape_html(r->pool, told));
    }
    if (token) {
        ap_rprintf(r, "<form method=\"post\"><input type=\"hidden\" name=\"token\" value=\"%s\">"
                      "<input type=\"hidden\" name=\"back\" value=\"1\">"
                      "<button name=\"action\" value=\"reload\">Reload</button></form>\n", token);
    }
    print_section(r, wlm_view_take(1, r->pool));
    ap_rputs("</body></html>\n", r);
}

static void answer_json(request_rec *r)
{
    wlm_out_t out = wlm_view_out(r);

    ap_set_content_type(r, "application/json");
    wlm_view_json(&out, wlm_view_take(1, r->pool));
}

/* Who does not ask for OpenMetrics, such as curl and promtool, gets what was there before it */
static void answer_metrics(request_rec *r)
{
    const char *accept = apr_table_get(r->headers_in, "Accept");
    int open = accept && ap_strcasestr(accept, "application/openmetrics-text");
    wlm_out_t out = wlm_view_out(r);

    apr_table_mergen(r->headers_out, "Vary", "Accept");
    ap_set_content_type(r, open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                : "text/plain; version=0.0.4; charset=utf-8");
    wlm_view_metrics(&out, wlm_view_take(0, r->pool), open ? WLM_OPENMETRICS : WLM_PROMETHEUS);
}

static const struct {
    const char *format;
    void (*answer)(request_rec *r);
} formats[] = {
    { "html", answer_html }, { "json", answer_json }, { "openmetrics", answer_metrics }
};

static int answer_get(request_rec *r)
{
    apr_table_t *args;
    const char *format;
    size_t i;

    ap_args_to_table(r, &args);
    if (apr_table_get(args, "action")) {
        wlm_admin_note_other_method(r);
    }
    format = apr_table_get(args, "format");
    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); ++i) {
        if (strcmp(format ? format : "html", formats[i].format) == 0) {
            apr_table_setn(r->headers_out, "Cache-Control", "no-store");
            apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
            apr_table_setn(r->headers_out, WLM_ADMIN_FIELD, WLM_VERSION);
            formats[i].answer(r);
            return OK;
        }
    }
    return HTTP_BAD_REQUEST;
}

int wlm_status_handler(request_rec *r)
{
    if (!r->handler || strcmp(r->handler, WLM_STATUS_HANDLER) != 0) {
        return DECLINED;
    }
    if (r->method_number == M_POST) {
        return wlm_admin_post(r);
    }
    r->allowed |= (AP_METHOD_BIT << M_GET) | (AP_METHOD_BIT << M_POST);
    if (r->method_number != M_GET) {
        wlm_admin_note_other_method(r);
        return DECLINED;
    }
    return answer_get(r);
}
