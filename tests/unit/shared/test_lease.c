/* A lease: acquired, renewed, lost after its time, released for a dead process. */
#include "unit.h"
#include "shared/lease.h"

#define SEC APR_USEC_PER_SEC
#define T0  (1000000 * SEC)

START_TEST(one_holds_it_until_it_ends)
{
    wlm_lease_t lease = 0;

    ck_assert(wlm_lease_hold(&lease, 7, T0));
    ck_assert(!wlm_lease_hold(&lease, 8, T0));
    ck_assert(wlm_lease_hold(&lease, 7, T0 + 2 * SEC)); /* renewed */
    ck_assert(!wlm_lease_hold(&lease, 8, T0 + 4 * SEC));
    ck_assert(wlm_lease_hold(&lease, 8, T0 + 6 * SEC)); /* 7 has not renewed it any more */
    ck_assert(!wlm_lease_hold(&lease, 7, T0 + 6 * SEC));
}
END_TEST

START_TEST(a_released_one_is_free_at_once)
{
    wlm_lease_t lease = 0;

    ck_assert(wlm_lease_hold(&lease, 7, T0));
    wlm_lease_release(&lease, 8);
    ck_assert(!wlm_lease_hold(&lease, 8, T0));
    wlm_lease_release(&lease, 7);
    ck_assert(wlm_lease_hold(&lease, 8, T0));
}
END_TEST

START_TEST(its_age_counts_from_the_last_renewal)
{
    wlm_lease_t lease = 0;

    ck_assert_uint_eq(wlm_lease_age(&lease, T0), 0);
    ck_assert(wlm_lease_hold(&lease, 7, T0));
    ck_assert_uint_eq(wlm_lease_age(&lease, T0), 0);
    ck_assert_uint_eq(wlm_lease_age(&lease, T0 + 2 * SEC), 2);
    ck_assert_uint_eq(wlm_lease_age(&lease, T0 + 90 * SEC), 90); /* its holder hangs */
    ck_assert(wlm_lease_hold(&lease, 8, T0 + 90 * SEC));
    ck_assert_uint_eq(wlm_lease_age(&lease, T0 + 91 * SEC), 1);
    wlm_lease_release(&lease, 8);
    ck_assert_uint_eq(wlm_lease_age(&lease, T0 + 99 * SEC), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/lease");
    TCase *tc = unit_case(s, "lease");

    tcase_add_test(tc, one_holds_it_until_it_ends);
    tcase_add_test(tc, a_released_one_is_free_at_once);
    tcase_add_test(tc, its_age_counts_from_the_last_renewal);
    return s;
}

UNIT_MAIN(suite)
