/* httpd/runtime/change.h: reports about a changed file, and whether it may replace another version.
 * In the parent, or on the thread that reloads a file. */
#ifndef WLM_HTTPD_RUNTIME_CHANGE_H
#define WLM_HTTPD_RUNTIME_CHANGE_H

#include <httpd.h>
#include "httpd/context/files.h"

/** Log the findings of a changed file. @param details  warnings and errors are added, without the first error: it is
 *  the reason of the refusal (plugin_cfg_first_error()), which the answer has anyway */
void wlm_change_report_findings(const plugin_cfg_t *cfg, server_rec *s, apr_array_header_t *details);
/** Log the losses of a changed file (compare/loss.h). @param details  the same lines are added */
void wlm_change_report_losses(const plugin_cfg_t *from, const wlm_route_index_t *from_index, const plugin_cfg_t *to,
                            const wlm_route_index_t *to_index, server_rec *s, apr_array_header_t *details);
/** Shorten to the lines that an answer may have. */
void wlm_change_shorten(apr_array_header_t *details);
/** May a file without errors replace another version? A registry may always: members have left that were there.
 *  @return NULL: yes; or why not, in p */
const char *wlm_change_objection(const wlm_file_t *file, const plugin_cfg_t *from, const plugin_cfg_t *to,
                                 apr_pool_t *p);
/** At a restart: the file cannot be used; file->cfg becomes the version before the restart, or an empty one.
 *  @param why  lives as long as the configuration */
void wlm_change_refuse(wlm_file_t *file, const char *why);
/** Check the files at a restart as after a change: after the configuration has been read, before shared memory is
 *  made. */
void wlm_change_check_restart(server_rec *s, apr_pool_t *pconf, apr_pool_t *ptemp);

#endif
