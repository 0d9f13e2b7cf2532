/* What wlmctl reads out of the state: values, also odd and missing ones, and which members and clusters are meant. */
#include "unit.h"
#include "json_unit.h"
#include "captured.h"
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
    { NULL, 0 }, { "2026-11-23T10:15:00Z", 0 }, { "2026-13-23T10:15:00.000Z", 0 }, { "yesterday", 0 },
};

START_TEST(a_time_is_read_as_the_server_writes_it)
{
    json_t *of = json_pack("{s:s?}", "since", times[_i].time);

    ck_assert_double_eq(wlmctl_time(of, "since"), times[_i].at);
    json_decref(of);
}
END_TEST

static const struct {
    const char *attention;         /* NULL: none */
    int needs_attention;
} levels[] = { { "out", 1 }, { "failing", 1 }, { "", 0 }, { "outside", 0 }, { NULL, 0 } };

START_TEST(a_member_is_ill_when_the_server_says_so)
{
    json_t *member = json_pack("{s:s?}", "attention", levels[_i].attention);

    ck_assert_int_eq(wlmctl_needs_attention(member), levels[_i].needs_attention);
    json_decref(member);
}
END_TEST

/* -- values ---------------------------------------------------------------------------------------- */

static const struct {
    const char *of, *text;
    double number;
} values[] = {
    { "{'x': 'a'}", "a", 0 }, { "{'x': ''}", "", 0 }, { "{'x': 7}", "", 7 }, { "{'x': 0.25}", "", 0.25 },
    { "{'x': -1}", "", -1 }, { "{'x': '7'}", "7", 0 }, { "{'x': null}", "", 0 }, { "{'x': true}", "", 0 },
    { "{'x': [1]}", "", 0 }, { "{'x': {'x': 1}}", "", 0 }, { "{}", "", 0 }, { "[7]", "", 0 },
};

START_TEST(a_value_that_is_missing_or_odd_is_empty)
{
    json_t *of = json_of(values[_i].of);

    ck_assert_str_eq(wlmctl_text(of, "x"), values[_i].text);
    ck_assert_double_eq(wlmctl_number(of, "x"), values[_i].number);
    ck_assert_double_eq(wlmctl_time(of, "x"), 0);
    ck_assert_str_eq(wlmctl_age(of, "x", 1795428900, unit_pool), "-");
    json_decref(of);
}
END_TEST

#define NOW 1795428900             /* 2026-11-23T10:15:00Z */
#define AT(time) "'2026-11-23T" time ".000Z'"

static const struct {
    const char *since, *age;
} ages[] = {
    { AT("10:15:00"), "0s" }, { AT("10:13:01"), "119s" }, { AT("08:15:00"), "2h" },
    { AT("10:16:00"), "0s" },      /* the server's clock has been set back */
};

START_TEST(an_age_is_counted_by_the_servers_time)
{
    json_t *of = json_of(apr_psprintf(unit_pool, "{'since': %s}", ages[_i].since));

    ck_assert_str_eq(wlmctl_age(of, "since", NOW, unit_pool), ages[_i].age);
    json_decref(of);
}
END_TEST

static const struct {
    const char *member, *text;
} admin_texts[] = {
    { "{'admin_state': 'enabled', 'weight': 2, 'configured_weight': 2}", "-" },
    { "{'admin_state': 'enabled', 'weight': 4, 'configured_weight': 2}", "weight" },
    { "{'admin_state': 'enabled', 'weight': 4, 'configured_weight': 2, 'admin_until': " AT("10:45:00") "}",
      "weight 30m" },
    { "{'admin_state': 'draining'}", "draining" },
    { "{'admin_state': 'draining', 'admin_until': null}", "draining" },
    { "{'admin_state': 'disabled', 'admin_until': " AT("12:15:00") "}", "disabled 2h" },
    { "{'admin_state': 'disabled', 'admin_until': " AT("10:14:00") "}", "disabled 0s" },
    { "{'admin_state': null}", "-" }, { "{}", "-" },
};

START_TEST(an_admin_state_has_the_time_that_is_left)
{
    json_t *member = json_of(admin_texts[_i].member);

    ck_assert_str_eq(wlmctl_admin_text(member, NOW, unit_pool), admin_texts[_i].text);
    json_decref(member);
}
END_TEST

/* -- members and clusters --------------------------------------------------------------------------- */

