/* Every member is in its share of any beginning of the schedule, to within one place. */
#include "unit.h"
#include "balance/schedule.h"

#define MEMBERS_MAX 64

static uint64_t random_state = 42;
static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % n;
}

static const struct {
    const char *name;
    uint32_t weights[8];
    int n;
    const char *places;            /* expected, a letter a place */
} schedules[] = {
    { "no weights",                { 0 },          0, "" },
    { "all weights zero",          { 0, 0 },       2, "" },
    { "one member",                { 7 },          1, "a" },
    { "equal weights take turns",  { 20, 20, 20 }, 3, "abc" },
    { "one and two",               { 1, 2 },       2, "bab" },
    { "one, two, one",             { 1, 2, 1 },    3, "bacb" },
    { "a zero is left out",        { 1, 0, 1 },    3, "ac" },
    { "common factor",             { 100, 200 },   2, "bab" },
    { "heavy one is spread",       { 5, 1, 1 },    3, "aabaaca" },
};

START_TEST(schedule_is_as_worked_out)
{
    uint16_t places[16];
    char text[17] = "";
    uint32_t i, n;

    n = wlm_schedule_make(places, schedules[_i].weights, schedules[_i].n, unit_pool);
    ck_assert_uint_le(n, 16);
    for (i = 0; i < n; ++i) {
        text[i] = (char)('a' + places[i]);
    }
    text[n] = '\0';
    ck_assert_msg(strcmp(text, schedules[_i].places) == 0, "%s: %s", schedules[_i].name, text);
    ck_assert_uint_eq(wlm_schedule_capacity(schedules[_i].weights, schedules[_i].n), n);
}
END_TEST

/* the invariant of the header, checked at every place */
static void check_smooth(const uint32_t *weights, int n)
{
    uint32_t capacity = wlm_schedule_capacity(weights, n), length, k;
    uint16_t *places = apr_palloc(unit_pool, sizeof(*places) * (capacity + 1));
    uint64_t sum = 0, taken[MEMBERS_MAX] = { 0 };
    int i;

    for (i = 0; i < n; ++i) {
        sum += weights[i];
    }
    length = wlm_schedule_make(places, weights, n, unit_pool);
    ck_assert_uint_eq(length, capacity);
    for (k = 0; k < length; ++k) {
        taken[places[k]]++;
        for (i = 0; i < n; ++i) {
            int64_t off = (int64_t)(taken[i] * sum) - (int64_t)((k + 1) * (uint64_t)weights[i]);
            if (off >= (int64_t)sum || off <= -(int64_t)sum) { /* an assertion for each would take minutes */
                ck_abort_msg("member %d of %d is off by %f at place %u", i, n, (double)off / (double)sum, k);
            }
        }
    }
    for (i = 0; i < n; ++i) {
        ck_assert_uint_eq(taken[i] * sum, (uint64_t)weights[i] * length);
    }
}

START_TEST(any_weights_are_smooth)
{
    uint32_t weights[MEMBERS_MAX];
    int round, i, n;

    for (round = 0; round < 400; ++round) {
        n = 1 + (int)random_below(round % 10 == 0 ? MEMBERS_MAX : 8);
        for (i = 0; i < n; ++i) {
            weights[i] = random_below(round % 3 == 0 ? 200 : 21);
        }
        check_smooth(weights, n);
    }
}
END_TEST

START_TEST(one_heavy_among_many_light_is_smooth)
{
    uint32_t weights[MEMBERS_MAX];
    int i;

    for (i = 0; i < MEMBERS_MAX; ++i) {
        weights[i] = i == 10 ? 1000 : 1;
    }
    check_smooth(weights, MEMBERS_MAX);
}
END_TEST

START_TEST(a_subset_fits_into_the_capacity_of_all)
{
    uint32_t all[8], some[8];
    int round, i;

    for (round = 0; round < 1000; ++round) {
        for (i = 0; i < 8; ++i) {
            all[i] = random_below(round % 2 ? 65536 : 30) * (round % 3 ? 1 : 10);
            some[i] = random_below(2) ? all[i] : 0;
        }
        ck_assert_uint_le(wlm_schedule_capacity(some, 8), wlm_schedule_capacity(all, 8));
    }
}
END_TEST

START_TEST(huge_weights_are_scaled_and_nobody_is_forgotten)
{
    static uint32_t weights[1000];
    uint32_t length, k, taken[1000] = { 0 };
    uint16_t *places;
    uint64_t sum = 0;
    int i;

    for (i = 0; i < 1000; ++i) {
        weights[i] = i == 0 ? 1 : 60000 + (uint32_t)i;
        sum += weights[i];
    }
    places = apr_palloc(unit_pool, sizeof(*places) * wlm_schedule_capacity(weights, 1000));
    length = wlm_schedule_make(places, weights, 1000, unit_pool);
    ck_assert_uint_le(length, WLM_SCHEDULE_MAX);
    for (k = 0; k < length; ++k) {
        taken[places[k]]++;
    }
    ck_assert_uint_eq(taken[0], 1);
    for (i = 1; i < 1000; ++i) {
        double wanted = (double)weights[i] / (double)sum, got = (double)taken[i] / (double)length;
        ck_assert_double_lt(got / wanted, 1.01);
        ck_assert_double_gt(got / wanted, 0.99);
    }
}
END_TEST

static const uint32_t lengths[] = { 1, 2, 3, 5, 7, 64, 1000, 65535, WLM_SCHEDULE_MAX - 1, WLM_SCHEDULE_MAX };

START_TEST(places_go_round)
{
    uint32_t length = lengths[_i], number = 0;
    uint64_t inverse = wlm_schedule_inverse(length);
    int i;

    for (i = 0; i < 100000; ++i) {
        ck_assert_uint_eq(wlm_schedule_slot_at(number, length, inverse), number % length);
        ck_assert_uint_eq(wlm_schedule_slot_at(UINT32_MAX - number, length, inverse), (UINT32_MAX - number) % length);
        number = i < 2000 ? number + 1 : random_below(UINT32_MAX);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/schedule");
    TCase *tc = unit_case(s, "schedule");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, schedule_is_as_worked_out, 0, UNIT_COUNT(schedules));
    tcase_add_test(tc, any_weights_are_smooth);
    tcase_add_test(tc, one_heavy_among_many_light_is_smooth);
    tcase_add_test(tc, a_subset_fits_into_the_capacity_of_all);
    tcase_add_test(tc, huge_weights_are_scaled_and_nobody_is_forgotten);
    tcase_add_loop_test(tc, places_go_round, 0, UNIT_COUNT(lengths));
    return s;
}

UNIT_MAIN(suite)
