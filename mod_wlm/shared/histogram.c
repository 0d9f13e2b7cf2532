/* The buckets of the histogram of response times. Pure; any thread. */
#include "shared/histogram.h"

#define ENDS (WLM_HISTOGRAM_BUCKETS - 1)

#define DECADE(unit) \
    (unit), (unit) / 100 * 125, (unit) / 100 * 150, (unit) / 100 * 175, (unit) / 100 * 200, (unit) / 100 * 250, \
    (unit) / 100 * 300, (unit) / 100 * 350, (unit) / 100 * 400, (unit) / 100 * 500, (unit) / 100 * 600, \
    (unit) / 100 * 700, (unit) / 100 * 750, (unit) / 100 * 800, (unit) / 100 * 900

static const apr_interval_time_t ends[] = {
    DECADE(APR_TIME_C(100)), DECADE(APR_TIME_C(1000)), DECADE(APR_TIME_C(10000)), DECADE(APR_TIME_C(100000)),
    DECADE(APR_TIME_C(1000000)), DECADE(APR_TIME_C(10000000)), DECADE(APR_TIME_C(100000000)), APR_TIME_C(1000000000)
};
_Static_assert(sizeof(ends) / sizeof(ends[0]) == ENDS, "each bucket but the last has an end");

apr_interval_time_t wlm_histogram_end(int bucket)
{
    return ends[bucket < 0 ? 0 : bucket < ENDS ? bucket : ENDS - 1];
}

/* Fifteen buckets for a factor of ten are 4.5 for each doubling, so that times the binary logarithm is near; the
 * constant is such that it is never beyond, and at most seven before */
int wlm_histogram_bucket(apr_interval_time_t time)
{
    int bucket, doublings;

    if (time <= ends[0]) {
        return 0;
    }
    if (time > ends[ENDS - 1]) {
        return ENDS;
    }
    doublings = 63 - __builtin_clzll((unsigned long long)time);
    bucket = doublings * 9 / 2 - 31;
    bucket = bucket > 0 ? bucket : 0;
    while (time > ends[bucket]) {
        ++bucket;
    }
    return bucket;
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
