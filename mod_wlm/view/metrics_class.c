/* The metrics of classes of requests: a line for each class of each cluster, "" for requests without a class. Runs on
 * the thread that answers the request. */
#include "view/metrics_class.h"
#include "view/metrics_family.h"
#include "view/refusals.h"

typedef void print_class_t(const wlm_out_t *out, const wlm_metrics_family_t *family, const wlm_view_class_t *entry,
                           const char *labels);

static void print_requests(const wlm_out_t *out, const wlm_metrics_family_t *family, const wlm_view_class_t *entry,
                           const char *labels)
{
    wlm_out_printf(out, "%s_total{%s,class=\"%s\"} %" APR_UINT64_T_FMT "\n", family->name, labels, entry->name,
                   (apr_uint64_t)entry->requests);
}

static void print_in_time(const wlm_out_t *out, const wlm_metrics_family_t *family, const wlm_view_class_t *entry,
                          const char *labels)
{
    wlm_out_printf(out, "%s_total{%s,class=\"%s\"} %" APR_UINT64_T_FMT "\n", family->name, labels, entry->name,
                   (apr_uint64_t)entry->in_time);
}

static void print_refused(const wlm_out_t *out, const wlm_metrics_family_t *family, const wlm_view_class_t *entry,
                          const char *labels)
{
    static const wlm_refusal_t reasons[] = { WLM_REFUSED_NO_PLACE, WLM_REFUSED_WAITED, WLM_REFUSED_OVERLOAD };
    size_t i;

    for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); ++i) {
        wlm_out_printf(out, "%s_total{%s,class=\"%s\",reason=\"%s\"} %" APR_UINT64_T_FMT "\n", family->name, labels,
                       entry->name, wlm_refusals_name(reasons[i]), (apr_uint64_t)entry->refused[reasons[i]]);
    }
}

static void print_family(const wlm_out_t *out, const wlm_view_t *view, const wlm_metrics_family_t *family,
                         print_class_t *print, wlm_metrics_format_t format)
{
    int c, i;

    wlm_metrics_family_begin(out, family, format);
    for (c = 0; c < view->nclusters; ++c) {
        const wlm_view_cluster_t *cluster = &view->clusters[c];

        for (i = 0; i < cluster->nclasses; ++i) {
            print(out, family, &cluster->classes[i], wlm_metrics_labels(cluster, out->p));
        }
    }
}

void wlm_metrics_class_write(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format)
{
    static const struct {
        wlm_metrics_family_t family;
        print_class_t *print;
    } metrics[] = {
        { { "wlm_class_requests", "Requests of a class", "counter", "_total" }, print_requests },
        { { "wlm_class_in_time", "Requests of a class that were answered by a member within its goal", "counter",
            "_total" }, print_in_time },
        { { "wlm_class_refused", "Requests of a class that were refused because all members were full", "counter",
            "_total" }, print_refused },
    };
    int c, has_classes = 0;
    size_t i;

    for (c = 0; c < view->nclusters; ++c) {
        has_classes |= view->clusters[c].nclasses > 0;
    }
    for (i = 0; has_classes && i < sizeof(metrics) / sizeof(metrics[0]); ++i) {
        print_family(out, view, &metrics[i].family, metrics[i].print, format);
    }
}
