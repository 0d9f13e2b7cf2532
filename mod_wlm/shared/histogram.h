/* shared/histogram.h: response times, counted in constant memory: a histogram with fifteen buckets for each factor of
 * ten. Their ends are round numbers (100 us, 125 us ... 2.5 s ... 60 s), so that those that objectives name are ends of
 * buckets, and how many responses took less is known exactly; a quantile is off by less than a fifth. Counting is one
 * atomic addition. The functions are pure.
 */
#ifndef WLM_SHARED_HISTOGRAM_H
#define WLM_SHARED_HISTOGRAM_H

#include <stdint.h>
#include <apr_time.h>

#define WLM_HISTOGRAM_BUCKETS 107      /* the last one has no upper end; the one before it ends at 1000 s */

/** The bucket of a time. Negative ones (the clock was set) are counted as 0. */
int wlm_histogram_bucket(apr_interval_time_t time);

/** A bucket's upper end, which is in it, as `le` of Prometheus has it; of the last one its lower end. */
apr_interval_time_t wlm_histogram_end(int bucket);

/**
 * The time below which a share of the responses was.
 * @param counts  WLM_HISTOGRAM_BUCKETS
 * @param share   0 to 1
 * @return 0: there were none
 */
apr_interval_time_t wlm_histogram_quantile(const uint64_t *counts, double share);

#endif
