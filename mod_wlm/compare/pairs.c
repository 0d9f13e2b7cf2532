/* Pairs clusters and members of two files, by name, then by address. Runs in wlmcfg, and on the thread that loads a
 * changed file. */
#include <string.h>
#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/host.h"
#include "compare/pairs.h"

struct wlm_pairs_t {
    apr_hash_t *later, *earlier;          /* a cluster or server -> the one of the other file */
    apr_pool_t *p;
};

/* -- pairs -------------------------------------------------------------------------------------- */

static void put(apr_hash_t *hash, const void *key, const void *value, apr_pool_t *p)
{
    apr_hash_set(hash, apr_pmemdup(p, &key, sizeof(key)), sizeof(key), value);
}

static const void *get(apr_hash_t *hash, const void *key)
{
    return apr_hash_get(hash, &key, sizeof(key));
}

static void pair(wlm_pairs_t *pairs, const void *earlier, const void *later)
{
    put(pairs->later, earlier, later, pairs->p);
    put(pairs->earlier, later, earlier, pairs->p);
}

/* Clusters and servers begin with their name */
static const char *name_of(const void *element)
{
    return *(const char *const *)element;
}

static void pair_names(wlm_pairs_t *pairs, const apr_array_header_t *from, const apr_array_header_t *to)
{
    apr_hash_t *names = apr_hash_make(pairs->p);
    int i;

    for (i = 0; i < from->nelts; ++i) {
        const void *element = APR_ARRAY_IDX(from, i, const void *);
        apr_hash_set(names, name_of(element), APR_HASH_KEY_STRING, element);
    }
    for (i = 0; i < to->nelts; ++i) {
        const void *element = APR_ARRAY_IDX(to, i, const void *);
        const void *earlier = apr_hash_get(names, name_of(element), APR_HASH_KEY_STRING);
        if (earlier) {
            pair(pairs, earlier, element);
        }
    }
}

/* -- addresses ---------------------------------------------------------------------------------- */

const char *wlm_pairs_address(const plugin_cfg_transport_t *transport, apr_pool_t *p)
{
    char *address = apr_psprintf(p, "%s %d", transport->host, transport->port), *c;

    for (c = address; *c && !wlm_host_socket_path(transport->host); ++c) {
        *c = apr_tolower(*c);
    }
    return address;
}

int wlm_pairs_share_address(const plugin_cfg_server_t *a, const plugin_cfg_server_t *b)
{
    int i, k;

    for (i = 0; i < a->transports->nelts; ++i) {
        const plugin_cfg_transport_t *x = APR_ARRAY_IDX(a->transports, i, plugin_cfg_transport_t *);
        for (k = 0; k < b->transports->nelts; ++k) {
            const plugin_cfg_transport_t *y = APR_ARRAY_IDX(b->transports, k, plugin_cfg_transport_t *);
            if (x->port == y->port && wlm_host_same(x->host, y->host)) {
                return 1;
            }
        }
    }
    return 0;
}

/* Add the owner to each address of a server. @param many  an address may have several owners; 0: the first one only */
static void note_addresses(apr_hash_t *by_address, const plugin_cfg_server_t *server, const void *owner, int many,
                        apr_pool_t *p)
{
    int i;

    for (i = 0; i < server->transports->nelts; ++i) {
        const char *address = wlm_pairs_address(APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *), p);
        apr_array_header_t *owners = apr_hash_get(by_address, address, APR_HASH_KEY_STRING);

        if (!owners) {
            owners = apr_array_make(p, 1, sizeof(const void *));
            apr_hash_set(by_address, address, APR_HASH_KEY_STRING, owners);
        }
        if (!owners->nelts || (many && APR_ARRAY_IDX(owners, owners->nelts - 1, const void *) != owner)) {
            APR_ARRAY_PUSH(owners, const void *) = owner;
        }
    }
}

static const apr_array_header_t *owners_of(apr_hash_t *by_address, const plugin_cfg_transport_t *transport,
                                           apr_pool_t *p)
{
    return apr_hash_get(by_address, wlm_pairs_address(transport, p), APR_HASH_KEY_STRING);
}

/* -- members ------------------------------------------------------------------------------------- */

/* @return a server of the later cluster without a pair, at one of the earlier server's addresses; NULL: none */
static const plugin_cfg_server_t *find_unpaired(const wlm_pairs_t *pairs, apr_hash_t *by_address,
                                              const plugin_cfg_server_t *earlier)
{
    int i;

    for (i = 0; i < earlier->transports->nelts; ++i) {
        const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(earlier->transports, i, plugin_cfg_transport_t *);
        const apr_array_header_t *owners = owners_of(by_address, transport, pairs->p);
        const plugin_cfg_server_t *later = owners ? APR_ARRAY_IDX(owners, 0, const plugin_cfg_server_t *) : NULL;
        if (later && !wlm_pairs_earlier_member(pairs, later)) {
            return later;
        }
    }
    return NULL;
}

static void pair_members(wlm_pairs_t *pairs, const plugin_cfg_cluster_t *earlier, const plugin_cfg_cluster_t *later)
{
    apr_hash_t *by_address = apr_hash_make(pairs->p);
    int i;

    pair_names(pairs, earlier->members, later->members);
    for (i = 0; i < later->members->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(later->members, i, plugin_cfg_server_t *);
        if (!wlm_pairs_earlier_member(pairs, server)) {
            note_addresses(by_address, server, server, 0, pairs->p);
        }
    }
    for (i = 0; i < earlier->members->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(earlier->members, i, plugin_cfg_server_t *);
        const plugin_cfg_server_t *other = wlm_pairs_later_member(pairs, server) ? NULL
                                         : find_unpaired(pairs, by_address, server);
        if (other) {
            pair(pairs, server, other);
        }
    }
}

