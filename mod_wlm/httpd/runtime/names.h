/* httpd/runtime/names.h: the addresses of host names. */
#ifndef WLM_HTTPD_RUNTIME_NAMES_H
#define WLM_HTTPD_RUNTIME_NAMES_H

#include "balance/model.h"
#include "net/conn.h"

/** In a new child process. */
void wlm_names_child_init(void);
/**
 * The addresses of a way, as they are known now. Waits only for a name's first answer, for a second at most.
 * @param address  a copy
 * @param why      what is wrong
 * @param until    wait no longer; 0: no such limit
 * @return APR_SUCCESS; what wlm_shortage_is() when httpd itself could not ask; APR_EGENERAL: there are none
 */
apr_status_t wlm_names_address(wlm_address_t *address, char why[WLM_CONN_WHY_SIZE], wlm_member_t *member, const wlm_member_transport_t *way,
                               apr_time_t until);
/** Once a second in each process: follow what others have learnt. @param asks  this process also asks, when it is time to */
void wlm_names_update(wlm_member_t *member, const wlm_member_transport_t *way, int asks, apr_time_t now);

#endif
