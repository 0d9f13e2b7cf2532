/* A member's counters in shared memory: written by the threads that serve requests, read by the status. */
#include "balance/counters.h"

void wlm_counters_add_time(wlm_shared_member_t *shared, apr_interval_time_t time)
{
    atomic_fetch_add(&shared->times[wlm_histogram_bucket(time)], 1);
    atomic_fetch_add(&shared->times_sum, time > 0 ? (uint64_t)time : 0);
}

wlm_counts_t wlm_counters_sample(const wlm_shared_member_t *shared)
{
    return (wlm_counts_t){ .requests = atomic_load(&shared->requests), .failures = wlm_counters_failures(shared),
                           .times = shared->times };
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

void wlm_counters_reset(wlm_shared_member_t *shared)
{
    _Atomic uint64_t *const counters[] = {
        &shared->requests, &shared->upgrades, &shared->busy, &shared->sessions_new, &shared->sessions_kept,
        &shared->sessions_moved, &shared->bytes_sent, &shared->bytes_received, &shared->times_sum,
    };
    size_t i;

    for (i = 0; i < sizeof(counters) / sizeof(counters[0]); ++i) {
        atomic_store(counters[i], 0);
    }
    for (i = 0; i < WLM_OUTCOMES; ++i) {
        atomic_store(&shared->failures[i], 0);
    }
    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        atomic_store(&shared->times[i], 0);
    }
}
