/* What becomes of Tomcat's server.xml: Connectors, Hosts, Contexts, and what is reported of odd input. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "temp_folder.h"
#include "tools/wlmcfg/import/import_unit.h"
#include "tools/wlmcfg/import/tomcat/tomcat.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

static imported_t import_tomcat(const char *xml, const char *uri)
{
    char name[] = "w=x", *words[] = { name };
    import_t *import = import_make();

    if (uri) {
        APR_ARRAY_PUSH(import->uris, const char *) = uri;
    }
    temp_folder_write("x", xml);
    return import_files(import, wlmcfg_import_tomcat, words, 1);
}

/* the line of what stands in a Service is 1, as everything is on one line */
#define SERVICE(connectors, engine) "<Server><Service name='c'>" connectors "<Engine jvmRoute='r'>" engine \
    "</Engine></Service></Server>"
#define HTTP "<Connector port='8080'/>"
#define CONNECTOR(more) SERVICE("<Connector port='8080' " more "/>", "")

static const struct {
    const char *xml, *clusters, *findings; /* clusters: NULL when there are errors */
} connector_cases[] = {
    { SERVICE(HTTP, ""), "c: r r http://w:8080 1 0/0", "" },
    { SERVICE("<Connector port='8443' SSLEnabled='true'/>", ""), "c: r r https://w:8443 1 0/0", "1 note https" },
    { SERVICE(HTTP "<Connector port='8443' SSLEnabled='true'/>", ""), "c: r r http://w:8080 https://w:8443 1 0/0", "" },
    { SERVICE("<Connector port='8009' protocol='AJP/1.3'/>", ""), "c: r r http://w:80 1 0/0", "" },
    { SERVICE("<Connector port='8009' protocol='org.apache.coyote.ajp.AjpNioProtocol'/>", ""),
      "c: r r http://w:80 1 0/0", "" },
    { SERVICE("<Connector port='8010' protocol='AJP/1.3'/>", ""), "c: r r http://w:8010 1 0/0", "1 warning ajp-port" },
    { SERVICE("<Connector port='8009' protocol='AJP/1.3'/>" HTTP, ""), "c: r r http://w:8080 1 0/0", "" },
    { SERVICE(HTTP "<Connector port='8081'/>", ""), "c: r r http://w:8080 1 0/0", "1 note left-out" },
    { SERVICE("<Connector port='0'/>" HTTP, ""), "c: r r http://w:8080 1 0/0", "1 note left-out" },
    { SERVICE("<Connector/>" HTTP, ""), "c: r r http://w:8080 1 0/0", "1 note left-out" },
    { CONNECTOR("address='10.0.0.1'"), "c: r r http://w:8080 1 0/0", "1 warning host" },
    { CONNECTOR("address='0.0.0.0'"), "c: r r http://w:8080 1 0/0", "" },
    /* an idle connection is closed before Tomcat does */
    { CONNECTOR("keepAliveTimeout='5000'"), "c: r r http://w:8080(ttl 4) 1 0/0", "" },
    { CONNECTOR("connectionTimeout='20000'"), "c: r r http://w:8080(ttl 19) 1 0/0", "" },
    { CONNECTOR("connectionTimeout='5000' keepAliveTimeout='20000'"), "c: r r http://w:8080(ttl 19) 1 0/0", "" },
    { CONNECTOR("keepAliveTimeout='60000'"), "c: r r http://w:8080 1 0/0", "" },
    { CONNECTOR("keepAliveTimeout='28999'"), "c: r r http://w:8080(ttl 27) 1 0/0", "" },
    { CONNECTOR("keepAliveTimeout='100'"), "c: r r http://w:8080(ttl 1) 1 0/0", "" },
    { CONNECTOR("keepAliveTimeout='-1'"), "c: r r http://w:8080 1 0/0", "" },
    { CONNECTOR("keepAliveTimeout='5s'"), NULL, "1 error bad-value" },
    { "<Server portOffset='100'><Service name='c'>" HTTP "<Engine/></Service></Server>",
      "c: w_8180 - http://w:8180 1 0/0", "1 note no-route" },
    { "<Server portOffset='65534'><Service name='c'>" HTTP "<Engine/></Service></Server>", NULL,
      "1 error bad-value, 1 error no-connector" },
    { "<Server portOffset='x'><Service name='c'>" HTTP "<Engine/></Service></Server>", NULL,
      "1 error bad-value, 1 note no-route" },
    { "<Server><Service name='c'>" HTTP "<Engine/></Service><Service name='d'>" HTTP "<Engine/></Service></Server>",
      "c: w_8080 - http://w:8080 1 0/0; d: w_8080 - http://w:8080 1 0/0",
      "1 note no-route, 1 warning changed, 1 warning order" },
    { SERVICE("<Connector port='${p:-8081}'/>", ""), "c: r r http://w:8081 1 0/0", "" },
    { SERVICE("<Connector port='${p}'/>", ""), NULL, "1 error undefined, 1 note left-out, 1 error no-connector" },
    { SERVICE("<Connector port='65536'/>", ""), NULL, "1 error bad-value, 1 error no-connector" },
    { SERVICE("<Connector port='8443' SSLEnabled='x'/>", ""), NULL, "1 error bad-value, 1 error no-connector" },
    { SERVICE("", ""), NULL, "1 error no-connector" },
    { "<Server><Service name='c'>" HTTP "</Service></Server>", NULL, "1 error bad-line" },
    { "<Server/>", NULL, "1 error bad-line" },
    { "<server><Service name='c'>" HTTP "<Engine/></Service></server>", NULL, "1 error bad-line" },
    { "<Server>", NULL, "1 error bad-line" },
    { "", NULL, "1 error bad-line" },
    { "<!DOCTYPE Server [<!ENTITY e 'x'>]><Server/>", NULL, "0 error not-followed" },
};

