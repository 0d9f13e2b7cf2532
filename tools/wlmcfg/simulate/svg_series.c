/* `wlmcfg simulate --svg`, what is drawn: members, or the busiest of them and the rest. On main()'s thread. */
#include <stdlib.h>
#include <apr_strings.h>
#include "base/count.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/simulate/svg.h"
#include "tools/wlmcfg/simulate/tally.h"

typedef struct ranked_t {
    int member;
    uint64_t requests;
} ranked_t;

/* More requests first; members with as many in the order of the file */
static int by_requests(const void *a, const void *b)
{
    const ranked_t *x = a, *y = b;

    return x->requests != y->requests ? (x->requests < y->requests) - (x->requests > y->requests)
                                      : x->member - y->member;
}

static ranked_t *rank(const sim_t *sim, apr_pool_t *p)
{
    int m, n = sim->tally.nmembers;
    ranked_t *ranked = apr_palloc(p, sizeof(*ranked) * (apr_size_t)n);

    for (m = 0; m < n; ++m) {
        ranked[m].member = m;
        ranked[m].requests = sim->tally.totals[m].requests;
    }
    if (n > SVG_SERIES_MAX) {
        qsort(ranked, (size_t)n, sizeof(*ranked), by_requests);
    }
    return ranked;
}

static void add(svg_series_t *series, const sim_t *sim, int member)
{
    const sim_tally_t *tally = &sim->tally;
    double seconds = (double)sim->plan->duration / APR_USEC_PER_SEC / tally->slices;
    int i;

    series->total += tally->totals[member].requests;
    for (i = 0; i < tally->slices; ++i) {
        const sim_count_t *count = &tally->counts[(size_t)i * (size_t)tally->nmembers + (size_t)member];
        series->rates[i] += (double)count->requests / seconds;
    }
}

/* Above the members: together that is what came. Nothing, where there were none
 * @param is_given_up  by the clients; 0: refused */
static void add_not_answered(apr_array_header_t *all, const sim_t *sim, const char *name, const char *color,
                             int is_given_up, apr_pool_t *p)
{
    int i, c, n = sim->tally.slices;
    double seconds = (double)sim->plan->duration / APR_USEC_PER_SEC / n;
    svg_series_t series = { .name = name, .color = color, .member = -1,
                            .rates = apr_pcalloc(p, sizeof(double) * (apr_size_t)n) };

    for (i = 0; i < n; ++i) {
        for (c = 0; c < sim->tally.nclasses; ++c) {
            sim_class_count_t count = wlmcfg_simulate_class(&sim->tally, c, i, 1);
            uint64_t number = is_given_up ? count.given_up : count.refused;

            series.total += number;
            series.rates[i] += (double)number / seconds;
        }
    }
    if (series.total) {
        APR_ARRAY_PUSH(all, svg_series_t) = series;
    }
}

apr_array_header_t *wlmcfg_simulate_series(const sim_t *sim, apr_pool_t *p)
{
    static const char *const colors[SVG_SERIES_MAX + 1] = {
        "#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#ff9da7", "#9c755f", "#1b9e77",
        "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d", "#1f78b4", "#b2df8a", "#fb9a99", "#6a3d9a",
        "#a0a0a0" /* the rest */
    };
    int n = sim->tally.nmembers, alone = n > SVG_SERIES_MAX ? SVG_SERIES_MAX - 1 : n, i, first;
    apr_array_header_t *all = apr_array_make(p, SVG_SERIES_MAX, sizeof(svg_series_t));
    const ranked_t *ranked = rank(sim, p);

    add_not_answered(all, sim, "given up", "#7f7f7f", 1, p);
    add_not_answered(all, sim, "refused", "#d4d4d4", 0, p);
    first = all->nelts;
    for (i = 0; i < n; ++i) {
        int is_rest = i >= alone;
        if (i <= alone) {
            svg_series_t series = {
                .name = is_rest ? wlm_count_text(n - alone, "other", p)
                                : sim->cluster->members[ranked[i].member].cfg->name,
                .color = colors[is_rest ? SVG_SERIES_MAX : i],
                .member = is_rest ? -1 : ranked[i].member,
                .rates = apr_pcalloc(p, sizeof(double) * (apr_size_t)sim->tally.slices)
            };
            APR_ARRAY_PUSH(all, svg_series_t) = series;
        }
        add(&APR_ARRAY_IDX(all, first + (is_rest ? alone : i), svg_series_t), sim, ranked[i].member);
    }
    return all;
}

double wlmcfg_simulate_highest(const apr_array_header_t *series, int slices)
{
    double highest = 0;
    int i, k;

    for (i = 0; i < slices; ++i) {
        double sum = 0;
        for (k = 0; k < series->nelts; ++k) {
            sum += APR_ARRAY_IDX(series, k, svg_series_t).rates[i];
        }
        highest = sum > highest ? sum : highest;
    }
    return highest;
}
