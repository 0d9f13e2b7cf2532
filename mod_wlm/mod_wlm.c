/* The hooks, each with the reason for its place. */
#include "mod_wlm_state.h"
#include <ap_mpm.h>
#include <mpm_common.h>
#include <apr_strings.h>
#include "wlm_http_request.h"
#include "wlm_target.h"

static int on_pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    (void)plog;
    (void)ptemp;
    wlm_config_reset(pconf);
    wlm_options_reset(pconf);
    return OK;
}

static int on_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)pconf;
    (void)plog;
    (void)ptemp;
    return wlm_config_files()->nelts && wlm_state_check(s) != APR_SUCCESS ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

/* The first step of a start that is not one of `httpd -k stop`, too; before httpd replaces the terminal by its error log */
static int on_open_logs(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)pconf;
    (void)plog;
    (void)ptemp;
    return ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG || wlm_config_can_start(s)
           ? OK : HTTP_INTERNAL_SERVER_ERROR;
}

static int on_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)plog;
    (void)ptemp;
    /* httpd reads its configuration twice at a start; only what the second reading gave is used */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG || !wlm_config_files()->nelts) {
        return OK;
    }
    wlm_log_open(pconf, s); /* first, for the messages that follow */
    wlm_config_log_findings(s);
    wlm_options_log_findings(s);
    wlm_tls_log_findings(s);
    if (wlm_state_create(pconf, s) != APR_SUCCESS || wlm_watch_register(pconf, s) != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    ap_log_error(APLOG_MARK, APLOG_INFO, 0, s, WLMNO(0008) "mod_wlm %s, %d configuration file(s)", WLM_VERSION,
                 wlm_config_files()->nelts);
    return OK;
}

static void on_child_init(apr_pool_t *pchild, server_rec *s)
{
    (void)pchild;
    if (wlm_config_files()->nelts) {
        wlm_state_child_init(s);
        wlm_handler_child_init();
        wlm_stay_child_init();
    }
}

static void on_child_status(server_rec *s, pid_t pid, ap_generation_t gen, int slot, mpm_child_status status)
{
    (void)gen;
    (void)slot;
    if (status == MPM_CHILD_EXITED && s) {
        wlm_state_child_ended(s, pid);
    }
}

/* In the parent, each 10 seconds */
static int on_monitor(apr_pool_t *p, server_rec *s)
{
    (void)p;
    if (wlm_config_files()->nelts) {
        wlm_save_write(s);
    }
    return DECLINED;
}

/* -- is it ours? --------------------------------------------------------------------- */

static wlm_request_t *request_of(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &wlm_module);
}

static apr_status_t leave(void *version)
{
    wlm_live_leave(version);
    return APR_SUCCESS;
}

/* Before the path is decoded: the form that is matched, and sent on, keeps what %2F or %3B mean */
static int on_pre_translate(request_rec *r)
{
    wlm_file_t *file = wlm_config_of(r->server)->file;
    wlm_version_t *version;
    wlm_request_t *request;

    if (file && r->uri && r->uri[0] == '/' && (version = wlm_live_use(file)) != NULL) {
        request = apr_pcalloc(r->pool, sizeof(*request));
        request->version = version;
        apr_pool_cleanup_register(r->pool, version, leave, apr_pool_cleanup_null);
        request->encoded = apr_pstrdup(r->pool, r->uri);
        ap_set_module_config(r->request_config, &wlm_module, request);
    }
    return DECLINED;
}

/* Before mod_rewrite: to see later whether it has changed the path */
static int on_translate_first(request_rec *r)
{
    wlm_request_t *request = request_of(r);

    if (request) {
        request->decoded = apr_pstrdup(r->pool, r->uri);
    }
    return DECLINED;
}

static void find_host(wlm_request_t *request, const request_rec *r)
{
    request->host = r->hostname;
    request->port = request->version->cfg->vhost_matching_compat ? r->connection->local_addr->port
                  : r->parsed_uri.port_str && r->parsed_uri.port ? r->parsed_uri.port
                  : ap_run_default_port(r);
}

