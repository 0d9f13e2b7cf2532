/* By which names the sessions of a cluster are found, and which clusters could take each other's sessions for their
 * own. On main()'s thread. */
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "base/count.h"
#include "base/host.h"
#include "balance/transports.h"
#include "tools/wlmcfg/check/review_private.h"

/* A clone id in one cluster */
typedef struct claim_t {
    const plugin_cfg_cluster_t *cluster;
    const plugin_cfg_server_t *server;
} claim_t;

/* The first URI that leads to a cluster */
typedef struct first_t {
    const plugin_cfg_uri_t *uri;   /* NULL: every URI */
    wlm_affinity_rule_t rule;
    int line;
    int is_reported;               /* that another one has other names */
} first_t;

typedef struct review_t {
    plugin_cfg_t *cfg;
    apr_hash_t *firsts;            /* name of a cluster -> first_t * */
    apr_hash_t *claims;            /* cookie, host and clone id -> claim_t * */
    apr_hash_t *done;              /* cluster, cookie and host -> itself: it has made its claims */
    apr_hash_t *confused;          /* name of a cluster -> itself: one of its clone ids is another cluster's, too */
    claim_t claim, other;          /* the first such clone id, and whose it is */
    const char *cookie;            /* ... and by which cookie */
    apr_pool_t *p;
} review_t;

/* -- the names of sessions ----------------------------------------------------------------------- */

static void compare_names(review_t *review, const plugin_cfg_route_t *route, const plugin_cfg_uri_t *uri,
                          const wlm_affinity_rule_t *rule)
{
    const char *cluster = route->cluster->name;
    first_t *first = apr_hash_get(review->firsts, cluster, APR_HASH_KEY_STRING);

    if (!first) {
        first = apr_palloc(review->p, sizeof(*first));
        *first = (first_t){ uri, *rule, uri ? uri->line : route->line, 0 };
        apr_hash_set(review->firsts, cluster, APR_HASH_KEY_STRING, first);
    }
    if (first->is_reported || wlm_review_has_same_names(&first->rule, rule)) {
        return;
    }
    first->is_reported = 1;
    plugin_cfg_add_finding(review->cfg, PLUGIN_CFG_FINDING_MIXED_SESSION_NAMES, uri ? uri->line : route->line,
                           "%s finds the sessions of cluster \"%s\" by cookie \"%s\" and \";%s=\", but %s (line %d) "
                           "by cookie \"%s\" and \";%s=\"; if one application answers both, give them the same "
                           "AffinityCookie and AffinityURLIdentifier", uri ? uri->name : "a Route for every URI",
                           cluster, rule->cookie_name, rule->url_identifier,
                           first->uri ? first->uri->name : "a Route for every URI", first->line,
                           first->rule.cookie_name, first->rule.url_identifier);
}

/* -- clone ids of several clusters ------------------------------------------------------------ */

static int has_same_address(const plugin_cfg_server_t *a, const plugin_cfg_server_t *b)
{
    const plugin_cfg_transport_t *x = wlm_transports_default(a), *y = wlm_transports_default(b);

    return x->port == y->port && wlm_host_same(x->host, y->host);
}

/* @return 1 when the claim contradicts what is known under that key */
static int contradicts(const review_t *review, const char *key, const claim_t *claim, const claim_t **pother)
{
    *pother = apr_hash_get(review->claims, key, APR_HASH_KEY_STRING);
    return *pother && (*pother)->cluster != claim->cluster && !has_same_address((*pother)->server, claim->server);
}

static void keep(review_t *review, const char *key, const claim_t *claim)
{
    if (!apr_hash_get(review->claims, key, APR_HASH_KEY_STRING)) {
        apr_hash_set(review->claims, key, APR_HASH_KEY_STRING, apr_pmemdup(review->p, claim, sizeof(*claim)));
    }
}

static void note(review_t *review, const claim_t *claim, const claim_t *other, const char *cookie)
{
    const char *cluster = claim->cluster->name;

    if (!apr_hash_count(review->confused)) {
        review->claim = *claim;
        review->other = *other;
        review->cookie = cookie;
    }
    apr_hash_set(review->confused, cluster, APR_HASH_KEY_STRING, cluster);
}

static const char *server_text(const claim_t *claim, apr_pool_t *p)
{
    const plugin_cfg_transport_t *transport = wlm_transports_default(claim->server);

    return apr_psprintf(p, "server \"%s\" (line %d, %s) of cluster \"%s\"", claim->server->name, claim->server->line,
                        wlm_host_port_text(transport->host, transport->port, p), claim->cluster->name);
}

