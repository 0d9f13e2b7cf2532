/* tools/wlmcfg/import/httpd/httpd.h: `wlmcfg import mod_proxy_balancer`. On main()'s thread.
 *
 * read.c reads files, lines, sections and variables; directives.c finds the parser of each directive: hosts.c for
 * virtual hosts, members.c for balancers and members, pass.c for what is passed to them. At the end of all files
 * hosts.c, make.c (with the parameters, params.c) and pass.c make virtual hosts, members and rules of it.
 */
#ifndef WLMCFG_IMPORT_HTTPD_HTTPD_H
#define WLMCFG_IMPORT_HTTPD_HTTPD_H

#include "tools/wlmcfg/import/common/model.h"

/** @param words  httpd's files  @return 0 when the call is wrong; the reason is on standard error */
int wlmcfg_import_httpd(import_t *import, char **words, int n);

#endif
