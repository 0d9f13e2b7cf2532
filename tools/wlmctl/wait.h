/* tools/wlmctl/wait.h: drain --wait, disable --wait. */
#ifndef WLMCTL_WAIT_H
#define WLMCTL_WAIT_H

#include <apr_pools.h>
#include <apr_time.h>
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/wlmctl.h"

typedef struct wlmctl_wait_t {
    const char *state;             /* "draining" or "disabled": how the members are while they are waited for */
    apr_interval_time_t idle;      /* until no request of a session has come for so long; 0: does not matter */
    apr_interval_time_t timeout;   /* 0: none */
} wlmctl_wait_t;

/** Wait until no request is with the members. @return exit code; what has ended the waiting has been said */
int wlmctl_wait(const wlmctl_wait_t *wait, const wlmctl_target_t *target, const wlmctl_endpoint_t *endpoint,
                apr_pool_t *p);

#endif
