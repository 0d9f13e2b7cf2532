/* route/private.h: the layout of the route index, for the files of route/ only.
 * Immutable once it was made, for any thread.
 *
 * Stars cut a URI pattern into literal pieces. Patterns are filed by their first piece, below it by the pieces between
 * stars, and last by the piece behind the last star: a tree, of which each step is a hash table of literals. A look-up
 * hashes the path as far as the longest literal reaches, and probes only at lengths that some literal has: from the
 * path's beginning, then from each place at which a further piece can begin, and from the path's end. Of a piece that
 * occurs more than once the first occurrence is enough, since it leaves the most to what follows. For each pattern that
 * matches the path the look-up then finds the at most five virtual hosts that match the request in the table of
 * entries, which has the best route of each pair of pattern and virtual host.
 *
 *     beginnings   "/app/" -> open: pattern 3         entries   (3, www:443)  -> Route, Uri, VirtualHost
 *                  "/app"  -> without_slash: 3                  (3, any host) -> Route, Uri, -
 *                  ""      -> after.ends ".jsp"                 (4, *:80)     -> Route, Uri, VirtualHost
 *                                 -> ended: pattern 4
 *                  "/"     -> after.inner "/shop/"             the pattern "/", star, "/shop/", star
 *                                 -> open: pattern 5
 */
#ifndef WLM_ROUTE_PRIVATE_H
#define WLM_ROUTE_PRIVATE_H

#include <apr_hash.h>
#include "route/entries.h"
#include "route/literals.h"
#include "route/route.h"

typedef struct wlm_route_pattern_t {
    const char *text;              /* as in the file, runs of stars made one */
    int id;
    int literal_len;               /* characters other than '*' */
    int is_exact;
    const char *without_slash;     /* crowded patterns that end in a slash and a star: text without both */
    struct wlm_route_pattern_t *next; /* the next crowded pattern */
} wlm_route_pattern_t;

/* A pattern with more stars is crowded: it is in no tree, so that a look-up, which goes from step to step by recursion,
 * has a bounded stack. */
#define WLM_ROUTE_MOST_STARS 16

/* Does a pattern without runs of stars match? (The rule that "/app/" and a star also match "/app" is the caller's.) */
int wlm_route_glob_matches(const char *pattern, const char *path);

struct wlm_route_index_t {
    wlm_route_literals_t beginnings;
    wlm_route_pattern_t *crowded;
    apr_hash_t *hosts;             /* see wlm_route_host_add() */
    wlm_route_entries_t entries;
};

#endif
