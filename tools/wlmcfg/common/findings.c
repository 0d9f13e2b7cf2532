/* How wlmcfg prints what the reader or a command has found in a file. On main()'s thread. */
#include "tools/wlmcfg/wlmcfg.h"

plugin_cfg_severity_t wlmcfg_severity(const plugin_cfg_finding_t *finding, int strict)
{
    return strict && finding->severity == PLUGIN_CFG_WARNING ? PLUGIN_CFG_ERROR : finding->severity;
}

void wlmcfg_print_findings(FILE *out, const plugin_cfg_t *cfg, int strict)
{
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *);
        fprintf(out, "%s\n", plugin_cfg_finding_text(finding, wlmcfg_severity(finding, strict), cfg->findings->pool));
    }
}
