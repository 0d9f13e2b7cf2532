/* wlmctl drain --wait, disable --wait, wait: polls the state until no request is with the members, or a time is over.
 * On main()'s thread. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "base/count.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/interrupt.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/wait.h"
#include "tools/wlmctl/wlmctl.h"

#define POLL_INTERVAL 500000       /* microseconds */

/* -- decision ------------------------------------------------------------------------------------- */

/* A member that was to be drained may be disabled by now, which is more */
static int is_out(const json_t *member, const wlmctl_wait_t *wait)
{
    const char *state = wlmctl_text(member, "admin_state");

    return strcmp(state, wait->state) == 0 || strcmp(state, "disabled") == 0
           || (strcmp(wait->state, WLMCTL_WAIT_EITHER) == 0 && strcmp(state, "draining") == 0);
}

wlmctl_work_t wlmctl_wait_sum(const json_t *view, const wlmctl_wait_t *wait, const wlmctl_target_t *target,
                              apr_pool_t *p)
{
    const apr_array_header_t *members = wlmctl_find_members(view, target, p);
    wlmctl_work_t work = { .is_out = members->nelts > 0 };
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const json_t *member = APR_ARRAY_IDX(members, i, wlmctl_member_t).member;
        work.in_flight += wlmctl_number(member, "in_flight");
        work.session_requests += wlmctl_number(member, "sessions_kept");
        work.is_out &= is_out(member, wait);
    }
    return work;
}

wlmctl_wait_result_t wlmctl_wait_step(wlmctl_progress_t *progress, const wlmctl_work_t *work,
                                      const wlmctl_wait_t *wait, apr_time_t now)
{
    if (!work->is_out) {
        return WLMCTL_WAIT_NOT_OUT;
    }
    if (work->session_requests != progress->session_requests) {
        progress->session_requests = work->session_requests;
        progress->quiet_since = now;
    }
    if (work->in_flight == 0 && now - progress->quiet_since >= wait->idle) {
        return WLMCTL_WAIT_DONE;
    }
    return wait->timeout && now - progress->begun >= wait->timeout ? WLMCTL_WAIT_TIMEOUT : WLMCTL_WAIT_ON;
}

/* -- what is printed ------------------------------------------------------------------------------- */

/* On a terminal the progress stands in one line of stderr */
static void clear_progress(void)
{
    fputs(isatty(STDERR_FILENO) ? "\r\033[K" : "", stderr);
}

static void print_progress(const wlmctl_work_t *work, apr_interval_time_t quiet, const wlmctl_wait_t *wait,
                           apr_pool_t *p)
{
    if (!isatty(STDERR_FILENO)) {
        return;
    }
    clear_progress();
    fprintf(stderr, "%s in flight", wlm_count_text((apr_int64_t)work->in_flight, "request", p));
    if (wait->idle) {
        fprintf(stderr, ", none of a session for %s of %s", wlmctl_span((double)apr_time_sec(quiet), p),
                wlmctl_span((double)apr_time_sec(wait->idle), p));
    }
    fflush(stderr);
}

static int end_without(const char *why, const wlmctl_wait_t *wait, int code)
{
    clear_progress();
    fprintf(stderr, "wlmctl: %s; the members stay as they are: %s\n", why, wait->state);
    return code;
}

/* @return exit code */
static int print_end(wlmctl_wait_result_t result, const wlmctl_wait_t *wait)
{
    if (result == WLMCTL_WAIT_TIMEOUT) {
        return end_without("there are still requests, or were just now", wait, WLMCTL_REFUSED);
    }
    clear_progress();
    if (result == WLMCTL_WAIT_NOT_OUT) {
        fprintf(stderr, strcmp(wait->state, WLMCTL_WAIT_EITHER) == 0
                ? "wlmctl: not all members are %s, so there is no end to wait for\n"
                : "wlmctl: not all members are %s any more: they were steered meanwhile, or their time is over\n",
                wait->state);
        return WLMCTL_REFUSED;
    }
    puts("no request is with the members");
    return WLMCTL_OK;
}

/* -- the loop ---------------------------------------------------------------------------------------- */

/* @return -1: go on; otherwise the exit code */
static int poll_state(wlmctl_progress_t *progress, const wlmctl_wait_t *wait, const wlmctl_target_t *target,
                      const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    wlmctl_wait_result_t result;
    wlmctl_work_t work;
    const char *why;
    apr_time_t now;
    json_t *view;
    int code = wlmctl_try_get(&view, &why, endpoint, p);

    if (code != WLMCTL_OK) {
        return end_without(why, wait, code);
    }
    work = wlmctl_wait_sum(view, wait, target, p);
    json_decref(view);
    now = wlm_now();
    result = wlmctl_wait_step(progress, &work, wait, now);
    if (result != WLMCTL_WAIT_ON) {
        return print_end(result, wait);
    }
    print_progress(&work, now - progress->quiet_since, wait, p);
    return -1;
}

int wlmctl_wait(const wlmctl_wait_t *wait, const wlmctl_target_t *target, const wlmctl_endpoint_t *endpoint,
                apr_pool_t *p)
{
    wlmctl_progress_t progress = { .begun = wlm_now(), .session_requests = -1 };
    int code = -1;

    while (code < 0) {
        apr_pool_t *ppoll;

        apr_pool_create(&ppoll, p);
        code = poll_state(&progress, wait, target, endpoint, ppoll);
        apr_pool_destroy(ppoll);
        if (code < 0) {
            usleep(POLL_INTERVAL);
            code = wlmctl_interrupted ? end_without("interrupted", wait, WLMCTL_REFUSED) : -1;
        }
    }
    return code;
}
