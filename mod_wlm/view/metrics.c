/* The view as OpenMetrics 1.0, or as Prometheus' text format 0.0.4; they differ in the name of a counter's family and
 * in the last line. Here is what is not a member's (view/metrics_member.c). Runs on the thread that answers the
 * request. */
#include "view/metrics.h"
#include "view/metrics_class.h"
#include "view/metrics_family.h"
#include "view/metrics_files.h"
#include "view/metrics_member.h"
#include "view/metrics_times.h"
#include "view/refusals.h"

static void print_clusters(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    const wlm_field_t *field;
    int c;

    for (field = wlm_fields_cluster; field->name; ++field) {
        wlm_metrics_family_t metric;

        if (!field->metric) {
            continue;
        }
        metric = wlm_metrics_family_of(field, "wlm_cluster_", out->p);
        wlm_metrics_family_begin(out, &metric, format);
        for (c = 0; c < view->nclusters; ++c) {
            uint64_t count = wlm_fields_count(field, &view->clusters[c]);

            if (field->kind != WLM_FIELD_OPTIONAL || count != WLM_FIELD_NONE) {
                wlm_out_printf(out, "%s%s{%s} %" APR_UINT64_T_FMT "\n", metric.name, metric.suffix,
                               wlm_metrics_labels(&view->clusters[c], out->p), (apr_uint64_t)count);
            }
        }
    }
}

/* By tier, as the series of a cluster without it say how many there are in all */
static void print_tiers(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t serving = { .name = "wlm_cluster_serving_members", .type = "gauge", .suffix = "",
                                                  .help = "Members that get new sessions now, by their tier" };
    int c;

    wlm_metrics_family_begin(out, &serving, format);
    for (c = 0; c < view->nclusters; ++c) {
        const char *labels = wlm_metrics_labels(&view->clusters[c], out->p);

        wlm_out_printf(out, "%s{%s,tier=\"primary\"} %" APR_UINT64_T_FMT "\n", serving.name, labels,
                       (apr_uint64_t)view->clusters[c].usable_primaries);
        wlm_out_printf(out, "%s{%s,tier=\"backup\"} %" APR_UINT64_T_FMT "\n", serving.name, labels,
                       (apr_uint64_t)view->clusters[c].usable_backups);
    }
}

static void print_policies(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t policy = { .name = "wlm_cluster_policy", .type = "gauge", .suffix = "",
                                                 .help = "1: new requests get a member by this policy" };
    int c;

    wlm_metrics_family_begin(out, &policy, format);
    for (c = 0; c < view->nclusters; ++c) {
        wlm_out_printf(out, "%s{%s,policy=\"%s\"} 1\n", policy.name, wlm_metrics_labels(&view->clusters[c], out->p),
                       view->clusters[c].policy);
    }
}

static void print_refused(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t refused = {
        .name = "wlm_cluster_refused_requests", .type = "counter", .suffix = "_total",
        .help = "Requests that got 502, 503 or 504 of the module since the last start or restart of httpd, by reason"
    };
    int c, i;

    wlm_metrics_family_begin(out, &refused, format);
    for (c = 0; c < view->nclusters; ++c) {
        for (i = 0; i < WLM_REFUSALS; ++i) {
            wlm_out_printf(out, "%s_total{%s,reason=\"%s\"} %" APR_UINT64_T_FMT "\n", refused.name,
                           wlm_metrics_labels(&view->clusters[c], out->p), wlm_refusals_name((wlm_refusal_t)i),
                           (apr_uint64_t)view->clusters[c].refused[i]);
        }
    }
}

static void print_waits(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t waits = {
        .name = "wlm_cluster_queue_wait_seconds", .type = "counter", .suffix = "_total",
        .help = "How long requests have waited in the queue, since the last start or restart of httpd"
    };
    int c;

    wlm_metrics_family_begin(out, &waits, format);
    for (c = 0; c < view->nclusters; ++c) {
        wlm_out_printf(out, "%s_total{%s} %.6f\n", waits.name, wlm_metrics_labels(&view->clusters[c], out->p),
                       view->clusters[c].queue_time);
    }
}

