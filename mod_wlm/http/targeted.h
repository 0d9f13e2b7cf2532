/* http/targeted.h: targeted cache control fields, such as CDN-Cache-Control (RFC 9213): a dictionary of structured
 * fields (RFC 8941) that is meant for some caches, in place of Cache-Control and Expires. Pure; any thread. */
#ifndef WLM_HTTP_TARGETED_H
#define WLM_HTTP_TARGETED_H

#include <apr_pools.h>

#define WLM_HTTP_TARGETED_MAX 64   /* directives of one field */

/**
 * The directives of such a field as Cache-Control has them. Parameters have no meaning, and are left out; so is a
 * directive that is ?0, or whose value is not of its type: max-age="60" and max-age=-1 are none, and so is what no
 * cache directive has: inner lists, decimals and bytes. no-store, no-cache and private are restrictions, and count with
 * whatever value but ?0.
 * @param value  of all field lines, with commas in between
 * @return "" when no directive is left of them; in p. NULL: it is no such dictionary, has no member, or more than
 *         WLM_HTTP_TARGETED_MAX, and is to be ignored (RFC 9213 2.2)
 */
const char *wlm_http_targeted_directives(const char *value, apr_pool_t *p);

#endif
