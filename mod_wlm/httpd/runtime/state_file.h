/* httpd/runtime/state_file.h: what is known of members, from one run of httpd to the next; in the parent. */
#ifndef WLM_HTTPD_RUNTIME_STATE_FILE_H
#define WLM_HTTPD_RUNTIME_STATE_FILE_H

#include <httpd.h>
#include "shared/records.h"

/** Write that to the file of WLMStateFile; without the directive nothing happens. */
void wlm_state_file_write(server_rec *s);
/** Before the first versions are made: parse what was known before. What is damaged is logged, and ignored.
 *  @param retained  the text of before a restart; NULL: this is a start, and the file of WLMStateFile is read */
void wlm_state_file_begin(const char *retained, apr_pool_t *pconf, server_rec *s);
/** Take over what was known of a member. @return 0: nothing was, but of others there was */
int wlm_state_file_restore(uint64_t key, wlm_shared_member_t *member);

#endif
