/* What a registry has, as text and by cluster. Pure. */
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "registry/info.h"
#include "registry/plugin_cfg_text.h"

static void add(apr_array_header_t *lines, const char *line)
{
    APR_ARRAY_PUSH(lines, const char *) = line;
}

/* The numbers in brackets: node, host of the node, alias of the host. A listener that reads a context without a host
 * gives up: where any host is served, it is one, by a name that no node's host has */
static void add_host(apr_array_header_t *lines, int node, int host, const wlm_app_t *app, apr_pool_t *p)
{
    int i;

    if (!app->aliases->nelts) {
        add(lines, apr_psprintf(p, "Vhost: [%d:%d:1], Alias: *\n", node, host));
    }
    for (i = 0; i < app->aliases->nelts; ++i) {
        add(lines, apr_psprintf(p, "Vhost: [%d:%d:%d], Alias: %s\n", node, host, i + 1,
                                APR_ARRAY_IDX(app->aliases, i, const char *)));
    }
}

/* Contexts with the same aliases are of one host: a listener takes the first one that has the name of its own */
static void add_apps(apr_array_header_t *lines, int number, const wlm_node_t *node, apr_pool_t *p)
{
    apr_hash_t *hosts = apr_hash_make(p); /* int * by aliases */
    int i;

    for (i = 0; i < node->apps->nelts; ++i) {
        const wlm_app_t *app = APR_ARRAY_IDX(node->apps, i, const wlm_app_t *);
        const char *aliases = apr_array_pstrcat(p, app->aliases, ',');
        int *host = apr_hash_get(hosts, aliases, APR_HASH_KEY_STRING);

        if (!host) {
            host = apr_palloc(p, sizeof(*host));
            *host = (int)apr_hash_count(hosts) + 1;
            apr_hash_set(hosts, aliases, APR_HASH_KEY_STRING, host);
            add_host(lines, number, *host, app, p);
        }
        add(lines, apr_psprintf(p, "Context: [%d:%d:%d], Context: %s, Status: %s\n", number, *host, i + 1, app->context,
                                wlm_app_state_name(app->state)));
    }
}

const char *wlm_registry_info(const wlm_registry_t *registry, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, 64, sizeof(const char *));
    int i;

    for (i = 0; i < registry->nodes->nelts; ++i) {
        const wlm_node_t *node = APR_ARRAY_IDX(registry->nodes, i, const wlm_node_t *);

        add(lines,
            apr_psprintf(p, "Node: [%d],Name: %s,Balancer: %s,LBGroup: ,Host: %s,Port: %d,Type: %s\n", i + 1,
                         node->route, node->balancer, node->host, node->port, node->is_https ? "https" : "http"));
        add_apps(lines, i + 1, node, p);
    }
    return apr_array_pstrcat(p, lines, 0);
}

static int is_about(const wlm_mcmp_message_t *message, const wlm_app_t *app)
{
    int i;

    for (i = 0; i < message->contexts->nelts
                && strcmp(APR_ARRAY_IDX(message->contexts, i, const char *), app->context) != 0; ++i) {
    }
    return message->is_for_node || i < message->contexts->nelts;
}

apr_array_header_t *wlm_registry_clusters_of(const wlm_registry_t *registry, const wlm_mcmp_message_t *message,
                                             apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 4, sizeof(const char *));
    const wlm_node_t *node = message->route ? wlm_registry_node(registry, message->route) : NULL;
    int i;

    for (i = 0; node && i < node->apps->nelts; ++i) {
        const wlm_app_t *app = APR_ARRAY_IDX(node->apps, i, const wlm_app_t *);
        if (is_about(message, app)) {
            add(names, wlm_registry_cluster_name(node, app, p));
        }
    }
    return names;
}
