/* http/path.h: the form of a request's path that routes are matched against. Pure, any thread.
 *
 * httpd passes the path as the client sent it, normalised (RFC 3986 section 6.2: dot segments removed, slashes merged,
 * escaped unreserved characters decoded) but otherwise percent-encoded. Application servers drop path parameters
 * (";jsessionid=..", ";x") before they map the path, so the match does, too:
 *
 *     /app;jsessionid=0000abc:s1/page;v=2   ->  /app/page
 *
 * A ';' that was sent as %3B is an ordinary character, for Servlet containers, too. If a segment is "." or ".." after
 * parameters were dropped and escapes decoded ("/app/..;/admin", "/app/..%2fadmin") httpd and the member could resolve
 * the path differently: it is ambiguous, and is refused if it has a route. The same holds when the dot segment appears
 * only to a server that decodes before it drops parameters ("/app/..%3B/admin", "/app;%2F..%2Fadmin"). Escapes are
 * decoded once ("%252e" is "%2e", not a dot), and a backslash is an ordinary character, encoded or not.
 */
#ifndef WLM_HTTP_PATH_H
#define WLM_HTTP_PATH_H

#include <apr_pools.h>

typedef enum {
    WLM_PATH_OK,
    WLM_PATH_AMBIGUOUS,   /* a dot segment appears only after parameters were dropped or escapes decoded */
    WLM_PATH_INVALID      /* does not begin with '/', or a bad escape or escaped NUL, also in a parameter */
} wlm_path_result_t;

/**
 * Do what httpd does with a request's path before it asks modules: decode escaped unreserved characters, merge
 * slashes, resolve dot segments. For programs that have no httpd.
 *
 * Pure, any thread.
 *
 * @param path  as the client sends it, without query
 * @param p     holds the result
 * @return NULL when httpd refuses it: it does not begin with "/", has a bad escape or an escaped NUL, or leads above it
 */
const char *wlm_path_normalise(const char *path, apr_pool_t *p);

/**
 * Make the path that routes are matched against.
 *
 * Pure, any thread.
 *
 * @param pmatch  the path without parameters, decoded, slashes merged; in pool p. For AMBIGUOUS dot
 *                segments may still be in it. Not set for INVALID.
 * @param presolved for AMBIGUOUS: the path with the dot segments resolved (what a lenient server would
 *                  serve); otherwise equal to *pmatch; not set for INVALID
 * @param encoded normalised, percent-encoded path, without query
 * @param p       when nothing has to be changed *pmatch is `encoded` itself, nothing is allocated
 */
wlm_path_result_t wlm_path_canonical(const char **pmatch, const char **presolved,
                                     const char *encoded, apr_pool_t *p);

/** The path without the parameters of its segments, which may be session ids; otherwise as it is. Pure.
 *  @param path  percent-encoded; for a log, so that it need not be a good one */
const char *wlm_path_without_parameters(const char *path, apr_pool_t *p);

/** Percent-encode the characters that a path may not have, and ';', so that nothing becomes a parameter. Pure. */
const char *wlm_path_encode(const char *path, apr_pool_t *p);

/**
 * Percent-encode a decoded path that another module has rewritten, so that characters that were escaped are escaped
 * again.
 *
 * A decoded path does not show whether a ';' was escaped, nor, where httpd does not decode %2F, whether "%2F" was an
 * escape or (%252F) text. The request's original path decides, unless it has both. A ';' that a rewrite rule has added
 * begins a parameter, unless the original path has an escaped one.
 *
 * Pure, any thread.
 *
 * @param path          the decoded path, as it is now
 * @param original      the request's own, percent-encoded
 * @param keeps_slashes httpd has not decoded %2F (AllowEncodedSlashes NoDecode)
 * @return NULL: the path has two readings
 */
const char *wlm_path_encode_rewritten(const char *path, const char *original, int keeps_slashes, apr_pool_t *p);

#endif
