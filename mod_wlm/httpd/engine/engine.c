/* Whether the engine is at work, and its beginning and end in a child process: on the process' first thread. */
#include "httpd/engine/engine.h"
#include <ap_mpm.h>
#include "httpd/context/context.h"
#include "httpd/engine/output.h"
#include "httpd/engine/owned.h"
#include "httpd/engine/threads.h"
#include "net/poller.h"

/* @return why the engine cannot be at work; NULL: it is */
static const char *find_hindrance(const server_rec *s)
{
    int is_async = 0;

    if (!wlm_config_global()->engine) {
        return "WLMEngine is Off";
    }
    if (ap_mpm_query(AP_MPMQ_IS_ASYNC, &is_async) != APR_SUCCESS || !is_async) {
        return "only httpd's event MPM can suspend requests";
    }
    return wlm_output_is_possible(s) ? NULL : "with FlushMaxThreshold 0 httpd waits for each client";
}

int wlm_engine_is_at_work(const server_rec *s)
{
    return !find_hindrance(s);
}

void wlm_engine_log(const server_rec *s)
{
    const char *hindrance = find_hindrance(s);

    ap_log_error(APLOG_MARK, APLOG_INFO, 0, s, WLMNO(0190) "requests that wait hold %s%s",
                 hindrance ? "a thread of httpd each: " : "no thread", hindrance ? hindrance : "");
}

/* Nothing of the process may go while its threads run */
static apr_status_t stop(void *threads)
{
    wlm_threads_stop(threads);
    return APR_SUCCESS;
}

void wlm_engine_child_init(apr_pool_t *pchild, const server_rec *s, int (*must_check)(void))
{
    wlm_poller_t *poller;
    wlm_threads_t *threads;
    int max = 1;
    apr_status_t rv;

    if (find_hindrance(s)) {
        return;
    }
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &max);
    rv = wlm_poller_make(&poller, pchild);
    if (rv == APR_SUCCESS) {
        rv = wlm_threads_start(&threads, poller, wlm_owned_run, max + 1, must_check, pchild);
    }
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, WLMNO(0192) "the engine cannot start in this process: requests that "
                     "wait hold a thread each");
        return;
    }
    apr_pool_pre_cleanup_register(pchild, threads, stop);
    wlm_owned_child_init(poller, max);
}

void wlm_engine_register(void)
{
    wlm_output_register();
    wlm_owned_register();
}
