/* `wlmcfg simulate`, the plan: from the words of the command line. On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "balance/options.h"
#include "balance/policies.h"
#include "health/admin_state.h"
#include "route/binding_words.h"
#include "tools/wlmcfg/common/words.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/plan_values.h"
#include "tools/wlmcfg/wlmcfg.h"

#define SESSIONS_MAX 1000000
#define REQUESTS_MAX 100000000     /* of all sessions together: about a minute's work */
#define CHANGES_MAX  1000
#define FACTOR_MAX   10000
#define UTILIZATION_MAX 1000         /* percent */
#define WEBS_MAX     100
#define DURATION_MAX (720 * SIM_HOUR)

/* -- changes ------------------------------------------------------------------------------------------ */

/* The value, where there is one, and how it is written */
static const struct {
    const char *name, *value, *what, *example;
    int least, most;
} kinds[] = {
    [SIM_KILL] = { .name = "kill" }, [SIM_REVIVE] = { .name = "revive" }, [SIM_DRAIN] = { .name = "drain" },
    [SIM_FAIL] = { .name = "fail" },
    [SIM_WEIGHT] = { "weight", "weight", "a weight", "MEMBER=WEIGHT@TIME, such as s1=4@120s", 0,
                     WLM_ADMIN_STATE_WEIGHT_MAX },
    [SIM_SLOW] = { "slow", "factor", "a factor", "MEMBER=FACTOR@TIME, such as s1=10@120s", 1, FACTOR_MAX },
    [SIM_REPORT] = { "report", "utilization", "a utilisation", "MEMBER=PERCENT@TIME, such as s1=80@120s", 0,
                     UTILIZATION_MAX },
    [SIM_WORKERS] = { "workers", "workers", "the number of workers",
                      "MEMBER=WORKERS@TIME, such as s1=2@120s, or a number for all", 1, FACTOR_MAX },
};

const char *wlmcfg_simulate_change_name(sim_change_kind_t kind)
{
    return kinds[kind].name;
}

const char *wlmcfg_simulate_change_value(sim_change_kind_t kind)
{
    return kinds[kind].value;
}

int wlmcfg_simulate_plan_has(const sim_plan_t *plan, sim_change_kind_t kind)
{
    int i;

    for (i = 0; i < plan->changes->nelts; ++i) {
        if (APR_ARRAY_IDX(plan->changes, i, sim_change_t).kind == kind) {
            return 1;
        }
    }
    return 0;
}

apr_interval_time_t wlmcfg_simulate_begin_of(const sim_plan_t *plan, int part, int parts)
{
    return plan->duration * part / parts;
}

