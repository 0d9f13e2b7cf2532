/* httpd/runtime/remote_table.h: the table behind that of learned sessions (WLMAffinityStore), by one of httpd's socache
 * providers. The provider is checked in the parent, and used in each child. */
#ifndef WLM_HTTPD_RUNTIME_REMOTE_TABLE_H
#define WLM_HTTPD_RUNTIME_REMOTE_TABLE_H

#include <httpd.h>
#include "shared/remote.h"

/** In a child process; any thread. NULL: there is none. */
extern wlm_remote_t *wlm_remote_table;

/** Each time that a configuration has been read, also by `httpd -t` and before a restart is asked for: is there such a
 *  provider, and does it take its arguments? Logs what is wrong. */
apr_status_t wlm_remote_table_check(server_rec *s, apr_pool_t *ptemp);
/** In a new child process. @param record  in shared memory */
void wlm_remote_table_child_init(wlm_remote_record_t *record, apr_pool_t *pchild, server_rec *s);

#endif
