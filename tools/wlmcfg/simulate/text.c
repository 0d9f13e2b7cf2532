/* `wlmcfg simulate`, the printer for people: tables of what happened over time, each member's totals, and the whole.
 * On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "balance/availability.h"
#include "balance/pick.h"
#include "balance/policies.h"
#include "base/count.h"
#include "tools/common/text.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/print.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/simulate/tally.h"

/* with more members a table of all of them in each interval could not be read */
#define MEMBERS_OVER_TIME 6
#define NAME_WIDTH_MAX    40

/* -- words -------------------------------------------------------------------------------------------- */

static void print_padded(const char *text, int width)
{
    printf("%s%*s", text, width > tool_text_width(text) ? width - tool_text_width(text) : 0, "");
}

static const char *member_name(const sim_t *sim, int m, apr_pool_t *p)
{
    return tool_text_cut(sim->cluster->members[m].cfg->name, NAME_WIDTH_MAX, p);
}

static int width_of_names(const sim_t *sim, apr_pool_t *p)
{
    int m, width = (int)strlen("member");

    for (m = 0; m < sim->tally.nmembers; ++m) {
        int own = tool_text_width(member_name(sim, m, p));
        width = own > width ? own : width;
    }
    return width;
}

/* -- over time ------------------------------------------------------------------------------------------ */

#define TIME_WIDTH 12

static void print_share(int is_known, double share)
{
    if (is_known) {
        printf("  %6.1f %%", share);
    }
    else {
        printf("  %8s", "-");
    }
}

/* What happened in an interval, before what came of it */
static void print_changes(const sim_t *sim, int interval, apr_pool_t *p)
{
    apr_interval_time_t from = wlmcfg_simulate_begin_of(sim->plan, interval, sim->tally.intervals);
    apr_interval_time_t to = wlmcfg_simulate_begin_of(sim->plan, interval + 1, sim->tally.intervals);
    int i;

    for (i = 0; i < sim->plan->changes->nelts; ++i) {
        const sim_change_t *change = &APR_ARRAY_IDX(sim->plan->changes, i, sim_change_t);
        if (change->at >= from && change->at < to) {
            printf("%*s> %s: %s %s", TIME_WIDTH, "", wlmcfg_simulate_seconds(change->at, p),
                   wlmcfg_simulate_change_name(change->kind), member_name(sim, change->member, p));
            printf(wlmcfg_simulate_change_value(change->kind) ? " %d\n" : "\n", change->value);
        }
    }
}

typedef struct table_t {
    const sim_t *sim;
    sim_count_t *counts;           /* of one interval */
    double *got, *wanted;          /* in percent */
    int name_width;
    apr_pool_t *p;
} table_t;

/* That was found, where any is looked for */
static void print_limit(const table_t *t, const sim_count_t *count)
{
    if (t->sim->plan->concurrency.max) {
        printf("  %5d", count->limit);
    }
}

static const char *limit_head(const table_t *t)
{
    return t->sim->plan->concurrency.max ? "  limit" : "";
}

/* It may be up for some of several web servers only */
static void print_state(const table_t *t, const sim_count_t *count)
{
    int all = t->sim->tally.nviews, others = all - count->up_at;

    printf("  %s", count->state);
    printf(others && others < all ? " at %d of %d\n" : "\n", others, all);
}

static void print_members(const table_t *t, int interval)
{
    int m, is_known = wlmcfg_simulate_shares(t->counts, t->sim->tally.nmembers, t->got, t->wanted);

    for (m = 0; m < t->sim->tally.nmembers; ++m) {
        const sim_count_t *count = &t->counts[m];
        apr_interval_time_t begin = wlmcfg_simulate_begin_of(t->sim->plan, interval, t->sim->tally.intervals);
        print_padded(m ? "" : wlmcfg_simulate_seconds(begin, t->p), TIME_WIDTH);
        print_padded(member_name(t->sim, m, t->p), t->name_width);
        printf("  %8" APR_UINT64_T_FMT "  %9" APR_UINT64_T_FMT "  %6" APR_UINT64_T_FMT, count->sessions,
               count->requests, count->failures);
        print_share(is_known, t->got[m]);
        print_share(is_known, t->wanted[m]);
        print_limit(t, count);
        print_state(t, count);
    }
}

