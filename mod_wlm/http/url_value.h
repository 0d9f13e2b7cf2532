/* http/url_value.h: single values in paths, queries and URLs, as they are written: percent-encoded. Pure, any thread.
 */
#ifndef WLM_HTTP_URL_VALUE_H
#define WLM_HTTP_URL_VALUE_H

#include <stddef.h>

/** A part of a text; len 0: there is none. */
typedef struct wlm_url_value_t {
    const char *at;
    size_t len;
} wlm_url_value_t;

/** A segment of a path, without path parameters. @param path  up to '?', '#' or the NUL @param n  1 is the first */
wlm_url_value_t wlm_url_segment(const char *path, int n);

/** The first value of a parameter. @param query  without '?', up to '#' or the NUL; NULL: none
 *  @param name  case counts */
wlm_url_value_t wlm_url_parameter(const char *query, const char *name);

/** Where the path of a URL begins, which may be one without scheme and host. */
const char *wlm_url_path(const char *url);

/** Where the query of a URL begins, behind its '?'. @return NULL: it has none */
const char *wlm_url_query(const char *url);

#endif
