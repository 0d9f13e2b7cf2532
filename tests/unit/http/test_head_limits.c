/* The limits of a head, and what is found in one. */
#include "unit.h"
#include "http/head_unit.h"

/* -- limits ------------------------------------------------------------------------------ */

static wlm_head_result_t parse_limited(const char *text, apr_size_t max, const char **perror)
{
    wlm_http_head_t head;
    apr_size_t scan = 0, len = strlen(text);
    char *buf = exact(text, len);
    wlm_head_result_t result;

    set_up_head(&head);
    result = wlm_http_head_parse(&head, buf, len, max, 0, &scan);
    *perror = head.error;
    free(buf);
    return result;
}

START_TEST(test_size_limit)
{
    static const char text[] = OK "X: 123456789\r\n\r\n";
    apr_size_t len = sizeof(text) - 1;
    const char *error;

    ck_assert_int_eq(parse_limited(text, len, &error), WLM_HEAD_COMPLETE);
    ck_assert_int_eq(parse_limited(text, len - 1, &error), WLM_HEAD_TOO_LARGE);
    ck_assert_str_eq(error, "the head is too large");
    ck_assert_int_eq(parse_limited(OK, sizeof(OK) - 1, &error), WLM_HEAD_TOO_LARGE);
    ck_assert_int_eq(parse_limited(OK, sizeof(OK), &error), WLM_HEAD_INCOMPLETE);
    ck_assert_int_eq(parse_limited("<", 1, &error), WLM_HEAD_NOT_HTTP);
}
END_TEST

static wlm_head_result_t parse_fields(int n, int max, wlm_http_head_t *head)
{
    char *text = apr_pstrdup(unit_pool, OK);
    apr_size_t scan = 0, len = strlen(text);
    int i;

    text = apr_palloc(unit_pool, len + (apr_size_t)n * 4 + 2);
    memcpy(text, OK, len);
    for (i = 0; i < n; ++i, len += 4) {
        memcpy(text + len, "a:\r\n", 4);
    }
    memcpy(text + len, "\r\n", 2);
    set_up_head(head);
    head->fields_max = max;
    return wlm_http_head_parse(head, text, len + 2, 100000, 0, &scan);
}

START_TEST(test_field_limit)
{
    wlm_http_head_t head;

    ck_assert_int_eq(parse_fields(5, 5, &head), WLM_HEAD_COMPLETE);
    ck_assert_int_eq(head.nfields, 5);
    ck_assert_int_eq(parse_fields(6, 5, &head), WLM_HEAD_TOO_LARGE);
    ck_assert_str_eq(head.error, "too many header fields");
    ck_assert_int_eq(parse_fields(0, 0, &head), WLM_HEAD_COMPLETE);
    ck_assert_int_eq(parse_fields(1, 0, &head), WLM_HEAD_TOO_LARGE);
    ck_assert_int_eq(parse_fields(MOST, UNIT_COUNT(fields), &head), WLM_HEAD_COMPLETE);
    ck_assert_int_eq(parse_fields(MOST + 1, UNIT_COUNT(fields), &head), WLM_HEAD_TOO_LARGE);
}
END_TEST

static const struct {
    const char *text;
    int lines;
} line_counts[] = {
    { "", 0 }, { "HTTP/1.1 200 OK", 0 }, { OK, 1 }, { OK "\r\n", 1 }, { OK "a: b\r\n\r\n", 2 },
    { "HTTP/1.1 200 OK\na: b\n\n", 2 }, { OK "a: b\r\nc: d\r\n", 3 }, { OK "a: b\r\nc: d\r\n\r", 3 },
    { OK "a: b\r\n\r\none\ntwo\nthree\n", 2 }, { OK "\r\n\n\n\n", 1 }, { OK "\rx\r\n\r\n", 2 },
};

