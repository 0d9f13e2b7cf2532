/* Pauses after failures: they grow, have an end, and are not the same for all. */
#include "unit.h"
#include "tools/discover/backoff.h"

static const struct {
    int failures;
    int seconds;                   /* the longest; the shortest is a half of it */
} pauses[] = {
    { 1, 1 }, { 2, 2 }, { 3, 4 }, { 4, 8 }, { 5, 16 }, { 6, 32 }, { 7, 60 }, { 8, 60 }, { 1000000000, 60 },
};

START_TEST(a_pause_is_longer_after_each_failure)
{
    apr_interval_time_t most = apr_time_from_sec(pauses[_i].seconds), least_seen = most, most_seen = 0;
    uint64_t random = 7;
    int i;

    for (i = 0; i < 1000; ++i) {
        apr_interval_time_t pause = discover_backoff(pauses[_i].failures, &random);

        ck_assert(pause >= most / 2 && pause <= most);
        least_seen = pause < least_seen ? pause : least_seen;
        most_seen = pause > most_seen ? pause : most_seen;
    }
    ck_assert(most_seen - least_seen > most / 4);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/discover/backoff");
    TCase *tc = unit_case(s, "backoff");

    tcase_add_loop_test(tc, a_pause_is_longer_after_each_failure, 0, UNIT_COUNT(pauses));
    return s;
}

UNIT_MAIN(suite)
