/* httpd/mod_wlm.h: what the files of the module share. Only mod_wlm*.[ch] include it, and only they include httpd headers.
 *
 *   httpd/mod_wlm.c           hooks, and what happens at start-up
 *   httpd/request/translate.c which request is ours, and which path of it httpd's rules are asked about
 *   httpd/directives/directives.c    directives
 *   httpd/runtime/segment.c     shared memory (httpd/runtime/segment.h)
 *   httpd/runtime/state_file.c      ... and what of it outlives its configuration: in a file
 *   httpd/runtime/retained.c     ... in memory
 *   httpd/runtime/reload.c      which version of a file is at work
 *   httpd/runtime/change.c    ... what is told of another one, and whether it may take its place
 *   httpd/runtime/version.c   making and freeing one
 *   httpd/runtime/endpoints.c     connections and addresses, which outlive it
 *   httpd/request/bound_connection.c     a connection to a member on which somebody has logged in
 *   httpd/runtime/limits.c    does the limit of open files fit?
 *   httpd/runtime/certificates.c       certificates and keys for https to members
 *   httpd/runtime/periodic.c     periodic work: names, idle connections
 *   httpd/runtime/checks.c     periodic work: active health checks
 *   httpd/request/handler.c   a request's way: pick a member, exchange, decide what follows (httpd/request/journey.h)
 *   httpd/request/record.c    what an attempt means for others: counters, log, the member's health
 *   httpd/request/doubt.c     ... when it took a request and did not answer it: whose fault was that?
 *   httpd/request/report.c    what is told of a request when it has ended
 *   httpd/request/refuse.c    what the client gets when no member answers
 *   httpd/request/exchange.c  one attempt: connect, read the response head
 *   httpd/request/upload.c    its request, on the way to the member
 *   httpd/request/response.c  the rest of the attempt: pass the response on
 *   httpd/request/broken_off.c     ... over HTTP/2, before it is broken off
 *   httpd/request/tunnel.c    ... or pass bytes both ways, after an upgrade
 *   httpd/request/client_body.c      the request's body, kept as far as it may have to be sent again
 *   httpd/request/linger.c      the worker stays with a client's connection when that pays
 *   httpd/directives/cluster.c   directives about clusters; httpd/directives/cluster_values.c: their values
 *   httpd/request/member_request.c   the request as the member shall see it; httpd/request/trace.c: its trace context
 *   httpd/runtime/log.c       messages in a file of their own
 */
#ifndef WLM_HTTPD_MOD_WLM_H
#define WLM_HTTPD_MOD_WLM_H

#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/findings.h"
#include "httpd/context/options.h"
#include "httpd/runtime/change.h"
#include "httpd/runtime/certificates.h"
#include "httpd/runtime/checks.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/limits.h"
#include "httpd/runtime/log.h"
#include "httpd/runtime/names.h"
#include "httpd/runtime/periodic.h"
#include "httpd/runtime/reload.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/state_file.h"
#include "httpd/runtime/version.h"
#include "net/conn.h"
#include "shared/close_orders.h"
#include "http/body.h"
#include "http/head.h"
#include "balance/outcome.h"
#include "balance/snapshot.h"
#include "net/trusted_peers.h"

/** A subrequest can ask httpd about another way to write a request's path (httpd/request/translate.c). */
typedef enum {
    WLM_ASKS_NOTHING,
    WLM_ASKS_RULES,                /* do the rules for translation give it to a member, too? */
    WLM_ASKS_AUTHORISATION         /* may this client have it? */
} wlm_question_t;

/** What is known of a request that may be ours; in r->request_config from before translation on. */
typedef struct wlm_routed_t {
    const char *original;          /* the normalised path, still percent-encoded */
    const char *decoded;           /* r->uri as other modules' rules for translation found it */
    const char *encoded;           /* the path that goes to the member: `original`, or what it was rewritten to */
    const char *path;              /* `encoded` as the member maps it (wlm_path_canonical) */
    char *uri;                     /* r->uri, while httpd authorises `path` */
    wlm_question_t asks;           /* what a subrequest asks that is being made just now */
    wlm_question_t question;       /* what this one asks, as a subrequest of `asked_by` */
    request_rec *asked_by;         /* NULL: it asks nothing */
    wlm_version_t *version;        /* in use until the request ends */
    wlm_cluster_t *cluster;        /* NULL until a route was found */
    wlm_route_match_t match;
    const char *host;              /* the host and port that the route was found by */
    int port;
    int names_port;                /* the client itself has named a port */
    int for_error;                 /* it is for the error document of r->prev; r->status says so at first only */
    int admitted;                  /* whoever authenticates and authorises has let it pass */
} wlm_routed_t;

