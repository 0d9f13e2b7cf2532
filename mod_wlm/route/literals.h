/* route/literals.h: the hash table of the literal pieces of patterns, which are what stars are between: a part of the
 * route index (route/private.h). Filled while a version is made; read by all threads.
 */
#ifndef WLM_ROUTE_LITERALS_H
#define WLM_ROUTE_LITERALS_H

#include <apr_pools.h>

typedef struct wlm_route_pattern_t wlm_route_pattern_t;

typedef struct wlm_route_after_t wlm_route_after_t;

/* the patterns that begin alike, up to the end of this piece */
typedef struct wlm_route_node_t {
    const char *literal;           /* the piece, not NUL-terminated */
    apr_size_t len;
    apr_uint64_t hash;
    wlm_route_pattern_t *ended;    /* the pattern ends here: matches when the path does so */
    wlm_route_pattern_t *without_slash; /* only a slash and a star follow: matches when the path ends here */
    wlm_route_pattern_t *open;     /* a star, and nothing else, follows: matches whatever the rest is */
    wlm_route_after_t *after;      /* a star and other pieces follow; NULL: in no pattern */
} wlm_route_node_t;

typedef struct wlm_route_literals_t {
    wlm_route_node_t *nodes;       /* [used] */
    apr_uint32_t *slots;           /* open addressing, at most half full: an index into nodes plus 1; 0: free */
    apr_size_t size, used;         /* size: of slots, a power of two, or 0 */
    unsigned char *has_len;        /* [0..max_len] is there a literal of this length? */
    apr_size_t max_len;
    apr_uint32_t has_first[8];     /* a bit for each character: does a literal begin with it? */
    unsigned char *has_hash;       /* 8 bits for each slot: is there a literal whose hash leads to this bit? */
} wlm_route_literals_t;

/* what follows a piece and a star */
struct wlm_route_after_t {
    wlm_route_literals_t inner;    /* pieces with a star on either side */
    wlm_route_literals_t ends;     /* pieces that end a pattern; hashed backwards */
};

/** The node of a literal, which is made if there is none. Valid until the next call.
 * @param literals  of zeros: an empty table
 * @param hash      by base/hash.h, over the characters, in a table of ends backwards
 * @param literal   is not copied
 * @param ptemp     what is outgrown stays in it; the table itself, until wlm_route_literals_finish() */
wlm_route_node_t *wlm_route_literals_add(wlm_route_literals_t *literals, apr_uint64_t hash,
                                         const char *literal, apr_size_t len, apr_pool_t *ptemp);
/** Moves the table into p, and fills what look-ups skip literals by, also in the tables below this one; call it after
 * the last wlm_route_literals_add() */
void wlm_route_literals_finish(wlm_route_literals_t *literals, apr_pool_t *p);
/** Does a literal begin with this character? */
static inline int wlm_route_literals_begin(const wlm_route_literals_t *literals, char c)
{
    return literals->has_first[(unsigned char)c / 32] >> ((unsigned char)c % 32) & 1;
}

/** @return NULL when there is no such literal. The table must have one of this length. */
const wlm_route_node_t *wlm_route_literals_find(const wlm_route_literals_t *literals, apr_uint64_t hash,
                                                const char *literal, apr_size_t len);

#endif