/* @return OK, DECLINED, or the status for a path that the member could read differently than we do */
static int find_route(wlm_request_t *request, request_rec *r)
{
    switch (wlm_target_find(&request->match, request->version->snapshot->routes, request->host, request->port,
                            request->encoded, r->pool)) {
    case WLM_TARGET_FOUND:
        return OK;
    case WLM_TARGET_AMBIGUOUS:
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, WLMNO(0009) "refused: %s has dot segments that are hidden "
                      "behind path parameters or escapes", request->encoded);
        return HTTP_BAD_REQUEST;
    case WLM_TARGET_NONE:
        break;
    }
    return DECLINED;
}

/* No URI of a plugin-cfg.xml hides the place where its members are seen */
static int is_status_page(request_rec *r)
{
    const core_dir_config *conf = ap_get_core_module_config(r->per_dir_config);
    const char *wrong = NULL;
    const char *handler = conf->expr_handler ? ap_expr_str_exec(r, conf->expr_handler, &wrong) : conf->handler;

    return handler && strcmp(handler, WLM_STATUS_HANDLER) == 0;
}

/* After mod_rewrite, which may feed us (flag PT), and after mod_proxy, whose directives are more particular than a
 * plugin-cfg.xml; before mod_alias and the core, which would look for a file. */
static int on_translate(request_rec *r)
{
    wlm_request_t *request = request_of(r);
    int status;

    if (!request || !wlm_http_method_is_forwarded(r->method) || !wlm_config_is_enabled(r) || is_status_page(r)) {
        return DECLINED;
    }
    if (request->decoded && strcmp(request->decoded, r->uri) != 0) {
        request->encoded = wlm_request_encode_path(r->uri, r->pool);
    }
    find_host(request, r);
    status = find_route(request, r);
    if (status != OK) {
        return status;
    }
    request->cluster = wlm_snapshot_cluster(request->version->snapshot, request->match.route);
    r->filename = apr_pstrcat(r->pool, "wlm:", request->cluster->cfg->name, NULL);
    r->handler = "wlm";
    ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, r, "route: host %s port %d path %s: cluster %s by URI %s",
                  request->host ? request->host : "-", request->port, request->encoded, request->cluster->cfg->name,
                  request->match.uri ? request->match.uri->name : "-");
    return OK;
}

static int is_ours(const request_rec *r)
{
    const wlm_request_t *request = request_of(r);

    return request && request->cluster;
}

/* There is no file: no directory is walked, and nothing guesses a type or a handler from the path's ending */
static int on_map_to_storage(request_rec *r)
{
    return is_ours(r) ? OK : DECLINED;
}

static int on_type_checker(request_rec *r)
{
    return is_ours(r) ? OK : DECLINED;
}

static void register_hooks(apr_pool_t *p)
{
    static const char *const before_rewrite[] = { "mod_rewrite.c", "mod_proxy.c", NULL };
    static const char *const before_core[] = { "core.c", NULL };

    ap_hook_pre_config(on_pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_error_log(wlm_log_write, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(on_check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_open_logs(on_open_logs, NULL, before_core, APR_HOOK_REALLY_FIRST);
    ap_hook_post_config(on_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(on_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_monitor(on_monitor, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_status(on_child_status, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_pre_translate_name(on_pre_translate, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_translate_name(on_translate_first, NULL, before_rewrite, APR_HOOK_REALLY_FIRST);
    ap_hook_translate_name(on_translate, before_rewrite, NULL, APR_HOOK_FIRST);
    ap_hook_map_to_storage(on_map_to_storage, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_type_checker(on_type_checker, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_log_transaction(wlm_stay_end, NULL, NULL, APR_HOOK_REALLY_LAST); /* nothing of the request is left to do */
    ap_hook_handler(wlm_handler, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(wlm_status_handler, NULL, NULL, APR_HOOK_MIDDLE);
    wlm_status_register(p);
}

module AP_MODULE_DECLARE_DATA wlm_module = {
    STANDARD20_MODULE_STUFF,
    wlm_config_create_dir,
    wlm_config_merge_dir,
    wlm_config_create_server,
    wlm_config_merge_server,
    wlm_commands,
    register_hooks,
    AP_MODULE_FLAG_NONE
};
