/* httpd/runtime/dns_members.h: follows the names of WLMMembers. In each child, on a thread of mod_watchdog; the process
 * that holds the lease asks the name service, in threads that nothing waits for (net/blocking.h).
 */
#ifndef WLM_HTTPD_RUNTIME_DNS_MEMBERS_H
#define WLM_HTTPD_RUNTIME_DNS_MEMBERS_H

#include <httpd.h>

/** Before the first request, in a child process. */
void wlm_dns_members_child_init(apr_pool_t *pchild);
/** In the parent, behind wlm_periodic_register(). @return an error that keeps httpd from starting, which is logged */
apr_status_t wlm_dns_members_register(apr_pool_t *pconf, server_rec *s);

#endif
