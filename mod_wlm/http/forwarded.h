/* http/forwarded.h: scheme, host and port of the client's request as a proxy before this server reports them:
 * X-Forwarded-Proto, -Host and -Port, and Forwarded (RFC 7239). Pure, any thread.
 *
 * Of a list the last entry counts, which that proxy has added; entries before it may be forged by the client. Where
 * X-Forwarded-* and Forwarded contradict each other the former counts.
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
 * Parse the fields of one request; invalid values are ignored. Pure, any thread.
 *
 * @param said  result; in p or static
 * @param proto, host, port, forwarded  the fields' values; NULL: absent
 */
void wlm_forwarded_read(wlm_forwarded_said_t *said, const char *proto, const char *host, const char *port,
                        const char *forwarded, apr_pool_t *p);

#endif
