/* The kept connections of one process to one member; the interface is in net/conn_pool.h. Any thread of the
 * process. */
#include "net/conn_pool.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "base/cache_line.h"
#include "net/edges.h"
#include "net/shortage.h"

/* In one cache line, and those of all members side by side: with many members, few of them are in the processor's cache
 * when a request comes; and a page that a process has written to is its own */
struct wlm_conn_pool_t {
    pthread_mutex_t lock;
    wlm_conn_t *top;               /* the connection that was released last */
    wlm_conn_t *bottom;            /* the one that idles longest */
    _Atomic uint16_t count;        /* of these */
    _Atomic uint16_t generation;   /* rises when what was opened before is not to be kept */
    uint16_t in_use;               /* being opened; or acquired or adopted, and neither released nor closed yet */
    uint16_t peak;                 /* the largest in_use so far */
};

static void unlink_locked(wlm_conn_pool_t *pool, wlm_conn_t *conn)
{
    *(conn->above ? &conn->above->below : &pool->top) = conn->below;
    *(conn->below ? &conn->below->above : &pool->bottom) = conn->above;
    conn->above = conn->below = NULL;
    pool->count--;
}

/* Remove the one that idles longest, when that is since `since` or longer */
static wlm_conn_t *pop_oldest(wlm_conn_pool_t *pool, apr_time_t since)
{
    wlm_conn_t *conn;

    pthread_mutex_lock(&pool->lock);
    conn = pool->bottom;
    if (conn && conn->idle_since <= since) {
        unlink_locked(pool, conn);
    }
    else {
        conn = NULL;
    }
    pthread_mutex_unlock(&pool->lock);
    return conn;
}

static void close_since(wlm_conn_pool_t *pool, apr_time_t since)
{
    wlm_conn_t *conn;

    while ((conn = pop_oldest(pool, since)) != NULL) {
        wlm_conn_close(conn);
    }
}

static apr_status_t end_pool(void *data)
{
    wlm_conn_pool_t *pool = data;

    close_since(pool, APR_INT64_MAX);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
    return APR_SUCCESS;
}

void wlm_conn_pool_reap(wlm_conn_pool_t *pool, apr_time_t now, apr_interval_time_t idle_max)
{
    if (idle_max > 0 && atomic_load(&pool->count)) { /* one that is released just now has not expired */
        close_since(pool, now - idle_max);
    }
}

/* By a reset: an orderly end would keep the local port in use for a minute more */
int wlm_conn_pool_close_one(wlm_conn_pool_t *pool)
{
    wlm_conn_t *conn = atomic_load(&pool->count) ? pop_oldest(pool, APR_INT64_MAX) : NULL;

    if (conn) {
        setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
    }
    wlm_conn_close(conn);
    return conn != NULL;
}

void wlm_conn_pool_clear(wlm_conn_pool_t *pool)
{
    atomic_fetch_add(&pool->generation, (uint16_t)1);
    close_since(pool, APR_INT64_MAX);
}

unsigned wlm_conn_pool_generation(wlm_conn_pool_t *pool)
{
    return atomic_load(&pool->generation);
}

wlm_conn_pool_t *wlm_conn_pool_make(apr_pool_t *p)
{
    wlm_conn_pool_t *pool = aligned_alloc(WLM_CACHE_LINE, wlm_cache_line_round(sizeof(*pool)));

    if (!pool) {
        abort(); /* as APR's pools do it in httpd */
    }
    memset(pool, 0, sizeof(*pool));
    pthread_mutex_init(&pool->lock, NULL);
    apr_pool_cleanup_register(p, pool, end_pool, apr_pool_cleanup_null);
    return pool;
}

static void count_locked(wlm_conn_pool_t *pool)
{
    pool->in_use++;
    pool->peak = pool->in_use > pool->peak ? pool->in_use : pool->peak;
}

static void enter_locked(wlm_conn_pool_t *pool, wlm_conn_t *conn)
{
    conn->pool = pool;
    conn->leave = wlm_conn_pool_leave;
    count_locked(pool);
}

static void leave_locked(wlm_conn_pool_t *pool, wlm_conn_t *conn)
{
    if (conn->pool) {
        pool->in_use--;
        conn->pool = NULL;
        conn->leave = NULL;
    }
}