#define STATE "{'clusters': [{'name': 'shop', 'members': [{'name': 'a', 'address': '10.0.0.1:80'}, " \
    "{'name': 'b', 'address': 'Host:81'}]}, {'name': 'news', 'members': [{'name': 'a', " \
    "'address': '[2001:db8::1]:82'}]}]}"

static const struct {
    const char *view;
    const char *members[3];        /* names that are asked for; none: all */
    const char *cluster, *host;    /* NULL: not asked for */
    const char *found;             /* clusters and members */
    const char *missing;           /* what is printed when not all are there; "": they are */
} targets[] = {
    { STATE, { NULL }, NULL, NULL, "shop/a shop/b news/a ", "" },
    { STATE, { "a" }, NULL, NULL, "shop/a news/a ", "" },
    { STATE, { "b", "a" }, NULL, NULL, "shop/a shop/b news/a ", "" },
    { STATE, { "a" }, "news", NULL, "news/a ", "" },
    { STATE, { NULL }, "news", NULL, "news/a ", "" },
    { STATE, { NULL }, NULL, "10.0.0.1", "shop/a ", "" },
    { STATE, { NULL }, NULL, "10.0.0.1:80", "shop/a ", "" },
    { STATE, { NULL }, NULL, "hOST", "shop/b ", "" },
    { STATE, { NULL }, NULL, "[2001:db8::1]:82", "news/a ", "" },
    { STATE, { NULL }, NULL, "10.0.0.1:81", "", "there is no member at 10.0.0.1:81" },
    { STATE, { "A" }, NULL, NULL, "", "there is no member A" },
    { STATE, { "a", "z" }, NULL, NULL, "shop/a news/a ", "there is no member z" },
    { STATE, { "b" }, "news", NULL, "", "there is no member b in a cluster news" },
    { STATE, { "b" }, "shop", "10.0.0.1", "", "there is no member b in a cluster shop at 10.0.0.1" },
    { STATE, { NULL }, "none", NULL, "", "there is no member in a cluster none" },
    /* states with less in them */
    { "{}", { NULL }, NULL, NULL, "", "there is no member" },
    { "{'clusters': null}", { "a" }, NULL, NULL, "", "there is no member a" },
    { "{'clusters': {'name': 'shop'}}", { NULL }, NULL, NULL, "", "there is no member" },
    { "{'clusters': [{'name': 'shop'}, 7, null]}", { NULL }, NULL, NULL, "", "there is no member" },
    { "{'clusters': [{'members': [{'name': 'a'}]}]}", { "a" }, NULL, NULL, "/a ", "" },
    { "{'clusters': [{'name': 'shop', 'members': [{'name': 'a'}]}]}", { "a" }, NULL, "h", "",
      "there is no member a at h" },
};

/* @param names  the storage for its members */
static wlmctl_target_t target_of(char **names, const char *const *members, const char *cluster, const char *host)
{
    wlmctl_target_t target = { .members = names, .cluster = cluster, .host = host };

    for (; members[target.nmembers]; ++target.nmembers) {
        names[target.nmembers] = apr_pstrdup(unit_pool, members[target.nmembers]);
    }
    return target;
}

START_TEST(a_target_is_by_name_cluster_and_host)
{
    char *names[3];
    wlmctl_target_t target = target_of(names, targets[_i].members, targets[_i].cluster, targets[_i].host);
    json_t *view = json_of(targets[_i].view);
    const apr_array_header_t *members = wlmctl_find_members(view, &target, unit_pool);
    const char *found = "", *missing = targets[_i].missing;
    captured_t output;
    int i, has_all;

    for (i = 0; i < members->nelts; ++i) {
        const wlmctl_member_t *one = &APR_ARRAY_IDX(members, i, wlmctl_member_t);
        found = apr_pstrcat(unit_pool, found, wlmctl_text(one->cluster, "name"), "/", wlmctl_text(one->member, "name"),
                            " ", NULL);
    }
    ck_assert_str_eq(found, targets[_i].found);
    output = capture_begin(stderr);
    has_all = wlmctl_has_all(view, &target, unit_pool);
    ck_assert_str_eq(capture_end(&output), *missing ? apr_pstrcat(unit_pool, "wlmctl: ", missing, "\n", NULL) : "");
    ck_assert_int_eq(has_all, !*missing);
    json_decref(view);
}
END_TEST

