/* Where a request has the values that may bind it to a member. */
#include "unit.h"
#include "route/binding_values.h"

/* Fields are "Name: value", divided by '|'; the values that are found are divided by '|', too */
static const struct {
    wlm_binding_value_t where;
    const char *fields, *query, *path, *found;
} cases[] = {
    { { .place = WLM_BINDING_IN_HEADER, .name = "X-Id" }, "A: 1|x-id: v|X-Id: w", NULL, "/", "v|w" },
    { { .place = WLM_BINDING_IN_HEADER, .name = "X-Id" }, "X-Idle: v", NULL, "/", "" },
    { { .place = WLM_BINDING_IN_COOKIE, .name = "S" }, "Cookie: a=1; S=v; s=2|Cookie: S=\"w\"|S: x", NULL, "/", "v|w" },
    { { .place = WLM_BINDING_IN_COOKIE, .name = "S" }, "Cookie: a=1", NULL, "/", "" },
    { { .place = WLM_BINDING_IN_QUERY, .name = "job" }, "A: 1", "a=1&job=4711&job=2", "/", "4711" },
    { { .place = WLM_BINDING_IN_QUERY, .name = "job" }, "A: 1", NULL, "/", "" },
    { { .place = WLM_BINDING_IN_PATH, .segment = 2 }, "A: 1", NULL, "/jobs/4711;v=1/x", "4711" },
    { { .place = WLM_BINDING_IN_PATH, .segment = 3 }, "A: 1", NULL, "/jobs/4711", "" },
};

static void note(void *data, const char *value, apr_size_t len)
{
    const char **ptext = data;

    if (len) {
        *ptext = apr_pstrcat(unit_pool, *ptext, **ptext ? "|" : "", apr_pstrmemdup(unit_pool, value, len), NULL);
    }
}

START_TEST(values_are_found)
{
    wlm_binding_request_t request = { .query = cases[_i].query, .path = cases[_i].path };
    char *rest, *line = apr_strtok(apr_pstrdup(unit_pool, cases[_i].fields), "|", &rest), *value;
    apr_table_t *fields = apr_table_make(unit_pool, 4);
    const char *text = "";

    for (; line; line = apr_strtok(NULL, "|", &rest)) {
        value = strstr(line, ": ");
        *value = '\0';
        apr_table_add(fields, line, value + 2);
    }
    request.fields = fields;
    wlm_binding_values(&request, &cases[_i].where, note, &text);
    ck_assert_str_eq(text, cases[_i].found);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("route/binding_values");
    TCase *tc = unit_case(s, "values");

    tcase_add_loop_test(tc, values_are_found, 0, UNIT_COUNT(cases));
    return s;
}

UNIT_MAIN(suite)
