#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <apr_strings.h>
#include "balance/cluster_private.h"
#include "health/outlier.h"

void wlm_member_make(wlm_member_t *member, wlm_cluster_t *cluster, int index, wlm_shared_member_t *shared, apr_pool_t *p)
{
    member->cfg = APR_ARRAY_IDX(cluster->cfg->members, index, plugin_cfg_server_t *);
    member->cluster = cluster;
    member->index = index;
    member->shared = shared;
    member->limit = member->cfg->max_connections > 0 ? member->cfg->max_connections : 0;
    wlm_member_make_transports(member, p);
}

/* -- may it be used? ------------------------------------------------------------- */

static int is_before(apr_time_t now, const _Atomic uint64_t *until)
{
    uint64_t ms = atomic_load(until);

    return ms && (uint64_t)apr_time_as_msec(now) < ms;
}

wlm_obstacle_t wlm_member_condition(const wlm_member_t *member, apr_time_t now)
{
    const wlm_shared_member_t *shared = member->shared;

    if (!wlm_member_is_reachable(member)) {
        return WLM_MEMBER_UNUSABLE;
    }
    if (wlm_check_is_out(atomic_load(&shared->check))) {
        return WLM_MEMBER_CHECKED_OUT;
    }
    switch (wlm_health_state(atomic_load(&shared->health))) {
    case WLM_DOWN:
        return WLM_MEMBER_DOWN;
    case WLM_PROBING:
        return WLM_MEMBER_PROBING;
    case WLM_UP:
        break;
    }
    return is_before(now, &shared->out_until) ? WLM_MEMBER_LEFT_OUT
         : is_before(now, &shared->busy_until) ? WLM_MEMBER_BUSY : WLM_MEMBER_USABLE;
}

wlm_obstacle_t wlm_member_obstacle(const wlm_member_t *member, apr_time_t now)
{
    return wlm_admin_mode(atomic_load(&member->shared->steer)) == WLM_DISABLED ? WLM_MEMBER_DISABLED
                                                                                : wlm_member_condition(member, now);
}

int wlm_member_weight(const wlm_member_t *member)
{
    return wlm_admin_state_apply(atomic_load(&member->shared->steer), member->cfg->weight);
}

void wlm_member_count_time(wlm_shared_member_t *shared, apr_interval_time_t time)
{
    atomic_fetch_add(&shared->times[wlm_histogram_bucket(time)], 1);
    atomic_fetch_add(&shared->times_sum, time > 0 ? (uint64_t)time : 0);
}

wlm_counts_t wlm_member_counts(const wlm_shared_member_t *shared)
{
    return (wlm_counts_t){ .requests = atomic_load(&shared->requests), .failures = wlm_member_failures(shared),
                           .times = shared->times };
}

uint64_t wlm_member_failures(const wlm_shared_member_t *shared)
{
    uint64_t sum = 0;
    int i;

    for (i = 0; i < WLM_OUTCOMES; ++i) {
        sum += atomic_load(&shared->failures[i]);
    }
    return sum;
}

void wlm_member_note_event(wlm_member_t *member, const char *text)
{
    wlm_event_ring_add(&member->shared->events, wlm_clock_today(), text);
}

const char *wlm_obstacle_name(wlm_obstacle_t obstacle)
{
    static const char *const names[] = {
        [WLM_MEMBER_USABLE] = "up", [WLM_MEMBER_DISABLED] = "disabled", [WLM_MEMBER_UNUSABLE] = "unusable", [WLM_MEMBER_CHECKED_OUT] = "checked-out",
        [WLM_MEMBER_DOWN] = "down", [WLM_MEMBER_PROBING] = "probing", [WLM_MEMBER_LEFT_OUT] = "left-out",
        [WLM_MEMBER_BUSY] = "busy"
    };
    return names[obstacle];
}

apr_time_t wlm_member_back_at(const wlm_member_t *member, apr_time_t now)
{
    const wlm_shared_member_t *shared = member->shared;

    switch (wlm_member_obstacle(member, now)) {
    case WLM_MEMBER_CHECKED_OUT:
        return now + member->cluster->retry.interval + 1;
    case WLM_MEMBER_DOWN:
    case WLM_MEMBER_PROBING:
        return wlm_health_retry_at(atomic_load(&shared->health));
    case WLM_MEMBER_LEFT_OUT:
        return apr_time_from_msec(atomic_load(&shared->out_until));
    case WLM_MEMBER_BUSY:
        return apr_time_from_msec(atomic_load(&shared->busy_until));
    default:
        return 0;
    }
}

