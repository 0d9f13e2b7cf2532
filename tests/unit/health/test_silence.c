/* For how long a member has answered nothing while others answered its requests. */
#include "unit.h"
#include "health/silence.h"

#define SEC APR_USEC_PER_SEC
#define T0  (1000000 * SEC)

/* A letter each: 'x' such a request, begun then; '!' the member answers; 'u' it is back from having been away; a digit:
 * so many seconds pass */
static int is_long(const char *story, int limit)
{
    apr_time_t now = T0, since = 0;
    wlm_silence_t silence = 0;

    for (; *story; ++story) {
        if (*story >= '0' && *story <= '9') {
            now += (*story - '0') * SEC;
        }
        else if (*story == 'x') {
            silence = wlm_silence_after(silence, now, since);
        }
        else if (*story == '!') {
            silence = 0;
        }
        else {
            since = now;
        }
    }
    return wlm_silence_is_long(silence, limit * SEC, now);
}

static const struct {
    const char *story;
    int limit, is_long;
} stories[] = {
    { "", 5, 0 },
    { "x", 5, 0 },
    { "x5", 5, 0 },         /* one shows nothing, however long ago */
    { "x9x", 5, 0 },
    { "x4xx", 5, 0 },
    { "x5xx", 5, 1 },
    { "x2x3x", 5, 1 },
    { "xxx4", 5, 0 },
    { "xxx5", 5, 1 },
    { "xxx9", 0, 0 },       /* no limit */
    { "x5x!x", 5, 0 },
    { "x5x!xx", 5, 0 },
    { "!xxx5", 5, 1 },
    { "xxx9u1x", 5, 0 },    /* what was before it was away does not count */
    { "xxx9u1x5xx", 5, 1 },
    { "u1x5xx", 5, 1 },
    { "uxxx5", 5, 1 },      /* in the same moment */
};

START_TEST(several_requests_and_a_time)
{
    ck_assert_msg(is_long(stories[_i].story, stories[_i].limit) == stories[_i].is_long, "%s", stories[_i].story);
}
END_TEST

START_TEST(very_many_requests_keep_the_begin)
{
    wlm_silence_t silence = 0;
    int i;

    for (i = 0; i < 200000; ++i) {
        silence = wlm_silence_after(silence, T0 + i, 0);
        ck_assert(!wlm_silence_is_long(silence, SEC, T0 + SEC - 1000));
    }
    ck_assert(wlm_silence_is_long(silence, SEC, T0 + SEC));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("health/silence");
    TCase *tc = unit_case(s, "silence");

    tcase_add_loop_test(tc, several_requests_and_a_time, 0, UNIT_COUNT(stories));
    tcase_add_test(tc, very_many_requests_keep_the_begin);
    return s;
}

UNIT_MAIN(suite)
