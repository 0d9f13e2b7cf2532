/* http/fields.h: which header fields are not forwarded, in both directions. Pure; any thread. */
#ifndef WLM_HTTP_FIELDS_H
#define WLM_HTTP_FIELDS_H

#include <strings.h>

/** Are these names of the same field? Most names that are compared differ in the first letter, which is checked first.
 *  */
static inline int wlm_http_field_is(const char *name, const char *other)
{
    return ((name[0] ^ other[0]) & ~0x20) == 0 && strcasecmp(name, other) == 0;
}

/** Is this field for one connection only (RFC 9110 7.6.1; also Proxy-* and Keep-Alive), or for the framing, which each
 *  connection has for itself (Transfer-Encoding, Content-Length, Trailer, Expect)? */
int wlm_http_field_is_per_hop(const char *name);

/** Is this field for the web server and the application server only ("$WS..." and the like)? It is neither accepted
 *  from a client nor sent to one. */
int wlm_http_field_is_private(const char *name);

/** Does this field describe the body that a message carries (RFC 9110 8, RFC 9530)? */
int wlm_http_field_is_of_content(const char *name);

/** May this field be forwarded in a trailer section? Not if it frames, routes, authenticates or controls the message
 *  (RFC 9110 6.5.1). */
int wlm_http_field_may_trail(const char *name);

#endif
