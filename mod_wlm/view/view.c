/* Reads the shared records of a cluster and its members into the view; without locks, on the thread that answers a
 * status request. */
#include <string.h>
#include <apr_strings.h>
#include "balance/availability.h"
#include "balance/counters.h"
#include "balance/member.h"
#include "balance/outcome.h"
#include "balance/schedule_cache.h"
#include "health/admin_state.h"
#include "view/view.h"

static const char *text_of(const wlm_shared_text_t *line, uint64_t *pat, apr_pool_t *p)
{
    char text[WLM_SHARED_TEXT_SIZE];

    *pat = 0;
    return wlm_shared_text_get(line, pat, text) && *text ? apr_pstrdup(p, text) : NULL;
}

/* When the state began. For other states than up, down and probing this is the time of the last event */
static uint64_t since(const wlm_shared_member_t *shared, wlm_availability_t availability, const wlm_moment_t *moment)
{
    char text[WLM_SHARED_TEXT_SIZE];
    uint64_t at;

    if (availability == WLM_MEMBER_DOWN || availability == WLM_MEMBER_PROBING) {
        return wlm_clock_day(atomic_load(&shared->down_since), moment);
    }
    return availability != WLM_MEMBER_USABLE && wlm_event_ring_get(&shared->events, 0, &at, text)
           ? at : wlm_clock_day(atomic_load(&shared->up_since), moment);
}

static void read_state(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment)
{
    const wlm_shared_member_t *shared = member->shared;
    wlm_availability_t availability = wlm_availability_without_admin(member, moment->now);
    wlm_admin_state_t admin = atomic_load(&shared->admin);

    view->state = wlm_availability_name(availability);
    view->since = since(shared, availability, moment);
    view->next_retry = wlm_clock_day((uint64_t)apr_time_as_msec(wlm_availability_back_at(member, moment->now)), moment);
    view->admin_state = wlm_admin_state_name(wlm_admin_state_mode(admin));
    view->admin_until = wlm_clock_day((uint64_t)apr_time_as_msec(wlm_admin_state_until(admin)), moment);
    view->weight = (uint64_t)wlm_member_weight(member);
    view->configured_weight = (uint64_t)member->cfg->weight;
}

static uint64_t sum_of(const _Atomic uint64_t *numbers, int n)
{
    uint64_t sum = 0;
    int i;

    for (i = 0; i < n; ++i) {
        sum += atomic_load(&numbers[i]);
    }
    return sum;
}

static void read_counters(wlm_view_member_t *view, const wlm_shared_member_t *shared)
{
    int i;

#define COUNTER(where, name, key, metric, help) \
    view->name = sum_of((const _Atomic uint64_t *)&shared->name, WLM_COUNTER_NUMBERS(shared->name));
    WLM_COUNTERS(COUNTER)
#undef COUNTER
    view->times_sum = (double)atomic_load(&shared->times_sum) / APR_USEC_PER_SEC;
    for (i = 0; i < WLM_OUTCOMES; ++i) {
        view->failures_by[i] = atomic_load(&shared->failures[i]);
    }
    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        view->times[i] = atomic_load(&shared->times[i]);
    }
}

static double seconds_of(const uint64_t *times, double share)
{
    return (double)wlm_histogram_quantile(times, share) / APR_USEC_PER_SEC;
}

static uint64_t sum_of_last(const uint64_t *samples, int n)
{
    uint64_t sum = 0;
    int i;

    for (i = WLM_SAMPLES - n; i < WLM_SAMPLES; ++i) {
        sum += samples[i];
    }
    return sum;
}

static void read_recent(wlm_view_member_t *view, const wlm_shared_member_t *shared)
{
    wlm_samples_counters_t counts = wlm_counters_sample(shared);
    uint64_t times[WLM_HISTOGRAM_BUCKETS];

    wlm_samples_read(&shared->samples, &counts, view->recent_requests, view->recent_failures);
    view->recent_requests_sum = sum_of_last(view->recent_requests, WLM_SAMPLES);
    view->recent_failures_sum = sum_of_last(view->recent_failures, WLM_SAMPLES);
    wlm_samples_recent(&shared->samples, &counts, times);
    view->p50 = seconds_of(times, 0.5);
    view->p95 = seconds_of(times, 0.95);
    view->p99 = seconds_of(times, 0.99);
}

