/* balance/reports.h: what members report (WLMLoadReport), and what follows from it for their weights. The words of a
 * member's record, and what they mean, are in health/reported.h.
 *
 * Any thread of any process notes a report. One process, the one that holds a lease, sees once a second to the weights:
 * so a cluster's schedule is made anew at most once a second because of reports, and is the same in all processes.
 */
#ifndef WLM_BALANCE_REPORTS_H
#define WLM_BALANCE_REPORTS_H

#include "balance/model.h"

/** A response says how busy the member is (http/load_report.h). */
void wlm_reports_note_load(wlm_member_t *member, double utilization, apr_time_t now);

/** What an answer of an agent has changed. */
typedef enum {
    WLM_REPORTS_SAME,
    WLM_REPORTS_OUT,               /* it gets no requests any more */
    WLM_REPORTS_BACK,              /* it gets requests again */
    WLM_REPORTS_DRAINS,            /* it gets no new sessions any more */
    WLM_REPORTS_DRAINS_NO_MORE
} wlm_reports_change_t;

/** The member's agent has answered. */
wlm_reports_change_t wlm_reports_note_answer(wlm_member_t *member, const wlm_reported_answer_t *answer,
                                             apr_time_t now);

/** What an update has done to a member. */
typedef struct wlm_reports_news_t {
    int expired;                   /* its last report is too old, and does not count any more */
    int much;                      /* its weight counts much more or less than what was told of it the last time */
    uint32_t percent;              /* ... so many percent of it */
} wlm_reports_news_t;

/** Once a second in one process: let the weights follow the reports. Does nothing where no report counts, or has.
 *  @param news  result, cluster->nmembers entries  @param p  scratch */
void wlm_reports_update(wlm_cluster_t *cluster, wlm_reports_news_t *news, apr_time_t now, apr_pool_t *p);

#endif
