/* Finds the routes and members that a changed file no longer has. Runs on the thread that loads the file, and in
 * wlmcfg. */
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "compare/loss.h"
#include "base/count.h"
#include "compare/pairs.h"

static void add_line(apr_array_header_t *lines, const char *line)
{
    APR_ARRAY_PUSH(lines, const char *) = line;
}

/* The first names, and the number of the others */
static const char *join(const apr_array_header_t *names, apr_pool_t *p)
{
    apr_array_header_t *first = apr_array_copy_hdr(p, names);
    int more = names->nelts - WLM_LOSS_MAX_NAMES;

    if (more <= 0) {
        return apr_array_pstrcat(p, names, ' ');
    }
    first->nelts = WLM_LOSS_MAX_NAMES;
    return apr_psprintf(p, "%s and %d more", apr_array_pstrcat(p, first, ' '), more);
}

/* -- clusters and members ---------------------------------------------------------------------- */

/* What a file has, to be found without a comparison with all of it */
typedef struct kept_t {
    const plugin_cfg_t *to;
    apr_hash_t *clusters;          /* name -> const plugin_cfg_cluster_t * */
    apr_hash_t *addresses;         /* of the members of all clusters; NULL: nothing has asked for them yet */
    apr_pool_t *p;
} kept_t;

static void note_addresses(apr_hash_t *addresses, const plugin_cfg_cluster_t *cluster)
{
    apr_pool_t *p = apr_hash_pool_get(addresses);
    int i, k;

    for (i = 0; i < cluster->members->nelts; ++i) {
        const plugin_cfg_server_t *member = APR_ARRAY_IDX(cluster->members, i, const plugin_cfg_server_t *);
        for (k = 0; k < member->transports->nelts; ++k) {
            const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(member->transports, k, plugin_cfg_transport_t *);
            apr_hash_set(addresses, wlm_pairs_address(transport, p), APR_HASH_KEY_STRING, transport);
        }
    }
}

static apr_hash_t *names_of(const plugin_cfg_cluster_t *cluster, apr_pool_t *p)
{
    apr_hash_t *names = apr_hash_make(p);
    int i;

    for (i = 0; i < cluster->members->nelts; ++i) {
        const plugin_cfg_server_t *member = APR_ARRAY_IDX(cluster->members, i, const plugin_cfg_server_t *);
        apr_hash_set(names, member->name, APR_HASH_KEY_STRING, member);
    }
    return names;
}

static apr_hash_t *addresses_of(const plugin_cfg_cluster_t *cluster, apr_pool_t *p)
{
    apr_hash_t *addresses = apr_hash_make(p);

    note_addresses(addresses, cluster);
    return addresses;
}

static apr_hash_t *all_addresses(kept_t *kept)
{
    int i;

    if (!kept->addresses) {
        kept->addresses = apr_hash_make(kept->p);
        for (i = 0; i < kept->to->clusters->nelts; ++i) {
            note_addresses(kept->addresses, APR_ARRAY_IDX(kept->to->clusters, i, const plugin_cfg_cluster_t *));
        }
    }
    return kept->addresses;
}

static kept_t make_kept(const plugin_cfg_t *to, apr_pool_t *p)
{
    kept_t kept = { to, apr_hash_make(p), NULL, p };
    int i;

    for (i = to->clusters->nelts - 1; i >= 0; --i) { /* of those of one name the first counts */
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(to->clusters, i, const plugin_cfg_cluster_t *);
        apr_hash_set(kept.clusters, cluster->name, APR_HASH_KEY_STRING, cluster);
    }
    return kept;
}

/* @param names  a member with one of these is the same, whatever its address; NULL: only the address counts */
static int is_kept(const plugin_cfg_server_t *member, apr_hash_t *names, apr_hash_t *addresses)
{
    int i, found = names && apr_hash_get(names, member->name, APR_HASH_KEY_STRING);

    for (i = 0; !found && i < member->transports->nelts; ++i) {
        const char *address = wlm_pairs_address(APR_ARRAY_IDX(member->transports, i, plugin_cfg_transport_t *),
                                                apr_hash_pool_get(addresses));
        found = apr_hash_get(addresses, address, APR_HASH_KEY_STRING) != NULL;
    }
    return found;
}

static void compare_cluster(apr_array_header_t *lines, const plugin_cfg_cluster_t *cluster, kept_t *kept)
{
    const plugin_cfg_cluster_t *same = apr_hash_get(kept->clusters, cluster->name, APR_HASH_KEY_STRING);
    apr_hash_t *names = same ? names_of(same, kept->p) : NULL;
    apr_hash_t *addresses = same ? addresses_of(same, kept->p) : all_addresses(kept);
    apr_array_header_t *gone = apr_array_make(lines->pool, 4, sizeof(const char *));
    int i, n = cluster->members->nelts;

    for (i = 0; i < n; ++i) {
        const plugin_cfg_server_t *member = APR_ARRAY_IDX(cluster->members, i, const plugin_cfg_server_t *);
        if (!is_kept(member, names, addresses)) {
            add_line(gone, member->name);
        }
    }
    if (!same && gone->nelts == n) {
        add_line(lines, apr_psprintf(lines->pool, "cluster %s: removed", cluster->name));
    }
    else if (gone->nelts) {
        add_line(lines, apr_psprintf(lines->pool, "cluster %s, member%s %s: removed", cluster->name,
                                     wlm_count_word(gone->nelts, "", "s"), join(gone, lines->pool)));
    }
}

