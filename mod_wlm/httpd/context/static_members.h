/* httpd/context/static_members.h: the plugin-cfg.xml of WLMRegistryStatic, whose members are in the clusters of the
 * registry, too. In the parent while httpd reads its configuration, then under the lock of the registry
 * (httpd/registration/store.h).
 */
#ifndef WLM_HTTPD_CONTEXT_STATIC_MEMBERS_H
#define WLM_HTTPD_CONTEXT_STATIC_MEMBERS_H

#include <stdatomic.h>
#include <httpd.h>

/** The last version of the file that could be used. */
typedef struct wlm_static_members_t {
    const char *text;              /* NULL: there is none */
    uint64_t signature;            /* of the text; 0: there is none */
    int members, clusters;
} wlm_static_members_t;

/** Read it, if it has changed and has not for a second. One that cannot be used is logged, and the last good one stays
 *  in use, also over a restart: there is a copy of it beside the registry. @return valid until the next call */
const wlm_static_members_t *wlm_static_members(server_rec *s);

/** Keep the version in use for a restart that finds a bad one. Logs what prevents it. */
void wlm_static_members_write_copy(server_rec *s, apr_pool_t *p);

/** Has the file changed since this process has read it? Any thread. */
int wlm_static_members_have_changed(apr_pool_t *p);

/**
 * The text of a registry with these members, too (plugin-cfg/join.h). What both have is logged when it is another than
 * before.
 * @param registered  by wlm_registry_plugin_cfg()
 * @param ptold       what has been logged last, of all processes; at first 0
 * @return in p; `registered` itself when there are none
 */
const char *wlm_static_members_add(const wlm_static_members_t *statics, const char *registered, server_rec *s,
                                   _Atomic uint64_t *ptold, apr_pool_t *p);

#endif
