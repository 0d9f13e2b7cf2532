/* httpd/request/client_side.h: httpd's side of an exchange: the functions of exchange/client.h. On the thread
 * that has the request. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_SIDE_H
#define WLM_HTTPD_REQUEST_CLIENT_SIDE_H

#include "httpd/request/journey.h"

/** Set what an exchange needs to know of its request. */
void wlm_client_side_init(wlm_journey_t *journey, wlm_exchange_t *exchange);
/** journey->exchange goes to that member, by that transport. */
void wlm_client_side_select(wlm_journey_t *journey, wlm_member_t *member, const wlm_member_transport_t *transport);

#endif
