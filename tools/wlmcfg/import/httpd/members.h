/* tools/wlmcfg/import/httpd/members.h: balancers and members, as far as directives name them. On main()'s thread. */
#ifndef WLMCFG_IMPORT_HTTPD_MEMBERS_H
#define WLMCFG_IMPORT_HTTPD_MEMBERS_H

#include "tools/wlmcfg/import/httpd/directives.h"

/** @return 0 when it is no such URL */
int wlmcfg_httpd_parse_url(httpd_url_t *url, const char *text, apr_pool_t *p);
/** Append "key=value" words as parameters. */
void wlmcfg_httpd_add_params(httpd_t *httpd, apr_array_header_t *params, const char *const *words, source_line_t at);

/** BalancerMember */
void wlmcfg_httpd_parse_member(httpd_t *httpd, const httpd_directive_t *directive);
/** ProxySet */
void wlmcfg_httpd_parse_set(httpd_t *httpd, const httpd_directive_t *directive);

/** The balancer of that name in the present scope; made when there is none. */
httpd_balancer_t *wlmcfg_httpd_balancer(httpd_t *httpd, source_line_t at, const char *name);
/** At the end of all files: the balancer that a pass leads to, or the cluster of its one server.
 *  @return NULL: there is none, and a finding says why */
httpd_balancer_t *wlmcfg_httpd_destination(httpd_t *httpd, const httpd_pass_t *pass, const httpd_url_t *url);

#endif
