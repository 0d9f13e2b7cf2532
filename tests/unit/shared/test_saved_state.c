/* The state of members as text: what was printed is read again; what is damaged is not. */
#include <apr_md5.h>
#include "unit.h"
#include "health/health.h"
#include "health/reported.h"
#include "shared/saved_state.h"
#include "health/admin_state.h"

#define FIRST_OF_1 "mod_wlm state 1\n"
#define FIRST "mod_wlm state 2\nclock 5000 9000 boot-7\n"

static const wlm_saved_clock_t clock_now = { { apr_time_from_sec(5), apr_time_from_sec(9) }, "boot-7" };

static wlm_shared_member_t records[4];

static const char *print(int n, apr_size_t *plength)
{
    wlm_saved_entry_t entries[4];
    int i, k;

    memset((void *)records, 0, sizeof(records));
    for (i = 0; i < n; ++i) {
        entries[i] = (wlm_saved_entry_t){ .key = UINT64_MAX - (uint64_t)i, .member = &records[i] };
        records[i].health = 4711 + (uint64_t)i;
        records[i].streak = UINT32_MAX;
        records[i].down_since = UINT64_MAX;
        records[i].sessions_kept = 5;
        records[i].in_flight = 3;
        records[i].failures[2] = 7;
        records[i].times[WLM_HISTOGRAM_BUCKETS - 1] = 9;
        records[i].times_sum = 1234567;
        wlm_shared_text_put(&records[i].note, 4, "kernel, update: 100% =\xc3\xa4\n");
        for (k = 0; k < i * 30; ++k) {
            wlm_event_ring_add(&records[i].events, (uint64_t)k, "event");
        }
    }
    return wlm_saved_print(entries, n, &clock_now, plength, unit_pool);
}

START_TEST(what_was_printed_is_read)
{
    static wlm_shared_member_t record;
    wlm_saved_t *saved;
    apr_size_t length;
    const char *text = print(_i, &length);
    char line[WLM_SHARED_TEXT_SIZE];
    uint64_t at;
    int i, n;

    ck_assert_uint_eq(strlen(text), length);
    ck_assert_ptr_null(wlm_saved_parse(&saved, &n, text, length, &clock_now, unit_pool));
    ck_assert_int_eq(n, _i);
    for (i = 0; i < n; ++i) {
        memset((void *)&record, 0, sizeof(record));
        ck_assert_uint_eq(saved[i].key, UINT64_MAX - (uint64_t)i);
        wlm_saved_restore(&record, &saved[i]);
        ck_assert_uint_eq(record.health, 4711 + (uint64_t)i);
        ck_assert_uint_eq(record.streak, UINT32_MAX);
        ck_assert_uint_eq(record.down_since, UINT64_MAX);
        ck_assert_uint_eq(record.sessions_kept, 5);
        ck_assert_uint_eq(record.requests, 0);
        ck_assert_uint_eq(record.in_flight, 0);
        ck_assert_uint_eq(record.failures[2], 7);
        ck_assert_uint_eq(record.failures[3], 0);
        ck_assert_uint_eq(record.times[WLM_HISTOGRAM_BUCKETS - 1], 9);
        ck_assert_uint_eq(record.times_sum, 1234567);
        ck_assert(wlm_shared_text_get(&record.note, &at, line) && at == 4);
        ck_assert_str_eq(line, "kernel, update: 100% =\xc3\xa4\n");
        ck_assert_int_eq(wlm_event_ring_get(&record.events, 0, &at, line), i > 0);
        ck_assert(!i || at == (uint64_t)(i * 30 - 1));
        ck_assert_int_eq(wlm_event_ring_get(&record.events, i * 30 - 1, &at, line), i == 1);
    }
}
END_TEST

