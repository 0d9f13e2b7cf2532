/* Checks of a changed file: its findings, its losses, and whether it may replace the version in use. All of it is
 * logged, because a reload is usually not watched, and is in the answer to a reload by an administrator. Runs in the
 * process that loads the file, and in the parent at a restart.
 */
#include <apr_strings.h>
#include "base/count.h"
#include "compare/loss.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/findings.h"
#include "httpd/runtime/change.h"
#include "httpd/runtime/retained.h"

#define DETAILS_MAX 50             /* lines of an answer */

/* -- reports ------------------------------------------------------------------------------------- */

static void add_detail(apr_array_header_t *details, const char *line)
{
    APR_ARRAY_PUSH(details, const char *) = line;
}

void wlm_change_report_findings(const plugin_cfg_t *cfg, server_rec *s, apr_array_header_t *details)
{
    int i, errors = 0;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(cfg->findings, i, const plugin_cfg_finding_t *);
        int is_first_error = finding->severity == PLUGIN_CFG_ERROR && !errors++;

        wlm_findings_log_one(finding, 0, s, details->pool);
        if (finding->severity != PLUGIN_CFG_NOTE && !is_first_error) {
            add_detail(details, plugin_cfg_finding_text(finding, finding->severity, details->pool));
        }
    }
}

void wlm_change_report_losses(const plugin_cfg_t *from, const wlm_route_index_t *from_index, const plugin_cfg_t *to,
                            const wlm_route_index_t *to_index, server_rec *s, apr_array_header_t *details)
{
    const apr_array_header_t *losses = wlm_loss_find(from, from_index, to, to_index, details->pool);
    int i;

    for (i = 0; i < losses->nelts; ++i) {
        const char *line = apr_psprintf(details->pool, "%s takes away: %s", to->file,
                                        APR_ARRAY_IDX(losses, i, const char *));

        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0172) "%s", line);
        add_detail(details, line);
    }
}

void wlm_change_shorten(apr_array_header_t *details)
{
    int more = details->nelts - DETAILS_MAX;

    if (more > 0) {
        details->nelts = DETAILS_MAX;
        add_detail(details, apr_psprintf(details->pool, "and %d more, which are in the error log", more));
    }
}

/* -- decision -------------------------------------------------------------------------------------- */

const char *wlm_change_objection(const wlm_file_t *file, const plugin_cfg_t *from, const plugin_cfg_t *to,
                                 apr_pool_t *p)
{
    return to->routes->nelts || !from->routes->nelts || !wlm_config_global()->refuse_empty || file->is_registry ? NULL
           : apr_psprintf(p, "no request would have a route, and with the version in use %d Route%s some; what is "
                          "missing may be added, or WLMRefuseEmpty Off said if that is meant", from->routes->nelts,
                          wlm_count_word(from->routes->nelts, " gives", "s give"));
}

/* -- over a restart ---------------------------------------------------------------------------------- */

/* A restart keeps the version from before, or goes on without any, because an invalid file must not stop everything
 * else that httpd serves. The file is loaded when it is valid again. */
void wlm_change_refuse(wlm_file_t *file, const char *why)
{
    static const char nothing[] = "<Config/>";
    apr_size_t length;
    const char *text;

    file->bad = file->cfg;
    file->bad_signature = file->signature;
    file->why = why;
    text = wlm_retained_text(file->path, &file->signature, &length);
    if (!text || plugin_cfg_read_memory(&file->cfg, text, length, file->path, file->pool) != APR_SUCCESS) {
        file->signature = WLM_SIGNATURE_NONE;
        plugin_cfg_read_memory(&file->cfg, nothing, sizeof(nothing) - 1, file->path, file->pool);
    }
}

static void check_restart(wlm_file_t *file, server_rec *s, apr_pool_t *pconf, apr_pool_t *ptemp)
{
    uint64_t signature;
    apr_size_t length;
    const char *text = wlm_retained_text(file->path, &signature, &length), *why;
    plugin_cfg_t *before;

    if (file->bad || !text || signature == file->signature
        || plugin_cfg_read_memory(&before, text, length, file->path, ptemp) != APR_SUCCESS) {
        return;
    }
    if ((why = wlm_change_objection(file, before, file->cfg, pconf)) != NULL) {
        wlm_change_refuse(file, why);
        return;
    }
    if (!file->is_registry) {
        wlm_change_report_losses(before, wlm_route_index_make(before, ptemp), file->cfg,
                                 wlm_route_index_make(file->cfg, ptemp), s,
                                 apr_array_make(ptemp, 4, sizeof(const char *)));
    }
}

void wlm_change_check_restart(server_rec *s, apr_pool_t *pconf, apr_pool_t *ptemp)
{
    int i;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        check_restart(APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *), s, pconf, ptemp);
    }
}
