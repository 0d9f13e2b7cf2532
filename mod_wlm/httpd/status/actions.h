/* httpd/status/actions.h: the actions that can be asked for by POST on the handler wlm-status. */
#ifndef WLM_HTTPD_STATUS_ACTIONS_H
#define WLM_HTTPD_STATUS_ACTIONS_H

#include "httpd/status/answer.h"

/** Carry out the action that the form names; the answer's lines and status say what has been done, or why nothing. */
void wlm_actions_run(wlm_answer_call_t *call);

#endif
