/* exchange/head.h: a response head that has been parsed. On the thread that has the request; nothing here waits. */
#ifndef WLM_EXCHANGE_HEAD_H
#define WLM_EXCHANGE_HEAD_H

#include "exchange/base.h"

/** Where reports of load are wanted from responses (WLMLoadReport ORCA), note what these fields say of the member.
 *  @param fields  n, of a head or of trailers, of a client's response or of a health check's
 *  @return 1: they are wanted, so fields of such reports do not go to a client */
int wlm_exchange_head_note_load(wlm_member_t *member, const wlm_http_field_t *fields, int n);

/** Copy the head's fields, but for those that stop here, into exchange->fields; before more is read. */
void wlm_exchange_head_copy(wlm_exchange_t *exchange);

#endif
