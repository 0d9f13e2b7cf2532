/* What happens at start-up, in each child process, and which hooks there are. */
#include <ap_mpm.h>
#include <http_protocol.h>
#include <mpm_common.h>
#include "balance/snapshot.h"
#include "base/count.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/findings.h"
#include "httpd/directives/cluster.h"
#include "httpd/directives/directives.h"
#include "httpd/engine/capacity.h"
#include "httpd/engine/engine.h"
#include "httpd/registration/by_hand.h"
#include "httpd/registration/mcmp.h"
#include "httpd/registration/node_members.h"
#include "httpd/registration/store.h"
#include "httpd/request/cache_control.h"
#include "httpd/request/beginning.h"
#include "httpd/request/handler.h"
#include "httpd/request/http2_end.h"
#include "httpd/request/linger.h"
#include "httpd/request/span.h"
#include "httpd/request/translate.h"
#include "httpd/request/tunnel.h"
#include "httpd/runtime/certificates.h"
#include "httpd/runtime/change.h"
#include "httpd/runtime/given_file.h"
#include "httpd/runtime/life.h"
#include "httpd/runtime/descriptors.h"
#include "httpd/runtime/dns_members.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/log.h"
#include "httpd/runtime/names.h"
#include "httpd/runtime/periodic.h"
#include "httpd/runtime/readable.h"
#include "httpd/runtime/remote_reach.h"
#include "httpd/runtime/remote_table.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/sampling.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/span_log.h"
#include "httpd/status/status.h"

static int on_pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    (void)plog;
    (void)ptemp;
    wlm_files_reset(pconf);
    wlm_directives_reset(pconf);
    wlm_mcmp_register_methods(pconf);
    return OK;
}

static int on_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)plog;
    wlm_directives_complete(pconf);
    return wlm_files()->nelts
           && (wlm_segment_check(s) != APR_SUCCESS || wlm_remote_table_check(s, ptemp) != APR_SUCCESS)
           ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

static void on_test_config(apr_pool_t *pconf, server_rec *s)
{
    if (wlm_files()->nelts && ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST) {
        wlm_directives_log_findings(APLOG_STARTUP, NULL, pconf);
        wlm_directives_log_defaults(APLOG_STARTUP, NULL, pconf);
        wlm_remote_reach_check(APLOG_STARTUP, NULL, pconf);
        wlm_engine_log_test(s, pconf);
    }
}

/* The first step of a start that is not one of `httpd -k stop`, too; before httpd replaces the terminal by its error
 * log */
static int on_open_logs(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)pconf;
    (void)plog;
    (void)ptemp;
    return ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG || wlm_findings_allow_start(s)
           ? OK : HTTP_INTERNAL_SERVER_ERROR;
}

/* At a level that httpd logs whatever LogLevel says */
static void log_files(const server_rec *s, apr_pool_t *ptemp)
{
    int i;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        const wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *);

        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0008) "mod_wlm %s: %s: %s, %s", WLM_VERSION, file->path,
                     wlm_count_text(file->cfg->clusters->nelts, "cluster", ptemp),
                     wlm_count_text(wlm_snapshot_count_members(file->cfg), "member", ptemp));
    }
}

static void check_descriptors(server_rec *s)
{
    wlm_capacity_t capacity = wlm_capacity_read();

    wlm_descriptors_check(s, capacity.per_process, wlm_engine_is_at_work(s) ? capacity.per_process : capacity.threads);
}

