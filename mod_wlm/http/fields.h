/* http/fields.h: which header fields stop here, in both directions. */
#ifndef WLM_HTTP_FIELDS_H
#define WLM_HTTP_FIELDS_H

#include <strings.h>

/** Is this a field's name? Names are compared with many others for each request, and most do not even begin alike. */
static inline int wlm_http_field_is(const char *name, const char *other)
{
    return ((name[0] ^ other[0]) & ~0x20) == 0 && strcasecmp(name, other) == 0;
}

/** Is this field about one connection only (RFC 9110 7.6.1; also Proxy-* and Keep-Alive), or about the framing,
 *  which is made anew for the next connection (Transfer-Encoding, Content-Length, Trailer, Expect)? */
int wlm_http_field_is_per_hop(const char *name);

/** Is this field between the web server and the application server only? "$WS..." and the like: never taken from a
 *  client, never given to one. */
int wlm_http_field_is_private(const char *name);

/** Does this field describe the body that a message carries (RFC 9110 8, RFC 9530)? */
int wlm_http_field_is_of_content(const char *name);

/** May this field stand in a trailer section that is passed on? Not when it frames, routes, authenticates or controls
 *  the message (RFC 9110 6.5.1). */
int wlm_http_field_may_trail(const char *name);

#endif
