/* route/private.h: the layout of the route index, for the files of route/ only.
 * Immutable once it was made, for any thread.
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
#include "route/entries.h"
#include "route/literals.h"
#include "route/route.h"

typedef struct wlm_route_pattern_t {
    const char *text;              /* as in the file, runs of stars made one */
    const char *without_slash;     /* general patterns that end in a slash and a star: text without both */
    int id;
    int literal_len;               /* characters other than '*' */
    int is_exact;
    struct wlm_route_pattern_t *next; /* the next general pattern with the same literal beginning */
} wlm_route_pattern_t;

/* Does a pattern without runs of stars match? (The rule that "/app/" and a star also match "/app" is the caller's.) */
int wlm_route_glob_matches(const char *pattern, const char *path);

struct wlm_route_index_t {
    wlm_route_literals_t beginnings;
    wlm_route_literals_t ends;
    apr_hash_t *hosts;             /* see wlm_route_host_add() */
    wlm_route_entries_t entries;
};

#endif