static int on_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)plog;
    /* httpd reads its configuration twice at a start; only what the second reading gave is used */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG || !wlm_files()->nelts) {
        return OK;
    }
    wlm_log_open(pconf, s); /* first, for the messages that follow */
    wlm_span_log_open(pconf, s);
    wlm_given_file_restore(s, ptemp);
    wlm_change_check_restart(s, pconf, ptemp);
    wlm_findings_log_all(s);
    wlm_directives_log_findings(0, s, ptemp);
    if (ap_state_query(AP_SQ_CONFIG_GEN) == 1) { /* a restart is not to wait for other servers */
        wlm_remote_reach_check(0, s, ptemp);
    }
    wlm_certificates_log_findings(s);
    check_descriptors(s);
    wlm_readable_check(s, ptemp);
    if (wlm_life_begin(pconf, s) != APR_SUCCESS || wlm_periodic_register(pconf, s) != APR_SUCCESS
        || wlm_store_register(pconf, s) != APR_SUCCESS || wlm_by_hand_register(pconf, s) != APR_SUCCESS
        || wlm_dns_members_register(pconf, s) != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    log_files(s, ptemp);
    wlm_directives_log_defaults(0, s, ptemp);
    wlm_engine_log(s, ptemp);
    return OK;
}

/* For the engine, in each child process */
static int each_second(void)
{
    if (!wlm_children_is_common(&wlm_segment.children, wlm_segment.row)) { /* what others have, too, is nobody's */
        wlm_earlier_loads_put(wlm_retained_earlier_loads(), (uint32_t)getpid(), wlm_segment.row->load);
    }
    return wlm_tunnel_must_check();
}

static void on_child_init(apr_pool_t *pchild, server_rec *s)
{
    if (wlm_files()->nelts) {
        wlm_life_child_init(s);
        wlm_remote_table_child_init(wlm_segment.remote, pchild, s); /* ends after the engine, which tells it the last */
        wlm_engine_child_init(pchild, s, each_second, wlm_segment.row->load);
        wlm_beginning_child_init();
        wlm_linger_child_init();
        wlm_names_child_init();
        wlm_dns_members_child_init(pchild);
        wlm_sampling_child_init(pchild);
        wlm_store_child_init(pchild);
        wlm_node_members_child_init(pchild);
    }
}

static void on_child_stopping(apr_pool_t *pchild, int graceful)
{
    (void)pchild;
    if (graceful && wlm_files()->nelts) {
        wlm_endpoints_clear();
    }
}

static void on_child_status(server_rec *s, pid_t pid, ap_generation_t gen, int slot, mpm_child_status status)
{
    (void)gen;
    if (status == MPM_CHILD_EXITED && s) {
        wlm_life_child_ended(s, pid);
        wlm_engine_child_ended(slot);
    }
}

/* In the parent, each 10 seconds */
static int on_monitor(apr_pool_t *p, server_rec *s)
{
    (void)p;
    if (wlm_files()->nelts) {
        wlm_life_monitor(s);
        if (wlm_engine_is_at_work(s)) {
            wlm_capacity_check(s, &wlm_segment.children);
        }
    }
    return DECLINED;
}

static void register_hooks(apr_pool_t *p)
{
    static const char *const before_core[] = { "core.c", NULL };
    static const char *const before_watchdog[] = { "mod_watchdog.c", NULL }; /* its threads need what this makes */

    ap_hook_pre_config(on_pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_error_log(wlm_log_write, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(on_check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(on_test_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_open_logs(on_open_logs, NULL, before_core, APR_HOOK_REALLY_FIRST);
    ap_hook_post_config(on_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(on_child_init, NULL, before_watchdog, APR_HOOK_MIDDLE);
    ap_hook_child_stopping(on_child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_monitor(on_monitor, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_status(on_child_status, NULL, NULL, APR_HOOK_MIDDLE);
    wlm_translate_register();
    wlm_cache_control_register();
    wlm_http2_end_register();
    wlm_engine_register();
    ap_hook_log_transaction(wlm_span_log, NULL, NULL, APR_HOOK_MIDDLE);
    /* nothing of the request is left to do */
    ap_hook_log_transaction(wlm_linger_end, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_handler(wlm_handler, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(wlm_status_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(wlm_mcmp_handler, NULL, NULL, APR_HOOK_MIDDLE);
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
