/* httpd/status/registry_actions.h: the registry for administrators: what is in it, and members added and removed by
 * hand. Runs on the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_REGISTRY_ACTIONS_H
#define WLM_HTTPD_STATUS_REGISTRY_ACTIONS_H

#include "httpd/status/answer.h"

/** The actions "add" and "remove": adds the result to the answer, or why it was refused. */
void wlm_registry_actions_add(wlm_answer_call_t *call);
void wlm_registry_actions_remove(wlm_answer_call_t *call);

/** Answer with what is registered as JSON; as a plugin-cfg.xml. @return OK, or an HTTP status */
int wlm_registry_actions_answer_json(request_rec *r);
int wlm_registry_actions_answer_text(request_rec *r);

#endif
