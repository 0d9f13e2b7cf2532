#include <stdarg.h>
#include <apr_strings.h>
#include "plugin_cfg_private.h"

const char *plugin_cfg_severity_name(plugin_cfg_severity_t severity)
{
    static const char *const names[] = {
        [PLUGIN_CFG_NOTE] = "note", [PLUGIN_CFG_WARNING] = "warning", [PLUGIN_CFG_ERROR] = "error"
    };
    return names[severity];
}

void plugin_cfg_add_finding(plugin_cfg_reader_t *reader, plugin_cfg_severity_t severity, int line, const char *id,
                            const char *format, ...)
{
    plugin_cfg_finding_t *finding = apr_pcalloc(reader->p, sizeof(*finding));
    va_list args;
    char *c;

    va_start(args, format);
    finding->message = apr_pvsprintf(reader->p, format, args);
    va_end(args);
    for (c = (char *)finding->message; *c; ++c) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            *c = ' '; /* a value from the file must not make a second line in a log */
        }
    }
    finding->severity = severity;
    finding->file = reader->cfg->file;
    finding->line = line;
    finding->id = id;
    APR_ARRAY_PUSH(reader->cfg->findings, plugin_cfg_finding_t *) = finding;
}

/* insertion sort: stable, and findings come almost in order */
void plugin_cfg_sort_findings(plugin_cfg_t *cfg)
{
    plugin_cfg_finding_t **list = (plugin_cfg_finding_t **)cfg->findings->elts;
    int i, k;

    for (i = 1; i < cfg->findings->nelts; ++i) {
        plugin_cfg_finding_t *finding = list[i];
        for (k = i; k > 0 && list[k - 1]->line > finding->line; --k) {
            list[k] = list[k - 1];
        }
        list[k] = finding;
    }
}

int plugin_cfg_has_errors(const plugin_cfg_t *cfg)
{
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        if (APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *)->severity == PLUGIN_CFG_ERROR) {
            return 1;
        }
    }
    return 0;
}
