/* tools/wlmcfg/simulate/svg.h: the parts of the plot: what is drawn (svg_series.c, svg_marks.c), how (svg.c).
 * On main()'s thread. */
#ifndef WLMCFG_SIMULATE_SVG_H
#define WLMCFG_SIMULATE_SVG_H

#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/simulate/svg_elements.h"

/* in units of the drawing, which are pixels at its natural size */
#define SVG_LEFT      64.0         /* of the plot; the rates are before it */
#define SVG_RIGHT     744.0        /* the legend is behind it */
#define SVG_CHARACTER 7.0          /* the width of one, about */

/** More colours could not be distinguished: the members with most requests are drawn, the others together. */
#define SVG_SERIES_MAX 20

/** A member, or all those that are not drawn alone; or requests that none answered. */
typedef struct svg_series_t {
    int member;                    /* its index; -1: it is not one member */
    const char *name, *color;
    uint64_t total;
    double *rates;                 /* requests a second, of each slice */
} svg_series_t;

/** @return svg_series_t: requests that none answered, if there are any, the members, the others */
apr_array_header_t *wlmcfg_simulate_series(const sim_t *sim, apr_pool_t *p);

/** @return the largest sum of all rates of a slice */
double wlmcfg_simulate_highest(const apr_array_header_t *series, int slices);

/** For a change. */
typedef struct svg_mark_t {
    double x;                      /* of the line */
    double from, to;               /* of the words */
    int row;                       /* of the words, counted from the plot upwards */
    const char *words;
} svg_mark_t;

/** @param prows  out: how many rows of words there are  @return one for each change */
const svg_mark_t *wlmcfg_simulate_marks(int *prows, const sim_t *sim, apr_pool_t *p);

/** What a change is, such as "kill s1". @param max  so many characters of the name at the most */
const char *wlmcfg_simulate_words(const sim_t *sim, const sim_change_t *change, int max, apr_pool_t *p);

/** How high the charts below the plot are: of limits that were found, and of what was answered in time; 0: there are
 *  none (svg_charts.c). */
double wlmcfg_simulate_charts_height(const sim_t *sim);

/** Draw them. @param top  where they begin */
void wlmcfg_simulate_charts(const svg_canvas_t *canvas, const sim_t *sim, const apr_array_header_t *series, double top);

/** Where a time stands in the plot. */
double wlmcfg_simulate_x(const sim_t *sim, apr_interval_time_t time);

#endif
