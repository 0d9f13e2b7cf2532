/* The class of a request, by httpd's expressions. On the thread that has the request. */
#include "httpd/request/request_class.h"
#include <httpd.h>
#include <ap_expr.h>
#include <http_log.h>
#include "balance/classes.h"
#include "balance/model.h"
#include "httpd/context/context.h"

static int is_true(const wlm_journey_t *journey, const wlm_class_t *class)
{
    const char *wrong = NULL;
    int result = ap_expr_exec(journey->r, class->expr, &wrong);

    if (wrong) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, journey->r, WLMNO(0217) "the expression of WLMClass %s cannot be "
                      "evaluated: %s; the request is not of that class", class->name, wrong);
    }
    return !wrong && result > 0;
}

void wlm_request_class_find(wlm_journey_t *journey)
{
    const wlm_options_t *options = journey->request->cluster->options;
    int i, n = wlm_classes_count(options);

    for (i = 1; i < n; ++i) {
        if (is_true(journey, wlm_classes_at(options, i))) {
            journey->class_number = i;
            apr_table_setn(journey->r->subprocess_env, "WLM_CLASS", wlm_classes_at(options, i)->name);
            return;
        }
    }
}

void wlm_request_class_count(const wlm_journey_t *journey)
{
    const wlm_cluster_t *cluster = journey->request->cluster;
    wlm_shared_class_t *shared = &cluster->shared->classes[journey->class_number];
    apr_interval_time_t goal = wlm_classes_at(cluster->options, journey->class_number)->goal;

    if (!cluster->options->classes) {
        return;
    }
    atomic_fetch_add(&shared->requests, 1);
    if (journey->attempts && journey->exchange->attempt.outcome == WLM_DELIVERED
        && (!goal || journey->queued + journey->with_members <= goal)) {
        atomic_fetch_add(&shared->in_time, 1);
    }
}
