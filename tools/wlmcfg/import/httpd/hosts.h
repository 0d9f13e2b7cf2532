/* tools/wlmcfg/import/httpd/hosts.h: virtual hosts. On main()'s thread. */
#ifndef WLMCFG_IMPORT_HTTPD_HOSTS_H
#define WLMCFG_IMPORT_HTTPD_HOSTS_H

#include "tools/wlmcfg/import/httpd/directives.h"

/** Begin a scope. @param section  <VirtualHost ...>; NULL: the main server */
void wlmcfg_httpd_open_host(httpd_t *httpd, const httpd_section_t *section);

/** ServerName, ServerAlias */
void wlmcfg_httpd_parse_names(httpd_t *httpd, const httpd_directive_t *directive);

/** At the end of all files: names and ports become virtual hosts. */
void wlmcfg_httpd_make_hosts(httpd_t *httpd);

#endif
