/* The engine's threads. Measured, one thread in a process is better than two as long as it does not block: it finds the
 * next event without having slept. But another module's handler, or a client's slow head of a request, may hold it up.
 * So a thread of its own watches them: when all are busy, and events wait, it starts one more, if there is a processor
 * for it, or if those that are busy are blocked and none has come back since the last check, or for some checks. A
 * thread that had nothing to do for some seconds ends, but for the last.
 *
 * The watching thread checks them every 10 ms while there is something to do, and sleeps otherwise. Once a second it
 * finds out whether parked entries must check what has no descriptor, so that they do not wake up for that themselves.
 */
#include "httpd/engine/threads.h"
#include <httpd.h>
#include <ap_mpm.h>
#include <http_main.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <mpm_common.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#include "base/clock.h"
#include "httpd/context/compat.h"
#include "httpd/context/context.h"

#define INTERVAL  apr_time_from_msec(10)
#define STUCK_MAX 10               /* checks in a row: threads that compute hold the others' requests up, too */
#define IDLE_TIME apr_time_from_sec(5)
#define CHECK_INTERVAL apr_time_from_sec(1)

typedef struct worker_t {
    wlm_threads_t *threads;
    apr_thread_t *thread;
    apr_pool_t *pool;
    _Atomic int number;            /* of the kernel's; 0: not known */
    _Atomic int is_busy;
    struct worker_t *next;         /* of those that run, then of those that have ended */
} worker_t;

struct wlm_threads_t {
    wlm_poller_t *poller;
    wlm_threads_work_t *work;
    apr_pool_t *pool;              /* of the watching thread */
    int (*must_check)(int threads, int busy);
    apr_time_t next_check;         /* the watcher's */
    int fair;                      /* the same; fair_count() at the last check: it opens a file */
    apr_threadattr_t *attr;
    apr_thread_t *watcher;
    int max;
    _Atomic int busy;
    _Atomic unsigned done;         /* entries that have been run */
    _Atomic int sleeps;            /* the watcher */
    apr_thread_mutex_t *mutex;     /* for what follows */
    apr_thread_cond_t *changed;
    int count;                     /* threads that have not ended */
    int stops;
    worker_t *running, *ended;
    int stuck;                     /* checks in a row between which no thread has come back, while all are busy */
    int has_complained;
};

/* -- a thread that runs entries ------------------------------------------------------------------------------- */

static void wake_watcher(wlm_threads_t *t)
{
    if (atomic_load(&t->sleeps)) {
        apr_thread_mutex_lock(t->mutex);
        atomic_store(&t->sleeps, 0);
        apr_thread_cond_signal(t->changed);
        apr_thread_mutex_unlock(t->mutex);
    }
}

static void remove_running(wlm_threads_t *t, const worker_t *worker)
{
    worker_t **at = &t->running;

    while (*at != worker) {
        at = &(*at)->next;
    }
    *at = worker->next;
}

/* @param is_over  the process stops; otherwise it has had nothing to do. @return 1: it ends */
static int may_end(worker_t *worker, int is_over)
{
    wlm_threads_t *t = worker->threads;
    int ends;

    apr_thread_mutex_lock(t->mutex);
    ends = is_over || t->count > 1;
    if (ends) {
        t->count--;
        remove_running(t, worker);
        worker->next = t->ended;
        t->ended = worker;
        apr_thread_cond_signal(t->changed);
    }
    apr_thread_mutex_unlock(t->mutex);
    return ends;
}

/* Threads end by returning: AddressSanitizer takes what apr_thread_exit() leaves of the stack for memory in use */
static void *APR_THREAD_FUNC run_worker(apr_thread_t *thread, void *data)
{
    worker_t *worker = data;
    wlm_threads_t *t = worker->threads;
    apr_status_t rv;
    void *entry;

#ifdef __linux__
    atomic_store(&worker->number, (int)syscall(SYS_gettid));
#endif
    do {
        rv = wlm_poller_next(t->poller, IDLE_TIME, &entry);
        if (rv == APR_SUCCESS) {
            atomic_store(&worker->is_busy, 1);
            atomic_fetch_add(&t->busy, 1);
            wake_watcher(t);
            t->work(entry, thread);
            atomic_store(&worker->is_busy, 0);
            atomic_fetch_add(&t->done, 1);
            atomic_fetch_sub(&t->busy, 1);
        }
    } while (rv == APR_SUCCESS || !may_end(worker, APR_STATUS_IS_EOF(rv)));
    return NULL;
}

/* -- the thread that watches them -------------------------------------------------------------------------------- */

static apr_status_t start_worker(wlm_threads_t *t)
{
    apr_pool_t *pool;
    worker_t *worker;
    apr_status_t rv;

    apr_pool_create(&pool, t->pool);
    worker = apr_pcalloc(pool, sizeof(*worker));
    worker->threads = t;
    worker->pool = pool;
    t->count++;
    worker->next = t->running;
    t->running = worker;
    rv = ap_thread_create(&worker->thread, t->attr, run_worker, worker, pool);
    if (rv != APR_SUCCESS) {
        t->count--;
        t->running = worker->next;
        apr_pool_destroy(pool);
    }
    return rv;
}

