/* A member's rates, its peak, its last requests and the time for which it was down. Written by the process that holds
 * the reload lease; read by the threads that answer status requests. */
#include <stddef.h>
#include "shared/activity.h"

#define WINDOW ((uint64_t)WLM_ACTIVITY_SECONDS * 1000)

static uint64_t ms_of(apr_time_t now)
{
    return (uint64_t)apr_time_as_msec(now);
}

/* -- looking ---------------------------------------------------------------------------------------------- */

static wlm_activity_look_t *oldest(wlm_activity_t *activity)
{
    wlm_activity_look_t *found = &activity->looks[0];
    int i;

    for (i = 1; i < WLM_ACTIVITY_LOOKS; ++i) {
        if (atomic_load(&activity->looks[i].at) < atomic_load(&found->at)) {
            found = &activity->looks[i];
        }
    }
    return found;
}

static void keep(wlm_activity_look_t *look, const wlm_activity_counts_t *counts, uint64_t at)
{
    atomic_store(&look->at, 0);
    atomic_store(&look->requests, counts->requests);
    atomic_store(&look->failures, counts->failures);
    atomic_store(&look->errors, counts->errors);
    atomic_store(&look->at, at);
}

/* A counter that has become 0 was reset */
static int has_more(uint64_t count, const _Atomic uint64_t *before)
{
    return count > 0 && count != atomic_load(before);
}

static void mark(_Atomic uint64_t *pat, _Atomic uint64_t *before, uint64_t count, uint64_t at)
{
    if (has_more(count, before)) {
        atomic_store(pat, at);
    }
    atomic_store(before, count);
}

static const wlm_activity_look_t *newest(const wlm_activity_t *activity)
{
    const wlm_activity_look_t *found = &activity->looks[0];
    int i;

    for (i = 1; i < WLM_ACTIVITY_LOOKS; ++i) {
        if (atomic_load(&activity->looks[i].at) > atomic_load(&found->at)) {
            found = &activity->looks[i];
        }
    }
    return found;
}

void wlm_activity_catch_up(wlm_activity_t *activity, apr_time_t before)
{
    const wlm_activity_look_t *last = newest(activity);
    wlm_activity_counts_t counts = { .requests = atomic_load(&last->requests),
                                     .failures = atomic_load(&last->failures),
                                     .errors = atomic_load(&last->errors) };
    uint64_t end = ms_of(before), last_at = atomic_load(&last->at), at;

    if (atomic_load(&activity->looked_at) >= end) {
        return;
    }
    for (at = end > WINDOW ? end - WINDOW : 1; at <= end; at += 1000) { /* older ones nobody needs */
        if (at > last_at) {
            keep(oldest(activity), &counts, at);
        }
    }
    atomic_store(&activity->looked_at, end);
}

void wlm_activity_look(wlm_activity_t *activity, const wlm_activity_counts_t *counts, apr_time_t now)
{
    uint64_t at = ms_of(now), before = atomic_load(&activity->looked_at);

    if (!counts->is_up && before && at > before) {
        atomic_fetch_add(&activity->time_down, at - before);
    }
    atomic_store(&activity->looked_at, at);
    atomic_store(&activity->was_down, !counts->is_up);
    if (counts->in_flight > atomic_load(&activity->peak)) {
        atomic_store(&activity->peak, counts->in_flight);
    }
    mark(&activity->request_at, &activity->requests, counts->requests, at);
    mark(&activity->session_at, &activity->sessions_kept, counts->sessions_kept, at);
    keep(oldest(activity), counts, at);
}

void wlm_activity_reset(wlm_activity_t *activity)
{
    atomic_store(&activity->peak, 0);
    atomic_store(&activity->time_down, 0);
}

/* -- reading ---------------------------------------------------------------------------------------------- */

/* Is a look a better one to count from: the newest that is as old as the window, otherwise the oldest? */
static int is_better(uint64_t at, uint64_t than, uint64_t now)
{
    int is_old = at + WINDOW <= now, than_is_old = than + WINDOW <= now;

    return !than || (is_old && !than_is_old) || (is_old == than_is_old && (is_old ? at > than : at < than));
}

static const wlm_activity_look_t *best(const wlm_activity_t *activity, uint64_t now)
{
    const wlm_activity_look_t *found = NULL;
    uint64_t at, found_at = 0;
    int i;

    for (i = 0; i < WLM_ACTIVITY_LOOKS; ++i) {
        at = atomic_load(&activity->looks[i].at);
        if (at && at <= now && is_better(at, found_at, now)) {
            found = &activity->looks[i];
            found_at = at;
        }
    }
    return found;
}

static double rate(uint64_t now, const _Atomic uint64_t *then, double seconds)
{
    uint64_t before = atomic_load(then);

    return (double)(now >= before ? now - before : now) / seconds;
}

static void read_rates(wlm_activity_view_t *view, const wlm_activity_t *activity, const wlm_activity_counts_t *counts,
                       uint64_t now)
{
    const wlm_activity_look_t *look = best(activity, now);
    uint64_t at = look ? atomic_load(&look->at) : 0;
    double seconds = at + 1000 < now ? (double)(now - at) / 1000 : 1;
    wlm_activity_view_t rates;

    if (!at) {
        return;
    }
    if (at + WINDOW + 1000 < now) { /* nothing had changed until a second ago, or somebody would have looked */
        seconds = WLM_ACTIVITY_SECONDS;
    }
    rates.requests = rate(counts->requests, &look->requests, seconds);
    rates.failures = rate(counts->failures, &look->failures, seconds);
    rates.errors = rate(counts->errors, &look->errors, seconds);
    if (atomic_load(&look->at) == at) { /* it was not overwritten meanwhile */
        view->requests = rates.requests;
        view->failures = rates.failures;
        view->errors = rates.errors;
    }
}

wlm_activity_view_t wlm_activity_read(const wlm_activity_t *activity, const wlm_activity_counts_t *counts,
                                      apr_time_t now)
{
    wlm_activity_view_t view = { .peak = atomic_load(&activity->peak), .time_down = atomic_load(&activity->time_down) };
    uint64_t ms = ms_of(now), looked_at = atomic_load(&activity->looked_at);

    read_rates(&view, activity, counts, ms);
    view.request_at = has_more(counts->requests, &activity->requests) ? ms : atomic_load(&activity->request_at);
    view.session_at =
        has_more(counts->sessions_kept, &activity->sessions_kept) ? ms : atomic_load(&activity->session_at);
    if (counts->in_flight > view.peak) {
        view.peak = counts->in_flight;
    }
    if (!counts->is_up && looked_at && ms > looked_at) { /* one that was up is looked at within a second */
        view.time_down += atomic_load(&activity->was_down) || ms - looked_at < 1000 ? ms - looked_at : 1000;
    }
    return view;
}
