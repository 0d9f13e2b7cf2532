/* httpd/runtime/given.h: a plugin-cfg.xml with the members that WLMMembers gives to its clusters. What is known of
 * these is in the version that is in use: so each process has it, a changed file is read with it, and a restart begins
 * with it. In the parent while it starts, then on the thread that loads, or looks for changes.
 */
#ifndef WLM_HTTPD_RUNTIME_GIVEN_H
#define WLM_HTTPD_RUNTIME_GIVEN_H

#include <httpd.h>
#include "dns/members.h"
#include "plugin-cfg/given.h"

/** The sources of WLMMembers: wlm_dns_source_t *, an empty array when there are none. */
const apr_array_header_t *wlm_given_sources(void);

/** The members that a model has of each source, plugin_cfg_given_t *, in p; of clusters that it has. The servers are
 *  sorted by name (wlm_dns_as_known()). */
apr_array_header_t *wlm_given_of(const plugin_cfg_t *cfg, apr_pool_t *p);
/** Those of a source. @return NULL: there are none */
plugin_cfg_given_t *wlm_given_find(const apr_array_header_t *given, const char *cluster, const char *from);

/** The members of a file before a restart, in the same form; empty where this is none. */
apr_array_header_t *wlm_given_retained(const char *path, apr_pool_t *p);

/**
 * Read a file with members. Without a source for one of its clusters this is plugin_cfg_read().
 * @param given  plugin_cfg_given_t *, of which those of clusters that the file does not have are ignored
 * @param s      for the log: a member that the file has already is left out (WLM0294)
 * @return as plugin_cfg_read(); the findings are those of the file itself
 */
apr_status_t wlm_given_read(plugin_cfg_t **pcfg, const char *path, const apr_array_header_t *given,
                            const server_rec *s, apr_pool_t *p);
/** Read the text of a version with other members; likewise. */
apr_status_t wlm_given_read_text(plugin_cfg_t **pcfg, const char *text, const char *path,
                                 const apr_array_header_t *given, const server_rec *s, apr_pool_t *p);

#endif
