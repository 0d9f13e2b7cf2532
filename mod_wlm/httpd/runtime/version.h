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
/** The parent's version goes on in a child: with the child's own part of the counts. */
void wlm_version_bind(wlm_version_t *version);

#endif
