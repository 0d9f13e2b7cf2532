/* httpd/runtime/state_file.h: the state of members, from one run of httpd to the next (WLMStateFile). In the parent. */
#ifndef WLM_HTTPD_RUNTIME_STATE_FILE_H
#define WLM_HTTPD_RUNTIME_STATE_FILE_H

#include <httpd.h>
#include "shared/records.h"

/** Write it; without the directive nothing happens. Errors are logged, once until it works again. */
void wlm_state_file_write(server_rec *s);
/** Before the first versions are made: parse what was known before. What is damaged is logged, and ignored.
 *  @param retained  the text of before a restart; NULL: this is a start, and the file of WLMStateFile is read */
void wlm_state_file_begin(const char *retained, apr_pool_t *pconf, server_rec *s);
/** Restore the state of a member. @return 0: it is new: others have a state, this one has none */
int wlm_state_file_restore(uint64_t key, wlm_shared_member_t *member);
/** Restore the events of a cluster or a file, where there are any. */
void wlm_state_file_restore_events(uint64_t key, wlm_event_ring_t *events);

#endif
