/* A member's counters in shared memory: written by the threads that serve requests, read by the status. */
#include "balance/availability.h"
#include "balance/counters.h"
#include "balance/member.h"

void wlm_counters_add_time(wlm_member_t *member, apr_interval_time_t time)
{
    wlm_shared_cluster_t *cluster = member->cluster->shared;
    uint64_t us = time > 0 ? (uint64_t)time : 0;
    int bucket = wlm_histogram_bucket(time);

    atomic_fetch_add(&member->shared->times[bucket], 1);
    atomic_fetch_add(&member->shared->times_sum, us);
    atomic_fetch_add(&cluster->times[bucket], 1);
    atomic_fetch_add(&cluster->times_sum, us);
}

void wlm_counters_add_response(wlm_shared_member_t *shared, int status)
{
    int class = status / 100 - 1;

    if (class >= 0 && class < WLM_STATUS_CLASSES) {
        atomic_fetch_add(&shared->responses[class], 1);
    }
}

wlm_samples_counters_t wlm_counters_sample(const wlm_shared_member_t *shared)
{
    return (wlm_samples_counters_t){ .requests = atomic_load(&shared->requests),
                                     .failures = wlm_counters_failures(shared),
                                     .errors = atomic_load(&shared->responses[WLM_STATUS_CLASSES - 1]),
                                     .kept = atomic_load(&shared->sessions_kept),
                                     .times = shared->times };
}

wlm_activity_counts_t wlm_counters_activity(const wlm_member_t *member, apr_time_t now)
{
    const wlm_shared_member_t *shared = member->shared;

    return (wlm_activity_counts_t){ .requests = atomic_load(&shared->requests),
                                    .failures = wlm_counters_failures(shared),
                                    .errors = atomic_load(&shared->responses[WLM_STATUS_CLASSES - 1]),
                                    .sessions_kept = atomic_load(&shared->sessions_kept),
                                    .in_flight = wlm_member_in_flight(member),
                                    .is_up = wlm_availability_without_admin(member, now) == WLM_MEMBER_USABLE };
}

wlm_activity_counts_t wlm_counters_unserved(const wlm_cluster_t *cluster)
{
    return (wlm_activity_counts_t){ .requests = atomic_load(&cluster->shared->unserved), .is_up = 1 };
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
    wlm_activity_reset(&shared->activity);
}
