/* Members and clusters with their rates between two states. On main()'s thread. */
#include <stdlib.h>
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "tools/wlmctl/rates.h"
#include "tools/wlmctl/state.h"

/* -- rates -------------------------------------------------------------------------------------------------- */

static const char *key_of(const json_t *cluster, const json_t *member, apr_pool_t *p)
{
    return apr_pstrcat(p, wlmctl_text(cluster, "name"), "\n", wlmctl_text(member, "name"), NULL);
}

/* Members by their names, since the file may have changed between two states */
static apr_hash_t *index_members(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p)
{
    const apr_array_header_t *members = wlmctl_find_members(view, target, p);
    apr_hash_t *index = apr_hash_make(p);
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const wlmctl_member_t *one = &APR_ARRAY_IDX(members, i, wlmctl_member_t);
        apr_hash_set(index, key_of(one->cluster, one->member, p), APR_HASH_KEY_STRING, one->member);
    }
    return index;
}

static double rate(const json_t *now, const json_t *then, const char *name, double seconds)
{
    double difference = then ? wlmctl_number(now, name) - wlmctl_number(then, name) : 0;

    return difference > 0 && seconds > 0 ? difference / seconds : 0;
}

apr_array_header_t *wlmctl_rates_of_members(const json_t *now, const json_t *then, const char *cluster, apr_pool_t *p)
{
    wlmctl_target_t target = { .cluster = cluster };
    const apr_array_header_t *members = wlmctl_find_members(now, &target, p);
    apr_hash_t *earlier = index_members(then, &target, p);
    double seconds = wlmctl_time(now, "time") - wlmctl_time(then, "time");
    apr_array_header_t *rows = apr_array_make(p, members->nelts + 1, sizeof(wlmctl_rates_t));
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const wlmctl_member_t *one = &APR_ARRAY_IDX(members, i, wlmctl_member_t);
        const json_t *was = apr_hash_get(earlier, key_of(one->cluster, one->member, p), APR_HASH_KEY_STRING);
        wlmctl_rates_t *row = apr_array_push(rows);

        *row = (wlmctl_rates_t){
            .cluster = one->cluster, .member = one->member, .requests = rate(one->member, was, "requests", seconds),
            .failures = rate(one->member, was, "failures", seconds),
            .in_flight = wlmctl_number(one->member, "in_flight"), .p95 = wlmctl_number(one->member, "p95"),
            .members = 1, .needs_attention = wlmctl_needs_attention(one->member)
        };
    }
    return rows;
}

static void add(wlmctl_rates_t *sum, const wlmctl_rates_t *row)
{
    sum->requests += row->requests;
    sum->failures += row->failures;
    sum->in_flight += row->in_flight;
    sum->members += row->members;
    sum->needs_attention += row->needs_attention;
}

apr_array_header_t *wlmctl_rates_of_clusters(const apr_array_header_t *members, apr_pool_t *p)
{
    apr_array_header_t *clusters = apr_array_make(p, 8, sizeof(wlmctl_rates_t));
    wlmctl_rates_t *sum = NULL;
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const wlmctl_rates_t *row = &APR_ARRAY_IDX(members, i, wlmctl_rates_t);

        if (!sum || sum->cluster != row->cluster) {
            sum = apr_array_push(clusters);
            *sum = (wlmctl_rates_t){ .cluster = row->cluster };
        }
        add(sum, row);
    }
    return clusters;
}

wlmctl_rates_t wlmctl_rates_sum(const apr_array_header_t *members)
{
    wlmctl_rates_t sum = { .member = NULL };
    int i;

    for (i = 0; i < members->nelts; ++i) {
        add(&sum, &APR_ARRAY_IDX(members, i, wlmctl_rates_t));
    }
    return sum;
}

/* -- orders --------------------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const wlmctl_rates_t *first = a, *second = b;
    int order = strcmp(wlmctl_text(first->cluster, "name"), wlmctl_text(second->cluster, "name"));

    return order ? order : strcmp(wlmctl_text(first->member, "name"), wlmctl_text(second->member, "name"));
}

/* The greater number first */
static int by_number(double a, double b)
{
    return (a < b) - (a > b);
}

static int by_requests(const void *a, const void *b)
{
    int order = by_number(((const wlmctl_rates_t *)a)->requests, ((const wlmctl_rates_t *)b)->requests);

    return order ? order : by_name(a, b);
}

static int by_failures(const void *a, const void *b)
{
    int order = by_number(((const wlmctl_rates_t *)a)->failures, ((const wlmctl_rates_t *)b)->failures);

    return order ? order : by_requests(a, b);
}

static int by_in_flight(const void *a, const void *b)
{
    int order = by_number(((const wlmctl_rates_t *)a)->in_flight, ((const wlmctl_rates_t *)b)->in_flight);

    return order ? order : by_requests(a, b);
}

static int by_time(const void *a, const void *b)
{
    int order = by_number(((const wlmctl_rates_t *)a)->p95, ((const wlmctl_rates_t *)b)->p95);

    return order ? order : by_requests(a, b);
}

static int by_attention(const void *a, const void *b)
{
    int order = ((const wlmctl_rates_t *)b)->needs_attention - ((const wlmctl_rates_t *)a)->needs_attention;

    return order ? order : by_requests(a, b);
}

const wlmctl_order_t wlmctl_orders[] = {
    { 'a', "attention", by_attention }, { 'r', "requests", by_requests }, { 'f', "failures", by_failures },
    { 'i', "in flight", by_in_flight }, { 't', "time", by_time },         { 'n', "name", by_name }, { 0, NULL, NULL },
};

void wlmctl_rates_sort(apr_array_header_t *rows, const wlmctl_order_t *order)
{
    qsort(rows->elts, (size_t)rows->nelts, sizeof(wlmctl_rates_t), order->compare);
}
