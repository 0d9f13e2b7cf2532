/* tools/discover/plan.h: what a httpd has to be told so that it has the members of a service. Pure; any thread. */
#ifndef DISCOVER_PLAN_H
#define DISCOVER_PLAN_H

#include <apr_hash.h>
#include "tools/discover/members.h"

/** What the nodes of a service have in common. */
typedef struct discover_site_t {
    const char *balancer;
    int is_https;
    const apr_array_header_t *contexts; /* const char *, as a registry writes them */
    int min;                       /* so many members take new sessions, or none is removed or drained */
} discover_site_t;

typedef enum { DISCOVER_REMOVE, DISCOVER_ADD, DISCOVER_ENABLE, DISCOVER_SET_WEIGHT, DISCOVER_DRAIN } discover_what_t;

/** One request to a httpd. */
typedef struct discover_action_t {
    discover_what_t what;
    const discover_member_t *member; /* of REMOVE only its name counts */
    const char *contexts;          /* of ADD and REMOVE, separated by commas; NULL: the whole node is removed */
    const char *cluster;           /* of the others */
} discover_action_t;

typedef struct discover_plan_t {
    apr_array_header_t *actions;   /* discover_action_t, in the order in which they are to be said */
    int nheld;                     /* nodes that would be removed or drained but for `min` */
    const char *foreign;           /* the first name that a node has that is not ours; NULL: none has */
    int is_awaited;                /* a member is not in use yet, so a decision about it has to wait */
} discover_plan_t;

/**
 * Compare. Nodes that are not ours are left alone, and so is what anyone else has decided about a member. A node at
 * another address, or of another balancer or protocol, is removed and added again.
 * @param wanted     discover_member_t, each name and address once
 * @param nodes      discover_node_t
 * @param decisions  of discover_known_decisions()
 * @return in p, with texts of all of these
 */
discover_plan_t *discover_plan_make(const apr_array_header_t *wanted, const apr_array_header_t *nodes,
                                    apr_hash_t *decisions, const discover_site_t *site, apr_pool_t *p);

#endif
