/* A connection waits, and what is known of all of them. Any thread. */
#include "httpd/engine/owned_private.h"
#include <mpm_common.h>
#include "httpd/context/connection.h"

wlm_owned_child_t wlm_owned_child = { .thread_limit = 1, .child_limit = 1 };

wlm_owned_t *wlm_owned_of_connection(const conn_rec *c)
{
    const wlm_connection_t *connection = wlm_connection_find(c);

    return connection ? connection->owned : NULL;
}

int wlm_owned_is_owned(const conn_rec *c)
{
    const wlm_owned_t *owned = wlm_owned_of_connection(c);

    return owned && owned->entry;
}

void wlm_owned_count(wlm_child_load_t what, int by)
{
    atomic_fetch_add(&wlm_owned_child.load[what], (uint32_t)by);
}

/* -- as the MPM does it around its threads' turns: other modules may rely on it ----------------------- */

void wlm_owned_resume(wlm_owned_t *owned)
{
    owned->is_resumed = 1;
    ap_run_resume_connection(owned->c, owned->r);
}

/* Where the MPM's thread parks it the MPM runs these hooks */
void wlm_owned_suspend(wlm_owned_t *owned)
{
    if (owned->is_resumed) {
        ap_run_suspend_connection(owned->c, owned->r);
        owned->is_resumed = 0;
    }
}

/* By its hook the module learns that it may go on; on another thread at once */
void wlm_owned_leave_to_module(wlm_owned_t *owned)
{
    owned->c->sbh = NULL;
    wlm_owned_leave_poller(owned);
    owned->is_resumed = 0;
    ap_run_suspend_connection(owned->c, owned->r);
}

/* -- parking ------------------------------------------------------------------------------------------ */

void wlm_owned_park_task(wlm_owned_t *owned)
{
    wlm_owned_suspend(owned);
    owned->phase = SERVING;
    if (owned->has_ended) {
        wlm_wait_init(&owned->wait);
        owned->wait.wake = 1; /* at once */
    }
    wlm_poller_park(owned->entry, owned->has_ended ? &owned->wait : &owned->task->wait, 0);
}

void wlm_owned_park(wlm_owned_t *owned, wlm_owned_phase_t phase, short events, apr_time_t until)
{
    wlm_owned_suspend(owned);
    owned->phase = phase;
    wlm_wait_init(&owned->wait);
    owned->wait.client = (struct pollfd){ 0, events, 0 };
    owned->wait.until = until;
    owned->wait.client_quiet = phase == KEEPING && wlm_input_is_empty(owned->input);
    if (phase == KEEPING) {
        wlm_owned_count(WLM_LOAD_KEPT, 1);
    }
    wlm_poller_park(owned->entry, &owned->wait,
                    phase == KEEPING || (phase == LINGERING && !atomic_load(&wlm_owned_child.stopping)));
}

int wlm_owned_is_due(const wlm_owned_t *owned)
{
    return !owned->wait.client.revents;
}

void wlm_owned_leave_poller(wlm_owned_t *owned)
{
    if (owned->entry) {
        wlm_poller_leave(owned->entry);
        owned->entry = NULL;
        wlm_owned_count(WLM_LOAD_CONNECTIONS, -1);
    }
}
