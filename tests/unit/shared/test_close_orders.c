/* Orders to close connections: who is concerned, and who is not. */
#include "unit.h"
#include "shared/close_orders.h"

#define KEY(n) ((uint64_t)(n) << 16)

static wlm_close_orders_t *hangups;

static void setup(void)
{
    unit_setup();
    hangups = apr_pcalloc(unit_pool, sizeof(*hangups));
}

START_TEST(an_order_is_found_once)
{
    uint64_t seen = wlm_close_orders_now(hangups), late;

    ck_assert(!wlm_close_orders_concern(hangups, KEY(1), &seen));
    wlm_close_orders_order(hangups, KEY(2));
    wlm_close_orders_order(hangups, KEY(1) | 5); /* of the key the upper bits count */
    wlm_close_orders_order(hangups, KEY(3));
    late = wlm_close_orders_now(hangups);
    ck_assert(wlm_close_orders_concern(hangups, KEY(1), &seen));
    ck_assert(!wlm_close_orders_concern(hangups, KEY(1), &seen));
    ck_assert(!wlm_close_orders_concern(hangups, KEY(1), &late));
}
END_TEST

/* The numbers go round in their bits, and the orders in their room */
START_TEST(many_orders)
{
    uint64_t seen = wlm_close_orders_now(hangups), other = seen;
    int i;

    for (i = 0; i < 70000; ++i) {
        wlm_close_orders_order(hangups, KEY(7));
        ck_assert(wlm_close_orders_concern(hangups, KEY(7), &seen));
    }
    ck_assert(!wlm_close_orders_concern(hangups, KEY(8), &other));
    wlm_close_orders_order(hangups, KEY(8));
    ck_assert(wlm_close_orders_concern(hangups, KEY(8), &other));
}
END_TEST

/* A process died in between. No process waits for it, and the next order counts it. */
START_TEST(one_that_was_written_and_not_counted)
{
    uint64_t seen = wlm_close_orders_now(hangups), other = seen;

    atomic_store(&hangups->orders[1], KEY(3) | 1);
    ck_assert(!wlm_close_orders_concern(hangups, KEY(3), &seen));
    wlm_close_orders_order(hangups, KEY(4));
    ck_assert(wlm_close_orders_concern(hangups, KEY(3), &seen));
    ck_assert(wlm_close_orders_concern(hangups, KEY(4), &other));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/close_orders");
    TCase *tc = tcase_create("orders");

    suite_add_tcase(s, tc);
    tcase_add_checked_fixture(tc, setup, unit_teardown);
    tcase_add_test(tc, an_order_is_found_once);
    tcase_add_test(tc, many_orders);
    tcase_add_test(tc, one_that_was_written_and_not_counted);
    return s;
}

UNIT_MAIN(suite)