int wlm_member_warmth(const wlm_member_t *member, apr_interval_time_t slow_start, apr_time_t now)
{
    uint64_t since = atomic_load(&member->shared->up_since);
    apr_interval_time_t elapsed = now - apr_time_from_msec(since);

    if (!since || slow_start <= 0 || elapsed >= slow_start) {
        return 1000;
    }
    return elapsed <= 0 ? 1 : 1 + (int)(elapsed * 999 / slow_start);
}

/* -- requests in flight --------------------------------------------------------------- */

static int is_counted_by_all(const wlm_member_t *member)
{
    return member->limit > 0 || !member->own_in_flight;
}

int wlm_member_acquire(wlm_member_t *member)
{
    if (is_counted_by_all(member)) {
        return wlm_tally_add(&member->shared->in_flight, member->own_in_flight,
                             member->limit > 0 ? (uint32_t)member->limit : UINT32_MAX);
    }
    atomic_fetch_add(member->own_in_flight, 1);
    return 1;
}

uint32_t wlm_member_in_flight(const wlm_member_t *member)
{
    return wlm_tally_number(&member->shared->in_flight) + wlm_rows_sum(&member->unlimited);
}

void wlm_member_release(wlm_member_t *member)
{
    if (is_counted_by_all(member)) {
        wlm_tally_remove(&member->shared->in_flight, member->own_in_flight);
    }
    else {
        atomic_fetch_sub(member->own_in_flight, 1);
    }
    if (member->cluster->queue) {
        wlm_queue_wake(member->cluster->queue);
    }
}

/* -- what is known of it ---------------------------------------------------------------- */

int wlm_member_claim(wlm_member_t *member, apr_time_t now)
{
    wlm_health_t before, after = wlm_health_apply(&member->shared->health, &before, WLM_EVENT_CLAIM, now,
                                                  &member->cluster->retry, 0);
    return after != before;
}

/* It has become usable, or is not any more, and that is written: now a new schedule */
static void change_schedule(wlm_member_t *member, int is_up, apr_time_t now)
{
    if (is_up) {
        atomic_store(&member->shared->up_since, (uint64_t)apr_time_as_msec(now));
    }
    atomic_fetch_add(&member->cluster->shared->turn, (uint64_t)1 << 32);
}

/* One that was disabled comes back like one that was down */
static void after_steer(wlm_member_t *member, wlm_admin_state_t before, wlm_admin_state_t after, apr_time_t now)
{
    int is_back = wlm_admin_mode(before) == WLM_DISABLED && wlm_admin_mode(after) != WLM_DISABLED;

    change_schedule(member, is_back, now);
}

void wlm_member_steer(wlm_member_t *member, wlm_admin_state_t steer, apr_time_t now)
{
    after_steer(member, atomic_exchange(&member->shared->steer, steer), steer, now);
}

int wlm_member_end_steer(wlm_member_t *member, apr_time_t now)
{
    wlm_admin_state_t steer = atomic_load(&member->shared->steer);

    if (!wlm_admin_state_is_over(steer, now) || !atomic_compare_exchange_strong(&member->shared->steer, &steer, 0)) {
        return 0;
    }
    after_steer(member, steer, 0, now);
    return 1;
}

