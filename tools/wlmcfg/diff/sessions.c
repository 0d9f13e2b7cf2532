/* `wlmcfg diff`, the sessions: what becomes of those whose cluster is another one, or has changed. A session is on the
 * server at the address of the member that its clone id names; the member's name does not matter for it.
 * On main()'s thread. */
#include <string.h>
#include "base/host.h"
#include "balance/transports.h"
#include "tools/wlmcfg/diff/compare.h"
#include "tools/wlmcfg/diff/model.h"

static int has_same_address(const plugin_cfg_transport_t *a, const plugin_cfg_transport_t *b)
{
    return a->port == b->port && wlm_host_same(a->host, b->host);
}

/* @return 0: its sessions stay where they are, or could not be there before */
static int find_loss(session_change_t *change)
{
    const plugin_cfg_transport_t *was = wlm_transports_default(change->was);
    const plugin_cfg_transport_t *is = change->is ? wlm_transports_default(change->is) : NULL;

    change->loss = !change->is ? SESSION_GONE : SESSION_ELSEWHERE;
    return !is || !has_same_address(was, is);
}

static void compare_clones(diff_t *diff, const succession_t *clusters)
{
    apr_hash_t *from = wlmcfg_diff_clones(diff, clusters->from), *to = wlmcfg_diff_clones(diff, clusters->to);
    int i;

    for (i = 0; i < clusters->from->members->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(clusters->from->members, i, plugin_cfg_server_t *);
        session_change_t change = { .clusters = *clusters, .clone_id = server->clone_id, .was = server };

        /* of two members with one clone id the module sends its sessions to the first */
        if (!server->clone_id || apr_hash_get(from, server->clone_id, APR_HASH_KEY_STRING) != server) {
            continue;
        }
        change.is = apr_hash_get(to, server->clone_id, APR_HASH_KEY_STRING);
        if (find_loss(&change)) {
            APR_ARRAY_PUSH(diff->sessions, session_change_t) = change;
        }
    }
}

/* -- sessions that WLMAffinity binds: to the names of cluster and member ------------------------------------------- */

static apr_hash_t *names_of(const plugin_cfg_cluster_t *cluster, apr_pool_t *p)
{
    apr_hash_t *names = apr_hash_make(p);
    int i;

    for (i = 0; i < cluster->members->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(cluster->members, i, const plugin_cfg_server_t *);

        apr_hash_set(names, server->name, APR_HASH_KEY_STRING, server);
    }
    return names;
}

static int has_other_clone_id(const plugin_cfg_server_t *was, const plugin_cfg_server_t *is)
{
    return was->clone_id && (!is->clone_id || strcmp(was->clone_id, is->clone_id) != 0);
}

/* @param to  the later cluster's members by name */
static void compare_name(diff_t *diff, const succession_t *clusters, const plugin_cfg_server_t *was,
                         apr_hash_t *to)
{
    session_change_t change = { .clusters = *clusters, .is_bound = 1, .was = was,
                                .is = apr_hash_get(to, was->name, APR_HASH_KEY_STRING) };

    if (!find_loss(&change)) {
        change.loss = SESSION_KEPT;
    }
    if (change.loss != SESSION_KEPT || has_other_clone_id(was, change.is)) {
        APR_ARRAY_PUSH(diff->sessions, session_change_t) = change;
    }
}

static void compare_bound(diff_t *diff, const succession_t *clusters, apr_pool_t *p)
{
    const char *name = clusters->from->name;
    apr_hash_t *to;
    int i;

    if (!wlm_options_has_affinity(wlmcfg_directives_for(diff->directives, name, p))) {
        return;
    }
    if (strcmp(name, clusters->to->name) != 0) {
        session_change_t change = { .loss = SESSION_CLUSTER, .clusters = *clusters, .is_bound = 1 };

        APR_ARRAY_PUSH(diff->sessions, session_change_t) = change;
        return;
    }
    to = names_of(clusters->to, p);
    for (i = 0; i < clusters->from->members->nelts; ++i) {
        compare_name(diff, clusters, APR_ARRAY_IDX(clusters->from->members, i, const plugin_cfg_server_t *), to);
    }
}

void wlmcfg_diff_sessions(diff_t *diff, apr_pool_t *p)
{
    int i;

    diff->sessions = apr_array_make(p, 4, sizeof(session_change_t));
    for (i = 0; i < diff->successions->nelts; ++i) {
        const succession_t *clusters = &APR_ARRAY_IDX(diff->successions, i, succession_t);

        if (clusters->from->clone_separator_change != clusters->to->clone_separator_change
            && apr_hash_count(wlmcfg_diff_clones(diff, clusters->from))) {
            session_change_t change = { .loss = SESSION_SEPARATOR, .clusters = *clusters };
            APR_ARRAY_PUSH(diff->sessions, session_change_t) = change;
        }
        compare_clones(diff, clusters);
        compare_bound(diff, clusters, p);
    }
}
