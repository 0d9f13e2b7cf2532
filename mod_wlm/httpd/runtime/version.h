/* httpd/runtime/version.h: makes, uses and frees versions of a file.
 * Made on the thread that loads the file, used by any thread. */
#ifndef WLM_HTTPD_RUNTIME_VERSION_H
#define WLM_HTTPD_RUNTIME_VERSION_H

#include <httpd.h>
#include "httpd/context/files.h"

/** A pool for a version and its model, whose memory goes back to the system with it, and to nothing else before. */
apr_pool_t *wlm_version_pool(void);
/** Called periodically in each child: give back to the system what versions that are gone, and the reading of new
 *  ones, have left free. Does nothing unless there was a change since. */
void wlm_version_trim(void);

/**
 * Make a version. It has no records yet: wlm_records_acquire() or wlm_records_adopt() comes next, and then
 * wlm_version_complete().
 * @param cfg   lives as long as the version
 * @param pool  becomes the version's
 */
wlm_version_t *wlm_version_make(wlm_file_t *file, plugin_cfg_t *cfg, uint64_t signature, apr_pool_t *pool);
/** Make its snapshot, with the endpoints of this process for its members. */
void wlm_version_complete(wlm_version_t *version, server_rec *s);
/** Free a version without users, with its pool, complete or not. */
void wlm_version_free(wlm_version_t *version);

/** The current version, in use until the pool is cleared or destroyed; the last user of one that is not current any
 *  more frees it. Any thread of a child process. Never NULL: each file has a version before there are children
 *  (wlm_reload_begin()). */
wlm_version_t *wlm_version_use(wlm_file_t *file, apr_pool_t *pool);
/** End the use by that pool now. */
void wlm_version_leave(wlm_version_t *version, apr_pool_t *pool);
/** Incremented when this process makes another version of a file the current one. */
unsigned wlm_version_changes(void);
/** Make it the current version of its file, in this process; the one before is freed when its last user has ended. */
void wlm_version_install(wlm_file_t *file, wlm_version_t *version);

#endif
