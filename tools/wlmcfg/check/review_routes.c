/* Routes, and URIs of routes, that get no request because others always win. On main()'s thread.
 *
 * The index of routes is asked itself, with requests that stand for all that a URI and a virtual host match: each '*'
 * of the URI is a character that no URI has, a host "*" is no host, a port "*" is 0, which is no virtual host's. What
 * matches such a request matches by a '*' of its own wherever there is a '*', so it matches every request that the URI
 * and the virtual host match, and with the same rank or a better one: what loses here loses always. And what wins here
 * wins at least such requests, so whatever is lost is found.
 */
#include <string.h>
#include <apr_strings.h>
#include "base/count.h"
#include "tools/wlmcfg/check/review_private.h"
#include "route/route.h"

/* No URI has it: XML does not allow it */
#define ANYTHING '\1'

/* URIs of a route, or pairs of a URI and a host, that are lost to another route */
typedef struct loss_t {
    wlm_route_match_t loser, winner; /* of one of them */
    int n;
} loss_t;

typedef struct review_t {
    plugin_cfg_t *cfg;
    const wlm_route_index_t *index;
    const plugin_cfg_route_t *route;
    int wins;                      /* a pair of URI and host gets requests */
    apr_array_header_t *lost;      /* loss_t: URIs that are lost on all hosts, by the route that wins */
    apr_array_header_t *overlaps;  /* loss_t: pairs of URI and host that a route to another cluster has too, and wins */
    apr_pool_t *p;                 /* for one route */
} review_t;

/* -- what stands for all requests ------------------------------------------------------------ */

static void add_path(apr_array_header_t *paths, const char *beginning, const char *pattern)
{
    char *path = apr_pstrcat(paths->pool, beginning, pattern, NULL), *c;

    for (c = path; *c; ++c) {
        *c = *c == '*' ? ANYTHING : *c;
    }
    APR_ARRAY_PUSH(paths, const char *) = path;
}

/* All paths begin with a slash, also those that begin with what is a star in the pattern */
static void add_paths(apr_array_header_t *paths, const char *pattern)
{
    const char *rest = pattern + strspn(pattern, "*");

    if (rest > pattern) {
        add_path(paths, "/*", rest);
    }
    if (*rest == '/') {
        add_path(paths, "", rest);
    }
}

/* A path too many does no harm: the URI does not win it */
static apr_array_header_t *paths_of(const plugin_cfg_uri_t *uri, apr_pool_t *p)
{
    apr_array_header_t *paths = apr_array_make(p, 4, sizeof(const char *));
    const char *pattern = uri ? uri->name : "*";
    apr_size_t len = strlen(pattern);

    add_paths(paths, pattern);
    if (len > 2 && strcmp(pattern + len - 2, "/*") == 0) {
        add_paths(paths, apr_pstrmemdup(p, pattern, len - 2)); /* it matches without slash and star, too */
    }
    return paths;
}

/* -- which route wins -------------------------------------------------------------------------- */

/* Does it make a difference to a request which of the two it gets? */
static int differs(const wlm_route_match_t *a, const wlm_route_match_t *b)
{
    wlm_affinity_rule_t x = wlm_affinity_rule_of(a->route->cluster, a->uri, NULL);
    wlm_affinity_rule_t y = wlm_affinity_rule_of(b->route->cluster, b->uri, NULL);

    return a->route->cluster != b->route->cluster || !wlm_review_has_same_names(&x, &y);
}

static int is_same_pair(const wlm_route_match_t *a, const wlm_route_match_t *b)
{
    const plugin_cfg_virtual_host_t *x = a->host, *y = b->host;

    return strcmp(a->uri ? a->uri->name : "*", b->uri ? b->uri->name : "*") == 0
           && (x && y ? x->port == y->port && strcmp(x->host ? x->host : "*", y->host ? y->host : "*") == 0 : x == y);
}

typedef enum { WINS, LOSES, MATCHES_NOTHING } result_t;

/* @param winner  set when it loses; one that makes a difference, if there is one */
static result_t result_of(const wlm_route_match_t *pair, wlm_route_match_t *winner, const review_t *review,
                      const apr_array_header_t *paths)
{
    const plugin_cfg_virtual_host_t *host = pair->host;
    result_t result = MATCHES_NOTHING;
    int i;

    for (i = 0; i < paths->nelts; ++i) {
        wlm_route_match_t match;

        if (!wlm_route_find(&match, review->index, host ? host->host : NULL, host ? host->port : 0,
                            APR_ARRAY_IDX(paths, i, const char *))) {
            continue;
        }
        if (match.route == pair->route && match.uri == pair->uri && match.host == pair->host) {
            return WINS;
        }
        if (result == MATCHES_NOTHING || (!differs(pair, winner) && differs(pair, &match))) {
            *winner = match;
        }
        result = LOSES;
    }
    return result;
}

/* -- the URIs of a route --------------------------------------------------------------------- */

/* n more are lost; shown is the first, or one that makes a difference */
static void add_to(loss_t *loss, const wlm_route_match_t *loser, const wlm_route_match_t *winner, int n)
{
    if (!loss->n || (!differs(&loss->loser, &loss->winner) && differs(loser, winner))) {
        loss->loser = *loser;
        loss->winner = *winner;
    }
    loss->n += n;
}

/* @param n  what the loss counts for */
static void add_loss(apr_array_header_t *losses, const loss_t *loss, int n)
{
    loss_t *known = NULL;
    int i;

    for (i = 0; i < losses->nelts && !known; ++i) {
        if (APR_ARRAY_IDX(losses, i, loss_t).winner.route == loss->winner.route) {
            known = &APR_ARRAY_IDX(losses, i, loss_t);
        }
    }
    if (!known) {
        known = apr_array_push(losses); /* zeroed */
    }
    add_to(known, &loss->loser, &loss->winner, n);
}

