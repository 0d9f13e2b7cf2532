/* The fields of an answer's head, line by line as libcurl has them. */
#include <string.h>
#include "unit.h"
#include "tools/common/request.h"

char tool_name[] = "a tool";

static const struct {
    const char *lines[5];
    const char *value;             /* of the field Index; NULL: there is none */
} cases[] = {
    { { "HTTP/1.1 200 OK\r\n", "Index: 17\r\n", "\r\n" }, "17" },
    { { "HTTP/2 200 \r\n", "index: 17\r\n", "\r\n" }, "17" },
    { { "HTTP/1.1 200 OK\n", "INDEX:17\n", "\n" }, "17" },
    { { "HTTP/1.1 200 OK\r\n", "Index: \t 1 7 \t\r\n", "\r\n" }, "1 7" },
    { { "HTTP/1.1 200 OK\r\n", "Index: a:b\r\n", "\r\n" }, "a:b" },
    { { "HTTP/1.1 200 OK\r\n", "Index:\r\n", "\r\n" }, "" },
    { { "HTTP/1.1 200 OK\r\n", "Index: 1\r\n", "Index: 2\r\n", "\r\n" }, "1" },
    { { "HTTP/1.1 200 OK\r\n", "Index\r\n", "X-Index: 17\r\n", "\r\n" }, NULL },
    { { "HTTP/1.1 200 OK\r\n", "\r\n" }, NULL },
    /* what the last head does not have is not there */
    { { "HTTP/1.1 401 Unauthorized\r\n", "Index: 1\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "\r\n" }, NULL },
    { { "HTTP/1.1 100 Continue\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "Index: 17\r\n", "\r\n" }, "17" },
};

/* Each line ends where its memory does, without a NUL */
START_TEST(the_fields_are_those_of_the_last_head)
{
    apr_table_t *fields = apr_table_make(unit_pool, 4);
    const char *value;
    int i;

    for (i = 0; i < (int)UNIT_COUNT(cases[0].lines) && cases[_i].lines[i]; ++i) {
        size_t n = strlen(cases[_i].lines[i]);
        char *line = malloc(n);

        memcpy(line, cases[_i].lines[i], n);
        ck_assert_uint_eq(tool_request_field(line, 1, n, fields), n);
        free(line);
    }
    value = apr_table_get(fields, "Index");
    if (cases[_i].value) {
        ck_assert_ptr_nonnull(value);
        ck_assert_str_eq(value, cases[_i].value);
    }
    else {
        ck_assert_ptr_null(value);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/common/request");
    TCase *tc = unit_case(s, "fields");

    tcase_add_loop_test(tc, the_fields_are_those_of_the_last_head, 0, UNIT_COUNT(cases));
    return s;
}

UNIT_MAIN(suite)
