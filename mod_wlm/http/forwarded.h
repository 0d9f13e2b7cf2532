/* http/forwarded.h: what the proxy before this server says of how its client came: X-Forwarded-Proto, -Host and -Port,
 * and Forwarded (RFC 7239).
 *
 * Of a list the last entry counts: that is the proxy's own, those before it may be whatever the client has sent. Where
 * a field of the first kind and Forwarded contradict each other the first counts.
 */
#ifndef WLM_HTTP_FORWARDED_H
#define WLM_HTTP_FORWARDED_H

#include <apr_pools.h>

typedef struct wlm_forwarded_said_t {
    const char *scheme;            /* "http", "https", NULL: not said */
    const char *host;              /* without port, IPv6 in brackets; NULL: not said */
    int port;                      /* 1..65535; 0: not said */
} wlm_forwarded_said_t;

/**
 * Read the fields of one request. What is no scheme, host or port is not said. Pure, any thread.
 *
 * @param said  result; in p or static
 * @param proto, host, port, forwarded  the fields' values; NULL: absent
 */
void wlm_forwarded_read(wlm_forwarded_said_t *said, const char *proto, const char *host, const char *port,
                        const char *forwarded, apr_pool_t *p);

#endif
