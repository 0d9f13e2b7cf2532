/* registry/plugin_cfg_text.h: a registry as the text of a plugin-cfg.xml, which the module takes as any other, and
 * which has the registry itself in a comment: so one file, that is replaced as a whole, is both. Pure; any thread.
 *
 * Each context of a balancer is a cluster, since each is enabled and disabled by itself: "mycluster/shop"; with aliases
 * "mycluster:shop.example/shop", by the first one. Of a server that is disabled the weight is 0; of one that is stopped
 * it has no CloneID either, so it gets nothing, and what has begun there is counted until the context is removed.
 */
#ifndef WLM_REGISTRY_PLUGIN_CFG_TEXT_H
#define WLM_REGISTRY_PLUGIN_CFG_TEXT_H

#include "registry/registry.h"

/** The text, in p. */
const char *wlm_registry_plugin_cfg(const wlm_registry_t *registry, apr_pool_t *p);

/**
 * The registry out of such a text.
 * @param text  "": an empty registry
 * @return NULL; or why it is none, in p
 */
const wlm_mcmp_error_t *wlm_registry_of_plugin_cfg(wlm_registry_t **pregistry, const char *text, apr_pool_t *p);

/** Bytes of a text's begin that say what of which journal is in it. */
#define WLM_REGISTRY_BEGIN_SIZE 400

/** What of which journal is in such a text, and what stands beside it. */
typedef struct wlm_registry_position_t {
    apr_uint64_t journal, position, statics; /* as in wlm_registry_t */
} wlm_registry_position_t;

/** Read that. @param begin  of the text @return 0: it does not say that */
int wlm_registry_read_position(wlm_registry_position_t *position, const char *begin);

/** The name of the cluster that an app of a node belongs to, in p. */
const char *wlm_registry_cluster_name(const wlm_node_t *node, const wlm_app_t *app, apr_pool_t *p);

#endif
