/* base/cache_line.h: the processor's unit of shared memory. What different threads write lies in different ones. */
#ifndef WLM_BASE_CACHE_LINE_H
#define WLM_BASE_CACHE_LINE_H

#include <stddef.h>

#define WLM_CACHE_LINE     64      /* bytes */

/** A size rounded up to whole cache lines. */
static inline size_t wlm_cache_line_round(size_t size)
{
    return (size + WLM_CACHE_LINE - 1) / WLM_CACHE_LINE * WLM_CACHE_LINE;
}

#endif
