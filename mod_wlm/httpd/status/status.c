/* The section in mod_status' page, and the handler wlm-status, which selects the printer. Runs on the thread that
 * answers the request. */
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_protocol.h>
#include <mod_status.h>
#include <util_script.h>
#include "httpd/context/handlers.h"
#include "httpd/status/admin.h"
#include "httpd/status/answer.h"
#include "httpd/status/page.h"
#include "httpd/status/registry_actions.h"
#include "httpd/status/status.h"
#include "httpd/status/view.h"
#include "view/json.h"
#include "view/lines.h"
#include "view/metrics.h"
#include "view/page_section.h"

/* -- mod_status ---------------------------------------------------------------------------------- */

static int on_status(request_rec *r, int flags)
{
    wlm_view_t *view = wlm_status_view_make(WLM_VIEW_NO_EVENTS, r->pool);
    wlm_out_t out = wlm_status_view_out(r);

    if (!view->nfiles) {
        return OK;
    }
    if (flags & AP_STATUS_SHORT) {
        wlm_lines_write(&out, view);
    }
    else {
        wlm_page_section_write(&out, view);
    }
    return OK;
}

void wlm_status_register(apr_pool_t *p)
{
    (void)p;
    APR_OPTIONAL_HOOK(ap, status_hook, on_status, NULL, NULL, APR_HOOK_MIDDLE);
}

/* -- the handler wlm-status ------------------------------------------------------------------------- */

static int answer_json(request_rec *r)
{
    apr_table_t *args;
    uint64_t since;
    wlm_out_t out = wlm_status_view_out(r);

    ap_set_content_type(r, "application/json");
    ap_args_to_table(r, &args);
    wlm_status_view_since(&since, apr_table_get(args, "since"));
    wlm_json_write(&out, wlm_status_view_make(since, r->pool));
    return OK;
}

/* @return -1: there is no such word; NULL is the default */
static int read_members(const char *word)
{
    return !word ? WLM_METRICS_MEMBERS : strcmp(word, "none") == 0 ? WLM_METRICS_NO_MEMBERS
           : strcmp(word, "histograms") == 0 ? WLM_METRICS_HISTOGRAMS : -1;
}

/* Without Accept: application/openmetrics-text the older text format of Prometheus is sent */
static int answer_metrics(request_rec *r)
{
    const char *accept = apr_table_get(r->headers_in, "Accept");
    int open = accept && ap_strcasestr(accept, "application/openmetrics-text");
    wlm_out_t out = wlm_status_view_out(r);
    apr_table_t *args;

    ap_args_to_table(r, &args);
    apr_table_mergen(r->headers_out, "Vary", "Accept");
    ap_set_content_type(r, open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                : "text/plain; version=0.0.4; charset=utf-8");
    wlm_metrics_write(&out, wlm_status_view_make(WLM_VIEW_NO_EVENTS, r->pool), open ? WLM_OPENMETRICS : WLM_PROMETHEUS,
                      (wlm_metrics_members_t)read_members(apr_table_get(args, "members")));
    return OK;
}

static int answer_page(request_rec *r)
{
    wlm_status_page_answer(r);
    return OK;
}

static const struct {
    const char *format;
    int (*answer)(request_rec *r);
} formats[] = {
    { "html", answer_page }, { "json", answer_json }, { "openmetrics", answer_metrics },
    { "registry", wlm_registry_actions_answer_json }, { "plugin-cfg", wlm_registry_actions_answer_text }
};

/* @return NULL, or which parameter has no such value */
static const char *check_args(const apr_table_t *args)
{
    uint64_t since;

    if (!wlm_status_view_since(&since, apr_table_get(args, "since"))) {
        return "The parameter since is a time such as 30min, 8h or 2d.";
    }
    return read_members(apr_table_get(args, "members")) < 0 ? "The parameter members is none or histograms." : NULL;
}

static int answer_get(request_rec *r)
{
    apr_table_t *args;
    const char *format, *wrong;
    size_t i;

    ap_args_to_table(r, &args);
    if (apr_table_get(args, "action")) {
        wlm_admin_log_other_method(r);
    }
    wrong = check_args(args);
    if (wrong) {
        apr_table_setn(r->notes, "error-notes", wrong);
        return HTTP_BAD_REQUEST;
    }
    format = apr_table_get(args, "format");
    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); ++i) {
        if (strcmp(format ? format : "html", formats[i].format) == 0) {
            apr_table_setn(r->headers_out, "Cache-Control", "no-store");
            apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
            apr_table_setn(r->headers_out, WLM_ADMIN_FIELD, WLM_VERSION);
            return formats[i].answer(r);
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
        wlm_admin_log_other_method(r);
        return DECLINED;
    }
    return answer_get(r);
}
