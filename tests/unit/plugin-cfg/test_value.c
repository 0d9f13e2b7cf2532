/* Attributes: what is taken as which value, and what is not. */
#include <limits.h>
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "plugin-cfg/schema.h"

/* A file in which one attribute of one element is set */
static plugin_cfg_t *read_with(const char *element, const char *attribute)
{
    static const char *const elements[] = { "Config", "ServerCluster", "Server", "Transport", "Uri" };
    const char *text[5];
    int i;

    for (i = 0; i < UNIT_COUNT(elements); ++i) {
        text[i] = strcmp(elements[i], element) == 0 ? attribute : "";
    }
    return cfg_read_text(apr_psprintf(unit_pool,
        "<Config %s>\n<ServerCluster Name=\"c\" %s>\n<Server Name=\"s\" %s>\n<Transport Hostname=\"h\" %s%s/>\n"
        "</Server></ServerCluster>\n<UriGroup Name=\"u\">\n<Uri Name=\"/u\" %s/></UriGroup>\n"
        "<Route ServerCluster=\"c\" UriGroup=\"u\"/></Config>",
        text[0], text[1], text[2], strncmp(text[3], "Port", 4) == 0 ? "" : "Port=\"1\" ", text[3], text[4]));
}

static const void *find_struct(const plugin_cfg_t *cfg, const char *element)
{
    const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, 0, plugin_cfg_cluster_t *);
    const plugin_cfg_server_t *server;

    if (strcmp(element, "Config") == 0) {
        return cfg;
    }
    if (strcmp(element, "ServerCluster") == 0) {
        return cluster;
    }
    if (strcmp(element, "Uri") == 0) {
        const plugin_cfg_uri_group_t *group = APR_ARRAY_IDX(cfg->uri_groups, 0, plugin_cfg_uri_group_t *);
        return APR_ARRAY_IDX(group->uris, 0, plugin_cfg_uri_t *);
    }
    server = APR_ARRAY_IDX(cluster->members, 0, plugin_cfg_server_t *);
    return strcmp(element, "Server") == 0 ? (const void *)server
                                          : APR_ARRAY_IDX(server->transports, 0, plugin_cfg_transport_t *);
}

#define IN(member) offsetof(plugin_cfg_t, member)
#define IN_CLUSTER(member) offsetof(plugin_cfg_cluster_t, member)
#define IN_SERVER(member) offsetof(plugin_cfg_server_t, member)
#define IN_TRANSPORT(member) offsetof(plugin_cfg_transport_t, member)

/* -- numbers, booleans, choices -------------------------------------------------------------------- */

