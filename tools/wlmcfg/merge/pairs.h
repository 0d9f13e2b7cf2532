/* tools/wlmcfg/merge/pairs.h: pairs of host and URI. On main()'s thread. */
#ifndef WLMCFG_MERGE_PAIRS_H
#define WLMCFG_MERGE_PAIRS_H

#include "tools/wlmcfg/merge/model.h"

/** Sets pairs, by_match_key and clusters (without names). */
void wlmcfg_merge_pairs(merge_t *m);

/** A text that is the same for two pairs which the same requests match (match_key.c).
 *  @param host  NULL: "*"  @param port  0: "*", -1: every host, of a route without VirtualHostGroup */
const char *wlmcfg_merge_match_key(const plugin_cfg_uri_t *uri, const char *host, int port, apr_pool_t *p);

/** "shop" of "/cell/c1/application/shop", as a UriGroup may be called. @return NULL: the name is not of this form */
const char *wlmcfg_merge_application(const char *name);

#endif
