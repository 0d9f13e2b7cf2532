/* The buckets of the histogram of response times. Pure; any thread. */
#include "shared/histogram.h"

#define STEPS 4                    /* buckets for each doubling */

apr_interval_time_t wlm_histogram_end(int bucket)
{
    int doubling, step;

    if (bucket >= WLM_HISTOGRAM_BUCKETS - 1) {
        bucket = WLM_HISTOGRAM_BUCKETS - 2;
    }
    if (bucket <= 0) {
        return WLM_HISTOGRAM_FIRST;
    }
    doubling = (bucket - 1) / STEPS;
    step = (bucket - 1) % STEPS + 1;
    return ((apr_interval_time_t)WLM_HISTOGRAM_FIRST << doubling) / STEPS * (STEPS + step);
}

int wlm_histogram_bucket(apr_interval_time_t time)
{
    uint64_t units;
    int doubling, bucket;

    if (time < WLM_HISTOGRAM_FIRST) {
        return 0;
    }
    units = (uint64_t)time / WLM_HISTOGRAM_FIRST;
    doubling = 63 - __builtin_clzll(units);
    bucket = 1 + STEPS * doubling + (int)(((uint64_t)time >> doubling) / (WLM_HISTOGRAM_FIRST / STEPS) - STEPS);
    return bucket < WLM_HISTOGRAM_BUCKETS ? bucket : WLM_HISTOGRAM_BUCKETS - 1;
}

apr_interval_time_t wlm_histogram_quantile(const uint64_t *counts, double share)
{
    uint64_t sum = 0, below = 0;
    apr_interval_time_t from, to;
    double wanted;
    int i;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        sum += counts[i];
    }
    if (!sum) {
        return 0;
    }
    wanted = share * (double)sum;
    for (i = 0; i < WLM_HISTOGRAM_BUCKETS - 1 && (double)(below + counts[i]) < wanted; ++i) {
        below += counts[i];
    }
    from = i ? wlm_histogram_end(i - 1) : 0;
    to = wlm_histogram_end(i);
    return counts[i] ? from + (apr_interval_time_t)((double)(to - from) * (wanted - (double)below) / (double)counts[i])
           : to;
}
