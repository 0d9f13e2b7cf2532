/* Short texts in shared memory: whole, or not there. */
#include <pthread.h>
#include "unit.h"
#include "shared/shared_text.h"

#define TEN "0123456789"
#define CUT "\xe2\x80\xa6"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static const struct { const char *text, *read; } texts[] = {
    { "", "" },
    { "marked down", "marked down" },
    { SEVENTY "012345678", SEVENTY "012345678" },
    { SEVENTY "0123456789", SEVENTY "012345" CUT },
    { SEVENTY TEN TEN, SEVENTY "012345" CUT },
    { SEVENTY "01234567\xc3\xa4", SEVENTY "012345" CUT },
    { SEVENTY "0123456\xc3\xa4", SEVENTY "0123456\xc3\xa4" },
    { SEVENTY "01234\xc3\xa4!!!!", SEVENTY "01234" CUT },          /* the second byte would be cut off */
    { SEVENTY "0123\xc3\xa4!!!!", SEVENTY "0123\xc3\xa4" CUT },
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

START_TEST(an_empty_text_has_a_time)
{
    wlm_shared_text_t line = { 0 };
    uint64_t at = 1;

    ck_assert_ptr_null(wlm_shared_text_dup(&line, &at, unit_pool));
    ck_assert_uint_eq(at, 0);
    wlm_shared_text_put(&line, 7, "");
    ck_assert_ptr_null(wlm_shared_text_dup(&line, &at, unit_pool));
    ck_assert_uint_eq(at, 7);
    wlm_shared_text_put(&line, 8, "x");
    ck_assert_str_eq(wlm_shared_text_dup(&line, &at, unit_pool), "x");
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
    Suite *s = suite_create("shared/shared_text");
    TCase *tc = unit_case(s, "shared_text");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_text_is_kept_as_far_as_it_fits, 0, UNIT_COUNT(texts));
    tcase_add_test(tc, an_empty_text_has_a_time);
    tcase_add_test(tc, one_that_is_being_written_is_not_there);
    tcase_add_test(tc, a_reader_never_sees_half_a_text);
    return s;
}

UNIT_MAIN(suite)
