/* Short texts in shared memory: whole, or not there. */
#include <pthread.h>
#include <stdio.h>
#include "unit.h"
#include "shared/event_ring.h"

#define TEN "0123456789"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static const struct { const char *text, *read; } texts[] = {
    { "", "" },
    { "marked down", "marked down" },
    { SEVENTY "012345678", SEVENTY "012345678" },
    { SEVENTY "0123456789", SEVENTY "012345678" },
    { SEVENTY TEN TEN, SEVENTY "012345678" },
    { SEVENTY "01234567\xc3\xa4", SEVENTY "01234567" },          /* the second byte would be cut off */
    { SEVENTY "0123456\xc3\xa4", SEVENTY "0123456\xc3\xa4" },
    { SEVENTY "012345\xe2\x82\xac!", SEVENTY "012345\xe2\x82\xac" },
    { SEVENTY "0123456\xe2\x82\xac", SEVENTY "0123456" },
};

START_TEST(a_text_is_kept_as_far_as_it_fits)
{
    wlm_shared_text_t line = { 0 };
    char text[WLM_SHARED_TEXT_SIZE];
    uint64_t at;

    ck_assert(!wlm_shared_text_get(&line, &at, text));
    wlm_shared_text_put(&line, 7, "something longer than all that comes after it, so that a rest would be seen");
    wlm_shared_text_put(&line, 8, texts[_i].text);
    ck_assert(wlm_shared_text_get(&line, &at, text));
    ck_assert_str_eq(text, texts[_i].read);
    ck_assert_uint_eq(at, 8);
}
END_TEST

START_TEST(one_that_is_being_written_is_not_there)
{
    wlm_shared_text_t line = { 0 };
    char text[WLM_SHARED_TEXT_SIZE];
    uint64_t at;

    wlm_shared_text_put(&line, 7, "x");
    line.sequence |= 1; /* a process that died while it wrote */
    ck_assert(!wlm_shared_text_get(&line, &at, text));
    wlm_shared_text_put(&line, 8, "y");
    ck_assert(wlm_shared_text_get(&line, &at, text) && at == 8);
}
END_TEST

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

static _Atomic int is_over;

static void *write_on(void *data)
{
    wlm_shared_text_t *line = data;
    char text[WLM_SHARED_TEXT_SIZE];
    int i;

    for (i = 0; !is_over; ++i) {
        memset(text, 'a' + i % 26, sizeof(text) - 1);
        text[1 + i % (WLM_SHARED_TEXT_SIZE - 2)] = '\0';
        wlm_shared_text_put(line, (uint64_t)(i % 26), text);
    }
    return NULL;
}

START_TEST(a_reader_never_sees_half_a_text)
{
    wlm_shared_text_t line = { 0 };
    char text[WLM_SHARED_TEXT_SIZE];
    pthread_t writer;
    uint64_t at;
    int read = 0;
    size_t k;

    pthread_create(&writer, NULL, write_on, &line);
    while (read < 50000) {
        if (!wlm_shared_text_get(&line, &at, text)) {
            continue;
        }
        ++read;
        for (k = 0; text[k]; ++k) {
            ck_assert_int_eq(text[k], 'a' + (int)at);
        }
    }
    is_over = 1;
    pthread_join(writer, NULL);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/event_ring");
    TCase *tc = unit_case(s, "line");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_text_is_kept_as_far_as_it_fits, 0, UNIT_COUNT(texts));
    tcase_add_test(tc, one_that_is_being_written_is_not_there);
    tcase_add_test(tc, a_ring_has_the_last_ones);
    tcase_add_test(tc, a_reader_never_sees_half_a_text);
    return s;
}

UNIT_MAIN(suite)
