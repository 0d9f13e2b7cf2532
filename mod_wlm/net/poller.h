/* net/poller.h: many waits (net/wait.h) in one epoll, for the threads of a process. An entry is a client's connection
 * with the work that goes on for it. At each moment it is either running, on one thread, or parked: then no thread may
 * touch it until wlm_poller_next() has returned it to one, which runs it. All functions may be called by any thread.
 */
#ifndef WLM_NET_POLLER_H
#define WLM_NET_POLLER_H

#include <apr_pools.h>
#include "net/wait.h"

typedef struct wlm_poller_t wlm_poller_t;
typedef struct wlm_poller_entry_t wlm_poller_entry_t;

/** It ends with the pool; no thread may use it any more by then. */
apr_status_t wlm_poller_make(wlm_poller_t **ppoller, apr_pool_t *pool);

/** A new entry, which runs. @param client_fd  stays the same. @return NULL: no memory, or too many */
wlm_poller_entry_t *wlm_poller_enter(wlm_poller_t *poller, int client_fd, void *data);
/** A running entry ends; before its client_fd is closed. */
void wlm_poller_leave(wlm_poller_entry_t *entry);

/**
 * A running entry waits for what `wait` says: one of its descriptors, its word (about a ms late), or that
 * it is due. What has come already counts. That a client leaves (POLLRDHUP alone, besides a member's descriptor) is
 * noticed from 10 to 20 ms after the first wait for that on.
 * @param wait     stays valid while the entry is parked; of its client only the events count
 * @param is_idle  wlm_poller_end_idle() ends the wait; one of a second or more may be up to 100 ms longer
 */
void wlm_poller_park(wlm_poller_entry_t *entry, wlm_wait_t *wait, int is_idle);

/**
 * Wait until an entry may go on; it runs then, and revents of what it waited for are set (0: it is due).
 * @param timeout  -1: none; it counts anew from the first event on by which no entry goes on
 * @return APR_TIMEUP; APR_EOF: wlm_poller_stop() was called
 */
apr_status_t wlm_poller_next(wlm_poller_t *poller, apr_interval_time_t timeout, void **pdata);

/** Are there entries that could go on at once, if a thread called wlm_poller_next()? */
int wlm_poller_has_ready(wlm_poller_t *poller);
/** When an entry last went on, by wlm_now(); 0: none did yet. */
apr_time_t wlm_poller_last(const wlm_poller_t *poller);

/** Entries whose wait has `check` are due, those that are parked, and those that run when they are parked next. */
void wlm_poller_check(wlm_poller_t *poller);
/** Idle entries are due, now and from now on. */
void wlm_poller_end_idle(wlm_poller_t *poller);
/** Clients are disconnected that parked entries wait for: these waits end by that. */
void wlm_poller_disconnect(wlm_poller_t *poller);
/** wlm_poller_next() returns APR_EOF from now on; clients of running entries are disconnected, so that their threads
 *  do not wait for them. */
void wlm_poller_stop(wlm_poller_t *poller);

#endif
