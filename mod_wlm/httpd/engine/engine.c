/* Whether the engine is at work, and its beginning and end in a child process: on the process' first thread. */
#include "httpd/engine/engine.h"
#include <ap_mpm.h>
#include <apr_strings.h>
#include "httpd/context/context.h"
#include "httpd/engine/capacity.h"
#include "httpd/engine/output.h"
#include "httpd/engine/owned.h"
#include "httpd/engine/threads.h"
#include "net/poller.h"

const char *wlm_engine_hindrance(const server_rec *s)
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
    return !wlm_engine_hindrance(s);
}

static const char *describe(const server_rec *s, apr_pool_t *p)
{
    const char *hindrance = wlm_engine_hindrance(s);
    wlm_capacity_t capacity = wlm_capacity_read();

    return hindrance ? apr_pstrcat(p, "a thread of httpd each: ", hindrance, NULL)
                     : apr_psprintf(p, "no thread: by ThreadsPerChild %d and AsyncRequestWorkerFactor %d a process "
                                    "takes %d connections, and by MaxRequestWorkers %d all processes together %"
                                    APR_INT64_T_FMT, capacity.threads, capacity.factor, capacity.per_process,
                                    capacity.threads * capacity.processes, capacity.all);
}

void wlm_engine_log(const server_rec *s, apr_pool_t *p)
{
    ap_log_error(APLOG_MARK, APLOG_INFO, 0, s, WLMNO(0190) "requests that wait hold %s", describe(s, p));
}

void wlm_engine_log_test(const server_rec *s, apr_pool_t *p)
{
    ap_log_error(APLOG_MARK, APLOG_NOTICE | APLOG_STARTUP, 0, NULL, WLMNO(0193) "requests that wait hold %s",
                 describe(s, p));
}

/* Nothing of the process may go while its threads run */
static apr_status_t stop(void *threads)
{
    wlm_threads_stop(threads);
    return APR_SUCCESS;
}

void wlm_engine_child_init(apr_pool_t *pchild, const server_rec *s, int (*must_check)(void), _Atomic uint32_t *load)
{
    wlm_poller_t *poller;
    wlm_threads_t *threads;
    int max = 1;
    apr_status_t rv;

    if (wlm_engine_hindrance(s)) {
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
    wlm_owned_child_init(poller, max, load);
}

void wlm_engine_register(void)
{
    wlm_output_register();
    wlm_owned_register();
}
