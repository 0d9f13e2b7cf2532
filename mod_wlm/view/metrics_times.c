/* Response times as the metrics have them: fewer buckets than the records, those that objectives name. Runs on the
 * thread that answers the request. */
#include <stdio.h>
#include "shared/histogram.h"
#include "view/metrics_times.h"

#define EDGE_SIZE 24

#define MS(n)  (APR_TIME_C(1000) * (n))
#define SEC(n) apr_time_from_sec(n)

static const apr_interval_time_t edges[] = {
    500, MS(1), MS(2), MS(3), MS(5), 7500, MS(10), MS(15), MS(20), MS(25), MS(30), MS(40), MS(50), MS(75), MS(100),
    MS(150), MS(200), MS(250), MS(300), MS(400), MS(500), MS(750), SEC(1), MS(1500), SEC(2), MS(2500), SEC(3), SEC(4),
    SEC(5), MS(7500), SEC(10), SEC(15), SEC(20), SEC(30), SEC(60), SEC(100), SEC(300), SEC(600)
};

#define EDGES ((int)(sizeof(edges) / sizeof(edges[0])))

apr_interval_time_t wlm_metrics_times_edge(int n)
{
    return n < EDGES ? edges[n] : 0;
}

/* In seconds, without zeros at the end but for one behind the point: such as a rule has it, and as Prometheus and
 * OpenMetrics write a float */
static void print_edge(char text[EDGE_SIZE], apr_interval_time_t edge)
{
    int end = snprintf(text, EDGE_SIZE, "%.6f", (double)edge / APR_USEC_PER_SEC);

    while (text[end - 1] == '0' && text[end - 2] != '.') {
        text[--end] = '\0';
    }
}

static void print_bucket(const wlm_out_t *out, const char *name, const char *labels, const char *edge, uint64_t n)
{
    wlm_out_printf(out, "%s_bucket{%s,le=\"%s\"} %" APR_UINT64_T_FMT "\n", name, labels, edge, (apr_uint64_t)n);
}

void wlm_metrics_times_histogram(const wlm_out_t *out, const char *name, const char *labels, const uint64_t *times,
                                 double sum)
{
    char text[EDGE_SIZE];
    uint64_t below = 0;
    int edge, i = 0;

    for (edge = 0; edge < EDGES; ++edge) {
        for (; i < WLM_HISTOGRAM_BUCKETS - 1 && wlm_histogram_end(i) <= edges[edge]; ++i) {
            below += times[i];
        }
        print_edge(text, edges[edge]);
        print_bucket(out, name, labels, text, below);
    }
    for (; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        below += times[i];
    }
    print_bucket(out, name, labels, "+Inf", below);
    wlm_metrics_times_sum(out, name, labels, times, sum);
}

void wlm_metrics_times_sum(const wlm_out_t *out, const char *name, const char *labels, const uint64_t *times,
                           double sum)
{
    uint64_t n = 0;
    int i;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        n += times[i];
    }
    wlm_out_printf(out, "%s_sum{%s} %.6f\n%s_count{%s} %" APR_UINT64_T_FMT "\n", name, labels, sum, name, labels,
                   (apr_uint64_t)n);
}
