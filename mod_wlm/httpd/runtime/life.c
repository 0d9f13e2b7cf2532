/* The life cycle of a configuration and its processes: the start in the parent before there are children, the start of
 * a child, the end of a child, and the end of the configuration. Runs in the parent, except wlm_life_child_init().
 */
#include <http_core.h>
#include <http_main.h>
#include <unistd.h>
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/given_file.h"
#include "httpd/runtime/learning.h"
#include "httpd/runtime/life.h"
#include "httpd/runtime/reload.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/state_file.h"
#include "httpd/runtime/state_text.h"

static void retain(void)
{
    const char *state;
    apr_size_t length;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    state = wlm_state_text(&length, p);
    wlm_retained_save(state, length, p);
    apr_pool_destroy(p);
}

/* The shared memory is unmapped with its configuration; children of that generation may end later */
static apr_status_t end_configuration(void *unused)
{
    int i;

    (void)unused;
    if (getpid() != wlm_segment.parent) {
        return APR_SUCCESS; /* a child that exits runs the cleanups of its parent's pools, too */
    }
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_EXITING) {
        wlm_retained_end();
    }
    else {
        retain();
    }
    wlm_state_file_write(ap_server_conf);
    wlm_given_file_write();
    wlm_learning_end(ap_server_conf);
    for (i = 0; i < wlm_files()->nelts; ++i) {
        wlm_reload_end(APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *));
    }
    memset(&wlm_segment, 0, sizeof(wlm_segment));
    return APR_SUCCESS;
}

apr_status_t wlm_life_begin(apr_pool_t *pconf, server_rec *s)
{
    apr_status_t rv = wlm_segment_create(pconf, s);
    int i;

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (!wlm_retained_close_orders() || !wlm_retained_earlier_loads()) {
        return APR_ENOMEM;
    }
    rv = wlm_learning_begin(s, pconf);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    wlm_endpoints_init(wlm_segment.max_members, pconf);
    wlm_state_file_begin(wlm_retained_state(), pconf, s);
    apr_pool_pre_cleanup_register(pconf, NULL, end_configuration); /* while the memory is still mapped */
    for (i = 0; i < wlm_files()->nelts; ++i) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *);

        wlm_state_file_restore_events(wlm_state_text_key(file), &wlm_segment.files[file->number].events);
        rv = wlm_reload_begin(file, pconf, s);
        if (rv != APR_SUCCESS) {
            return rv;
        }
    }
    return APR_SUCCESS;
}

void wlm_life_child_init(server_rec *s)
{
    int i;

    wlm_segment.row = wlm_children_add(&wlm_segment.children, (uint32_t)getpid());
    if (wlm_children_is_common(&wlm_segment.children, wlm_segment.row)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0006) "no row for the counts of this process among %d; "
                     "should it be killed, its requests stay counted as in flight", wlm_segment.children.n - 1);
    }
    for (i = 0; i < wlm_files()->nelts; ++i) {
        wlm_reload_child_init(APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *), s);
    }
}

static void recount(void)
{
    if (wlm_segment.needs_recount) {
        wlm_segment.needs_recount = !wlm_children_recount(&wlm_segment.children);
    }
}

void wlm_life_child_ended(server_rec *s, pid_t pid)
{
    uint32_t total = wlm_children_reclaim(&wlm_segment.children, (uint32_t)pid, &wlm_segment.needs_recount);

    wlm_earlier_loads_remove(wlm_retained_earlier_loads(), (uint32_t)pid);
    recount();
    if (total) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0007) "child process %" APR_PID_T_FMT " ended with %u "
                     "requests in flight; they are not counted any more", pid, total);
    }
}

void wlm_life_monitor(server_rec *s)
{
    wlm_state_file_write(s);
    wlm_given_file_write();
    wlm_learning_monitor(s);
    recount();
}
