/* exchange/base.h: the state of one attempt to have a request answered by a member. In the request's pool; one thread
 * at a time has it. */
#ifndef WLM_EXCHANGE_BASE_H
#define WLM_EXCHANGE_BASE_H

#include <apr_buckets.h>
#include "balance/model.h"
#include "balance/outcome.h"
#include "exchange/body.h"
#include "exchange/client.h"
#include "exchange/step.h"
#include "http/head.h"
#include "net/conn.h"
#include "net/conn_pool.h"
#include "net/tls.h"
#include "net/wait.h"

typedef enum {
    WLM_EXCHANGE_BEGIN,
    WLM_EXCHANGE_OPEN,             /* a new connection */
    WLM_EXCHANGE_PROBE,            /* ExtendedHandshake */
    WLM_EXCHANGE_READY,            /* the connection is there, nothing of the request has been sent */
    WLM_EXCHANGE_HEADS,            /* the request goes out, response heads come back */
    WLM_EXCHANGE_ANSWERED          /* the final head is there */
} wlm_exchange_stage_t;

/** One attempt to have a request answered by a member. */
typedef struct wlm_exchange_t {
    /* set once for a request */
    apr_pool_t *pool;
    apr_bucket_alloc_t *ba;
    const wlm_exchange_client_t *client;
    void *client_data;             /* for its functions */
    wlm_wait_t *wait;              /* what it waits for, between steps */
    apr_interval_time_t client_timeout; /* how long the client may send or take nothing */
    int max_fields;                /* of a response head; 0: as many as can be */
    apr_size_t chunk;              /* ResponseChunkSize in bytes */
    wlm_client_body_t *body;
    wlm_repeat_t *repeat;          /* may the request be sent again? */
    int logs_in;                   /* its connection to the member is bound from then on */
    int finishes;                  /* WLMClientGone Finish: to its end, whether the client is there or not */
    const char *upgrade;           /* the protocols that the request asks for (http/upgrade.h); NULL: none */
    apr_table_t *trailers;         /* for those of the response */
    /* set for each attempt */
    wlm_member_t *member;
    const wlm_member_transport_t *transport; /* to the member */
    wlm_conn_pool_t *connections;  /* of that transport */
    wlm_tls_peer_t *peer;          /* NULL: without TLS */
    apr_time_t deadline;           /* until a response has begun; 0: none */
    /* what comes of it */
    wlm_attempt_t attempt;         /* what happened; `begun` is set before */
    int client_status;             /* with WLM_CLIENT_GONE: the status to end the request with */
    int client_left;               /* with WLM_CLIENT_GONE: it has closed its connection while the member worked */
    int upgraded;                  /* status 101: the member goes over to one of those protocols */
    wlm_http_head_t head;          /* ->fields and ->reason are not valid any more once it was read */
    apr_table_t *fields;           /* of the response */
    const char *owner;             /* the member that has the session, as the field of WLMAffinityOwner names it; NULL:
                                      there is none */
    const char *status_line;
    const char *content_type;
    apr_bucket_brigade *bb;        /* of the response, on its way to the client */
    wlm_conn_t *conn;              /* behind status 101 that of the tunnel */
    /* private */
    wlm_exchange_stage_t stage;
    int is_second_try;             /* on a new connection, as the kept one had ended */
    struct wlm_exchange_opening_t *opening; /* of a new connection (connection.c); NULL: none goes on */
    struct wlm_exchange_probe_t *probe; /* ExtendedHandshake (probe.c); NULL: none */
    apr_interval_time_t io_timeout;
    struct wlm_upload_t *upload;   /* how far the request has been sent */
    struct wlm_response_body_t *response; /* how far the response has come */
    int was_waited_for;            /* the member, since it got the request, or it has spoken before it had it */
    apr_size_t scanned;            /* bytes of the response head that need not be parsed again */
    int lines;                     /* of the response head, as far as it has come */
    int fields_room;               /* how many head.fields has room for */
    int is_head;                   /* the request's method is HEAD */
    int interim;                   /* 1xx responses so far */
} wlm_exchange_t;

#endif
