/* `wlmcfg show --json`: the model as JSON. The keys and their order are part of the interface: docs/man/wlmcfg.1.
 * On main()'s thread. */
#include "balance/options.h"
#include "balance/options_text.h"
#include "tools/wlmcfg/common/json.h"
#include "tools/wlmcfg/common/member.h"
#include "tools/wlmcfg/show/show.h"

typedef json_t *(*make_t)(const void *element);

/* `make(element)` for an array of pointers. NULL when memory ran out: half a list would be a lie */
static json_t *list(const apr_array_header_t *elements, make_t make)
{
    json_t *array = json_array();
    int i;

    for (i = 0; i < elements->nelts; ++i) {
        if (json_array_append_new(array, make(APR_ARRAY_IDX(elements, i, const void *))) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* the topology of a file with errors is not to be used */
static json_t *list_of_usable(int usable, const apr_array_header_t *elements, make_t make)
{
    return usable ? list(elements, make) : json_array();
}

static json_t *transport(const void *element)
{
    const plugin_cfg_transport_t *t = element;

    return json_pack("{s:s, s:o, s:o}", "protocol", t->protocol == PLUGIN_CFG_HTTPS ? "https" : "http",
                     "host", wlmcfg_json_text(t->host), "port", t->port ? json_integer(t->port) : json_null());
}

static json_t *member(const void *element)
{
    const plugin_cfg_server_t *s = element;

    return json_pack("{s:o, s:o, s:i, s:s, s:i, s:i, s:i, s:o}",
                     "name", wlmcfg_json_text(s->name), "clone_id", wlmcfg_json_text(s->clone_id),
                     "weight", s->weight, "tier", wlmcfg_tier(s),
                     "connect_timeout", s->connect_timeout, "server_io_timeout", s->server_io_timeout,
                     "max_connections", s->max_connections, "transports", list(s->transports, transport));
}

/* What holds for the cluster without a directive of httpd's configuration, by each word of WLMDefaults */
static json_t *settings(const plugin_cfg_cluster_t *c)
{
    apr_pool_t *p = c->members->pool;
    wlm_options_set_t *set = wlm_options_make(p);
    json_t *object = json_object();
    wlm_defaults_t defaults;

    for (defaults = WLM_DEFAULTS_ROBUST; defaults <= WLM_DEFAULTS_ORIGINAL; ++defaults) {
        wlm_options_use_defaults(set, defaults);
        if (json_object_set_new(object, wlm_options_text_defaults(defaults),
                                json_string(wlm_options_text_of(&set->all, c->post_buffer_size, p))) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *cluster(const void *element)
{
    const plugin_cfg_cluster_t *c = element;

    return json_pack("{s:o, s:s, s:i, s:i, s:i, s:o, s:o}", "name", wlmcfg_json_text(c->name),
                     "load_balance", plugin_cfg_load_balance_name(c->load_balance),
                     "retry_interval", c->retry_interval, "post_size_limit", c->post_size_limit,
                     "post_buffer_size", c->post_buffer_size, "members", list(c->members, member),
                     "settings", settings(c));
}

static json_t *virtual_host(const void *element)
{
    return wlmcfg_json_text(((const plugin_cfg_virtual_host_t *)element)->name);
}

static json_t *virtual_host_group(const void *element)
{
    const plugin_cfg_virtual_host_group_t *g = element;

    return json_pack("{s:o, s:o}", "name", wlmcfg_json_text(g->name), "hosts", list(g->hosts, virtual_host));
}

static json_t *uri(const void *element)
{
    const plugin_cfg_uri_t *u = element;

    return json_pack("{s:o, s:o, s:o}", "name", wlmcfg_json_text(u->name),
                     "affinity_cookie", wlmcfg_json_text(u->affinity_cookie),
                     "affinity_url_identifier", wlmcfg_json_text(u->affinity_url_identifier));
}

static json_t *uri_group(const void *element)
{
    const plugin_cfg_uri_group_t *g = element;

    return json_pack("{s:o, s:o}", "name", wlmcfg_json_text(g->name), "uris", list(g->uris, uri));
}

static json_t *route(const void *element)
{
    const plugin_cfg_route_t *r = element;
    const char *uris = r->uri_group ? r->uri_group->name : NULL;
    const char *hosts = r->virtual_host_group ? r->virtual_host_group->name : NULL;

    return json_pack("{s:o, s:o, s:o}", "cluster", wlmcfg_json_text(r->cluster->name),
                     "uri_group", wlmcfg_json_text(uris), "virtual_host_group", wlmcfg_json_text(hosts));
}

static json_t *lost_route(const void *element)
{
    const plugin_cfg_lost_route_t *r = element;

    return json_pack("{s:i, s:o, s:o, s:o, s:o}", "line", r->line, "cluster", wlmcfg_json_text(r->cluster),
                     "uri_group", wlmcfg_json_text(r->uri_group_name),
                     "virtual_host_group", wlmcfg_json_text(r->virtual_host_group_name), "why",
                     wlmcfg_json_text(r->why));
}

static json_t *finding(const void *element)
{
    const plugin_cfg_finding_t *f = element;

    return json_pack("{s:s, s:i, s:s, s:o}", "severity", plugin_cfg_severity_name(f->severity),
                     "line", f->line, "id", f->id, "message", wlmcfg_json_text(f->message));
}

static json_t *lines(const apr_array_header_t *texts)
{
    json_t *array = json_array();
    int i;

    for (i = 0; i < texts->nelts; ++i) {
        json_array_append_new(array, wlmcfg_json_text(APR_ARRAY_IDX(texts, i, const char *)));
    }
    return array;
}

/* Where directives are given, with what they say of each */
static json_t *clusters(const plugin_cfg_t *cfg, int usable, const wlmcfg_directives_t *directives)
{
    json_t *array = list_of_usable(usable, cfg->clusters, cluster);
    apr_pool_t *p = cfg->clusters->pool;
    int i;

    for (i = 0; directives->options && usable && array && i < cfg->clusters->nelts; ++i) {
        const char *name = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *)->name;

        json_object_set_new(json_array_get(array, (size_t)i), "directives",
                            lines(wlmcfg_directives_text(wlmcfg_directives_for(directives, name, p), p)));
    }
    return array;
}

int wlmcfg_show_json(const plugin_cfg_t *cfg, int usable, const wlmcfg_directives_t *directives)
{
    json_t *root = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "clusters", clusters(cfg, usable, directives),
                             "virtual_host_groups",
                             list_of_usable(usable, cfg->virtual_host_groups, virtual_host_group),
                             "uri_groups", list_of_usable(usable, cfg->uri_groups, uri_group),
                             "routes", list_of_usable(usable, cfg->routes, route),
                             "lost_routes", list_of_usable(usable, cfg->lost_routes, lost_route),
                             "findings", list(cfg->findings, finding));

    return wlmcfg_json_print(root, 0);
}