/* -- httpd/directives/cluster.c -------------------------------------------------------- */

/** Before the configuration is read (again). */
void wlm_options_reset(apr_pool_t *pconf);
/** Warn of options that apply to nothing. */
void wlm_options_log_findings(server_rec *s);

/* -- httpd/request/bound_connection.c: connections to members that belong to a client's connection ----------------- */

/** Does the request log in on its connection to the member? Then that is bound. */
int wlm_bound_is_asked_by(const request_rec *r);
/** Keep a bound connection for the next requests of the same client's connection. */
void wlm_bound_give(request_rec *r, wlm_endpoint_t *link, wlm_conn_t *conn, apr_time_t now);
/** The one that is kept, when it goes there and is still good. @return NULL: there is none */
wlm_conn_t *wlm_bound_take(request_rec *r, wlm_endpoint_t *link, apr_time_t now, apr_interval_time_t idle_max);
/** The member of a cluster that it goes to; NULL: none */
wlm_member_t *wlm_bound_member(const request_rec *r, wlm_cluster_t *cluster);

/* -- httpd/request/handler.c -------------------------------------------------------- */

/** Serve a request that has a route, unless another module has given it another handler since (RewriteRule in a <Location>). */
int wlm_handler(request_rec *r);
/** In a new child process. */
void wlm_handler_child_init(void);

/* -- httpd/request/linger.c ----------------------------------------------------------- */

/** In a new child process. */
void wlm_linger_child_init(void);
/** A request begins. */
void wlm_linger_begin(request_rec *r);
/** The response has been passed on, with its end. When the worker will wait for the client's next request, the client gets now
 *  what httpd still holds of it. Once for each response.
 *  @param bb  empty, and again when this returns
 *  @param body_bytes  of the response */
void wlm_linger_prepare(request_rec *r, apr_bucket_brigade *bb, apr_uint64_t body_bytes);
/** Hook log_transaction, behind all others: the request has ended. */
int wlm_linger_end(request_rec *r);

/* -- httpd/request/translate.c ------------------------------------------------------ */

/** Its hooks. */
void wlm_translate_register(void);

/* -- httpd/request/member_request.c -------------------------------------------------------- */

/** This server's part of a Via field, NULL when none is to be added. In r->pool. */
const char *wlm_member_request_via(request_rec *r, int major, int minor);
/** Has the client come to this server by https? (Whether TLS has ended before it is another question.) */
int wlm_member_request_is_secure(const request_rec *r);
/** The fields that the module itself sets: $WS..., X-Forwarded-..., Via, Host. In r->pool.
 *  @param was  the member's host and port */
apr_table_t *wlm_member_request_fields(request_rec *r, const wlm_routed_t *request, const char *was, int failed_over);
/** What stands in the request line: path and query. In r->pool. */
const char *wlm_member_request_target(const request_rec *r, const wlm_routed_t *request);

/* -- httpd/request/trace.c ---------------------------------------------------------- */

/** Before the first attempt: give the request a trace context where it has none and WLMTraceparent says so; the trace-id goes
 *  into the environment. */
void wlm_trace_begin(request_rec *r);

/* -- httpd/request/client_body.c ----------------------------------------------------------- */

typedef struct wlm_client_body_block_t {
    struct wlm_client_body_block_t *next;
    apr_size_t len, size;
    char data[];
} wlm_client_body_block_t;

