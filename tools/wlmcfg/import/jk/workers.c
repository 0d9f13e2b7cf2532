/* `wlmcfg import mod_jk`: the workers of worker.list, and what balancers have. On main()'s thread. */
#include <string.h>
#include "tools/wlmcfg/import/common/members.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/jk/jk.h"

static const char *const balancer_carried[] = {
    "type", "reference", "balance_workers", "balanced_workers", "sticky_session", "sticky_session_force", "method",
    "recover_time", "session_cookie", "session_path", "set_session_cookie", "session_cookie_path",
    "mount", "max_reply_timeouts", NULL
};

static const unsupported_setting_t unsupported_of_balancers[] = {
    { "retries", PLUGIN_CFG_NOTE, "not-carried-over", "each member is tried once; what may be sent to another one says "
      "WLMRetryPolicy, how much of it WLMRetryBudget" },
    { "lb_retries", PLUGIN_CFG_NOTE, "not-carried-over", "as retries: WLMRetryPolicy, WLMRetryBudget" },
    { "retry_interval", PLUGIN_CFG_NOTE, "not-carried-over", "another member is tried at once; see WLMRetryBudget" },
    { "error_escalation_time", PLUGIN_CFG_WARNING, "not-carried-over",
      "a member is marked down at its first fault; for what is to be tolerated see WLMOutlier" },
    { "secret", PLUGIN_CFG_WARNING, "not-carried-over", "of AJP; let only the web servers reach the HTTP port" },
    { "lock", PLUGIN_CFG_NOTE, "not-needed", "shares are exact over all processes" },
    { NULL, PLUGIN_CFG_NOTE, NULL, NULL }
};

static const unsupported_setting_t unsupported_of_all[] = {
    { "maintain", PLUGIN_CFG_NOTE, "not-needed",
      "nothing waits for maintenance; WLMHealthCheck checks members" },
    { NULL, PLUGIN_CFG_NOTE, NULL, NULL }
};

/* -- what a balancer has ------------------------------------------------------------------------ */

static void set_method(jk_t *jk, import_cluster_t *made, const char *worker)
{
    const jk_property_t *method = wlmcfg_jk_get(jk, worker, "method");
    const char letter = method ? *method->value : 'R';

    /* by requests: those of sessions count, too */
    made->cluster->ignore_affinity_requests = strchr("SsNn", letter) != NULL;
    if (!strchr("RrSsNn", letter)) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, method->at, "changed",
                                  "method=%s: members are balanced by requests; WLMPolicy LeastBusy or PeakEWMA in "
                                  "the httpd configuration balances them by load",
                                  method->value);
    }
}

/* Its name is left to session_cookie, which AffinityCookie reads: clients have that */
static void report_set_cookie(jk_t *jk, const char *worker)
{
    const jk_property_t *set = wlmcfg_jk_get(jk, worker, "set_session_cookie");
    const jk_property_t *path = wlmcfg_jk_get(jk, worker, "session_cookie_path");
    int is_set = 0;

    if (set && wlmcfg_import_boolean(jk->import, set->at, set->name, set->value, &is_set) && is_set) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, set->at, "not-carried-over",
                                  "set_session_cookie: put <WLMCluster %s>, WLMAffinity Cookie WLMID%s%s, "
                                  "</WLMCluster> into the httpd configuration, if the servers put no clone id into the "
                                  "session id",
                                  worker, path ? " path=" : "", path ? path->value : "");
    }
}

static void set_sessions(jk_t *jk, import_cluster_t *made, const char *worker)
{
    const jk_property_t *cookie = wlmcfg_jk_get(jk, worker, "session_cookie");
    const jk_property_t *path = wlmcfg_jk_get(jk, worker, "session_path");
    const jk_property_t *force = wlmcfg_jk_get(jk, worker, "sticky_session_force");
    int is_forced = 0;

    made->cookie = cookie ? cookie->value : NULL;
    made->url_identifier = path ? path->value + (*path->value == ';') : NULL;
    report_set_cookie(jk, worker);
    if (force && wlmcfg_import_boolean(jk->import, force->at, force->name, force->value, &is_forced) && is_forced) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, force->at, "not-carried-over",
                                  "sticky_session_force: put WLMStrictAffinity On into the httpd configuration");
    }
}

