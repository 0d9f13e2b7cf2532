/* view/out.h: the output of a printer. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_OUT_H
#define WLM_VIEW_OUT_H

#include <stdint.h>
#include <apr_pools.h>

/** Where a printer writes to. */
typedef struct wlm_out_t {
    void (*write)(void *to, const char *data, apr_size_t length);
    void *to;
    apr_pool_t *p;                 /* for temporary texts; lives as long as the answer */
} wlm_out_t;

/** Write a text as it is; write a formatted one of any length. */
void wlm_out_puts(const wlm_out_t *out, const char *text);
void wlm_out_printf(const wlm_out_t *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** A time as "2026-11-23T10:15:00.123Z"; in p. */
const char *wlm_out_time(uint64_t ms, apr_pool_t *p);

/** How far the server's time zone was ahead of UTC at that time, in seconds. */
int wlm_out_utc_offset(uint64_t ms);

/** @return a length of time for people: "12 s", "3 min", "8 h 20 min", "2 d 4 h"; in p */
const char *wlm_out_span(uint64_t ms, apr_pool_t *p);

#endif
