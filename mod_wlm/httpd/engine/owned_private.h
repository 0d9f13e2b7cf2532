/* httpd/engine/owned_private.h: what the files of httpd/engine/owned.h share among themselves. A function is
 * for the thread that has the connection, where nothing else is said.
 */
#ifndef WLM_HTTPD_ENGINE_OWNED_PRIVATE_H
#define WLM_HTTPD_ENGINE_OWNED_PRIVATE_H

#include "httpd/engine/owned.h"
#include <stdatomic.h>
#include "httpd/engine/output.h"
#include "httpd/engine/score.h"
#include "shared/records.h"

#define WLM_LINGER_SHORT apr_time_from_sec(2) /* as httpd, connection.c */

/* What a parked connection waits for */
typedef enum {
    SERVING,                       /* its task */
    WRITING,                       /* the client to take the response */
    KEEPING,                       /* the next request */
    QUEUED,                        /* a thread that another module may hold up, see process() */
    READING,                       /* what a protocol has asked for: CONN_STATE_ASYNC_WAITIO */
    DRAINING,                      /* the client to take the rest before it is closed */
    LINGERING                      /* the client to close */
} wlm_owned_phase_t;

typedef struct wlm_mpm_thread_t wlm_mpm_thread_t;

struct wlm_owned_t {
    conn_rec *c;
    const server_rec *server;      /* of the last request, for times */
    wlm_output_t *output;
    wlm_poller_entry_t *entry;     /* NULL: it is not owned */
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

extern wlm_owned_child_t wlm_owned_child;

/** @return NULL: it can never be owned */
wlm_owned_t *wlm_owned_of_connection(const conn_rec *c);

/* owned_park.c */
/** This process has one more, or with -1 one less. */
void wlm_owned_count(wlm_child_load_t what, int by);
/* From here on another thread may have it. */
void wlm_owned_park_task(wlm_owned_t *owned);
void wlm_owned_park(wlm_owned_t *owned, wlm_owned_phase_t phase, short events, apr_time_t until);
/** Was it parked until its time? */
int wlm_owned_is_due(const wlm_owned_t *owned);
/** It is not owned any more. */
void wlm_owned_leave_poller(wlm_owned_t *owned);

/* owned_handover.c */
void wlm_owned_note_begin(void);   /**< The calling thread of the MPM takes a connection up. */
void wlm_owned_note_suspended(wlm_owned_t *owned); /**< It suspends this one, from which it returns. */
/** That thread still changes c->sbh behind the hooks: wait for that, it is about to come. */
void wlm_owned_await_mpm(wlm_owned_t *owned);
/** The connection ends, with all that belongs to it. */
void wlm_owned_free(wlm_owned_t *owned);

/* owned_close.c. Until it is parked, or gone. */
void wlm_owned_end(wlm_owned_t *owned);
/* the same from a later stage on */
void wlm_owned_drain(wlm_owned_t *owned);
void wlm_owned_start_lingering(wlm_owned_t *owned);
void wlm_owned_linger(wlm_owned_t *owned);
void wlm_owned_destroy(wlm_owned_t *owned);

/* owned_requests.c: c->cs->state says with what. Until it is parked, or gone. */
void wlm_owned_go_on(wlm_owned_t *owned);

/* owned_stay.c. Threads of the MPM. */
void wlm_owned_stay_init(int threads); /**< It has so many in this process. */
/** The request waits: the calling thread does so for a moment, if that is worth it. @return as its step */
apr_status_t wlm_owned_stay(wlm_owned_t *owned, wlm_task_t *task);

/* owned_serve.c */
apr_status_t wlm_owned_step(wlm_owned_t *owned, wlm_task_t *task);
void wlm_owned_serve(wlm_owned_t *owned); /**< The request that is suspended. Until it is parked, or gone. */

#endif
