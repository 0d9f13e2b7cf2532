/* net/events.h: the events of an epoll, for several threads. A thread takes more than one with a system call; those
 * that it has not come to are for any thread. All functions may be called by any thread.
 */
#ifndef WLM_NET_EVENTS_H
#define WLM_NET_EVENTS_H

#include <apr_errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/epoll.h>

#define WLM_EVENTS_MAX 16          /* taken at once */

typedef struct wlm_events_t {
    int epoll, wake;               /* descriptors; an event of `wake` ends the wait of one thread */
    _Atomic int waiting;           /* threads that wait, or are about to */
    _Atomic int left;              /* of those taken, not given to a thread yet; written under the mutex */
    pthread_mutex_t mutex;         /* for what follows */
    struct epoll_event taken[WLM_EVENTS_MAX];
    uint64_t moment;               /* of these */
    int next;
} wlm_events_t;

/** @param wake_data  of events that mean nothing, but that a thread has woken up
 *  @return as errno says; wlm_events_destroy() is due in any case */
apr_status_t wlm_events_init(wlm_events_t *events, uint64_t wake_data);
void wlm_events_destroy(wlm_events_t *events);

/**
 * The next event. What it was armed for may be over when a thread gets it: the caller recognises that by its data.
 * @param ms  to wait for one; -1: without limit
 * @param pmoment  wlm_edges_moment() from before the epoll was asked for it
 * @return 1; 0: none has come; -1: errno says why
 */
int wlm_events_next(wlm_events_t *events, int ms, struct epoll_event *event, uint64_t *pmoment);

/** Is there one? */
int wlm_events_are_ready(wlm_events_t *events);

#endif
