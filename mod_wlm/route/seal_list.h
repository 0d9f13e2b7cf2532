/* route/seal_list.h: seals of several clusters in one cookie, "seal.seal": a browser has one cookie of a name,
 * whichever cluster has set it, and each cluster leaves those of others in it. Pure, any thread.
 */
#ifndef WLM_ROUTE_SEAL_LIST_H
#define WLM_ROUTE_SEAL_LIST_H

#include <apr_pools.h>
#include "route/seal.h"

#define WLM_SEAL_LIST_MAX 8        /* seals of a cookie; of more the last ones, which are the oldest, are left out */

/**
 * The next text in a value that may be a seal; anything else is left out.
 * @param pat  in and out: where to search; NULL behind the last one
 * @param end  of the value
 * @return WLM_SEAL_LEN characters; NULL: there is none
 */
const char *wlm_seal_list_next(const char **pat, const char *end);

/** A list with this seal behind, in p; the list itself when it has the seal, or as many as may stand behind a first
 *  one. @param list  "": none */
const char *wlm_seal_list_add(const char *list, const char *seal, apr_pool_t *p);

#endif
