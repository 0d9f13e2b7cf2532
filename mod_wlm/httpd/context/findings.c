/* Logs the findings of plugin-cfg.xml files. Runs in the parent while httpd reads its configuration, and in the process
 * that loads a changed file. */
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/findings.h"

static int log_level_of(plugin_cfg_severity_t severity)
{
    return severity == PLUGIN_CFG_ERROR ? APLOG_ERR : severity == PLUGIN_CFG_WARNING ? APLOG_WARNING : APLOG_INFO;
}

void wlm_findings_log_one(const plugin_cfg_finding_t *finding, int flags, const server_rec *s, apr_pool_t *ptemp)
{
    ap_log_error(APLOG_MARK, log_level_of(finding->severity) | flags, 0, s, WLMNO(0001) "%s",
                 plugin_cfg_finding_text(finding, finding->severity, ptemp));
}

void wlm_findings_log(const plugin_cfg_t *cfg, plugin_cfg_severity_t least, int flags, const server_rec *s)
{
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *);
        if (finding->severity >= least) {
            wlm_findings_log_one(finding, flags, s, cfg->findings->pool);
        }
    }
}

void wlm_findings_log_all(server_rec *s)
{
    int i;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        const wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *);
        wlm_findings_log(file->bad ? file->bad : file->cfg, PLUGIN_CFG_NOTE, 0, s);
    }
}

int wlm_findings_allow_start(server_rec *s)
{
    int i, can = 1;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        const wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *);
        if (file->bad) {
            can = 0;
            ap_log_error(APLOG_MARK, APLOG_EMERG | APLOG_STARTUP, 0, s, WLMNO(0170) "httpd does not start: %s cannot "
                         "be used: %s", file->path, file->why);
        }
    }
    return can;
}
