/* `wlmcfg simulate --svg`, charts below the plot, by the same times: how many web servers take a member for up, the
 * limits that were found (WLMConcurrency), the part of the requests that was answered in time, by class, and what
 * second members (WLMHedge) did. On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "balance/classes.h"
#include "balance/hedge.h"
#include "tools/common/text.h"
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/simulate/svg.h"

#define HEIGHT 110.0
#define HEAD   40.0                /* the words above it */
#define NAME_MAX_IN_LEGEND 25

typedef struct chart_t {
    const svg_canvas_t *canvas;
    const sim_t *sim;
    double top, highest;
} chart_t;

static double y_of(const chart_t *chart, double value)
{
    return chart->top + HEIGHT - HEIGHT * value / chart->highest;
}

static void draw_frame(const chart_t *chart, const char *words)
{
    int i;

    wlmcfg_simulate_svg_text(chart->canvas, SVG_LEFT, chart->top - 8, "start", words);
    for (i = 0; i <= 2; ++i) {
        double value = chart->highest * i / 2, y = y_of(chart, value);

        wlmcfg_simulate_svg_line(chart->canvas, "grid", SVG_LEFT, y, SVG_RIGHT, y);
        wlmcfg_simulate_svg_text(chart->canvas, SVG_LEFT - 6, y + 4, "end",
                                 apr_psprintf(chart->canvas->p, "%.6g", value));
    }
}

/* Steps. @param values  of each slice; below 0: there is none */
static void draw_line(const chart_t *chart, const double *values, const char *color, const char *name)
{
    int n = chart->sim->tally.slices, i;
    apr_size_t size = 64 * (apr_size_t)n + 16, len = 0;
    char *path = apr_palloc(chart->canvas->p, size);
    xmlNode *node;

    path[0] = '\0';
    for (i = 0; i < n; ++i) {
        double left = wlmcfg_simulate_x(chart->sim, wlmcfg_simulate_begin_of(chart->sim->plan, i, n));
        double right = wlmcfg_simulate_x(chart->sim, wlmcfg_simulate_begin_of(chart->sim->plan, i + 1, n));

        if (values[i] >= 0) {
            len += (apr_size_t)apr_snprintf(path + len, size - len, "%s%.1f,%.1f %.1f,%.1f ",
                                            i && values[i - 1] >= 0 ? "" : "M", left, y_of(chart, values[i]), right,
                                            y_of(chart, values[i]));
        }
    }
    if (len) {
        path[len - 1] = '\0';
        node = wlmcfg_output_element(chart->canvas->root, "path");
        wlmcfg_output_set(node, "class", "line");
        wlmcfg_output_set(node, "stroke", color);
        wlmcfg_output_set(node, "d", path);
        wlmcfg_simulate_svg_words(node, "title", name);
    }
}

/* -- limits --------------------------------------------------------------------------------------------- */

/* The largest one holds nobody back: it stands for none */
static double limit_at(const sim_t *sim, int slice, int member)
{
    int limit = sim->tally.counts[(size_t)slice * (size_t)sim->tally.nmembers + (size_t)member].limit;

    return limit < sim->plan->concurrency.max * sim->plan->web_servers ? limit : -1;
}

static double highest_limit(const sim_t *sim)
{
    double highest = 1;
    int i, m;

    for (i = 0; i < sim->tally.slices; ++i) {
        for (m = 0; m < sim->tally.nmembers; ++m) {
            double limit = limit_at(sim, i, m);
            highest = limit > highest ? limit : highest;
        }
    }
    return highest;
}

/* A line for each member
 * @param value  at a slice; below 0: none */
static void draw_members(const svg_canvas_t *canvas, const sim_t *sim, const apr_array_header_t *series, double top,
                         double highest, const char *words, double (*value)(const sim_t *sim, int slice, int member))
{
    const chart_t chart = { canvas, sim, top, highest };
    double *values = apr_palloc(canvas->p, sizeof(*values) * (apr_size_t)sim->tally.slices);
    int i, k;

    draw_frame(&chart, words);
    for (k = 0; k < series->nelts; ++k) {
        const svg_series_t *one = &APR_ARRAY_IDX(series, k, svg_series_t);

        for (i = 0; one->member >= 0 && i < sim->tally.slices; ++i) {
            values[i] = value(sim, i, one->member);
        }
        if (one->member >= 0) {
            draw_line(&chart, values, one->color, tool_text_cut(one->name, (int)strlen(one->name), canvas->p));
        }
    }
}

/* -- classes -------------------------------------------------------------------------------------------- */

