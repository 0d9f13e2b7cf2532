/* `wlmcfg simulate`, the counts while it runs: per member and part of the time, and how near the balance is to the
 * weights. On main()'s thread.
 *
 * What a member should have got changes with every balanced request, for all members. That is not written down each
 * time: `drawn` counts them while the weights stay the same, and flush() adds what they mean. A member is furthest
 * behind just before it is chosen and furthest ahead just after, so it is enough to compute its deviation then and
 * at a flush.
 */
#include <string.h>
#include "balance/availability.h"
#include "balance/classes.h"
#include "balance/member.h"
#include "balance/schedule_cache.h"
#include "health/admin_state.h"
#include "tools/wlmcfg/simulate/count.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/simulate/tally.h"

/* -- the balance -------------------------------------------------------------------------------------- */

static uint32_t epoch_of(const sim_t *sim)
{
    return (uint32_t)(atomic_load(&sim->cluster->shared->turn) >> 32);
}

static sim_view_t *view_of(sim_t *sim)
{
    return &sim->tally.views[sim->web];
}

static double wanted_since(const sim_tally_t *tally, int member)
{
    double wanted = 0;
    int i;

    for (i = 0; i < tally->nviews; ++i) {
        const sim_view_t *view = &tally->views[i];
        wanted += view->sum ? (double)view->drawn * view->weights[member] / (double)view->sum : 0;
    }
    return wanted;
}

static double magnitude(double difference)
{
    return difference < 0 ? -difference : difference;
}

static void update_deviation(sim_t *sim, int member)
{
    sim_tally_t *tally = &sim->tally;
    double by = (double)tally->got[member] - tally->wanted[member] - wanted_since(tally, member);

    if (magnitude(by) > magnitude(tally->deviation.by)) {
        tally->deviation.by = by;
        tally->deviation.member = member;
        tally->deviation.at = sim->now - SIM_START;
    }
}

static void flush(sim_t *sim)
{
    sim_tally_t *tally = &sim->tally;
    int m, i;

    for (m = 0; m < tally->nmembers; ++m) {
        double wanted = wanted_since(tally, m);
        update_deviation(sim, m);
        tally->wanted[m] += wanted;
        wlmcfg_simulate_count_of(sim, m)->wanted += wanted;
    }
    for (i = 0; i < tally->nviews; ++i) {
        tally->views[i].drawn = 0;
    }
}

static void read_weights(sim_t *sim)
{
    sim_view_t *view = view_of(sim);

    view->epoch = epoch_of(sim);
    view->sum = wlm_schedule_cache_weights(sim->cluster, view->weights);
}

void wlmcfg_simulate_count_before(sim_t *sim)
{
    if (epoch_of(sim) != view_of(sim)->epoch) {
        flush(sim);
        read_weights(sim);
    }
}

static void lengthen_run(sim_tally_t *tally, int member)
{
    tally->run.length = tally->run.member == member ? tally->run.length + 1 : 1;
    tally->run.member = member;
    if (tally->run.length > tally->longest_run.length) {
        tally->longest_run = tally->run;
    }
}

void wlmcfg_simulate_count_balanced(sim_t *sim, int member)
{
    sim_tally_t *tally = &sim->tally;

    if (view_of(sim)->sum) {
        update_deviation(sim, member);
        view_of(sim)->drawn++;
        tally->got[member]++;
        wlmcfg_simulate_count_of(sim, member)->got++;
        update_deviation(sim, member);
        lengthen_run(tally, member);
    }
}

void wlmcfg_simulate_count_failure(sim_t *sim, int member)
{
    wlmcfg_simulate_count_of(sim, member)->failures++;
    view_of(sim)->failures++;
}

/* -- requests by class ------------------------------------------------------------------------------------- */

static sim_class_count_t *class_of(sim_t *sim, const sim_request_t *request)
{
    return &sim->tally.classes[sim->tally.slice * sim->tally.nclasses + request->class_number];
}

void wlmcfg_simulate_count_begun(sim_t *sim, const sim_request_t *request)
{
    class_of(sim, request)->requests++;
}

void wlmcfg_simulate_count_answered(sim_t *sim, const sim_request_t *request, int is_error)
{
    apr_interval_time_t goal = wlm_classes_at(sim->cluster->options, request->class_number)->goal;
    apr_interval_time_t time = sim->now - request->begun;
    sim_class_count_t *count = class_of(sim, request);

    if (is_error) {
        count->failed++;
        return;
    }
    count->answered++;
    count->in_time += !goal || time <= goal;
    count->times[wlm_histogram_bucket(time)]++;
}

void wlmcfg_simulate_count_hedged(sim_t *sim, const sim_request_t *request)
{
    class_of(sim, request)->hedged++;
}

void wlmcfg_simulate_count_hedge_won(sim_t *sim, const sim_request_t *request)
{
    class_of(sim, request)->hedges_won += (uint64_t)request->hedge.is_second;
}

