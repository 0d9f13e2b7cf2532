/* Applies messages to a registry. Pure. */
#include <string.h>
#include <strings.h>
#include <apr_fnmatch.h>
#include <apr_strings.h>
#include "registry/registry.h"

#define REFUSE(type, ...) wlm_mcmp_error(type, p, __VA_ARGS__)

wlm_registry_t *wlm_registry_make(apr_pool_t *p)
{
    wlm_registry_t *registry = apr_palloc(p, sizeof(*registry));

    registry->nodes = apr_array_make(p, 16, sizeof(wlm_node_t *));
    registry->by_route = apr_hash_make(p);
    registry->journal = registry->position = registry->statics = 0;
    registry->p = p;
    return registry;
}

const char *wlm_app_state_name(wlm_app_state_t state)
{
    static const char *const names[] = { "ENABLED", "DISABLED", "STOPPED" };

    return names[state];
}

static wlm_node_t *node_at(const wlm_registry_t *registry, int i)
{
    return APR_ARRAY_IDX(registry->nodes, i, wlm_node_t *);
}

wlm_node_t *wlm_registry_node(const wlm_registry_t *registry, const char *route)
{
    return apr_hash_get(registry->by_route, route, APR_HASH_KEY_STRING);
}

/* In their order */
static void remove_at(apr_array_header_t *pointers, int i)
{
    void **at = (void **)(void *)pointers->elts;

    memmove(at + i, at + i + 1, sizeof(*at) * (size_t)(pointers->nelts - i - 1));
    --pointers->nelts;
}

static void add_node(wlm_registry_t *registry, wlm_node_t *node)
{
    APR_ARRAY_PUSH(registry->nodes, wlm_node_t *) = node;
    apr_hash_set(registry->by_route, node->route, APR_HASH_KEY_STRING, node);
}

static void remove_node(wlm_registry_t *registry, const wlm_node_t *node)
{
    int i;

    for (i = 0; node_at(registry, i) != node; ++i) {
    }
    remove_at(registry->nodes, i);
    apr_hash_set(registry->by_route, node->route, APR_HASH_KEY_STRING, NULL);
}

/* -- what a node may claim ----------------------------------------------------------------------------------------- */

static int is_allowed(const apr_array_header_t *patterns, const char *value, int flags)
{
    int i;

    for (i = 0; patterns && i < patterns->nelts; ++i) {
        if (apr_fnmatch(APR_ARRAY_IDX(patterns, i, const char *), value, flags) == APR_SUCCESS) {
            return 1;
        }
    }
    return !patterns;
}

static const wlm_mcmp_error_t *find_objection(const wlm_mcmp_message_t *message, const wlm_registry_bounds_t *bounds,
                                              apr_pool_t *p)
{
    if (bounds && !is_allowed(bounds->routes, message->route, 0)) {
        return REFUSE("SYNTAX", "JVMRoute %s is not one that may register here", message->route);
    }
    if (bounds && message->command == WLM_MCMP_CONFIG
        && !is_allowed(bounds->hosts, message->host, APR_FNM_CASE_BLIND)) {
        return REFUSE("SYNTAX", "Host %s is not one that may register here", message->host);
    }
    return NULL;
}

/* The values that are allowed, in p */
static apr_array_header_t *allowed_of(const apr_array_header_t *values, const apr_array_header_t *patterns, int flags,
                                      apr_pool_t *p)
{
    apr_array_header_t *allowed = apr_array_make(p, values->nelts, sizeof(const char *));
    int i;

    for (i = 0; i < values->nelts; ++i) {
        const char *value = APR_ARRAY_IDX(values, i, const char *);
        if (is_allowed(patterns, value, flags)) {
            APR_ARRAY_PUSH(allowed, const char *) = value;
        }
    }
    return allowed;
}

/* What a message claims, as far as it may */
typedef struct claim_t {
    apr_array_header_t *contexts, *aliases; /* const char * */
} claim_t;

