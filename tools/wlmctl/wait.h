/* tools/wlmctl/wait.h: drain --wait, disable --wait, and wait. The decision depends on the state and a given time only,
 * so that it can be tested. On main()'s thread. */
#ifndef WLMCTL_WAIT_H
#define WLMCTL_WAIT_H

#include <apr_pools.h>
#include <apr_time.h>
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/wlmctl.h"

/** As a state to wait in: draining or disabled, each of them. */
#define WLMCTL_WAIT_EITHER "drained or disabled"

typedef struct wlmctl_wait_t {
    const char *state;             /* "draining", "disabled" or WLMCTL_WAIT_EITHER: the members' admin state while they
                                      are waited for */
    apr_interval_time_t idle;      /* no request of a session has come for so long; 0: does not matter */
    apr_interval_time_t timeout;   /* 0: none */
} wlmctl_wait_t;

/** Poll the state until no request is with the members. @return exit code; why the waiting has ended is printed */
int wlmctl_wait(const wlmctl_wait_t *wait, const wlmctl_target_t *target, const wlmctl_endpoint_t *endpoint,
                apr_pool_t *p);

/** What the members do, by one state of the server. */
typedef struct wlmctl_work_t {
    double in_flight;              /* sums over the members */
    double session_requests;       /* that have gone to their session's member since the server has begun to count */
    int is_out;                    /* all of them are still drained or disabled */
} wlmctl_work_t;

/** What is known after some states. */
typedef struct wlmctl_progress_t {
    apr_time_t begun;
    apr_time_t quiet_since;        /* no request of a session has come */
    double session_requests;       /* up to then; -1: no state has been read */
} wlmctl_progress_t;

typedef enum {
    WLMCTL_WAIT_ON,
    WLMCTL_WAIT_DONE,
    WLMCTL_WAIT_NOT_OUT,           /* a member has another admin state by now */
    WLMCTL_WAIT_TIMEOUT
} wlmctl_wait_result_t;

/** Add up what the members of the target do by this state. Not out when there are none. */
wlmctl_work_t wlmctl_wait_sum(const json_t *view, const wlmctl_wait_t *wait, const wlmctl_target_t *target,
                              apr_pool_t *p);
/** Is the waiting over? @param progress  in and out: begins with begun, and -1 session_requests
 *  @param now  of wlm_now() */
wlmctl_wait_result_t wlmctl_wait_step(wlmctl_progress_t *progress, const wlmctl_work_t *work,
                                      const wlmctl_wait_t *wait, apr_time_t now);

#endif