START_TEST(every_cut_and_every_changed_byte_is_found)
{
    apr_size_t length, i;
    const char *text = print(2, &length);
    wlm_saved_t *saved;
    char *damaged;
    int n;

    for (i = 0; i < length; ++i) {
        damaged = apr_pstrmemdup(unit_pool, text, i);
        ck_assert_ptr_nonnull(wlm_saved_parse(&saved, &n, damaged, i, &clock_now, unit_pool));
        ck_assert_int_eq(n, 0);
        damaged = apr_pstrmemdup(unit_pool, text, length);
        damaged[i] = (char)(damaged[i] ^ 1);
        ck_assert_ptr_nonnull(wlm_saved_parse(&saved, &n, damaged, length, &clock_now, unit_pool));
        ck_assert_int_eq(n, 0);
    }
}
END_TEST

/* with an end that fits: what a program has written that is not ours, or is a newer one */
static const struct {
    const char *text, *wrong;      /* NULL: it is read */
} texts[] = {
    { "", "no such file" },
    { "mod_wlm", "no such file" },
    { "something else\nend 0 0\n", "no such file" },
    { "mod_wlm state 3\nend 0 0\n", "another version" },
    { "mod_wlm state 2\n", "line 2" },
    { "mod_wlm state 2\nEND 0", "line 2" },
    { "mod_wlm state 2\nclock\nEND 0", "line 2" },
    { "mod_wlm state 2\nclock 5000\nEND 0", "line 2" },
    { "mod_wlm state 2\nclock 5000 9000\nEND 0", "line 2" },
    { "mod_wlm state 2\nclock 5000 9000 \nEND 0", "line 2" },
    { "mod_wlm state 2\nclock 5000 9000 -\nEND 0", NULL },
    { "mod_wlm state 2\nclock 5000 x -\nEND 0", "line 2" },
    { "mod_wlm state 2\nclock 1125899906842624 1125899906842624 -\nEND 0", NULL },
    { "mod_wlm state 2\nclock 1125899906842625 9000 -\nEND 0", "line 2" },
    { FIRST_OF_1 "0123456789abcdef requests=1\nEND 1", NULL },
    { FIRST_OF_1 "0123456789abcdef requests=\nEND 1", "line 2" },
    { FIRST_OF_1, "end is missing" },
    { FIRST, "end is missing" },
    { FIRST "end\n", "end is missing" },
    { FIRST "end 0\n", "damaged" },
    { FIRST "end 0 d41d8cd98f00b204e9800998ecf8427e\n", "damaged" },
    { FIRST "0123456789abcdef requests=1\nEND 1", NULL },
    { FIRST "0123456789abcdef\nEND 1", NULL },
    { FIRST "0123456789abcdef colour=7 requests=1\nEND 1", NULL },
    { FIRST "END 0", NULL },
    { FIRST "0123456789abcdef requests=1\nEND 0", "line 3" },
    { FIRST "0123456789abcdef requests=1\nEND 2", "fewer" },
    { FIRST "0123456789abcdef requests=1\nEND 4294967297", "damaged" },
    { FIRST "0123456789abcdef requests=18446744073709551615\nEND 1", NULL },
    { FIRST "0123456789abcdef requests=18446744073709551616\nEND 1", "line 3" },
    { FIRST "0123456789abcdef requests=184467440737095516150\nEND 1", "line 3" },
    { FIRST "0123456789abcdef streak=4294967296\nEND 1", "line 3" },
    { FIRST "0123456789abcdef requests=\nEND 1", "line 3" },
    { FIRST "0123456789abcdef requests=1,2\nEND 1", "line 3" },
    { FIRST "0123456789abcdef failures=1,2,3\nEND 1", NULL },
    { FIRST "0123456789abcdef failures=1,,3\nEND 1", "line 3" },
    { FIRST "0123456789abcdef failures=1,2,\nEND 1", "line 3" },
    { FIRST "0123456789abcdef failures=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\nEND 1", "line 3" },
    { FIRST "0123456789abcdef note=7:x events=1:a,2:b%20c\nEND 1", NULL },
    { FIRST "0123456789abcdef note=7:\nEND 1", NULL },
    { FIRST "0123456789abcdef note=:x\nEND 1", "line 3" },
    { FIRST "0123456789abcdef note=x\nEND 1", "line 3" },
    { FIRST "0123456789abcdef note=7:%4\nEND 1", "line 3" },
    { FIRST "0123456789abcdef note=7:%zz\nEND 1", "line 3" },
    { FIRST "0123456789abcdef note=7:%00\nEND 1", "line 3" },
    { FIRST "0123456789abcdef events=1:a,,2:b\nEND 1", "line 3" },
    { FIRST "0123456789abcdef requests\nEND 1", "line 3" },
    { FIRST "0123456789abcdef requests=-1\nEND 1", "line 3" },
    { FIRST "0123456789abcdef  requests=1\nEND 1", "line 3" },
    { FIRST "0123456789abcdef requests=1 \nEND 1", "line 3" },
    { FIRST "0123456789abcdef\trequests=1\nEND 1", "line 3" },
    { FIRST "0123456789abcde requests=1\nEND 1", "line 3" },
    { FIRST "0123456789abcdeg requests=1\nEND 1", "line 3" },
    { FIRST "0000000000000000 requests=1\nEND 1", "line 3" },
    { FIRST "0123456789abcdef requests=1\n\nEND 1", "line 4" },
};

