/* Before a request is suspended, the thread of the MPM that has it may wait itself for a moment: for most requests that
 * is enough, and nothing is handed over. On threads of the MPM. Measured, a hand-over costs a connection with a single
 * request a third more of the processor's time, and one client alone a fifth for each of its requests.
 *
 * - A connection's first request is waited for, because it is not known whether others follow. At most half of the
 *   threads do so at a time.
 * - Later ones are only where they follow each other quickly, so that the thread waits for the client, too (WLMStay),
 *   and as long as nothing else is going on: a thread of the engine has several connections for fewer sleeps and
 *   wake-ups.
 * - Where such waits have timed out lately they are left out (base/patience.h): a member that hangs, or is slow,
 *   occupies next to no thread.
 * - The MPM closes its kept connections when all its threads are busy, so of few threads none stays.
 */
#include "httpd/engine/owned_private.h"
#include "base/clock.h"

#define STAY_MAX    apr_time_from_msec(50)
#define QUIET       apr_time_from_msec(5)
#define THREADS_MIN 8

static int staying_max;
static _Atomic int staying;

void wlm_owned_stay_init(int threads)
{
    staying_max = threads >= THREADS_MIN ? threads / 2 : 0;
}

/* Has no connection of the engine gone on lately? */
static int is_quiet(void)
{
    return wlm_now() - wlm_poller_last(wlm_owned_child.poller) >= QUIET;
}

/* @param others  threads that stay already
 * @return as wlm_patience_ask() */
static uint32_t is_worth_it(const wlm_owned_t *owned, const wlm_task_t *task, int others)
{
    return !owned->entry && task->patience && !task->wait.word && others < staying_max
           && (!owned->c->keepalives || (task->is_quick && !others && is_quiet()))
           ? wlm_patience_ask(task->patience) : 0;
}

/* @param asked  by is_worth_it() */
static apr_status_t wait_for(wlm_owned_t *owned, wlm_task_t *task, uint32_t asked)
{
    wlm_patience_t *patience = task->patience; /* of its beginning: what follows from that counts for it */
    apr_time_t end = wlm_now() + STAY_MAX;
    apr_status_t rv;

    do {
        wlm_wait_wake(&task->wait, end);
        wlm_wait_poll(&task->wait);
        rv = wlm_owned_step(owned, task);
    } while (APR_STATUS_IS_EAGAIN(rv) && task->patience && !task->wait.word && wlm_now() < end);
    (APR_STATUS_IS_EAGAIN(rv) && task->patience ? wlm_patience_fail : wlm_patience_succeed)(patience, asked);
    return rv;
}

apr_status_t wlm_owned_stay(wlm_owned_t *owned, wlm_task_t *task)
{
    int others = atomic_fetch_add(&staying, 1);
    uint32_t asked = is_worth_it(owned, task, others);
    apr_status_t rv = asked ? wait_for(owned, task, asked) : APR_EAGAIN;

    atomic_fetch_sub(&staying, 1);
    return rv;
}

int wlm_owned_may_stay(const conn_rec *c)
{
    const wlm_owned_t *owned = wlm_owned_of_connection(c);

    return !owned || (!owned->entry && staying_max && is_quiet());
}
