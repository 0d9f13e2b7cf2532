/* Reads the shared records of a cluster and its members into the view; without locks, on the thread that answers a
 * status request. */
#include <string.h>
#include <apr_strings.h>
#include "balance/availability.h"
#include "balance/classes.h"
#include "balance/counters.h"
#include "balance/found_limit.h"
#include "balance/hedge.h"
#include "balance/member.h"
#include "balance/options_text.h"
#include "balance/outcome.h"
#include "balance/peak_average.h"
#include "balance/policies.h"
#include "balance/serving.h"
#include "health/admin_state.h"
#include "health/heartbeat.h"
#include "view/attention.h"
#include "view/fields.h"
#include "view/member_state.h"
#include "view/view.h"

static void read_reports(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment)
{
    const wlm_reported_rule_t *rule = &member->cluster->options->load_report;
    wlm_reported_state_t state = atomic_load(&member->shared->reported_state);
    wlm_reported_load_t load = atomic_load(&member->shared->reported_load);
    double value = wlm_reported_load_value(load, moment->now, rule);

    view->has_to_report = rule->kind != WLM_REPORTED_OFF;
    view->weight_percent = wlm_member_weight_percent(member);
    view->reported = value < 0 ? 0 : rule->kind == WLM_REPORTED_ORCA ? 100 * value : value;
    view->reported_at =
        wlm_clock_day((uint64_t)apr_time_as_msec(wlm_reported_load_time(load, moment->now, rule)), moment);
    if (rule->kind == WLM_REPORTED_AGENT && (state || view->reported_at)) {
        view->reported_state = wlm_reported_state_name(state);
        view->reported_max_connections = wlm_reported_state_maxconn(state);
    }
}

/* A node that registers itself, or none */
static void read_heartbeat(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment)
{
    wlm_heartbeat_t heartbeat = atomic_load(&member->shared->heartbeat);

    view->silent = heartbeat ? (uint64_t)wlm_heartbeat_is_silent(heartbeat) : WLM_FIELD_NONE;
    view->status_at = wlm_clock_day((uint64_t)apr_time_as_msec(wlm_heartbeat_time(heartbeat, moment->now)), moment);
    view->status_interval = (double)wlm_heartbeat_interval(heartbeat) / APR_USEC_PER_SEC;
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

static void read_times(uint64_t *view, const _Atomic uint64_t *shared)
{
    int i;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        view[i] = atomic_load(&shared[i]);
    }
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
    for (i = 0; i < WLM_STATUS_CLASSES; ++i) {
        view->responses_by[i] = atomic_load(&shared->responses[i]);
    }
    read_times(view->times, shared->times);
}

static double seconds_of(const uint64_t *times, double share)
{
    return (double)wlm_histogram_quantile(times, share) / APR_USEC_PER_SEC;
}

static void read_recent(wlm_view_member_t *view, const wlm_shared_member_t *shared)
{
    wlm_samples_counters_t counts = wlm_counters_sample(shared);
    uint64_t times[WLM_HISTOGRAM_BUCKETS], kept[WLM_SAMPLES];

    wlm_samples_read(&shared->samples, &counts, view->recent_requests, view->recent_failures,
                     view->recent_errors, kept);
    view->recent_kept_sum = wlm_samples_sum(kept, WLM_SAMPLES);
    view->recent_requests_sum = wlm_samples_sum(view->recent_requests, WLM_SAMPLES);
    view->recent_failures_sum = wlm_samples_sum(view->recent_failures, WLM_SAMPLES);
    view->recent_errors_sum = wlm_samples_sum(view->recent_errors, WLM_SAMPLES);
    wlm_samples_recent(&shared->samples, &counts, times);
    view->p50 = seconds_of(times, 0.5);
    view->p95 = seconds_of(times, 0.95);
    view->p99 = seconds_of(times, 0.99);
}

int wlm_view_read_events(wlm_view_event_t **pevents, const wlm_event_ring_t *ring, uint64_t since, apr_pool_t *p)
{
    char text[WLM_SHARED_TEXT_SIZE];
    uint64_t at;
    int i, n = 0;

    *pevents = since == WLM_VIEW_NO_EVENTS ? NULL : apr_palloc(p, sizeof(**pevents) * WLM_EVENT_RING_LINES);
    for (i = 0; *pevents && i < WLM_EVENT_RING_LINES; ++i) {
        if (wlm_event_ring_get(ring, i, &at, text) && at >= since) {
            (*pevents)[n].at = at;
            (*pevents)[n++].text = apr_pstrdup(p, text);
        }
    }
    return n;
}

static void read_activity(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment)
{
    wlm_activity_counts_t counts = wlm_counters_activity(member, moment->now);
    wlm_activity_view_t activity = wlm_activity_read(&member->shared->activity, &counts, moment->now);

    view->requests_per_second = activity.requests;
    view->failures_per_second = activity.failures;
    view->errors_per_second = activity.errors;
    view->peak_in_flight = activity.peak > view->in_flight ? activity.peak : view->in_flight;
    view->last_request = wlm_clock_day(activity.request_at, moment);
    view->last_session_request = wlm_clock_day(activity.session_at, moment);
    view->time_down = (double)activity.time_down / 1000;
}

