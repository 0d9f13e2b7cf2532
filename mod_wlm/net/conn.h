/* net/conn.h: one connection to a member.
 *
 * A wlm_conn_t is a non-blocking socket and a read buffer, with TLS in between or not. One thread uses it at a time.
 * This header is the seam for transports: nothing outside of net/ touches the socket, and nothing else needs to know
 * whether there is TLS.
 */
#ifndef WLM_NET_CONN_H
#define WLM_NET_CONN_H

#include <apr_pools.h>
#include <apr_time.h>
#include <poll.h>
#include <sys/uio.h>
#include "base/address.h"
#include "base/clock.h"
#include "net/tls_conn.h"
#include "net/wait.h"

#define WLM_CONN_BUFFER_SIZE 16384 /* bytes of a new connection's read buffer; it grows for large heads */
#define WLM_CONN_WHY_SIZE    400   /* bytes of an error text */
#define WLM_CONN_BACKLOG_MAX apr_time_from_sec(5) /* for a socket's full backlog without another limit */
#define WLM_CONN_HANDSHAKE_MAX apr_time_from_sec(60) /* for a TLS handshake without another limit */

typedef struct wlm_conn_t {
    int fd;
    wlm_tls_conn_t *tls;           /* NULL: none */
    char *buffer;         /* malloc'ed; bytes read and not yet used: [start, end). NULL: there are none */
    apr_size_t size, start, end;
    unsigned requests;             /* how many this connection has carried before the current one */
    apr_time_t idle_since;
    uint64_t number;               /* net/edges.h; 0: none yet */
    int is_quiet;                  /* nothing has been read since it was seen that there is nothing to read */
    unsigned generation;           /* of the pool when it was opened */
    int is_bound;                  /* a user may have logged in on it: for one client's connection only */
    void (*leave)(struct wlm_conn_t *); /* wlm_conn_pool_leave(), while it counts as in use; NULL */
    struct wlm_conn_pool_t *pool;   /* where it counts as in use; NULL: nowhere */
    struct wlm_conn_t *above, *below; /* in the pool's stack */
} wlm_conn_t;

typedef enum { WLM_CONN_READ = 1, WLM_CONN_WRITE = 2 } wlm_conn_ready_t;

/** Close and free; NULL is fine. */
void wlm_conn_close(wlm_conn_t *conn);

/** When all bytes in it are used, and the next wlm_conn_fill() is not soon. */
void wlm_conn_free_buffer(wlm_conn_t *conn);

/** What the socket is to be polled for, until what is wanted may be there. With TLS it can be POLLOUT for a read, and
 *  it changes with each read and write.
 *  @param wanted  WLM_CONN_READ, WLM_CONN_WRITE, both or 0 */
short wlm_conn_events(const wlm_conn_t *conn, int wanted);

/** Which of the wanted have come? An error or hang-up counts as all that are wanted. With TLS, READ means data, or an
 *  end: other records do not count, and what OpenSSL has read already counts whatever the socket says.
 *  @param revents  as poll() has found them, for wlm_conn_events(); 0: it has not been polled */
int wlm_conn_ready(wlm_conn_t *conn, int wanted, short revents);

/** wlm_wait_for() with the connection's descriptor and events. Where wlm_conn_ready() would find data without the
 *  socket, the step is called again at once. @return APR_EAGAIN: the step returns that; APR_TIMEUP */
apr_status_t wlm_conn_wait_for(wlm_conn_t *conn, int wanted, apr_interval_time_t timeout, wlm_wait_t *wait);

/** An error of one of these functions in words. @param text  room for it @return static, or text */
const char *wlm_conn_error(const wlm_conn_t *conn, apr_status_t rv, char text[WLM_CONN_WHY_SIZE]);

/** Is there something to read (or the end of it) right now? With TLS that means data: other records do not count. */
int wlm_conn_is_readable(wlm_conn_t *conn);

/** Write without blocking. @return APR_SUCCESS (then *pwritten may be less than all), APR_EAGAIN, or an error. */
apr_status_t wlm_conn_write(wlm_conn_t *conn, const struct iovec *iov, int niov, apr_size_t *pwritten);

/** Read without blocking to `into`, not into the buffer. @return APR_SUCCESS, APR_EAGAIN, APR_EOF, or an error. With
 *  TLS, an end that the member has not announced is no APR_EOF but WLM_TLS_BROKEN. */
apr_status_t wlm_conn_read(wlm_conn_t *conn, char *into, apr_size_t len, apr_size_t *pread);

/** End the stream to the member: nothing more will be written. It can still be read from. */
void wlm_conn_end_writing(wlm_conn_t *conn);

/** Read without blocking into the buffer, behind what is there; makes it, and grows it up to max bytes when it is full.
 *  Where nothing has come, and nothing was there, the buffer is freed.
 *  @return as wlm_conn_read(); APR_ENOSPC when max bytes are there already; APR_ENOMEM */
apr_status_t wlm_conn_fill(wlm_conn_t *conn, apr_size_t max);

#endif
