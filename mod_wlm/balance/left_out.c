/* Outlier detection: a member that fails too often gets no requests for a time. Runs on the threads that serve
 * requests. */
#include <sys/syscall.h>
#include <unistd.h>
#include "balance/availability.h"
#include "balance/left_out.h"

static int count_not_usable(const wlm_cluster_t *cluster, apr_time_t now)
{
    int i, n = 0;

    for (i = 0; i < cluster->nmembers; ++i) {
        wlm_availability_t availability = wlm_availability_of(&cluster->members[i], now);
        n += availability != WLM_MEMBER_USABLE && availability != WLM_MEMBER_BUSY;
    }
    return n;
}

static int has_failed_too_often(wlm_shared_member_t *shared, int failed, apr_time_t now, const wlm_outlier_rule_t *rule)
{
    wlm_outlier_t before = atomic_load(&shared->window), after;
    uint32_t streak = 0;

    do {
        after = wlm_outlier_after(before, failed, now, rule);
    } while (!atomic_compare_exchange_weak(&shared->window, &before, after));
    if (failed) {
        streak = atomic_fetch_add(&shared->streak, 1) + 1;
    }
    else if (atomic_load(&shared->streak)) {
        atomic_store(&shared->streak, 0);
    }
    return failed && ((rule->failures_in_row > 0 && streak >= (uint32_t)rule->failures_in_row)
                      || wlm_outlier_is_reached(after, rule));
}

/* @return the time until which it is left out; 0: it is not */
static apr_time_t leave_out(wlm_member_t *member, apr_time_t now)
{
    wlm_shared_member_t *shared = member->shared;
    const wlm_cluster_t *cluster = member->cluster;
    apr_time_t until = now + cluster->retry.interval;

    if (wlm_availability_of(member, now) != WLM_MEMBER_USABLE
        || !wlm_outlier_may_leave_out(cluster->nmembers, count_not_usable(cluster, now), &cluster->options->outlier)) {
        return 0;
    }
    atomic_store(&shared->window, 0);
    atomic_store(&shared->streak, 0);
    atomic_store(&shared->up_since, (uint64_t)apr_time_as_msec(until));
    atomic_store(&shared->left_out_since, (uint64_t)apr_time_as_msec(now));
    atomic_store(&shared->out_until, (uint64_t)apr_time_as_msec(until));
    return until;
}

/* Only one thread of all processes at a time may count the members that are left out and add one, so it holds a lease.
 * Other threads do not wait for the lease: the member's next failure calls this function again. */
apr_time_t wlm_left_out_count(wlm_member_t *member, int failed, apr_time_t now)
{
    const wlm_outlier_rule_t *rule = &member->cluster->options->outlier;
    wlm_lease_t *leaving = &member->cluster->shared->leaving;
    uint32_t thread;
    apr_time_t until = 0;

    if (!wlm_outlier_is_on(rule) || !has_failed_too_often(member->shared, failed, now, rule)) {
        return 0;
    }
    thread = (uint32_t)syscall(SYS_gettid);
    if (wlm_lease_hold(leaving, thread, now)) {
        until = leave_out(member, now);
        wlm_lease_release(leaving, thread);
    }
    return until;
}