/* Its first two words: behind them is a time of the machine's clock */
static const char *source_of(const char *from, apr_pool_t *p)
{
    const char *blank = from ? strchr(from, ' ') : NULL, *second = blank ? strchr(blank + 1, ' ') : NULL;

    return second ? apr_pstrmemdup(p, from, (apr_size_t)(second - from)) : from;
}

static void read_member(wlm_view_member_t *view, const wlm_member_t *member, const wlm_moment_t *moment, apr_pool_t *p)
{
    view->name = member->cfg->name;
    view->clone_id = member->cfg->clone_id;
    view->address = member->host_port;
    view->source = source_of(member->cfg->from, p);
    view->tier = member->cfg->tier == PLUGIN_CFG_PRIMARY ? "primary" : "backup";
    view->max_connections = (uint64_t)wlm_member_limit(member);
    view->found_limit = (uint64_t)wlm_member_found_limit(member);
    view->usual_time = (double)wlm_found_limit_usual_time(member) / APR_USEC_PER_SEC;
    view->last_error = wlm_shared_text_dup(&member->shared->error, &view->last_error_at, p);
    view->comment = wlm_shared_text_dup(&member->shared->note, &view->admin_since, p);
    if (!view->comment && !atomic_load(&member->shared->admin)) {
        view->admin_since = 0;
    }
    wlm_view_read_state(view, member, moment);
    wlm_view_read_check(view, member, moment, p);
    read_reports(view, member, moment);
    read_heartbeat(view, member, moment);
    view->in_flight = wlm_member_in_flight(member);
    read_activity(view, member, moment);
    view->idle = wlm_process_counts_sum(&member->idle);
    view->open = view->in_flight + view->idle;
    read_counters(view, member->shared);
    read_recent(view, member->shared);
    view->response_average = (double)wlm_peak_average_now(atomic_load(&member->shared->response_average), moment->now)
                             / APR_USEC_PER_SEC;
    wlm_view_judge(view, member, moment, p);
    view->tls_expires = atomic_load(&member->shared->tls_expires);
}

/* How much the policy decides about: all but what went to the member of its session */
static double balanced_part(const wlm_view_cluster_t *view)
{
    uint64_t requests = 0, kept = 0;
    int m;

    for (m = 0; m < view->nmembers; ++m) {
        requests += view->members[m].requests;
        kept += view->members[m].sessions_kept;
    }
    return requests > kept ? 100.0 * (double)(requests - kept) / (double)requests : 0;
}

/* The same for the last quarter of an hour */
static void count_free(wlm_view_cluster_t *view)
{
    int m;

    for (m = 0; m < view->nmembers; ++m) {
        const wlm_view_member_t *member = &view->members[m];

        view->recent_bound += member->recent_kept_sum;
        view->recent_free += member->recent_requests_sum > member->recent_kept_sum
                             ? member->recent_requests_sum - member->recent_kept_sum : 0;
    }
}

static void compute_shares(wlm_view_cluster_t *view, const wlm_cluster_t *cluster, apr_time_t now, apr_pool_t *p)
{
    uint64_t *parts = apr_palloc(p, sizeof(*parts) * (apr_size_t)(cluster->nmembers + 1));
    uint64_t sum, requests = 0;
    int m;

    view->served_by = wlm_serving_find(cluster, now, parts, &sum, p);
    view->serving = wlm_serving_name(view->served_by);
    view->on_backup = view->served_by == WLM_SERVING_BACKUP;
    for (m = 0; m < cluster->nmembers; ++m) {
        requests += view->members[m].recent_requests_sum;
        view->usable_primaries += parts[m] > 0 && !view->on_backup;
        view->usable_backups += parts[m] > 0 && view->on_backup;
        view->full += wlm_member_is_full(&cluster->members[m]);
    }
    view->usable = view->usable_primaries + view->usable_backups;
    for (m = 0; m < cluster->nmembers; ++m) {
        view->members[m].share = sum ? 100.0 * (double)parts[m] / (double)sum : 0;
        view->members[m].share_got =
            requests ? 100.0 * (double)view->members[m].recent_requests_sum / (double)requests : 0;
    }
}

static void read_class(wlm_view_class_t *view, const wlm_cluster_t *cluster, int number)
{
    const wlm_class_t *rule = wlm_classes_at(cluster->options, number);
    const wlm_shared_class_t *shared = &cluster->shared->classes[number];
    int i;

    view->name = rule->name ? rule->name : "";
    view->priority = (uint64_t)rule->priority;
    view->goal = (double)rule->goal / APR_USEC_PER_SEC;
    view->requests = atomic_load(&shared->requests);
    view->in_time = atomic_load(&shared->in_time);
    for (i = 0; i < WLM_REFUSALS; ++i) {
        view->refused[i] = atomic_load(&shared->refused[i]);
    }
}

