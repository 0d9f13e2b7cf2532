/* The view as OpenMetrics 1.0, or as Prometheus' text format 0.0.4; they differ in the name of a counter's family and
 * in the last line. In both the lines of one metric must be together, so each metric is printed for all members before
 * the next one. Runs on the thread that answers the request. */
#include <string.h>
#include <apr_strings.h>
#include "balance/counters.h"
#include "balance/outcome.h"
#include "view/fields.h"
#include "view/metrics.h"

static const char *escape(const char *text, apr_pool_t *p)
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

/* -- a line for each member --------------------------------------------------------------------------- */

typedef struct metric_t metric_t;
struct metric_t {
    const char *name, *help, *type, *suffix;
    const wlm_field_t *field;
    void (*print)(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member, const char *labels);
};

static void print_field(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                        const char *labels)
{
    wlm_out_printf(out, "%s%s{%s} %" APR_UINT64_T_FMT "\n", metric->name, metric->suffix, labels,
                   (apr_uint64_t)wlm_fields_count(metric->field, member));
}

static void print_is_up(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                        const char *labels)
{
    wlm_out_printf(out, "%s{%s} %d\n", metric->name, labels, strcmp(member->state, "up") == 0);
}

static void print_is_enabled(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                             const char *labels)
{
    wlm_out_printf(out, "%s{%s} %d\n", metric->name, labels, strcmp(member->admin_state, "enabled") == 0);
}

static void print_failures(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                           const char *labels)
{
    int i;

    for (i = 0; i < WLM_OUTCOMES; ++i) {
        if (member->failures_by[i] || i == WLM_NOT_CONNECTED) {
            wlm_out_printf(out, "%s_total{%s,kind=\"%s\"} %" APR_UINT64_T_FMT "\n", metric->name, labels,
                           wlm_outcome_name((wlm_outcome_t)i), (apr_uint64_t)member->failures_by[i]);
        }
    }
}

#define BUCKETS_PER_LINE 4         /* a line for each doubling of the time */

static void print_times(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                        const char *labels)
{
    uint64_t below = 0;
    int i;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        below += member->times[i];
        if (i % BUCKETS_PER_LINE == 0 && i < WLM_HISTOGRAM_BUCKETS - 1) {
            wlm_out_printf(out, "%s_bucket{%s,le=\"%.6f\"} %" APR_UINT64_T_FMT "\n", metric->name, labels,
                           (double)wlm_histogram_end(i) / APR_USEC_PER_SEC, (apr_uint64_t)below);
        }
    }
    wlm_out_printf(
        out, "%s_bucket{%s,le=\"+Inf\"} %" APR_UINT64_T_FMT "\n%s_sum{%s} %.6f\n%s_count{%s} %" APR_UINT64_T_FMT "\n",
        metric->name, labels, (apr_uint64_t)below, metric->name, labels, member->times_sum, metric->name, labels,
        (apr_uint64_t)below);
}

/* -- all ------------------------------------------------------------------------------------------------- */

static void begin(const wlm_out_t *out, const metric_t *metric, wlm_metrics_format_t format)
{
    const char *suffix = format == WLM_PROMETHEUS ? metric->suffix : "";

    wlm_out_printf(out, "# TYPE %s%s %s\n# HELP %s%s %s.\n", metric->name, suffix, metric->type, metric->name, suffix,
                   metric->help);
}

static void print_members(const wlm_out_t *out, const wlm_view_t *view, const metric_t *metric,
                          wlm_metrics_format_t format, const char *const *labels)
{
    int c, m, n = 0;

    begin(out, metric, format);
    for (c = 0; c < view->nclusters; ++c) {
        for (m = 0; m < view->clusters[c].nmembers; ++m) {
            metric->print(out, metric, &view->clusters[c].members[m], labels[n++]);
        }
    }
}

static metric_t metric_of(const wlm_field_t *field, const char *prefix, apr_pool_t *p)
{
    int is_counter = field->kind == WLM_FIELD_COUNT;

    return (metric_t){ .name = apr_pstrcat(p, prefix, field->metric, NULL), .help = field->help,
                       .type = is_counter ? "counter" : "gauge", .suffix = is_counter ? "_total" : "", .field = field,
                       .print = print_field };
}

