/* tools/wlmcfg/import/httpd/pass.h: what is passed to members: ProxyPass, ProxyPassMatch, RewriteRule with [P].
 * On main()'s thread. */
#ifndef WLMCFG_IMPORT_HTTPD_PASS_H
#define WLMCFG_IMPORT_HTTPD_PASS_H

#include "tools/wlmcfg/import/httpd/directives.h"

/** ProxyPass, ProxyPassMatch */
void wlmcfg_httpd_parse_pass(httpd_t *httpd, const httpd_directive_t *directive);
/** RewriteRule */
void wlmcfg_httpd_parse_rewrite(httpd_t *httpd, const httpd_directive_t *directive);
/** Has a RewriteRule's "[L,P]" a flag? @param letter, name  its two spellings */
int wlmcfg_httpd_has_flag(const char *flags, const char *letter, const char *name);

/** At the end of all files: find or make what is passed to. @return httpd_balancer_t * for each pass; NULL: none */
httpd_balancer_t **wlmcfg_httpd_find_destinations(httpd_t *httpd);
/** Last, when all members are made: passes become rules. */
void wlmcfg_httpd_add_rules_of_passes(httpd_t *httpd, httpd_balancer_t **destinations);

#endif