typedef struct wlm_client_body_t {
    request_rec *r;
    apr_bucket_brigade *bb;
    int present;                   /* the request has a body (perhaps an empty one) */
    int gone;                      /* the fields speak of one that belongs to the request before this redirect */
    int filtered;                  /* other modules' filters make of it what they like */
    int uncertain;                 /* its length is known only when it is complete */
    int lost;                      /* another module has read from it */
    int complete;                  /* all of it has been read from the client */
    apr_int64_t length;            /* Content-Length, -1 when it is not known */
    apr_int64_t total;             /* bytes read from the client so far */
    apr_int64_t limit;             /* PostSizeLimit in bytes, -1: none */
    wlm_client_body_block_t *kept, *last; /* the first bytes, kept for another try; NULL: none */
    apr_size_t kept_len;           /* in all blocks */
    apr_int64_t kept_max;          /* PostBufferSize in bytes, -1: no limit */
    apr_file_t *spool;             /* the bytes behind the kept ones; gone with the request */
    apr_int64_t spooled;           /* bytes in it */
    apr_int64_t spool_max;         /* WLMBodySpool, -1: none */
    char *spool_block;             /* for reading them */
    const char *trailers;          /* behind a complete body (wlm_http_request_trailers()) */
    apr_bucket *current;           /* of which wlm_client_body_next() gave the bytes last */
} wlm_client_body_t;

/** Nothing is read yet. */
void wlm_client_body_init(wlm_client_body_t *body, request_rec *r, const wlm_cluster_t *cluster);

/** Read as much of the body as is to be kept. Waits for the client; one that waits for 100 Continue gets it, unless
 *  nothing is to come. @return OK, or the status for the client */
int wlm_client_body_prefetch(wlm_client_body_t *body);

typedef enum {
    WLM_CLIENT_BODY_BYTES,                /* here are some */
    WLM_CLIENT_BODY_END,                  /* there are no more */
    WLM_CLIENT_BODY_MEMBER_SPEAKS,        /* the member sends something, look at that first */
    WLM_CLIENT_BODY_FAILED                /* the client is gone, or its body is not acceptable; *pstatus */
} wlm_client_body_next_t;

/**
 * The next bytes behind those in memory and in the file. Waits for the client, and at the same time for the member.
 * @param pdata  valid until the next call
 */
wlm_client_body_next_t wlm_client_body_next(wlm_client_body_t *body, wlm_conn_t *conn, const char **pdata, apr_size_t *plen, int *pstatus);

/**
 * Some of the bytes that are in the temporary file.
 * @param at     offset in the file, less than body->spooled
 * @param pdata  valid until the next call
 */
apr_status_t wlm_client_body_read_spooled(wlm_client_body_t *body, apr_int64_t at, const char **pdata, apr_size_t *plen);

/** What to poll for input of a client's connection, without events. @return 0: that cannot be polled */
int wlm_client_body_pollfd(struct pollfd *pollfd, conn_rec *c);

/** Can the whole body be sent (again)? There is none, or all of it is kept. */
int wlm_client_body_is_kept(const wlm_client_body_t *body);

/* -- httpd/request/exchange.c, httpd/request/response.c ------------------------------------ */

/** One attempt to have a request answered by a member. */
typedef struct wlm_exchange_t {
    request_rec *r;
    const wlm_routed_t *request;
    wlm_member_t *member;
    const wlm_member_transport_t *way;          /* to the member */
    wlm_client_body_t *body;
    wlm_repeat_t *repeat;          /* may the request be sent again? */
    int failed_over;               /* the session's own member is another one */
    const char *upgrade;           /* the protocols that the request asks for (http/upgrade.h); NULL: none */
    wlm_attempt_t attempt;         /* what happened; `begun` is the caller's */
    int client_status;             /* with WLM_CLIENT_GONE: the status to end the request with */
    int filter_answered;           /* with WLM_CLIENT_GONE: one of httpd's filters did not take the response, and has answered itself */
    /* the rest is theirs */
    wlm_conn_t *conn;
    apr_interval_time_t io_timeout;
    apr_time_t deadline;           /* until a response has begun; 0: none */
    struct wlm_upload_t *upload;   /* how far the request has been sent */
    int interim;                   /* 1xx responses so far */
    int upgraded;                  /* status 101: the member goes over to one of those protocols */
    wlm_http_head_t head;          /* ->fields and ->reason are not valid any more once it was read */
    apr_table_t *fields;           /* of the response */
    const char *status_line;
    const char *content_type;
    apr_bucket_brigade *bb;        /* of the response, on its way to the client */
} wlm_exchange_t;