static const struct {
    const char *element, *attribute;
    size_t offset;
    int value;
} numbers[] = {
    /* defaults */
    { "Config", "", IN(refresh_interval), 60 },
    { "Config", "", IN(response_chunk_size), 64 },
    { "Config", "", IN(http_max_headers), 300 },
    { "Config", "", IN(vhost_matching_compat), 0 },
    { "Config", "", IN(app_server_port_is_web_server_port), 0 },
    { "ServerCluster", "", IN_CLUSTER(load_balance), PLUGIN_CFG_ROUND_ROBIN },
    { "ServerCluster", "", IN_CLUSTER(retry_interval), 60 },
    { "ServerCluster", "", IN_CLUSTER(ignore_affinity_requests), 1 },
    { "ServerCluster", "", IN_CLUSTER(clone_separator_change), 0 },
    { "ServerCluster", "", IN_CLUSTER(remove_special_headers), 1 },
    { "ServerCluster", "", IN_CLUSTER(post_size_limit), -1 },
    { "ServerCluster", "", IN_CLUSTER(post_buffer_size), 64 },
    { "ServerCluster", "", IN_CLUSTER(server_io_timeout_retry), -1 },
    { "Server", "", IN_SERVER(weight), 2 },
    { "Server", "", IN_SERVER(connect_timeout), 0 },
    { "Server", "", IN_SERVER(server_io_timeout), 0 },
    { "Server", "", IN_SERVER(max_connections), -1 },
    { "Transport", "", IN_TRANSPORT(protocol), PLUGIN_CFG_HTTP },
    { "Transport", "", IN_TRANSPORT(connection_ttl), 28 },
    /* numbers */
    { "ServerCluster", "RetryInterval=\"0\"", IN_CLUSTER(retry_interval), 0 },
    { "ServerCluster", "RetryInterval=\"2147483\"", IN_CLUSTER(retry_interval), 2147483 },
    { "ServerCluster", "RetryInterval=\" 007\t\"", IN_CLUSTER(retry_interval), 7 },
    { "ServerCluster", "RetryInterval=\"+5\"", IN_CLUSTER(retry_interval), 5 },
    { "ServerCluster", "PostBufferSize=\"-1\"", IN_CLUSTER(post_buffer_size), -1 },
    { "ServerCluster", "PostBufferSize=\"0\"", IN_CLUSTER(post_buffer_size), 0 },
    { "ServerCluster", "PostSizeLimit=\"1000000\"", IN_CLUSTER(post_size_limit), 1000000 },
    { "Server", "LoadBalanceWeight=\"1\"", IN_SERVER(weight), 1 },
    { "Server", "LoadBalanceWeight=\"65535\"", IN_SERVER(weight), 65535 },
    { "Server", "ServerIOTimeout=\"-60\"", IN_SERVER(server_io_timeout), -60 },
    { "Server", "ServerIOTimeout=\"900\"", IN_SERVER(server_io_timeout), 900 },
    { "Server", "MaxConnections=\"0\"", IN_SERVER(max_connections), 0 },
    { "Transport", "Port=\"1\"", IN_TRANSPORT(port), 1 },
    { "Transport", "Port=\"65535\"", IN_TRANSPORT(port), 65535 },
    { "Transport", "ConnectionTTL=\"0\"", IN_TRANSPORT(connection_ttl), 0 },
    /* booleans: any case */
    { "Config", "VHostMatchingCompat=\"true\"", IN(vhost_matching_compat), 1 },
    { "Config", "VHostMatchingCompat=\"TRUE\"", IN(vhost_matching_compat), 1 },
    { "Config", "VHostMatchingCompat=\" True \"", IN(vhost_matching_compat), 1 },
    { "ServerCluster", "IgnoreAffinityRequests=\"FALSE\"", IN_CLUSTER(ignore_affinity_requests), 0 },
    /* choices: any case, blanks and hyphens do not count */
    { "ServerCluster", "LoadBalance=\"Round Robin\"", IN_CLUSTER(load_balance), PLUGIN_CFG_ROUND_ROBIN },
    { "ServerCluster", "LoadBalance=\"RoundRobin\"", IN_CLUSTER(load_balance), PLUGIN_CFG_ROUND_ROBIN },
    { "ServerCluster", "LoadBalance=\"Round-robin\"", IN_CLUSTER(load_balance), PLUGIN_CFG_ROUND_ROBIN },
    { "ServerCluster", "LoadBalance=\"round  ROBIN\"", IN_CLUSTER(load_balance), PLUGIN_CFG_ROUND_ROBIN },
    { "ServerCluster", "LoadBalance=\"Random\"", IN_CLUSTER(load_balance), PLUGIN_CFG_RANDOM },
    { "ServerCluster", "LoadBalance=\"random\"", IN_CLUSTER(load_balance), PLUGIN_CFG_RANDOM },
    { "Config", "AppServerPortPreference=\"webserverport\"", IN(app_server_port_is_web_server_port), 1 },
    { "Config", "AppServerPortPreference=\"HostHeader\"", IN(app_server_port_is_web_server_port), 0 },
    { "Transport", "Protocol=\"HTTP\"", IN_TRANSPORT(protocol), PLUGIN_CFG_HTTP },
};

START_TEST(a_number_is_read)
{
    const plugin_cfg_t *cfg = read_with(numbers[_i].element, numbers[_i].attribute);
    const char *at = find_struct(cfg, numbers[_i].element);
    int value;

    memcpy(&value, at + numbers[_i].offset, sizeof(value));
    ck_assert_msg(value == numbers[_i].value, "%s %s: %d", numbers[_i].element, numbers[_i].attribute, value);
    ck_assert_str_eq(cfg_findings(cfg), "");
}
END_TEST

/* -- texts ------------------------------------------------------------------------------------------- */

static const struct {
    const char *element, *attribute;
    size_t offset;
    const char *value;
} texts[] = {
    { "Server", "", IN_SERVER(clone_id), NULL },
    { "Server", "CloneID=\"\"", IN_SERVER(clone_id), NULL },
    { "Server", "CloneID=\"  \"", IN_SERVER(clone_id), NULL },
    { "Server", "CloneID=\" 1a2b \"", IN_SERVER(clone_id), "1a2b" },
    { "Server", "CloneID=\"&#x31;&amp;\"", IN_SERVER(clone_id), "1&" },
    { "Uri", "", offsetof(plugin_cfg_uri_t, affinity_cookie), "JSESSIONID" },
    { "Uri", "AffinityCookie=\"\"", offsetof(plugin_cfg_uri_t, affinity_cookie), "JSESSIONID" },
    { "Uri", "AffinityCookie=\"jsessionid\"", offsetof(plugin_cfg_uri_t, affinity_cookie), "jsessionid" },
    { "Uri", "", offsetof(plugin_cfg_uri_t, affinity_url_identifier), "jsessionid" },
    { "Uri", "AffinityURLIdentifier='s'", offsetof(plugin_cfg_uri_t, affinity_url_identifier), "s" },
    { "Transport", "", IN_TRANSPORT(keyring), NULL },
    { "Config", "", IN(log_name), NULL },
};

