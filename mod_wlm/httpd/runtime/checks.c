/* Active health checks, and questions to members' agents. They run in the child process that holds the lease, in one
 * thread, which waits for all of them together: so members and agents that hang delay no other check, however many they
 * are. Results are in shared memory: health/check_state.h, health/reported.h.
 *
 * When a file has changed, the watchdog's thread makes the set of checks anew, ends the thread of checks (at once,
 * since that waits for its descriptors only), and starts another one with the new set. What was under way goes on in
 * that.
 */
#include <unistd.h>
#include "base/clock.h"
#include "httpd/context/compat.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "httpd/runtime/check_set.h"
#include "httpd/runtime/checks.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/version.h"
#include "net/poller.h"

/* A set, and the thread that works on it */
typedef struct running_t {
    wlm_check_set_t *set;
    wlm_poller_t *poller;
    apr_thread_t *thread;          /* NULL: none yet */
    server_rec *server;
} running_t;

static running_t *running;         /* NULL in other processes than the lease holder; the watchdog's thread has it */
static int has_complained;

int wlm_checks_are_on(void)
{
    return wlm_options_has_check(wlm_options()) || wlm_options_has_agent(wlm_options())
           || (wlm_files_registry() && wlm_config_global()->registry_silence.max > 0);
}

/* -- the thread of checks -------------------------------------------------------------------------------------- */

static int is_wanted(const running_t *r, const wlm_check_t *check)
{
    return !check->kind->is_wanted
           || check->kind->is_wanted(wlm_check_set_members(check), check->members->nelts, r->server);
}

/* A check is due, or can go on */
static void go_on(const running_t *r, wlm_check_t *check)
{
    wlm_member_t *const *members = wlm_check_set_members(check);

    if (!check->asking && !is_wanted(r, check)) {
        wlm_check_set_rest(r->set, check, wlm_now());
        wlm_poller_park(check->entry, &check->wait, 0);
        return;
    }
    if (!check->asking) {
        wlm_wait_end(&check->wait);
        check->asking = wlm_asking_begin(check->kind, members[0], r->server);
    }
    if (!APR_STATUS_IS_EAGAIN(wlm_asking_step(check->asking, members[0], &check->wait))) {
        wlm_asking_conclude(check->asking, members, check->members->nelts, &check->fails);
        wlm_asking_end(check->asking);
        check->asking = NULL;
        wlm_check_set_rest(r->set, check, wlm_now());
    }
    wlm_poller_park(check->entry, &check->wait, 0);
}

static void *APR_THREAD_FUNC run(apr_thread_t *thread, void *data)
{
    const running_t *r = data;
    apr_status_t rv;
    void *check;

    (void)thread;
    while ((rv = wlm_poller_next(r->poller, -1, &check)) != APR_EOF) {
        if (rv == APR_SUCCESS) {
            go_on(r, check);
        }
    }
    return NULL;
}

/* -- the watchdog's thread ------------------------------------------------------------------------------------- */

/* Its checks are not waited for yet. @return APR_SUCCESS, or there is no memory or descriptor for it */
static apr_status_t make(running_t **pr, server_rec *s)
{
    wlm_check_set_t *set = wlm_check_set_make(running ? running->set : NULL, wlm_now());
    running_t *r = apr_pcalloc(set->pool, sizeof(*r));
    apr_status_t rv = wlm_poller_make(&r->poller, set->pool);
    int i;

    for (i = 0; rv == APR_SUCCESS && i < set->checks->nelts; ++i) {
        wlm_check_t *check = wlm_check_set_at(set, i);

        check->entry = wlm_poller_enter(r->poller, -1, check);
        rv = check->entry ? APR_SUCCESS : APR_ENOMEM;
    }
    if (rv != APR_SUCCESS) {
        wlm_check_set_end(set);
        return rv;
    }
    r->set = set;
    r->server = s;
    *pr = r;
    return APR_SUCCESS;
}

static apr_status_t start(running_t *r)
{
    int i;

    for (i = 0; i < r->set->checks->nelts; ++i) {
        wlm_check_t *check = wlm_check_set_at(r->set, i);
        wlm_poller_park(check->entry, &check->wait, 0);
    }
    return ap_thread_create(&r->thread, NULL, run, r, r->set->pool);
}

/* Nothing of the set runs any more then */
static void stop(running_t *r)
{
    apr_status_t result;

    wlm_poller_stop(r->poller);
    apr_thread_join(&result, r->thread);
    r->thread = NULL;
}

static void end_running(void)
{
    stop(running);
    wlm_check_set_end(running->set);
    running = NULL;
}

/* @return an error: what runs, if something does, goes on */
static apr_status_t renew(server_rec *s)
{
    running_t *next;
    apr_status_t rv = make(&next, s);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (running) {
        stop(running);
        wlm_check_set_take_over(next->set, running->set);
        wlm_check_set_end(running->set);
        running = NULL;
    }
    rv = start(next);
    if (rv != APR_SUCCESS) {
        wlm_check_set_end(next->set);
        return rv;
    }
    running = next;
    return APR_SUCCESS;
}

void wlm_checks_stop(void)
{
    if (running) {
        end_running();
        wlm_lease_release(wlm_segment_check_lease(), (uint32_t)getpid());
    }
}

void wlm_checks_run(server_rec *s)
{
    apr_status_t rv = APR_SUCCESS;

    if (!wlm_lease_hold(wlm_segment_check_lease(), (uint32_t)getpid(), wlm_now())) {
        wlm_checks_stop(); /* this process was stopped for so long that another one has taken over */
        return;
    }
    if (!running || running->set->changes != wlm_version_changes()) {
        rv = renew(s);
    }
    if (rv != APR_SUCCESS && !has_complained) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, WLMNO(0239) "health checks and questions to agents %s: httpd has no "
                     "memory, descriptor or thread for them; this is tried again all the time",
                     running ? "go on for the members of a file before its change" : "are not done");
    }
    has_complained = rv != APR_SUCCESS;
}