/* once for the file: a file that numbers the servers of one cluster does so in all */
static void report_clone_ids(const review_t *review)
{
    int n = (int)apr_hash_count(review->confused);

    if (n) {
        plugin_cfg_add_finding(review->cfg, PLUGIN_CFG_FINDING_SHARED_CLONE_ID, review->claim.server->line,
                               "CloneID \"%s\" means %s%s, but also %s; where a browser sends one cookie \"%s\" to "
                               "both, its sessions are taken to servers that do not know them; give each server its "
                               "own CloneID, or each cluster its own AffinityCookie", review->claim.server->clone_id,
                               server_text(&review->claim, review->p),
                               n > 1 ? apr_psprintf(review->p, " (and so in %s)",
                                                    wlm_count_text(n - 1, "more cluster", review->p)) : "",
                               server_text(&review->other, review->p), review->cookie);
    }
}

/* Cookies know hosts, but no ports. Under "" is the first claim for whatever host, under "*" the first one for all.
 * Each claim is compared with the first ones only: what is reported is true, and for a note that is enough. */
static void claim_for_host(review_t *review, const claim_t *claim, const char *cookie, const char *host)
{
    const char *prefix = apr_psprintf(review->p, "%s\n%s\n", cookie, claim->server->clone_id);
    const char *for_host = apr_pstrcat(review->p, prefix, host, NULL), *for_all = apr_pstrcat(review->p, prefix, "*",
                                                                                              NULL);
    const claim_t *other;

    if (contradicts(review, strcmp(host, "*") == 0 ? prefix : for_host, claim, &other)
        || contradicts(review, for_all, claim, &other)) {
        note(review, claim, other, cookie);
    }
    keep(review, prefix, claim);
    keep(review, for_host, claim);
}

static void claim_clone_ids(review_t *review, const plugin_cfg_cluster_t *cluster, const char *cookie, const char *host)
{
    const char *key = apr_pstrcat(review->p, cluster->name, "\n", cookie, "\n", host, NULL);
    int i;

    if (apr_hash_get(review->done, key, APR_HASH_KEY_STRING)) {
        return;
    }
    apr_hash_set(review->done, key, APR_HASH_KEY_STRING, key);
    for (i = 0; i < cluster->members->nelts; ++i) {
        claim_t claim = { cluster, APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *) };

        if (claim.server->clone_id && wlm_transports_default(claim.server)) {
            claim_for_host(review, &claim, cookie, host);
        }
    }
}

/* -- all routes ------------------------------------------------------------------------------- */

static void check_cookie(review_t *review, const plugin_cfg_route_t *route, const char *cookie)
{
    const plugin_cfg_virtual_host_group_t *group = route->virtual_host_group;
    int i;

    if (!group) {
        claim_clone_ids(review, route->cluster, cookie, "*");
        return;
    }
    for (i = 0; i < group->hosts->nelts; ++i) {
        const char *host = APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *)->host;
        claim_clone_ids(review, route->cluster, cookie, host ? host : "*");
    }
}

static void check_uri(review_t *review, const plugin_cfg_route_t *route, const plugin_cfg_uri_t *uri,
                        const char **plast_cookie)
{
    wlm_affinity_rule_t rule = wlm_affinity_rule_of(route->cluster, uri, NULL);

    compare_names(review, route, uri, &rule);
    /* nearly all URIs of a group have one cookie */
    if (!*plast_cookie || strcmp(*plast_cookie, rule.cookie_name) != 0) {
        check_cookie(review, route, rule.cookie_name);
        *plast_cookie = rule.cookie_name;
    }
}

void wlm_review_sessions(plugin_cfg_t *cfg, apr_pool_t *ptemp)
{
    review_t review = {
        .cfg = cfg, .firsts = apr_hash_make(ptemp), .claims = apr_hash_make(ptemp), .done = apr_hash_make(ptemp),
        .confused = apr_hash_make(ptemp), .p = ptemp
    };
    int i, k;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *);
        const apr_array_header_t *uris = route->uri_group ? route->uri_group->uris : NULL;
        const char *last_cookie = NULL;

        if (!uris) {
            check_uri(&review, route, NULL, &last_cookie);
        }
        for (k = 0; uris && k < uris->nelts; ++k) {
            check_uri(&review, route, APR_ARRAY_IDX(uris, k, plugin_cfg_uri_t *), &last_cookie);
        }
    }
    report_clone_ids(&review);
}
