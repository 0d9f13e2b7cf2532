/* Compares the limit of open files with the descriptors that a process of httpd may need: a process without descriptors
 * answers requests with 503 although all members are up. Runs in the parent, at a start. */
#include <errno.h>
#include <sys/resource.h>
#include "base/count.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
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

void wlm_descriptors_check(server_rec *s, int clients, int in_use)
{
    int transports = count_transports(), spooled = wlm_options_has_spool(wlm_options()) ? in_use : 0;
    int64_t needed = wlm_shortage_descriptors(clients, in_use, spooled, transports);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < (rlim_t)needed) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0142) "a process of httpd may need %" APR_INT64_T_FMT
                     " file descriptors (%d %s, %d %s at members, %d %s in files, and %d %s of members), and may open %"
                     APR_UINT64_T_FMT ": %s", (apr_int64_t)needed, clients,
                     wlm_count_word(clients, "client", "clients"), in_use,
                     wlm_count_word(in_use, "request", "requests"), spooled,
                     wlm_count_word(spooled, "body", "bodies"), transports,
                     wlm_count_word(transports, "transport", "transports"), (apr_uint64_t)limit.rlim_cur,
                     wlm_shortage_remedy(EMFILE));
    }
}
