/* httpd/status/actions.h: the administrative actions by POST on the handler wlm-status.
 * Runs on the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_ACTIONS_H
#define WLM_HTTPD_STATUS_ACTIONS_H

#include "httpd/status/answer.h"

/** Carry out the action that the form names; adds its result to the answer, or the reason why it was refused. */
void wlm_actions_run(wlm_answer_call_t *call);

#endif
