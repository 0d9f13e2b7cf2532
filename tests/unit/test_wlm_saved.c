/* The state of members as text: what was printed is read again; what is damaged is not. */
#include <apr_md5.h>
#include "unit.h"
#include "wlm_saved.h"

#define FIRST "mod_wlm state 1\n"

static const char *print(int n, apr_size_t *plength)
{
    wlm_saved_t *saved = wlm_saved_make(n, unit_pool);
    int i;

    for (i = 0; i < n; ++i) {
        saved[i].key = UINT64_MAX - (uint64_t)i;
        saved[i].record.health = 4711 + (uint64_t)i;
        saved[i].record.streak = UINT32_MAX;
        saved[i].record.down_since = UINT64_MAX;
        saved[i].record.sessions_kept = 5;
        saved[i].record.in_flight = 3;
    }
    return wlm_saved_print(saved, n, plength, unit_pool);
}

START_TEST(what_was_printed_is_read)
{
    wlm_saved_t *saved;
    apr_size_t length;
    const char *text = print(_i, &length);
    int n;

    ck_assert_uint_eq(strlen(text), length);
    ck_assert_ptr_null(wlm_saved_parse(&saved, &n, text, length, unit_pool));
    ck_assert_int_eq(n, _i);
    for (n = 0; n < _i; ++n) {
        ck_assert_uint_eq(saved[n].key, UINT64_MAX - (uint64_t)n);
        ck_assert_uint_eq(saved[n].record.health, 4711 + (uint64_t)n);
        ck_assert_uint_eq(saved[n].record.streak, UINT32_MAX);
        ck_assert_uint_eq(saved[n].record.down_since, UINT64_MAX);
        ck_assert_uint_eq(saved[n].record.sessions_kept, 5);
        ck_assert_uint_eq(saved[n].record.requests, 0);
        ck_assert_uint_eq(saved[n].record.in_flight, 0);
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

    tcase_add_loop_test(tc, what_was_printed_is_read, 0, 4);
    tcase_add_test(tc, every_cut_and_every_changed_byte_is_found);
    tcase_add_loop_test(tc, only_what_fits_is_read, 0, UNIT_COUNT(texts));
    return s;
}

UNIT_MAIN(suite)
