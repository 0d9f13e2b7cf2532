/* compare/pairs.h: which clusters and members of a file are those of another one, for a comparison of the two.
 *
 * Clusters are paired by name, as the module finds them again. Those that are left over are paired by the addresses of
 * their members: a file that was merged or generated anew has other names for the same servers. In a pair of clusters
 * members are paired likewise: by name, and then by address. So a pair with two names is one thing in a comparison, but
 * two for the module, whose records go by names.
 *
 *     pairs = wlm_pairs_make(before, after, p);
 *     later = wlm_pairs_later_cluster(pairs, cluster);   // NULL: removed
 *
 * Nothing is changed after it is made. It refers to both files, and lives in the pool.
 */
#ifndef WLM_COMPARE_PAIRS_H
#define WLM_COMPARE_PAIRS_H

#include "plugin-cfg/plugin_cfg.h"

typedef struct wlm_pairs_t wlm_pairs_t;

/** Work grows with the number of clusters and members, but for clusters that share addresses with many others. */
wlm_pairs_t *wlm_pairs_make(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p);

/** The other side of a pair. @return NULL: it has none */
const plugin_cfg_cluster_t *wlm_pairs_later_cluster(const wlm_pairs_t *pairs, const plugin_cfg_cluster_t *earlier);
const plugin_cfg_cluster_t *wlm_pairs_earlier_cluster(const wlm_pairs_t *pairs, const plugin_cfg_cluster_t *later);
const plugin_cfg_server_t *wlm_pairs_later_member(const wlm_pairs_t *pairs, const plugin_cfg_server_t *earlier);
const plugin_cfg_server_t *wlm_pairs_earlier_member(const wlm_pairs_t *pairs, const plugin_cfg_server_t *later);

/** Where a transport leads, in the form in which it is compared: "host port", in lower case. */
const char *wlm_pairs_address(const plugin_cfg_transport_t *transport, apr_pool_t *p);

/** Do two servers have an address in common: host and port of any transport? Hosts are compared without case. */
int wlm_pairs_share_address(const plugin_cfg_server_t *a, const plugin_cfg_server_t *b);

#endif
