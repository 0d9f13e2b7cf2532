/* tools/wlmcfg/import/httpd/proxy_cluster_check.h: ModProxyClusterHCTemplate as WLMHealthCheck. On main()'s thread. */
#ifndef WLMCFG_IMPORT_HTTPD_PROXY_CLUSTER_CHECK_H
#define WLMCFG_IMPORT_HTTPD_PROXY_CLUSTER_CHECK_H

#include "tools/wlmcfg/import/httpd/directives.h"

/** The line, in the import's pool. @return NULL: there is none, and a finding says why */
const char *wlmcfg_proxy_cluster_check(import_t *import, const httpd_directive_t *directive);

#endif
