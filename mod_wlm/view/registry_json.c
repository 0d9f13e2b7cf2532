/* Prints a registry as JSON. Runs on the thread that answers the request. */
#include "registry/plugin_cfg_text.h"
#include "view/json.h"
#include "view/registry_json.h"

static void print_member(const wlm_out_t *out, const char *before, const char *name, const char *text)
{
    wlm_out_printf(out, "%s\"%s\":", before, name);
    wlm_json_write_text(out, text);
}

static void print_app(const wlm_out_t *out, const wlm_node_t *node, const wlm_app_t *app)
{
    static const char *const states[] = { "enabled", "disabled", "stopped" };
    int i;

    print_member(out, "{", "context", app->context);
    print_member(out, ",", "state", states[app->state]);
    print_member(out, ",", "cluster", wlm_registry_cluster_name(node, app, out->p));
    wlm_out_puts(out, ",\"aliases\":[");
    for (i = 0; i < app->aliases->nelts; ++i) {
        wlm_out_puts(out, i ? "," : "");
        wlm_json_write_text(out, APR_ARRAY_IDX(app->aliases, i, const char *));
    }
    wlm_out_puts(out, "]}");
}

static void print_node(const wlm_out_t *out, const wlm_node_t *node)
{
    static const char *const states[] = { "ready", "standby", "broken" };
    int i;

    print_member(out, "{", "name", node->route);
    print_member(out, ",", "balancer", node->balancer);
    print_member(out, ",", "host", node->host);
    wlm_out_printf(out, ",\"port\":%d", node->port);
    print_member(out, ",", "protocol", node->is_https ? "https" : "http");
    print_member(out, ",", "state", states[node->state]);
    wlm_out_printf(out, ",\"by_hand\":%s", node->note ? "true" : "false");
    print_member(out, ",", "note", node->note);
    print_member(out, ",", "until", node->until ? wlm_out_time((uint64_t)node->until * 1000, out->p) : NULL);
    wlm_out_puts(out, ",\"contexts\":[");
    for (i = 0; i < node->apps->nelts; ++i) {
        wlm_out_puts(out, i ? "," : "");
        print_app(out, node, APR_ARRAY_IDX(node->apps, i, const wlm_app_t *));
    }
    wlm_out_puts(out, "]}");
}

void wlm_registry_json_write(const wlm_out_t *out, const wlm_registry_t *registry, const char *path)
{
    int i;

    print_member(out, "{", "file", path);
    wlm_out_puts(out, ",\"nodes\":[");
    for (i = 0; i < registry->nodes->nelts; ++i) {
        wlm_out_puts(out, i ? ",\n" : "\n");
        print_node(out, APR_ARRAY_IDX(registry->nodes, i, const wlm_node_t *));
    }
    wlm_out_puts(out, "]}\n");
}