static void print_sum(const table_t *t, int interval)
{
    sim_count_t sum = wlmcfg_simulate_sum(t->counts, t->sim->tally.nmembers);
    apr_interval_time_t begin = wlmcfg_simulate_begin_of(t->sim->plan, interval, t->sim->tally.intervals);
    int m, up = 0;

    for (m = 0; m < t->sim->tally.nmembers; ++m) {
        up += strcmp(t->counts[m].state, wlm_availability_name(WLM_MEMBER_USABLE)) == 0;
    }
    print_padded(wlmcfg_simulate_seconds(begin, t->p), TIME_WIDTH);
    printf("%8" APR_UINT64_T_FMT "  %6" APR_UINT64_T_FMT "  %9" APR_UINT64_T_FMT "  %6" APR_UINT64_T_FMT, sum.sessions,
           sum.moved, sum.requests, sum.failures);
    printf("  %9.1f  %d of %d\n", wlmcfg_simulate_imbalance(t->counts, t->sim->tally.nmembers), up,
           t->sim->tally.nmembers);
}

static void print_intervals(const table_t *t)
{
    int i, all = t->sim->tally.nmembers <= MEMBERS_OVER_TIME;

    print_padded("from", TIME_WIDTH);
    if (all) {
        print_padded("member", t->name_width);
        printf("  sessions   requests  failed       got    wanted%s  state\n", limit_head(t));
    }
    else {
        puts("sessions   moved   requests  failed  imbalance  up");
    }
    for (i = 0; i < t->sim->tally.intervals; ++i) {
        wlmcfg_simulate_interval(&t->sim->tally, i, t->counts);
        print_changes(t->sim, i, t->p);
        (all ? print_members : print_sum)(t, i);
    }
}

/* -- totals --------------------------------------------------------------------------------------------- */

static void print_totals(const table_t *t)
{
    const sim_tally_t *tally = &t->sim->tally;
    int m, is_known = wlmcfg_simulate_shares(tally->totals, tally->nmembers, t->got, t->wanted);

    puts("");
    print_padded("member", t->name_width);
    printf("  tier     weight  sessions   moved   requests  failed       got    wanted%s  state\n", limit_head(t));
    for (m = 0; m < tally->nmembers; ++m) {
        const plugin_cfg_server_t *server = t->sim->cluster->members[m].cfg;
        const sim_count_t *total = &tally->totals[m];
        print_padded(member_name(t->sim, m, t->p), t->name_width);
        printf("  %-7s  %6d  %8" APR_UINT64_T_FMT "  %6" APR_UINT64_T_FMT "  %9" APR_UINT64_T_FMT "  %6"
               APR_UINT64_T_FMT, server->tier == PLUGIN_CFG_BACKUP ? "backup" : "primary", server->weight,
               total->sessions, total->moved, total->requests, total->failures);
        print_share(is_known, t->got[m]);
        print_share(is_known, t->wanted[m]);
        print_limit(t, total);
        print_state(t, total);
    }
}

/* Of several: what each has done, with what it has found out by itself */
static void print_webs(const sim_tally_t *tally)
{
    int i;

    if (tally->nviews > 1) {
        puts("\nweb server   requests  failed  repeated");
    }
    for (i = 0; tally->nviews > 1 && i < tally->nviews; ++i) {
        printf("%-10d  %9" APR_UINT64_T_FMT "  %6" APR_UINT64_T_FMT "  %8" APR_UINT64_T_FMT "\n", i + 1,
               tally->views[i].requests, tally->views[i].failures, tally->views[i].repeated);
    }
}

static void print_failed(const sim_tally_t *tally)
{
    static const char *const reasons[] = {
        [SIM_FULL] = "because all members were full", [SIM_UNAVAILABLE] = "because none was available",
        [SIM_WAITED] = "that had waited for as long as they may", [SIM_OVERLOAD] = "while the queue was overloaded",
        [SIM_GIVEN_UP] = "that their clients gave up", [SIM_UNFINISHED] = "unfinished at the end"
    };
    uint64_t sum = 0;
    const char *before = ": ";
    int i;

    for (i = 0; i < SIM_NOT_ANSWERED; ++i) {
        sum += tally->not_answered[i];
    }
    printf("requests         %" APR_UINT64_T_FMT ", %" APR_UINT64_T_FMT " not answered",
           tally->requests + tally->not_answered[SIM_UNFINISHED], sum);
    for (i = 0; i < SIM_NOT_ANSWERED; ++i) {
        if (tally->not_answered[i]) {
            printf("%s%" APR_UINT64_T_FMT " %s", before, tally->not_answered[i], reasons[i]);
            before = ", ";
        }
    }
    printf("\nrepeated         %" APR_UINT64_T_FMT " %s beyond a request's first\n", tally->repeated,
           wlm_count_word((apr_int64_t)tally->repeated, "attempt", "attempts"));
}

