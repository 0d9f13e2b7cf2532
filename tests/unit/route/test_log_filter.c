/* RequestMetrics: what the file says, and which requests that means. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "route/log_filter.h"

/* a filter element with one enabled value, and a disabled one that would fit everything */
#define FILTER(enable, type, value) "<filters type='" type "' enable='" enable \
    "'><filterValues value='*' enable='false'/>" \
                                    "<filterValues value='" value "' enable='true'/></filters>"
#define ON     "rmEnabled='true' traceLevel='HOPS'"
#define URI(v) FILTER("true", "URI", v)
#define IP(v)  FILTER("true", "SOURCE_IP", v)

static const struct {
    const char *attributes, *filters, *uri, *address;
    int wanted;
} requests[] = {
    { ON, "", "/any", "10.0.0.1", 1 },
    { "", "", "/any", "10.0.0.1", 0 },
    { "rmEnabled='false' traceLevel='DEBUG'", "", "/any", "10.0.0.1", 0 },
    /* levels */
    { "rmEnabled='true'", "", "/any", "10.0.0.1", 0 },
    { "rmEnabled='true' traceLevel='NONE'", "", "/any", "10.0.0.1", 0 },
    { "rmEnabled='true' traceLevel='PERF_DEBUG'", "", "/any", "10.0.0.1", 1 },
    { "rmEnabled='TRUE' traceLevel='debug'", "", "/any", "10.0.0.1", 1 },
    { "rmEnabled='true' traceLevel='loud'", "", "/any", "10.0.0.1", 0 },
    { ON " loggingEnabled='true'", "", "/any", "10.0.0.1", 1 },
    { ON " loggingEnabled='false'", "", "/any", "10.0.0.1", 0 },
    { ON " armEnabled='true' newBehavior='true'", "", "/any", "10.0.0.1", 1 },
    /* URIs */
    { ON, URI("/shop"), "/shop", "10.0.0.1", 1 },
    { ON, URI("/shop"), "/shop/", "10.0.0.1", 0 },
    { ON, URI("/shop"), "/sho", "10.0.0.1", 0 },
    { ON, URI("/shop"), "/Shop", "10.0.0.1", 0 },
    { ON, URI("/shop*"), "/shop", "10.0.0.1", 1 },
    { ON, URI("/shop*"), "/shopping/a", "10.0.0.1", 1 },
    { ON, URI("/shop/*"), "/shop", "10.0.0.1", 0 },
    { ON, URI("/shop/*"), "/shop/", "10.0.0.1", 1 },
    { ON, URI("*"), "/", "10.0.0.1", 1 },
    { ON, URI("/a*b"), "/ac", "10.0.0.1", 1 },    /* up to the first * */
    { ON, URI("/a") URI("/b"), "/b", "10.0.0.1", 1 },
    { ON, URI("/a") URI("/b"), "/c", "10.0.0.1", 0 },
    /* addresses */
    { ON, IP("10.0.0.1"), "/any", "10.0.0.1", 1 },
    { ON, IP("10.0.0.1"), "/any", "10.0.0.10", 0 },
    { ON, IP("10.0.*"), "/any", "10.0.77.1", 1 },
    { ON, IP("10.0.*"), "/any", "10.1.0.1", 0 },
    { ON, IP("127*"), "/any", "127.0.0.1", 1 },
    { ON, IP("2001:db8:*"), "/any", "2001:db8::1", 1 },
    /* both */
    { ON, URI("/shop") IP("10.*"), "/shop", "10.0.0.1", 1 },
    { ON, URI("/shop") IP("10.*"), "/shop", "11.0.0.1", 0 },
    { ON, URI("/shop") IP("10.*"), "/", "10.0.0.1", 0 },
    /* what is off, or wrong */
    { ON, FILTER("false", "URI", "/shop"), "/any", "10.0.0.1", 1 },
    { ON, FILTER("false", "URI", "/shop") IP("10.*"), "/any", "10.0.0.1", 1 },
    { ON, FILTER("true", "JMS", "/shop"), "/any", "10.0.0.1", 1 },
    { ON, FILTER("true", "web_services", "/shop"), "/any", "10.0.0.1", 1 },
    { ON, FILTER("true", "URL", "/shop"), "/any", "10.0.0.1", 1 },
    { ON, "<filters enable='true'><filterValues value='/shop' enable='true'/></filters>", "/any", "10.0.0.1", 1 },
    { ON, "<filters type='URI' enable='true'/>", "/any", "10.0.0.1", 0 },
    { ON, "<filters type='URI' enable='true'><filterValues value='' enable='true'/></filters>", "/", "10.0.0.1", 0 },
    { ON, "<filters type='URI' enable='true'><filterValues enable='true'/></filters>", "/", "10.0.0.1", 0 },
};

START_TEST(which_requests_are_wanted)
{
    plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config><RequestMetrics ", requests[_i].attributes, ">",
                                                  requests[_i].filters, "</RequestMetrics></Config>", NULL));

    ck_assert_msg(wlm_log_filter_matches(cfg->request_metrics, requests[_i].uri, requests[_i].address)
                  == requests[_i].wanted, "%d: %s %s", _i, requests[_i].attributes, requests[_i].filters);
}
END_TEST

START_TEST(no_such_element)
{
    ck_assert(!wlm_log_filter_matches(cfg_read_text("<Config></Config>")->request_metrics, "/", "10.0.0.1"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("route/log_filter");
    TCase *tc = unit_case(s, "metrics");

    tcase_add_loop_test(tc, which_requests_are_wanted, 0, UNIT_COUNT(requests));
    tcase_add_test(tc, no_such_element);
    return s;
}

UNIT_MAIN(suite)
