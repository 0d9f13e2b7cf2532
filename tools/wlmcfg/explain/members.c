/* `wlmcfg explain`, the members that can get the request: chosen by the module's functions in a cluster with the faults
 * that are assumed. On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "balance/availability.h"
#include "balance/pick.h"
#include "balance/schedule_cache.h"
#include "balance/transition.h"
#include "balance/transports.h"
#include "base/clock.h"
#include "tools/wlmcfg/common/cluster.h"
#include "tools/wlmcfg/explain/explain.h"
#include "tools/wlmcfg/common/member.h"

static int has_name(const apr_array_header_t *names, const char *name)
{
    int i;

    for (i = 0; i < names->nelts; ++i) {
        if (strcmp(APR_ARRAY_IDX(names, i, const char *), name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Use the transport for this client's scheme for both schemes */
static void set_transport(wlm_member_t *member, const explained_t *e, apr_pool_t *p)
{
    const wlm_member_transport_t *transport;

    if (!wlmcfg_is_usable(member->transports[PLUGIN_CFG_HTTPS].cfg, p)) {
        wlm_transports_disable_https(member, e->cfg->use_insecure);
    }
    transport = wlm_transports_for(member, strcasecmp(e->request.scheme, "https") == 0);
    member->for_client[0] = member->for_client[1] = transport;
    member->host_port = transport ? transport->host_port : "-";
}

/* Made anew for each choice, which may change it: a request may acquire a member's probe */
static wlm_cluster_t *make_cluster(const explained_t *e, const apr_array_header_t *down, apr_pool_t *p)
{
    const wlm_options_t *options = wlmcfg_directives_for(e->directives, e->cluster->name, p);
    wlm_cluster_t *cluster = wlmcfg_cluster_make(e->cluster, options, p);
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        set_transport(&cluster->members[i], e, p);
        if (has_name(down, cluster->members[i].cfg->name)) {
            wlm_transition_event(&cluster->members[i], WLM_EVENT_FAULT, e->now, NULL);
        }
    }
    return cluster;
}

static void add_candidate(explained_t *e, const wlm_member_t *member, double share)
{
    candidate_t candidate = { member, share };

    APR_ARRAY_PUSH(e->candidates, candidate_t) = candidate;
}

/* @return 0: no member takes part in the balancing */
static int add_balanced(explained_t *e, const wlm_cluster_t *cluster, apr_pool_t *p)
{
    uint32_t *weights = apr_palloc(p, sizeof(*weights) * (apr_size_t)(cluster->nmembers + 1));
    uint64_t sum = wlm_schedule_cache_weights(cluster, weights);
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        if (weights[m]) {
            add_candidate(e, &e->state->members[m], 100.0 * (double)weights[m] / (double)sum);
        }
    }
    return sum > 0;
}

static void find_candidates(explained_t *e, const apr_array_header_t *down, apr_pool_t *p)
{
    static const wlm_affinity_t no_session = { .source = WLM_AFFINITY_NO_SESSION };
    wlm_cluster_t *cluster = make_cluster(e, down, p);
    wlm_pick_t pick = { .now = e->now };

    e->candidates = apr_array_make(p, 4, sizeof(candidate_t));
    if (!add_balanced(e, cluster, p) && wlm_pick_member(&pick, cluster, &no_session) == WLM_PICK_OK) {
        const wlm_member_t *member = &e->state->members[pick.member->index];

        e->is_last_resort = !pick.probe && wlm_availability_of(member, e->now) != WLM_MEMBER_USABLE;
        add_candidate(e, member, 100.0);
    }
}

/* May a WLMAffinity that only the server can answer name another member first? @param member  NULL: none can serve */
static int is_bound_before(const explained_t *e, const char *member)
{
    int i;

    for (i = 0; i < e->bindings->nelts; ++i) {
        const binding_t *binding = &APR_ARRAY_IDX(e->bindings, i, binding_t);

        if (binding->state == BINDING_SEALED || binding->state == BINDING_TABLE) {
            return 1;
        }
        if (member && binding->member && strcmp(binding->member, member) == 0) {
            return 0;
        }
    }
    return 0;
}

static void find_session_member(explained_t *e, const apr_array_header_t *down, apr_pool_t *p)
{
    e->session.now = e->now;
    wlm_pick_member(&e->session, make_cluster(e, down, p), &e->affinity);
    e->has_session_member = e->session.member && e->session.session == WLM_SESSION_KEPT;
    e->may_be_bound = is_bound_before(e, e->has_session_member ? e->session.member->cfg->name : NULL);
}

const wlm_member_t *wlmcfg_explain_clone(const explained_t *e, int id)
{
    return e->state->by_clone_id ? apr_hash_get(e->state->by_clone_id, e->affinity.ids[id].id,
                                                (apr_ssize_t)e->affinity.ids[id].len) : NULL;
}

void wlmcfg_explain_members(explained_t *e, const apr_array_header_t *down, apr_pool_t *p)
{
    const wlm_route_match_t *match = &APR_ARRAY_IDX(e->rivals, 0, rival_t).match;
    const apr_array_header_t *cookies = e->request.cookies;

    e->cluster = match->route->cluster;
    e->now = wlm_now();
    e->state = make_cluster(e, down, p);
    e->rule = wlm_affinity_rule_of(e->cluster, match->uri, NULL);
    wlmcfg_explain_bindings(e, p);
    wlm_affinity_read(&e->affinity, &e->rule, (const char *const *)cookies->elts, cookies->nelts, e->request.encoded,
                      p);
    find_session_member(e, down, p);
    find_candidates(e, down, p);
}
