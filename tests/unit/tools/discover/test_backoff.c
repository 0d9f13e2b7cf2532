/* Pauses: after failures they grow, have an end, and are not the same for all; looks at a httpd. */
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

#define SAME    DISCOVER_LOOK_SAME
#define CHANGED DISCOVER_LOOK_CHANGED
#define REFUSED DISCOVER_LOOK_REFUSED
#define FAILED  DISCOVER_LOOK_FAILED
#define LOOKS_MAX 8

static const struct {
    int interval;                  /* seconds */
    int n;
    struct { discover_look_t look; int is_new, least, most; } looks[LOOKS_MAX]; /* seconds until the next one */
} paces[] = {
    { 10, 3, { { SAME, 1, 10, 10 }, { SAME, 0, 10, 10 }, { SAME, 1, 10, 10 } } },
    /* what changes is looked at soon, and less often when that does not end */
    { 10, 7, { { CHANGED, 1, 1, 1 }, { CHANGED, 0, 2, 2 }, { CHANGED, 0, 4, 4 }, { CHANGED, 0, 8, 8 },
               { CHANGED, 0, 10, 10 }, { CHANGED, 0, 10, 10 }, { CHANGED, 1, 1, 1 } } },
    { 10, 3, { { CHANGED, 1, 1, 1 }, { SAME, 0, 10, 10 }, { CHANGED, 0, 1, 1 } } },
    { 1, 3, { { CHANGED, 1, 1, 1 }, { CHANGED, 0, 1, 1 }, { SAME, 0, 1, 1 } } },
    /* a refusal is repeated after the interval, later more seldom; a change of the source begins anew */
    { 10, 3, { { REFUSED, 1, 10, 10 }, { REFUSED, 0, 10, 10 }, { REFUSED, 0, 10, 10 } } },
    { 1, 8, { { REFUSED, 1, 1, 1 }, { REFUSED, 0, 1, 2 }, { REFUSED, 0, 2, 4 }, { REFUSED, 0, 4, 8 },
              { REFUSED, 0, 8, 16 }, { REFUSED, 0, 16, 32 }, { REFUSED, 0, 30, 60 }, { REFUSED, 1, 1, 1 } } },
    { 10, 3, { { REFUSED, 1, 10, 10 }, { CHANGED, 1, 1, 1 }, { REFUSED, 0, 10, 10 } } },
    /* a httpd that does not answer */
    { 10, 4, { { FAILED, 1, 0, 1 }, { FAILED, 1, 1, 2 }, { FAILED, 0, 2, 4 }, { SAME, 0, 10, 10 } } },
};

START_TEST(the_next_look_is_soon_while_something_changes)
{
    discover_pace_t pace = { .random = (uint64_t)_i };
    int i;

    for (i = 0; i < paces[_i].n; ++i) {
        apr_interval_time_t pause = discover_pace_next(&pace, paces[_i].looks[i].look, paces[_i].looks[i].is_new,
                                                       apr_time_from_sec(paces[_i].interval));

        ck_assert_msg(pause >= apr_time_from_sec(paces[_i].looks[i].least)
                      && pause <= apr_time_from_sec(paces[_i].looks[i].most), "look %d: %d ms", i,
                      (int)apr_time_as_msec(pause));
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/discover/backoff");
    TCase *tc = unit_case(s, "backoff");

    tcase_add_loop_test(tc, a_pause_is_longer_after_each_failure, 0, UNIT_COUNT(pauses));
    tcase_add_loop_test(tc, the_next_look_is_soon_while_something_changes, 0, UNIT_COUNT(paces));
    return s;
}

UNIT_MAIN(suite)
