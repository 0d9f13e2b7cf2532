/* The MPM's thread runs the hooks of suspend_connection, and then still writes into the connection's memory
 * (notify_suspend()). An engine's thread may be done with the connection sooner, and must not free it before. That the
 * MPM's thread is out of it shows when it takes up another connection, or is idle.
 */
#include "httpd/engine/owned_private.h"
#include <sched.h>
#include <scoreboard.h>
#include <stdlib.h>
#include "base/clock.h"

#define LEAVE_MAX apr_time_from_sec(2)
#define YIELDS_MAX 1000

struct wlm_mpm_thread_t {
    _Atomic unsigned begun;        /* connections that it has taken up */
};

static _Thread_local wlm_mpm_thread_t *this_thread;

void wlm_owned_note_begin(void)
{
    if (this_thread) {
        atomic_fetch_add(&this_thread->begun, 1);
    }
}

void wlm_owned_note_suspended(wlm_owned_t *owned)
{
    static const wlm_mpm_thread_t unknown;

    if (!this_thread) {
        this_thread = calloc(1, sizeof(*this_thread)); /* as long as the process: one a thread */
    }
    owned->thread = this_thread ? this_thread : &unknown;
    owned->begun = atomic_load(&owned->thread->begun);
    owned->suspended = wlm_now();
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

/* In a child that is to end the scoreboard says nothing about it */
static int is_idle(long mpm_id)
{
    const worker_score *score = ap_get_scoreboard_worker_from_indexes((int)(mpm_id / wlm_owned_child.thread_limit),
                                                                      (int)(mpm_id % wlm_owned_child.thread_limit));

    return score && !atomic_load(&wlm_owned_child.stopping) && score->status == SERVER_READY;
}

int wlm_owned_has_left(wlm_owned_t *owned)
{
    if (owned->thread && (atomic_load(&owned->thread->begun) != owned->begun || is_idle(owned->mpm_id)
                          || wlm_now() - owned->suspended > LEAVE_MAX)) {
        owned->thread = NULL;
    }
    return !owned->thread;
}
