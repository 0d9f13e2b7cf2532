/* How busy a server is, as its responses say: ORCA's field in its forms, and what says nothing. */
#include "unit.h"
#include "http/load_report.h"

#define NOTHING (-1.0)

static const struct {
    const char *value;
    const char *metric;
    double number;
} values[] = {
    /* text */
    { "TEXT cpu_utilization=0.3", NULL, 0.3 },
    { "TEXT cpu_utilization=0.3, mem_utilization=0.8", NULL, 0.3 },
    { "TEXT mem_utilization=0.8,cpu_utilization=0.3", NULL, 0.3 },
    { "text \t CPU_Utilization = 0.3 ", NULL, 0.3 },
    { "TEXT cpu_utilization:0.3", NULL, 0.3 },
    { "cpu_utilization=0.3", NULL, 0.3 },
    { "cpu_utilization:0.3,rps_fractional:12", NULL, 0.3 },
    { "TEXT cpu_utilization=0.3,application_utilization=0.9", NULL, 0.9 },
    { "TEXT cpu_utilization=0.3,application_utilization=0", NULL, 0.3 },
    { "TEXT rps_fractional=10,eps=1", NULL, NOTHING },
    { "TEXT named_metrics.queue=0.4,cpu_utilization=0.3", "named_metrics.queue", 0.4 },
    { "TEXT named_metrics.queue=0.4,cpu_utilization=0.3", "named_metrics.que", NOTHING },
    { "TEXT named_metrics.queue=0.4", NULL, NOTHING },
    { "TEXT mem_utilization=0.8,cpu_utilization=0.3", "mem_utilization", 0.8 },
    { "TEXT cpu_utilization=0.3", "mem_utilization", NOTHING },
    /* numbers */
    { "TEXT cpu_utilization=1", NULL, 1 },
    { "TEXT cpu_utilization=.25", NULL, 0.25 },
    { "TEXT cpu_utilization=2.", NULL, 2 },
    { "TEXT cpu_utilization=25e-2", NULL, 0.25 },
    { "TEXT cpu_utilization=2.5E+1", NULL, 25 },
    { "TEXT cpu_utilization=0.0001", NULL, 0.0001 },
    { "TEXT cpu_utilization=0", NULL, NOTHING },
    { "TEXT cpu_utilization=-0.3", NULL, NOTHING },
    { "TEXT cpu_utilization=nan", NULL, NOTHING },
    { "TEXT cpu_utilization=inf", NULL, NOTHING },
    { "TEXT cpu_utilization=0x1", NULL, NOTHING },
    { "TEXT cpu_utilization=1e999", NULL, NOTHING },
    { "TEXT cpu_utilization=1e-999", NULL, NOTHING },
    { "TEXT cpu_utilization=1e99999999999999999999", NULL, NOTHING },
    { "TEXT cpu_utilization=0,3", NULL, NOTHING },
    { "TEXT cpu_utilization=", NULL, NOTHING },
    { "TEXT cpu_utilization=.", NULL, NOTHING },
    { "TEXT cpu_utilization=1e", NULL, NOTHING },
    { "TEXT cpu_utilization=30%", NULL, NOTHING },
    /* malformed, contradicting */
    { "", NULL, NOTHING },
    { "TEXT", NULL, NOTHING },
    { "TEXT ", NULL, NOTHING },
    { "TEXT cpu_utilization", NULL, NOTHING },
    { "TEXT =0.3", NULL, NOTHING },
    { "TEXT cpu_utilization=0.3,", NULL, NOTHING },
    { "TEXT cpu_utilization=0.3,,eps=1", NULL, NOTHING },
    { "TEXT cpu_utilization=0.3 eps=1", NULL, NOTHING },
    { "TEXT cpu_utilization=0.3,cpu_utilization=0.3", NULL, NOTHING },
    { "TEXT cpu_utilization=0.3,cpuUtilization=0.4", NULL, NOTHING },
    { "TEXT cpu_utilization=0.3,application_utilization=x", NULL, NOTHING },
    /* other forms */
    { "BIN CZqZmZmZmdM/", NULL, NOTHING },
    { "XML <a/>", NULL, NOTHING },
    /* JSON */
    { "JSON {\"cpu_utilization\": 0.3}", NULL, 0.3 },
    { "json {\"cpuUtilization\":0.3,\"applicationUtilization\":0.9}", NULL, 0.9 },
    { "JSON { \"named_metrics\" : { \"queue\" : 0.4 , \"x\":1 } , \"cpu_utilization\" : 0.3 } ", NULL, 0.3 },
    { "JSON {\"named_metrics\":{\"queue\":0.4},\"cpu_utilization\":0.3}", "named_metrics.queue", 0.4 },
    { "JSON {\"namedMetrics\":{\"queue\":0.4}}", "named_metrics.queue", 0.4 },
    { "JSON {\"namedMetrics\":{\"queue\":0.4}}", "queue", NOTHING },
    { "JSON {\"utilization\":{\"cpu_utilization\":0.9}}", NULL, NOTHING },
    { "JSON {\"utilization\":{\"gpu\":0.9}}", "utilization.gpu", 0.9 },
    { "JSON {\"a\":{\"b\":{\"c\":0.9}}}", "b.c", NOTHING },
    { "JSON {\"a\":{\"b\":{\"c\":0.9}}}", "a.b.c", NOTHING },
    { "JSON {\"a\":[1,{\"cpu_utilization\":0.9},\"x\",[]],\"b\":\"}\\\"\","
      "\"c\":true,\"d\":null,\"cpu_utilization\":0.2}",
      NULL, 0.2 },
    { "JSON {}", NULL, NOTHING },
    { "JSON {\"cpu_utilization\":\"0.3\"}", NULL, NOTHING },
    { "JSON {\"cpu_utilization\":-0.3}", NULL, NOTHING },
    { "JSON {\"cpu_utilization\":NaN}", NULL, NOTHING },
    { "JSON {\"cpu_utilization\":0.3", NULL, NOTHING },
    { "JSON {\"cpu_utilization\":0.3}}", NULL, NOTHING },
    { "JSON {\"cpu_utilization\":0.3,}", NULL, NOTHING },
    { "JSON {\"cpu_utilization\" 0.3}", NULL, NOTHING },
    { "JSON {cpu_utilization:0.3}", NULL, NOTHING },
    { "JSON {\"cpu_utilization\":0.3,\"x\":\"", NULL, NOTHING },
    { "JSON {\"cpu_utilization\":0.3,\"x\":\"\\", NULL, NOTHING },
    { "JSON {\"cpu_utilization\":0.3,\"x\":[1}", NULL, NOTHING },
    { "JSON {\"cpu_utilization\":0.3,\"cpu_utilization\":0.4}", NULL, NOTHING },
    { "JSON 0.3", NULL, NOTHING },
    { "JSON [0.3]", NULL, NOTHING },
    { "JSON", NULL, NOTHING },
    { "{\"cpu_utilization\":0.3}", NULL, NOTHING },
};

