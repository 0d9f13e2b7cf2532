/* What wlmctl reads out of the state: times, spans, and which members need attention. */
#include "unit.h"
#include "tools/wlmctl/state.h"

char tool_name[] = "wlmctl";       /* stands in its main()'s file */

static const struct {
    double seconds;
    const char *text;
} spans[] = {
    { -5, "0s" }, { 0, "0s" }, { 1.9, "1s" }, { 119, "119s" }, { 120, "2m" }, { 179, "2m" }, { 7199, "119m" },
    { 7200, "2h" }, { 172799, "47h" }, { 172800, "2d" },
};

START_TEST(a_span_has_the_greatest_unit_of_which_there_are_two)
{
    ck_assert_str_eq(wlmctl_span(spans[_i].seconds, unit_pool), spans[_i].text);
}
END_TEST

static const struct {
    const char *time;              /* NULL: none */
    double at;
} times[] = {
    { "1970-01-01T00:00:01.500Z", 1.5 }, { "2026-11-23T10:15:00.000Z", 1795428900 }, { "2026-11-23", 0 }, { "", 0 },
    { NULL, 0 },
};

START_TEST(a_time_is_read_as_the_server_writes_it)
{
    json_t *of = json_pack("{s:s?}", "since", times[_i].time);

    ck_assert_double_eq(wlmctl_time(of, "since"), times[_i].at);
    json_decref(of);
}
END_TEST

static const struct {
    const char *care;              /* NULL: none */
    int needs_attention;
} cares[] = { { "out", 1 }, { "failing", 1 }, { "", 0 }, { "outside", 0 }, { NULL, 0 } };

START_TEST(a_member_is_ill_when_the_server_says_so)
{
    json_t *member = json_pack("{s:s?}", "care", cares[_i].care);

    ck_assert_int_eq(wlmctl_needs_attention(member), cares[_i].needs_attention);
    json_decref(member);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/state");
    TCase *tc = unit_case(s, "state");

    tcase_add_loop_test(tc, a_span_has_the_greatest_unit_of_which_there_are_two, 0, UNIT_COUNT(spans));
    tcase_add_loop_test(tc, a_time_is_read_as_the_server_writes_it, 0, UNIT_COUNT(times));
    tcase_add_loop_test(tc, a_member_is_ill_when_the_server_says_so, 0, UNIT_COUNT(cares));
    return s;
}

UNIT_MAIN(suite)