/* "END n" stands for the last line that fits to what is before it */
static const char *finish(const char *text)
{
    const char *end = strstr(text, "END "), *at;
    unsigned char md5[APR_MD5_DIGESTSIZE];
    char *body;
    int i;

    if (!end) {
        return text;
    }
    body = apr_pstrmemdup(unit_pool, text, (apr_size_t)(end - text));
    apr_md5(md5, body, strlen(body));
    at = apr_pstrcat(unit_pool, body, "end ", end + 4, " ", NULL);
    for (i = 0; i < APR_MD5_DIGESTSIZE; ++i) {
        at = apr_psprintf(unit_pool, "%s%02x", at, md5[i]);
    }
    return apr_pstrcat(unit_pool, at, "\n", NULL);
}

START_TEST(only_what_fits_is_read)
{
    const char *text = finish(texts[_i].text), *wrong;
    wlm_saved_t *saved;
    int n;

    wrong = wlm_saved_parse(&saved, &n, text, strlen(text), &clock_now, unit_pool);
    if (!texts[_i].wrong) {
        ck_assert_msg(!wrong, "%s", wrong);
        return;
    }
    ck_assert_msg(wrong && strstr(wrong, texts[_i].wrong), "%s", wrong ? wrong : "it was read");
    ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(response_times_of_other_buckets_are_not_taken_for_ours)
{
    const char *text = finish(FIRST "0123456789abcdef requests=9 times_sum=7000 times=1,2,3 mark_downs=2\nEND 1");
    static wlm_shared_member_t record;
    wlm_saved_t *saved;
    int i, n;

    ck_assert_ptr_null(wlm_saved_parse(&saved, &n, text, strlen(text), &clock_now, unit_pool));
    ck_assert_int_eq(n, 1);
    wlm_saved_restore(&record, saved);
    ck_assert_uint_eq(record.requests, 9);
    ck_assert_uint_eq(record.mark_downs, 2);
    ck_assert_uint_eq(record.times_sum, 0);
    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        ck_assert_uint_eq(record.times[i], 0);
    }
}
END_TEST

/* When the text was made, in s: by the clock, by the time of day; and since then: is it still the same start of the
 * machine, what do the clocks show now; by how much the times are to be moved */
static const struct {
    int then, then_day;
    const char *boot;              /* NULL: version 1 */
    int now, now_day, later;
} clocks[] = {
    { 1000, 5000, "boot-7", 1000, 5000, 0 },
    { 1000, 5000, "boot-7", 1010, 5010, 0 },
    { 1000, 5000, "boot-7", 1010, 1410, 0 },  /* the time of day was set back */
    { 1000, 5000, "boot-7", 1010, 8610, 0 },  /* ... ahead */
    { 1000, 5000, "boot-6", 20, 5100, -1080 }, /* the machine was started: 100 s have passed */
    { 1000, 5000, "boot-6", 20, 5000, -980 },
    { 1000, 5000, "boot-6", 20, 100, -980 },  /* ... without a battery for the time of day */
    { 1000, 5000, "boot-77", 20, 5100, -1080 },
    { 1000, 5000, "boot-", 20, 5100, -1080 },
    { 1000, 5000, "-", 1010, 5010, 0 },
    { 1000, 5000, "-", 1010, 5110, -100 },
    { 1000, 5000, "boot-7", 900, 5010, -110 }, /* not the same clock, whatever it says */
    { 0, 0, NULL, 1010, 5010, -4000 },
    { 0, 0, NULL, 5010, 1010, 4000 },
};