static const struct {
    const char *cluster, *host, *wrong; /* the option that is; NULL: none */
} options[] = {
    { NULL, NULL, NULL }, { "shop", "h", NULL }, { NULL, "h:80", NULL }, { NULL, "[::1]:80", NULL },
    { "", NULL, "--cluster" }, { NULL, "", "--host" }, { NULL, "80", "--host" }, { NULL, "h:99999", "--host" },
};

START_TEST(an_empty_option_does_not_stand_for_all)
{
    const wlmctl_target_t target = { .cluster = options[_i].cluster, .host = options[_i].host };
    captured_t output = capture_begin(stderr);
    int is_right = wlmctl_check_target(&target, unit_pool);
    const char *printed = capture_end(&output);

    ck_assert_int_eq(is_right, options[_i].wrong == NULL);
    ck_assert_int_eq(*printed != '\0', options[_i].wrong != NULL);
    ck_assert_msg(!options[_i].wrong || strstr(printed, options[_i].wrong), "%s", printed);
}
END_TEST

static const struct {
    const char *view, *name;
    int n;                         /* -1: there is none of that name */
} clusters[] = {
    { STATE, NULL, 2 }, { STATE, "news", 1 }, { STATE, "New", -1 }, { "{}", NULL, 0 }, { "{}", "news", -1 },
    { "{'clusters': [{}, 7]}", NULL, 2 }, { "{'clusters': [{}, 7]}", "news", -1 },
};

START_TEST(a_cluster_is_found_by_its_name)
{
    json_t *view = json_of(clusters[_i].view);
    captured_t output = capture_begin(stderr);
    const apr_array_header_t *found = wlmctl_find_clusters(view, clusters[_i].name, unit_pool);
    const char *printed = capture_end(&output);

    ck_assert_int_eq(found ? found->nelts : -1, clusters[_i].n);
    ck_assert_str_eq(printed, found ? "" : apr_psprintf(unit_pool, "wlmctl: there is no cluster %s\n",
                                                        clusters[_i].name));
    json_decref(view);
}
END_TEST

static const struct {
    const char *expires;           /* NULL: not known */
    int soon;
} certificates[] = {
    { "2026-12-23T10:15:01.000Z", 0 }, { "2026-12-23T10:15:00.000Z", 0 }, { "2026-12-23T10:14:59.000Z", 1 },
    { "2026-11-23T10:15:00.000Z", 1 }, { "2026-11-22T10:15:00.000Z", 1 }, { NULL, 0 },
};

START_TEST(a_certificate_expires_soon_within_30_days_of_its_end_and_behind_it)
{
    json_t *member = json_pack("{s:s?}", "tls_expires", certificates[_i].expires);

    ck_assert_int_eq(wlmctl_expires_soon(member, "tls_expires", NOW), certificates[_i].soon);
    ck_assert_int_eq(wlmctl_expires_soon(member, "tls_own_expires", NOW), 0);
    json_decref(member);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmctl/state");
    TCase *tc = unit_case(s, "state");

    tcase_add_loop_test(tc, a_span_has_the_greatest_unit_of_which_there_are_two, 0, UNIT_COUNT(spans));
    tcase_add_loop_test(tc, a_time_is_read_as_the_server_writes_it, 0, UNIT_COUNT(times));
    tcase_add_loop_test(tc, a_member_is_ill_when_the_server_says_so, 0, UNIT_COUNT(levels));
    tcase_add_loop_test(tc, a_value_that_is_missing_or_odd_is_empty, 0, UNIT_COUNT(values));
    tcase_add_loop_test(tc, an_age_is_counted_by_the_servers_time, 0, UNIT_COUNT(ages));
    tcase_add_loop_test(tc, an_admin_state_has_the_time_that_is_left, 0, UNIT_COUNT(admin_texts));
    tcase_add_loop_test(tc, a_certificate_expires_soon_within_30_days_of_its_end_and_behind_it, 0,
                        UNIT_COUNT(certificates));
    tcase_add_loop_test(tc, a_target_is_by_name_cluster_and_host, 0, UNIT_COUNT(targets));
    tcase_add_loop_test(tc, an_empty_option_does_not_stand_for_all, 0, UNIT_COUNT(options));
    tcase_add_loop_test(tc, a_cluster_is_found_by_its_name, 0, UNIT_COUNT(clusters));
    return s;
}

UNIT_MAIN(suite)