/* -- routes ------------------------------------------------------------------------------------- */

typedef struct search_t {
    const wlm_route_index_t *from, *to;
    apr_array_header_t *headings;      /* const char *: "cluster shop -> nowhere, host www:80", as they are found */
    apr_hash_t *uris;              /* heading -> const char *[]: those that are lost on it */
    apr_hash_t *known;             /* pairs of heading and URI, each once */
    apr_pool_t *p;
} search_t;

/* Did this route win such requests, and do they have no route now? (If another route won them, the loss is reported for
 * that one.) */
static int is_lost(const search_t *s, const plugin_cfg_route_t *route, const plugin_cfg_virtual_host_t *host,
                   const char *path)
{
    const char *name = host ? host->host : NULL;
    int port = host ? host->port : 0;
    wlm_route_match_t was, is;

    return wlm_route_find(&was, s->from, name, port, path) && was.route == route
           && !wlm_route_find(&is, s->to, name, port, path);
}

static void add_uri(search_t *s, const char *heading, const char *uri)
{
    const char *pair = apr_pstrcat(s->p, heading, "\n", uri, NULL);
    apr_array_header_t *uris = apr_hash_get(s->uris, heading, APR_HASH_KEY_STRING);

    if (!uris) {
        uris = apr_array_make(s->p, 4, sizeof(const char *));
        apr_hash_set(s->uris, heading, APR_HASH_KEY_STRING, uris);
        add_line(s->headings, heading);
    }
    if (!apr_hash_get(s->known, pair, APR_HASH_KEY_STRING)) {
        apr_hash_set(s->known, pair, APR_HASH_KEY_STRING, pair);
        add_line(uris, uri);
    }
}

static void compare_uri(search_t *s, const plugin_cfg_route_t *route, const char *pattern)
{
    const apr_array_header_t *hosts = route->virtual_host_group ? route->virtual_host_group->hosts : NULL;
    apr_array_header_t *lost = apr_array_make(s->p, 4, sizeof(const char *));
    const char *path = wlm_route_sample(pattern, s->p), *where = NULL;
    int i;

    if (*path != '/') {
        return; /* it matched nothing */
    }
    for (i = 0; hosts && i < hosts->nelts; ++i) {
        const plugin_cfg_virtual_host_t *host = APR_ARRAY_IDX(hosts, i, const plugin_cfg_virtual_host_t *);
        if (is_lost(s, route, host, path)) {
            add_line(lost, host->name);
            where = lost->nelts > 1 ? "hosts " : "host ";
        }
    }
    if (!hosts && is_lost(s, route, NULL, path)) {
        where = "every host";
    }
    if (where) {
        add_uri(s, apr_pstrcat(s->p, "cluster ", route->cluster->name, " -> nowhere, ", where, join(lost, s->p), NULL),
                pattern);
    }
}

static void compare_route(search_t *s, const plugin_cfg_route_t *route)
{
    int i;

    if (!route->uri_group) {
        compare_uri(s, route, "*");
    }
    for (i = 0; route->uri_group && i < route->uri_group->uris->nelts; ++i) {
        compare_uri(s, route, APR_ARRAY_IDX(route->uri_group->uris, i, const plugin_cfg_uri_t *)->name);
    }
}

apr_array_header_t *wlm_loss_find(const plugin_cfg_t *from, const wlm_route_index_t *from_index, const plugin_cfg_t *to,
                                  const wlm_route_index_t *to_index, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, 4, sizeof(const char *));
    search_t s = { from_index, to_index, apr_array_make(p, 4, sizeof(const char *)), apr_hash_make(p), apr_hash_make(p),
                   p };
    kept_t kept = make_kept(to, p);
    int i;

    for (i = 0; i < from->clusters->nelts; ++i) {
        compare_cluster(lines, APR_ARRAY_IDX(from->clusters, i, const plugin_cfg_cluster_t *), &kept);
    }
    for (i = 0; i < from->routes->nelts; ++i) {
        compare_route(&s, APR_ARRAY_IDX(from->routes, i, const plugin_cfg_route_t *));
    }
    for (i = 0; i < s.headings->nelts; ++i) {
        const char *heading = APR_ARRAY_IDX(s.headings, i, const char *);
        const char *uris = join(apr_hash_get(s.uris, heading, APR_HASH_KEY_STRING), p);
        add_line(lines, apr_pstrcat(p, "routes: ", heading, ": ", uris, NULL));
    }
    return lines;
}
