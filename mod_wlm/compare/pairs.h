/* compare/pairs.h: pairs of the clusters and members that two files have in common: for a comparison of the files, and
 * for a reload, where the later one of a pair goes on with the record of the earlier one (httpd/runtime/records.c).
 * Pure, any thread.
 *
 * Clusters are paired by name. The others are paired by the addresses of their members:
 * a file that was merged or generated anew may have other names for the same servers. The members of two paired
 * clusters are paired likewise, by name and then by address.
 *
 *     pairs = wlm_pairs_make(before, after, p);
 *     later = wlm_pairs_later_cluster(pairs, cluster);   // NULL: removed
 *
 * Immutable once made. It refers to both files, and lives in the pool.
 */
#ifndef WLM_COMPARE_PAIRS_H
#define WLM_COMPARE_PAIRS_H

#include "plugin-cfg/plugin_cfg.h"

typedef struct wlm_pairs_t wlm_pairs_t;

/** Takes linear time in clusters and members, except for clusters that share addresses with many others. */
wlm_pairs_t *wlm_pairs_make(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p);

/** The other side of a pair, of each kind. @return NULL: it has none */
const plugin_cfg_cluster_t *wlm_pairs_later_cluster(const wlm_pairs_t *pairs, const plugin_cfg_cluster_t *earlier);
const plugin_cfg_cluster_t *wlm_pairs_earlier_cluster(const wlm_pairs_t *pairs, const plugin_cfg_cluster_t *later);
const plugin_cfg_server_t *wlm_pairs_later_member(const wlm_pairs_t *pairs, const plugin_cfg_server_t *earlier);
const plugin_cfg_server_t *wlm_pairs_earlier_member(const wlm_pairs_t *pairs, const plugin_cfg_server_t *later);

/** The address of a transport in the form in which it is compared: "host port", in lower case. */
const char *wlm_pairs_address(const plugin_cfg_transport_t *transport, apr_pool_t *p);

/** Do two servers have an address in common: host and port of any transport? Hosts are compared without case. */
int wlm_pairs_share_address(const plugin_cfg_server_t *a, const plugin_cfg_server_t *b);

#endif
