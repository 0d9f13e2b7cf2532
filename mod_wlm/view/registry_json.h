/* view/registry_json.h: what has registered, as JSON. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_REGISTRY_JSON_H
#define WLM_VIEW_REGISTRY_JSON_H

#include "registry/registry.h"
#include "view/out.h"

/** @param path  of its file */
void wlm_registry_json_write(const wlm_out_t *out, const wlm_registry_t *registry, const char *path);

#endif
