/* tools/discover/members.h: the members of a service, as a source (Consul, Kubernetes) has answered. Pure; any thread.
 */
#ifndef DISCOVER_MEMBERS_H
#define DISCOVER_MEMBERS_H

#include <apr_tables.h>

/** Members of an answer; an answer with more is refused. As many nodes as a registry has at the most. */
#define DISCOVER_MEMBERS_MAX 4096
/** The weight that httpd gives to a registered member; a member of weight 1 in Consul has it. */
#define DISCOVER_WEIGHT 20
#define DISCOVER_WEIGHT_MAX 65535

typedef struct discover_member_t {
    const char *name;              /* of the node, and its clone id */
    const char *host;              /* a name in lower case, or an address; one of IPv6 in its canonical form */
    int port;
    int weight;                    /* as LoadBalanceWeight, up to DISCOVER_WEIGHT_MAX */
    int is_drained;                /* gets requests of its sessions only */
} discover_member_t;

/** What a source has answered. */
typedef struct discover_answer_t {
    apr_array_header_t *members;   /* discover_member_t */
    const char *left_out;          /* the first one that cannot be used, and why; NULL: all can */
    int nleft_out;                 /* how many cannot */
} discover_answer_t;

/** An empty answer in p. */
discover_answer_t *discover_answer_make(apr_pool_t *p);

/** Note that something is left out. @param what  "pod a" @param why  in one line */
void discover_leave_out(discover_answer_t *answer, const char *what, const char *why);

/**
 * Add a member; one without a usable address is left out.
 * @param member  its texts live as long as the answer; without a name, or with one that a session could not carry, it
 *                is named by its address: 10.0.0.5:8080 is 10-0-0-5-8080. Of a host that is too long for that the end
 *                becomes a hash
 */
void discover_answer_add(discover_answer_t *answer, const discover_member_t *member);

/**
 * Bring an answer into its final form, which does not depend on the order in which its parts came, so that all web
 * servers name members in the same way: each name once, each address once, sorted by name. What a source has twice, as
 * Kubernetes may while it moves endpoints between slices, counts once, and as not drained if one of the two is not.
 * Names that different addresses share are replaced by names of these addresses.
 * @return NULL; or why the answer is refused, in its pool
 */
const char *discover_answer_finish(discover_answer_t *answer);

/** How many of the members take new sessions. */
int discover_count_open(const apr_array_header_t *members);

/** The same members, all of it in p. */
apr_array_header_t *discover_members_copy(const apr_array_header_t *members, apr_pool_t *p);

#endif
