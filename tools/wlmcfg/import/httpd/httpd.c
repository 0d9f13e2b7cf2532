/* `wlmcfg import mod_proxy_balancer`: reads the files, then makes hosts, members and rules. On main()'s thread. */
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/httpd/directives.h"
#include "tools/wlmcfg/import/httpd/hosts.h"
#include "tools/wlmcfg/import/httpd/httpd.h"
#include "tools/wlmcfg/import/httpd/make.h"
#include "tools/wlmcfg/import/httpd/model.h"
#include "tools/wlmcfg/import/httpd/pass.h"
#include "tools/wlmcfg/import/httpd/state.h"
#include "tools/wlmcfg/wlmcfg.h"

int wlmcfg_import_httpd(import_t *import, char **words, int n)
{
    httpd_balancer_t **destinations;
    httpd_t httpd;
    int i;

    if (import->uris->nelts || import->cluster_name) {
        tool_misuse("import mod_proxy_balancer",
                    "it takes httpd's configuration files, and neither --uri nor --cluster");
        return 0;
    }
    wlmcfg_httpd_make_state(&httpd, import, words[0], wlmcfg_httpd_parse_directive);
    for (i = 0; i < n; ++i) {
        wlmcfg_httpd_read(&httpd, words[i], 0);
    }
    wlmcfg_httpd_make_hosts(&httpd);
    destinations = wlmcfg_httpd_find_destinations(&httpd);
    wlmcfg_httpd_make_clusters(&httpd);
    wlmcfg_httpd_add_rules_of_passes(&httpd, destinations);
    if (!httpd.passes->nelts) {
        source_line_t at = { words[0], 0 };
        wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, at, "no-rules",
                                  "no ProxyPass leads to a balancer or server, so the result has no Route; are all "
                                  "files named?");
    }
    return 1;
}
