/* httpd/request/refuse.h: what the client gets when no member answers. The log says why.
 * On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_REFUSE_H
#define WLM_HTTPD_REQUEST_REFUSE_H

#include "httpd/request/journey.h"

/** No member can be picked. @return what the handler returns */
int wlm_refuse_no_member(wlm_journey_t *journey, wlm_pick_result_t result);
/** The client has closed its connection while a member worked. @return likewise */
int wlm_refuse_client_left(const wlm_journey_t *journey);
/** The request is not sent to a further member: it may have been executed, or has taken too long. @return likewise */
int wlm_refuse_retry(const wlm_journey_t *journey);

#endif
