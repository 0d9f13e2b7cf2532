/* WLMLog: writes the module's messages to a file of their own, too; with PluginCfg to the file and at the level of the
 * element Log in plugin-cfg.xml. httpd decides what is logged: its hook passes each message that it has written to the
 * error log. The file is opened in the parent; any process and thread writes.
 */
#include <apr_strings.h>
#include <util_time.h>
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/runtime/log.h"
#include "httpd/runtime/log_target.h"

static wlm_log_target_t *log_target; /* NULL: not open; children inherit it. Ends with its configuration */

static apr_status_t reset(void *unused)
{
    (void)unused;
    log_target = NULL;
    return APR_SUCCESS;
}

/* -- what plugin-cfg.xml says ------------------------------------------------------------- */

/* The first file that has the element */
static const plugin_cfg_t *with_log(void)
{
    int i;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        const plugin_cfg_t *cfg = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *)->cfg;
        if (cfg->log_level != PLUGIN_CFG_LOG_NONE) {
            return cfg;
        }
    }
    return NULL;
}

/* An explicit `LogLevel wlm:LEVEL` in httpd's configuration takes precedence */
static void set_level(plugin_cfg_log_level_t level, apr_pool_t *pconf, server_rec *s)
{
    static const int levels[] = {
        [PLUGIN_CFG_LOG_ERROR] = APLOG_ERR, [PLUGIN_CFG_LOG_WARN] = APLOG_WARNING, [PLUGIN_CFG_LOG_STATS] = APLOG_INFO,
        [PLUGIN_CFG_LOG_DETAIL] = APLOG_DEBUG, [PLUGIN_CFG_LOG_DEBUG] = APLOG_TRACE1,
        [PLUGIN_CFG_LOG_TRACE] = APLOG_TRACE8
    };

    for (; s; s = s->next) {
        if (!s->log.module_levels || s->log.module_levels[APLOG_MODULE_INDEX] < 0) {
            ap_set_module_loglevel(pconf, &s->log, APLOG_MODULE_INDEX, levels[level]);
        }
    }
}

/* -- opening ------------------------------------------------------------------------------------ */

static void open_log(const char *name, int may_be_pipe, apr_pool_t *pconf, server_rec *s)
{
    apr_status_t rv = *name == '|' && !may_be_pipe ? APR_EACCES : wlm_log_target_open(&log_target, name, pconf);

    if (rv != APR_SUCCESS) {
        log_target = NULL;
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, WLMNO(0062) "WLMLog: %s cannot be %s; messages are only in the "
                     "error log", name, *name != '|' ? "opened" : may_be_pipe ? "started"
                     : "taken from plugin-cfg.xml, which must not name programs to run (write it behind WLMLog)");
        return;
    }
    apr_pool_cleanup_register(pconf, NULL, reset, apr_pool_cleanup_null); /* runs before the file is closed */
}

void wlm_log_open(apr_pool_t *pconf, server_rec *s)
{
    const char *target = wlm_config_global()->log;
    const plugin_cfg_t *cfg;

    if (!target || ap_cstr_casecmp(target, "Off") == 0) {
        return;
    }
    if (ap_cstr_casecmp(target, "PluginCfg") != 0) {
        open_log(target, 1, pconf, s);
        return;
    }
    cfg = with_log();
    if (!cfg) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0063) "WLMLog PluginCfg has no effect: no plugin-cfg.xml "
                     "has a Log element");
        return;
    }
    if (cfg->log_name) {
        open_log(cfg->log_name, 0, pconf, s);
    }
    set_level(cfg->log_level, pconf, s);
}

/* -- writing --------------------------------------------------------------------------------------- */

static const char *level_name(int level)
{
    static const char *const names[] = { "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug", "trace1",
                                         "trace2", "trace3", "trace4", "trace5", "trace6", "trace7", "trace8" };

    return level >= 0 && level <= APLOG_TRACE8 ? names[level] : "-";
}

/* As in httpd's own log */
static int put_prefix(char *to, int size, const ap_errorlog_info *info)
{
    const char *client = info->r ? info->r->useragent_ip : info->c ? info->c->client_ip : NULL;
    char now[APR_CTIME_LEN + sizeof(".123456")], why[120] = "";
    int n = sizeof(now);

    ap_recent_ctime_ex(now, apr_time_now(), AP_CTIME_OPTION_USEC, &n);
    if (info->status) {
        apr_strerror(info->status, why, sizeof(why));
    }
    return apr_snprintf(to, (apr_size_t)size, "[%s] [%s] [pid %ld] %s%s%s%s%s", now, level_name(info->level),
                        (long)getpid(),
                        client ? "[client " : "", client ? client : "", client ? "] " : "", why, *why ? ": " : "");
}

/* Any process, any thread */
void wlm_log_write(const ap_errorlog_info *info, const char *message)
{
    struct iovec line[3];
    char prefix[400];

    if (!log_target || info->module_index != APLOG_MODULE_INDEX) {
        return;
    }
    line[0].iov_base = prefix;
    line[0].iov_len = (apr_size_t)put_prefix(prefix, sizeof(prefix), info);
    line[1].iov_base = (char *)message;
    line[1].iov_len = strlen(message);
    line[2].iov_base = (char *)"\n";
    line[2].iov_len = 1;
    wlm_log_target_write(log_target, line, 3);
}
