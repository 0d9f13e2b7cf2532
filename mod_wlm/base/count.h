/* base/count.h: a number of things in words. Pure; any thread. */
#ifndef WLM_BASE_COUNT_H
#define WLM_BASE_COUNT_H

#include <apr_pools.h>

/** "1 cluster", "2 clusters", "0 clusters". @param noun  a word whose plural ends with s @return in the pool */
const char *wlm_count_text(int n, const char *noun, apr_pool_t *p);

#endif
