/* httpd/runtime/given_file.h: the members that WLMMembers gives over a stop and start of httpd, in a file beside that
 * of WLMStateFile: so a start serves them before the name service has answered. In the parent.
 */
#ifndef WLM_HTTPD_RUNTIME_GIVEN_FILE_H
#define WLM_HTTPD_RUNTIME_GIVEN_FILE_H

#include <httpd.h>

/** At a start that is no restart: read the file, and the files of WLMConfig with its members. Before there is shared
 *  memory. */
void wlm_given_file_restore(const server_rec *s, apr_pool_t *ptemp);
/** Write it, if the members have changed since. An error is that of WLMStateFile, which is written beside it. */
void wlm_given_file_write(void);

#endif
