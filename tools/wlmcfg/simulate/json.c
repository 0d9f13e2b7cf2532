/* `wlmcfg simulate --json`. The keys and their order are part of the interface: docs/man/wlmcfg.1.
 * On main()'s thread. */
#include <string.h>
#include "balance/pick.h"
#include "balance/policies.h"
#include "tools/wlmcfg/common/json.h"
#include "tools/wlmcfg/simulate/json_load.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/print.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/simulate/tally.h"

#define DIGITS 9

static double seconds(apr_interval_time_t time)
{
    return (double)time / APR_USEC_PER_SEC;
}

static json_t *number(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *name_of(const sim_t *sim, int member)
{
    return wlmcfg_json_text(member < 0 ? NULL : sim->cluster->members[member].cfg->name);
}

/* -- counts --------------------------------------------------------------------------------------------- */

static json_t *counted(const sim_count_t *count, int is_known, double got, double wanted)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:i, s:o}", "sessions", number(count->sessions),
                     "moved", number(count->moved), "requests", number(count->requests),
                     "failed", number(count->failures), "got", is_known ? json_real(got) : json_null(),
                     "wanted", is_known ? json_real(wanted) : json_null(), "state", count->state, "up_at", count->up_at,
                     "limit", count->limit ? json_integer(count->limit) : json_null());
}

/* Also with what is known of the member when these are its totals */
static json_t *member(const sim_t *sim, int m, json_t *count, int is_total)
{
    const plugin_cfg_server_t *server = sim->cluster->members[m].cfg;
    json_t *object = is_total ? json_pack("{s:o, s:s, s:i}", "name", name_of(sim, m), "tier",
                                          server->tier == PLUGIN_CFG_BACKUP ? "backup" : "primary", "weight",
                                          server->weight)
                              : json_pack("{s:o}", "name", name_of(sim, m));

    json_object_update(object, count);
    json_decref(count);
    return object;
}

static json_t *members(const sim_t *sim, const sim_count_t *counts, int is_total, apr_pool_t *p)
{
    int m, n = sim->tally.nmembers;
    double *got = apr_palloc(p, sizeof(*got) * (apr_size_t)n), *wanted = apr_palloc(p, sizeof(*wanted) * (apr_size_t)n);
    int is_known = wlmcfg_simulate_shares(counts, n, got, wanted);
    json_t *list = json_array();

    for (m = 0; m < n; ++m) {
        json_array_append_new(list, member(sim, m, counted(&counts[m], is_known, got[m], wanted[m]), is_total));
    }
    return list;
}

static json_t *intervals(const sim_t *sim, apr_pool_t *p)
{
    sim_count_t *counts = apr_palloc(p, sizeof(*counts) * (apr_size_t)sim->tally.nmembers);
    json_t *list = json_array();
    int i, n = sim->tally.intervals;

    for (i = 0; i < n; ++i) {
        wlmcfg_simulate_interval(&sim->tally, i, counts);
        json_array_append_new(list, json_pack("{s:f, s:f, s:o, s:o}", "from",
                                              seconds(wlmcfg_simulate_begin_of(sim->plan, i, n)), "to",
                                              seconds(wlmcfg_simulate_begin_of(sim->plan, i + 1, n)), "members",
                                              members(sim, counts, 0, p), "classes",
                                              wlmcfg_simulate_json_classes(sim, i * SIM_SLICES_OF_INTERVAL,
                                                                           SIM_SLICES_OF_INTERVAL)));
    }
    return list;
}

/* -- the whole ------------------------------------------------------------------------------------------ */

static json_t *value_of(const sim_change_t *change, const char *what)
{
    const char *value = wlmcfg_simulate_change_value(change->kind);

    return value && strcmp(value, what) == 0 ? json_integer(change->value) : json_null();
}

static json_t *changes(const sim_t *sim)
{
    json_t *list = json_array();
    int i;

    for (i = 0; i < sim->plan->changes->nelts; ++i) {
        const sim_change_t *change = &APR_ARRAY_IDX(sim->plan->changes, i, sim_change_t);
        json_array_append_new(list, json_pack("{s:f, s:s, s:o, s:o, s:o, s:o, s:o}", "at", seconds(change->at),
                                              "change", wlmcfg_simulate_change_name(change->kind),
                                              "member", name_of(sim, change->member), "weight",
                                              value_of(change, "weight"), "factor",
                                              value_of(change, "factor"), "utilization",
                                              value_of(change, "utilization"), "workers",
                                              value_of(change, "workers")));
    }
    return list;
}

static json_t *plan(const sim_t *sim, apr_pool_t *p)
{
    const sim_plan_t *plan = sim->plan;
    json_t *load = wlmcfg_simulate_json_plan_load(plan, p);
    json_t *object = json_pack("{s:o, s:s, s:o, s:i, s:i, s:f, s:f, s:f, s:f, s:b, s:i, s:o, s:o}",
                     "cluster", wlmcfg_json_text(plan->cfg->name), "policy", sim->cluster->policy->name,
                     "affinity", wlmcfg_json_text(plan->affinity_text),
                     "sessions", (int)plan->sessions, "requests_per_session", (int)plan->requests,
                     "duration", seconds(plan->duration), "response_time", seconds(plan->response_time),
                     "think_time", seconds(plan->think_time), "slow_start", seconds(plan->slow_start),
                     "poisson", plan->is_poisson, "web_servers", plan->web_servers, "seed", number(plan->seed),
                     "changes", changes(sim));
    json_object_update(object, load);
    json_decref(load);
    return object;
}

static json_t *moves(const sim_tally_t *tally)
{
    json_t *object = json_object();
    int cause;

    for (cause = 0; cause < SIM_CAUSES; ++cause) {
        json_object_set_new(object, wlmcfg_simulate_cause_name((sim_cause_t)cause), number(tally->moves[cause]));
    }
    return object;
}

static json_t *deviation(const sim_t *sim)
{
    const sim_tally_t *tally = &sim->tally;

    return json_pack("{s:f, s:o, s:f}", "by", tally->deviation.by, "member",
                     name_of(sim, tally->deviation.by < 0 || tally->deviation.by > 0 ? tally->deviation.member : -1),
                     "at", seconds(tally->deviation.at));
}

static json_t *webs(const sim_tally_t *tally)
{
    json_t *list = json_array();
    int i;

    for (i = 0; i < tally->nviews; ++i) {
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "requests", number(tally->views[i].requests), "failed",
                                              number(tally->views[i].failures), "repeated",
                                              number(tally->views[i].repeated)));
    }
    return list;
}

int wlmcfg_simulate_json(const sim_t *sim, apr_pool_t *p)
{
    const sim_tally_t *tally = &sim->tally;

    return wlmcfg_json_print(
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o}",
                  "plan", plan(sim, p), "requests", number(tally->requests + tally->not_answered[SIM_UNFINISHED]),
                  "not_answered", wlmcfg_simulate_json_not_answered(tally),
                  "repeated", number(tally->repeated), "hedges_refused", number(tally->hedges_refused),
                  "moved_sessions", number(tally->moved_sessions), "moves", moves(tally),
                  "imbalance", wlmcfg_simulate_imbalance(tally->totals, tally->nmembers), "deviation", deviation(sim),
                  "longest_run", "length", number(tally->longest_run.length),
                  "member", name_of(sim, tally->longest_run.member), "intervals", intervals(sim, p),
                  "members", members(sim, tally->totals, 1, p), "web_servers", webs(tally),
                  "classes", wlmcfg_simulate_json_classes(sim, 0, tally->slices)),
        JSON_REAL_PRECISION(DIGITS));
}
