/* The difference between what a source has and what a httpd has, as actions. Pure. */
#include <string.h>
#include <apr_strings.h>
#include "base/host.h"
#include "tools/discover/known.h"
#include "tools/discover/plan.h"

typedef struct planning_t {
    discover_plan_t *plan;
    const discover_site_t *site;
    apr_hash_t *wanted;            /* discover_member_t by name */
    apr_hash_t *decisions;
    apr_hash_t *kept;              /* names of the nodes that stay as they are, or are foreign */
    int is_held;
    apr_pool_t *p;
} planning_t;

static discover_action_t *act(planning_t *planning, discover_what_t what, const discover_member_t *member)
{
    discover_action_t *action = apr_array_push(planning->plan->actions);

    *action = (discover_action_t){ .what = what, .member = member };
    return action;
}

/* -- nodes --------------------------------------------------------------------------------------------------------- */

static int is_same(const discover_node_t *node, const discover_member_t *member, const discover_site_t *site)
{
    return wlm_host_same(node->host, member->host) && node->port == member->port && node->is_https == site->is_https
           && strcmp(node->balancer, site->balancer) == 0;
}

static void remove_node(planning_t *planning, const discover_node_t *node, const char *contexts)
{
    discover_member_t *member = apr_pcalloc(planning->p, sizeof(*member));

    member->name = node->name;
    act(planning, DISCOVER_REMOVE, member)->contexts = contexts;
}

static int has_context(const apr_array_header_t *contexts, const char *context)
{
    int i;

    for (i = 0; i < contexts->nelts && strcmp(APR_ARRAY_IDX(contexts, i, const char *), context) != 0; ++i) {
    }
    return i < contexts->nelts;
}

static int has_place(const discover_node_t *node, const char *context)
{
    int i;

    for (i = 0; i < node->places->nelts
                && strcmp(APR_ARRAY_IDX(node->places, i, discover_place_t).context, context) != 0; ++i) {
    }
    return i < node->places->nelts;
}

/* Contexts that the node has, and should not */
static void remove_contexts(planning_t *planning, const discover_node_t *node)
{
    int i;

    for (i = 0; i < node->places->nelts; ++i) {
        const char *context = APR_ARRAY_IDX(node->places, i, discover_place_t).context;

        if (!has_context(planning->site->contexts, context)) {
            remove_node(planning, node, context);
        }
    }
}

/* Contexts that the node should have, and has not; NULL for one that is to be added altogether */
static void add_contexts(planning_t *planning, const discover_member_t *member, const discover_node_t *node)
{
    const apr_array_header_t *contexts = planning->site->contexts;
    apr_array_header_t *missing = apr_array_make(planning->p, contexts->nelts, sizeof(const char *));
    int i;

    for (i = 0; i < contexts->nelts; ++i) {
        const char *context = APR_ARRAY_IDX(contexts, i, const char *);

        if (!node || !has_place(node, context)) {
            APR_ARRAY_PUSH(missing, const char *) = context;
        }
    }
    if (missing->nelts) {
        act(planning, DISCOVER_ADD, member)->contexts = apr_array_pstrcat(planning->p, missing, ',');
    }
}

/* -- decisions about members --------------------------------------------------------------------------------------- */

static discover_action_t *set_weight(planning_t *planning, const discover_member_t *member,
                                     const discover_decision_t *decision)
{
    return act(planning, member->weight == decision->configured ? DISCOVER_ENABLE : DISCOVER_SET_WEIGHT, member);
}

/* @return NULL: nothing is to be said */
static discover_action_t *decide(planning_t *planning, const discover_member_t *member,
                                 const discover_decision_t *decision)
{
    int differs = decision->weight != member->weight;

    if (member->is_drained) {
        return decision->is_enabled && !planning->is_held ? act(planning, DISCOVER_DRAIN, member) : NULL;
    }
    if (decision->is_ours) {
        return !decision->is_enabled || differs ? set_weight(planning, member, decision) : NULL;
    }
    /* a weight that is 0 without a decision is what the member's own agent wants */
    return decision->is_enabled && !decision->is_anybodys && decision->weight && differs
           && member->weight != decision->configured ? act(planning, DISCOVER_SET_WEIGHT, member) : NULL;
}