START_TEST(a_text_is_read)
{
    const plugin_cfg_t *cfg = read_with(texts[_i].element, texts[_i].attribute);
    const char *at = find_struct(cfg, texts[_i].element), *value;

    memcpy(&value, at + texts[_i].offset, sizeof(value));
    ck_assert_str_eq(cfg_findings(cfg), "");
    ck_assert_msg(value == texts[_i].value || (value && texts[_i].value && strcmp(value, texts[_i].value) == 0),
                  "%s %s: %s", texts[_i].element, texts[_i].attribute, value ? value : "NULL");
}
END_TEST

/* -- what is not taken ---------------------------------------------------------------------------------- */

static const struct {
    const char *element, *attribute, *findings;
} wrong[] = {
    { "ServerCluster", "RetryInterval=\"60s\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"6 0\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"0x10\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"1e3\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"1.5\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"-1\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"- 1\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"2147484\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"99999999999999999999999\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"4294967297\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"\xd9\xa3\"", "2 error bad-number" },
    { "ServerCluster", "RetryInterval=\"\"", "2 error empty-value" },
    { "ServerCluster", "PostSizeLimit=\"-2\"", "2 error bad-number" },
    { "ServerCluster", "PostBufferSize=\"2147483648\"", "2 error bad-number" },
    { "ServerCluster", "LoadBalance=\"\"", "2 error empty-value" },
    { "ServerCluster", "LoadBalance=\"Robin Round\"", "2 error bad-choice" },
    { "ServerCluster", "LoadBalance=\"Rando\"", "2 error bad-choice" },
    { "ServerCluster", "LoadBalance=\"Randomly\"", "2 error bad-choice" },
    { "ServerCluster", "CloneSeparatorChange=\"+\"", "2 error bad-boolean" },
    { "ServerCluster", "CloneSeparatorChange=\"tru\"", "2 error bad-boolean" },
    { "ServerCluster", "CloneSeparatorChange=\"1\"", "2 error bad-boolean" },
    { "Server", "LoadBalanceWeight=\"65536\"", "3 error bad-number" },
    { "Server", "LoadBalanceWeight=\"-1\"", "3 error bad-number" },
    { "Server", "MaxConnections=\"many\"", "3 error bad-number" },
    { "Transport", "Port=\"0\"", "4 error bad-number" },
    { "Transport", "Port=\"65536\"", "4 error bad-number" },
    { "Transport", "Port=\"http\"", "4 error bad-number" },
    { "Transport", "Port=\"\"", "4 error empty-value" },
    { "Transport", "Port", "4 error not-well-formed" },
    /* where no value has an effect, a wrong one cannot do harm */
    { "Config", "FIPSEnable=\"never\"", "1 warning bad-boolean" },
    { "Config", "IgnoreDNSFailures=\"maybe\"", "1 warning bad-boolean" },
    { "Config", "FIPSEnable=\"\"", "1 warning empty-value" },
    /* what is asked for and not done */
    { "Config", "FIPSEnable=\"True\"", "1 warning no-effect" },
    { "Config", "FIPSEnable=\"False\"", "" },
    { "ServerCluster", "GetDWLMTable=\"true\"", "2 warning no-effect" },
    { "ServerCluster", "GetDWLMTable=\"false\"", "" },
    { "ServerCluster", "RemoveSpecialHeaders=\"false\"", "2 warning no-effect" },
    /* names */
    { "Server", "cloneid=\"c\"", "3 note name-case" },
    { "Server", "CloneID=\"a\" CLONEID=\"b\"", "3 warning attribute-twice" },
    { "Server", "Clone=\"c\"", "3 warning unknown-attribute" },
    { "Config", "xmlns:a=\"urn:a\" a:b=\"c\"", "1 warning unknown-attribute" },
    { "Config", "ConfigHash=\"-17\"", "" },
    /* the line is that of the attribute */
    { "Server", "\n\n LoadBalanceWeight\n=\n'x'\n", "5 error bad-number" },
    { "Server", "xmlns:a='\n' CloneID='c'\nLoadBalanceWeight='x'", "5 error bad-number" },
    { "Server", "CloneID='a\nb' LoadBalanceWeight='x'",
      "3 warning line-break, 3 warning odd-clone-id, 4 error bad-number" },
    { "Server", "CloneID='\na\n'", "" },
};

