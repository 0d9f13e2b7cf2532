/* httpd/engine/owned_state.h: the state of a connection that the engine owns, and of its process. One thread at a time
 * has a connection. */
#ifndef WLM_HTTPD_ENGINE_OWNED_STATE_H
#define WLM_HTTPD_ENGINE_OWNED_STATE_H

#include <httpd.h>
#include <stdatomic.h>
#include "httpd/engine/input.h"
#include "httpd/engine/output.h"
#include "httpd/engine/owned.h"
#include "httpd/engine/score.h"
#include "httpd/engine/task.h"
#include "net/poller.h"
#include "net/wait.h"

/* What a parked connection waits for */
typedef enum {
    SERVING,                       /* its task */
    WRITING,                       /* the client to take the response */
    KEEPING,                       /* the next request */
    QUEUED,                        /* a thread that another module may hold up, see process() */
    READING,                       /* what a protocol has asked for (CONN_STATE_ASYNC_WAITIO); the rest of a TLS
                                      record */
    DRAINING,                      /* the client to take the rest before it is closed */
    LINGERING                      /* the client to close */
} wlm_owned_phase_t;

typedef struct wlm_mpm_thread_t wlm_mpm_thread_t;
typedef struct wlm_owned_ahead_t wlm_owned_ahead_t;

struct wlm_owned_t {
    conn_rec *c;
    const server_rec *server;      /* of the last request, for times */
    wlm_input_t *input;
    wlm_output_t *output;
    wlm_owned_ahead_t *ahead;      /* what wlm_owned_look_at_head() has read; NULL: it was not called yet */
    wlm_poller_entry_t *entry;     /* NULL: it is not owned */
    request_rec *r;                /* that is being processed; NULL */
    const request_rec *redirecting; /* whose handler runs that may end with an internal redirect; NULL */
    int had_eos;                   /* that redirect: its response is complete, the client has not got all of it */
    int is_resumed;                /* as other modules know it, by the engine's thread that has it */
    wlm_task_t *task;              /* of the request that is suspended; NULL */
    int has_ended;                 /* that task; the request is still to be finished */
    wlm_owned_phase_t phase;
    wlm_wait_t wait;               /* of phases that have no task */
    apr_time_t close_by;           /* 0: it has not begun to close */
    int child;                     /* the number of this process in httpd's scoreboard */
    long id;                       /* c->id while an engine's thread may have it */
    ap_sb_handle_t *sbh;           /* for the engine's threads, in place of the MPM's */
    int is_handed_over;            /* by a thread of the MPM since it ran last */
    wlm_mpm_thread_t *thread;      /* that has suspended it */
    unsigned begun;                /* of that thread, then */
};

/* The child process */
typedef struct wlm_owned_child_t {
    wlm_poller_t *poller;          /* NULL: no connection is owned */
    _Atomic int stopping;
    int thread_limit, child_limit; /* httpd's */
    int processing_max;            /* threads that may be held up */
    _Atomic uint32_t *load;        /* counts of this process, httpd/engine/engine.h */
} wlm_owned_child_t;

#endif
