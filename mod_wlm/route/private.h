/* route/private.h: the layout of the route index, for the files of route/ only.
 *
 * Every URI pattern is exact ("/hello"), a prefix ("/app/" and a star), a suffix (a star and ".jsp"), or general. Their
 * literals are in two hash tables, by their beginning and (suffixes) by their end. A look-up hashes the path once from
 * each side and probes only at lengths that some literal has. For each pattern that matches the path it then looks up
 * the at most five virtual hosts that match the request in the table of entries, which has the best route of each pair
 * of pattern and virtual host.
 *
 *     beginnings   "/app/" -> open: pattern 3        entries   (3, www:443)  -> Route, Uri, VirtualHost
 *                  "/app"  -> without_slash: 3                 (3, any host) -> Route, Uri, -
 *     ends         ".jsp"  -> open: pattern 4                  (4, *:80)     -> Route, Uri, VirtualHost
 */
#ifndef WLM_ROUTE_PRIVATE_H
#define WLM_ROUTE_PRIVATE_H

#include <apr_hash.h>
#include "route/route.h"

typedef struct wlm_route_pattern_t {
    const char *text;              /* as in the file, runs of stars made one */
    const char *without_slash;     /* general patterns that end in a slash and a star: text without both */
    int id;
    int literal_len;               /* characters other than '*' */
    int is_exact;
    struct wlm_route_pattern_t *next; /* the next general pattern with the same literal beginning */
} wlm_route_pattern_t;

/* -- literals (route/literals.c) ------------------------------------------------------ */

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

/* The hash of a literal (base/hash.h) runs over its characters forwards, among ends backwards */
void wlm_route_literals_init(wlm_route_literals_t *literals, apr_pool_t *p);
wlm_route_node_t *wlm_route_literals_add(wlm_route_literals_t *literals, apr_uint64_t hash,
                                         const char *literal, apr_size_t len, apr_pool_t *p);
/* Fills has_len; call it after the last wlm_route_literals_add() */
void wlm_route_literals_finish(wlm_route_literals_t *literals, apr_pool_t *p);
/* @return NULL when there is no such literal */
const wlm_route_node_t *wlm_route_literals_find(const wlm_route_literals_t *literals, apr_uint64_t hash,
                                                const char *literal, apr_size_t len);

/* -- virtual hosts and entries (route/entries.c) -------------------------------------- */

/* the best route for a pattern and a virtual host */
typedef struct wlm_route_entry_t {
    int pattern, host;             /* ids */
    int order;                     /* position in the file */
    wlm_route_match_t match;
} wlm_route_entry_t;

typedef struct wlm_route_entries_t {
    wlm_route_entry_t *entries;
    apr_uint32_t used;
    apr_uint32_t *slots;           /* open addressing: an index into entries plus 1; 0: free */
    apr_size_t size;               /* of slots, a power of two */
} wlm_route_entries_t;

#define WLM_ROUTE_NO_HOST  -1      /* no route has such a virtual host */
#define WLM_ROUTE_ANY_HOST -2      /* the host of routes without virtual host group */

#define WLM_ROUTE_HOSTS    5       /* that a request can match: host:port, host:*, *:port, *:*, no group; the most exact
                                      first */

/* The ids of the virtual hosts that a request matches, or WLM_ROUTE_NO_HOST.
 * @param host  in any case; NULL or "": none */
void wlm_route_hosts_find(int ids[WLM_ROUTE_HOSTS], const apr_hash_t *hosts, const char *host, int port);
/* @param host  NULL: "*"; any case  @param port  0: "*"
 * @return an id, or WLM_ROUTE_NO_HOST for a name that is too long for any host */
int wlm_route_host_add(apr_hash_t *hosts, const char *host, int port);

/* @param max  never more entries than this will be added */
void wlm_route_entries_init(wlm_route_entries_t *entries, apr_size_t max, apr_pool_t *p);
/* Does nothing when the pair of pattern and host has an entry already: that one is earlier in the file */
void wlm_route_entries_add(wlm_route_entries_t *entries, const wlm_route_entry_t *entry);
/* @return NULL when there is none */
const wlm_route_entry_t *wlm_route_entries_find(const wlm_route_entries_t *entries, int pattern, int host);

/* Does a pattern without runs of stars match? (The rule that "/app/" and a star also match "/app" is the caller's.) */
int wlm_route_glob_matches(const char *pattern, const char *path);

struct wlm_route_index_t {
    wlm_route_literals_t beginnings;
    wlm_route_literals_t ends;
    apr_hash_t *hosts;             /* see wlm_route_host_add() */
    wlm_route_entries_t entries;
};

#endif