void wlm_conn_pool_begin_open(wlm_conn_pool_t *pool)
{
    pthread_mutex_lock(&pool->lock);
    count_locked(pool);
    pthread_mutex_unlock(&pool->lock);
}

void wlm_conn_pool_end_open(wlm_conn_pool_t *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->in_use--;
    pthread_mutex_unlock(&pool->lock);
}

void wlm_conn_pool_adopt(wlm_conn_pool_t *pool, wlm_conn_t *conn, unsigned generation)
{
    conn->generation = generation;
    pthread_mutex_lock(&pool->lock);
    enter_locked(pool, conn);
    pthread_mutex_unlock(&pool->lock);
}

void wlm_conn_pool_leave(wlm_conn_t *conn)
{
    wlm_conn_pool_t *pool = conn->pool;

    if (pool) {
        pthread_mutex_lock(&pool->lock);
        leave_locked(pool, conn);
        pthread_mutex_unlock(&pool->lock);
    }
}

static wlm_conn_t *pop(wlm_conn_pool_t *pool)
{
    wlm_conn_t *conn;

    pthread_mutex_lock(&pool->lock);
    conn = pool->top;
    if (conn) {
        unlink_locked(pool, conn);
        enter_locked(pool, conn);
    }
    pthread_mutex_unlock(&pool->lock);
    return conn;
}

/* Still open, and silent? Anything to read on an idle connection is its end, or bytes that no request has asked for. */
static int is_quiet(wlm_conn_t *conn)
{
    char byte;

    if (conn->tls) {
        return APR_STATUS_IS_EAGAIN(wlm_tls_conn_peek(conn->tls)) && !wlm_tls_conn_is_in_record(conn->tls);
    }
    conn->number = conn->number ? conn->number : wlm_edges_number();
    conn->is_quiet = recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && APR_STATUS_IS_EAGAIN(errno);
    return conn->is_quiet;
}

static int has_expired(const wlm_conn_t *conn, apr_time_t now, apr_interval_time_t idle_max)
{
    return idle_max > 0 && now - conn->idle_since >= idle_max;
}

int wlm_conn_pool_can_use(wlm_conn_pool_t *pool, wlm_conn_t *conn, apr_time_t now, apr_interval_time_t idle_max)
{
    return conn->generation == atomic_load(&pool->generation) && !has_expired(conn, now, idle_max) && is_quiet(conn);
}

wlm_conn_t *wlm_conn_pool_acquire(wlm_conn_pool_t *pool, apr_time_t now, apr_interval_time_t idle_max)
{
    wlm_conn_t *conn;

    while ((conn = pop(pool)) != NULL) {
        if (wlm_conn_pool_can_use(pool, conn, now, idle_max)) {
            return conn;
        }
        wlm_conn_close(conn);
    }
    return NULL;
}

void wlm_conn_pool_release(wlm_conn_pool_t *pool, wlm_conn_t *conn, apr_time_t now, apr_interval_time_t idle_max)
{
    wlm_conn_t *expired;

    if (conn->is_bound || conn->start < conn->end || conn->generation != atomic_load(&pool->generation)
        || wlm_shortage_is_near(conn->fd)) {
        wlm_conn_close(conn);
        return;
    }
    wlm_conn_free_buffer(conn);
    conn->requests++;
    conn->idle_since = now;
    pthread_mutex_lock(&pool->lock);
    leave_locked(pool, conn);
    /* each release closes at most one that has idled too long, or is one too many: the stack shrinks with
     * the load, and the work does not grow with the stack */
    expired = pool->bottom;
    if (expired && (has_expired(expired, now, idle_max) || pool->count + pool->in_use >= pool->peak)) {
        unlink_locked(pool, expired);
    }
    else {
        expired = NULL;
    }
    conn->above = NULL;
    conn->below = pool->top;
    *(pool->top ? &pool->top->above : &pool->bottom) = conn;
    pool->top = conn;
    pool->count++;
    pthread_mutex_unlock(&pool->lock);
    wlm_conn_close(expired);
}

unsigned wlm_conn_pool_count(wlm_conn_pool_t *pool)
{
    return atomic_load(&pool->count);
}
