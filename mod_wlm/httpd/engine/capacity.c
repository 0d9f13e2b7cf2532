/* What AsyncRequestWorkerFactor allows, and how near to that the connections are. Read in the parent and in each child;
 * the use of it on any thread. */
#include "httpd/engine/capacity.h"
#include <ap_mpm.h>
#include <limits.h>
#include <scoreboard.h>
#include <stdlib.h>
#include <string.h>
#include <util_cfgtree.h>
#include "base/clock.h"
#include "base/count.h"
#include "httpd/context/context.h"

#define DEFAULT_FACTOR 2
#define MAX_FACTOR     (INT_MAX / 16) /* the MPM keeps it in sixteenths */
#define NEAR           80             /* percent */
#define LOG_INTERVAL   apr_time_from_sec(600)

/* httpd has no query for it. A later directive counts, also one in a container such as <IfModule> */
static const char *last_arguments(const ap_directive_t *at, const char *name, const char *found)
{
    for (; at; at = at->next) {
        if (strcasecmp(at->directive, name) == 0) {
            found = at->args;
        }
        found = last_arguments(at->first_child, name, found);
    }
    return found;
}

static int read_factor(void)
{
    const char *args = last_arguments(ap_conftree, "AsyncRequestWorkerFactor", NULL);
    double factor = args ? strtod(args + strspn(args, "\"'"), NULL) : DEFAULT_FACTOR;

    return factor < 1 ? 1 : factor > MAX_FACTOR ? MAX_FACTOR : (int)factor;
}

wlm_capacity_t wlm_capacity_read(void)
{
    wlm_capacity_t capacity = { .processes = 1 };
    int is_async = 0;
    apr_int64_t each;

    ap_mpm_query(AP_MPMQ_IS_ASYNC, &is_async);
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &capacity.threads);
    ap_mpm_query(AP_MPMQ_MAX_DAEMONS, &capacity.processes);
    capacity.threads = capacity.threads > 0 ? capacity.threads : 1;
    capacity.factor = is_async ? read_factor() : 0;
    each = capacity.threads * ((apr_int64_t)1 + capacity.factor);
    capacity.per_process = each > INT_MAX ? INT_MAX : (int)each;
    capacity.all = (apr_int64_t)capacity.per_process * capacity.processes;
    return capacity;
}

/* The MPM writes its count when it looks at its own time-outs, so not while all its connections are suspended: these
 * are counted here */
static apr_int64_t used_by(const process_score *process, const wlm_children_t *children)
{
    apr_int64_t owned = wlm_children_load_of(children, (uint32_t)process->pid, WLM_LOAD_CONNECTIONS);
    apr_int64_t counted = (apr_int64_t)process->connections - process->lingering_close;

    return owned > counted ? owned : counted;
}

wlm_capacity_use_t wlm_capacity_use(const wlm_children_t *children)
{
    ap_generation_t generation = ap_get_scoreboard_global()->running_generation;
    wlm_capacity_use_t use = { .slots = 0 };
    int i;

    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &use.slots);
    for (i = 0; i < use.slots; ++i) {
        const process_score *process = ap_get_scoreboard_process(i);

        if (!process || !process->pid) {
            continue;
        }
        if (process->generation == generation && !process->quiescing) {
            use.connections += used_by(process, children);
        }
        else {
            ++use.ending;
        }
    }
    return use;
}

void wlm_capacity_check(const server_rec *s, const wlm_children_t *children)
{
    static apr_time_t next;
    wlm_capacity_t capacity = wlm_capacity_read();
    apr_int64_t used = wlm_capacity_use(children).connections;
    apr_time_t now = wlm_now();

    if (now >= next && used * 100 >= capacity.all * NEAR) {
        next = now + LOG_INTERVAL;
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0194) "%" APR_INT64_T_FMT " %s, of them %" APR_UINT64_T_FMT
                     " with a parked request and %" APR_UINT64_T_FMT " that the engine keeps idle, are %d "
                     "%% of the %" APR_INT64_T_FMT " that AsyncRequestWorkerFactor %d allows; %d allows twice as many",
                     used, wlm_count_word(used, "connection", "connections"),
                     (apr_uint64_t)wlm_children_load(children, WLM_LOAD_PARKED),
                     (apr_uint64_t)wlm_children_load(children, WLM_LOAD_KEPT),
                     (int)(used * 100 / capacity.all), capacity.all, capacity.factor, 2 * capacity.factor + 1);
    }
}