static int find_member(const plugin_cfg_cluster_t *cfg, const char *name)
{
    int i;

    for (i = 0; i < cfg->members->nelts; ++i) {
        if (strcmp(APR_ARRAY_IDX(cfg->members, i, plugin_cfg_server_t *)->name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* The number behind a member's name. @return NULL; or what is wrong */
static const char *read_value(sim_change_t *change, char *equals, apr_pool_t *p)
{
    int least = kinds[change->kind].least, most = kinds[change->kind].most;
    uint64_t n;
    const char *end;

    if (!equals) {
        return apr_pstrcat(p, "write ", kinds[change->kind].example, NULL);
    }
    *equals++ = '\0';
    end = wlmcfg_simulate_read_digits(&n, equals, (uint64_t)most);
    if (!end || *end || n < (uint64_t)least) {
        return apr_psprintf(p, "%s is a whole number from %d to %d", kinds[change->kind].what, least, most);
    }
    change->value = (int)n;
    return NULL;
}

/* Names may have any character, what follows them has neither @ nor =: so the last one divides.
 * @return NULL; or what is wrong */
static const char *read_change(sim_change_t *change, const char *word, const sim_plan_t *plan, apr_pool_t *p)
{
    char *name = apr_pstrdup(p, word), *at = strrchr(name, '@');
    const char *wrong;

    if (at) {
        *at++ = '\0';
    }
    change->value = 0;
    if (wlmcfg_simulate_change_value(change->kind)
        && (wrong = read_value(change, at ? strrchr(name, '=') : NULL, p)) != NULL) {
        return wrong;
    }
    if (!at || !wlmcfg_simulate_read_time(&change->at, at, 0, DURATION_MAX)) {
        return "write MEMBER@TIME, with a time such as 90s or 10m";
    }
    if (change->at >= plan->duration) {
        return "that is not before the end of the simulation; see --duration";
    }
    change->name = name;
    change->member = find_member(plan->cfg, name);
    return change->member < 0 ? apr_pstrcat(p, "cluster ", plan->cfg->name, " has no such member", NULL) : NULL;
}

/* Behind those of the same time */
static void insert_change(apr_array_header_t *changes, const sim_change_t *change)
{
    sim_change_t *all;
    int i;

    apr_array_push(changes);
    all = (sim_change_t *)changes->elts;
    for (i = changes->nelts - 1; i > 0 && all[i - 1].at > change->at; --i) {
        all[i] = all[i - 1];
    }
    all[i] = *change;
}

static int read_changes(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p)
{
    sim_change_t change;
    int kind, i;

    plan->changes = apr_array_make(p, 4, sizeof(sim_change_t));
    for (kind = SIM_KILL; kind < SIM_CHANGES; ++kind) {
        for (i = 0; i < call->changes[kind]->nelts; ++i) {
            const char *word = APR_ARRAY_IDX(call->changes[kind], i, const char *), *wrong;
            if (kind == SIM_WORKERS && !strchr(word, '@')) {
                continue; /* of all members */
            }
            change.kind = (sim_change_kind_t)kind;
            wrong = plan->changes->nelts == CHANGES_MAX ? "more than " APR_STRINGIFY(CHANGES_MAX) " changes"
                                                        : read_change(&change, word, plan, p);
            if (wrong) {
                tool_misuse(apr_psprintf(p, "--%s %s", wlmcfg_simulate_change_name(change.kind), word), wrong);
                return 0;
            }
            insert_change(plan->changes, &change);
        }
    }
    return 1;
}

/* -- the whole ------------------------------------------------------------------------------------------ */

static const char *names_of(const plugin_cfg_t *cfg, apr_pool_t *p)
{
    const char *names = "";
    int i;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        names = apr_pstrcat(p, names, i ? ", " : "", APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *)->name,
                            NULL);
    }
    return names;
}

static int find_cluster(sim_plan_t *plan, const sim_call_t *call, const plugin_cfg_t *cfg, apr_pool_t *p)
{
    int i, n = cfg->clusters->nelts;
    const char *why;

    for (i = 0; i < n; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *);
        if (call->cluster ? strcmp(cluster->name, call->cluster) == 0 : n == 1) {
            plan->cfg = cluster;
            return 1;
        }
    }
    why = !n ? "it has no cluster"
        : apr_pstrcat(p, call->cluster ? "it has no cluster " : "name a cluster with --cluster",
                      call->cluster ? call->cluster : "", "; it has ", names_of(cfg, p), NULL);
    tool_misuse(call->file, why);
    return 0;
}

static int read_counts(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p)
{
    uint64_t sessions, requests, web_servers;

    if (!wlmcfg_simulate_read_number(&sessions, "--sessions", call->sessions, 1, SESSIONS_MAX, p)
        || !wlmcfg_simulate_read_number(&requests, "--requests-per-session", call->requests, 1, REQUESTS_MAX, p)
        || !wlmcfg_simulate_read_number(&web_servers, "--web-servers", call->web_servers, 1, WEBS_MAX, p)
        || !wlmcfg_simulate_read_number(&plan->seed, "--seed", call->seed, 0, INT64_MAX, p)) {
        return 0;
    }
    if (sessions * requests > REQUESTS_MAX) {
        tool_misuse("--sessions, --requests-per-session",
                      "more than " APR_STRINGIFY(REQUESTS_MAX) " requests together");
        return 0;
    }
    plan->sessions = (uint32_t)sessions;
    plan->requests = (uint32_t)requests;
    plan->web_servers = (int)web_servers;
    return 1;
}

/* All requests of a session that begins last must have their time. @return 0: they have not */
static int fit_times(sim_plan_t *plan, int has_think_time)
{
    apr_interval_time_t pauses = (apr_interval_time_t)plan->requests - 1;

    if (!has_think_time && pauses > 0) {
        plan->think_time = plan->duration / 10 / pauses - plan->response_time;
        plan->think_time = plan->think_time > 0 ? plan->think_time : 0;
    }
    return plan->think_time + plan->response_time < plan->duration / plan->requests;
}

static int read_times(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p)
{
    plan->duration = 600 * APR_USEC_PER_SEC;
    plan->response_time = 50 * 1000;
    plan->slow_start = wlm_options_for(NULL, "", p)->slow_start; /* as in the module without a directive */
    if (!wlmcfg_simulate_read_time_of(&plan->duration, "--duration", call->duration, APR_USEC_PER_SEC, DURATION_MAX, p)
        || !wlmcfg_simulate_read_time_of(&plan->response_time, "--response-time", call->response_time, 0, SIM_HOUR, p)
        || !wlmcfg_simulate_read_time_of(&plan->think_time, "--think-time", call->think_time, 0, DURATION_MAX, p)
        || !wlmcfg_simulate_read_time_of(&plan->slow_start, "--slow-start", call->slow_start, 0, SIM_HOUR, p)) {
        return 0;
    }
    if (!fit_times(plan, call->think_time != NULL)) {
        tool_misuse("--duration", "too short for the requests of one session, each with response time and think time");
        return 0;
    }
    return 1;
}

static int read_policy(sim_plan_t *plan, const sim_call_t *call)
{
    if (!call->policy || wlm_policies_parse(&plan->policy, call->policy)) {
        return 1;
    }
    tool_misuse("--policy", "LoadBalance (as the file says), RoundRobin, Random, LeastBusy or PeakEWMA");
    return 0;
}

static int read_affinity(sim_plan_t *plan, const sim_call_t *call, apr_pool_t *p)
{
    const apr_array_header_t *words = wlmcfg_words_split(call->affinity ? call->affinity : "", p);
    const char *wrong = !call->affinity ? NULL
                        : !words->nelts ? "Off, or Cookie, Wrap or Learn and what that is, such as \"Cookie WLMID\""
                        : wlm_binding_parse(&plan->affinity, (char *const *)words->elts, words->nelts, NULL, p);

    if (wrong) {
        tool_misuse("--affinity", wrong);
        return 0;
    }
    plan->affinity_text = plan->affinity && plan->affinity->nelts ? call->affinity : NULL;
    return 1;
}

int wlmcfg_simulate_plan(sim_plan_t *plan, const sim_call_t *call, const plugin_cfg_t *cfg, apr_pool_t *p)
{
    memset(plan, 0, sizeof(*plan));
    plan->is_poisson = call->poisson;
    return read_policy(plan, call) && read_affinity(plan, call, p) && read_counts(plan, call, p)
           && read_times(plan, call, p) && wlmcfg_simulate_plan_load(plan, call, p)
           && find_cluster(plan, call, cfg, p) && read_changes(plan, call, p);
}
