/* httpd/runtime/names.h: the addresses of members that are given by a host name. Any thread of a child process. */
#ifndef WLM_HTTPD_RUNTIME_NAMES_H
#define WLM_HTTPD_RUNTIME_NAMES_H

#include "balance/model.h"
#include "net/conn.h"
#include "net/wait.h"

/** In a new child process. */
void wlm_names_child_init(void);
/**
 * The addresses of a transport, as they are known now. Waits only for a name's first answer, for a second or a bit more
 * at most. A step (net/wait.h): which process finds the answer is open, so `wait` has no descriptor, but is due again
 * after some ms.
 * @param address  a copy, with APR_SUCCESS
 * @param why      what is wrong, with an error
 * @param until    wait no longer; 0: no such limit
 * @return APR_EAGAIN: not known yet; APR_SUCCESS; what wlm_shortage_is() when httpd itself could not look it up;
 *         APR_EGENERAL: there are none
 */
apr_status_t wlm_names_find(wlm_address_t *address, char why[WLM_CONN_WHY_SIZE], wlm_member_t *member,
                            const wlm_member_transport_t *transport, apr_time_t until, wlm_wait_t *wait);
/** Once a second in each child process: take over what others have published.
 *  @param may_look_up  this process looks names up itself, when that is due
 *  @return 0: there is nothing to follow, since the host is no name */
int wlm_names_update(wlm_member_t *member, const wlm_member_transport_t *transport, int may_look_up, apr_time_t now);

#endif
