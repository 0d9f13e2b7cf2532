/* Lets weights follow what members report, and logs it. In the process that has the lease, on the watchdog's thread. */
#include "httpd/runtime/load_reports.h"
#include <apr_strings.h>
#include <http_log.h>
#include "balance/reports.h"
#include "balance/transition.h"
#include "httpd/context/context.h"

static void tell(const wlm_reports_news_t *news, wlm_member_t *member, server_rec *s, apr_pool_t *p)
{
    const char *cluster = member->cluster->cfg->name;

    if (news->expired) {
        double age = (double)member->cluster->options->load_report.expiry / APR_USEC_PER_SEC;

        wlm_transition_note(member, "has reported nothing for too long: its weight is as configured");
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0207) "member %s of cluster %s has reported nothing for "
                     "%.1f s: its weight is as configured", member->cfg->name, cluster, age);
    }
    else if (news->much) {
        wlm_transition_note(member, apr_psprintf(p, "counts with %u %% of its weight, as reported", news->percent));
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, s, WLMNO(0208) "member %s of cluster %s counts with %u %% of its "
                     "weight, as reported", member->cfg->name, cluster, news->percent);
    }
}

void wlm_load_reports_update(wlm_cluster_t *cluster, server_rec *s, apr_time_t now, apr_pool_t *p)
{
    wlm_reports_news_t *news = apr_palloc(p, sizeof(*news) * (apr_size_t)(cluster->nmembers + 1));
    int m;

    wlm_reports_update(cluster, news, now, p);
    for (m = 0; m < cluster->nmembers; ++m) {
        tell(&news[m], &cluster->members[m], s, p);
    }
}
