#include "http/head_end.h"
#include <string.h>

/* @return behind the line's end; NULL: it has not come */
static const char *skip_line(const char *at, const char *end)
{
    const char *lf = memchr(at, '\n', (apr_size_t)(end - at));

    return lf ? lf + 1 : NULL;
}

static int next_state(int state, char c)
{
    if (state == WLM_HTTP_HEAD_BEFORE) {
        return c == '\r' || c == '\n' ? WLM_HTTP_HEAD_BEFORE : WLM_HTTP_HEAD_IN_LINE;
    }
    if (c == '\n') {
        return WLM_HTTP_HEAD_ENDED;
    }
    return c == '\r' && state == WLM_HTTP_HEAD_LINE_BEGINS ? WLM_HTTP_HEAD_LINE_HAS_CR : WLM_HTTP_HEAD_IN_LINE;
}

int wlm_http_head_end_feed(wlm_http_head_end_t *end, const char *text, apr_size_t len)
{
    const char *at = text, *behind = text + len;

    while (at && at < behind && end->state != WLM_HTTP_HEAD_ENDED) {
        if (end->state == WLM_HTTP_HEAD_IN_LINE) {
            at = skip_line(at, behind);
            end->state = at ? WLM_HTTP_HEAD_LINE_BEGINS : WLM_HTTP_HEAD_IN_LINE;
        }
        else {
            end->state = next_state(end->state, *at++);
        }
    }
    return end->state == WLM_HTTP_HEAD_ENDED;
}
