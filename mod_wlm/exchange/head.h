/* exchange/head.h: a response head that has been parsed. On the thread that has the request; nothing here waits. */
#ifndef WLM_EXCHANGE_HEAD_H
#define WLM_EXCHANGE_HEAD_H

#include "exchange/base.h"

/** Copy the head's fields, but for those that stop here, into exchange->fields; before more is read. */
void wlm_exchange_head_copy(wlm_exchange_t *exchange);

#endif
