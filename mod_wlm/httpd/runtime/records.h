/* httpd/runtime/records.h: the records of a version's clusters and members in shared memory.
 * On the thread that makes the version, in any process. */
#ifndef WLM_HTTPD_RUNTIME_RECORDS_H
#define WLM_HTTPD_RUNTIME_RECORDS_H

#include "httpd/context/files.h"

/** Find or make the records, by name; sets version->cluster_slots and version->member_slots, and needs only its cfg,
 *  file and pool.
 *  @param pwhy  in the version's pool
 *  @return 0: there are not enough slots; wlm_records_release() is due then, too */
int wlm_records_acquire(wlm_version_t *version, const char **pwhy);
/** Release them, in a child process, for a version that it has made itself. Those of the parent last as long as its
 *  configuration, because new children begin with them. */
void wlm_records_release(wlm_version_t *version);
/** In the process that uses the version: let its clusters and members count in the row of this process. */
void wlm_records_bind(wlm_version_t *version);

#endif