void wlmcfg_simulate_count_not_answered(sim_t *sim, const sim_request_t *request, sim_not_answered_t why)
{
    sim_class_count_t *count = class_of(sim, request);

    sim->tally.not_answered[why]++;
    *(why == SIM_GIVEN_UP ? &count->given_up : &count->refused) += 1;
}

/* -- parts of the time ------------------------------------------------------------------------------------ */

/* 12 to 20 intervals: so many that their limits are whole seconds, if there is such a number */
static int intervals_of(apr_interval_time_t duration)
{
    static const int preferred[] = { 15, 12, 20, 16, 18, 14, 13, 17, 19 };
    size_t i;

    for (i = 0; i < sizeof(preferred) / sizeof(preferred[0]); ++i) {
        if (duration % (preferred[i] * APR_USEC_PER_SEC) == 0) {
            return preferred[i];
        }
    }
    return preferred[0];
}

sim_count_t *wlmcfg_simulate_count_of(sim_t *sim, int member)
{
    return &sim->tally.counts[(size_t)sim->tally.slice * (size_t)sim->tally.nmembers + (size_t)member];
}

/* As a web server takes it */
static const char *state_of(const sim_t *sim, int web, int m)
{
    const wlm_member_t *member = &sim->webs[web].cluster->members[m];
    wlm_availability_t availability = wlm_availability_of(member, sim->now);
    wlm_admin_mode_t mode = wlm_admin_state_mode(atomic_load(&member->shared->admin));

    return availability == WLM_MEMBER_USABLE && mode != WLM_ENABLED ? wlm_admin_state_name(mode)
                                                                    : wlm_availability_name(availability);
}

static void note_state(const sim_t *sim, int m, sim_count_t *count)
{
    const char *up = wlm_availability_name(WLM_MEMBER_USABLE);
    int i;

    count->state = up;
    count->up_at = count->limit = 0;
    for (i = 0; i < sim->plan->web_servers; ++i) {
        const char *state = state_of(sim, i, m);
        int is_up = strcmp(state, up) == 0;

        count->state = is_up || count->up_at < i ? count->state : state;
        count->up_at += is_up;
        count->limit += wlm_member_found_limit(&sim->webs[i].cluster->members[m]);
    }
}

static void end_slice(sim_t *sim)
{
    int m;

    flush(sim);
    for (m = 0; m < sim->tally.nmembers; ++m) {
        note_state(sim, m, wlmcfg_simulate_count_of(sim, m));
    }
}

/* The last slice also has what little is later: requests that had to be repeated */
void wlmcfg_simulate_count_clock(sim_t *sim)
{
    sim_tally_t *tally = &sim->tally;

    while (tally->slice + 1 < tally->slices
           && sim->now - SIM_START >= wlmcfg_simulate_begin_of(sim->plan, tally->slice + 1, tally->slices)) {
        end_slice(sim);
        tally->slice++;
    }
}

static void init_views(sim_t *sim)
{
    sim_tally_t *tally = &sim->tally;
    int i;

    tally->nviews = sim->plan->web_servers;
    tally->views = apr_pcalloc(sim->pool, sizeof(*tally->views) * (size_t)tally->nviews);
    for (i = tally->nviews; i-- > 0;) {
        tally->views[i].weights = apr_pcalloc(sim->pool, sizeof(*tally->views->weights) * (size_t)tally->nmembers);
        wlmcfg_simulate_act_as(sim, i);
        read_weights(sim);
    }
}

void wlmcfg_simulate_count_init(sim_t *sim)
{
    sim_tally_t *tally = &sim->tally;
    size_t n = (size_t)sim->cluster->nmembers;

    tally->nmembers = sim->cluster->nmembers;
    tally->intervals = intervals_of(sim->plan->duration);
    tally->slices = tally->intervals * SIM_SLICES_OF_INTERVAL;
    tally->counts = apr_pcalloc(sim->pool, sizeof(*tally->counts) * n * (size_t)tally->slices);
    tally->nclasses = wlm_classes_count(sim->cluster->options);
    tally->classes = apr_pcalloc(sim->pool, sizeof(*tally->classes) * (size_t)(tally->nclasses * tally->slices));
    tally->totals = apr_pcalloc(sim->pool, sizeof(*tally->totals) * n);
    tally->wanted = apr_pcalloc(sim->pool, sizeof(*tally->wanted) * n);
    tally->got = apr_pcalloc(sim->pool, sizeof(*tally->got) * n);
    tally->run.member = tally->longest_run.member = -1;
    init_views(sim);
}

void wlmcfg_simulate_count_end(sim_t *sim)
{
    sim_tally_t *tally = &sim->tally;
    uint64_t begun = 0;
    int m;

    sim->now = SIM_START + sim->plan->duration > sim->now ? SIM_START + sim->plan->duration : sim->now;
    wlmcfg_simulate_count_clock(sim);
    end_slice(sim);
    for (m = 0; m < tally->nclasses; ++m) {
        begun += wlmcfg_simulate_class(tally, m, 0, tally->slices).requests;
    }
    tally->not_answered[SIM_UNFINISHED] = begun - tally->requests;
    wlmcfg_simulate_slices(tally, 0, tally->slices, tally->totals);
}
