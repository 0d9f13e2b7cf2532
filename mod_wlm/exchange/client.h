/* exchange/client.h: what an exchange needs of the client's side of its request, and of the process that serves it.
 * Called on the thread that has the request, with exchange->client_data; nothing here waits, but filters of other
 * modules may. */
#ifndef WLM_EXCHANGE_CLIENT_H
#define WLM_EXCHANGE_CLIENT_H

#include <apr_buckets.h>
#include <apr_tables.h>
#include "balance/model.h"
#include "http/request.h"
#include "net/conn.h"
#include "net/wait.h"

typedef enum {
    WLM_CLIENT_BODY_BYTES,                /* here are some */
    WLM_CLIENT_BODY_END,                  /* there are no more; trailers and total are set */
    WLM_CLIENT_BODY_NONE_YET,             /* none are there now: await() */
    WLM_CLIENT_BODY_FAILED                /* it has broken off, or is not acceptable; *pstatus is for the client */
} wlm_client_body_result_t;

/** Why the rest of a request's body cannot be sent. */
typedef enum {
    WLM_CLIENT_BODY_TIMED_OUT,            /* the client sends no more of it */
    WLM_CLIENT_BODY_UNREADABLE            /* the temporary file cannot be read */
} wlm_client_body_fault_t;

typedef struct wlm_exchange_client_t {
    /* -- the connection to the member */

    /** A step: the member's addresses (wlm_names_find()). */
    apr_status_t (*find_address)(wlm_address_t *address, char why[WLM_CONN_WHY_SIZE], wlm_member_t *member,
                                 const wlm_member_transport_t *transport, apr_time_t until, wlm_wait_t *wait);
    /** Descriptors or ports are short: close an idle connection. @return 0: there is none */
    int (*close_idle)(void);
    /** The connection that belongs to the client's, when there is one to this member, and it is still good.
     *  @return NULL: none */
    wlm_conn_t *(*acquire_bound)(void *data, apr_time_t now, apr_interval_time_t idle_max);
    /** Keep it for the client's next request, or close it. */
    void (*release_bound)(void *data, wlm_conn_t *conn, apr_time_t now);
    /** For the log: the kept connection had ended (attempt.cause), so a new one is tried. */
    void (*log_second_try)(void *data);

    /* -- the request */

    /** Set method, target, the client's fields and the module's own, for exchange->transport. */
    void (*describe)(void *data, wlm_http_request_t *request);
    /** The next bytes of the body behind those that are kept. Sets exchange->body->complete with the last ones.
     *  @param pdata  valid until the next call */
    wlm_client_body_result_t (*read_body)(void *data, const char **pdata, apr_size_t *plen, int *pstatus);
    /** Log it. @return the status for the client */
    int (*refuse_body)(void *data, wlm_client_body_fault_t fault, apr_status_t rv);
    /** It has not the length that it was declared with. @param came  bytes so far. @return the status for the client */
    int (*refuse_length)(void *data, apr_int64_t declared, apr_int64_t came);

    /* -- the client */

    /** Besides what *wait says, wait for the client. Where that cannot be polled, nothing is waited for.
     *  @param events  POLLIN: for more of the body; POLLOUT: until it takes more; POLLRDHUP: until it leaves */
    void (*await)(void *data, wlm_wait_t *wait, short events);
    /** It has left: nothing more goes to it. */
    void (*give_up)(void *data);
    /** Pass on a 1xx response: exchange->head.status, fields and status_line. */
    void (*send_interim)(void *data);
    /** Pass these bytes on, the first time with the head before. The brigade may keep buckets that are not used.
     *  @return APR_ECONNABORTED: the client takes no more; another error: a filter has not taken it */
    apr_status_t (*pass_on)(void *data, apr_bucket_brigade *bb);
    /** Write what was passed on and is not with the client yet. Where passing on waits for that, nothing is left.
     *  @return APR_EAGAIN: it does not take all of it now; another error: it takes no more */
    apr_status_t (*write_on)(void *data);
} wlm_exchange_client_t;

#endif