#define SEC(n) apr_time_from_sec(n)

static const wlm_reported_rule_t orca = { .kind = WLM_REPORTED_ORCA, .expiry = SEC(30) };

START_TEST(times_are_told_by_the_clock_as_it_counts_now)
{
    wlm_saved_clock_t now = { { SEC(clocks[_i].now), SEC(clocks[_i].now_day) }, "boot-7" };
    const char *first = !clocks[_i].boot ? FIRST_OF_1
                        : apr_psprintf(unit_pool, "mod_wlm state 2\nclock %d000 %d000 %s\n",
                                       clocks[_i].then, clocks[_i].then_day, clocks[_i].boot);
    int later = clocks[_i].later, n;
    uint64_t down = (uint64_t)9000000 << 18 | 2 << 2 | WLM_DOWN;
    const char *text = finish(apr_psprintf(unit_pool, "%s0123456789abcdef health=%lu steer=%lu out_until=9000000 "
                                           "busy_until=9001000 up_since=9002000 down_since=9003000 "
                                           "checked_out_since=9004000 reported_out_since=9005000 "
                                           "last_request=9006000 last_session=9007000 "
                                           "left_out_since=9006000 busy_since=9007000 window=17 "
                                           "reported_state=5 reported_load=%lu reported_scale=51 "
                                           "note=9:x\nEND 1", first, (unsigned long)down,
                                           (unsigned long)wlm_admin_state_make(WLM_DRAINING, 7, SEC(9004)),
                                           (unsigned long)wlm_reported_load_after(0, 0.5, SEC(9008), &orca)));
    static wlm_shared_member_t record;
    wlm_saved_t *saved;
    char line[WLM_SHARED_TEXT_SIZE];
    uint64_t at;

    memset((void *)&record, 0, sizeof(record));
    ck_assert_ptr_null(wlm_saved_parse(&saved, &n, text, strlen(text), &now, unit_pool));
    ck_assert_int_eq(n, 1);
    wlm_saved_restore(&record, saved);
    ck_assert_int_eq(apr_time_sec(wlm_health_retry_at(record.health)), 9000 + later);
    ck_assert_int_eq(wlm_health_state(record.health), WLM_DOWN);
    ck_assert_uint_eq(wlm_health_faults(record.health), 2);
    ck_assert_int_eq(apr_time_sec(wlm_admin_state_until(record.admin)), 9004 + later);
    ck_assert_int_eq(wlm_admin_state_mode(record.admin), WLM_DRAINING);
    ck_assert_int_eq(wlm_admin_state_weight(record.admin), 7);
    ck_assert_int_eq((int)record.out_until, 9000000 + later * 1000);
    ck_assert_int_eq((int)record.busy_until, 9001000 + later * 1000);
    ck_assert_int_eq((int)record.up_since, 9002000 + later * 1000);
    ck_assert_int_eq((int)record.down_since, 9003000 + later * 1000);
    ck_assert_int_eq((int)record.checked_out_since, 9004000 + later * 1000);
    ck_assert_int_eq((int)record.activity.request_at, 9006000 + later * 1000);
    ck_assert_int_eq((int)record.activity.session_at, 9007000 + later * 1000);
    ck_assert_int_eq((int)record.reported_out_since, 9005000 + later * 1000);
    ck_assert_int_eq((int)record.left_out_since, 9006000 + later * 1000);
    ck_assert_int_eq((int)record.busy_since, 9007000 + later * 1000);
    ck_assert_int_eq(apr_time_sec(wlm_reported_load_time(record.reported_load, SEC(9009 + later), &orca)),
                     9008 + later);
    ck_assert(wlm_reported_load_value(record.reported_load, SEC(9009 + later), &orca) == 0.5);
    ck_assert_uint_eq(record.reported_state, 5);
    ck_assert_uint_eq(wlm_reported_scale_percent(record.reported_scale), 50);
    ck_assert_uint_eq(record.window, later ? 0 : 17);
    ck_assert(wlm_shared_text_get(&record.note, &at, line) && at == 9);
}
END_TEST

