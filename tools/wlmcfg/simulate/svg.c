/* `wlmcfg simulate --svg`, the plot: requests a second over time, members stacked on one another, with marks where
 * something was changed. Plain SVG without scripts or foreign fonts, readable on a light and on a dark page.
 * On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "base/count.h"
#include "tools/common/text.h"
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/print.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/simulate/svg.h"
#include "tools/wlmcfg/simulate/svg_elements.h"
#include "tools/wlmcfg/simulate/tally.h"
#include "tools/wlmcfg/wlmcfg.h"

/* in units of the drawing, which are pixels at its natural size */
#define WIDTH       1000.0
#define PLOT_HEIGHT 380.0
#define HEAD        44.0           /* above the marks' words */
#define LINE        18.0           /* one line of words */
#define FOOT        52.0
#define NAME_MAX_IN_LEGEND 17

static const char style[] =
    "text { font: 12px sans-serif; fill: #222 } .head { font-size: 15px } .page { fill: #fff }"
    " .grid { stroke: #ccc } .mark { stroke: #222; stroke-dasharray: 4 3 } .area { stroke: #fff; stroke-width: .5 }"
    " .line { fill: none; stroke-width: 1.5 }"
    " @media (prefers-color-scheme: dark) { text { fill: #ddd } .page { fill: #181818 } .grid { stroke: #444 }"
    " .mark { stroke: #ddd } .area { stroke: #181818 } }";

typedef struct plot_t {
    const sim_t *sim;
    const apr_array_header_t *series; /* svg_series_t */
    const svg_mark_t *marks;       /* of each change */
    double top, bottom;            /* of the plot */
    double highest;                /* the rate at its top */
    svg_canvas_t canvas;
    apr_pool_t *p;
} plot_t;

/* -- the axes ------------------------------------------------------------------------------------------- */

static double y_of(const plot_t *plot, double rate)
{
    return plot->bottom - PLOT_HEIGHT * rate / plot->highest;
}

/* 1, 2 or 5 times a power of ten, so that there are up to five lines */
static double step_of(double highest)
{
    static const double factors[] = { 2, 2.5, 2 };
    double step = 1e-6;
    int i;

    for (i = 0; highest / step > 5; i = (i + 1) % 3) {
        step *= factors[i];
    }
    return step;
}

static void draw_rates(const plot_t *plot)
{
    double step = step_of(plot->highest);
    int i;

    for (i = 0; i * step <= plot->highest; ++i) {
        double y = y_of(plot, i * step);
        wlmcfg_simulate_svg_line(&plot->canvas, "grid", SVG_LEFT, y, SVG_RIGHT, y);
        wlmcfg_simulate_svg_text(&plot->canvas, SVG_LEFT - 6, y + 4, "end", apr_psprintf(plot->p, "%.6g", i * step));
    }
    wlmcfg_simulate_svg_text(&plot->canvas, SVG_LEFT, HEAD - 8, "start", "requests a second");
}

static void draw_times(const plot_t *plot)
{
    int n = plot->sim->tally.intervals, every, i;
    double width = (SVG_RIGHT - SVG_LEFT) / n;
    const char *longest = wlmcfg_simulate_seconds(plot->sim->plan->duration, plot->p);

    every = 1 + (int)(SVG_CHARACTER * (double)strlen(longest) / width); /* not every one when they would touch each
                                                                           other */
    for (i = 0; i <= n; i += every) {
        apr_interval_time_t at = wlmcfg_simulate_begin_of(plot->sim->plan, i, n);
        double x = wlmcfg_simulate_x(plot->sim, at);
        wlmcfg_simulate_svg_line(&plot->canvas, "grid", x, plot->bottom, x, plot->bottom + 5);
        wlmcfg_simulate_svg_text(&plot->canvas, x, plot->bottom + 20, "middle", wlmcfg_simulate_seconds(at, plot->p));
    }
}

/* -- the areas and their legend --------------------------------------------------------------------------- */

/* Steps, as nothing is known of what lies between. @param base  in and out: the height of what is below, of each
 * slice */
