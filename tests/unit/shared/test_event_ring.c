/* A ring of short texts in shared memory: the newest ones, in order. */
#include <stdio.h>
#include "unit.h"
#include "shared/event_ring.h"

START_TEST(a_ring_has_the_last_ones)
{
    wlm_event_ring_t *ring = calloc(1, sizeof(*ring));
    char text[WLM_SHARED_TEXT_SIZE], wanted[20];
    uint64_t at;
    int i;

    ck_assert(!wlm_event_ring_get(ring, 0, &at, text));
    wlm_event_ring_add(ring, 1, "first");
    ck_assert(wlm_event_ring_get(ring, 0, &at, text) && !wlm_event_ring_get(ring, 1, &at, text));
    for (i = 2; i <= 120; ++i) {
        wlm_event_ring_add(ring, (uint64_t)i, apr_psprintf(unit_pool, "event %d", i));
    }
    for (i = 0; i < WLM_EVENT_RING_LINES; ++i) {
        ck_assert(wlm_event_ring_get(ring, i, &at, text));
        snprintf(wanted, sizeof(wanted), "event %d", 120 - i);
        ck_assert_str_eq(text, wanted);
        ck_assert_uint_eq(at, (uint64_t)(120 - i));
    }
    ck_assert(!wlm_event_ring_get(ring, WLM_EVENT_RING_LINES, &at, text) && !wlm_event_ring_get(ring, -1, &at, text));
    free(ring);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/event_ring");

    tcase_add_test(unit_case(s, "event_ring"), a_ring_has_the_last_ones);
    return s;
}

UNIT_MAIN(suite)
