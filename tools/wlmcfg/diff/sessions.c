/* `wlmcfg diff`, the sessions: what becomes of those whose cluster is another one, or has changed. A session is on the
 * server at the address of the member that its clone id names; the member's name does not matter for it.
 * On main()'s thread. */
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
    }
}
