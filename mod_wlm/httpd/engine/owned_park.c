/* A connection waits, and what is known of all of them. Any thread. */
#include "httpd/engine/owned_private.h"
#include "httpd/context/context.h"

wlm_owned_child_t wlm_owned_child = { .thread_limit = 1, .child_limit = 1 };

wlm_owned_t *wlm_owned_of_connection(const conn_rec *c)
{
    return wlm_owned_child.poller && !c->master ? ap_get_module_config(c->conn_config, &wlm_module) : NULL;
}

void wlm_owned_count(wlm_child_load_t what, int by)
{
    atomic_fetch_add(&wlm_owned_child.load[what], (uint32_t)by);
}

void wlm_owned_park_task(wlm_owned_t *owned)
{
    owned->phase = SERVING;
    if (owned->has_ended) {
        wlm_wait_init(&owned->wait);
        owned->wait.wake = 1; /* at once */
    }
    wlm_poller_park(owned->entry, owned->has_ended ? &owned->wait : &owned->task->wait, 0);
}

void wlm_owned_park(wlm_owned_t *owned, wlm_owned_phase_t phase, short events, apr_time_t until)
{
    owned->phase = phase;
    wlm_wait_init(&owned->wait);
    owned->wait.client = (struct pollfd){ 0, events, 0 };
    owned->wait.until = until;
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