static void check_uri(review_t *review, const plugin_cfg_uri_t *uri)
{
    const plugin_cfg_virtual_host_group_t *group = review->route->virtual_host_group;
    const apr_array_header_t *paths = paths_of(uri, review->p);
    loss_t lost = { .n = 0 }, overlap = { .n = 0 };
    int i, wins = 0, nhosts = group ? group->hosts->nelts : 1;

    for (i = 0; i < nhosts; ++i) {
        wlm_route_match_t pair = { review->route, uri, NULL }, winner;
        result_t result;

        pair.host = group ? APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *) : NULL;
        result = result_of(&pair, &winner, review, paths);
        wins |= result == WINS;
        if (result == LOSES) {
            add_to(&lost, &pair, &winner, 1);
            if (pair.route->cluster != winner.route->cluster && is_same_pair(&pair, &winner)) {
                add_to(&overlap, &pair, &winner, 1);
            }
        }
    }
    review->wins |= wins;
    if (lost.n && !wins) {
        add_loss(review->lost, &lost, 1); /* one URI, on however many hosts */
    }
    else if (overlap.n) {
        add_loss(review->overlaps, &overlap, overlap.n);
    }
}

/* -- the findings ------------------------------------------------------------------------------- */

/* It makes no difference to a request which of the two wins */
static int is_mild(const loss_t *loss)
{
    return !differs(&loss->loser, &loss->winner);
}

static const char *uri_text(const plugin_cfg_uri_t *uri, apr_pool_t *p)
{
    return uri ? apr_psprintf(p, "Uri \"%s\" (line %d)", uri->name, uri->line) : "every URI";
}

static const char *route_text(const plugin_cfg_route_t *route, apr_pool_t *p)
{
    return apr_psprintf(p, "the Route of line %d to cluster \"%s\"", route->line, route->cluster->name);
}

static void report_route(const review_t *review)
{
    const loss_t *loss = &APR_ARRAY_IDX(review->lost, 0, loss_t);
    int i;

    for (i = 1; i < review->lost->nelts && is_mild(loss); ++i) {
        loss = &APR_ARRAY_IDX(review->lost, i, loss_t);
    }
    plugin_cfg_add_graded_finding(review->cfg, PLUGIN_CFG_FINDING_ROUTE_WITHOUT_EFFECT, is_mild(loss),
                                  review->route->line,
                                  "no request gets to this Route to cluster \"%s\": for all its URIs and hosts other "
                                  "Routes win, for %s %s with %s; remove this Route, or give it a longer Uri or a more "
                                  "exact VirtualHost", review->route->cluster->name,
                                  uri_text(loss->loser.uri, review->p), route_text(loss->winner.route, review->p),
                                  uri_text(loss->winner.uri, review->p));
}

static void report_uri(const review_t *review, const loss_t *loss)
{
    plugin_cfg_add_graded_finding(review->cfg, PLUGIN_CFG_FINDING_URI_WITHOUT_EFFECT, is_mild(loss),
                                  loss->loser.uri->line,
                                  "Uri \"%s\"%s of %s %s no request: %s always wins with %s; remove one of the two",
                                  loss->loser.uri->name, wlm_review_more(loss->n, review->p),
                                  route_text(review->route, review->p), wlm_count_word(loss->n, "gets", "get"),
                                  route_text(loss->winner.route, review->p), uri_text(loss->winner.uri, review->p));
}

static void report_overlap(const review_t *review, const loss_t *loss)
{
    /* it has a host: a Route without VirtualHostGroup loses its URIs as a whole */
    plugin_cfg_add_finding(review->cfg, PLUGIN_CFG_FINDING_OVERLAPPING_ROUTES, review->route->line,
                           "%s on VirtualHost \"%s\"%s is also in %s, which stands before this Route to cluster "
                           "\"%s\" and wins; take it out of one of them", uri_text(loss->loser.uri, review->p),
                           loss->loser.host->name, wlm_review_more(loss->n, review->p),
                           route_text(loss->winner.route, review->p), review->route->cluster->name);
}

static void add_findings(const review_t *review)
{
    int i;

    if (review->lost->nelts && !review->wins) {
        report_route(review);
        return;
    }
    for (i = 0; i < review->lost->nelts; ++i) {
        report_uri(review, &APR_ARRAY_IDX(review->lost, i, loss_t));
    }
    for (i = 0; i < review->overlaps->nelts; ++i) {
        report_overlap(review, &APR_ARRAY_IDX(review->overlaps, i, loss_t));
    }
}

static void check_route(review_t *review, const plugin_cfg_route_t *route)
{
    const apr_array_header_t *uris = route->uri_group ? route->uri_group->uris : NULL;
    int i;

    review->route = route;
    review->wins = 0;
    review->lost = apr_array_make(review->p, 2, sizeof(loss_t));
    review->overlaps = apr_array_make(review->p, 2, sizeof(loss_t));
    if (!uris) {
        check_uri(review, NULL);
    }
    for (i = 0; uris && i < uris->nelts; ++i) {
        check_uri(review, APR_ARRAY_IDX(uris, i, plugin_cfg_uri_t *));
    }
    add_findings(review);
}

void wlm_review_routes(plugin_cfg_t *cfg, apr_pool_t *ptemp)
{
    review_t review = { .cfg = cfg, .index = wlm_route_index_make(cfg, ptemp) };
    int i;

    apr_pool_create(&review.p, ptemp);
    for (i = 0; i < cfg->routes->nelts; ++i) {
        check_route(&review, APR_ARRAY_IDX(cfg->routes, i, const plugin_cfg_route_t *));
        apr_pool_clear(review.p);
    }
    apr_pool_destroy(review.p);
}
