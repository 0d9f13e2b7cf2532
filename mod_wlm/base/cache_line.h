/* base/cache_line.h: the processor's unit of shared memory: what is written by different threads lies in different
 * ones. */
#ifndef WLM_BASE_CACHE_LINE_H
#define WLM_BASE_CACHE_LINE_H

#define WLM_CACHE_LINE     64      /* bytes */

#endif
