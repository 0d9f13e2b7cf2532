/* httpd/runtime/readable.h: whether the processes that serve requests can read the configuration files, and
 * write a registry. */
#ifndef WLM_HTTPD_RUNTIME_READABLE_H
#define WLM_HTTPD_RUNTIME_READABLE_H

#include <httpd.h>

/** Log a warning for each file that `User` cannot read: it was read as root, and no change of it could be loaded; and
 * for a registry whose directory that user cannot write to: no member could register. In the parent, at a start and at
 * a restart; forks a process for as long as that takes. */
void wlm_readable_check(const server_rec *s, apr_pool_t *ptemp);

#endif
