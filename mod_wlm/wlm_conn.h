/* wlm_conn.h: one connection to a member, and the kept ones of a process.
 *
 * A wlm_conn_t is a non-blocking socket and a read buffer. One thread uses it at a time. This header is the seam for
 * other transports: nothing outside of wlm_conn.c touches the socket.
 *
 * A pool of connections (wlm_connpool_t) belongs to one process and one member; any thread may take from it and give
 * to it (a short critical section without a system call). Last in, first out, so that the number of open connections
 * follows the load; those that idle too long are closed when others pass by, and by wlm_connpool_reap().
 */
#ifndef WLM_CONN_H
#define WLM_CONN_H

#include <apr_pools.h>
#include <apr_time.h>
#include <sys/uio.h>
#include "wlm_address.h"

#define WLM_CONN_BUFFER_SIZE 16384 /* bytes of a new connection's read buffer; it grows for large heads */

typedef struct wlm_conn_t {
    int fd;
    char *buffer;                  /* malloc'ed; bytes read and not yet used: [start, end) */
    apr_size_t size, start, end;
    unsigned requests;             /* how many this connection has carried before the current one */
    apr_time_t idle_since;
    unsigned generation;           /* of the pool when it was opened */
    struct wlm_conn_t *above, *below; /* in the pool's stack */
} wlm_conn_t;

typedef enum { WLM_CONN_READ = 1, WLM_CONN_WRITE = 2 } wlm_conn_ready_t;

/**
 * Connect. The addresses are tried in their order.
 * @param pconn    malloc'ed; end with wlm_conn_close() or wlm_connpool_give()
 * @param timeout  for each address; 0: the operating system's own limit
 * @return APR_SUCCESS; APR_TIMEUP; otherwise the error of the last address (e.g. APR_ECONNREFUSED)
 */
apr_status_t wlm_conn_open(wlm_conn_t **pconn, const wlm_address_t *address, apr_interval_time_t timeout);

/** Close and free; NULL is fine. */
void wlm_conn_close(wlm_conn_t *conn);

/**
 * Wait until the connection can be read or written.
 * @param wanted   WLM_CONN_READ, WLM_CONN_WRITE or both
 * @param other_fd  -1, or a descriptor of which one waits at the same time to become readable
 * @param timeout  0: for ever
 * @param pready   which of the wanted came (an error or hang-up counts as all that were wanted); 0 when only other_fd
 * @return APR_SUCCESS or APR_TIMEUP
 */
apr_status_t wlm_conn_wait(wlm_conn_t *conn, int wanted, int other_fd, apr_interval_time_t timeout, int *pready);

/** Is there something to read (or the end of it) right now? */
int wlm_conn_is_readable(wlm_conn_t *conn);

/** Write without blocking. @return APR_SUCCESS (then *pwritten may be less than all), APR_EAGAIN, or an error. */
apr_status_t wlm_conn_write(wlm_conn_t *conn, const struct iovec *iov, int niov, apr_size_t *pwritten);

/** Read without blocking to `into`, not into the buffer. @return APR_SUCCESS, APR_EAGAIN, APR_EOF, or an error. */
apr_status_t wlm_conn_read(wlm_conn_t *conn, char *into, apr_size_t len, apr_size_t *pread);

/**
 * Read without blocking into the buffer, behind what is there; grows it up to max bytes when it is full.
 * @return as wlm_conn_read(); APR_ENOSPC when max bytes are there already
 */
apr_status_t wlm_conn_fill(wlm_conn_t *conn, apr_size_t max);

typedef struct wlm_connpool_t wlm_connpool_t;

/** How a process reaches a member. */
typedef struct wlm_link_t {
    wlm_connpool_t *connections;
    _Atomic(wlm_address_t *) address; /* NULL while its name cannot be resolved */
    /* the rest belongs to who keeps links over changes of the configuration */
    apr_pool_t *pool;
    const char *host;
    int port;
    int users;
} wlm_link_t;

/** Made before the process has threads, or inside one of them; lives in p. Connections still kept then are closed. */
apr_status_t wlm_connpool_make(wlm_connpool_t **ppool, apr_pool_t *p);

/**
 * Take a kept connection that is still open and has no unasked bytes.
 * @param idle_max  one that idles longer is closed instead; 0: no limit
 * @return NULL when there is none
 */
wlm_conn_t *wlm_connpool_take(wlm_connpool_t *pool, apr_time_t now, apr_interval_time_t idle_max);

/** Keep a connection for the next request. The caller has made sure that its last response is complete. A connection
 *  that has bytes left in its buffer is closed instead: nobody asked for them. */
void wlm_connpool_give(wlm_connpool_t *pool, wlm_conn_t *conn, apr_time_t now, apr_interval_time_t idle_max);

/** Close connections that have idled for idle_max or longer; 0: none. For the periodic work of a process. */
void wlm_connpool_reap(wlm_connpool_t *pool, apr_time_t now, apr_interval_time_t idle_max);

/** The member has moved: close the kept connections, and those that are in use now when they are given. */
void wlm_connpool_clear(wlm_connpool_t *pool);

/** How many connections are kept. */
unsigned wlm_connpool_count(wlm_connpool_t *pool);

/** Of connections that are opened now: wlm_conn_t.generation. */
unsigned wlm_connpool_generation(wlm_connpool_t *pool);

#endif