START_TEST(what_has_no_time_gets_none)
{
    wlm_saved_clock_t now = { { SEC(20), SEC(5100) }, "boot-8" };
    const char *text = finish(apr_psprintf(unit_pool, FIRST "0123456789abcdef steer=%lu\nEND 1",
                                           (unsigned long)wlm_admin_state_make(WLM_DISABLED,
                                                                               WLM_ADMIN_STATE_AS_CONFIGURED, 0)));
    static wlm_shared_member_t record;
    wlm_saved_t *saved;
    int n;

    ck_assert_ptr_null(wlm_saved_parse(&saved, &n, text, strlen(text), &now, unit_pool));
    wlm_saved_restore(&record, saved);
    ck_assert_int_eq(wlm_admin_state_until(record.admin), 0);
    ck_assert_int_eq(wlm_admin_state_mode(record.admin), WLM_DISABLED);
    ck_assert_uint_eq(record.health, 0);
    ck_assert_uint_eq(record.up_since, 0);
    ck_assert_uint_eq(record.down_since, 0);
}
END_TEST

/* Of a cluster or a file, behind a member: as many as there were, up to as many as a ring has; what else a line has is
 * not theirs */
START_TEST(events_of_clusters_and_files_are_kept)
{
    static const int numbers[] = { 0, 1, 3, WLM_EVENT_RING_LINES, WLM_EVENT_RING_LINES + 7 };
    static wlm_shared_member_t member;
    static wlm_event_ring_t before, after;
    wlm_saved_entry_t entries[] = { { .key = 7, .member = &member }, { .key = 8, .events = &before } };
    char text[WLM_SHARED_TEXT_SIZE];
    wlm_saved_t *saved;
    apr_size_t length;
    const char *all;
    uint64_t at;
    int i, n = numbers[_i], parsed;

    for (i = 0; i < n; ++i) {
        wlm_event_ring_add(&before, (uint64_t)i + 1, apr_psprintf(unit_pool, "on backup, %d", i));
    }
    all = wlm_saved_print(entries, 2, &clock_now, &length, unit_pool);
    ck_assert_ptr_null(wlm_saved_parse(&saved, &parsed, all, length, &clock_now, unit_pool));
    ck_assert(parsed == 2 && saved[0].key == 7 && saved[1].key == 8);
    wlm_saved_restore_events(&after, &saved[1]);
    for (i = 0; i < n && i < WLM_EVENT_RING_LINES; ++i) {
        ck_assert(wlm_event_ring_get(&after, i, &at, text) && at == (uint64_t)(n - i));
        ck_assert_str_eq(text, apr_psprintf(unit_pool, "on backup, %d", n - i - 1));
    }
    ck_assert(i == WLM_EVENT_RING_LINES || !wlm_event_ring_get(&after, i, &at, text));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/saved_state");
    TCase *tc = unit_case(s, "saved");

    tcase_add_loop_test(tc, what_was_printed_is_read, 0, 5);
    tcase_add_test(tc, every_cut_and_every_changed_byte_is_found);
    tcase_add_loop_test(tc, only_what_fits_is_read, 0, UNIT_COUNT(texts));
    tcase_add_test(tc, response_times_of_other_buckets_are_not_taken_for_ours);
    tcase_add_loop_test(tc, times_are_told_by_the_clock_as_it_counts_now, 0, UNIT_COUNT(clocks));
    tcase_add_test(tc, what_has_no_time_gets_none);
    tcase_add_loop_test(tc, events_of_clusters_and_files_are_kept, 0, 5);
    return s;
}

UNIT_MAIN(suite)
