/* `wlmcfg graph`, the text for Graphviz: hosts -> URIs -> cluster -> members, from left to right, each a table.
 * On main()'s thread.
 *
 * A group of URIs has a table for each cluster that it leads to, so that every path in the picture is a route of the
 * file. Names of the file are written into cells only, where markup and backslashes have a meaning. Nodes are
 * numbered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "balance/transports.h"
#include "tools/wlmcfg/graph/graph.h"
#include "tools/wlmcfg/common/member.h"

#define GREY "#888888"

typedef struct graph_t {
    FILE *out;
    const plugin_cfg_t *cfg;
    apr_hash_t *known;             /* nodes and edges that are there, by name */
    apr_hash_t *numbers;           /* a cluster or group -> const int *, its place among those of its kind */
    apr_hash_t *routed;            /* clusters that a route leads to */
    apr_pool_t *p;
} graph_t;

/* -- text and tables --------------------------------------------------------------------- */

static void put_text(const graph_t *g, const char *text)
{
    for (; *text; ++text) {
        switch (*text) {
        case '&': fputs("&amp;", g->out); break;
        case '<': fputs("&lt;", g->out); break;
        case '>': fputs("&gt;", g->out); break;
        case '"': fputs("&quot;", g->out); break;
        case '\\': fputs("\\\\", g->out); break;    /* \N would be the node's name */
        default:  fputc((unsigned char)*text < ' ' ? ' ' : *text, g->out);
        }
    }
}

/* @param more  further attributes of the node */
static void begin_table(const graph_t *g, const char *node, const char *more)
{
    fprintf(g->out, "    %s [%slabel=<<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" CELLPADDING=\"5\">\n",
            node, more);
}

static void put_title(const graph_t *g, const char *title, const char *colour, int columns)
{
    fprintf(g->out, "        <TR><TD BGCOLOR=\"%s\" COLSPAN=\"%d\"><B>", colour, columns);
    put_text(g, title);
    fputs("</B></TD></TR>\n", g->out);
}

static void put_row(const graph_t *g, const char *const *cells, int columns)
{
    int i;

    fputs("        <TR>", g->out);
    for (i = 0; i < columns; ++i) {
        fputs("<TD ALIGN=\"LEFT\">", g->out);
        put_text(g, cells[i]);
        fputs("</TD>", g->out);
    }
    fputs("</TR>\n", g->out);
}

static void end_table(const graph_t *g)
{
    fputs("    </TABLE>>];\n", g->out);
}

static int is_new(const graph_t *g, const char *name)
{
    int is_known = apr_hash_get(g->known, name, APR_HASH_KEY_STRING) != NULL;

    apr_hash_set(g->known, name, APR_HASH_KEY_STRING, name);
    return !is_known;
}

static void put_edge(const graph_t *g, const char *from, const char *to, const char *more)
{
    const char *edge = apr_psprintf(g->p, "%s -> %s", from, to);

    if (is_new(g, edge)) {
        fprintf(g->out, "    %s%s;\n", edge, more);
    }
}

/* -- clusters and members ---------------------------------------------------------------- */

static const char *address_of(const plugin_cfg_server_t *server, apr_pool_t *p)
{
    const plugin_cfg_transport_t *transport = wlm_transports_default(server);

    return apr_pstrcat(p, transport->protocol == PLUGIN_CFG_HTTPS ? "https://" : "", wlmcfg_address(transport, p),
                       NULL);
}

static void put_members(const graph_t *g, const apr_array_header_t *servers, const wlmcfg_shares_t *shares, int columns)
{
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(servers, i, plugin_cfg_server_t *);
        const char *const cells[] = { server->name, address_of(server, g->p),
                                      apr_psprintf(g->p, "weight %d", server->weight),
                                      wlmcfg_share_text(server, shares, "") };
        put_row(g, cells, columns);
    }
}

static void put_tiers(const graph_t *g, const char *cluster_node, const plugin_cfg_cluster_t *cluster)
{
    const struct {
        const char *node, *title, *edge;
        const apr_array_header_t *servers;
        int columns;               /* backups have no share, which is the last */
    } tiers[] = {
        { "primaries_of_", "primary: shares of new sessions", "", cluster->primaries, 4 },
        { "backups_of_", "backup: tried in this order while no primary can serve", " [style=dashed]",
          cluster->backups, 3 }
    };
    wlmcfg_shares_t shares = wlmcfg_shares_of(cluster, g->cfg, g->p);
    size_t i;

    for (i = 0; i < sizeof(tiers) / sizeof(tiers[0]); ++i) {
        const char *node = apr_pstrcat(g->p, tiers[i].node, cluster_node, NULL);

        if (tiers[i].servers->nelts) {
            begin_table(g, node, "");
            put_title(g, tiers[i].title, "#dff0d8", tiers[i].columns);
            put_members(g, tiers[i].servers, &shares, tiers[i].columns);
            end_table(g);
            put_edge(g, cluster_node, node, tiers[i].edge);
        }
    }
}