START_TEST(a_wrong_value_gives_a_finding)
{
    const plugin_cfg_t *cfg = read_with(wrong[_i].element, wrong[_i].attribute);

    ck_assert_msg(strcmp(cfg_findings(cfg), wrong[_i].findings) == 0, "%s %s: %s", wrong[_i].element,
                  wrong[_i].attribute, cfg_findings(cfg));
}
END_TEST

/* -- the table ------------------------------------------------------------------------------------------- */

START_TEST(every_attribute_belongs_to_an_element_and_says_what_it_does)
{
    const plugin_cfg_attribute_t *attribute;
    const plugin_cfg_element_t *element;

    for (attribute = plugin_cfg_attributes; attribute->element; ++attribute) {
        for (element = plugin_cfg_elements; element->key; ++element) {
            if (strcmp(element->key, attribute->element) == 0) {
                break;
            }
        }
        ck_assert_msg(element->key || strcmp(attribute->element, "Property") == 0, "%s", attribute->element);
        ck_assert_msg(*attribute->note, "%s", attribute->name);
        ck_assert_ptr_eq(plugin_cfg_schema_attribute(attribute->element, attribute->name, 0), attribute);
        ck_assert_int_eq(attribute->type == PLUGIN_CFG_TYPE_CHOICE, attribute->choices != NULL);
        /* a warning "has no effect" needs a default to compare with */
        ck_assert(attribute->effect != PLUGIN_CFG_MISSED || attribute->fallback);
    }
}
END_TEST

START_TEST(every_element_has_a_parent)
{
    const plugin_cfg_element_t *element, *parent;

    for (element = plugin_cfg_elements + 1; element->key; ++element) {
        for (parent = plugin_cfg_elements; parent->key && strcmp(parent->key, element->parent) != 0; ++parent) {
        }
        ck_assert_msg(parent->key != NULL, "%s", element->key);
        ck_assert_ptr_eq(plugin_cfg_schema_element(element->parent, element->name, 1), element);
    }
}
END_TEST

/* Every default, written down, is what is taken without it */
START_TEST(a_default_that_is_written_down_gives_no_finding)
{
    const plugin_cfg_attribute_t *attribute;

    for (attribute = plugin_cfg_attributes; attribute->element; ++attribute) {
        if (attribute->fallback && strchr("CSTU", attribute->element[0]) && !strchr(attribute->element, '/')) {
            const plugin_cfg_t *cfg = read_with(attribute->element,
                                                apr_psprintf(unit_pool, "%s=\"%s\"", attribute->name,
                                                             attribute->fallback));
            ck_assert_msg(!*cfg_findings(cfg), "%s: %s", attribute->name, cfg_findings(cfg));
        }
    }
}
END_TEST

/* Generators write all clusters alike; one finding says it for all */
START_TEST(what_has_no_effect_is_told_once)
{
    const plugin_cfg_t *cfg = cfg_read_text(
        "<Config>\n"
        "<ServerCluster Name='c' GetDWLMTable='true' RemoveSpecialHeaders='false'>"
        "<Server Name='a'><Transport Hostname='h' Port='1'/></Server></ServerCluster>\n"
        "<ServerCluster Name='d' GetDWLMTable='true' RemoveSpecialHeaders='false'>"
        "<Server Name='b'><Transport Hostname='h' Port='2'/></Server></ServerCluster>\n"
        "<Route ServerCluster='c'/><Route ServerCluster='d'/></Config>");

    ck_assert_str_eq(cfg_findings(cfg), "2 warning no-effect, 2 warning no-effect");
}
END_TEST

START_TEST(a_message_quotes_the_value_and_stays_one_line)
{
    const plugin_cfg_t *cfg = read_with("ServerCluster", "RetryInterval=\"a&#10;b&#9;c\"");
    const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *);

    ck_assert_msg(strstr(finding->message, "RetryInterval=\"a b c\"") != NULL, "%s", finding->message);
    ck_assert_msg(strstr(finding->message, "0 to 2147483") != NULL, "%s", finding->message);
}
END_TEST

/* -- characters that cannot be seen --------------------------------------------------------------------- */