static void read_events(wlm_view_member_t *view, const wlm_event_ring_t *ring, apr_pool_t *p)
{
    char text[WLM_SHARED_TEXT_SIZE];
    uint64_t at;
    int i;

    view->events = apr_palloc(p, sizeof(*view->events) * WLM_EVENT_RING_LINES);
    for (i = 0; i < WLM_EVENT_RING_LINES; ++i) {
        if (wlm_event_ring_get(ring, i, &at, text)) {
            view->events[view->nevents].at = at;
            view->events[view->nevents++].text = apr_pstrdup(p, text);
        }
    }
}

/* A member that an administrator has drained or disabled needs no more attention when it is not up */
static wlm_attention_t attention_of(const wlm_view_member_t *view, const wlm_member_t *member, apr_time_t now)
{
    wlm_admin_state_t admin = atomic_load(&member->shared->admin);

    return wlm_admin_state_mode(admin) != WLM_ENABLED ? WLM_ATTENTION_STEERED
           : wlm_availability_without_admin(member, now) != WLM_MEMBER_USABLE ? WLM_ATTENTION_OUT
           : 20 * sum_of_last(view->recent_failures, WLM_RECENT_SAMPLES)
             > sum_of_last(view->recent_requests, WLM_RECENT_SAMPLES) ? WLM_ATTENTION_FAILING
           : admin ? WLM_ATTENTION_STEERED : WLM_ATTENTION_NONE;
}

static const char *attention_name_of(wlm_attention_t attention)
{
    static const char *const names[] = { [WLM_ATTENTION_NONE] = "none",
                                         [WLM_ATTENTION_STEERED] = "steered",
                                         [WLM_ATTENTION_FAILING] = "failing",
                                         [WLM_ATTENTION_OUT] = "out" };
    return names[attention];
}

static void read_member(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment, apr_pool_t *p)
{
    view->name = member->cfg->name;
    view->clone_id = member->cfg->clone_id;
    view->address = member->host_port;
    view->tier = member->cfg->tier == PLUGIN_CFG_PRIMARY ? "primary" : "backup";
    view->max_connections = (uint64_t)member->limit;
    view->last_error = text_of(&member->shared->error, &view->last_error_at, p);
    view->comment = text_of(&member->shared->note, &view->admin_since, p);
    if (!view->comment && !atomic_load(&member->shared->admin)) {
        view->admin_since = 0;
    }
    read_state(view, member, moment);
    view->in_flight = wlm_member_in_flight(member);
    view->idle = wlm_process_counts_sum(&member->idle);
    view->open = view->in_flight + view->idle;
    read_counters(view, member->shared);
    read_recent(view, member->shared);
    view->attention = attention_of(view, member, moment->now);
    view->tls_expires = atomic_load(&member->shared->tls_expires);
    view->attention_name = attention_name_of(view->attention);
}

static void compute_shares(wlm_view_cluster_t *view, const wlm_cluster_t *cluster, apr_pool_t *p)
{
    uint32_t *weights = apr_palloc(p, sizeof(*weights) * (apr_size_t)(cluster->nmembers + 1));
    uint64_t sum = wlm_schedule_cache_weights(cluster, weights), requests = 0;
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        requests += view->members[m].recent_requests_sum;
        view->usable += weights[m] > 0;
    }
    for (m = 0; m < cluster->nmembers; ++m) {
        view->members[m].share = sum ? 100.0 * (double)weights[m] / (double)sum : 0;
        view->members[m].share_got =
            requests ? 100.0 * (double)view->members[m].recent_requests_sum / (double)requests : 0;
    }
}

void wlm_view_read_cluster(wlm_view_cluster_t *view, wlm_cluster_t *cluster, const char *file, int events,
                           const wlm_moment_t *moment, apr_pool_t *p)
{
    int m;

    memset(view, 0, sizeof(*view));
    view->name = cluster->cfg->name;
    view->file = file;
    view->policy = plugin_cfg_load_balance_name(cluster->cfg->load_balance);
    view->retrying = wlm_tally_number(&cluster->shared->retrying);
    view->waiting = cluster->queue ? wlm_queue_waiting(cluster->queue) : 0;
    view->nmembers = cluster->nmembers;
    view->members = apr_pcalloc(p, sizeof(*view->members) * (apr_size_t)(cluster->nmembers + 1));
    for (m = 0; m < cluster->nmembers; ++m) {
        read_member(&view->members[m], &cluster->members[m], moment, p);
        ++view->by_attention[view->members[m].attention];
        view->primaries += cluster->members[m].cfg->tier == PLUGIN_CFG_PRIMARY;
        if (events) {
            read_events(&view->members[m], &cluster->members[m].shared->events, p);
        }
    }
    compute_shares(view, cluster, p);
}