static void put_cluster(const graph_t *g, const plugin_cfg_t *cfg, int number)
{
    static const char *const no_route = "no route leads here";
    const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, number, plugin_cfg_cluster_t *);
    const char *policy = plugin_cfg_load_balance_name(cluster->load_balance);
    const char *node = apr_psprintf(g->p, "cluster%d", number);
    int is_used = apr_hash_get(g->routed, &cluster, sizeof(cluster)) != NULL;

    begin_table(g, node, is_used ? "" : "fontcolor=\"" GREY "\" color=\"" GREY "\" ");
    put_title(g, cluster->name, is_used ? "#d9edf7" : "#eeeeee", 1);
    put_row(g, &policy, 1);
    if (!is_used) {
        put_row(g, &no_route, 1);
    }
    end_table(g);
    put_tiers(g, node, cluster);
}

/* -- routes ------------------------------------------------------------------------------ */

/* Hosts and URIs begin with their name */
static void put_group(const graph_t *g, const char *node, const char *title, const apr_array_header_t *elements)
{
    int i;

    begin_table(g, node, "");
    put_title(g, title, "#fcf8e3", 1);
    for (i = 0; elements && i < elements->nelts; ++i) {
        put_row(g, APR_ARRAY_IDX(elements, i, const char *const *), 1);
    }
    end_table(g);
}

static void number_all(const graph_t *g, const apr_array_header_t *elements)
{
    int *numbers = apr_palloc(g->p, sizeof(*numbers) * (apr_size_t)(elements->nelts + 1)), i;

    for (i = 0; i < elements->nelts; ++i) {
        numbers[i] = i;
        apr_hash_set(g->numbers, &APR_ARRAY_IDX(elements, i, const void *), sizeof(const void *), &numbers[i]);
    }
}

static int number_of(const graph_t *g, const void *element)
{
    return *(const int *)apr_hash_get(g->numbers, &element, sizeof(element));
}

static const char *put_hosts(const graph_t *g, const plugin_cfg_virtual_host_group_t *group)
{
    const char *node = !group ? "every_host" : apr_psprintf(g->p, "hosts%d", number_of(g, group));

    if (is_new(g, node)) {
        put_group(g, node, group ? group->name : "every host", group ? group->hosts : NULL);
    }
    return node;
}

static const char *put_uris(const graph_t *g, const plugin_cfg_uri_group_t *group, int cluster)
{
    const char *node = !group ? apr_psprintf(g->p, "every_uri_to%d", cluster)
                              : apr_psprintf(g->p, "uris%d_to%d", number_of(g, group), cluster);

    if (is_new(g, node)) {
        put_group(g, node, group ? group->name : "every URI", group ? group->uris : NULL);
    }
    return node;
}

static void put_route(const graph_t *g, const plugin_cfg_route_t *route)
{
    int cluster = number_of(g, route->cluster);
    const char *hosts = put_hosts(g, route->virtual_host_group);
    const char *uris = put_uris(g, route->uri_group, cluster);

    apr_hash_set(g->routed, &route->cluster, sizeof(route->cluster), route);
    put_edge(g, hosts, uris, "");
    put_edge(g, uris, apr_psprintf(g->p, "cluster%d", cluster), "");
}

/* -- the whole --------------------------------------------------------------------------- */

static void put_graph(const graph_t *g, const plugin_cfg_t *cfg)
{
    int i;

    fputs("digraph topology {\n"
          "    graph [rankdir=LR ranksep=0.8 fontname=\"sans-serif\"];\n"
          "    node [shape=plain fontname=\"sans-serif\" fontsize=10];\n", g->out);
    for (i = 0; i < cfg->routes->nelts; ++i) {
        put_route(g, APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *));
    }
    for (i = 0; i < cfg->clusters->nelts; ++i) {
        put_cluster(g, cfg, i);
    }
    /* those without a route stand below the others, too */
    fputs("    { rank=same;", g->out);
    for (i = 0; i < cfg->clusters->nelts; ++i) {
        fprintf(g->out, " cluster%d;", i);
    }
    fputs(" }\n}\n", g->out);
}

const char *wlmcfg_graph_dot(const plugin_cfg_t *cfg, apr_pool_t *p)
{
    graph_t g = { .cfg = cfg, .known = apr_hash_make(p), .numbers = apr_hash_make(p), .routed = apr_hash_make(p),
                  .p = p };
    const char *copy = NULL;
    char *text = NULL;
    size_t len;

    if (!(g.out = open_memstream(&text, &len))) {
        return NULL;
    }
    number_all(&g, cfg->clusters);
    number_all(&g, cfg->virtual_host_groups);
    number_all(&g, cfg->uri_groups);
    put_graph(&g, cfg);
    if (fclose(g.out) == 0) {
        copy = apr_pstrmemdup(p, text, len);
    }
    free(text);
    return copy;
}
