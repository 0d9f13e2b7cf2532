/* httpd/context/handlers.h: the names of the module's handlers (r->handler, SetHandler). Each is known to users, who
 * write it into SetHandler and see it in %{handler}, so it does not change. Constants, for any thread.
 */
#ifndef WLM_HTTPD_CONTEXT_HANDLERS_H
#define WLM_HTTPD_CONTEXT_HANDLERS_H

#define WLM_HANDLER        "wlm"        /* a request that has a route, see httpd/request/handler.c */
#define WLM_STATUS_HANDLER "wlm-status" /* see httpd/status/status.c */
#define WLM_MCMP_HANDLER   "wlm-mcmp"   /* see httpd/registration/mcmp.h */

#endif