static claim_t claim_of(const wlm_mcmp_message_t *message, const wlm_registry_bounds_t *bounds,
                        wlm_registry_change_t *change, apr_pool_t *p)
{
    apr_array_header_t *nothing = apr_array_make(p, 1, sizeof(const char *));
    claim_t claim = { message->contexts, message->aliases };

    if (!bounds) {
        return claim;
    }
    claim.contexts = allowed_of(message->contexts, bounds->contexts, 0, p);
    claim.aliases = bounds->aliases ? allowed_of(message->aliases, bounds->aliases, APR_FNM_CASE_BLIND, p) : nothing;
    if (bounds->aliases && !claim.aliases->nelts) {
        claim.contexts = nothing;
        change->left_out =
            apr_psprintf(p, "node %s: %s: none of its aliases (%s) may be registered here", message->route,
                         apr_array_pstrcat(p, message->contexts, ' '), apr_array_pstrcat(p, message->aliases, ' '));
    }
    else if (claim.contexts->nelts < message->contexts->nelts) {
        change->left_out = apr_psprintf(p, "node %s: of the contexts %s not all may be registered here", message->route,
                                        apr_array_pstrcat(p, message->contexts, ' '));
    }
    return claim;
}

/* -- nodes --------------------------------------------------------------------------------------------------------- */

static int is_at(const wlm_node_t *node, const wlm_mcmp_message_t *message)
{
    return node->port == message->port && strcasecmp(node->host, message->host) == 0;
}

static int is_same(const wlm_node_t *node, const wlm_mcmp_message_t *message)
{
    return is_at(node, message) && node->is_https == message->is_https
           && strcmp(node->balancer, message->balancer) == 0;
}

apr_array_header_t *wlm_registry_over(const wlm_registry_t *registry, apr_int64_t now, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 1, sizeof(const char *));
    int i;

    for (i = 0; i < registry->nodes->nelts; ++i) {
        const wlm_node_t *node = node_at(registry, i);

        if (node->until && node->until <= now) {
            APR_ARRAY_PUSH(names, const char *) = apr_pstrdup(p, node->route);
        }
    }
    return names;
}

/* Of another name. @return NULL: there is none */
static const wlm_node_t *other_at_address(const wlm_registry_t *registry, const wlm_mcmp_message_t *message)
{
    int i;

    for (i = 0; i < registry->nodes->nelts; ++i) {
        const wlm_node_t *node = node_at(registry, i);
        if (is_at(node, message) && strcmp(node->route, message->route) != 0) {
            return node;
        }
    }
    return NULL;
}

static void fill_node(wlm_node_t *node, const wlm_mcmp_message_t *message, apr_pool_t *p)
{
    if (!node->apps || !is_same(node, message)) {
        node->apps = apr_array_make(p, 8, sizeof(wlm_app_t *));
    }
    node->route = message->route;
    node->balancer = message->balancer;
    node->host = message->host;
    node->port = message->port;
    node->is_https = message->is_https;
    node->cookie = message->cookie;
    node->parameter = message->parameter;
    node->state = WLM_NODE_READY;
    node->note = message->note;
    node->until = message->until;
}

static const char *address_of(const wlm_mcmp_message_t *message, apr_pool_t *p)
{
    return apr_psprintf(p, strchr(message->host, ':') ? "%s://[%s]:%d" : "%s://%s:%d",
                        message->is_https ? "https" : "http", message->host, message->port);
}

/* @return NULL: nothing would change */
static const char *describe_config(const wlm_node_t *node, const wlm_node_t *other, const wlm_mcmp_message_t *message,
                                   apr_pool_t *p)
{
    const char *what = !node ? "registers as" : !is_same(node, message) ? "is another one now, without contexts:"
                     : node->state != WLM_NODE_READY || strcmp(node->cookie, message->cookie) != 0
                       || strcmp(node->parameter, message->parameter) != 0 || node->until != message->until
                       || strcmp(node->note ? node->note : "", message->note ? message->note : "") != 0
                       ? "registers again as" : NULL;

    return !what && !other ? NULL
           : apr_psprintf(p, "node %s of balancer %s %s %s%s%s%s", message->route, message->balancer,
                          what ? what : "is", address_of(message, p), other ? ", in place of node " : "",
                          other ? other->route : "", other ? ", which was there" : "");
}

static const wlm_mcmp_error_t *configure(wlm_registry_t *registry, const wlm_mcmp_message_t *message,
                                         const char **pwhat, apr_pool_t *p)
{
    const wlm_node_t *other = other_at_address(registry, message);
    wlm_node_t *node = wlm_registry_node(registry, message->route);
    int is_new = !node;

    *pwhat = describe_config(node, other, message, p);
    if (!node && !other && registry->nodes->nelts == WLM_REGISTRY_NODES_MAX) {
        return REFUSE("MEM", "there are %d nodes, and no room for more", WLM_REGISTRY_NODES_MAX);
    }
    if (other) {
        remove_node(registry, other);
    }
    if (is_new) {
        node = apr_pcalloc(registry->p, sizeof(*node));
    }
    fill_node(node, message, registry->p);
    if (is_new) {
        add_node(registry, node);
    }
    return NULL;
}

