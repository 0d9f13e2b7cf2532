/* exchange/upload.h: the request on its way to the member. On the thread that has the request. */
#ifndef WLM_EXCHANGE_UPLOAD_H
#define WLM_EXCHANGE_UPLOAD_H

#include "exchange/base.h"

typedef enum {
    WLM_UPLOAD_SENT,               /* all of the request has been taken by the operating system */
    WLM_UPLOAD_MEMBER_READABLE,    /* the member sends something, or has closed: read that, then perhaps go on */
    WLM_UPLOAD_TIMED_OUT,          /* the member took nothing for ServerIOTimeout */
    WLM_UPLOAD_CLIENT_GONE,        /* the client did not send its body; exchange->client_status */
    WLM_UPLOAD_WAITS               /* exchange->wait says for what; call it again then */
} wlm_upload_result_t;

/** Begin anew on exchange->conn: nothing has been sent. */
void wlm_upload_begin(wlm_exchange_t *exchange);
/** Send as much as goes until one of the above happens. May be called again after MEMBER_READABLE. Sets
 *  exchange->attempt.sent. WAITS: for the member to take more, to say something, or for more of the client's body. */
wlm_upload_result_t wlm_upload_run(wlm_exchange_t *exchange);
/** Has all of the request been sent? */
int wlm_upload_is_complete(const wlm_exchange_t *exchange);
/** The member has asked for the body (status 100). */
void wlm_upload_continue(wlm_exchange_t *exchange);
/** Does the request wait for the 100 of the member before its body is sent? */
int wlm_upload_awaits_continue(const wlm_exchange_t *exchange);
/** The final response has come, and the member will not read the rest of the request: send no more. */
void wlm_upload_stop(wlm_exchange_t *exchange);
/** Is there something left to send that the member still reads? */
int wlm_upload_goes_on(const wlm_exchange_t *exchange);

#endif