/* Of the requests that ended */
static double percent_in_time(const sim_t *sim, int slice, int class_number)
{
    sim_class_count_t count = wlmcfg_simulate_class(&sim->tally, class_number, slice, 1);
    uint64_t ended = count.answered + count.failed + count.refused + count.given_up;

    return ended ? 100.0 * (double)count.in_time / (double)ended : -1;
}

static double ms_of_99_percent(const sim_t *sim, int slice, int class_number)
{
    sim_class_count_t count = wlmcfg_simulate_class(&sim->tally, class_number, slice, 1);

    return count.answered ? (double)wlm_histogram_quantile(count.times, 0.99) / 1000 : -1;
}

static double percent_hedged(const sim_t *sim, int slice, int class_number)
{
    sim_class_count_t count = wlmcfg_simulate_class(&sim->tally, class_number, slice, 1);

    return count.requests ? 100.0 * (double)count.hedged / (double)count.requests : -1;
}

typedef double of_class_t(const sim_t *sim, int slice, int class_number);

static double highest_of(const sim_t *sim, of_class_t *value)
{
    double highest = 1;
    int i, c;

    for (i = 0; i < sim->tally.slices; ++i) {
        for (c = 0; c < sim->tally.nclasses; ++c) {
            double one = value(sim, i, c);
            highest = one > highest ? one : highest;
        }
    }
    return highest;
}

/* A line for each class */
static void draw_classes(const svg_canvas_t *canvas, const sim_t *sim, double top, double highest, const char *words,
                         of_class_t *value)
{
    static const char *const colors[WLM_CLASSES_MAX + 1] = {
        "#8c8c8c", "#d62728", "#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#8c564b", "#e377c2", "#17becf"
    };
    const chart_t chart = { canvas, sim, top, highest };
    double *values = apr_palloc(canvas->p, sizeof(*values) * (apr_size_t)sim->tally.slices), x = SVG_RIGHT + 24;
    int i, c;

    draw_frame(&chart, words);
    for (c = 0; c < sim->tally.nclasses; ++c) {
        const char *name = wlm_classes_at(sim->cluster->options, c)->name;

        name = name ? tool_text_cut(name, NAME_MAX_IN_LEGEND, canvas->p) : sim->tally.nclasses > 1 ? "no class" : "all";
        for (i = 0; i < sim->tally.slices; ++i) {
            values[i] = value(sim, i, c);
        }
        draw_line(&chart, values, colors[c], name);
        wlmcfg_output_set(wlmcfg_simulate_svg_rect(canvas, x, top + c * 13.0, 11, 3), "fill", colors[c]);
        wlmcfg_simulate_svg_text(canvas, x + 18, top + 6 + c * 13.0, "start", name);
    }
}

/* -- web servers -------------------------------------------------------------------------------------------- */

static double up_at(const sim_t *sim, int slice, int member)
{
    return sim->tally.counts[(size_t)slice * (size_t)sim->tally.nmembers + (size_t)member].up_at;
}

/* -- all of them ------------------------------------------------------------------------------------------------- */

static int has_hedge(const sim_t *sim)
{
    return wlm_hedge_is_on(&sim->plan->hedge);
}

double wlmcfg_simulate_charts_height(const sim_t *sim)
{
    int has_limits = sim->plan->concurrency.max > 0, has_classes = wlmcfg_simulate_plan_has_load(sim->plan);

    return (HEAD + HEIGHT) * ((sim->plan->web_servers > 1) + has_limits + has_classes + 2 * has_hedge(sim));
}

void wlmcfg_simulate_charts(const svg_canvas_t *canvas, const sim_t *sim, const apr_array_header_t *series, double top)
{
    if (sim->plan->web_servers > 1) {
        draw_members(canvas, sim, series, top + HEAD, sim->plan->web_servers, "web servers that take a member for up",
                     up_at);
        top += HEAD + HEIGHT;
    }
    if (sim->plan->concurrency.max) {
        draw_members(canvas, sim, series, top + HEAD, highest_limit(sim),
                     "requests that a member may have at a time, as found", limit_at);
        top += HEAD + HEIGHT;
    }
    if (wlmcfg_simulate_plan_has_load(sim->plan)) {
        draw_classes(canvas, sim, top + HEAD, 100,
                     "% of the requests answered in time: within the goal of their class, if it has one",
                     percent_in_time);
        top += HEAD + HEIGHT;
    }
    if (has_hedge(sim)) {
        draw_classes(canvas, sim, top + HEAD, highest_of(sim, percent_hedged),
                     "% of the requests that went to a second member, too", percent_hedged);
        top += HEAD + HEIGHT;
        draw_classes(canvas, sim, top + HEAD, highest_of(sim, ms_of_99_percent),
                     "ms within which 99 of 100 answered requests were answered", ms_of_99_percent);
    }
}
