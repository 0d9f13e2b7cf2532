/* exchange/read.h: reads response heads from the member. On the thread that has the request. */
#ifndef WLM_EXCHANGE_READ_H
#define WLM_EXCHANGE_READ_H

#include "exchange/base.h"

typedef enum {
    WLM_EXCHANGE_READ_INTERIM,     /* a 1xx response, which has been handled */
    WLM_EXCHANGE_READ_FINAL,       /* the final one, or a 101 (exchange->upgraded) */
    WLM_EXCHANGE_READ_FAILED,      /* attempt.outcome says why */
    WLM_EXCHANGE_READ_WAITS        /* for more of it: call it again when what exchange->wait says has come */
} wlm_exchange_read_t;

/** Before the first head of an attempt. */
void wlm_exchange_read_begin(wlm_exchange_t *exchange);
/** A step: read one head into exchange->head, and its fields into exchange->fields. */
wlm_exchange_read_t wlm_exchange_read(wlm_exchange_t *exchange);

#endif
