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

/** How tables know a value; only where there is the table of learned sessions. */
wlm_binding_key_t wlm_binding_key(const wlm_journey_t *journey, const wlm_binding_rule_t *rule, const char *value,
                                  apr_size_t len);

/** The table of other web servers, if this request's cluster has it; NULL: not. */
wlm_remote_t *wlm_binding_remote(const wlm_journey_t *journey);

/** Add the members that the request's session is bound to, to journey->affinity. */
void wlm_binding_read(wlm_journey_t *journey);

/** Wait for what other web servers know of the session, where this one does not know it. A step.
 *  @return 1: journey->task.wait says for what; 0: over. *phas_found is 1 when wlm_binding_read() finds more now */
int wlm_binding_wait(wlm_journey_t *journey, int *phas_found);
/** The request does not wait for that any more. */
void wlm_binding_end_wait(wlm_journey_t *journey);

/** Take what is the module's own out of the fields that the member gets. */
void wlm_binding_change_request(const wlm_journey_t *journey, wlm_http_request_t *request);

/** This member has the session of the request, as another one says: the table knows it from then on. */
void wlm_binding_teach_owner(const wlm_journey_t *journey, const wlm_member_t *owner);

/** Tell the client of the member that has answered, in the fields of the response; once, before it is passed on. */
void wlm_binding_change_response(wlm_journey_t *journey);

#endif
