/* Which members a cluster's new requests go to. Reads the shared records; runs on the thread that answers a status
 * request. */
#include <string.h>
#include "balance/availability.h"
#include "balance/limits.h"
#include "balance/member.h"
#include "balance/schedule_cache.h"
#include "balance/serving.h"

typedef enum { CLOSED, FULL, OPEN } reach_t;

static reach_t reach_of(const wlm_member_t *member, apr_time_t now)
{
    static const wlm_tried_t none;
    const wlm_limits_t plain = { .secure = 0 }, secure = { .secure = 1 };

    return !wlm_limits_is_open(&plain, &none, member, now) && !wlm_limits_is_open(&secure, &none, member, now) ? CLOSED
         : wlm_member_is_full(member) ? FULL : OPEN;
}

/* The weights of primaries, by the schedule or their own */
static void read_weights(const wlm_cluster_t *cluster, int of_schedule, uint32_t *weights)
{
    int m;

    if (of_schedule) {
        wlm_schedule_cache_weights(cluster, weights);
        return;
    }
    for (m = 0; m < cluster->nmembers; ++m) {
        const wlm_member_t *member = &cluster->members[m];

        weights[m] = wlm_member_accepts_new(member) ? wlm_member_scaled_weight(member) : 0;
    }
}

/* Set the parts of primaries by these weights. @return their sum */
static uint64_t divide(const wlm_cluster_t *cluster, apr_time_t now, const uint32_t *weights, uint64_t *parts,
                       int *pfull)
{
    uint64_t sum = 0;
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        const wlm_member_t *member = &cluster->members[m];
        reach_t reach = weights[m] ? reach_of(member, now) : CLOSED;
        int warmth = wlm_availability_warmth(member, cluster->options->slow_start, now);

        *pfull |= reach == FULL;
        parts[m] = reach == OPEN ? (uint64_t)weights[m] * (uint64_t)warmth : 0;
        sum += parts[m];
    }
    return sum;
}

/* @return 1: one takes them */
static int find_backup(const wlm_cluster_t *cluster, apr_time_t now, uint64_t *parts, int *pfull)
{
    int i;

    for (i = 0; i < cluster->nbackups; ++i) {
        const wlm_member_t *member = cluster->backups[i];
        reach_t reach = wlm_member_weight(member) > 0 ? reach_of(member, now) : CLOSED;

        *pfull |= reach == FULL;
        if (reach == OPEN) {
            parts[member->index] = 1;
            return 1;
        }
    }
    return 0;
}

static int has_last_resort(const wlm_cluster_t *cluster)
{
    int m;

    for (m = 0; cluster->options->all_down != WLM_ALL_DOWN_FAIL && m < cluster->nmembers; ++m) {
        if (wlm_member_serves(&cluster->members[m], 0) || wlm_member_serves(&cluster->members[m], 1)) {
            return 1;
        }
    }
    return 0;
}

wlm_serving_t wlm_serving_find(const wlm_cluster_t *cluster, apr_time_t now, uint64_t *parts, uint64_t *psum,
                               apr_pool_t *p)
{
    uint32_t *weights = apr_palloc(p, sizeof(*weights) * (apr_size_t)(cluster->nmembers + 1));
    int by_schedule, full = 0;

    /* WLMPreferLocal, which the schedule has, holds only while a local member takes them */
    for (by_schedule = 1, *psum = 0; by_schedule >= 0 && !*psum; --by_schedule) {
        read_weights(cluster, by_schedule, weights);
        *psum = divide(cluster, now, weights, parts, &full);
    }
    if (*psum) {
        return WLM_SERVING_PRIMARY;
    }
    if (find_backup(cluster, now, parts, &full)) {
        *psum = 1;
        return WLM_SERVING_BACKUP;
    }
    return full ? WLM_SERVING_FULL : has_last_resort(cluster) ? WLM_SERVING_LAST_RESORT : WLM_SERVING_NONE;
}

wlm_serving_capacity_t wlm_serving_capacity(const wlm_cluster_t *cluster, apr_time_t now)
{
    wlm_serving_capacity_t capacity = { .is_limited = 1 };
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        const wlm_member_t *member = &cluster->members[m];
        uint64_t limit, in_flight;

        if (wlm_member_scaled_weight(member) == 0 || reach_of(member, now) == CLOSED) {
            continue;
        }
        limit = wlm_member_is_limited(member) ? (uint64_t)wlm_member_limit(member) : 0;
        in_flight = wlm_tally_number(&member->shared->in_flight);
        capacity.is_limited &= limit > 0;
        capacity.limit += limit;
        capacity.left += limit > in_flight ? limit - in_flight : 0;
    }
    return capacity;
}