static const char *area_of(const plot_t *plot, const svg_series_t *series, double *base)
{
    int n = plot->sim->tally.slices, i;
    apr_size_t size = 64 * 2 * (apr_size_t)n + 16, len = 0;
    char *path = apr_palloc(plot->p, size);

    path[len++] = 'M';
    for (i = 0; i < 2 * n; ++i) { /* above from left to right, then below from right to left */
        int is_back = i >= n, slice = is_back ? 2 * n - 1 - i : i;
        double left = wlmcfg_simulate_x(plot->sim, wlmcfg_simulate_begin_of(plot->sim->plan, slice, n));
        double right = wlmcfg_simulate_x(plot->sim, wlmcfg_simulate_begin_of(plot->sim->plan, slice + 1, n));
        double y = y_of(plot, base[slice] + (is_back ? 0 : series->rates[slice]));
        len += (apr_size_t)apr_snprintf(path + len, size - len, "%.1f,%.1f %.1f,%.1f ", is_back ? right : left, y,
                                        is_back ? left : right, y);
    }
    path[len - 1] = 'Z';
    for (i = 0; i < n; ++i) {
        base[i] += series->rates[i];
    }
    return path;
}

/* The first member lies above, as it does in the legend */
static void draw_areas(const plot_t *plot)
{
    double *base = apr_pcalloc(plot->p, sizeof(*base) * (apr_size_t)plot->sim->tally.slices);
    int i;

    for (i = plot->series->nelts - 1; i >= 0; --i) {
        const svg_series_t *series = &APR_ARRAY_IDX(plot->series, i, svg_series_t);
        xmlNode *path = wlmcfg_output_element(plot->canvas.root, "path");
        wlmcfg_output_set(path, "class", "area");
        wlmcfg_output_set(path, "fill", series->color);
        wlmcfg_output_set(path, "d", area_of(plot, series, base));
        wlmcfg_simulate_svg_words(path, "title", tool_text_cut(series->name, (int)strlen(series->name), plot->p));
    }
}

static void draw_legend(const plot_t *plot)
{
    uint64_t sum = 0;
    double x = SVG_RIGHT + 24;
    int i;

    for (i = 0; i < plot->series->nelts; ++i) {
        sum += APR_ARRAY_IDX(plot->series, i, svg_series_t).total;
    }

    for (i = 0; i < plot->series->nelts; ++i) {
        const svg_series_t *series = &APR_ARRAY_IDX(plot->series, i, svg_series_t);
        double y = plot->top + i * LINE;
        wlmcfg_output_set(wlmcfg_simulate_svg_rect(&plot->canvas, x, y, 12, 12), "fill", series->color);
        wlmcfg_simulate_svg_text(&plot->canvas, x + LINE, y + 10, "start",
                                 tool_text_cut(series->name, NAME_MAX_IN_LEGEND, plot->p));
        wlmcfg_simulate_svg_text(&plot->canvas, WIDTH - 12, y + 10, "end",
                 apr_psprintf(plot->p, "%.1f %%", sum ? 100.0 * (double)series->total / (double)sum : 0.0));
    }
}

/* -- what was changed --------------------------------------------------------------------------------------- */

static void draw_marks(const plot_t *plot)
{
    int i;

    for (i = 0; i < plot->sim->plan->changes->nelts; ++i) {
        const svg_mark_t *mark = &plot->marks[i];
        double y = plot->top - 6 - mark->row * LINE;
        int is_left = mark->from < mark->x;
        wlmcfg_simulate_svg_line(&plot->canvas, "mark", mark->x, y - 10, mark->x, plot->bottom);
        wlmcfg_simulate_svg_text(&plot->canvas, mark->x + (is_left ? -4 : 4), y, is_left ? "end" : "start",
                                 mark->words);
    }
}

/* -- the whole ------------------------------------------------------------------------------------------------ */

