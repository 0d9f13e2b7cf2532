/* When a node that says STATUS is silent, by its own interval and the bounds. */
#include <stdlib.h>
#include <apr_strings.h>
#include "unit.h"
#include "health/heartbeat.h"

#define SEC(n) apr_time_from_sec(n)
#define T0     SEC(1000000)

static const wlm_heartbeat_rule_t rule = { SEC(15), SEC(300) };

/* Numbers: so many seconds pass, then STATUS comes; 'r' a restart, 'l' somebody looks */
static wlm_heartbeat_t after(const char *story, apr_time_t *pnow)
{
    wlm_heartbeat_t word = 0;
    char *words = apr_pstrdup(unit_pool, story), *at, *last;

    *pnow = T0;
    for (at = apr_strtok(words, " ", &last); at; at = apr_strtok(NULL, " ", &last)) {
        if (*at == 'r' || *at == 'l') {
            word = *at == 'r' ? wlm_heartbeat_resumed(word) : wlm_heartbeat_looked_at(word, *pnow, &rule);
        }
        else {
            *pnow += SEC(atoi(at));
            word = wlm_heartbeat_after(word, *pnow);
        }
    }
    return word;
}

static const struct {
    const char *story;
    int limit;                     /* s; 0: it is not judged */
} limits[] = {
    { "", 0 }, { "0", 0 }, { "0 10", 0 },             /* too few to know its interval */
    { "0 10 10", 30 }, { "0 10 10 10 10", 30 },
    { "0 1 1", 15 },                                   /* the bounds */
    { "0 120 120", 300 }, { "0 150 150", 300 },
    { "0 151 151", 0 },                                /* so seldom that the longest time is no two intervals */
    { "0 10 20", 60 },                                 /* the longest one of late */
    { "0 10 10 r 500 10", 30 },                        /* httpd was stopped */
    { "0 10 10 0 0", 23 },                             /* STATUS at once after another one: the interval fades */
};

START_TEST(the_limit_follows_its_interval)
{
    apr_time_t now;

    ck_assert_msg(apr_time_sec(wlm_heartbeat_limit(after(limits[_i].story, &now), &rule)) == limits[_i].limit,
                  "%s: %d", limits[_i].story,
                  (int)apr_time_sec(wlm_heartbeat_limit(after(limits[_i].story, &now), &rule)));
}
END_TEST

static const struct {
    const char *story;
    int later, silent;
} silences[] = {
    { "", 100000, 0 }, { "0 10", 100000, 0 },
    { "0 10 10", 30, 0 }, { "0 10 10", 31, 1 },
    { "0 10 10", -3600, 0 },                           /* another process has read the clock later */
    { "0 10 10 r", 100000, 0 }, { "0 10 10 r l", 31, 1 }, /* the first look begins the time anew */
    { "0 10 10 r l", 30, 0 },
    { "0 200 200", 100000, 0 },
};

START_TEST(silent_is_who_is_later_than_that)
{
    apr_time_t now;
    wlm_heartbeat_t word = after(silences[_i].story, &now);

    word = wlm_heartbeat_looked_at(word, now + SEC(silences[_i].later), &rule);
    ck_assert_msg(wlm_heartbeat_is_silent(word) == silences[_i].silent, "%s", silences[_i].story);
}
END_TEST

START_TEST(without_the_rule_nobody_is)
{
    const wlm_heartbeat_rule_t off = { 0, 0 };
    apr_time_t now;
    wlm_heartbeat_t word = after("0 10 10", &now);

    ck_assert(!wlm_heartbeat_is_silent(wlm_heartbeat_looked_at(word, now + SEC(100000), &off)));
}
END_TEST

START_TEST(two_questions_in_vain)
{
    apr_time_t now;
    wlm_heartbeat_t word = after("0 10 10", &now);

    ck_assert(!wlm_heartbeat_is_gone(wlm_heartbeat_asked(wlm_heartbeat_asked(word, 0), 0))); /* it is not silent */
    word = wlm_heartbeat_looked_at(word, now + SEC(40), &rule);
    word = wlm_heartbeat_asked(word, 0);
    ck_assert(!wlm_heartbeat_is_gone(word));
    word = wlm_heartbeat_asked(wlm_heartbeat_asked(word, 1), 0);
    ck_assert(!wlm_heartbeat_is_gone(word));
    word = wlm_heartbeat_asked(wlm_heartbeat_asked(wlm_heartbeat_asked(word, 0), 0), 0);
    ck_assert(wlm_heartbeat_is_gone(word));
    ck_assert(wlm_heartbeat_is_silent(wlm_heartbeat_resumed(word)));
    word = wlm_heartbeat_after(word, now + SEC(1000));
    ck_assert(!wlm_heartbeat_is_gone(word) && !wlm_heartbeat_is_silent(word));
    ck_assert_int_eq(apr_time_sec(wlm_heartbeat_interval(word)), 10); /* the silence is no interval */
}
END_TEST

START_TEST(what_is_known_of_it)
{
    apr_time_t now;
    wlm_heartbeat_t word = after("0 10 10", &now);

    ck_assert_int_eq(wlm_heartbeat_time(0, T0), 0);
    ck_assert_int_eq(wlm_heartbeat_time(word, now + SEC(7)), now);
    ck_assert_int_eq(wlm_heartbeat_time(wlm_heartbeat_resumed(word), now), 0);
    ck_assert_uint_eq(wlm_heartbeat_better(0, word), word);
    ck_assert_uint_eq(wlm_heartbeat_better(word, 0), word);
}
END_TEST

START_TEST(an_interval_has_bounds)
{
    wlm_heartbeat_t word = wlm_heartbeat_after(0, T0);

    word = wlm_heartbeat_after(word, T0 + SEC(400000));
    ck_assert_int_eq(wlm_heartbeat_interval(word), 0xfffff * apr_time_from_msec(100));
    word = wlm_heartbeat_after(0, 0);
    ck_assert_int_ne(wlm_heartbeat_time(word, SEC(1)), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("health/heartbeat");
    TCase *tc = unit_case(s, "heartbeat");

    tcase_add_loop_test(tc, the_limit_follows_its_interval, 0, UNIT_COUNT(limits));
    tcase_add_loop_test(tc, silent_is_who_is_later_than_that, 0, UNIT_COUNT(silences));
    tcase_add_test(tc, without_the_rule_nobody_is);
    tcase_add_test(tc, two_questions_in_vain);
    tcase_add_test(tc, what_is_known_of_it);
    tcase_add_test(tc, an_interval_has_bounds);
    return s;
}

UNIT_MAIN(suite)