static const struct {
    const char *element, *attribute, *findings, *told;
} unseen[] = {
    { "Transport", "Port='\xe2\x80\x8b" "9080'", "4 error bad-number",
      "Port=\"<U+200B>9080\" is not valid, for it has a character" },
    { "Transport", "Port='9080\xc2\xa0'", "4 error bad-number", "Port=\"9080<U+00A0>\"" },
    { "Server", "CloneID='a\xe2\x80\x8b'", "3 warning invisible-character", "CloneID=\"a<U+200B>\"" },
    { "Uri", "AffinityCookie='\xef\xbb\xbfJSESSIONID'", "7 warning invisible-character", "<U+FEFF>" },
    { "ServerCluster", "LoadBalance='Round\xc2\xa0Robin'", "2 error bad-choice", "Round<U+00A0>Robin" },
    { "Config", "Foo\xe2\x80\x8d='1'", "1 warning unknown-attribute", "Foo<U+200D>" },
    { "Config", "Foo='1' xml:lang='\xe2\x80\xae'", "1 warning unknown-attribute, 1 warning unknown-attribute", "Foo" },
    /* what can be seen stays as it is */
    { "Server", "CloneID='\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80'", "", NULL },
};

START_TEST(a_character_that_cannot_be_seen_is_shown)
{
    const plugin_cfg_t *cfg = read_with(unseen[_i].element, unseen[_i].attribute);

    ck_assert_str_eq(cfg_findings(cfg), unseen[_i].findings);
    if (unseen[_i].told) {
        const char *message = APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *)->message;
        ck_assert_msg(strstr(message, unseen[_i].told) != NULL, "%s", message);
    }
}
END_TEST

static const struct {
    const char *text, *visible;
} spellings[] = {
    { "plain \xc3\xbc \xe2\x82\xac", NULL },
    { "a\nb\tc\x7f", "a b c " },
    { "\xe2\x80\x8b", "<U+200B>" },
    { "a\xc2\x85" "b\xe2\x80\xa8" "c\xf3\xa0\x80\x81", "a<U+0085>b<U+2028>c<U+E0001>" },
    { "caf\xe9", "caf<byte E9>" },
    { "\xe2\x80", "<byte E2><byte 80>" },
    { "\xc0\xaf", "<byte C0><byte AF>" },
};

START_TEST(a_text_is_made_visible)
{
    const char *visible = plugin_cfg_visible(spellings[_i].text, unit_pool);

    ck_assert_str_eq(visible, spellings[_i].visible ? spellings[_i].visible : spellings[_i].text);
}
END_TEST

START_TEST(a_message_is_never_as_long_as_the_value)
{
    char *value = apr_palloc(unit_pool, 100001);
    const plugin_cfg_finding_t *finding;
    const plugin_cfg_t *cfg;
    int i;

    for (i = 0; i < 100000; i += 2) {
        memcpy(value + i, "\xc3\xa9", 2);
    }
    value[100000] = '\0';
    for (i = 0; i < 2; ++i) { /* the cut falls before and into a character */
        cfg = read_with("ServerCluster", apr_pstrcat(unit_pool, "RetryInterval=\"", i ? "x" : "", value, "\"", NULL));
        finding = APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *);
        ck_assert_str_eq(finding->message + strlen(finding->message) - 4, "\xa9...");
    }
    for (i = 0; i < 99999; i += 3) { /* what is shown of these is longer than they are */
        memcpy(value + i, "\xe2\x80\x8b", 3);
    }
    cfg = read_with("ServerCluster", apr_pstrcat(unit_pool, "RetryInterval=\"", value, "\"", NULL));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/value");
    TCase *tc = unit_case(s, "values");

    tcase_add_loop_test(tc, a_number_is_read, 0, UNIT_COUNT(numbers));
    tcase_add_loop_test(tc, a_text_is_read, 0, UNIT_COUNT(texts));
    tcase_add_loop_test(tc, a_wrong_value_gives_a_finding, 0, UNIT_COUNT(wrong));
    tc = unit_case(s, "table");
    tcase_add_test(tc, every_attribute_belongs_to_an_element_and_says_what_it_does);
    tcase_add_test(tc, every_element_has_a_parent);
    tcase_add_test(tc, a_default_that_is_written_down_gives_no_finding);
    tcase_add_test(tc, what_has_no_effect_is_told_once);
    tc = unit_case(s, "messages");
    tcase_add_test(tc, a_message_quotes_the_value_and_stays_one_line);
    tcase_add_test(tc, a_message_is_never_as_long_as_the_value);
    tcase_add_loop_test(tc, a_character_that_cannot_be_seen_is_shown, 0, UNIT_COUNT(unseen));
    tcase_add_loop_test(tc, a_text_is_made_visible, 0, UNIT_COUNT(spellings));
    return s;
}

UNIT_MAIN(suite)
