/* The kept connections of one process to one member; the interface is in wlm_conn.h. */
#include <errno.h>
#include <sys/socket.h>
#include <apr_thread_mutex.h>
#include "wlm_conn.h"

struct wlm_connpool_t {
    apr_thread_mutex_t *lock;
    wlm_conn_t *top;               /* the connection that was given last */
    wlm_conn_t *bottom;            /* the one that idles longest */
};

static void unlink_locked(wlm_connpool_t *pool, wlm_conn_t *conn)
{
    *(conn->above ? &conn->above->below : &pool->top) = conn->below;
    *(conn->below ? &conn->below->above : &pool->bottom) = conn->above;
    conn->above = conn->below = NULL;
}

static apr_status_t close_all(void *data)
{
    wlm_connpool_t *pool = data;

    while (pool->top) {
        wlm_conn_t *conn = pool->top;
        unlink_locked(pool, conn);
        wlm_conn_close(conn);
    }
    return APR_SUCCESS;
}

apr_status_t wlm_connpool_make(wlm_connpool_t **ppool, apr_pool_t *p)
{
    *ppool = apr_pcalloc(p, sizeof(**ppool));
    apr_pool_cleanup_register(p, *ppool, close_all, apr_pool_cleanup_null);
    return apr_thread_mutex_create(&(*ppool)->lock, APR_THREAD_MUTEX_DEFAULT, p);
}

static wlm_conn_t *pop(wlm_connpool_t *pool)
{
    wlm_conn_t *conn;

    apr_thread_mutex_lock(pool->lock);
    conn = pool->top;
    if (conn) {
        unlink_locked(pool, conn);
    }
    apr_thread_mutex_unlock(pool->lock);
    return conn;
}

/* Still open, and silent? Anything to read on an idle connection is its end, or bytes that nobody asked for. */
static int is_quiet(const wlm_conn_t *conn)
{
    char byte;

    return recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && APR_STATUS_IS_EAGAIN(errno);
}

static int has_expired(const wlm_conn_t *conn, apr_time_t now, apr_interval_time_t idle_max)
{
    return idle_max > 0 && now - conn->idle_since >= idle_max;
}

wlm_conn_t *wlm_connpool_take(wlm_connpool_t *pool, apr_time_t now, apr_interval_time_t idle_max)
{
    wlm_conn_t *conn;

    while ((conn = pop(pool)) != NULL) {
        if (!has_expired(conn, now, idle_max) && is_quiet(conn)) {
            return conn;
        }
        wlm_conn_close(conn);
    }
    return NULL;
}

void wlm_connpool_give(wlm_connpool_t *pool, wlm_conn_t *conn, apr_time_t now, apr_interval_time_t idle_max)
{
    wlm_conn_t *expired;

    if (conn->start < conn->end) {
        wlm_conn_close(conn);
        return;
    }
    conn->start = conn->end = 0;
    conn->requests++;
    conn->idle_since = now;
    apr_thread_mutex_lock(pool->lock);
    /* each one that comes takes at most one with it that has idled too long: the stack shrinks with the load,
     * and the work does not grow with the stack */
    expired = pool->bottom;
    if (expired && has_expired(expired, now, idle_max)) {
        unlink_locked(pool, expired);
    }
    else {
        expired = NULL;
    }
    conn->above = NULL;
    conn->below = pool->top;
    *(pool->top ? &pool->top->above : &pool->bottom) = conn;
    pool->top = conn;
    apr_thread_mutex_unlock(pool->lock);
    wlm_conn_close(expired);
}
