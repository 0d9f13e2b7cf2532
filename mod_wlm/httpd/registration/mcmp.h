/* httpd/registration/mcmp.h: the handler wlm-mcmp, by which members register themselves (registry/message.h). On the
 * thread that answers the request.
 */
#ifndef WLM_HTTPD_REGISTRATION_MCMP_H
#define WLM_HTTPD_REGISTRATION_MCMP_H

#include <httpd.h>

/** Make the protocol's methods known to httpd, before it reads its configuration. */
void wlm_mcmp_register_methods(apr_pool_t *pconf);

int wlm_mcmp_handler(request_rec *r);

#endif