/* cluster and member, for each member of all clusters */
static const char *const *labels_of(const wlm_view_t *view, apr_pool_t *p)
{
    const char **labels;
    int c, m, n = 0;

    for (c = 0; c < view->nclusters; ++c) {
        n += view->clusters[c].nmembers;
    }
    labels = apr_palloc(p, sizeof(*labels) * (apr_size_t)(n + 1));
    for (c = n = 0; c < view->nclusters; ++c) {
        const wlm_view_cluster_t *cluster = &view->clusters[c];
        for (m = 0; m < cluster->nmembers; ++m) {
            labels[n++] = apr_psprintf(p, "file=\"%s\",cluster=\"%s\",member=\"%s\"", escape(cluster->file, p),
                                       escape(cluster->name, p), escape(cluster->members[m].name, p));
        }
    }
    return labels;
}

static void print_clusters(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    const wlm_field_t *field;
    int c;

    for (field = wlm_fields_cluster; field->name; ++field) {
        metric_t metric;

        if (!field->metric) {
            continue;
        }
        metric = metric_of(field, "wlm_cluster_", out->p);
        begin(out, &metric, format);
        for (c = 0; c < view->nclusters; ++c) {
            wlm_out_printf(out, "%s%s{file=\"%s\",cluster=\"%s\"} %" APR_UINT64_T_FMT "\n", metric.name, metric.suffix,
                           escape(view->clusters[c].file, out->p), escape(view->clusters[c].name, out->p),
                           (apr_uint64_t)wlm_fields_count(field, &view->clusters[c]));
        }
    }
}

static void print_engine(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    const wlm_field_t *field;

    for (field = wlm_fields_engine; field->name; ++field) {
        if (field->metric) {
            metric_t metric = metric_of(field, "wlm_engine_", out->p);

            begin(out, &metric, format);
            wlm_out_printf(out, "%s %" APR_UINT64_T_FMT "\n", metric.name,
                           (apr_uint64_t)wlm_fields_count(field, &view->engine));
        }
    }
}

static void print_files(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const metric_t generation = { .name = "wlm_file_generation", .type = "gauge", .suffix = "",
                                         .help = "How many versions of the file have been in use" };
    static const metric_t refused = { .name = "wlm_file_refused", .type = "gauge", .suffix = "",
                                      .help = "1: the file has changed and cannot be used" };
    int i;

    begin(out, &generation, format);
    for (i = 0; i < view->nfiles; ++i) {
        wlm_out_printf(out, "%s{file=\"%s\"} %" APR_UINT64_T_FMT "\n", generation.name,
                       escape(view->files[i].path, out->p), (apr_uint64_t)view->files[i].generation);
    }
    begin(out, &refused, format);
    for (i = 0; i < view->nfiles; ++i) {
        wlm_out_printf(out, "%s{file=\"%s\"} %d\n", refused.name, escape(view->files[i].path, out->p),
                       view->files[i].refused != NULL);
    }
}

void wlm_metrics_write(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const metric_t others[] = {
        { "wlm_member_up", "1: the member is up, whatever a person has decided", "gauge", "", NULL, print_is_up },
        { "wlm_member_enabled", "1: the member is neither drained nor disabled", "gauge", "", NULL, print_is_enabled },
        { "wlm_member_failures", "Attempts that ended with the member's fault", "counter", "_total", NULL,
          print_failures },
        { "wlm_member_response_seconds", "Time of complete responses", "histogram", "", NULL, print_times },
    };
    const char *const *labels = labels_of(view, out->p);
    const wlm_field_t *field;
    size_t i;

    print_engine(out, view, format);
    print_files(out, view, format);
    print_clusters(out, view, format);
    for (field = wlm_fields_member; field->name; ++field) {
        if (field->metric) {
            metric_t metric = metric_of(field, "wlm_member_", out->p);
            print_members(out, view, &metric, format, labels);
        }
    }
    for (i = 0; i < sizeof(others) / sizeof(others[0]); ++i) {
        print_members(out, view, &others[i], format, labels);
    }
    wlm_out_puts(out, format == WLM_OPENMETRICS ? "# EOF\n" : "");
}
