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
#include "httpd/context/findings.h"
#include "net/conn.h"
#include "shared/close_orders.h"
#include "http/body.h"
#include "http/head.h"
#include "balance/outcome.h"
#include "balance/snapshot.h"
#include "net/trusted_peers.h"

struct wlm_file_t;

/* Signatures (wlm_reload_signature()) that no file has */
#define WLM_SIGNATURE_GONE 1u      /* it is not there */
#define WLM_SIGNATURE_NONE 2u      /* of the version without anything, where a file was never good */

/** A version of a plugin-cfg.xml at work in this process. */
typedef struct wlm_version_t {
    struct wlm_file_t *file;
    plugin_cfg_t *cfg;
    wlm_snapshot_t *snapshot;
    wlm_trusted_peers_t *trusted;        /* TrustedProxyGroup; NULL: TrustedProxyEnable is false */
    apr_pool_t *pool;              /* holds it, for a process' own versions also the model */
    uint64_t signature;            /* of the file that it was read from */
    int users;                     /* requests, and the file as long as it is the current one; under file->lock */
    int is_own;                    /* of this process; otherwise it was made before the process was */
    int *cluster_slots, *member_slots; /* of its records in shared memory, in the order of the snapshot */
} wlm_version_t;

/** A plugin-cfg.xml that the configuration names; virtual hosts that name the same file share it. */
typedef struct wlm_file_t {
    const char *path;
    int number;                    /* in wlm_config_files() */
    plugin_cfg_t *cfg;             /* as it was when httpd read its configuration; or, if that was bad, as it was before a restart */
    uint64_t signature;            /* of the file that `cfg` was read from */
    plugin_cfg_t *bad;             /* NULL, or what httpd has read and could not use, for its findings */
    uint64_t bad_signature;        /* of that */
    const char *why;               /* NULL, or why it could not be used: its first error */
    apr_thread_mutex_t *lock;      /* of `current` and of the versions' users */
    wlm_version_t *current;        /* NULL until the configuration is complete */
    apr_thread_mutex_t *change;    /* held while this process looks for a change or takes one up; of the rest */
    apr_time_t look_at;            /* when to look for a change */
    uint64_t seen;                 /* the signature that was there then */
    uint64_t cannot_follow;        /* ... of a version that others have and this process could not take up */
} wlm_file_t;

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

/* -- httpd/directives/directives.c --------------------------------------------------------- */

/** The files that this configuration names, wlm_file_t *, each once. Valid as long as the configuration. */
apr_array_header_t *wlm_config_files(void);
/** Before the configuration is read (again). */
void wlm_config_reset(apr_pool_t *pconf);

/* -- httpd/directives/cluster.c -------------------------------------------------------- */

/** Before the configuration is read (again). */
void wlm_options_reset(apr_pool_t *pconf);
/** What the directives say. Valid as long as the configuration. */
const wlm_options_set_t *wlm_options(void);
/** Warn of options that apply to nothing. */
void wlm_options_log_findings(server_rec *s);

/* -- httpd/runtime/segment.c ---------------------------------------------------------- */

/** When a configuration is checked, also by `httpd -t`: can the shared memory be had at all? */
apr_status_t wlm_segment_check(server_rec *s);
/** Once per configuration, in the parent, before children are made: the shared memory and the snapshots of all files. */
apr_status_t wlm_segment_create(apr_pool_t *pconf, server_rec *s);
/** The key by which a member is known, also in other configurations. */
uint64_t wlm_segment_key(const wlm_shared_member_t *member);
/** Which process does the health checks? In shared memory. */
wlm_lease_t *wlm_segment_check_lease(void);
/** In a new child process: take a row for its in-flight counts. */
void wlm_segment_child_init(server_rec *s);
/** In the parent, when a child has ended: take back what it had in flight. */
void wlm_segment_child_ended(server_rec *s, pid_t pid);
/** In the parent, now and then: make exact what a child has left in doubt. */
void wlm_segment_settle(void);

