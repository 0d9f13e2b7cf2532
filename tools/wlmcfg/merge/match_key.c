/* `wlmcfg merge`, the key under which a pair of host and URI is found. On main()'s thread. */
#include <apr_strings.h>
#include "route/route.h"
#include "tools/wlmcfg/merge/pairs.h"

const char *wlmcfg_merge_match_key(const plugin_cfg_uri_t *uri, const char *host, int port, apr_pool_t *p)
{
    return apr_psprintf(p, "%s\n%s %d", uri ? wlm_route_pattern_text(uri->name, p) : "*", host ? host : "*", port);
}