wlm_node_state_t wlm_node_state_of(int load)
{
    return load > 0 ? WLM_NODE_READY : load ? WLM_NODE_BROKEN : WLM_NODE_STANDBY;
}

static void note_load(wlm_node_t *node, const wlm_mcmp_message_t *message, const char **pwhat, apr_pool_t *p)
{
    static const char *const states[] = { "takes part", "is a standby", "says that it is broken" };
    wlm_node_state_t state = wlm_node_state_of(message->load);

    if (node->state != state) {
        node->state = state;
        *pwhat = apr_psprintf(p, "node %s %s: its load factor is %d", node->route, states[state], message->load);
    }
}

/* -- contexts ------------------------------------------------------------------------------------------------------ */

static wlm_app_t *app_at(const wlm_node_t *node, int i)
{
    return APR_ARRAY_IDX(node->apps, i, wlm_app_t *);
}

static int has(const apr_array_header_t *aliases, const char *alias)
{
    int i;

    for (i = 0; i < aliases->nelts && strcmp(APR_ARRAY_IDX(aliases, i, const char *), alias) != 0; ++i) {
    }
    return i < aliases->nelts;
}

/* Do both belong to one host of the node? */
static int have_common(const apr_array_header_t *a, const apr_array_header_t *b)
{
    int i;

    for (i = 0; i < a->nelts && !has(b, APR_ARRAY_IDX(a, i, const char *)); ++i) {
    }
    return i < a->nelts || (!a->nelts && !b->nelts);
}

static int have_same(const apr_array_header_t *a, const apr_array_header_t *b)
{
    int i;

    for (i = 0; i < a->nelts && has(b, APR_ARRAY_IDX(a, i, const char *)); ++i) {
    }
    return a->nelts == b->nelts && i == a->nelts;
}

/* @return how many contexts the node has: it does not have this one */
static int index_of_app(const wlm_node_t *node, const char *context, const apr_array_header_t *aliases)
{
    int i;

    for (i = 0; i < node->apps->nelts; ++i) {
        if (strcmp(app_at(node, i)->context, context) == 0 && have_common(app_at(node, i)->aliases, aliases)) {
            break;
        }
    }
    return i;
}

static wlm_app_state_t state_of(wlm_mcmp_command_t command)
{
    return command == WLM_MCMP_ENABLE_APP ? WLM_APP_ENABLED
         : command == WLM_MCMP_DISABLE_APP ? WLM_APP_DISABLED : WLM_APP_STOPPED;
}

/* @return 1: something has changed */
static int change_app(wlm_registry_t *registry, wlm_node_t *node, wlm_mcmp_command_t command, const char *context,
                      apr_array_header_t *aliases)
{
    int i = index_of_app(node, context, aliases), is_there = i < node->apps->nelts;
    wlm_app_t *app = is_there ? app_at(node, i) : NULL;

    if (command == WLM_MCMP_REMOVE_APP) {
        if (is_there) {
            remove_at(node->apps, i);
        }
        return is_there;
    }
    if (is_there && app->state == state_of(command) && have_same(app->aliases, aliases)) {
        return 0;
    }
    if (!is_there) {
        app = apr_palloc(registry->p, sizeof(*app));
        APR_ARRAY_PUSH(node->apps, wlm_app_t *) = app;
    }
    app->context = context;
    app->aliases = aliases;
    app->state = state_of(command);
    return 1;
}

static const char *describe(const wlm_node_t *node, const char *what, wlm_mcmp_command_t command,
                            const apr_array_header_t *aliases, apr_pool_t *p)
{
    const char *state = command == WLM_MCMP_REMOVE_APP ? "removed" : command == WLM_MCMP_ENABLE_APP ? "enabled"
                      : command == WLM_MCMP_DISABLE_APP ? "disabled" : "stopped";

    return apr_pstrcat(p, "node ", node->route, " of balancer ", node->balancer, ": ", what, " is ", state,
                       aliases->nelts ? ", for " : "", apr_array_pstrcat(p, aliases, ' '), NULL);
}

/* -- room ---------------------------------------------------------------------------------------------------------- */