START_TEST(connectors_become_a_member)
{
    imported_t imported = import_tomcat(connector_cases[_i].xml, NULL);

    ck_assert_pstr_eq(imported.cfg ? import_clusters(imported.cfg) : NULL, connector_cases[_i].clusters);
    ck_assert_str_eq(imported.findings, connector_cases[_i].findings);
}
END_TEST

/* -- hosts and contexts ---------------------------------------------------------------------------------------- */

#define ENGINE(more, hosts) "<Server><Service name='c'>" HTTP "<Engine jvmRoute='r' " more ">" hosts \
    "</Engine></Service></Server>"

static const struct {
    const char *xml, *uri, *routes, *findings;
} host_cases[] = {
    { ENGINE("", ""), NULL, "all / /* -> c", "" },
    { ENGINE("", ""), "/shop/*", "all / /shop/* -> c", "" },
    { ENGINE("", "<Host name='a'/>"), NULL, "all / /* -> c", "" },
    { ENGINE("defaultHost='a'", "<Host name='a'/><Host name='b'/>"), NULL, "all / /* -> c; b 0 / /* -> c", "" },
    { ENGINE("defaultHost='A'", "<Host name='a'/><Host name='b'><Alias>d</Alias></Host>"), NULL,
      "all / /* -> c; b 0 d 0 / /* -> c", "" },
    { ENGINE("defaultHost='a'", "<Host name='a'/><Host name='b'><Alias>*.d</Alias></Host>"), NULL,
      "all / /* -> c; b 0 / /* -> c", "1 warning not-carried-over" },
    { ENGINE("", "<Host name='a'><Context path='/x'/></Host>"), NULL, "all / /x/* -> c", "1 note contexts" },
    { ENGINE("", "<Host name='a'><Context path=''/></Host>"), NULL, "all / /* -> c", "1 note contexts" },
    { ENGINE("", "<Host name='a'><Context path='/'/></Host>"), NULL, "all / /* -> c", "1 note contexts" },
    { ENGINE("", "<Host name='a'><Context path='/x'/></Host>"), "/y", "all / /x/* /y -> c", "" },
    { ENGINE("", "<Host name='a'><Context docBase='x'/></Host>"), NULL, "all / /* -> c", "1 warning not-carried-over" },
    { ENGINE("", "<Host name='a'><Context path='x'/></Host>"), NULL, NULL, "1 error bad-value" },
    { ENGINE("", "<Host name='a'><Context path='/x*'/></Host>"), NULL, NULL, "1 error bad-value" },
    { ENGINE("", "<Valve className='org.apache.catalina.valves.LoadBalancerDrainingValve'/>"), NULL, "all / /* -> c",
      "1 warning not-carried-over" },
};

START_TEST(hosts_and_contexts_become_routes)
{
    imported_t imported = import_tomcat(host_cases[_i].xml, host_cases[_i].uri);

    ck_assert_pstr_eq(imported.cfg ? cfg_routes(imported.cfg) : NULL, host_cases[_i].routes);
    ck_assert_str_eq(imported.findings, host_cases[_i].findings);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/import/tomcat");
    TCase *tc = unit_case(s, "tomcat");

    tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
    tcase_add_loop_test(tc, connectors_become_a_member, 0, UNIT_COUNT(connector_cases));
    tcase_add_loop_test(tc, hosts_and_contexts_become_routes, 0, UNIT_COUNT(host_cases));
    return s;
}

UNIT_MAIN(suite)
