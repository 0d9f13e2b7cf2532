/* http/framing.h: what says where the body of an HTTP/1.x message ends (RFC 9112 6.3). Pure, any thread. */
#ifndef WLM_HTTP_FRAMING_H
#define WLM_HTTP_FRAMING_H

typedef enum {
    WLM_HTTP_NO_BODY,              /* HEAD, 1xx, 204, 304 */
    WLM_HTTP_LENGTH,               /* Content-Length, also 0 */
    WLM_HTTP_CHUNKED,
    WLM_HTTP_UNTIL_CLOSE           /* ends with the connection */
} wlm_http_framing_t;

#endif
