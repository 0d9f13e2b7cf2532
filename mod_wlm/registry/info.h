/* registry/info.h: what a registry has, for the messages INFO and STOP-APP, and for people. Pure; any thread. */
#ifndef WLM_REGISTRY_INFO_H
#define WLM_REGISTRY_INFO_H

#include "registry/registry.h"

/** The answer to INFO: a line for each node, alias and context, in the protocol's words, each behind what it belongs
 *  to, as the listener of Tomcat and WildFly reads it. In p. */
const char *wlm_registry_info(const wlm_registry_t *registry, apr_pool_t *p);

/** The clusters (registry/plugin_cfg_text.h) of the contexts that a message is about: const char *, in p. */
apr_array_header_t *wlm_registry_clusters_of(const wlm_registry_t *registry, const wlm_mcmp_message_t *message,
                                             apr_pool_t *p);

#endif
