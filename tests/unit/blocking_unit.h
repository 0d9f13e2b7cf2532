/* blocking_unit.h: steps of net/ as loops that wait. On the thread of the test. */
#ifndef BLOCKING_UNIT_H
#define BLOCKING_UNIT_H

#include "net/conn_open.h"
#include "net/simple_request.h"

/** wlm_conn_open_step(), until it is over. @param why  as wlm_conn_open_t.why */
apr_status_t open_and_wait(wlm_conn_t **pconn, char why[WLM_CONN_WHY_SIZE], const wlm_address_t *address,
                           wlm_tls_peer_t *tls, apr_interval_time_t timeout);
/** wlm_simple_request_step(), until it is over; in unit_pool. @param pwhy  as wlm_simple_request_t.why */
apr_status_t ask_and_wait(wlm_simple_answer_t *answer, const char **pwhy, wlm_conn_t *conn, const char *question,
                          int no_body, apr_interval_time_t timeout);

#endif
