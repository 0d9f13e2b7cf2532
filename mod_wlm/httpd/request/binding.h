/* httpd/request/binding.h: sessions that the module itself binds to members (WLMAffinity): what a request says of its
 * session, what of that its member gets, and what the response tells the client. On the thread that has the request;
 * nothing here waits. */
#ifndef WLM_HTTPD_REQUEST_BINDING_H
#define WLM_HTTPD_REQUEST_BINDING_H

#include "http/request.h"
#include "httpd/request/journey.h"
#include "route/binding_rule.h"

/** The rules of the request's cluster, wlm_binding_rule_t. @return NULL: it has none */
const apr_array_header_t *wlm_binding_rules(const wlm_journey_t *journey);

/** The hash by which the table knows a value; only where there is the table. */
uint64_t wlm_binding_hash(const wlm_journey_t *journey, const wlm_binding_rule_t *rule, const char *value,
                          apr_size_t len);

/** Add the members that the request's session is bound to, to journey->affinity. */
void wlm_binding_read(wlm_journey_t *journey);

/** Take what is the module's own out of the fields that the member gets. */
void wlm_binding_change_request(const wlm_journey_t *journey, wlm_http_request_t *request);

/** This member has the session of the request, as another one says: the table knows it from then on. */
void wlm_binding_teach_owner(const wlm_journey_t *journey, const wlm_member_t *owner);

/** Tell the client of the member that has answered, in the fields of the response; once, before it is passed on. */
void wlm_binding_change_response(wlm_journey_t *journey);

#endif
