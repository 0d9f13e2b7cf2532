/* `wlmcfg simulate`, before it runs: a cluster, the cookies of its members, and when sessions begin.
 * On main()'s thread. */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "balance/classes.h"
#include "balance/waiting.h"
#include "base/cache_line.h"
#include "base/random.h"
#include "health/reported.h"
#include "tools/wlmcfg/common/cluster.h"
#include "tools/wlmcfg/simulate/count.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/simulation.h"

#define REPORT_EXPIRY apr_time_from_sec(30) /* as WLMLoadReport has it */

static int by_time(const void *a, const void *b)
{
    apr_interval_time_t x = *(const apr_interval_time_t *)a, y = *(const apr_interval_time_t *)b;

    return (x > y) - (x < y);
}

/* Early enough for the last one's requests. A Poisson process with a given number of arrivals is so many times, each
 * drawn at random: only whole numbers are needed, which are the same on every machine. */
static void make_sessions(sim_t *sim)
{
    const sim_plan_t *plan = sim->plan;
    apr_interval_time_t window = plan->duration - plan->requests * plan->response_time
                                 - (plan->requests - 1) * plan->think_time;
    uint32_t i;

    sim->sessions = apr_palloc(sim->pool, sizeof(*sim->sessions) * plan->sessions);
    sim->arrivals = apr_palloc(sim->pool, sizeof(*sim->arrivals) * plan->sessions);
    for (i = 0; i < plan->sessions; ++i) {
        sim->sessions[i] = (sim_session_t){ .member = -1, .left = plan->requests };
        sim->arrivals[i] = plan->is_poisson
                           ? (apr_interval_time_t)(wlm_random_next(&sim->random) % (uint64_t)window)
                           : window * i / plan->sessions;
    }
    if (plan->is_poisson) {
        qsort(sim->arrivals, plan->sessions, sizeof(*sim->arrivals), by_time);
    }
}

/* What a request of a session says: the name of its member by WLMAffinity, and before the cookie of an application
 * server. A clone id in that which the module cannot read back gets no session here, too */
static void make_cookies(sim_t *sim)
{
    wlm_affinity_rule_t rule = wlm_affinity_rule_of(sim->plan->cfg, NULL, NULL);
    int i;

    sim->cookies = apr_pcalloc(sim->pool, sizeof(*sim->cookies) * (apr_size_t)(sim->cluster->nmembers + 1));
    for (i = 0; i < sim->cluster->nmembers; ++i) {
        const char *id = sim->cluster->members[i].cfg->clone_id;
        const char *cookie = apr_psprintf(sim->pool, "%s=0000id%c%s", rule.cookie_name, rule.separators[0], id ? id
                                          : "");
        if (sim->cluster->by_name) {
            wlm_affinity_add_member(&sim->cookies[i], sim->cluster->members[i].cfg->name);
        }
        if (id) {
            wlm_affinity_read(&sim->cookies[i], &rule, &cookie, 1, NULL, sim->pool);
        }
    }
}

/* As httpd/runtime/segment.c does, in private memory */
static void make_queue(sim_web_t *web, apr_pool_t *p)
{
    int capacity = wlm_options_queue(web->cluster->options).length, lanes = wlm_classes_count(web->cluster->options);
    wlm_queue_t *queue;

    if (!capacity) {
        return;
    }
    queue = (void *)APR_ALIGN((uintptr_t)apr_pcalloc(p, wlm_queue_size(capacity, lanes) + WLM_CACHE_LINE),
                              WLM_CACHE_LINE);
    wlm_queue_make(queue, capacity, lanes);
    wlm_waiting_prepare(web->cluster, queue);
    web->queued = apr_pcalloc(p, sizeof(*web->queued) * (apr_size_t)(capacity * lanes));
}

/* Any key will do: nothing is sealed here, but a cluster with WLMAffinity has keys */
static apr_array_header_t *make_keys(apr_pool_t *p)
{
    apr_array_header_t *keys = apr_array_make(p, 1, sizeof(wlm_seal_key_t));

    memset(apr_array_push(keys), 0, sizeof(wlm_seal_key_t));
    return keys;
}

static wlm_options_t *make_options(const sim_t *sim)
{
    wlm_options_t *options = apr_pmemdup(sim->pool, wlm_options_for(NULL, sim->plan->cfg->name, sim->pool),
                                         sizeof(*options));

    options->slow_start = sim->plan->slow_start;
    options->policy = sim->plan->policy;
    options->concurrency = sim->plan->concurrency;
    options->hedge = sim->plan->hedge;
    options->affinity = sim->plan->affinity;
    options->affinity_keys = make_keys(sim->pool);
    if (wlmcfg_simulate_plan_has(sim->plan, SIM_REPORT)) {
        options->load_report = (wlm_reported_rule_t){ .kind = WLM_REPORTED_ORCA, .expiry = REPORT_EXPIRY };
    }
    if (sim->plan->has_queue) {
        options->queue = sim->plan->queue;
        options->is_set.queue = 1;
    }
    options->classes = sim->plan->classes;
    return options;
}

/* All but the first begin at a random place of the rotation, as the module does; so one alone begins with the first
 * member */
static void make_webs(sim_t *sim)
{
    const wlm_options_t *options = make_options(sim);
    int i;

    sim->webs = apr_pcalloc(sim->pool, sizeof(*sim->webs) * (apr_size_t)sim->plan->web_servers);
    for (i = 0; i < sim->plan->web_servers; ++i) {
        sim->webs[i].cluster = wlmcfg_cluster_make(sim->plan->cfg, options, sim->pool);
        if (i) {
            atomic_store(&sim->webs[i].cluster->shared->turn, wlm_random_next(&sim->random) >> 33);
        }
        make_queue(&sim->webs[i], sim->pool);
    }
    wlmcfg_simulate_act_as(sim, 0);
}

static void make_servers(sim_t *sim)
{
    int i;

    sim->servers = apr_pcalloc(sim->pool, sizeof(*sim->servers) * (apr_size_t)(sim->cluster->nmembers + 1));
    for (i = 0; i < sim->cluster->nmembers; ++i) {
        sim->servers[i] = (sim_server_t){ .factor = 1, .workers = sim->plan->workers };
    }
}

void wlmcfg_simulate_make(sim_t *sim, const sim_plan_t *plan, apr_pool_t *p)
{
    memset(sim, 0, sizeof(*sim));
    sim->plan = plan;
    sim->pool = sim->events.pool = p;
    apr_pool_create(&sim->scratch, p);
    sim->random = plan->seed;
    sim->now = SIM_START;
    make_webs(sim);
    make_servers(sim);
    make_cookies(sim);
    make_sessions(sim);
    wlmcfg_simulate_count_init(sim);
}
