/* tools/wlmcfg/import/httpd/regex.h: regular expressions as patterns of plugin-cfg.xml. On main()'s thread. */
#ifndef WLMCFG_IMPORT_HTTPD_REGEX_H
#define WLMCFG_IMPORT_HTTPD_REGEX_H

#include <apr_pools.h>

#define HTTPD_GROUPS 10

/**
 * A regular expression as a pattern of plugin-cfg.xml, where * is the only wildcard.
 * @param groups  out: what ( ) have in them, [0] all; NULL where there is none
 * @return NULL when there is no pattern that matches the same
 */
const char *wlmcfg_httpd_pattern(const char *regex, const char *groups[HTTPD_GROUPS], apr_pool_t *p);

#endif