wlm_health_state_t wlm_member_event(wlm_member_t *member, wlm_health_event_t event, apr_time_t now, int *pchanged)
{
    uint64_t random = (uint64_t)now + (uint64_t)member->index; /* the time's microseconds are as good as any number */
    int by_checks = event == WLM_EVENT_ALIVE && wlm_member_is_checked(member);
    wlm_health_event_t applied = by_checks ? WLM_EVENT_ANSWERED : event;
    wlm_health_t before, after = wlm_health_apply(&member->shared->health, &before, applied, now, &member->cluster->retry,
                                                  wlm_random_next(&random));
    int was_up = wlm_health_state(before) == WLM_UP, is_up = wlm_health_state(after) == WLM_UP;

    if (event == WLM_EVENT_ALIVE) {
        atomic_store(&member->shared->answered, (uint64_t)apr_time_as_msec(now));
    }
    if (after != before && !is_up) {
        wlm_cluster_retry_not_after(member->cluster, wlm_health_retry_at(after));
    }
    if (was_up != is_up) {
        atomic_store(&member->shared->down_since, is_up ? 0 : (uint64_t)apr_time_as_msec(now));
        change_schedule(member, is_up, now);
    }
    if (pchanged) {
        *pchanged = was_up != is_up;
    }
    return wlm_health_state(after);
}

int wlm_member_is_checked(const wlm_member_t *member)
{
    return member->cluster->options->check.method != NULL;
}

int wlm_member_has_answered_since(const wlm_member_t *member, apr_time_t since)
{
    return apr_time_from_msec(atomic_load(&member->shared->answered)) >= since;
}

int wlm_member_doubted_anew(wlm_member_t *member, uint64_t request)
{
    return atomic_exchange(&member->shared->doubted_by, request) != request;
}

void wlm_member_mark_up(wlm_member_t *member, apr_time_t now)
{
    wlm_shared_member_t *shared = member->shared;

    atomic_store(&shared->check, 0);
    atomic_store(&shared->out_until, 0);
    atomic_store(&shared->busy_until, 0);
    wlm_member_event(member, WLM_EVENT_UP, now, NULL);
    change_schedule(member, 1, now); /* checks may have kept it out while it was up otherwise */
}

void wlm_member_reset_counters(wlm_shared_member_t *shared)
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

void wlm_member_busy_until(wlm_member_t *member, apr_time_t until)
{
    atomic_store(&member->shared->busy_until, (uint64_t)apr_time_as_msec(until));
}

static int count_not_usable(const wlm_cluster_t *cluster, apr_time_t now)
{
    int i, n = 0;

    for (i = 0; i < cluster->nmembers; ++i) {
        wlm_obstacle_t obstacle = wlm_member_obstacle(&cluster->members[i], now);
        n += obstacle != WLM_MEMBER_USABLE && obstacle != WLM_MEMBER_BUSY;
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

/* @return 0: it stays */
static apr_time_t leave_out(wlm_member_t *member, apr_time_t now)
{
    wlm_shared_member_t *shared = member->shared;
    const wlm_cluster_t *cluster = member->cluster;
    apr_time_t until = now + cluster->retry.interval;

    if (wlm_member_obstacle(member, now) != WLM_MEMBER_USABLE
        || !wlm_outlier_may_take_out(cluster->nmembers, count_not_usable(cluster, now), &cluster->options->outlier)) {
        return 0;
    }
    atomic_store(&shared->window, 0);
    atomic_store(&shared->streak, 0);
    atomic_store(&shared->up_since, (uint64_t)apr_time_as_msec(until));
    atomic_store(&shared->out_until, (uint64_t)apr_time_as_msec(until));
    return until;
}

/* Who counts those that are out, and then adds one, must be alone with that in all processes. Who is not the one does not wait:
 * the member's next failure comes to the same point. */
apr_time_t wlm_member_count_outcome(wlm_member_t *member, int failed, apr_time_t now)
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

wlm_check_result_t wlm_member_checked(wlm_member_t *member, int good, int rise, int fall, apr_time_t now)
{
    wlm_check_t before = atomic_load(&member->shared->check), after;
    int was_out, is_out, brought_back = 0;

    do {
        after = wlm_check_after(before, good, rise, fall);
    } while (!atomic_compare_exchange_weak(&member->shared->check, &before, after));
    was_out = wlm_check_is_out(before);
    is_out = wlm_check_is_out(after);
    if (was_out != is_out) {
        change_schedule(member, !is_out, now);
    }
    if (wlm_check_has_risen(after, rise)) {
        wlm_member_event(member, WLM_EVENT_UP, now, &brought_back);
    }
    return !was_out && is_out ? WLM_CHECK_TAKEN_OUT
         : (was_out && !is_out) || brought_back ? WLM_CHECK_BROUGHT_BACK : WLM_CHECK_SAME;
}
