/* http/login.h: logins that hold for a connection instead of a request. Pure, any thread.
 *
 * With NTLM, and with Negotiate in some servers, the server authenticates the connection: it attributes all later
 * requests on it to the same user (RFC 4559 section 6 warns of that). Such a connection must not serve other clients.
 */
#ifndef WLM_HTTP_LOGIN_H
#define WLM_HTTP_LOGIN_H

#include "http/head.h"

/** Does a value of Authorization use such a scheme? @param value  may be NULL */
int wlm_http_login_is_of_connection(const char *value);

/** Does a response require such a login? 401 or 407 with such a challenge. */
int wlm_http_login_is_asked(const wlm_http_head_t *head);

#endif