/**
 * Send the request and read the response head, on a kept connection or a new one; when a kept one turns out to have
 * ended, on a new one then.
 * @return 1: a final response head is there (attempt.outcome is BUSY for 503, otherwise DELIVERED so far), or that of a 101
 *         (`upgraded`): then wlm_tunnel_run() comes next;
 *         0: not, attempt.outcome says how it ended
 */
int wlm_exchange_begin(wlm_exchange_t *x);

/** The response is not wanted (another member shall answer): give the connection back or close it. */
void wlm_exchange_discard(wlm_exchange_t *x);

/**
 * Pass the response on, but for its end, which is left in x->bb: so the member is free before the last bytes are
 * written to a slow client. Sets attempt.outcome to DELIVERED, BROKEN or CLIENT_GONE; the connection is given back or
 * closed.
 */
void wlm_exchange_deliver(wlm_exchange_t *x);

/** Pass on the end of a delivered response. @return what the handler returns */
int wlm_exchange_finish(wlm_exchange_t *x);

/** A response has begun and broken off: make sure that the client can tell. @return what the handler returns */
int wlm_exchange_break_off(wlm_exchange_t *x);

/* Used by these files only: */
/** How long to wait for the member now: ServerIOTimeout, or until the deadline. */
apr_interval_time_t wlm_exchange_patience(const wlm_exchange_t *x);
/** Wait for the member to send. @return APR_SUCCESS or APR_TIMEUP */
apr_status_t wlm_exchange_wait_read(wlm_exchange_t *x);
/** Pass on a 1xx response, as wlm_exchange_take_head() has left it. */
void wlm_exchange_send_interim(wlm_exchange_t *x);
/** The head's fields, copied, but for those that stop here; before more is read from the connection. */
void wlm_exchange_take_head(wlm_exchange_t *x);

/* -- httpd/request/broken_off.c ------------------------------------------------------------- */

/** Wait until a client of HTTP/2 has been sent what has been passed on, a second at most; with other connections nothing happens.
 *  @param bb  empty, and again when this returns */
void wlm_broken_off_flush(conn_rec *c, apr_bucket_brigade *bb);

/* -- httpd/request/tunnel.c ------------------------------------------------------------ */

/**
 * Pass the 101 on, then bytes between client and member until one of them ends or keeps the other waiting for too long, or
 * somebody wants the member's connections closed, or its process is to end and takes the place of a new one. Closes that to
 * the member; counts bytes in x->attempt, from 0.
 * @return which of these it was: "client", "member", "client-timeout", "member-timeout", "idle", "closed" or "restart"
 */
const char *wlm_tunnel_run(wlm_exchange_t *x);

/* -- httpd/request/upload.c: the request, on its way to the member ------------------- */

typedef enum {
    WLM_UPLOAD_SENT,               /* all of the request has been taken by the operating system */
    WLM_UPLOAD_SPOKEN,             /* the member sends something, or has closed: look at that, then perhaps go on */
    WLM_UPLOAD_TIMED_OUT,          /* the member took nothing for ServerIOTimeout */
    WLM_UPLOAD_CLIENT_GONE         /* the client did not send its body; x->client_status */
} wlm_upload_result_t;

/** Begin anew on x->conn: nothing has been sent. */
void wlm_upload_begin(wlm_exchange_t *x);
/** Send as much as goes until one of the above happens. May be called again after SPOKEN. Sets x->attempt.sent. */
wlm_upload_result_t wlm_upload_run(wlm_exchange_t *x);
/** Has all of the request been sent? */
int wlm_upload_is_complete(const wlm_exchange_t *x);
/** The member wants the body (status 100). */
void wlm_upload_continue(wlm_exchange_t *x);
/** Does the request wait for the member to want its body? */
int wlm_upload_awaits_continue(const wlm_exchange_t *x);
/** The final response has come and the rest of the request is not wanted: send no more. */
void wlm_upload_stop(wlm_exchange_t *x);
/** Is there something left to send, that the member still wants? */
int wlm_upload_goes_on(const wlm_exchange_t *x);

#endif
