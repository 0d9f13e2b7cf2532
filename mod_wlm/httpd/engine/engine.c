/* Whether the engine is in use, and its beginning and end in a child process: on the process' first thread. */
#include "httpd/engine/engine.h"
#include <ap_mpm.h>
#include <apr_strings.h>
#include <http_main.h>
#include <stdatomic.h>
#include "base/count.h"
#include "httpd/context/compat.h"
#include "httpd/context/context.h"
#include "httpd/engine/capacity.h"
#include "httpd/engine/grace.h"
#include "httpd/engine/input.h"
#include "httpd/engine/output.h"
#include "httpd/engine/owned.h"
#include "httpd/engine/score.h"
#include "httpd/engine/threads.h"
#include "net/poller.h"
#include "shared/records.h"

static struct {
    wlm_poller_t *poller;
    int (*must_check)(void);
    _Atomic uint32_t *load;
    int was_over, has_ended;       /* the time for what is parked, a second ago; it was ended */
} child;

static int is_event_mpm(void)
{
    int is_async = 0;

    return ap_mpm_query(AP_MPMQ_IS_ASYNC, &is_async) == APR_SUCCESS && is_async;
}

const char *wlm_engine_hindrance(const server_rec *s)
{
    if (!wlm_config_global()->engine) {
        return "WLMEngine is Off";
    }
    if (WLM_HTTPD_IS_OLD) {
        return "mod_wlm was built for an httpd before 2.4.58, whose event MPM the engine was not made for";
    }
    if (!is_event_mpm()) {
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
    int places = 0;

    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &places);
    return hindrance ? apr_pstrcat(p, "a thread of httpd each: ", hindrance, NULL)
                     : apr_psprintf(p, "no thread: by ThreadsPerChild %d and AsyncRequestWorkerFactor %d a process "
                                    "takes %d connections, and by MaxRequestWorkers %d all processes together %"
                                    APR_INT64_T_FMT "; ServerLimit %d leaves room for %d more that %s about to end",
                                    capacity.threads, capacity.factor, capacity.per_process,
                                    capacity.threads * capacity.processes, capacity.all, places,
                                    places - capacity.processes,
                                    wlm_count_word(places - capacity.processes, "is", "are"));
}

void wlm_engine_log(const server_rec *s, apr_pool_t *p)
{
    ap_log_error(APLOG_MARK, APLOG_INFO, 0, s, WLMNO(0190) "requests that wait hold %s", describe(s, p));
    if (wlm_engine_is_at_work(s) && wlm_score_count() < 1) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0196) "ThreadLimit is no larger than ThreadsPerChild, so "
                     "httpd's scoreboard has no room for the engine's threads: mod_status does not count the requests "
                     "that they end%s", ap_extended_status ? ", and the error log has [remote IP] for [client IP]"
                     : "");
    }
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

/* The watching thread of this process, each second. Tunnels end by themselves when the time is over; from a second
 * later on what waits for its client, too, loses it, and ends as what a client leaves. */
static int watch(int threads, int busy)
{
    unsigned parked;

    atomic_store(&child.load[WLM_LOAD_THREADS], (uint32_t)threads);
    atomic_store(&child.load[WLM_LOAD_BUSY_THREADS], (uint32_t)busy);
    if (child.was_over) {
        parked = atomic_load(&child.load[WLM_LOAD_PARKED]);
        if (parked && !child.has_ended) {
            ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, ap_server_conf, WLMNO(0195) "WLMGracefulTimeout is over: this "
                         "process ends what waits for clients; it has %u parked %s", parked,
                         wlm_count_word(parked, "request", "requests"));
        }
        child.has_ended = 1;
        wlm_poller_disconnect(child.poller);
    }
    child.was_over = wlm_grace_is_over();
    return child.must_check();
}

void wlm_engine_child_init(apr_pool_t *pchild, const server_rec *s, int (*must_check)(void), _Atomic uint32_t *load)
{
    wlm_threads_t *threads;
    int max = 1;
    apr_status_t rv;

    if (wlm_engine_hindrance(s)) {
        return;
    }
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &max);
    child.must_check = must_check;
    child.load = load;
    rv = wlm_poller_make(&child.poller, pchild);
    if (rv == APR_SUCCESS) {
        rv = wlm_threads_start(&threads, child.poller, wlm_owned_run, max + 1, watch, pchild);
    }
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s, WLMNO(0192) "the engine cannot start in this process: requests that "
                     "wait hold a thread each");
        return;
    }
    apr_pool_pre_cleanup_register(pchild, threads, stop);
    wlm_score_child_init(pchild);
    wlm_owned_child_init(child.poller, max, load);
}

/* Also where the engine is not in use any more: the child may be one of an earlier configuration */
void wlm_engine_child_ended(int slot)
{
    if (slot >= 0 && is_event_mpm()) {
        wlm_score_child_ended(slot);
    }
}

void wlm_engine_register(void)
{
    wlm_grace_register();
    wlm_input_register();
    wlm_output_register();
    wlm_owned_register();
}