/* What there is once. @param of  the struct that has the fields */
static void print_values(const wlm_out_t *out, const char *prefix, const wlm_field_t *field, const void *of,
                         wlm_metrics_format_t format)
{
    for (; field->name; ++field) {
        if (field->metric) {
            wlm_metrics_family_t metric = wlm_metrics_family_of(field, prefix, out->p);

            wlm_metrics_family_begin(out, &metric, format);
            wlm_out_printf(out, "%s%s %" APR_UINT64_T_FMT "\n", metric.name, metric.suffix,
                           (apr_uint64_t)wlm_fields_count(field, of));
        }
    }
}

static void print_slots(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t used = { .name = "wlm_memory_slots", .type = "gauge", .suffix = "",
                                               .help = "Slots of shared memory that are in use, by their kind" };
    static const wlm_metrics_family_t most = { .name = "wlm_memory_slots_max", .type = "gauge", .suffix = "",
                                               .help = "Slots that there are, as WLMSlots says" };

    wlm_metrics_family_begin(out, &used, format);
    wlm_out_printf(out, "%s{kind=\"members\"} %" APR_UINT64_T_FMT "\n%s{kind=\"clusters\"} %" APR_UINT64_T_FMT "\n",
                   used.name, (apr_uint64_t)view->member_slots, used.name, (apr_uint64_t)view->cluster_slots);
    wlm_metrics_family_begin(out, &most, format);
    wlm_out_printf(out, "%s{kind=\"members\"} %" APR_UINT64_T_FMT "\n%s{kind=\"clusters\"} %" APR_UINT64_T_FMT "\n",
                   most.name, (apr_uint64_t)view->member_slots_max, most.name, (apr_uint64_t)view->cluster_slots_max);
}

static void print_work(const wlm_out_t *out, const wlm_view_work_t *work, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t age = { .name = "wlm_work_age_seconds", .type = "gauge", .suffix = "",
                                              .help = "Seconds since a process last did what one does for all" };

    wlm_metrics_family_begin(out, &age, format);
    wlm_out_printf(out, "%s{work=\"reload\"} %" APR_UINT64_T_FMT "\n", age.name, (apr_uint64_t)work->reload_age);
    wlm_out_printf(out, "%s{work=\"checks\"} %" APR_UINT64_T_FMT "\n", age.name, (apr_uint64_t)work->checks_age);
}

static void print_times(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const wlm_metrics_family_t times = {
        .name = "wlm_cluster_response_seconds", .type = "histogram", .suffix = "",
        .help = "Time of complete responses since the last start or restart of httpd"
    };
    int c;

    wlm_metrics_family_begin(out, &times, format);
    for (c = 0; c < view->nclusters; ++c) {
        wlm_metrics_times_histogram(out, times.name, wlm_metrics_labels(&view->clusters[c], out->p),
                                    view->clusters[c].times, view->clusters[c].times_sum);
    }
}

void wlm_metrics_write(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format,
                       wlm_metrics_members_t members)
{
    print_values(out, "wlm_engine_", wlm_fields_engine, &view->engine, format);
    print_values(out, "wlm_memory_", wlm_fields_memory, &view->memory, format);
    print_slots(out, view, format);
    if (view->store.name) {
        print_values(out, "wlm_affinity_store_", wlm_fields_store, &view->store, format);
    }
    print_work(out, &view->work, format);
    wlm_metrics_files_write(out, view, format);
    print_clusters(out, view, format);
    print_tiers(out, view, format);
    print_policies(out, view, format);
    wlm_metrics_class_write(out, view, format);
    print_refused(out, view, format);
    print_waits(out, view, format);
    print_times(out, view, format);
    if (members != WLM_METRICS_NO_MEMBERS) {
        wlm_metrics_member_write(out, view, format, members == WLM_METRICS_HISTOGRAMS);
    }
    wlm_out_puts(out, format == WLM_OPENMETRICS ? "# EOF\n" : "");
}
