/* httpd/runtime/sampling.h: what the process with the reload lease does for each member each second: samples of its
 * counters (shared/samples.h, shared/activity.h), and the end of an administrator's decision whose time is over. A
 * member of which nothing has changed since the look before costs two cache lines, so many unused members cost next to
 * nothing. On the watchdog's thread.
 */
#ifndef WLM_HTTPD_RUNTIME_SAMPLING_H
#define WLM_HTTPD_RUNTIME_SAMPLING_H

#include <httpd.h>
#include "balance/model.h"

/** Before the first request, in a child process. */
void wlm_sampling_child_init(apr_pool_t *pchild);

/** Each second, before the members. */
void wlm_sampling_begin(apr_time_t now);

/** @param slot  of the member in shared memory  @param s  for the log */
void wlm_sampling_look(wlm_member_t *member, int slot, server_rec *s, apr_time_t now);

#endif