START_TEST(what_values_say)
{
    double number = NOTHING;
    int says = wlm_http_load_report_read(&number, values[_i].value, values[_i].metric);

    ck_assert_msg(says == (values[_i].number > 0), "%s", values[_i].value);
    if (says) {
        ck_assert_msg(number > values[_i].number * 0.999999 && number < values[_i].number * 1.000001, "%s: %f",
                      values[_i].value, number);
    }
}
END_TEST

static char *repeated(const char *before, const char *part, int n, const char *behind)
{
    char *text = apr_palloc(unit_pool, strlen(before) + strlen(part) * (size_t)n + strlen(behind) + 1), *at = text;
    int i;

    at = stpcpy(at, before);
    for (i = 0; i < n; ++i) {
        at = stpcpy(at, part);
    }
    stpcpy(at, behind);
    return text;
}

START_TEST(sizes_are_bounded)
{
    double number;

    ck_assert(wlm_http_load_report_read(&number, repeated("JSON {\"a\":", "[", 6, "1]]]]]],\"cpu_utilization\":0.3}"),
                                        NULL));
    ck_assert(!wlm_http_load_report_read(&number, repeated("JSON {\"a\":", "[", 1000, ""), NULL));
    ck_assert(!wlm_http_load_report_read(&number, repeated("JSON ", "{\"a\":", 500, ""), NULL));
    ck_assert(wlm_http_load_report_read(&number, repeated("cpu_utilization=0.3", " ", 4096 - 19, ""), NULL));
    ck_assert(!wlm_http_load_report_read(&number, repeated("cpu_utilization=0.3", " ", 4096 - 18, ""), NULL));
}
END_TEST

static const struct {
    const char *name;
    wlm_http_load_report_field_t field;
} names[] = {
    { "endpoint-load-metrics", WLM_HTTP_LOAD_REPORT_READ }, { "Endpoint-Load-Metrics", WLM_HTTP_LOAD_REPORT_READ },
    { "endpoint-load-metrics-bin", WLM_HTTP_LOAD_REPORT_OTHER },
    { "ENDPOINT-LOAD-METRICS-JSON", WLM_HTTP_LOAD_REPORT_OTHER },
    { "endpoint-load-metrics-text", WLM_HTTP_LOAD_REPORT_NO }, { "endpoint-load-metric", WLM_HTTP_LOAD_REPORT_NO },
    { "x-endpoint-load-metrics", WLM_HTTP_LOAD_REPORT_NO }, { "ETag", WLM_HTTP_LOAD_REPORT_NO },
    { "e", WLM_HTTP_LOAD_REPORT_NO },
};

START_TEST(names_of_fields)
{
    ck_assert_msg(wlm_http_load_report_field(names[_i].name) == names[_i].field, "%s", names[_i].name);
}
END_TEST

START_TEST(several_fields_say_nothing)
{
    static const wlm_http_field_t fields[] = {
        { "Date", "now" }, { "endpoint-load-metrics-bin", "x" }, { "Endpoint-Load-Metrics", "cpu_utilization=0.3" },
        { "endpoint-load-metrics", "cpu_utilization=0.3" }
    };
    double number;

    ck_assert(!wlm_http_load_report_find(&number, fields, 2, NULL));
    ck_assert(wlm_http_load_report_find(&number, fields, 3, NULL));
    ck_assert(!wlm_http_load_report_find(&number, fields, 4, NULL));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/load_report");
    TCase *tc = unit_case(s, "load report");

    tcase_add_loop_test(tc, what_values_say, 0, UNIT_COUNT(values));
    tcase_add_test(tc, sizes_are_bounded);
    tcase_add_loop_test(tc, names_of_fields, 0, UNIT_COUNT(names));
    tcase_add_test(tc, several_fields_say_nothing);
    return s;
}

UNIT_MAIN(suite)