/* Whole, and in two parts that are counted one after the other: never fewer than the lines of the head */
START_TEST(test_lines)
{
    const char *text = line_counts[_i].text;
    apr_size_t len = strlen(text), first;

    ck_assert_int_eq(wlm_http_head_lines(text, len, 0), line_counts[_i].lines);
    for (first = 0; first <= len; ++first) {
        int lines = wlm_http_head_lines(text, first, 0) + wlm_http_head_lines(text, len, first);

        ck_assert_int_ge(lines, line_counts[_i].lines);
    }
    ck_assert_int_eq(wlm_http_head_lines(text, len, len + 1), 0);
}
END_TEST

/* A megabyte that comes byte by byte: with a search from the start each time this would take minutes */
START_TEST(test_trickling_is_linear)
{
    apr_size_t len = 1 << 20, have, scan = 0, wrong = 0;
    char *buf = malloc(len);
    wlm_http_head_t head;

    ck_assert_ptr_nonnull(buf);
    memset(buf, 'x', len);
    memcpy(buf, OK "X:", sizeof(OK "X:") - 1);
    set_up_head(&head);
    for (have = 0; have < len; ++have) {
        wrong += wlm_http_head_parse(&head, buf, have, len, 0, &scan) != WLM_HEAD_INCOMPLETE || scan != have;
    }
    ck_assert_uint_eq(wrong, 0);
    free(buf);
}
END_TEST

/* -- what is found in a head -------------------------------------------------------------- */

START_TEST(test_fields)
{
    static const char text[] = OK "Content-Length:\t12  \r\nX-Empty:   \r\n"
                                  "x-TWO:  a  b \t\r\nX-Two: c\r\n\r\n";
    wlm_http_head_t head;
    char *buf = exact(text, sizeof(text) - 1);

    ck_assert_int_eq(parse(&head, buf, sizeof(text) - 1, 0), WLM_HEAD_COMPLETE);
    ck_assert_str_eq(wlm_http_head_get(&head, "CONTENT-LENGTH"), "12");
    ck_assert_str_eq(wlm_http_head_get(&head, "x-empty"), "");
    ck_assert_str_eq(wlm_http_head_get(&head, "X-Two"), "a  b");
    ck_assert_ptr_null(wlm_http_head_get(&head, "X"));
    ck_assert_str_eq(head.fields[2].name, "x-TWO");
    ck_assert_str_eq(head.fields[3].value, "c");
    free(buf);
}
END_TEST

static const struct {
    const char *list, *token;
    int has;
} lists[] = {
    { "close", "close", 1 }, { "CLOSE", "close", 1 }, { "close", "CLOSE", 1 }, { " close\t", "close", 1 },
    { "a, close", "close", 1 }, { "close,a", "close", 1 }, { "a ,\tclose ,b", "close", 1 },
    { ",,close,,", "close", 1 },
    { "", "close", 0 }, { NULL, "close", 0 }, { ",", "close", 0 }, { " , ", "close", 0 },
    { "clos", "close", 0 }, { "closed", "close", 0 }, { "x close", "close", 0 }, { "close x", "close", 0 },
    { "close;q=1", "close", 0 }, { "\"close\"", "close", 0 }, { "a;close", "close", 0 },
    { "c,lose", "close", 0 }, { "closeclose", "close", 0 }, { "closed, close", "close", 1 },
};

START_TEST(test_list_has)
{
    int has = wlm_http_list_has(lists[_i].list, lists[_i].token);

    ck_assert_msg(has == lists[_i].has, "\"%s\"", lists[_i].list);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/head_limits");
    TCase *tc = unit_case(s, "limits");

    tcase_add_test(tc, test_size_limit);
    tcase_add_test(tc, test_field_limit);
    tcase_add_loop_test(tc, test_lines, 0, UNIT_COUNT(line_counts));
    tcase_add_test(tc, test_trickling_is_linear);
    tcase_add_test(tc, test_fields);
    tcase_add_loop_test(tc, test_list_has, 0, UNIT_COUNT(lists));
    return s;
}

UNIT_MAIN(suite)