const char *wlm_serving_text(wlm_serving_t serving)
{
    static const char *const texts[] = {
        [WLM_SERVING_PRIMARY] = "",
        [WLM_SERVING_BACKUP] = "on backup: no primary gets new sessions",
        [WLM_SERVING_FULL] = "full: all members that are up have as many requests as they may have",
        [WLM_SERVING_LAST_RESORT] = "no member gets new sessions: each request tries one that is not up (WLMAllDown)",
        [WLM_SERVING_NONE] = "no member gets new sessions",
    };
    return texts[serving];
}

/* Does a primary take them? Mostly the first one does */
static int has_open_primary(const wlm_cluster_t *cluster, apr_time_t now)
{
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        const wlm_member_t *member = &cluster->members[m];

        if (wlm_member_accepts_new(member) && wlm_member_scaled_weight(member) && reach_of(member, now) == OPEN) {
            return 1;
        }
    }
    return 0;
}

#define LASTING_MS 2000
#define AGAIN "primaries get new sessions again"
#define TOLD_APART 30              /* bytes by which the texts of events differ; a long one has lost its end */

/* The event is added before it is noted that it was: where the process dies in between, it comes twice */
static void add_event(wlm_shared_cluster_t *shared, wlm_serving_t serving, uint64_t day)
{
    if (serving != WLM_SERVING_PRIMARY) {
        wlm_event_ring_add(&shared->events, day, wlm_serving_text(serving));
    }
    else if (atomic_load(&shared->serving_noted)) {
        wlm_event_ring_add(&shared->events, day, AGAIN);
    }
    atomic_store(&shared->serving_noted, (uint64_t)serving + 1);
}

/* @return what an event says who gets new sessions; -1: it is about something else */
static int serving_of(const char *event)
{
    int serving;

    for (serving = WLM_SERVING_NONE; serving > WLM_SERVING_PRIMARY; --serving) {
        if (strncmp(wlm_serving_text((wlm_serving_t)serving), event, TOLD_APART) == 0) {
            return serving;
        }
    }
    return strcmp(event, AGAIN) == 0 ? WLM_SERVING_PRIMARY : -1;
}

void wlm_serving_resume(wlm_shared_cluster_t *shared)
{
    char text[WLM_SHARED_TEXT_SIZE];
    int i, serving = -1;
    uint64_t at;

    for (i = 0; i < WLM_EVENT_RING_LINES && serving < 0; ++i) {
        serving = wlm_event_ring_get(&shared->events, i, &at, text) ? serving_of(text) : -1;
    }
    if (serving >= 0) {
        atomic_store(&shared->serving_noted, (uint64_t)serving + 1);
    }
}

void wlm_serving_look(wlm_cluster_t *cluster, const wlm_moment_t *moment, apr_pool_t *p)
{
    uint64_t now = (uint64_t)apr_time_as_msec(moment->now), sum;
    wlm_shared_cluster_t *shared = cluster->shared;
    wlm_serving_t serving = has_open_primary(cluster, moment->now) ? WLM_SERVING_PRIMARY
                          : wlm_serving_find(cluster, moment->now,
                                             apr_palloc(p, sizeof(sum) * (apr_size_t)(cluster->nmembers + 1)), &sum, p);

    if (serving == WLM_SERVING_FULL) {
        return;
    }
    if (atomic_load(&shared->serving) != (uint64_t)serving + 1) {
        atomic_store(&shared->serving_since, now);
        atomic_store(&shared->serving, (uint64_t)serving + 1);
    }
    else if (atomic_load(&shared->serving_noted) != (uint64_t)serving + 1
             && now >= atomic_load(&shared->serving_since) + LASTING_MS) {
        add_event(shared, serving, wlm_clock_day(atomic_load(&shared->serving_since), moment));
    }
}

const char *wlm_serving_name(wlm_serving_t serving)
{
    static const char *const names[] = {
        [WLM_SERVING_PRIMARY] = "primary", [WLM_SERVING_BACKUP] = "backup", [WLM_SERVING_FULL] = "full",
        [WLM_SERVING_LAST_RESORT] = "last-resort", [WLM_SERVING_NONE] = "none"
    };
    return names[serving];
}