static void print_moved(const sim_tally_t *tally)
{
    printf("moved sessions   %" APR_UINT64_T_FMT, tally->moved_sessions);
    if (tally->moved_sessions) {
        printf("; moves: %" APR_UINT64_T_FMT " because the session's member was down, %" APR_UINT64_T_FMT
               " because it was full, %" APR_UINT64_T_FMT " because no clone id leads to it",
               tally->moves[SIM_CAUSE_DOWN], tally->moves[SIM_CAUSE_FULL], tally->moves[SIM_CAUSE_CLONE_ID]);
    }
    puts("");
}

static void print_balance(const sim_t *sim, apr_pool_t *p)
{
    const sim_tally_t *tally = &sim->tally;

    if (tally->longest_run.member < 0) {
        puts("imbalance        - (no request was balanced by weights)");
        return;
    }
    printf("imbalance        %.2f percentage points between the share that a member got and its weight's\n",
           wlmcfg_simulate_imbalance(tally->totals, tally->nmembers));
    printf("deviation        at most %.2f balanced requests %s than the weight's share, of %s after %s\n",
           tally->deviation.by < 0 ? -tally->deviation.by : tally->deviation.by,
           tally->deviation.by < 0 ? "fewer" : "more", member_name(sim, tally->deviation.member, p),
           wlmcfg_simulate_seconds(tally->deviation.at, p));
    printf("longest run      %" APR_UINT64_T_FMT " balanced %s to %s\n", tally->longest_run.length,
           wlm_count_word((apr_int64_t)tally->longest_run.length, "request", "requests"),
           member_name(sim, tally->longest_run.member, p));
}

static void print_plan(const sim_t *sim, apr_pool_t *p)
{
    const sim_plan_t *plan = sim->plan;

    printf("cluster %s: %s, %s\n", tool_text_cut(plan->cfg->name, NAME_WIDTH_MAX, p),
           sim->cluster->policy->name,
           wlm_count_text(sim->tally.nmembers, "member", p));
    printf("%s of %s in %s, ", wlm_count_text(plan->sessions, "session", p),
           wlm_count_text(plan->requests, "request", p), wlmcfg_simulate_seconds(plan->duration, p));
    printf("response time %s, ", wlmcfg_simulate_seconds(plan->response_time, p));
    printf("think time %s%s\n", wlmcfg_simulate_seconds(plan->think_time, p),
           plan->is_poisson ? ", sessions begin at random" : "");
    if (plan->web_servers > 1) {
        printf("%d web servers, of which each request comes to one at random\n", plan->web_servers);
    }
    if (wlmcfg_simulate_plan_has_load(plan)) {
        wlmcfg_simulate_text_plan_load(sim, p);
    }
    if (plan->affinity_text) {
        printf("sessions are kept by WLMAffinity %s\n", plan->affinity_text);
    }
    else if (!sim->cluster->by_clone_id) {
        puts("No member has a clone id: sessions are not kept, every request is balanced.");
    }
    puts("");
}

void wlmcfg_simulate_text(const sim_t *sim, apr_pool_t *p)
{
    apr_size_t n = (apr_size_t)sim->tally.nmembers;
    table_t t = { sim, apr_palloc(p, sizeof(*t.counts) * n), apr_palloc(p, sizeof(*t.got) * n),
                  apr_palloc(p, sizeof(*t.wanted) * n), width_of_names(sim, p), p };

    print_plan(sim, p);
    print_intervals(&t);
    print_totals(&t);
    print_webs(&sim->tally);
    if (wlmcfg_simulate_plan_has_load(sim->plan)) {
        wlmcfg_simulate_text_load(sim, p);
    }
    puts("");
    print_failed(&sim->tally);
    print_moved(&sim->tally);
    print_balance(sim, p);
}
