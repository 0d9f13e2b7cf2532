/* httpd/request/beginning.h: how a request begins. On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_BEGINNING_H
#define WLM_HTTPD_REQUEST_BEGINNING_H

#include "httpd/request/journey.h"

/** In a new child process. */
void wlm_beginning_child_init(void);
/** What stands in the request's head: its session, and what the choice of a member needs. */
void wlm_beginning_read_head(wlm_journey_t *journey);
/** What binds the request's session; once more when other web servers have told more of it. */
void wlm_beginning_read_affinity(wlm_journey_t *journey);
/** A step: read as much of the body as is kept, and find out what that allows.
 *  @return as wlm_client_body_prefetch() */
int wlm_beginning_read_body(wlm_journey_t *journey);

#endif
