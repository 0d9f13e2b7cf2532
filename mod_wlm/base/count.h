/* base/count.h: a number of things in words. Pure; any thread. Texts for people that have a number before a noun use
 * it, because that may be 1. */
#ifndef WLM_BASE_COUNT_H
#define WLM_BASE_COUNT_H

#include <apr_tables.h>

/** "1 cluster", "2 clusters", "0 clusters". @param noun  a word whose plural ends with s @return in the pool */
const char *wlm_count_text(apr_int64_t n, const char *noun, apr_pool_t *p);

/** The word, or words, that go with a number. @return `one` for 1, otherwise `many` */
const char *wlm_count_word(apr_int64_t n, const char *one, const char *many);

/**
 * Of many lines keep the first ones, and say in one more how many others there are: "7 more members are left out".
 * There are always two others at least, since one needs no more room than that line.
 * @param lines   const char *
 * @param most    so many are kept
 * @param others  what stands behind the number
 */
void wlm_count_cut(apr_array_header_t *lines, int most, const char *others, apr_pool_t *p);

#endif
