/* route/literals.h: the hash table of the literal beginnings, or ends, of patterns: a part of the route index
 * (route/private.h). Filled while a version is made; read by all threads.
 */
#ifndef WLM_ROUTE_LITERALS_H
#define WLM_ROUTE_LITERALS_H

#include <apr_pools.h>

typedef struct wlm_route_pattern_t wlm_route_pattern_t;

/* the patterns that begin, or end, with one literal */
typedef struct wlm_route_node_t {
    const char *literal;           /* not NUL-terminated; NULL: a free slot */
    apr_size_t len;
    apr_uint64_t hash;
    wlm_route_pattern_t *exact;    /* matches when the path ends here */
    wlm_route_pattern_t *without_slash; /* the prefix longer by "/": matches when the path ends here */
    wlm_route_pattern_t *open;     /* prefix (among ends: suffix): matches whatever the rest is */
    wlm_route_pattern_t *general;
} wlm_route_node_t;

typedef struct wlm_route_literals_t {
    wlm_route_node_t *nodes;       /* open addressing, at most half full */
    apr_size_t size, used;         /* size: a power of two */
    unsigned char *has_len;        /* [0..max_len] is there a literal of this length? */
    apr_size_t max_len;
} wlm_route_literals_t;

/** Make an empty table in p. Hashes of literals are those of base/hash.h over the characters, of ends backwards. */
void wlm_route_literals_init(wlm_route_literals_t *literals, apr_pool_t *p);
/** The node of a literal, which is made if there is none. Valid until the next call. @param literal  is not copied */
wlm_route_node_t *wlm_route_literals_add(wlm_route_literals_t *literals, apr_uint64_t hash,
                                         const char *literal, apr_size_t len, apr_pool_t *p);
/** Fills has_len; call it after the last wlm_route_literals_add() */
void wlm_route_literals_finish(wlm_route_literals_t *literals, apr_pool_t *p);
/** @return NULL when there is no such literal */
const wlm_route_node_t *wlm_route_literals_find(const wlm_route_literals_t *literals, apr_uint64_t hash,
                                                const char *literal, apr_size_t len);

#endif
