/* httpd/status/targets.h: the members of an administrative action. Runs on the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_TARGETS_H
#define WLM_HTTPD_STATUS_TARGETS_H

#include "httpd/status/answer.h"

/** Find the members that the form's fields cluster, member and host name; at least one of these has to be there.
 *  @return wlm_member_t *, in use until the request ends; NULL: there are none, and the reason is in call->lines */
const apr_array_header_t *wlm_targets_find(wlm_answer_call_t *call);

#endif
