/* tools/wlmcfg/diff/own_hosts.h: the hosts to which a path may lead elsewhere than for most hosts. On main()'s thread.
 *
 * A request for a host that no VirtualHost names beside the routes whose URIs match its path goes where those without a
 * VirtualHostGroup and those of "*:*" lead: as for a host that no file names at all, and as for every other such host.
 * So for each path only the hosts need be looked at that the routes with such URIs name.
 */
#ifndef WLMCFG_DIFF_OWN_HOSTS_H
#define WLMCFG_DIFF_OWN_HOSTS_H

#include "tools/wlmcfg/diff/probes.h"

typedef struct own_hosts_t own_hosts_t;

/** Takes time in proportion to URIs, and to hosts in VirtualHostGroups. @param hosts  of wlmcfg_diff_hosts() */
own_hosts_t *wlmcfg_diff_own_hosts_make(const plugin_cfg_t *from, const plugin_cfg_t *to,
                                        const apr_array_header_t *hosts, apr_pool_t *p);

/** @return int: positions of hosts, ascending, each once; valid until the next call. A host that is not in it goes
 *  where the host "*:*" goes; or, when a probe without host that has its port is in it, where that one goes. Some that
 *  are in it may go there, too. */
const apr_array_header_t *wlmcfg_diff_own_hosts(own_hosts_t *own, const probe_t *path);

#endif
