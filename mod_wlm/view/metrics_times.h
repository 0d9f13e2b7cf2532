/* view/metrics_times.h: response times as the metrics have them. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_METRICS_TIMES_H
#define WLM_VIEW_METRICS_TIMES_H

#include <apr_time.h>
#include "view/out.h"

/** The n-th of the times for which there is a bucket, 0 the first. They are ends of buckets (shared/histogram.h).
 *  @return 0: there are fewer */
apr_interval_time_t wlm_metrics_times_edge(int n);

/** Write the series of a histogram. @param times  WLM_HISTOGRAM_BUCKETS @param sum  s */
void wlm_metrics_times_histogram(const wlm_out_t *out, const char *name, const char *labels, const uint64_t *times,
                                 double sum);
/** Write how many there are, and their sum; with a histogram these have the same names. */
void wlm_metrics_times_sum(const wlm_out_t *out, const char *name, const char *labels, const uint64_t *times,
                           double sum);

#endif
