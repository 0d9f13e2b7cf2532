/* net/conn_pool.h: the connections to a member that a process keeps for the next requests.
 *
 * A pool belongs to one process and one member; any thread may acquire a connection from it and release one to it (a
 * short critical section without a system call). Last in, first out, so that the number of open connections follows the
 * load; those that have expired are closed by the next release, and by wlm_conn_pool_reap(). Never more are kept than
 * have been in use at once: requests that may use no kept connection leave one behind each.
 */
#ifndef WLM_NET_CONN_POOL_H
#define WLM_NET_CONN_POOL_H

#include <apr_pools.h>
#include <apr_time.h>
#include "net/conn.h"

typedef struct wlm_conn_pool_t wlm_conn_pool_t;

/** Made before the process has threads, or inside one of them; ends with p. Connections still kept then are closed.
 *  Without memory the process ends, as with APR's pools. */
wlm_conn_pool_t *wlm_conn_pool_make(apr_pool_t *p);

/** While a connection is opened, it counts as in use, too: requests that come at the same time need one each. The end
 *  comes also when there is none then; wlm_conn_pool_adopt() is apart from it. */
void wlm_conn_pool_begin_open(wlm_conn_pool_t *pool);
void wlm_conn_pool_end_open(wlm_conn_pool_t *pool);

/**
 * A connection has been opened to the pool's member: it counts as in use there until it is released or closed.
 * @param generation  wlm_conn_pool_generation() before it was opened
 */
void wlm_conn_pool_adopt(wlm_conn_pool_t *pool, wlm_conn_t *conn, unsigned generation);

/** A connection that was in use is not any more: it is closed, or kept elsewhere. Does nothing when it is in use
 *  nowhere. */
void wlm_conn_pool_leave(wlm_conn_t *conn);

/**
 * Acquire a kept connection that is still open, and on which nothing has come unasked.
 * @param idle_max  one that idles longer is closed instead; 0: no limit
 * @return NULL when there is none
 */
wlm_conn_t *wlm_conn_pool_acquire(wlm_conn_pool_t *pool, apr_time_t now, apr_interval_time_t idle_max);

/** Is a kept connection still good: not of an earlier generation, not idle for too long, open, and without unasked
 *  bytes? It has a buffer then. */
int wlm_conn_pool_can_use(wlm_conn_pool_t *pool, wlm_conn_t *conn, apr_time_t now, apr_interval_time_t idle_max);

/** Keep a connection for the next request. The caller has made sure that its last response is complete. A connection
 *  that has bytes left in its buffer is closed instead: no request has asked for them; so is one that is bound. When
 *  as many are open as have ever been in use at once, the one that idles longest is closed. Where descriptors become
 *  scarce none is kept (net/shortage.h). */
void wlm_conn_pool_release(wlm_conn_pool_t *pool, wlm_conn_t *conn, apr_time_t now, apr_interval_time_t idle_max);

/** Close connections that have idled for idle_max or longer; 0: none. For the periodic work of a process. */
void wlm_conn_pool_reap(wlm_conn_pool_t *pool, apr_time_t now, apr_interval_time_t idle_max);

/** Close the connection that idles longest, at once: a descriptor and a local port are wanted for something else.
 *  @return 0: there is none */
int wlm_conn_pool_close_one(wlm_conn_pool_t *pool);

/** The member has moved: close the kept connections, and those that are in use now when they are released. */
void wlm_conn_pool_clear(wlm_conn_pool_t *pool);

/** How many connections are kept. */
unsigned wlm_conn_pool_count(wlm_conn_pool_t *pool);

/** Of connections that are opened now: wlm_conn_t.generation. */
unsigned wlm_conn_pool_generation(wlm_conn_pool_t *pool);

#endif