/* -- httpd/runtime/reload.c: which version of a file is at work ----------------------- */

/** A file's state on disk: time, size, inode; also when it is a link. 0 when it is not there. */
uint64_t wlm_reload_signature(const char *path, apr_pool_t *ptemp);
/** In the parent: the first version. @return an error when shared memory has not enough slots */
apr_status_t wlm_reload_begin(wlm_file_t *file, apr_pool_t *pconf, server_rec *s);
/** In the parent: the configuration ends. */
void wlm_reload_end(wlm_file_t *file);
/** In a new child process: the version that the others have may be newer than the parent's. */
void wlm_reload_child_init(wlm_file_t *file, server_rec *s);
/** Again and again in each child process: look for a changed file, take up what the others have. */
void wlm_reload_run(wlm_file_t *file, server_rec *s, apr_time_t now, apr_pool_t *ptemp);

typedef enum { WLM_RELOAD_SAME, WLM_RELOAD_TAKEN, WLM_RELOAD_REFUSED } wlm_reload_t;
/**
 * Take up a changed file now, whatever RefreshInterval says; the other processes follow.
 * @param pwhat    what has happened, in words; in ptemp
 * @param details  const char *, in ptemp: lines that are added about it; they are in the log, too
 */
wlm_reload_t wlm_reload_now(wlm_file_t *file, server_rec *s, const char **pwhat, apr_array_header_t *details,
                             apr_pool_t *ptemp);
/** The first error of a file that cannot be used, as file:line: text [id]. In p. */
const char *wlm_reload_first_error(const plugin_cfg_t *cfg, apr_pool_t *p);
/** Use the current version. NULL when the configuration is not complete. */
wlm_version_t *wlm_reload_use(wlm_file_t *file);
/** ... no more. The last user of a version that is not the current one frees it. */
void wlm_reload_leave(wlm_version_t *version);
/** Rises whenever this process goes over to another version of a file. */
unsigned wlm_reload_changes(void);

/* -- httpd/runtime/change.c ----------------------------------------------------------- */

/** Log the findings of a changed file. @param details  those that are no notes are added */
void wlm_change_tell_findings(const plugin_cfg_t *cfg, server_rec *s, apr_array_header_t *details);
/** Log what a changed file takes away (compare/loss.h). @param details  the same is added */
void wlm_change_tell_losses(const plugin_cfg_t *from, const wlm_route_index_t *from_index, const plugin_cfg_t *to,
                            const wlm_route_index_t *to_index, server_rec *s, apr_array_header_t *details);
/** Leave so many lines as an answer may have. */
void wlm_change_shorten(apr_array_header_t *details);
/** May a file without errors take the place of another version? @return NULL: yes; or why not, in p */
const char *wlm_change_objection(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p);
/** At a restart: the file cannot be used; `cfg` becomes what was at work before, or nothing. @param why  lives as long as p */
void wlm_change_refuse(wlm_file_t *file, const char *why, apr_pool_t *p);
/** After the configuration has been read, before shared memory is made: a restart is a change, too. */
void wlm_change_settle(server_rec *s, apr_pool_t *pconf, apr_pool_t *ptemp);

/* -- httpd/runtime/version.c ---------------------------------------------------------- */

/**
 * Make a version: records in shared memory by name, connections and addresses that this process has already.
 * @param cfg   lives as long as the version
 * @param pool  becomes the version's
 * @param pwhy  what is wrong when there is none
 */
wlm_version_t *wlm_version_make(wlm_file_t *file, plugin_cfg_t *cfg, uint64_t signature, apr_pool_t *pool, server_rec *s,
                                const char **pwhy);
/** Nobody uses it any more. */
void wlm_version_free(wlm_version_t *version);

/* -- httpd/runtime/state_file.c, httpd/runtime/retained.c: from one configuration to the next; in the parent ---------- */

