/* wlmctl drain --wait, disable --wait: until nothing is with the members any more. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/interrupt.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/wait.h"
#include "tools/wlmctl/wlmctl.h"

#define POLL_INTERVAL 500000       /* microseconds */

/* What the members do, as a look finds it */
typedef struct work_t {
    double in_flight, kept;        /* sums over the members */
    int is_out;                    /* nobody has brought one of them back */
} work_t;

/* What is known after some looks */
typedef struct progress_t {
    apr_time_t begun, quiet;       /* since when no request of a session has come */
    double kept;                   /* how many had come until then; -1: nobody has looked yet */
} progress_t;

/* Where the progress was told */
static void clear_line(void)
{
    fputs(isatty(STDERR_FILENO) ? "\r\033[K" : "", stderr);
}

static int end_without(const char *why, const wlmctl_wait_t *wait, int code)
{
    clear_line();
    fprintf(stderr, "wlmctl: %s; the members stay as they are: %s\n", why, wait->state);
    return code;
}

/* Who was to drain may as well be disabled */
static int is_out(const json_t *member, const wlmctl_wait_t *wait)
{
    const char *state = wlmctl_text(member, "admin_state");

    return strcmp(state, wait->state) == 0 || strcmp(state, "disabled") == 0;
}

static work_t sum_up(const json_t *view, const wlmctl_wait_t *wait, const wlmctl_target_t *target, apr_pool_t *p)
{
    const apr_array_header_t *members = wlmctl_find_members(view, target, p);
    work_t work = { .is_out = members->nelts > 0 };
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const json_t *member = APR_ARRAY_IDX(members, i, wlmctl_member_t).member;
        work.in_flight += wlmctl_number(member, "in_flight");
        work.kept += wlmctl_number(member, "sessions_kept");
        work.is_out &= is_out(member, wait);
    }
    return work;
}

static void print_progress(const work_t *work, apr_interval_time_t quiet, const wlmctl_wait_t *wait, apr_pool_t *p)
{
    if (!isatty(STDERR_FILENO)) {
        return;
    }
    clear_line();
    fprintf(stderr, "%.0f requests in flight", work->in_flight);
    if (wait->idle) {
        fprintf(stderr, ", none of a session for %s of %s", wlmctl_span((double)apr_time_sec(quiet), p),
                wlmctl_span((double)apr_time_sec(wait->idle), p));
    }
    fflush(stderr);
}

/* @return -1: go on; otherwise the exit code */
static int judge(const work_t *work, progress_t *progress, const wlmctl_wait_t *wait, apr_pool_t *p)
{
    apr_time_t now = wlm_now();

    if (!work->is_out) {
        clear_line();
        fprintf(stderr, "wlmctl: not all members are %s any more: somebody has steered them, or their time is over\n",
                wait->state);
        return WLMCTL_REFUSED;
    }
    if (work->kept != progress->kept) {
        progress->kept = work->kept;
        progress->quiet = now;
    }
    print_progress(work, now - progress->quiet, wait, p);
    if (work->in_flight == 0 && now - progress->quiet >= wait->idle) {
        clear_line();
        puts("no request is with the members");
        return WLMCTL_OK;
    }
    return wait->timeout && now - progress->begun >= wait->timeout
           ? end_without("there are still requests, or were just now", wait, WLMCTL_REFUSED) : -1;
}

static int poll_state(progress_t *progress, const wlmctl_wait_t *wait, const wlmctl_target_t *target,
                      const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    const char *why;
    json_t *view;
    work_t work;
    int code = wlmctl_try_get(&view, &why, endpoint, p);

    if (code != WLMCTL_OK) {
        return end_without(why, wait, code);
    }
    work = sum_up(view, wait, target, p);
    json_decref(view);
    return judge(&work, progress, wait, p);
}

int wlmctl_wait(const wlmctl_wait_t *wait, const wlmctl_target_t *target, const wlmctl_endpoint_t *endpoint,
                apr_pool_t *p)
{
    progress_t progress = { .begun = wlm_now(), .kept = -1 };
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
