/* httpd/runtime/asking.h: one question to an address, in steps that never wait (net/wait.h): the address is looked up,
 * a connection opened, something sent and read. What is asked is of a kind: a health check
 * (httpd/runtime/health_check.h) or the question to an agent (httpd/runtime/agent.h). The answer may count for several
 * members, in several clusters. One thread uses a wlm_asking_t at a time.
 */
#ifndef WLM_HTTPD_RUNTIME_ASKING_H
#define WLM_HTTPD_RUNTIME_ASKING_H

#include <httpd.h>
#include "balance/model.h"
#include "net/conn_open.h"
#include "net/simple_request.h"

typedef struct wlm_asking_t wlm_asking_t;

/** A kind of questions. */
typedef struct wlm_asking_kind_t {
    /** All that matters for the answer, as text: one question serves the members whose texts are equal. @return in p */
    const char *(*key)(const wlm_member_t *member, apr_pool_t *p);
    apr_interval_time_t (*interval)(const wlm_member_t *member);
    apr_interval_time_t (*timeout)(const wlm_member_t *member);
    /** It is due: is it to be asked at all? NULL: always */
    int (*is_wanted)(wlm_member_t *const *members, int n, server_rec *s);
    /** A step: set asking->address and asking->peer. @return as wlm_names_find(); asking->text says what is wrong */
    apr_status_t (*find)(wlm_asking_t *asking, wlm_member_t *member, wlm_wait_t *wait);
    /** asking->conn has been opened. NULL: there is nothing to be done */
    void (*begin)(wlm_asking_t *asking, const wlm_member_t *member);
    /** A step: send and read. @return APR_EAGAIN: waits; otherwise it is over. asking->why, when there is no answer */
    apr_status_t (*talk)(wlm_asking_t *asking, wlm_wait_t *wait);
    /** It is over: note for each member what came of it, and log changes.
     *  @param pfails  in and out: the last one had no answer that is understood; 0 at first */
    void (*conclude)(const wlm_asking_t *asking, wlm_member_t *const *members, int n, int *pfails);
} wlm_asking_kind_t;

struct wlm_asking_t {
    const wlm_asking_kind_t *kind;
    server_rec *server;            /* for the log */
    apr_pool_t *pool;              /* its own */
    apr_time_t begun, end;         /* end: by when there must be an answer */
    const char *why;               /* it has failed: what is wrong; NULL: it has an answer, or is under way */
    apr_status_t shortage;         /* httpd itself could not connect: that says nothing about a member; APR_SUCCESS */
    wlm_address_t address;
    wlm_tls_peer_t *peer;          /* NULL: without TLS */
    wlm_conn_t *conn;              /* NULL: none yet */
    char text[WLM_CONN_WHY_SIZE];
    /* of the kinds */
    wlm_simple_request_t request;
    wlm_simple_answer_t answer;
    const char *line;
    /* private to asking.c */
    enum { WLM_ASKING_FIND, WLM_ASKING_OPEN, WLM_ASKING_TALK } stage;
    struct wlm_endpoint_t *endpoint; /* in use as long as the question, since `peer` belongs to it */
    wlm_conn_open_t open;
    int closed;                    /* idle connections, for want of descriptors */
};

/** Begin a question. @param member  one of those that it is for, by whose address and settings it is asked
 *  @return its memory is its own; end with wlm_asking_end() */
wlm_asking_t *wlm_asking_begin(const wlm_asking_kind_t *kind, const wlm_member_t *member, server_rec *s);
/**
 * Go on as far as possible.
 * @param member  as above. It may be that of another version of the configuration than before, with an equal key
 * @param wait    the same, or a copy, for all steps
 * @return APR_EAGAIN: waits; otherwise it is over
 */
apr_status_t wlm_asking_step(wlm_asking_t *asking, wlm_member_t *member, wlm_wait_t *wait);
/** Note what came of a question that is over. */
void wlm_asking_conclude(const wlm_asking_t *asking, wlm_member_t *const *members, int n, int *pfails);
/** Free it, over or not; then nothing is concluded. NULL is fine. */
void wlm_asking_end(wlm_asking_t *asking);

/** What is left of its time, at least a microsecond. */
apr_interval_time_t wlm_asking_left(const wlm_asking_t *asking);

#endif
