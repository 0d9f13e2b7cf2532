/* tools/discover/known.h: what a httpd has: the nodes of its registry, and what has been decided about their members.
 * Read from what the handler wlm-status sends as format=registry and format=json. Pure; any thread. */
#ifndef DISCOVER_KNOWN_H
#define DISCOVER_KNOWN_H

#include <apr_hash.h>
#include <apr_tables.h>
#include <jansson.h>

/** A context of a node: a member of a cluster. */
typedef struct discover_place_t {
    const char *context, *cluster;
} discover_place_t;

typedef struct discover_node_t {
    const char *name, *host, *balancer;
    int port, is_https;
    int is_ours;                   /* its note is that of this program */
    apr_array_header_t *places;    /* discover_place_t */
} discover_node_t;

/** What has been decided about a member. */
typedef struct discover_decision_t {
    int is_enabled;                /* neither drained nor disabled */
    int is_ours, is_anybodys;      /* by this program; by anyone who has left a name or a comment */
    int weight, configured;        /* as it counts now; as it would be without a decision */
} discover_decision_t;

/** Is this text of the mark, as it was said, or with the user's name before it ("bob: MARK")? */
int discover_is_marked(const char *text, const char *mark);

/**
 * Read a registry.
 * @param registry  of which the nodes have texts
 * @param mark      the comment by which this program's nodes are known
 * @return NULL: it is no registry; discover_node_t, in p
 */
apr_array_header_t *discover_known_nodes(const json_t *registry, const char *mark, apr_pool_t *p);

/** Read the members of a state: discover_decision_t by discover_known_key(), in p. */
apr_hash_t *discover_known_decisions(const json_t *state, const char *mark, apr_pool_t *p);
const char *discover_known_key(const char *cluster, const char *member, apr_pool_t *p);

#endif