/** What is known of all members, as text; with a NUL behind it, in p. */
const char *wlm_state_file_text(apr_size_t *plength, apr_pool_t *p);
/** Write that to the file of WLMStateFile; without the directive nothing happens. */
void wlm_state_file_write(server_rec *s);
/** Before the first versions are made: what was known before, from memory, otherwise from the file. What is damaged is
 *  told, and ignored. */
void wlm_state_file_begin(apr_pool_t *pconf, server_rec *s);
/** Take over what was known of a member. @return 0: nothing was, but of others there was */
int wlm_state_file_restore(uint64_t key, wlm_shared_member_t *member);

/** Orders to close upgraded connections, shared by the processes of this configuration and earlier ones. First called in the
 *  parent. @return NULL: there is no memory */
wlm_close_orders_t *wlm_retained_hangups(void);

/** Before a configuration ends: keep what a restart wants to know. */
void wlm_retained_save(void);
/** Before httpd ends: nobody will want it. */
void wlm_retained_end(void);
/** The state as text. Valid until the configuration ends. @return NULL: this is no restart */
const char *wlm_retained_state(void);
/** The text of a file that was at work before a restart. Valid until the configuration ends. @return NULL: there was none */
const char *wlm_retained_text(const char *path, uint64_t *psignature, apr_size_t *plength);

/* -- httpd/runtime/limits.c ----------------------------------------------------------- */

/** In the parent, when the configuration is complete: warn when a process may open fewer files than it may need. */
void wlm_limits_check(server_rec *s);

/* -- httpd/request/bound_connection.c: connections to members that belong to a client's connection ----------------- */

/** Does the request log in on its connection to the member? Then that is bound. */
int wlm_bound_is_asked_by(const request_rec *r);
/** Keep a bound connection for the next requests of the same client's connection. */
void wlm_bound_give(request_rec *r, wlm_endpoint_t *link, wlm_conn_t *conn, apr_time_t now);
/** The one that is kept, when it goes there and is still good. @return NULL: there is none */
wlm_conn_t *wlm_bound_take(request_rec *r, wlm_endpoint_t *link, apr_time_t now, apr_interval_time_t idle_max);
/** The member of a cluster that it goes to; NULL: none */
wlm_member_t *wlm_bound_member(const request_rec *r, wlm_cluster_t *cluster);

/* -- httpd/runtime/endpoints.c ------------------------------------------------------------ */

/** httpd itself is short of descriptors or ports: close a connection of this process, to any member, that idles.
 *  @return 0: there is none */
int wlm_endpoints_close_idle(void);

/* -- httpd/runtime/names.c: the addresses of host names ------------------------------------------------- */

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
void wlm_names_tidy(wlm_member_t *member, const wlm_member_transport_t *way, int asks, apr_time_t now);

/* -- httpd/runtime/periodic.c, httpd/runtime/checks.c: periodic work, by mod_watchdog ------------------------------ */

/** After wlm_segment_create(), in the parent. @return APR_SUCCESS, or an error that keeps httpd from starting */
apr_status_t wlm_periodic_register(apr_pool_t *pconf, server_rec *s);
/** Active health checks: called again and again in each child process; one of them does the checks. */
void wlm_checks_run(server_rec *s);
/** The process ends: wait for the checks that are under way, and let another process go on. */
void wlm_checks_stop(void);
/** Is one of the clusters checked? */
int wlm_checks_are_on(void);

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

/* -- httpd/runtime/log.c ------------------------------------------------------------ */

/** WLMLog FILE|PluginCfg|Off */
const char *wlm_log_directive(cmd_parms *cmd, void *dir, const char *arg);
/** In the parent, when the configuration is complete, for this configuration: open the file, set the level. What does not
 *  work is told, and goes on without. */
void wlm_log_open(apr_pool_t *pconf, server_rec *s);
/** Hook error_log. */
void wlm_log_write(const ap_errorlog_info *info, const char *message);

#endif
