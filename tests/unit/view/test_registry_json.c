/* A registry as JSON. */
#include "json_unit.h"
#include "view/registry_json.h"

static void append(void *to, const char *data, apr_size_t length)
{
    const char **text = to;

    *text = apr_pstrcat(unit_pool, *text, apr_pstrmemdup(unit_pool, data, length), NULL);
}

static const struct {
    const char *lines, *json;
} registries[] = {
    { "", "{'file':'/r.xml','nodes':[]}" },
    { "CONFIG JVMRoute=a&Host=10.0.0.5&Port=80&Type=http\n"
      "STATUS JVMRoute=a&Load=0\n"
      "ENABLE-APP JVMRoute=a&Context=/&Alias=x.example,y.example\n"
      "STOP-APP JVMRoute=a&Context=/b\n"
      "CONFIG JVMRoute=b&Host=::1&Port=443&Type=https&Balancer=z&Note=%22%3C%5C&Until=1700000000\n",
      "{'file':'/r.xml','nodes':["
      "{'name':'a','balancer':'mycluster','host':'10.0.0.5','port':80,'protocol':'http','state':'standby',"
      "'by_hand':false,'note':null,'until':null,'contexts':["
      "{'context':'/','state':'enabled','cluster':'mycluster:x.example/','aliases':['x.example','y.example']},"
      "{'context':'/b','state':'stopped','cluster':'mycluster/b','aliases':[]}]},"
      "{'name':'b','balancer':'z','host':'::1','port':443,'protocol':'https','state':'ready','by_hand':true,"
      "'note':'\\u0022<\\\\','until':'2023-11-14T22:13:20.000Z','contexts':[]}]}" },
};

START_TEST(what_is_printed)
{
    const char *text = "";
    const wlm_out_t out = { append, &text, unit_pool };
    wlm_registry_t *registry;
    json_t *printed, *expected;

    ck_assert_ptr_null(wlm_registry_read(&registry, registries[_i].lines, unit_pool));
    wlm_registry_json_write(&out, registry, "/r.xml");
    printed = json_loads(text, 0, NULL);
    expected = json_of(registries[_i].json);
    ck_assert_msg(printed && json_equal(printed, expected), "%s", text);
    json_decref(printed);
    json_decref(expected);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("view/registry_json");
    TCase *tc = unit_case(s, "registry_json");

    tcase_add_loop_test(tc, what_is_printed, 0, UNIT_COUNT(registries));
    return s;
}

UNIT_MAIN(suite)