static int count_apps(const wlm_registry_t *registry)
{
    int i, n = 0;

    for (i = 0; i < registry->nodes->nelts; ++i) {
        n += node_at(registry, i)->apps->nelts;
    }
    return n;
}

static const char *first_of(const apr_array_header_t *aliases)
{
    return aliases->nelts ? APR_ARRAY_IDX(aliases, 0, const char *) : "";
}

int wlm_registry_count_clusters(const wlm_registry_t *registry, apr_pool_t *p)
{
    apr_hash_t *names = apr_hash_make(p);
    int i, k;

    for (i = 0; i < registry->nodes->nelts; ++i) {
        const wlm_node_t *node = node_at(registry, i);

        for (k = 0; k < node->apps->nelts; ++k) {
            const char *name = apr_pstrcat(p, node->balancer, ":", first_of(app_at(node, k)->aliases),
                                           app_at(node, k)->context, NULL);
            apr_hash_set(names, name, APR_HASH_KEY_STRING, name);
        }
    }
    return (int)apr_hash_count(names);
}

/* Has any node the context in the same cluster? Mostly the first one has */
static int is_cluster(const wlm_registry_t *registry, const wlm_node_t *of, const char *context,
                      const apr_array_header_t *aliases)
{
    int i, k;

    for (i = 0; i < registry->nodes->nelts; ++i) {
        const wlm_node_t *node = node_at(registry, i);

        for (k = 0; strcmp(node->balancer, of->balancer) == 0 && k < node->apps->nelts; ++k) {
            if (strcmp(app_at(node, k)->context, context) == 0
                && strcmp(first_of(app_at(node, k)->aliases), first_of(aliases)) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

static int count_new_clusters(const wlm_registry_t *registry, const wlm_node_t *node, const claim_t *claim)
{
    int i, n = 0;

    for (i = 0; i < claim->contexts->nelts; ++i) {
        n += !is_cluster(registry, node, APR_ARRAY_IDX(claim->contexts, i, const char *), claim->aliases);
    }
    return n;
}

/* How many of the contexts the node does not have */
static int count_new(const wlm_node_t *node, const claim_t *claim)
{
    int i, n = 0;

    for (i = 0; i < claim->contexts->nelts; ++i) {
        n += index_of_app(node, APR_ARRAY_IDX(claim->contexts, i, const char *), claim->aliases) == node->apps->nelts;
    }
    return n;
}

static const wlm_mcmp_error_t *find_shortage(const wlm_registry_t *registry, const wlm_node_t *node,
                                             const claim_t *claim, const wlm_registry_bounds_t *bounds, apr_pool_t *p)
{
    int napps = count_new(node, claim), nclusters;

    if (node->apps->nelts + napps > WLM_REGISTRY_APPS_MAX) {
        return REFUSE("MEM", "node %s has %d contexts, and no room for more", node->route, node->apps->nelts);
    }
    if (napps && bounds && bounds->members_max && count_apps(registry) + napps > bounds->members_max) {
        return REFUSE("MEM", "there are slots for %d registered members, and it would need more: see WLMSlots",
                      bounds->members_max);
    }
    nclusters = bounds && bounds->clusters_max ? count_new_clusters(registry, node, claim) : 0;
    return nclusters && wlm_registry_count_clusters(registry, p) + nclusters > bounds->clusters_max
           ? REFUSE("MEM", "there are slots for %d registered clusters, and it would need more: see WLMSlots",
                    bounds->clusters_max) : NULL;
}

/* -- contexts of two balancers ------------------------------------------------------------------------------------- */

/* A node of another balancer that has the context for a host of these: which of both is served is a matter of their
 * order. @return NULL: there is none */
static const wlm_node_t *find_rival(const wlm_registry_t *registry, const wlm_node_t *of, const char *context,
                                    const apr_array_header_t *aliases)
{
    int i;

    for (i = 0; i < registry->nodes->nelts; ++i) {
        const wlm_node_t *node = node_at(registry, i);
        if (strcmp(node->balancer, of->balancer) != 0 && index_of_app(node, context, aliases) < node->apps->nelts) {
            return node;
        }
    }
    return NULL;
}

/* @return NULL: none of what is new is served elsewhere */
static const char *find_shadowed(const wlm_registry_t *registry, const wlm_node_t *node, const claim_t *claim,
                                 apr_pool_t *p)
{
    const wlm_node_t *rival;
    int i;

    for (i = 0; i < claim->contexts->nelts; ++i) {
        const char *context = APR_ARRAY_IDX(claim->contexts, i, const char *);

        rival = index_of_app(node, context, claim->aliases) < node->apps->nelts
                || is_cluster(registry, node, context, claim->aliases) ? NULL
                : find_rival(registry, node, context, claim->aliases);
        if (rival) {
            return apr_psprintf(p, "node %s has context %s in balancer %s, and node %s has it in balancer %s for the "
                                "same hosts: requests go to one of both balancers only", node->route, context,
                                node->balancer, rival->route, rival->balancer);
        }
    }
    return NULL;
}

/* -- applying ------------------------------------------------------------------------------------------------------ */

static const wlm_mcmp_error_t *change_contexts(wlm_registry_t *registry, wlm_node_t *node, wlm_mcmp_command_t command,
                                               const claim_t *claim, const wlm_registry_bounds_t *bounds,
                                               wlm_registry_change_t *change, apr_pool_t *p)
{
    const wlm_mcmp_error_t *error = command != WLM_MCMP_REMOVE_APP
                                    ? find_shortage(registry, node, claim, bounds, p) : NULL;
    int i, has_changed = 0;

    if (error) {
        return error;
    }
    if (command == WLM_MCMP_ENABLE_APP && bounds) {
        change->shadowed = find_shadowed(registry, node, claim, p);
    }
    for (i = 0; i < claim->contexts->nelts; ++i) {
        has_changed |= change_app(registry, node, command, APR_ARRAY_IDX(claim->contexts, i, const char *),
                                  claim->aliases);
    }
    if (has_changed) {
        change->what = describe(node, apr_array_pstrcat(p, claim->contexts, ' '), command, claim->aliases, p);
    }
    return NULL;
}

/* All contexts; to remove all of them is to remove the node */
static void change_node(wlm_registry_t *registry, wlm_node_t *node, const wlm_mcmp_message_t *message,
                        const char **pwhat, apr_pool_t *p)
{
    int i, has_changed = message->command == WLM_MCMP_REMOVE_APP;

    if (has_changed) {
        remove_node(registry, node);
    }
    else {
        for (i = 0; i < node->apps->nelts; ++i) {
            has_changed |= app_at(node, i)->state != state_of(message->command);
            app_at(node, i)->state = state_of(message->command);
        }
    }
    if (has_changed) {
        *pwhat = describe(node, "the whole node", message->command, apr_array_make(p, 1, sizeof(const char *)), p);
    }
}

/* -- the whole ----------------------------------------------------------------------------------------------------- */

static const wlm_mcmp_error_t *change_known(wlm_registry_t *registry, wlm_node_t *node,
                                            const wlm_mcmp_message_t *message, const wlm_registry_bounds_t *bounds,
                                            wlm_registry_change_t *change, apr_pool_t *p)
{
    wlm_mcmp_message_t *applied;
    claim_t claim;

    change->applied = message;
    if (message->command == WLM_MCMP_STATUS) {
        note_load(node, message, &change->what, p);
        return NULL;
    }
    if (message->is_for_node) {
        change_node(registry, node, message, &change->what, p);
        return NULL;
    }
    claim = claim_of(message, bounds, change, registry->p);
    change->applied = applied = apr_pmemdup(p, message, sizeof(*message));
    applied->contexts = claim.contexts;
    applied->aliases = claim.aliases;
    return change_contexts(registry, node, message->command, &claim, bounds, change, p);
}

const wlm_mcmp_error_t *wlm_registry_apply(wlm_registry_t *registry, const wlm_mcmp_message_t *message,
                                           const wlm_registry_bounds_t *bounds, wlm_registry_change_t *change,
                                           apr_pool_t *p)
{
    const wlm_mcmp_error_t *error = find_objection(message, bounds, p);
    wlm_node_t *node = wlm_registry_node(registry, message->route);

    memset(change, 0, sizeof(*change));
    if (error) {
        return error;
    }
    if (message->command == WLM_MCMP_CONFIG) {
        change->applied = message;
        return configure(registry, message, &change->what, p);
    }
    if (!node) { /* what is to be removed is not there already */
        return message->command == WLM_MCMP_REMOVE_APP ? NULL
               : REFUSE("MEM", "node %s is not known; it has to register by CONFIG first", message->route);
    }
    return change_known(registry, node, message, bounds, change, p);
}
