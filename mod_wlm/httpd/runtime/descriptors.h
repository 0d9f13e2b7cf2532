/* httpd/runtime/descriptors.h: the limit of open files. In the parent, at a start. */
#ifndef WLM_HTTPD_RUNTIME_DESCRIPTORS_H
#define WLM_HTTPD_RUNTIME_DESCRIPTORS_H

#include <httpd.h>

/** In the parent, when the configuration is complete: warn when a process may open fewer files than it may need.
 *  @param clients  connections of clients that a process takes at most
 *  @param in_use   requests that it may have with members at a time */
void wlm_descriptors_check(server_rec *s, int clients, int in_use);

#endif