/* The text of the plot, for screen readers */
static const char *describe(const plot_t *plot)
{
    const apr_array_header_t *changes = plot->sim->plan->changes;
    apr_array_header_t *parts = apr_array_make(plot->p, 16, sizeof(char *));
    int i;

    APR_ARRAY_PUSH(parts, const char *) = apr_psprintf(plot->p,
                                                       "Answered requests a second over %s, stacked by member.",
                                                       wlmcfg_simulate_seconds(plot->sim->plan->duration, plot->p));
    for (i = 0; i < plot->series->nelts; ++i) {
        const svg_series_t *series = &APR_ARRAY_IDX(plot->series, i, svg_series_t);
        APR_ARRAY_PUSH(parts, const char *) = apr_psprintf(plot->p, "%s: %s.",
            tool_text_cut(series->name, (int)strlen(series->name), plot->p),
            wlm_count_text((apr_int64_t)series->total, "request", plot->p));
    }
    for (i = 0; i < changes->nelts; ++i) {
        const sim_change_t *change = &APR_ARRAY_IDX(changes, i, sim_change_t);
        APR_ARRAY_PUSH(parts, const char *) = apr_psprintf(plot->p, "After %s: %s.",
            wlmcfg_simulate_seconds(change->at, plot->p), wlmcfg_simulate_words(plot->sim, change,
                                                                                (int)strlen(change->name), plot->p));
    }
    return apr_array_pstrcat(plot->p, parts, ' ');
}

static void begin_drawing(plot_t *plot, xmlDoc *doc)
{
    double height = plot->bottom + FOOT + wlmcfg_simulate_charts_height(plot->sim);
    const char *title = apr_pstrcat(plot->p, "Requests per member of cluster ",
                                    tool_text_cut(plot->sim->plan->cfg->name, 60, plot->p), NULL);

    plot->canvas.root = xmlNewDocNode(doc, NULL, BAD_CAST "svg", NULL);
    xmlDocSetRootElement(doc, plot->canvas.root);
    if (plot->canvas.root) {
        xmlSetNs(plot->canvas.root, xmlNewNs(plot->canvas.root, BAD_CAST "http://www.w3.org/2000/svg", NULL));
    }
    wlmcfg_output_set(plot->canvas.root, "viewBox", apr_psprintf(plot->p, "0 0 %.0f %.0f", WIDTH, height));
    wlmcfg_output_set(plot->canvas.root, "role", "img");
    wlmcfg_output_set(plot->canvas.root, "aria-labelledby", "title desc");
    wlmcfg_output_set(wlmcfg_simulate_svg_words(plot->canvas.root, "title", title), "id", "title");
    wlmcfg_output_set(wlmcfg_simulate_svg_words(plot->canvas.root, "desc", describe(plot)), "id", "desc");
    wlmcfg_simulate_svg_words(plot->canvas.root, "style", style);
    wlmcfg_output_set(wlmcfg_simulate_svg_rect(&plot->canvas, 0, 0, WIDTH, height), "class", "page");
    wlmcfg_output_set(wlmcfg_simulate_svg_text(&plot->canvas, WIDTH / 2, 20, "middle", title), "class", "head");
}

int wlmcfg_simulate_svg(const sim_t *sim, const char *path, apr_pool_t *p)
{
    xmlDoc *doc = xmlNewDoc(BAD_CAST "1.0");
    plot_t plot = { .sim = sim, .series = wlmcfg_simulate_series(sim, p), .canvas = { .p = p }, .p = p };
    const char *bytes;
    apr_size_t len;
    int rows;

    plot.highest = wlmcfg_simulate_highest(plot.series, sim->tally.slices) * 1.05;
    plot.highest = plot.highest > 0 ? plot.highest : 1;
    plot.marks = wlmcfg_simulate_marks(&rows, sim, p);
    plot.top = HEAD + LINE * rows;
    plot.bottom = plot.top + PLOT_HEIGHT;
    begin_drawing(&plot, doc);
    draw_areas(&plot);
    draw_rates(&plot);
    draw_times(&plot);
    draw_legend(&plot);
    draw_marks(&plot);
    wlmcfg_simulate_charts(&plot.canvas, sim, plot.series, plot.bottom + FOOT - HEAD);
    bytes = wlmcfg_output_bytes(&len, doc, p);
    xmlFreeDoc(doc);
    return bytes ? wlmcfg_output_write(path, bytes, len, p) : tool_failure("out of memory");
}
