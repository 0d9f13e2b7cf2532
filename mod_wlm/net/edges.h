/* net/edges.h: descriptors that stay armed in an epoll, edge-triggered, so that who waits for a connection's next bytes
 * need not arm it each time. Whoever waits must know that nothing was to be read a moment ago: what comes from then on
 * is an event of its own. All functions may be called by any thread.
 *
 * An event names its connection, and not the descriptor alone, which is another one's when it is closed and the system
 * gives its number away again. One for which nobody waits disarms the descriptor: a connection that a thread has to
 * itself, and polls, causes one such event at most.
 */
#ifndef WLM_NET_EDGES_H
#define WLM_NET_EDGES_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#define WLM_EDGES_BLOCK  256       /* descriptors that get their places at once */
#define WLM_EDGES_BLOCKS 1024

typedef struct wlm_edge_t wlm_edge_t;

typedef struct wlm_edges_t {
    int epoll;
    pthread_mutex_t mutex;         /* for making blocks */
    _Atomic(wlm_edge_t *) blocks[WLM_EDGES_BLOCKS]; /* by descriptor; read without the mutex */
} wlm_edges_t;

void wlm_edges_init(wlm_edges_t *edges, int epoll);
void wlm_edges_destroy(wlm_edges_t *edges);

/** A number for a connection, of this process; never 0. */
uint64_t wlm_edges_number(void);

/** Which descriptors have been waited for so far: for wlm_edges_take(), taken before the epoll is asked for events. */
uint64_t wlm_edges_moment(void);

/**
 * Someone waits until a descriptor can be read, where nothing was to be read a moment ago.
 * @param data    of its events: the descriptor and the number of its connection; not 0
 * @param waiter  what wlm_edges_take() returns; not 0
 * @return 0: it is not armed; the kernel has no more memory for it
 */
int wlm_edges_arm(wlm_edges_t *edges, int fd, uint64_t data, uint64_t waiter);

/** The descriptor is about to be armed in another way, or removed. */
void wlm_edges_forget(wlm_edges_t *edges, int fd);

/**
 * An event has come.
 * @param moment  wlm_edges_moment() from before the epoll was asked for it
 * @return who waits for it, and does so no more; 0: nobody. Where the wait has begun since that moment the event may
 *         be one of before: then it counts only if there is something to be read
 */
uint64_t wlm_edges_take(wlm_edges_t *edges, int fd, uint64_t data, uint64_t moment);

#endif
