/* httpd/engine/owned_private.h: what the files of httpd/engine/owned.h share among themselves. A function is
 * for the thread that has the connection, where nothing else is said.
 */
#ifndef WLM_HTTPD_ENGINE_OWNED_PRIVATE_H
#define WLM_HTTPD_ENGINE_OWNED_PRIVATE_H

#include "httpd/engine/owned_state.h"
#include "shared/records.h"

#define WLM_LINGER_SHORT apr_time_from_sec(2) /* as httpd, connection.c */

extern wlm_owned_child_t wlm_owned_child;

/** @return NULL: it can never be owned */
wlm_owned_t *wlm_owned_of_connection(const conn_rec *c);

/* owned_park.c */
/** This process has one more, or with -1 one less. */
void wlm_owned_count(wlm_child_load_t what, int by);
/** An engine's thread continues it: the hooks of resume_connection. */
void wlm_owned_resume(wlm_owned_t *owned);
/** It is about to leave it; nothing for a thread of the MPM. Parking does so. */
void wlm_owned_suspend(wlm_owned_t *owned);
/** Park it for what its task waits for. When this returns another thread may have it. */
void wlm_owned_park_task(wlm_owned_t *owned);
/** The same for a phase that has no task. @param events  POLLIN, POLLOUT, 0 @param until  of wlm_now(); 0: no limit */
void wlm_owned_park(wlm_owned_t *owned, wlm_owned_phase_t phase, short events, apr_time_t until);
/** Was it parked until its time? */
int wlm_owned_is_due(const wlm_owned_t *owned);
/** It is not owned any more. */
void wlm_owned_leave_poller(wlm_owned_t *owned);
/** Another module has suspended its request: it is that module's from here on. */
void wlm_owned_leave_to_module(wlm_owned_t *owned);

/* owned_handover.c */
void wlm_owned_note_begin(void);   /**< The calling thread of the MPM takes a connection up. */
void wlm_owned_note_suspended(wlm_owned_t *owned); /**< It suspends this one, from which it returns. */
/** That thread still changes c->sbh behind the hooks: wait for that, it is about to come. */
void wlm_owned_await_mpm(wlm_owned_t *owned);
/** The connection ends, with all that belongs to it. */
void wlm_owned_free(wlm_owned_t *owned);

/* owned_close.c. Each goes on until the connection is parked, or gone. */
/** Close it: drain, linger, destroy. The others begin at that stage. */
void wlm_owned_end(wlm_owned_t *owned);
void wlm_owned_drain(wlm_owned_t *owned);
void wlm_owned_start_lingering(wlm_owned_t *owned);
void wlm_owned_linger(wlm_owned_t *owned);
void wlm_owned_destroy(wlm_owned_t *owned);

/* owned_places.c */
/** A place for what may hold the thread up. @param max  places taken at most @return 0: none is free */
int wlm_owned_try_place(int max);
void wlm_owned_give_place_back(void);
/** Park it in this phase for a moment, until a place may be free. @param events  POLLIN: or until more has come; 0 */
void wlm_owned_queue(wlm_owned_t *owned, wlm_owned_phase_t phase, short events);
/** It has been parked in phase QUEUED, and goes on. */
void wlm_owned_leave_queue(void);

/* owned_head.c */
void wlm_owned_head_register(void);
typedef enum {
    WLM_HEAD_NOT_BEGUN,            /* nothing of it can be read, though something has come: a part of a TLS record */
    WLM_HEAD_BEGUN,                /* all that has come is read */
    WLM_HEAD_UNKNOWN,              /* it is too long to tell, or of another protocol */
    WLM_HEAD_COMPLETE              /* or the connection ends */
} wlm_owned_head_t;

/** Of the next request, before httpd reads it: reads it ahead, as far as it has come. */
wlm_owned_head_t wlm_owned_look_at_head(wlm_owned_t *owned);

/* owned_requests.c: c->cs->state says with what. Until it is parked, or gone. */
void wlm_owned_go_on(wlm_owned_t *owned);

/* owned_redirect.c */
void wlm_owned_redirect_register(void);
/** Has a handler made it by an internal redirect of the kind that may be suspended? */
int wlm_owned_is_redirected(const wlm_owned_t *owned, const request_rec *r);
/** The one that the client has sent. */
request_rec *wlm_owned_first_request(request_rec *r);

/* owned_stay.c. Threads of the MPM. */
void wlm_owned_stay_init(int threads); /**< It has so many in this process. */
/** The request waits: the calling thread does so for a moment, if that is worth it. @return as its step */
apr_status_t wlm_owned_stay(wlm_owned_t *owned, wlm_task_t *task);

/* owned_serve.c */
apr_status_t wlm_owned_step(wlm_owned_t *owned, wlm_task_t *task);
void wlm_owned_serve(wlm_owned_t *owned); /**< The request that is suspended. Until it is parked, or gone. */

#endif
