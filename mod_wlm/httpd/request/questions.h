/* httpd/request/questions.h: what httpd's other modules say to another form of a request's path: the rules for
 * translation, and those for authorisation. On the thread that serves the request.
 */
#ifndef WLM_HTTPD_REQUEST_QUESTIONS_H
#define WLM_HTTPD_REQUEST_QUESTIONS_H

#include "httpd/request/routed.h"

/**
 * mod_rewrite, Redirect, WLMEnable and others have seen the path with its parameters; a member drops these. So they are
 * asked about the path without, too, by a subrequest that ends before anything but translation is done.
 * @return OK: they give it to a member; DECLINED: it is httpd's own; otherwise the status for the request, whose fields
 *         are set
 */
int wlm_questions_ask_rules(wlm_routed_t *request, request_rec *r);

/**
 * The modules that authorise have seen the path without parameters. A rule may be about these themselves
 * (LocationMatch ";"), so the path as it was written must be allowed, too. That is asked last: a session, or the body
 * with a form, is the request's own, and a subrequest finds there what has been read of it.
 * @return OK, or the status for the request, whose fields are set
 */
int wlm_questions_ask_authorisation(wlm_routed_t *request, request_rec *r);

/**
 * SetEnv comes too late for translation. So httpd searches once more for what it has at this path, where the variable,
 * which a subrequest inherits, keeps us away.
 * @return OK, or the status for the request, whose fields are set
 */
int wlm_questions_leave_to_httpd(wlm_routed_t *request, request_rec *r);

/** What httpd has found out about <Location> for one path it takes for another that differs by slashes only, although a
 *  <LocationMatch> may tell them apart (MergeSlashes Off): let it search again. */
void wlm_questions_reset_locations(request_rec *r);

#endif
