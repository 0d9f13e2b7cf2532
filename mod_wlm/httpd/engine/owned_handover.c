/* The MPM's thread runs the hooks of suspend_connection, and then still writes into the connection's memory
 * (notify_suspend()). An engine's thread may be done with the connection sooner, and must not free it before. That the
 * MPM's thread has left it shows when it takes up another connection: until then the memory stays, and that thread
 * frees it itself.
 */
#include "httpd/engine/owned_private.h"
#include <sched.h>

#define YIELDS_MAX 1000

struct wlm_mpm_thread_t {
    _Atomic unsigned begun;        /* connections that it has begun to process */
    apr_pool_t *_Atomic left_over; /* of a connection that has ended while the thread might still write into it; NULL */
};

static _Thread_local wlm_mpm_thread_t *this_thread;

static void destroy(apr_pool_t *pool)
{
    if (pool) {
        apr_pool_destroy(pool);
    }
}

void wlm_owned_note_begin(void)
{
    if (this_thread) {
        atomic_fetch_add(&this_thread->begun, 1);
        destroy(atomic_exchange(&this_thread->left_over, NULL));
    }
}

void wlm_owned_note_suspended(wlm_owned_t *owned)
{
    if (!this_thread) {
        this_thread = ap_calloc(1, sizeof(*this_thread)); /* as long as the process: one a thread */
    }
    owned->thread = this_thread;
    owned->begun = atomic_load(&owned->thread->begun);
    owned->is_handed_over = 1;
}

void wlm_owned_await_mpm(wlm_owned_t *owned)
{
    int i;

    for (i = 0; owned->is_handed_over && i < YIELDS_MAX && __atomic_load_n(&owned->c->sbh, __ATOMIC_ACQUIRE); ++i) {
        sched_yield();
    }
    owned->is_handed_over = 0;
}

/* What the MPM's thread writes to lies in the first block of the pool, since it was allocated at the connection's very
 * beginning; apr_pool_clear() keeps that block, and does all else. A thread can be in one connection only, so what it
 * has left over from an earlier one may go. */
void wlm_owned_free(wlm_owned_t *owned)
{
    wlm_mpm_thread_t *thread = owned->thread;
    apr_pool_t *pool = owned->c->pool;

    if (atomic_load(&thread->begun) == owned->begun) {
        apr_pool_clear(pool);
        pool = atomic_exchange(&thread->left_over, pool);
    }
    destroy(pool);
}
