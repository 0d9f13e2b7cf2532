/* route/entries.h: the hash tables of virtual hosts, and of the best route for each pair of pattern and virtual host: a
 * part of the route index (route/private.h). Filled while a version is made; read by all threads.
 */
#ifndef WLM_ROUTE_ENTRIES_H
#define WLM_ROUTE_ENTRIES_H

#include <apr_hash.h>
#include "route/route.h"

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

#endif
