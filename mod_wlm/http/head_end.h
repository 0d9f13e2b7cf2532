/* http/head_end.h: whether the whole head of a request has come (RFC 9112 2.1, 2.2), for bytes that come in pieces of
 * any size. Nothing else of it is parsed. Pure, any thread.
 */
#ifndef WLM_HTTP_HEAD_END_H
#define WLM_HTTP_HEAD_END_H

#include <apr.h>

/** Zero before the first byte. */
typedef struct wlm_http_head_end_t {
    enum {
        WLM_HTTP_HEAD_BEFORE,      /* no more than blank lines, which belong to no request */
        WLM_HTTP_HEAD_IN_LINE,
        WLM_HTTP_HEAD_LINE_BEGINS,
        WLM_HTTP_HEAD_LINE_HAS_CR, /* and nothing else */
        WLM_HTTP_HEAD_ENDED
    } state;
} wlm_http_head_end_t;

/** The next bytes; what follows the head is ignored. A line may end with LF alone.
 *  @return 1: the blank line at the head's end has come */
int wlm_http_head_end_feed(wlm_http_head_end_t *end, const char *text, apr_size_t len);

#endif
