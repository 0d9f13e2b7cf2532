/* tools/wlmcfg/import/httpd/proxy_cluster.h: `wlmcfg import mod_proxy_cluster`: httpd's configuration for members that
 * register themselves, out of that for mod_proxy_cluster. On main()'s thread.
 *
 * read.c reads the files; proxy_cluster.c finds what becomes of each directive, and keeps what the result is made of;
 * proxy_cluster_text.c writes that. Source of what the directives mean: mod_cluster's documentation (native.adoc).
 */
#ifndef WLMCFG_IMPORT_HTTPD_PROXY_CLUSTER_H
#define WLMCFG_IMPORT_HTTPD_PROXY_CLUSTER_H

#include "tools/wlmcfg/import/common/model.h"

/** Sets import->text, unless there are errors. @param words  httpd's files
 *  @return 0 when the call is wrong; the reason is on standard error */
int wlmcfg_import_proxy_cluster(import_t *import, char **words, int n);

#endif
