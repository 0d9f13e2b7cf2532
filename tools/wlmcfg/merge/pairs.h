/* tools/wlmcfg/merge/pairs.h: pairs of host and URI. On main()'s thread. */
#ifndef WLMCFG_MERGE_PAIRS_H
#define WLMCFG_MERGE_PAIRS_H

#include "tools/wlmcfg/merge/model.h"

/** Sets pairs, their tables, and clusters (without names). */
void wlmcfg_merge_pairs(merge_t *m);

#define MERGE_NO_NUMBER -1         /* no pair has it in its key */
#define MERGE_WIDER_HOSTS 4

/** The number of a text, a new one if it has none (keys.c). @param text  is not copied */
int wlmcfg_merge_number(apr_hash_t *numbers, const char *text);
/** The numbers of a URI, of the hosts of a group (int, in their order), and of a route without VirtualHostGroup in keys
 *  (keys.c). @param uri  NULL: every URI */
int wlmcfg_merge_uri_number(merge_t *m, const plugin_cfg_uri_t *uri);
const apr_array_header_t *wlmcfg_merge_host_numbers(merge_t *m, const plugin_cfg_virtual_host_group_t *group);
int wlmcfg_merge_every_host_number(merge_t *m);
/** The numbers of the hosts that match the requests of this one, too, or MERGE_NO_NUMBER (keys.c): any port, any host,
 *  both, no VirtualHostGroup. @param host  NULL: "*" */
void wlmcfg_merge_wider_numbers(int numbers[MERGE_WIDER_HOSTS], const merge_t *m, const char *host, int port);

/** "shop" of "/cell/c1/application/shop", as a UriGroup may be called. @return NULL: the name is not of this form */
const char *wlmcfg_merge_application(const char *name);

#endif
