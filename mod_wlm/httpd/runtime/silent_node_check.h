/* httpd/runtime/silent_node_check.h: nodes that have registered themselves and say STATUS no more (WLMRegistrySilence):
 * a kind of questions, which is asked only while a node is silent. */
#ifndef WLM_HTTPD_RUNTIME_SILENT_NODE_CHECK_H
#define WLM_HTTPD_RUNTIME_SILENT_NODE_CHECK_H

#include "httpd/runtime/asking.h"

/** The members are of the registry's file, and have transports. */
extern const wlm_asking_kind_t wlm_silent_node_check;

#endif