static void read_classes(wlm_view_cluster_t *view, const wlm_cluster_t *cluster, apr_pool_t *p)
{
    int i, why, n = wlm_classes_count(cluster->options);

    view->nclasses = cluster->options->classes ? n : 0;
    view->classes = apr_pcalloc(p, sizeof(*view->classes) * (apr_size_t)n);
    for (i = 0; i < n; ++i) {
        read_class(&view->classes[i], cluster, i);
        for (why = 0; why < WLM_REFUSALS; ++why) {
            view->refused[why] += view->classes[i].refused[why];
        }
    }
}

/* -- what a cluster does, and all ----------------------------------------------------------------------------- */

static void read_load(wlm_view_cluster_t *view, const wlm_cluster_t *cluster, apr_time_t now)
{
    wlm_activity_counts_t counts = wlm_counters_unserved(cluster);
    wlm_activity_view_t unserved = wlm_activity_read(&cluster->shared->activity, &counts, now);
    wlm_serving_capacity_t capacity = wlm_serving_capacity(cluster, now);
    wlm_view_load_t *load = &view->load;
    int m;

    for (m = 0; m < view->nmembers; ++m) {
        load->in_flight += view->members[m].in_flight;
        load->requests += view->members[m].requests_per_second;
        load->failures += view->members[m].failures_per_second;
        load->errors += view->members[m].errors_per_second;
    }
    load->unserved = unserved.requests;
    load->limit = capacity.is_limited ? capacity.limit : WLM_FIELD_NONE;
    load->left = capacity.is_limited ? capacity.left : WLM_FIELD_NONE;
}

static uint64_t sum_of_optional(uint64_t one, uint64_t other)
{
    return one == WLM_FIELD_NONE || other == WLM_FIELD_NONE ? WLM_FIELD_NONE : one + other;
}

void wlm_view_sum(wlm_view_t *view)
{
    wlm_view_load_t *sum = &view->load;
    int c;

    for (c = 0; c < view->nclusters; ++c) {
        const wlm_view_load_t *load = &view->clusters[c].load;

        sum->in_flight += load->in_flight;
        sum->requests += load->requests;
        sum->failures += load->failures;
        sum->errors += load->errors;
        sum->unserved += load->unserved;
        sum->limit = sum_of_optional(sum->limit, load->limit);
        sum->left = sum_of_optional(sum->left, load->left);
        view->waiting += view->clusters[c].waiting;
    }
}

void wlm_view_read_cluster(wlm_view_cluster_t *view, wlm_cluster_t *cluster, const char *file, uint64_t since,
                           const wlm_moment_t *moment, apr_pool_t *p)
{
    int m;

    memset(view, 0, sizeof(*view));
    view->name = cluster->cfg->name;
    view->file = file;
    view->policy = cluster->policy->name;
    view->settings = wlm_options_text_of(cluster->options, cluster->cfg->post_buffer_size, p);
    view->retrying = wlm_tally_number(&cluster->shared->retrying);
    view->waiting = cluster->queue ? wlm_queue_waiting(cluster->queue) : 0;
    view->waiting_max = cluster->queue ? (uint64_t)wlm_options_queue(cluster->options).length : 0;
    view->unserved = atomic_load(&cluster->shared->unserved);
    view->retries = atomic_load(&cluster->shared->retries);
    view->retries_refused = atomic_load(&cluster->shared->retries_refused);
    view->hedges_refused = atomic_load(&cluster->shared->hedge.refused);
    view->hedge_after = (double)wlm_hedge_delay(cluster, moment->now) / APR_USEC_PER_SEC;
    view->queued = atomic_load(&cluster->shared->queued);
    view->queue_time = (double)atomic_load(&cluster->shared->queue_time) / APR_USEC_PER_SEC;
    read_times(view->times, cluster->shared->times);
    view->times_sum = (double)atomic_load(&cluster->shared->times_sum) / APR_USEC_PER_SEC;
    read_classes(view, cluster, p);
    view->nmembers = cluster->nmembers;
    view->members = apr_pcalloc(p, sizeof(*view->members) * (apr_size_t)(cluster->nmembers + 1));
    for (m = 0; m < cluster->nmembers; ++m) {
        read_member(&view->members[m], &cluster->members[m], moment, p);
        ++view->by_attention[view->members[m].attention];
        view->primaries += cluster->members[m].cfg->tier == PLUGIN_CFG_PRIMARY;
        view->members[m].nevents =
            wlm_view_read_events(&view->members[m].events, &cluster->members[m].shared->events, since, p);
    }
    view->nevents = wlm_view_read_events(&view->events, &cluster->shared->events, since, p);
    compute_shares(view, cluster, moment->now, p);
    read_load(view, cluster, moment->now);
    view->balanced = balanced_part(view);
    count_free(view);
}
