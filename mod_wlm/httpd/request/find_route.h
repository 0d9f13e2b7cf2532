/* httpd/request/find_route.h: the route of a request. On the thread that serves the request. */
#ifndef WLM_HTTPD_REQUEST_FIND_ROUTE_H
#define WLM_HTTPD_REQUEST_FIND_ROUTE_H

#include "httpd/request/routed.h"

/**
 * Find the route by host, port and path, which are noted in `request`. A failure is logged.
 * @return OK, DECLINED when there is none, or the status for a path that the member could read differently
 */
int wlm_find_route(wlm_routed_t *request, request_rec *r);

/** Log that a path has hidden dot segments. @return the status for it */
int wlm_find_route_refuse_dots(const request_rec *r, const char *path);

/** A client of HTTP/1.0 may name the host in the request line alone: the member gets it as the field Host. */
void wlm_find_route_name_host(request_rec *r);

#endif
