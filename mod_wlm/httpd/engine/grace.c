/* How long a child process that ends gracefully goes on. Asked on any thread of it. */
#include "httpd/engine/grace.h"
#include <mpm_common.h>
#include <stdatomic.h>
#include "base/clock.h"
#include "httpd/context/context.h"

static _Atomic apr_time_t ordered; /* when the process was to end gracefully; 0: it was not */

int wlm_grace_is_over(void)
{
    apr_interval_time_t most = wlm_config_global()->graceful_timeout;
    apr_time_t since = atomic_load(&ordered);

    return most && since && wlm_now() - since >= most;
}

static void on_child_stopping(apr_pool_t *p, int graceful)
{
    apr_time_t never = 0;

    (void)p;
    if (graceful) {
        atomic_compare_exchange_strong(&ordered, &never, wlm_now());
    }
}

void wlm_grace_register(void)
{
    ap_hook_child_stopping(on_child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
}
