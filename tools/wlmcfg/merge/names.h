/* tools/wlmcfg/merge/names.h: new names, each of which is given once. On main()'s thread. */
#ifndef WLMCFG_MERGE_NAMES_H
#define WLMCFG_MERGE_NAMES_H

#include <apr_hash.h>

/** The names of one kind of element. */
typedef struct merge_names_t {
    apr_hash_t *used;              /* name -> itself */
    apr_hash_t *next[2];           /* base -> int *: the number to be tried next; [1]: counted */
} merge_names_t;

merge_names_t wlmcfg_merge_names(apr_pool_t *p);

/** A name that is not used yet: base, base_2, base_3 ...; when counted base_0, base_1 ...
 *  @param base  is not copied  @param is_counted  0 or 1 */
const char *wlmcfg_merge_name(const merge_names_t *names, const char *base, int is_counted);

#endif
