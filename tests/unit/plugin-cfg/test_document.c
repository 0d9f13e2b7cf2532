/* The tree beside the model: each part of the model leads to its element. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "plugin-cfg/document.h"

static plugin_cfg_document_t *document;

/* @param name  of the element; @param attribute  its value in the model, in the attribute of that name */
static void check_node(const void *model, int line, const char *element, const char *attribute, const char *value)
{
    const xmlNode *node = plugin_cfg_document_node(document, model);
    const xmlAttr *attr;

    ck_assert_ptr_nonnull(node);
    ck_assert_str_eq((const char *)node->name, element);
    ck_assert(plugin_cfg_is(node, element));
    ck_assert_int_eq(plugin_cfg_line_of(node), line);
    attr = plugin_cfg_find_attribute(node, attribute);
    ck_assert_ptr_nonnull(attr);
    ck_assert_str_eq((const char *)attr->children->content, value);
    ck_assert_int_ge(plugin_cfg_attr_line_of(attr), line);
}

static void check_server(const plugin_cfg_server_t *server)
{
    int i;

    check_node(server, server->line, "Server", "name", server->name);
    for (i = 0; i < server->transports->nelts; ++i) {
        const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *);
        check_node(transport, transport->line, "Transport", "HOSTNAME", transport->host);
    }
}

START_TEST(every_part_of_the_model_has_its_element)
{
    const plugin_cfg_t *cfg;
    int i, k;

    ck_assert_int_eq(plugin_cfg_read_document(&document, "tests/data/good/traditional.xml", unit_pool), APR_SUCCESS);
    cfg = document->cfg;
    check_node(cfg, 2, "Config", "RefreshInterval", "60");
    ck_assert_int_gt(cfg->clusters->nelts * cfg->virtual_host_groups->nelts * cfg->uri_groups->nelts, 0);
    for (i = 0; i < cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *);
        check_node(cluster, cluster->line, "ServerCluster", "Name", cluster->name);
        for (k = 0; k < cluster->members->nelts; ++k) {
            check_server(APR_ARRAY_IDX(cluster->members, k, plugin_cfg_server_t *));
        }
    }
    for (i = 0; i < cfg->virtual_host_groups->nelts; ++i) {
        const plugin_cfg_virtual_host_group_t *group =
            APR_ARRAY_IDX(cfg->virtual_host_groups, i, plugin_cfg_virtual_host_group_t *);
        const plugin_cfg_virtual_host_t *host = APR_ARRAY_IDX(group->hosts, 0, plugin_cfg_virtual_host_t *);
        check_node(group, group->line, "VirtualHostGroup", "Name", group->name);
        check_node(host, host->line, "VirtualHost", "Name", host->name);
    }
    for (i = 0; i < cfg->uri_groups->nelts; ++i) {
        const plugin_cfg_uri_group_t *group = APR_ARRAY_IDX(cfg->uri_groups, i, plugin_cfg_uri_group_t *);
        const plugin_cfg_uri_t *uri = APR_ARRAY_IDX(group->uris, 0, plugin_cfg_uri_t *);
        check_node(group, group->line, "UriGroup", "Name", group->name);
        check_node(uri, uri->line, "Uri", "Name", uri->name);
    }
}
END_TEST

START_TEST(what_is_not_of_the_model_has_no_element)
{
    ck_assert_int_eq(plugin_cfg_read_document(&document, "tests/data/good/traditional.xml", unit_pool), APR_SUCCESS);
    ck_assert_ptr_null(plugin_cfg_document_node(document, unit_pool));
}
END_TEST

START_TEST(a_file_without_a_tree_has_a_model_with_findings)
{
    ck_assert_int_eq(plugin_cfg_read_document(&document, "tests/data/bad/not-well-formed.xml", unit_pool),
                     APR_EGENERAL);
    ck_assert_ptr_null(document->doc);
    ck_assert_str_eq(cfg_findings(document->cfg), "17 error not-well-formed");
    ck_assert_int_ne(plugin_cfg_read_document(&document, "tests/data/no-such-file", unit_pool), APR_SUCCESS);
    ck_assert_ptr_null(document->doc);
    ck_assert_str_eq(cfg_findings(document->cfg), "0 error unreadable");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/document");
    TCase *tc = unit_case(s, "document");

    tcase_add_test(tc, every_part_of_the_model_has_its_element);
    tcase_add_test(tc, what_is_not_of_the_model_has_no_element);
    tcase_add_test(tc, a_file_without_a_tree_has_a_model_with_findings);
    return s;
}

UNIT_MAIN(suite)
