/* A member's counters in shared memory: written by the threads that serve requests, read by the status. */
#include "balance/counters.h"

void wlm_counters_add_time(wlm_shared_member_t *shared, apr_interval_time_t time)
{
    atomic_fetch_add(&shared->times[wlm_histogram_bucket(time)], 1);
    atomic_fetch_add(&shared->times_sum, time > 0 ? (uint64_t)time : 0);
}

wlm_samples_counters_t wlm_counters_sample(const wlm_shared_member_t *shared)
{
    return (wlm_samples_counters_t){ .requests = atomic_load(&shared->requests),
                                     .failures = wlm_counters_failures(shared), .times = shared->times };
}

uint64_t wlm_counters_failures(const wlm_shared_member_t *shared)
{
    uint64_t sum = 0;
    int i;

    for (i = 0; i < WLM_OUTCOMES; ++i) {
        sum += atomic_load(&shared->failures[i]);
    }
    return sum;
}

static void clear(_Atomic uint64_t *numbers, int n)
{
    int i;

    for (i = 0; i < n; ++i) {
        atomic_store(&numbers[i], 0);
    }
}

void wlm_counters_reset(wlm_shared_member_t *shared)
{
#define COUNTER(where, name, key, metric, help) \
    clear((_Atomic uint64_t *)&shared->name, WLM_COUNTER_NUMBERS(shared->name));
    WLM_COUNTERS(COUNTER)
#undef COUNTER
    clear(&shared->times_sum, 1);
    clear(shared->times, WLM_HISTOGRAM_BUCKETS);
}