/* The mutex is held, and released in between */
static void join_ended(wlm_threads_t *t)
{
    apr_status_t ignored;
    worker_t *worker;

    while ((worker = t->ended) != NULL) {
        t->ended = worker->next;
        apr_thread_mutex_unlock(t->mutex);
        apr_thread_join(&ignored, worker->thread);
        apr_pool_destroy(worker->pool);
        apr_thread_mutex_lock(t->mutex);
    }
}

/* The mutex is held. All of them are held up, and there is more to do. */
static void start_one_more(wlm_threads_t *t)
{
    apr_status_t rv = start_worker(t);

    if (rv != APR_SUCCESS && !t->has_complained) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, ap_server_conf, WLMNO(0191) "the engine cannot start one more thread "
                     "to its %d; requests wait until one of these is free", t->count);
        t->has_complained = 1;
    }
}

/* How many threads of this process may run at the same time, when all of httpd's share the processors? */
static int fair_count(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int children = 0;

    return ap_mpm_query(AP_MPMQ_MAX_DAEMON_USED, &children) == APR_SUCCESS && children > 0
           ? (int)(processors / children) : 1;
}

/* The mutex is held */
static void check(wlm_threads_t *t)
{
    apr_time_t now = wlm_now();

    if (now >= t->next_check) {
        t->next_check = now + CHECK_INTERVAL;
        t->fair = fair_count();
        if (t->must_check(t->count, atomic_load(&t->busy))) {
            wlm_poller_check(t->poller);
        }
    }
}

/* @return 0: the thread runs, or waits for a processor: one more would not help it */
static int is_blocked(const worker_t *worker)
{
    char path[64], stat[128], *state;
    ssize_t len = -1;
    int fd;

    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", atomic_load(&worker->number));
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        len = read(fd, stat, sizeof(stat) - 1);
        close(fd);
    }
    if (len <= 0) {
        return 1; /* that cannot be known here */
    }
    stat[len] = '\0';
    state = strrchr(stat, ')');
    return !state || state[1] != ' ' || state[2] != 'R';
}

/* The mutex is held. @return 1: none of the busy threads makes progress by itself */
static int are_blocked(const wlm_threads_t *t)
{
    const worker_t *worker = t->running;

    while (worker && (!atomic_load(&worker->is_busy) || is_blocked(worker))) {
        worker = worker->next;
    }
    return !worker;
}

/* The mutex is held. @return entries that had been run by now */
static unsigned watch(wlm_threads_t *t, unsigned done_before)
{
    unsigned done = atomic_load(&t->done);
    int busy = atomic_load(&t->busy);

    t->stuck = busy >= t->count && done == done_before ? t->stuck + 1 : 0;
    if (busy >= t->count && t->count < t->max && wlm_poller_has_ready(t->poller)
        && (t->count < t->fair || t->stuck >= STUCK_MAX || (t->stuck && are_blocked(t)))) {
        t->stuck = 0;
        start_one_more(t);
    }
    if (done == done_before && !busy && !t->ended) {
        atomic_store(&t->sleeps, 1);
        if (!atomic_load(&t->busy)) {
            apr_thread_cond_timedwait(t->changed, t->mutex, CHECK_INTERVAL);
        }
        atomic_store(&t->sleeps, 0);
    }
    else {
        apr_thread_cond_timedwait(t->changed, t->mutex, INTERVAL);
    }
    return done;
}

static void *APR_THREAD_FUNC run_watcher(apr_thread_t *thread, void *data)
{
    wlm_threads_t *t = data;
    unsigned done = 0;

    (void)thread;
    apr_thread_mutex_lock(t->mutex);
    while (!t->stops || t->count) {
        if (t->stops) {
            apr_thread_cond_wait(t->changed, t->mutex);
        }
        else {
            check(t);
            done = watch(t, done);
        }
        join_ended(t);
    }
    apr_thread_mutex_unlock(t->mutex);
    return NULL;
}

/* -- its beginning and end ----------------------------------------------------------------------------------------- */

apr_status_t wlm_threads_start(wlm_threads_t **pthreads, wlm_poller_t *poller, wlm_threads_work_t *work, int max,
                               int (*must_check)(int threads, int busy), apr_pool_t *pool)
{
    wlm_threads_t *t = apr_pcalloc(pool, sizeof(*t));
    apr_status_t rv;

    t->poller = poller;
    t->work = work;
    t->max = max;
    t->must_check = must_check;
    apr_pool_create(&t->pool, pool);
    apr_thread_mutex_create(&t->mutex, APR_THREAD_MUTEX_DEFAULT, pool);
    apr_thread_cond_create(&t->changed, pool);
    apr_threadattr_create(&t->attr, pool);
    if (ap_thread_stacksize != 0) {
        apr_threadattr_stacksize_set(t->attr, ap_thread_stacksize);
    }
    rv = start_worker(t);
    if (rv == APR_SUCCESS) {
        rv = ap_thread_create(&t->watcher, t->attr, run_watcher, t, pool);
    }
    *pthreads = t;
    return rv;
}

void wlm_threads_stop(wlm_threads_t *t)
{
    apr_status_t ignored;

    wlm_poller_stop(t->poller);
    apr_thread_mutex_lock(t->mutex);
    t->stops = 1;
    apr_thread_cond_signal(t->changed);
    apr_thread_mutex_unlock(t->mutex);
    apr_thread_join(&ignored, t->watcher);
}
