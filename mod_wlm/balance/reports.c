/* Notes what members report, on the threads that serve requests or ask agents; makes weights of it, in one process. */
#include "balance/reports.h"
#include "balance/transition.h"

static const wlm_reported_rule_t *rule_of(const wlm_member_t *member)
{
    return &member->cluster->options->load_report;
}

/* @param value  a utilization, or the percentage that an agent wants */
static void note_value(wlm_member_t *member, double value, apr_time_t now)
{
    _Atomic uint64_t *load = &member->shared->reported_load;
    wlm_reported_load_t before = atomic_load(load), after;

    do {
        after = wlm_reported_load_after(before, value, now, rule_of(member));
    } while (after != before && !atomic_compare_exchange_weak(load, &before, after));
}

void wlm_reports_note_load(wlm_member_t *member, double utilization, apr_time_t now)
{
    note_value(member, utilization, now);
}

static wlm_reports_change_t change_of(wlm_reported_state_t before, wlm_reported_state_t after)
{
    int was_out = wlm_reported_state_is_out(before), drained = wlm_reported_state_drains(before);
    int is_out = wlm_reported_state_is_out(after), drains = wlm_reported_state_drains(after);

    return was_out != is_out ? (is_out ? WLM_REPORTS_OUT : WLM_REPORTS_BACK)
         : drained != drains ? (drains ? WLM_REPORTS_DRAINS : WLM_REPORTS_DRAINS_NO_MORE)
         : WLM_REPORTS_SAME;
}

wlm_reports_change_t wlm_reports_note_answer(wlm_member_t *member, const wlm_reported_answer_t *answer, apr_time_t now)
{
    _Atomic uint64_t *state = &member->shared->reported_state;
    wlm_reported_state_t before = atomic_load(state), after;
    wlm_reports_change_t change;

    do {
        after = wlm_reported_state_after(before, answer);
    } while (!atomic_compare_exchange_weak(state, &before, after));
    note_value(member, wlm_reported_state_percent(after), now);
    change = change_of(before, after);
    if (change == WLM_REPORTS_OUT) {
        atomic_store(&member->shared->reported_out_since, (uint64_t)apr_time_as_msec(now));
    }
    if (change != WLM_REPORTS_SAME) {
        wlm_transition_schedule(member, change == WLM_REPORTS_BACK, now);
    }
    return change;
}

/* -- once a second ----------------------------------------------------------------------------------- */

/* @return 1: its last report has become too old just now */
static int expire(wlm_member_t *member, apr_time_t now)
{
    wlm_reported_load_t load = atomic_load(&member->shared->reported_load);
    _Atomic uint64_t *state = &member->shared->reported_state;
    wlm_reported_state_t before = atomic_load(state);

    if (!load || wlm_reported_load_time(load, now, rule_of(member))
        || !atomic_compare_exchange_strong(&member->shared->reported_load, &load, 0)) {
        return 0;
    }
    while (!atomic_compare_exchange_weak(state, &before, wlm_reported_state_expired(before))) {
    }
    if (change_of(before, wlm_reported_state_expired(before)) != WLM_REPORTS_SAME) {
        wlm_shared_cluster_schedule(member->cluster->shared);
    }
    return 1;
}

/* A cluster's numbers, by member. Scratch of one update */
typedef struct weights_t {
    double *values, *sorted;       /* what is reported */
    uint32_t *now, *wanted;        /* percentages */
} weights_t;

static void read_reports(weights_t *weights, const wlm_cluster_t *cluster, apr_time_t now)
{
    const wlm_reported_rule_t *rule = &cluster->options->load_report;
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        const wlm_shared_member_t *shared = cluster->members[m].shared;

        weights->values[m] = wlm_reported_load_value(atomic_load(&shared->reported_load), now, rule);
        weights->now[m] = wlm_reported_scale_percent(atomic_load(&shared->reported_scale));
    }
    wlm_reported_scale_wanted(weights->wanted, weights->values, weights->sorted, cluster->nmembers, rule->kind);
}

static int is_due(const weights_t *weights, const wlm_cluster_t *cluster, apr_time_t now)
{
    apr_time_t changed = apr_time_from_msec((apr_time_t)atomic_load(&cluster->shared->weighed));

    return wlm_reported_scale_is_due(weights->now, weights->wanted, cluster->nmembers, now - changed);
}

/* Once for all members that have changed */
static void change_weights(const weights_t *weights, wlm_cluster_t *cluster, wlm_reports_news_t *news, apr_time_t now)
{
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        _Atomic uint64_t *scale = &cluster->members[m].shared->reported_scale;

        atomic_store(scale, wlm_reported_scale_after(atomic_load(scale), weights->wanted[m], &news[m].much));
        news[m].percent = weights->wanted[m];
    }
    atomic_store(&cluster->shared->weighed, (uint64_t)apr_time_as_msec(now));
    wlm_shared_cluster_schedule(cluster->shared);
}

void wlm_reports_update(wlm_cluster_t *cluster, wlm_reports_news_t *news, apr_time_t now, apr_pool_t *p)
{
    apr_size_t n = (apr_size_t)cluster->nmembers + 1;
    weights_t weights = { apr_palloc(p, sizeof(double) * n), apr_palloc(p, sizeof(double) * n),
                          apr_palloc(p, sizeof(uint32_t) * n), apr_palloc(p, sizeof(uint32_t) * n) };
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        news[m] = (wlm_reports_news_t){ .expired = expire(&cluster->members[m], now) };
    }
    read_reports(&weights, cluster, now);
    if (is_due(&weights, cluster, now)) {
        change_weights(&weights, cluster, news, now);
    }
}
