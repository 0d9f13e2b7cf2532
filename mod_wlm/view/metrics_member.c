/* The metrics of members: the lines of one metric must be together, so each is printed for all members before the next
 * one. Runs on the thread that answers the request. */
#include <string.h>
#include <apr_strings.h>
#include "balance/availability.h"
#include "balance/outcome.h"
#include "view/metrics_family.h"
#include "view/metrics_member.h"
#include "view/metrics_times.h"

/* A family, and how to print a member's lines of it */
typedef struct metric_t metric_t;
struct metric_t {
    wlm_metrics_family_t family;
    const wlm_field_t *field;      /* NULL: it has none */
    void (*print)(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member, const char *labels);
};

/* -- a member's lines ----------------------------------------------------------------------------------- */

/* Members for which it means nothing have no line */
static void print_field(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                        const char *labels)
{
    uint64_t count = wlm_fields_count(metric->field, member);

    if (metric->field->kind != WLM_FIELD_OPTIONAL || count != WLM_FIELD_NONE) {
        wlm_out_printf(out, "%s%s{%s} %" APR_UINT64_T_FMT "\n", metric->family.name, metric->family.suffix, labels,
                       (apr_uint64_t)count);
    }
}

/* A time in ms; members without one have no line */
static void print_time(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                       const char *labels)
{
    uint64_t ms = wlm_fields_count(metric->field, member);

    if (ms) {
        wlm_out_printf(out, "%s{%s} %" APR_UINT64_T_FMT "\n", metric->family.name, labels, (apr_uint64_t)(ms / 1000));
    }
}

/* One series per state, so that a rule can name it */
static void print_states(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                         const char *labels)
{
    int i;

    for (i = 0; i < WLM_AVAILABILITIES; ++i) {
        const char *name = wlm_availability_name((wlm_availability_t)i);

        if (i != WLM_MEMBER_DISABLED) {
            wlm_out_printf(out, "%s{%s,state=\"%s\"} %d\n", metric->family.name, labels, name,
                           strcmp(member->state, name) == 0);
        }
    }
}

static void print_is_backup(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                            const char *labels)
{
    wlm_out_printf(out, "%s{%s} %d\n", metric->family.name, labels, strcmp(member->tier, "backup") == 0);
}

static void print_is_up(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                        const char *labels)
{
    wlm_out_printf(out, "%s{%s} %d\n", metric->family.name, labels, strcmp(member->state, "up") == 0);
}

static void print_is_enabled(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                             const char *labels)
{
    wlm_out_printf(out, "%s{%s} %d\n", metric->family.name, labels, strcmp(member->admin_state, "enabled") == 0);
}

static void print_failures(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                           const char *labels)
{
    int i;

    for (i = 0; i < WLM_OUTCOMES; ++i) {
        if (member->failures_by[i] || i == WLM_NOT_CONNECTED) {
            wlm_out_printf(out, "%s_total{%s,kind=\"%s\"} %" APR_UINT64_T_FMT "\n", metric->family.name, labels,
                           wlm_outcome_name((wlm_outcome_t)i), (apr_uint64_t)member->failures_by[i]);
        }
    }
}

static void print_responses(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                            const char *labels)
{
    int i;

    for (i = 0; i < WLM_STATUS_CLASSES; ++i) {
        wlm_out_printf(out, "%s_total{%s,code=\"%dxx\"} %" APR_UINT64_T_FMT "\n", metric->family.name, labels, i + 1,
                       (apr_uint64_t)member->responses_by[i]);
    }
}

static void print_histogram(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                            const char *labels)
{
    wlm_metrics_times_histogram(out, metric->family.name, labels, member->times, member->times_sum);
}

static void print_sum(const wlm_out_t *out, const metric_t *metric, const wlm_view_member_t *member,
                      const char *labels)
{
    wlm_metrics_times_sum(out, metric->family.name, labels, member->times, member->times_sum);
}

/* -- all ------------------------------------------------------------------------------------------------- */

static void print_members(const wlm_out_t *out, const wlm_view_t *view, const metric_t *metric,
                          wlm_metrics_format_t format, const char *const *labels)
{
    int c, m, n = 0;

    wlm_metrics_family_begin(out, &metric->family, format);
    for (c = 0; c < view->nclusters; ++c) {
        for (m = 0; m < view->clusters[c].nmembers; ++m) {
            metric->print(out, metric, &view->clusters[c].members[m], labels[n++]);
        }
    }
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
            labels[n++] = apr_psprintf(p, "%s,member=\"%s\"", wlm_metrics_labels(cluster, p),
                                       wlm_metrics_escape(cluster->members[m].name, p));
        }
    }
    return labels;
}

void wlm_metrics_member_write(const wlm_out_t *out, const wlm_view_t *view, wlm_metrics_format_t format,
                              int has_histograms)
{
    /* with and without buckets the sum and the count have the same names */
    static const metric_t times[] = {
        { { "wlm_member_response_seconds", "Time of complete responses", "summary", "" }, NULL, print_sum },
        { { "wlm_member_response_seconds", "Time of complete responses", "histogram", "" }, NULL, print_histogram },
    };
    static const metric_t others[] = {
        { { "wlm_member_up", "1: the member is up, whatever a person has decided", "gauge", "" }, NULL, print_is_up },
        { { "wlm_member_state", "1: the member has this state, whatever a person has decided", "gauge", "" }, NULL,
          print_states },
        { { "wlm_member_backup", "1: the member is a backup server", "gauge", "" }, NULL, print_is_backup },
        { { "wlm_member_enabled", "1: the member is neither drained nor disabled", "gauge", "" }, NULL,
          print_is_enabled },
        { { "wlm_member_failures", "Attempts that ended with the member's fault", "counter", "_total" }, NULL,
          print_failures },
        { { "wlm_member_responses", "Complete responses, by the class of their status", "counter", "_total" }, NULL,
          print_responses },
    };
    const char *const *labels = labels_of(view, out->p);
    const wlm_field_t *field;
    size_t i;

    for (field = wlm_fields_member; field->name; ++field) {
        if (field->metric) {
            metric_t metric = { wlm_metrics_family_of(field, "wlm_member_", out->p), field,
                                field->kind == WLM_FIELD_TIME ? print_time : print_field };
            print_members(out, view, &metric, format, labels);
        }
    }
    for (i = 0; i < sizeof(others) / sizeof(others[0]); ++i) {
        print_members(out, view, &others[i], format, labels);
    }
    print_members(out, view, &times[has_histograms != 0], format, labels);
}
