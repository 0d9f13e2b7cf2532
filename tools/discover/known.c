/* Reads what a httpd has. Pure. */
#include <string.h>
#include <apr_strings.h>
#include "tools/discover/known.h"
#include "tools/discover/value.h"
#include "tools/wlmctl/state.h"

int discover_is_marked(const char *text, const char *mark)
{
    size_t length = strlen(text), n = strlen(mark);

    if (length < n || strcmp(text + (length - n), mark) != 0) {
        return 0;
    }
    return length == n || (length > n + 2 && strncmp(text + (length - n - 2), ": ", 2) == 0);
}

static void add_node(apr_array_header_t *nodes, const json_t *of, const char *mark)
{
    const json_t *contexts = json_object_get(of, "contexts"), *context;
    discover_node_t *node = apr_array_push(nodes);
    size_t i;

    *node = (discover_node_t){
        .name = wlmctl_text(of, "name"), .host = wlmctl_text(of, "host"), .balancer = wlmctl_text(of, "balancer"),
        .port = discover_whole(of, "port"), .is_https = strcmp(wlmctl_text(of, "protocol"), "https") == 0,
        .is_ours = discover_is_marked(wlmctl_text(of, "note"), mark),
        .places = apr_array_make(nodes->pool, 2, sizeof(discover_place_t)),
    };
    json_array_foreach(contexts, i, context) {
        discover_place_t *place = apr_array_push(node->places);

        place->context = wlmctl_text(context, "context");
        place->cluster = wlmctl_text(context, "cluster");
    }
}

apr_array_header_t *discover_known_nodes(const json_t *registry, const char *mark, apr_pool_t *p)
{
    const json_t *list = json_object_get(registry, "nodes"), *node;
    apr_array_header_t *nodes = apr_array_make(p, 16, sizeof(discover_node_t));
    size_t i;

    json_array_foreach(list, i, node) {
        add_node(nodes, node, mark);
    }
    return json_is_array(list) ? nodes : NULL;
}

const char *discover_known_key(const char *cluster, const char *member, apr_pool_t *p)
{
    return apr_pstrcat(p, cluster, "\n", member, NULL);
}

apr_hash_t *discover_known_decisions(const json_t *state, const char *mark, apr_pool_t *p)
{
    apr_hash_t *decisions = apr_hash_make(p);
    const json_t *cluster, *member;
    size_t c, m;

    json_array_foreach(json_object_get(state, "clusters"), c, cluster) {
        json_array_foreach(json_object_get(cluster, "members"), m, member) {
            discover_decision_t *decision = apr_palloc(p, sizeof(*decision));
            const char *comment = wlmctl_text(member, "comment");

            decision->is_enabled = strcmp(wlmctl_text(member, "admin_state"), "enabled") == 0;
            decision->is_ours = discover_is_marked(comment, mark);
            decision->is_anybodys = *comment != '\0';
            decision->weight = discover_whole(member, "weight");
            decision->configured = discover_whole(member, "configured_weight");
            apr_hash_set(decisions, discover_known_key(wlmctl_text(cluster, "name"), wlmctl_text(member, "name"), p),
                         APR_HASH_KEY_STRING, decision);
        }
    }
    return decisions;
}
