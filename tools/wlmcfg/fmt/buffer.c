/* A text that grows. One thread. */
#include <string.h>
#include "tools/wlmcfg/fmt/buffer.h"

void wlmcfg_fmt_buffer_init(wlmcfg_fmt_buffer_t *buffer, apr_size_t room, apr_pool_t *p)
{
    buffer->room = room + 64;
    buffer->len = 0;
    buffer->p = p;
    buffer->bytes = apr_palloc(p, buffer->room + 1);
    *buffer->bytes = '\0';
}

void wlmcfg_fmt_put_bytes(wlmcfg_fmt_buffer_t *buffer, const char *bytes, apr_size_t len)
{
    if (len > buffer->room - buffer->len) {
        char *larger;
        buffer->room = 2 * buffer->room + len;
        larger = apr_palloc(buffer->p, buffer->room + 1);
        memcpy(larger, buffer->bytes, buffer->len);
        buffer->bytes = larger;
    }
    memcpy(buffer->bytes + buffer->len, bytes, len);
    buffer->len += len;
    buffer->bytes[buffer->len] = '\0';
}

void wlmcfg_fmt_put(wlmcfg_fmt_buffer_t *buffer, const char *text)
{
    wlmcfg_fmt_put_bytes(buffer, text, strlen(text));
}

void wlmcfg_fmt_put_blanks(wlmcfg_fmt_buffer_t *buffer, int n)
{
    for (; n > 0; --n) {
        wlmcfg_fmt_put_bytes(buffer, " ", 1);
    }
}
