/* `wlmcfg simulate`, the plan: from the words of the command line. Numbers and times are parsed strictly, because by a
 * mistyped one the result would be wrong without a message. On main()'s thread. */
#include <string.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/duration.h"
#include "health/admin_state.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/wlmcfg.h"

#define SESSIONS_MAX 1000000
#define REQUESTS_MAX 100000000     /* of all sessions together: about a minute's work */
#define CHANGES_MAX  1000
#define HOUR         (3600 * APR_USEC_PER_SEC)
#define DURATION_MAX (720 * HOUR)

/* -- numbers and times ---------------------------------------------------------------------------- */

/* @return what follows the digits; NULL when there are none, or the number is above the maximum */
static const char *read_digits(uint64_t *value, const char *text, uint64_t max)
{
    const char *c = text;

    *value = 0;
    for (; apr_isdigit(*c); ++c) {
        uint64_t digit = (uint64_t)(*c - '0');
        if (digit > max || *value > (max - digit) / 10) {
            return NULL;
        }
        *value = *value * 10 + digit;
    }
    return c == text ? NULL : c;
}

static int read_number(uint64_t *value, const char *option, const char *text, uint64_t min, uint64_t max, apr_pool_t *p)
{
    const char *end = read_digits(value, text, max);

    if (end && !*end && *value >= min) {
        return 1;
    }
    tool_misuse(option, apr_psprintf(p, "\"%s\" is no whole number from %" APR_UINT64_T_FMT " to %" APR_UINT64_T_FMT,
                                       text, min, max));
    return 0;
}

static int read_time(apr_interval_time_t *time, const char *text, apr_interval_time_t min, apr_interval_time_t max)
{
    return wlm_duration_parse(time, text, "s") && *time >= min && *time <= max;
}

/* @param text  NULL: the option was not given, *time stays */
static int read_time_of(apr_interval_time_t *time, const char *option, const char *text, apr_interval_time_t min,
                        apr_interval_time_t max, apr_pool_t *p)
{
    if (!text || read_time(time, text, min, max)) {
        return 1;
    }
    tool_misuse(option, apr_psprintf(p, "\"%s\" is no time such as 90s, 10m, 1h or 50ms, from %ds to %dh", text,
                                       (int)apr_time_sec(min), (int)(max / HOUR)));
    return 0;
}

/* -- changes ------------------------------------------------------------------------------------------ */

const char *wlmcfg_simulate_change_name(sim_change_kind_t kind)
{
    static const char *const names[] = {
        [SIM_KILL] = "kill", [SIM_REVIVE] = "revive", [SIM_DRAIN] = "drain", [SIM_WEIGHT] = "weight"
    };
    return names[kind];
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

/* Names may have any character, what follows them has neither @ nor =: so the last one divides.
 * @return NULL; or what is wrong */
static const char *read_change(sim_change_t *change, const char *word, const sim_plan_t *plan, apr_pool_t *p)
{
    char *name = apr_pstrdup(p, word), *at = strrchr(name, '@'), *weight = NULL;
    uint64_t n = 0;

    if (at) {
        *at++ = '\0';
        weight = strrchr(name, '=');
    }
    if (change->kind == SIM_WEIGHT) {
        if (!at || !weight) {
            return "write MEMBER=WEIGHT@TIME, such as s1=4@120s";
        }
        *weight++ = '\0';
        weight = read_digits(&n, weight, WLM_ADMIN_STATE_WEIGHT_MAX) ? weight + strspn(weight, "0123456789") : NULL;
        if (!weight || *weight) {
            return apr_psprintf(p, "a weight is a whole number from 0 to %d", WLM_ADMIN_STATE_WEIGHT_MAX);
        }
    }
    if (!at || !read_time(&change->at, at, 0, DURATION_MAX)) {
        return "write MEMBER@TIME, with a time such as 90s or 10m";
    }
    if (change->at >= plan->duration) {
        return "that is not before the end of the simulation; see --duration";
    }
    change->name = name;
    change->weight = (int)n;
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
    for (kind = SIM_KILL; kind <= SIM_WEIGHT; ++kind) {
        for (i = 0; i < call->changes[kind]->nelts; ++i) {
            const char *word = APR_ARRAY_IDX(call->changes[kind], i, const char *), *wrong;
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
    uint64_t sessions, requests;

    if (!read_number(&sessions, "--sessions", call->sessions, 1, SESSIONS_MAX, p)
        || !read_number(&requests, "--requests-per-session", call->requests, 1, REQUESTS_MAX, p)
        || !read_number(&plan->seed, "--seed", call->seed, 0, INT64_MAX, p)) {
        return 0;
    }
    if (sessions * requests > REQUESTS_MAX) {
        tool_misuse("--sessions, --requests-per-session",
                      "more than " APR_STRINGIFY(REQUESTS_MAX) " requests together");
        return 0;
    }
    plan->sessions = (uint32_t)sessions;
    plan->requests = (uint32_t)requests;
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
    if (!read_time_of(&plan->duration, "--duration", call->duration, APR_USEC_PER_SEC, DURATION_MAX, p)
        || !read_time_of(&plan->response_time, "--response-time", call->response_time, 0, HOUR, p)
        || !read_time_of(&plan->think_time, "--think-time", call->think_time, 0, DURATION_MAX, p)
        || !read_time_of(&plan->slow_start, "--slow-start", call->slow_start, 0, HOUR, p)) {
        return 0;
    }
    if (!fit_times(plan, call->think_time != NULL)) {
        tool_misuse("--duration", "too short for the requests of one session, each with response time and think time");
        return 0;
    }
    return 1;
}

int wlmcfg_simulate_plan(sim_plan_t *plan, const sim_call_t *call, const plugin_cfg_t *cfg, apr_pool_t *p)
{
    memset(plan, 0, sizeof(*plan));
    plan->is_poisson = call->poisson;
    return read_counts(plan, call, p) && read_times(plan, call, p) && find_cluster(plan, call, cfg, p)
           && read_changes(plan, call, p);
}
