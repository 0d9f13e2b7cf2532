/* base/count.h: a number of things in words. Pure; any thread. Texts for people that have a number before a noun use
 * it, because that may be 1. */
#ifndef WLM_BASE_COUNT_H
#define WLM_BASE_COUNT_H

#include <apr_pools.h>

/** "1 cluster", "2 clusters", "0 clusters". @param noun  a word whose plural ends with s @return in the pool */
const char *wlm_count_text(apr_int64_t n, const char *noun, apr_pool_t *p);

/** The word, or words, that go with a number. @return `one` for 1, otherwise `many` */
const char *wlm_count_word(apr_int64_t n, const char *one, const char *many);

#endif
