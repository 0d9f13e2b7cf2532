/* Compares the limit of open files with the descriptors that a process of httpd may need: a process without descriptors
 * answers requests with 503 although all members are up. Runs in the parent, at a start. */
#include <ap_mpm.h>
#include <errno.h>
#include <sys/resource.h>
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/runtime/descriptors.h"
#include "net/shortage.h"

static int count_transports(void)
{
    int f, c, m, n = 0;

    for (f = 0; f < wlm_files()->nelts; ++f) {
        const plugin_cfg_t *cfg = APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *)->cfg;

        for (c = 0; c < cfg->clusters->nelts; ++c) {
            const apr_array_header_t *members = APR_ARRAY_IDX(cfg->clusters, c, plugin_cfg_cluster_t *)->members;

            for (m = 0; m < members->nelts; ++m) {
                n += APR_ARRAY_IDX(members, m, plugin_cfg_server_t *)->transports->nelts;
            }
        }
    }
    return n;
}

void wlm_descriptors_check(server_rec *s)
{
    int threads = 1, is_async = 0, transports = count_transports(), needed;
    struct rlimit limit;

    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    ap_mpm_query(AP_MPMQ_IS_ASYNC, &is_async);
    needed = wlm_shortage_descriptors(threads > 0 ? threads : 1, is_async, transports);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < (rlim_t)needed) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0142) "a process of httpd may need %d file descriptors "
                     "(%d threads, their clients, and %d transports of members), and may open %" APR_UINT64_T_FMT ": "
                     "%s", needed, threads, transports, (apr_uint64_t)limit.rlim_cur, wlm_shortage_remedy(EMFILE));
    }
}
