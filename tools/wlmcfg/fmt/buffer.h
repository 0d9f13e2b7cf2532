/* tools/wlmcfg/fmt/buffer.h: a text that grows at its end. One thread. */
#ifndef WLMCFG_FMT_BUFFER_H
#define WLMCFG_FMT_BUFFER_H

#include <apr_pools.h>

typedef struct wlmcfg_fmt_buffer_t {
    char *bytes;                   /* always ended with NUL */
    apr_size_t len, room;
    apr_pool_t *p;
} wlmcfg_fmt_buffer_t;

/** @param room  how much there will be, as far as it can be known */
void wlmcfg_fmt_buffer_init(wlmcfg_fmt_buffer_t *buffer, apr_size_t room, apr_pool_t *p);
void wlmcfg_fmt_put_bytes(wlmcfg_fmt_buffer_t *buffer, const char *bytes, apr_size_t len);
void wlmcfg_fmt_put(wlmcfg_fmt_buffer_t *buffer, const char *text);
void wlmcfg_fmt_put_blanks(wlmcfg_fmt_buffer_t *buffer, int n);

#endif