/* -- clusters ------------------------------------------------------------------------------------- */

/* @return the clusters without a pair, by the addresses of their members */
static apr_hash_t *unpaired_clusters(const wlm_pairs_t *pairs, const plugin_cfg_t *to)
{
    apr_hash_t *by_address = apr_hash_make(pairs->p);
    int i, k;

    for (i = 0; i < to->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(to->clusters, i, plugin_cfg_cluster_t *);
        for (k = 0; k < cluster->members->nelts && !wlm_pairs_earlier_cluster(pairs, cluster); ++k) {
            note_addresses(by_address, APR_ARRAY_IDX(cluster->members, k, plugin_cfg_server_t *), cluster, 1, pairs->p);
        }
    }
    return by_address;
}

typedef struct count_t {
    const plugin_cfg_cluster_t *cluster;
    int members;                   /* of the earlier cluster that have an address of a member of this one */
    int last;                      /* the last of these, so that each is counted once */
} count_t;

/* @param by_cluster  cluster -> count_t *, those of counts */
static void count(apr_array_header_t *counts, apr_hash_t *by_cluster, const plugin_cfg_cluster_t *cluster, int member)
{
    apr_pool_t *p = counts->pool;
    count_t *found = apr_hash_get(by_cluster, &cluster, sizeof(cluster));

    if (!found) {
        found = apr_palloc(p, sizeof(*found));
        *found = (count_t){ cluster, 0, -1 };
        apr_hash_set(by_cluster, &found->cluster, sizeof(found->cluster), found);
        APR_ARRAY_PUSH(counts, count_t *) = found;
    }
    found->members += found->last != member;
    found->last = member;
}

/* @return count_t *, as they are found */
static apr_array_header_t *count_shared(const wlm_pairs_t *pairs, apr_hash_t *by_address,
                                        const plugin_cfg_cluster_t *earlier)
{
    apr_array_header_t *counts = apr_array_make(pairs->p, 4, sizeof(count_t *));
    apr_hash_t *by_cluster = apr_hash_make(pairs->p);
    int i, k, m;

    for (i = 0; i < earlier->members->nelts; ++i) {
        const apr_array_header_t *transports = APR_ARRAY_IDX(earlier->members, i, plugin_cfg_server_t *)->transports;
        for (k = 0; k < transports->nelts; ++k) {
            const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(transports, k, plugin_cfg_transport_t *);
            const apr_array_header_t *owners = owners_of(by_address, transport, pairs->p);
            for (m = 0; owners && m < owners->nelts; ++m) {
                count(counts, by_cluster, APR_ARRAY_IDX(owners, m, const plugin_cfg_cluster_t *), i);
            }
        }
    }
    return counts;
}

/* At least half of the members of the smaller cluster must have an address in common with the other one: a single
 * shared server does not make two clusters the same */
static const plugin_cfg_cluster_t *best_of(const wlm_pairs_t *pairs, const apr_array_header_t *counts,
                                           const plugin_cfg_cluster_t *earlier)
{
    const count_t *best = NULL;
    int i;

    for (i = 0; i < counts->nelts; ++i) {
        const count_t *c = APR_ARRAY_IDX(counts, i, const count_t *);
        int own = earlier->members->nelts, others = c->cluster->members->nelts;
        if (!wlm_pairs_earlier_cluster(pairs, c->cluster) && 2 * c->members >= (own < others ? own : others)
            && (!best || c->members > best->members)) {
            best = c;
        }
    }
    return best ? best->cluster : NULL;
}

static void pair_clusters_by_address(wlm_pairs_t *pairs, const plugin_cfg_t *from, const plugin_cfg_t *to)
{
    apr_hash_t *by_address = unpaired_clusters(pairs, to);
    int i;

    for (i = 0; i < from->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *earlier = APR_ARRAY_IDX(from->clusters, i, plugin_cfg_cluster_t *), *later;
        if (!wlm_pairs_later_cluster(pairs, earlier)
            && (later = best_of(pairs, count_shared(pairs, by_address, earlier), earlier)) != NULL) {
            pair(pairs, earlier, later);
        }
    }
}

wlm_pairs_t *wlm_pairs_make(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p)
{
    wlm_pairs_t *pairs = apr_pcalloc(p, sizeof(*pairs));
    int i;

    pairs->later = apr_hash_make(p);
    pairs->earlier = apr_hash_make(p);
    pairs->p = p;
    pair_names(pairs, from->clusters, to->clusters);
    pair_clusters_by_address(pairs, from, to);
    for (i = 0; i < from->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *earlier = APR_ARRAY_IDX(from->clusters, i, plugin_cfg_cluster_t *);
        const plugin_cfg_cluster_t *later = wlm_pairs_later_cluster(pairs, earlier);
        if (later) {
            pair_members(pairs, earlier, later);
        }
    }
    return pairs;
}

const plugin_cfg_cluster_t *wlm_pairs_later_cluster(const wlm_pairs_t *pairs, const plugin_cfg_cluster_t *earlier)
{
    return get(pairs->later, earlier);
}

const plugin_cfg_cluster_t *wlm_pairs_earlier_cluster(const wlm_pairs_t *pairs, const plugin_cfg_cluster_t *later)
{
    return get(pairs->earlier, later);
}

const plugin_cfg_server_t *wlm_pairs_later_member(const wlm_pairs_t *pairs, const plugin_cfg_server_t *earlier)
{
    return get(pairs->later, earlier);
}

const plugin_cfg_server_t *wlm_pairs_earlier_member(const wlm_pairs_t *pairs, const plugin_cfg_server_t *later)
{
    return get(pairs->earlier, later);
}
