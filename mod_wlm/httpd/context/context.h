/* httpd/context/context.h: the module, the ids of its messages, and with httpd/context/config.h what directives have
 * set. For all files of httpd/; constants, for any thread.
 */
#ifndef WLM_HTTPD_CONTEXT_CONTEXT_H
#define WLM_HTTPD_CONTEXT_CONTEXT_H

#include <httpd.h>
#include <http_config.h>
#include <http_log.h>
#include "httpd/context/config.h"

/* the only symbol that the shared object exports */
extern module AP_MODULE_DECLARE_DATA wlm_module __attribute__((visibility("default")));
APLOG_USE_MODULE(wlm);

/** Every message has an id of its own, which docs/messages.md explains. */
#define WLMNO(number) "WLM" #number ": "

#endif
