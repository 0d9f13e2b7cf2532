/* How requests wait in their cluster's queue: lane and time by class, less time in an overload, what is counted. */
#include "cluster_unit.h"
#include "balance/waiting.h"

#define MS 1000

static const member_spec_t one[] = { { "a", "A", 1, P, 0 }, END };

static wlm_queue_t *queue_of(int capacity, int lanes)
{
    wlm_queue_t *queue = shared(wlm_queue_size(capacity, lanes));

    wlm_queue_make(queue, capacity, lanes);
    return queue;
}

/* Classes 1: priority 9, goal 600 ms; 2: priority 0, goal 9 s, which is more than the queue's time */
static wlm_cluster_t *cluster_waiting(int length, int is_adaptive)
{
    wlm_options_t *options = unit_options();
    apr_array_header_t *classes = apr_array_make(unit_pool, 2, sizeof(wlm_class_t));
    wlm_cluster_t *cluster;

    APR_ARRAY_PUSH(classes, wlm_class_t) = (wlm_class_t){ .name = "urgent", .goal = 600 * MS, .priority = 9 };
    APR_ARRAY_PUSH(classes, wlm_class_t) = (wlm_class_t){ .name = "late", .goal = 9 * SEC, .priority = 0 };
    options->classes = classes;
    options->queue = (wlm_queue_limits_t){ length, 2 * SEC };
    options->is_set.queue = 1;
    options->concurrency = is_adaptive ? (wlm_concurrency_bounds_t){ 4, 1000 } : (wlm_concurrency_bounds_t){ 0, 0 };
    cluster = cluster_with(make_cfg(one), options);
    wlm_waiting_prepare(cluster, queue_of(10, 3));
    return cluster;
}

static const struct {
    int class_number, lane;
    apr_interval_time_t time;
} by_class[] = { { 0, 1, 2 * SEC }, { 1, 2, 600 * MS }, { 2, 0, 2 * SEC } };

START_TEST(a_class_has_a_lane_and_a_time)
{
    wlm_cluster_t *cluster = cluster_waiting(10, 0);
    wlm_waiting_t waiting = { 0 };

    ck_assert(wlm_waiting_enter(&waiting, cluster, by_class[_i].class_number, 1, T0));
    ck_assert(waiting.is_in && waiting.begun == T0);
    ck_assert_int_eq(waiting.lane, by_class[_i].lane);
    ck_assert_int_eq(waiting.end - T0, by_class[_i].time);
    ck_assert_uint_eq(wlm_queue_waiting_in(cluster->queue, by_class[_i].lane), 1);
}
END_TEST

/* In an overload it is a quarter of the time; without WLMConcurrency there is none */
START_TEST(an_overload_shortens_the_wait)
{
    wlm_cluster_t *cluster = cluster_waiting(10, _i);
    wlm_waiting_t waiting = { 0 };

    ck_assert(wlm_waiting_enter(&waiting, cluster, 0, 1, T0));
    ck_assert_int_eq(wlm_waiting_end(&waiting, cluster, T0 + SEC - MS) - T0, 2 * SEC);
    ck_assert_int_eq(wlm_waiting_end(&waiting, cluster, T0 + SEC) - T0, _i ? SEC / 2 : 2 * SEC);
}
END_TEST

START_TEST(leaving_counts_the_wait)
{
    wlm_cluster_t *cluster = cluster_waiting(10, 0);
    wlm_waiting_t first = { 0 }, second = { 0 };

    ck_assert(wlm_waiting_enter(&first, cluster, 0, 1, T0) && wlm_waiting_enter(&second, cluster, 0, 1, T0 + MS));
    ck_assert_int_eq(wlm_waiting_leave(&first, cluster, 1, T0 + 3 * MS), 3 * MS);
    ck_assert_int_eq(wlm_waiting_leave(&second, cluster, 0, T0), 0); /* not less than none */
    ck_assert(!first.is_in && !second.is_in && !wlm_queue_waiting(cluster->queue));
    ck_assert_uint_eq(cluster->shared->queued, 2);
    ck_assert_uint_eq(cluster->shared->queue_time, 3 * MS);
}
END_TEST

START_TEST(there_may_be_no_place)
{
    wlm_cluster_t *cluster = cluster_waiting(1, 0);
    wlm_waiting_t first = { 0 }, second = { 0 };

    ck_assert(wlm_waiting_enter(&first, cluster, 0, 1, T0));
    ck_assert(!wlm_waiting_enter(&second, cluster, 0, 1, T0) && !second.is_in);
    ck_assert(wlm_waiting_enter(&second, cluster, 1, 1, T0)); /* less urgent ones take no place from it */
    cluster = cluster_waiting(0, 0);
    ck_assert(!cluster->queue && !wlm_waiting_enter(&first, cluster, 0, 1, T0));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/waiting");
    TCase *tc = unit_case(s, "waiting");

    tcase_add_loop_test(tc, a_class_has_a_lane_and_a_time, 0, UNIT_COUNT(by_class));
    tcase_add_loop_test(tc, an_overload_shortens_the_wait, 0, 2);
    tcase_add_test(tc, leaving_counts_the_wait);
    tcase_add_test(tc, there_may_be_no_place);
    return s;
}

UNIT_MAIN(suite)
