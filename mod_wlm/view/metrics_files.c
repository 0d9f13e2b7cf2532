/* The metrics of plugin-cfg.xml files, and which version of the module it is. Runs on the thread that answers the
 * request. */
#include "view/metrics_family.h"
#include "view/metrics_files.h"

static void print_numbers(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t generation = { .name = "wlm_file_generation", .type = "gauge", .suffix = "",
                                                     .help = "How many versions of the file have been in use" };
    static const wlm_metrics_family_t refused = { .name = "wlm_file_refused", .type = "gauge", .suffix = "",
                                                  .help = "1: the file has changed and cannot be used" };
    int i;

    wlm_metrics_family_begin(out, &generation, format);
    for (i = 0; i < view->nfiles; ++i) {
        wlm_out_printf(out, "%s{file=\"%s\"} %" APR_UINT64_T_FMT "\n", generation.name,
                       wlm_metrics_escape(view->files[i].path, out->p), (apr_uint64_t)view->files[i].generation);
    }
    wlm_metrics_family_begin(out, &refused, format);
    for (i = 0; i < view->nfiles; ++i) {
        wlm_out_printf(out, "%s{file=\"%s\"} %d\n", refused.name, wlm_metrics_escape(view->files[i].path, out->p),
                       view->files[i].refused != NULL);
    }
}

static void print_time(const wlm_out_t *out, const wlm_metrics_family_t *family, const wlm_view_file_t *file,
                       uint64_t ms)
{
    if (ms) {
        wlm_out_printf(out, "%s{file=\"%s\"} %.3f\n", family->name, wlm_metrics_escape(file->path, out->p),
                       (double)ms / 1000);
    }
}

static void print_times(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t loaded = { .name = "wlm_file_loaded_timestamp_seconds", .type = "gauge",
                                                 .suffix = "", .help = "When the version in use was loaded" };
    static const wlm_metrics_family_t refused = { .name = "wlm_file_refused_timestamp_seconds", .type = "gauge",
                                                  .suffix = "", .help = "Since when a newer version is refused" };
    int i;

    wlm_metrics_family_begin(out, &loaded, format);
    for (i = 0; i < view->nfiles; ++i) {
        print_time(out, &loaded, &view->files[i], view->files[i].loaded);
    }
    wlm_metrics_family_begin(out, &refused, format);
    for (i = 0; i < view->nfiles; ++i) {
        print_time(out, &refused, &view->files[i], view->files[i].refused ? view->files[i].refused_since : 0);
    }
}

static int count_findings(const wlm_view_file_t *file, plugin_cfg_severity_t severity)
{
    int i, n = 0;

    for (i = 0; file->findings && i < file->findings->nelts; ++i) {
        n += APR_ARRAY_IDX(file->findings, i, const plugin_cfg_finding_t *)->severity == severity;
    }
    return n;
}

static void print_findings(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t findings = { .name = "wlm_file_findings", .type = "gauge", .suffix = "",
                                                   .help = "Findings about the version in use, by their severity" };
    static const plugin_cfg_severity_t severities[] = { PLUGIN_CFG_ERROR, PLUGIN_CFG_WARNING, PLUGIN_CFG_NOTE };
    size_t s;
    int i;

    wlm_metrics_family_begin(out, &findings, format);
    for (i = 0; i < view->nfiles; ++i) {
        for (s = 0; s < sizeof(severities) / sizeof(severities[0]); ++s) {
            wlm_out_printf(out, "%s{file=\"%s\",severity=\"%s\"} %d\n", findings.name,
                           wlm_metrics_escape(view->files[i].path, out->p), plugin_cfg_severity_name(severities[s]),
                           count_findings(&view->files[i], severities[s]));
        }
    }
}

void wlm_metrics_files_write(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t build = { .name = "wlm_build_info", .type = "gauge", .suffix = "",
                                                .help = "Always 1, with the version of the module" };

    wlm_metrics_family_begin(out, &build, format);
    wlm_out_printf(out, "%s{version=\"%s\"} 1\n", build.name, wlm_metrics_escape(view->version, out->p));
    print_numbers(out, view, format);
    print_times(out, view, format);
    print_findings(out, view, format);
}
