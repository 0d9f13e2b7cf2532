/* Families of series, and texts of labels. Runs on the thread that answers the request. */
#include <string.h>
#include <apr_strings.h>
#include "view/metrics_family.h"

const char *wlm_metrics_escape(const char *text, apr_pool_t *p)
{
    char *out = apr_palloc(p, 2 * strlen(text) + 1), *at = out;

    for (; *text; ++text) {
        if (*text == '\\' || *text == '"' || *text == '\n') {
            *at++ = '\\';
        }
        *at++ = *text == '\n' ? 'n' : *text;
    }
    *at = '\0';
    return out;
}

wlm_metrics_family_t wlm_metrics_family_of(const wlm_field_t *field, const char *prefix, apr_pool_t *p)
{
    int is_counter = field->kind == WLM_FIELD_COUNT;

    return (wlm_metrics_family_t){ .name = apr_pstrcat(p, prefix, field->metric, NULL), .help = field->help,
                                   .type = is_counter ? "counter" : "gauge", .suffix = is_counter ? "_total" : "" };
}

void wlm_metrics_family_begin(const wlm_out_t *out, const wlm_metrics_family_t *family, wlm_metrics_format_t format)
{
    const char *suffix = format == WLM_PROMETHEUS ? family->suffix : "";

    wlm_out_printf(out, "# TYPE %s%s %s\n# HELP %s%s %s.\n", family->name, suffix, family->type, family->name, suffix,
                   family->help);
}

const char *wlm_metrics_labels(const wlm_view_cluster_t *cluster, apr_pool_t *p)
{
    return apr_psprintf(p, "file=\"%s\",cluster=\"%s\"", wlm_metrics_escape(cluster->file, p),
                        wlm_metrics_escape(cluster->name, p));
}
