/* `wlmcfg simulate --svg`, the words for each change: beside its line, in a row where they cover no others.
 * On main()'s thread. */
#include <apr_strings.h>
#include "tools/common/text.h"
#include "tools/wlmcfg/simulate/plan.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/simulate/svg.h"

#define NAME_WIDTH_MAX 24

double wlmcfg_simulate_x(const sim_t *sim, apr_interval_time_t time)
{
    return SVG_LEFT + (SVG_RIGHT - SVG_LEFT) * (double)time / (double)sim->plan->duration;
}

const char *wlmcfg_simulate_words(const sim_t *sim, const sim_change_t *change, int max, apr_pool_t *p)
{
    const char *name = tool_text_cut(sim->cluster->members[change->member].cfg->name, max, p);
    const char *words = apr_pstrcat(p, wlmcfg_simulate_change_name(change->kind), " ", name, NULL);

    return wlmcfg_simulate_change_value(change->kind) ? apr_psprintf(p, "%s %d", words, change->value) : words;
}

/* The lowest row in which the words cover no others */
static int row_of(const svg_mark_t *marks, int i)
{
    int row = 0, k;

    for (k = 0; k < i; ++k) {
        if (marks[k].row == row && marks[k].from < marks[i].to && marks[i].from < marks[k].to) {
            ++row;
            k = -1;
        }
    }
    return row;
}

/* Those of the right half to the left of their line: the drawing ends there */
const svg_mark_t *wlmcfg_simulate_marks(int *prows, const sim_t *sim, apr_pool_t *p)
{
    const apr_array_header_t *changes = sim->plan->changes;
    svg_mark_t *marks = apr_palloc(p, sizeof(*marks) * (apr_size_t)(changes->nelts + 1));
    int i;

    *prows = 0;
    for (i = 0; i < changes->nelts; ++i) {
        const sim_change_t *change = &APR_ARRAY_IDX(changes, i, sim_change_t);
        svg_mark_t *mark = &marks[i];
        double width;
        mark->words = wlmcfg_simulate_words(sim, change, NAME_WIDTH_MAX, p);
        mark->x = wlmcfg_simulate_x(sim, change->at);
        width = SVG_CHARACTER * tool_text_width(mark->words) + 8;
        mark->from = mark->x > (SVG_LEFT + SVG_RIGHT) / 2 ? mark->x - width : mark->x;
        mark->to = mark->from + width;
        mark->row = row_of(marks, i);
        *prows = mark->row >= *prows ? mark->row + 1 : *prows;
    }
    return marks;
}
