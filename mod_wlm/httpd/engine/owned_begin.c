/* The request by which a connection comes from the MPM to the engine. On threads of the MPM, and later requests of the
 * connection on those of the engine.
 */
#include "httpd/engine/owned_private.h"
#include <apr_portable.h>
#include <http_core.h>
#include <limits.h>
#include "httpd/context/context.h"

/* A handler that returns SUSPENDED is obeyed only by ap_process_async_request(). Where another caller has ended the
 * request nothing of it is left. */
static apr_status_t detach_task(void *data)
{
    wlm_task_t *task = data;
    wlm_owned_t *owned = wlm_owned_of_connection(task->r->connection);

    if (owned->task == task) {
        wlm_owned_count(WLM_LOAD_PARKED, -1);
        owned->task = NULL;
        owned->has_ended = 0;
    }
    return APR_SUCCESS;
}

/* The MPM numbers a connection by the thread that has it, so this one's number is another connection's as soon as the
 * thread takes one up. Other modules rely on it: mod_cgid by that number ends the script of a request that has ended,
 * mod_unique_id makes ids with it. This one is unique among all processes, as the MPM's are. */
static long make_id(int child)
{
    static _Atomic unsigned count;
    int threads = wlm_owned_child.thread_limit, children = wlm_owned_child.child_limit;
    long first = (long)children * threads;
    unsigned max = (unsigned)((INT_MAX - first) / children);

    return first + (long)(atomic_fetch_add(&count, 1) % max) * children + child;
}

static apr_status_t leave_at_end(void *data)
{
    wlm_owned_leave_poller(data);
    return APR_SUCCESS;
}

static int enter(wlm_owned_t *owned)
{
    apr_os_sock_t fd;

    if (!owned->entry && apr_os_sock_get(&fd, ap_get_conn_socket(owned->c)) == APR_SUCCESS) {
        owned->entry = wlm_poller_enter(wlm_owned_child.poller, fd, owned);
        if (!owned->entry) {
            return 0;
        }
        wlm_owned_count(WLM_LOAD_CONNECTIONS, 1);
        apr_pool_cleanup_register(owned->c->pool, owned, leave_at_end, apr_pool_cleanup_null);
        ap_create_sb_handle(&owned->sbh, owned->c->pool, -1, -1);
        owned->child = (int)(owned->c->id / wlm_owned_child.thread_limit);
        owned->id = make_id(owned->child);
    }
    owned->c->id = owned->entry ? owned->id : owned->c->id; /* also where the MPM has had it back, see detach_task() */
    return owned->entry != NULL;
}

int wlm_owned_begin(wlm_owned_t *owned, wlm_task_t *task, apr_status_t *prv)
{
    *prv = wlm_owned_step(owned, task);
    if (APR_STATUS_IS_EAGAIN(*prv)) {
        *prv = wlm_owned_stay(owned, task);
    }
    if ((!APR_STATUS_IS_EAGAIN(*prv) && !wlm_output_is_holding(owned->output)) || owned->c->aborted
        || !enter(owned)) {
        return 0;
    }
    wlm_owned_count(WLM_LOAD_PARKED, 1);
    ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, task->r, "is suspended: %s", task->r->uri);
    owned->task = task;
    owned->has_ended = !APR_STATUS_IS_EAGAIN(*prv);
    apr_pool_cleanup_register(task->r->pool, task, detach_task, apr_pool_cleanup_null);
    wlm_score_leave(task->r);
    return 1;
}