static void decide_all(planning_t *planning, const discover_node_t *node, const discover_member_t *member)
{
    int i;

    for (i = 0; i < node->places->nelts; ++i) {
        const discover_place_t *place = &APR_ARRAY_IDX(node->places, i, discover_place_t);
        const discover_decision_t *decision
            = apr_hash_get(planning->decisions, discover_known_key(place->cluster, node->name, planning->p),
                           APR_HASH_KEY_STRING);
        discover_action_t *action;

        if (!decision) {
            planning->plan->is_awaited = 1;
        }
        else if ((action = decide(planning, member, decision)) != NULL) {
            action->cluster = place->cluster;
        }
    }
    planning->plan->nheld += planning->is_held && member->is_drained;
}

/* -- the whole ----------------------------------------------------------------------------------------------------- */

static const discover_member_t *find_wanted(planning_t *planning, const discover_node_t *node)
{
    return apr_hash_get(planning->wanted, node->name, APR_HASH_KEY_STRING);
}

static void keep(planning_t *planning, const discover_node_t *node)
{
    apr_hash_set(planning->kept, node->name, APR_HASH_KEY_STRING, node);
}

static int is_address_wanted(planning_t *planning, const discover_node_t *node)
{
    apr_hash_index_t *index;

    for (index = apr_hash_first(planning->p, planning->wanted); index; index = apr_hash_next(index)) {
        const discover_member_t *member = apr_hash_this_val(index);

        if (member->port == node->port && wlm_host_same(member->host, node->host)) {
            return 1;
        }
    }
    return 0;
}

/* First of all, since addresses and slots must be free before they are used again */
static void plan_removal(planning_t *planning, const discover_node_t *node)
{
    const discover_member_t *member = find_wanted(planning, node);

    if (!node->is_ours) {
        keep(planning, node);
        planning->plan->foreign = member && !planning->plan->foreign ? node->name : planning->plan->foreign;
    }
    else if (member && is_same(node, member, planning->site)) {
        keep(planning, node);
        remove_contexts(planning, node);
    }
    else if (member || !planning->is_held || is_address_wanted(planning, node)) {
        remove_node(planning, node, NULL);
    }
    else {
        ++planning->plan->nheld;
    }
}

static planning_t begin(const apr_array_header_t *wanted, apr_hash_t *decisions, const discover_site_t *site,
                        apr_pool_t *p)
{
    planning_t planning = { apr_pcalloc(p, sizeof(discover_plan_t)), site, apr_hash_make(p), decisions,
                            apr_hash_make(p), discover_count_open(wanted) < site->min, p };
    int i;

    planning.plan->actions = apr_array_make(p, 16, sizeof(discover_action_t));
    for (i = 0; i < wanted->nelts; ++i) {
        const discover_member_t *member = &APR_ARRAY_IDX(wanted, i, discover_member_t);

        apr_hash_set(planning.wanted, member->name, APR_HASH_KEY_STRING, member);
    }
    return planning;
}

discover_plan_t *discover_plan_make(const apr_array_header_t *wanted, const apr_array_header_t *nodes,
                                    apr_hash_t *decisions, const discover_site_t *site, apr_pool_t *p)
{
    planning_t planning = begin(wanted, decisions, site, p);
    int i;

    for (i = 0; i < nodes->nelts; ++i) {
        plan_removal(&planning, &APR_ARRAY_IDX(nodes, i, discover_node_t));
    }
    for (i = 0; i < wanted->nelts; ++i) {
        const discover_member_t *member = &APR_ARRAY_IDX(wanted, i, discover_member_t);
        const discover_node_t *node = apr_hash_get(planning.kept, member->name, APR_HASH_KEY_STRING);

        if (!node || node->is_ours) {
            add_contexts(&planning, member, node);
        }
        if (node && node->is_ours) {
            decide_all(&planning, node, member);
        }
    }
    return planning.plan;
}
