/* A lease is one word: compare-and-swap by any thread of any process. */
#include "shared/lease.h"

int wlm_lease_hold(wlm_lease_t *lease, uint32_t pid, apr_time_t now)
{
    uint32_t second = (uint32_t)apr_time_sec(now);
    uint64_t was = atomic_load(lease), mine = (uint64_t)pid << 32 | (second + WLM_LEASE_SECONDS);

    while (!was || was >> 32 == pid || (int32_t)(second - (uint32_t)was) > 0) {
        if (atomic_compare_exchange_weak(lease, &was, mine)) {
            return 1;
        }
    }
    return 0;
}

uint32_t wlm_lease_age(const wlm_lease_t *lease, apr_time_t now)
{
    uint64_t is = atomic_load(lease);
    int32_t age = (int32_t)((uint32_t)apr_time_sec(now) - (uint32_t)is) + WLM_LEASE_SECONDS;

    return is && age > 0 ? (uint32_t)age : 0;
}

int wlm_lease_release(wlm_lease_t *lease, uint32_t pid)
{
    uint64_t was = atomic_load(lease);

    while (was >> 32 == pid && !atomic_compare_exchange_weak(lease, &was, 0)) {
    }
    return was >> 32 == pid;
}
