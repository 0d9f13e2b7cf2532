/* httpd/mod_wlm.h: what the files of the module share. Only mod_wlm*.[ch] include it, and only they include httpd headers.
 *
 *   httpd/mod_wlm.c           hooks, and what happens at start-up
 *   httpd/directives/directives.c    directives
 *   httpd/runtime/segment.c     shared memory (httpd/runtime/segment.h)
 *   httpd/runtime/state_file.c      ... and what of it outlives its configuration: in a file
 *   httpd/runtime/retained.c     ... in memory
 *   httpd/runtime/reload.c      which version of a file is at work
 *   httpd/runtime/change.c    ... what is told of another one, and whether it may take its place
 *   httpd/runtime/version.c   making and freeing one
 *   httpd/runtime/endpoints.c     connections and addresses, which outlive it
 *   httpd/runtime/limits.c    does the limit of open files fit?
 *   httpd/runtime/certificates.c       certificates and keys for https to members
 *   httpd/runtime/periodic.c     periodic work: names, idle connections
 *   httpd/runtime/checks.c     periodic work: active health checks
 *   httpd/directives/cluster.c   directives about clusters; httpd/directives/cluster_values.c: their values
 *   httpd/runtime/log.c       messages in a file of their own
 */
#ifndef WLM_HTTPD_MOD_WLM_H
#define WLM_HTTPD_MOD_WLM_H

#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/findings.h"
#include "httpd/context/options.h"
#include "httpd/runtime/change.h"
#include "httpd/runtime/certificates.h"
#include "httpd/runtime/checks.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/limits.h"
#include "httpd/runtime/log.h"
#include "httpd/runtime/names.h"
#include "httpd/runtime/periodic.h"
#include "httpd/runtime/reload.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/state_file.h"
#include "httpd/runtime/version.h"
#include "net/conn.h"
#include "shared/close_orders.h"
#include "http/body.h"
#include "http/head.h"
#include "balance/outcome.h"
#include "balance/snapshot.h"
#include "net/trusted_peers.h"

/* -- httpd/directives/cluster.c -------------------------------------------------------- */

/** Before the configuration is read (again). */
void wlm_options_reset(apr_pool_t *pconf);
/** Warn of options that apply to nothing. */
void wlm_options_log_findings(server_rec *s);

#endif