static void set_recover_time(jk_t *jk, import_cluster_t *made, const char *worker)
{
    const jk_property_t *time = wlmcfg_jk_get(jk, worker, "recover_time");
    const jk_property_t *timeouts = wlmcfg_jk_get(jk, worker, "max_reply_timeouts");

    if (time) {
        wlmcfg_import_seconds(jk->import, time->at, time->name, time->value, "s", &made->cluster->retry_interval);
    }
    if (timeouts) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, timeouts->at, "not-carried-over",
                                  "max_reply_timeouts=%s: a time-out marks no member down; WLMOutlier failures=N "
                                  "leaves it out after several",
                                  timeouts->value);
    }
}

static void add_members(jk_t *jk, import_cluster_t *made, const char *worker, const char *list)
{
    const jk_property_t *property = wlmcfg_jk_get(jk, worker, list);
    const apr_array_header_t *members = wlmcfg_jk_words(jk, property);
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const char *name = APR_ARRAY_IDX(members, i, const char *);
        if (apr_hash_get(jk->workers, name, APR_HASH_KEY_STRING)) {
            wlmcfg_jk_add_member(jk, made, worker, name);
        }
        else {
            wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_ERROR, property->at, "unknown-worker",
                                      "there is no worker \"%s\"; correct the name, or remove it", name);
        }
    }
    wlmcfg_jk_set_redirects(jk, made, members);
}

static import_cluster_t *make_balancer(jk_t *jk, const jk_property_t *type, const char *worker)
{
    import_cluster_t *made = wlmcfg_import_add_cluster(jk->import, type->at, worker);

    set_method(jk, made, worker);
    set_sessions(jk, made, worker);
    set_recover_time(jk, made, worker);
    add_members(jk, made, worker, "balance_workers");
    add_members(jk, made, worker, "balanced_workers");
    wlmcfg_jk_report_rest(jk, worker, balancer_carried, unsupported_of_balancers);
    return made;
}

/* -- worker.list ------------------------------------------------------------------------------- */

static void report_left_out(jk_t *jk, const jk_property_t *type, const char *worker)
{
    const apr_array_header_t *all = wlmcfg_jk_all(jk, worker);
    int i;

    for (i = 0; i < all->nelts; ++i) {
        APR_ARRAY_IDX(all, i, jk_property_t *)->is_used = 1;
    }
    if (strcmp(type->value, "status") == 0) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_NOTE, type->at, "not-carried-over",
                                  "status worker \"%s\" is left out; mod_status shows clusters and members on its "
                                  "page, server-status",
                                  worker);
    }
    else {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_ERROR, type->at, "bad-value",
                                  "worker \"%s\": type=%s is none that can be imported: ajp13, ajp14, lb, status",
                                  worker, type->value);
    }
}

static void add_target(jk_t *jk, const char *worker)
{
    const jk_property_t *type = wlmcfg_jk_get(jk, worker, "type");
    jk_target_t *target = apr_pcalloc(jk->import->p, sizeof(*target));

    target->name = worker;
    apr_hash_set(jk->targets, worker, APR_HASH_KEY_STRING, target);
    if (type && strcmp(type->value, "lb") == 0) {
        target->cluster = make_balancer(jk, type, worker);
    }
    else if (type && strncmp(type->value, "ajp1", 4) != 0) {
        report_left_out(jk, type, worker);
        return;
    }
    else {
        const jk_property_t *first = APR_ARRAY_IDX(wlmcfg_jk_all(jk, worker), 0, jk_property_t *);
        target->cluster = wlmcfg_import_add_cluster(jk->import, first->at, worker);
        wlmcfg_jk_add_member(jk, target->cluster, NULL, worker);
    }
    wlmcfg_jk_mount(jk, target);
}

void wlmcfg_jk_make_clusters(jk_t *jk)
{
    static const char *const carried[] = { "list", NULL };
    const jk_property_t *list = wlmcfg_jk_get(jk, "", "list");
    const apr_array_header_t *names = wlmcfg_jk_words(jk, list);
    int i;

    for (i = 0; i < names->nelts; ++i) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);
        if (!apr_hash_get(jk->workers, name, APR_HASH_KEY_STRING)) {
            wlmcfg_import_add_finding(
                jk->import, PLUGIN_CFG_ERROR, list->at, "unknown-worker",
                "worker.list names \"%s\", of which nothing is said; correct the name, or remove it", name);
        }
        else if (!apr_hash_get(jk->targets, name, APR_HASH_KEY_STRING)) {
            add_target(jk, name);
        }
    }
    wlmcfg_jk_report_rest(jk, "", carried, unsupported_of_all);
}
