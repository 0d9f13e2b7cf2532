/* How many waits are tried, by how they end: as tables of what comes soon, and what does not. */
#include "unit.h"
#include "base/patience.h"

/* @return is it tried? */
static int wait_for(wlm_patience_t *patience, int comes_soon)
{
    uint32_t asked = wlm_patience_ask(patience);

    if (asked) {
        (comes_soon ? wlm_patience_succeed : wlm_patience_fail)(patience, asked);
    }
    return asked != 0;
}

/* What comes in turn, + soon or - not; and which of these waits are tried */
static const struct {
    const char *comes, *tried;
} cases[] = {
    { "++++++++", "TTTTTTTT" },
    { "-+++++++", "T..TTTTT" },
    { "--++++++", "T..TTTTT" },
    { "---+++++++++++++", "T..TTTTTTTTTTTTT" },
    { "-------+++++", "T..T....TTTT" },
    { "+-+++-++++", "TT..TT..TT" },
    { "-+-+-+-+", "T..TT..T" },
};

START_TEST(what_comes_decides_what_is_tried)
{
    wlm_patience_t patience = { 0 };
    size_t i;

    for (i = 0; i < strlen(cases[_i].comes); ++i) {
        ck_assert_msg(wait_for(&patience, cases[_i].comes[i] == '+') == (cases[_i].tried[i] == 'T'), "%s at %zu",
                      cases[_i].comes, i);
    }
}
END_TEST

/* Of 100,000 waits: each nth comes soon (0: none), or does not */
static const struct {
    int nth, comes_soon, least, most;
} shares[] = {
    { 0, 1, 10, 120 },             /* none ever comes: one of 1,024 and those of the beginning */
    { 1, 1, 100000, 100000 },
    { 100, 0, 97000, 100000 },     /* one of 100 does not: two are left out each time */
    { 20, 0, 85000, 95000 },
    { 2, 1, 10, 70000 },
    { 20, 1, 10, 3000 },           /* one of 20 comes */
};

START_TEST(the_more_come_the_more_are_tried)
{
    wlm_patience_t patience = { 0 };
    int i, tried = 0, nth = shares[_i].nth;

    for (i = 1; i <= 100000; ++i) {
        tried += wait_for(&patience, (nth && i % nth == 0) == shares[_i].comes_soon);
    }
    ck_assert_msg(tried >= shares[_i].least && tried <= shares[_i].most, "%d", tried);
}
END_TEST

START_TEST(after_the_longest_silence_it_trusts_again)
{
    wlm_patience_t patience = { 0 };
    int i, left_out = 0;

    for (i = 0; i < 100000; ++i) {
        wait_for(&patience, 0);
    }
    while (!wait_for(&patience, 1)) {
        left_out++;
    }
    ck_assert_int_le(left_out, 1 << WLM_PATIENCE_LEVELS);
    for (i = 0; i < 1000; ++i) {
        ck_assert(wait_for(&patience, 1));
    }
}
END_TEST

/* Many wait at a time when nothing is known; in vain: once for all of them. Then one at a time is tried. */
START_TEST(what_fails_together_counts_once)
{
    wlm_patience_t patience = { 0 };
    uint32_t asked[20], one;
    int i;

    for (i = 0; i < 20; ++i) {
        asked[i] = wlm_patience_ask(&patience);
        ck_assert_uint_ne(asked[i], 0);
    }
    for (i = 0; i < 20; ++i) {
        (i % 5 == 4 ? wlm_patience_succeed : wlm_patience_fail)(&patience, asked[i]);
    }
    ck_assert_uint_eq(wlm_patience_ask(&patience), 0);
    ck_assert_uint_eq(wlm_patience_ask(&patience), 0);
    one = wlm_patience_ask(&patience);
    ck_assert_uint_ne(one, 0);
    ck_assert_uint_eq(wlm_patience_ask(&patience), 0);
    wlm_patience_succeed(&patience, one);
    for (i = 0; i < 20; ++i) {
        ck_assert_uint_ne(wlm_patience_ask(&patience), 0);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/patience");
    TCase *tc = unit_case(s, "patience");

    tcase_add_loop_test(tc, what_comes_decides_what_is_tried, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, the_more_come_the_more_are_tried, 0, UNIT_COUNT(shares));
    tcase_add_test(tc, what_fails_together_counts_once);
    tcase_add_test(tc, after_the_longest_silence_it_trusts_again);
    return s;
}

UNIT_MAIN(suite)
