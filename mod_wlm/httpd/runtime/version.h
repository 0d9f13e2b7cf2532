/* httpd/runtime/version.h: making and freeing a version of a file. */
#ifndef WLM_HTTPD_RUNTIME_VERSION_H
#define WLM_HTTPD_RUNTIME_VERSION_H

#include <httpd.h>
#include "httpd/context/files.h"

/**
 * Make a version: records in shared memory by name, connections and addresses that this process has already.
 * @param cfg   lives as long as the version
 * @param pool  becomes the version's
 * @param pwhy  what is wrong when there is none
 */
wlm_version_t *wlm_version_make(wlm_file_t *file, plugin_cfg_t *cfg, uint64_t signature, apr_pool_t *pool, server_rec *s,
                                const char **pwhy);
/** Nobody uses it any more. */
void wlm_version_free(wlm_version_t *version);

/** The current version, in use until the pool is cleared or destroyed: then the last user of one that is not current any more frees it.
 *  Any thread of a child process, and never NULL: before there are children, each file has a version (wlm_reload_begin()). */
wlm_version_t *wlm_version_use(wlm_file_t *file, apr_pool_t *pool);
/** Rises whenever this process goes over to another version of a file. */
unsigned wlm_version_changes(void);
/** Make it the current version of its file, in this process. */
void wlm_version_install(wlm_file_t *file, wlm_version_t *version);

#endif
