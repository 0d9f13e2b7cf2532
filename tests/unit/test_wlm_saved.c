/* The state of members as text: what was printed is read again; what is damaged is not. */
#include <apr_md5.h>
#include "unit.h"
#include "wlm_saved.h"

#define FIRST "mod_wlm state 1\n"

static wlm_shared_member_t records[4];

static const char *print(int n, apr_size_t *plength)
{
    const wlm_shared_member_t *pointers[4] = { &records[0], &records[1], &records[2], &records[3] };
    uint64_t keys[4];
    int i, k;

    memset((void *)records, 0, sizeof(records));
    for (i = 0; i < n; ++i) {
        keys[i] = UINT64_MAX - (uint64_t)i;
        records[i].health = 4711 + (uint64_t)i;
        records[i].streak = UINT32_MAX;
        records[i].down_since = UINT64_MAX;
        records[i].sessions_kept = 5;
        records[i].in_flight = 3;
        records[i].failures[2] = 7;
        records[i].times[WLM_TIMES_BUCKETS - 1] = 9;
        wlm_line_put(&records[i].note, 4, "kernel, update: 100% =\xc3\xa4\n");
        for (k = 0; k < i * 30; ++k) {
            wlm_ring_add(&records[i].events, (uint64_t)k, "event");
        }
    }
    return wlm_saved_print(pointers, keys, n, plength, unit_pool);
}

START_TEST(what_was_printed_is_read)
{
    static wlm_shared_member_t record;
    wlm_saved_t *saved;
    apr_size_t length;
    const char *text = print(_i, &length);
    char line[WLM_LINE_SIZE];
    uint64_t at;
    int i, n;

    ck_assert_uint_eq(strlen(text), length);
    ck_assert_ptr_null(wlm_saved_parse(&saved, &n, text, length, unit_pool));
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
        ck_assert_uint_eq(record.times[WLM_TIMES_BUCKETS - 1], 9);
        ck_assert(wlm_line_get(&record.note, &at, line) && at == 4);
        ck_assert_str_eq(line, "kernel, update: 100% =\xc3\xa4\n");
        ck_assert_int_eq(wlm_ring_get(&record.events, 0, &at, line), i > 0);
        ck_assert(!i || at == (uint64_t)(i * 30 - 1));
        ck_assert_int_eq(wlm_ring_get(&record.events, i * 30 - 1, &at, line), i == 1);
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
        ck_assert_ptr_nonnull(wlm_saved_parse(&saved, &n, damaged, i, unit_pool));
        ck_assert_int_eq(n, 0);
        damaged = apr_pstrmemdup(unit_pool, text, length);
        damaged[i] = (char)(damaged[i] ^ 1);
        ck_assert_ptr_nonnull(wlm_saved_parse(&saved, &n, damaged, length, unit_pool));
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
    { "mod_wlm state 2\nend 0 0\n", "another version" },
    { FIRST, "end is missing" },
    { FIRST "end\n", "end is missing" },
    { FIRST "end 0\n", "damaged" },
    { FIRST "end 0 d41d8cd98f00b204e9800998ecf8427e\n", "damaged" },
    { FIRST "0123456789abcdef requests=1\nEND 1", NULL },
    { FIRST "0123456789abcdef\nEND 1", NULL },
    { FIRST "0123456789abcdef colour=7 requests=1\nEND 1", NULL },
    { FIRST "END 0", NULL },
    { FIRST "0123456789abcdef requests=1\nEND 0", "line 2" },
    { FIRST "0123456789abcdef requests=1\nEND 2", "fewer" },
    { FIRST "0123456789abcdef requests=1\nEND 4294967297", "damaged" },
    { FIRST "0123456789abcdef requests=18446744073709551615\nEND 1", NULL },
    { FIRST "0123456789abcdef requests=18446744073709551616\nEND 1", "line 2" },
    { FIRST "0123456789abcdef requests=184467440737095516150\nEND 1", "line 2" },
    { FIRST "0123456789abcdef streak=4294967296\nEND 1", "line 2" },
    { FIRST "0123456789abcdef requests=\nEND 1", "line 2" },
    { FIRST "0123456789abcdef requests=1,2\nEND 1", "line 2" },
    { FIRST "0123456789abcdef failures=1,2,3\nEND 1", NULL },
    { FIRST "0123456789abcdef failures=1,,3\nEND 1", "line 2" },
    { FIRST "0123456789abcdef failures=1,2,\nEND 1", "line 2" },
    { FIRST "0123456789abcdef failures=1,2,3,4,5,6,7,8,9,10,11,12\nEND 1", "line 2" },
    { FIRST "0123456789abcdef note=7:x events=1:a,2:b%20c\nEND 1", NULL },
    { FIRST "0123456789abcdef note=7:\nEND 1", NULL },
    { FIRST "0123456789abcdef note=:x\nEND 1", "line 2" },
    { FIRST "0123456789abcdef note=x\nEND 1", "line 2" },
    { FIRST "0123456789abcdef note=7:%4\nEND 1", "line 2" },
    { FIRST "0123456789abcdef note=7:%zz\nEND 1", "line 2" },
    { FIRST "0123456789abcdef note=7:%00\nEND 1", "line 2" },
    { FIRST "0123456789abcdef events=1:a,,2:b\nEND 1", "line 2" },
    { FIRST "0123456789abcdef requests\nEND 1", "line 2" },
    { FIRST "0123456789abcdef requests=-1\nEND 1", "line 2" },
    { FIRST "0123456789abcdef  requests=1\nEND 1", "line 2" },
    { FIRST "0123456789abcdef requests=1 \nEND 1", "line 2" },
    { FIRST "0123456789abcdef\trequests=1\nEND 1", "line 2" },
    { FIRST "0123456789abcde requests=1\nEND 1", "line 2" },
    { FIRST "0123456789abcdeg requests=1\nEND 1", "line 2" },
    { FIRST "0000000000000000 requests=1\nEND 1", "line 2" },
    { FIRST "0123456789abcdef requests=1\n\nEND 1", "line 3" },
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

    wrong = wlm_saved_parse(&saved, &n, text, strlen(text), unit_pool);
    if (!texts[_i].wrong) {
        ck_assert_msg(!wrong, "%s", wrong);
        return;
    }
    ck_assert_msg(wrong && strstr(wrong, texts[_i].wrong), "%s", wrong ? wrong : "it was read");
    ck_assert_int_eq(n, 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("wlm_saved");
    TCase *tc = unit_case(s, "saved");

    tcase_add_loop_test(tc, what_was_printed_is_read, 0, 5);
    tcase_add_test(tc, every_cut_and_every_changed_byte_is_found);
    tcase_add_loop_test(tc, only_what_fits_is_read, 0, UNIT_COUNT(texts));
    return s;
}

UNIT_MAIN(suite)
