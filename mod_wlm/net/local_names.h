/* net/local_names.h: the names by which members on this machine are found (WLMPreferLocal).
 * In the parent, while httpd reads its configuration. */
#ifndef WLM_NET_LOCAL_NAMES_H
#define WLM_NET_LOCAL_NAMES_H

#include <apr_tables.h>

/**
 * The patterns of a WLMPreferLocal: shell patterns for server names and hosts. The word "Host" stands for this machine:
 * its names, its addresses and localhost; "Off" alone for none.
 * @param ppatterns  const char *; NULL for none. In p
 * @return NULL, or what is wrong
 */
const char *wlm_local_names_patterns(const apr_array_header_t **ppatterns, int n, char *const *words, apr_pool_t *p);

#endif
