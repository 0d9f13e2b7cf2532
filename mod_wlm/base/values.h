/* base/values.h: single words of directives as values. Each function that does not say otherwise returns NULL, or what
 * is wrong with the word, in p; then the value is undefined. Pure, any thread.
 */
#ifndef WLM_BASE_VALUES_H
#define WLM_BASE_VALUES_H

#include <apr_pools.h>
#include <apr_time.h>

/** A whole number from min to max. */
const char *wlm_values_whole(int *pnumber, const char *text, int min, int max, apr_pool_t *p);
/** Bytes, or a number with K, M or G. */
const char *wlm_values_size(apr_int64_t *psize, const char *text, apr_pool_t *p);
/** Seconds, or a time as in base/duration.h. */
const char *wlm_values_time(apr_interval_time_t *ptime, const char *text, apr_pool_t *p);
/** A whole number from min to max, perhaps with %. */
const char *wlm_values_percent(int *ppercent, const char *text, int min, int max, apr_pool_t *p);
/** Split key=value. @param pvalue  a part of word @return the key; NULL: it is none */
const char *wlm_values_pair(const char **pvalue, const char *word, apr_pool_t *p);
/** That it is none, for a message. */
const char *wlm_values_no_pair(const char *word, apr_pool_t *p);
/** One of the names, in whatever case. @param pvalue  its index  @param names  the last one is followed by NULL */
const char *wlm_values_keyword(int *pvalue, const char *text, const char *const *names, apr_pool_t *p);
/** The names for a message: "A, B or C" when before_last is " or ". */
const char *wlm_values_names(const char *const *names, const char *before_last, apr_pool_t *p);

#endif
