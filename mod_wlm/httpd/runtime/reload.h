/* httpd/runtime/reload.h: the first version of a file, and the reload of a changed one while httpd runs.
 * On the watchdog's thread of each child, or in an administrator's request; both wait for the thread that loads. */
#ifndef WLM_HTTPD_RUNTIME_RELOAD_H
#define WLM_HTTPD_RUNTIME_RELOAD_H

#include <httpd.h>
#include "httpd/context/files.h"

/** In the parent: the first version. @return an error when shared memory has not enough slots */
apr_status_t wlm_reload_begin(wlm_file_t *file, apr_pool_t *pconf, server_rec *s);
/** In the parent: the configuration ends. */
void wlm_reload_end(wlm_file_t *file);
/** In a new child process: bind the parent's version, or load a newer one that has been published. */
void wlm_reload_child_init(wlm_file_t *file, server_rec *s);
/** Called every 200 ms in each child: check the file for changes (lease holder only), adopt the version that another
 *  process has published. */
void wlm_reload_run(wlm_file_t *file, server_rec *s, apr_time_t now);

typedef enum {
    WLM_RELOAD_UNCHANGED, WLM_RELOAD_DONE, WLM_RELOAD_REFUSED,
    WLM_RELOAD_OVERTAKEN           /* another process has published a version meanwhile; not of wlm_reload_now() */
} wlm_reload_result_t;
/**
 * Load a changed file now, whatever RefreshInterval says; the other processes adopt it.
 * @param pwhat    the result as text; in the pool of `details`
 * @param details  const char *: findings and losses, one a line, are added; they are logged, too
 */
wlm_reload_result_t wlm_reload_now(wlm_file_t *file, server_rec *s, const char **pwhat, apr_array_header_t *details);

/** Says which members WLMMembers gives to the file from now on: plugin_cfg_given_t *, in p. @param cfg  in use
 *  @return NULL: as it is */
typedef const apr_array_header_t *wlm_reload_given_t(const plugin_cfg_t *cfg, void *data, apr_pool_t *p);
/** Have the version in use with other members, whatever the file is like by now. Any thread of a child process.
 *  @param pwhy  when it is refused, in p @return OVERTAKEN: another process has published one meanwhile: later again */
wlm_reload_result_t wlm_reload_give(wlm_file_t *file, wlm_reload_given_t *choose, void *data, const char **pwhy,
                                    server_rec *s, apr_pool_t *p);

#endif
