/* Which clusters the user has opened and closed. Runs on the thread that answers the request. */
#include <string.h>
#include <apr_escape.h>
#include <apr_strings.h>
#include "view/page_fold.h"
#include "view/page_text.h"

static const char *const names[] = { [WLM_FOLD_OPEN] = "open", [WLM_FOLD_CLOSED] = "closed" };

static const char *print_query(const wlm_view_t *view, const wlm_fold_t *folds, apr_pool_t *p)
{
    const char *query = "";
    int c;

    for (c = 0; c < view->nclusters; ++c) {
        if (folds[c] != WLM_FOLD_UNSAID) {
            query = apr_pstrcat(p, query, *query ? "&amp;" : "", names[folds[c]], "=",
                                apr_pescape_urlencoded(p, view->clusters[c].name), NULL);
        }
    }
    return query;
}

/* Clusters of several files may have the same name */
static void set(wlm_fold_t *folds, const wlm_view_t *view, const char *name, wlm_fold_t fold)
{
    int c;

    for (c = 0; c < view->nclusters; ++c) {
        if (strcmp(view->clusters[c].name, name) == 0) {
            folds[c] = fold;
        }
    }
}

static wlm_fold_t *make_folds(const wlm_view_t *view, apr_pool_t *p)
{
    return apr_pcalloc(p, sizeof(wlm_fold_t) * (apr_size_t)(view->nclusters + 1));
}

/* -- reading --------------------------------------------------------------------------------------------------- */

typedef struct reading_t {
    const wlm_view_t *view;
    wlm_fold_t *folds;
} reading_t;

static int read_parameter(void *of, const char *parameter, const char *name)
{
    const reading_t *reading = of;

    set(reading->folds, reading->view, name,
        strcmp(parameter, names[WLM_FOLD_OPEN]) == 0 ? WLM_FOLD_OPEN : WLM_FOLD_CLOSED);
    return 1;
}

const wlm_page_folds_t *wlm_page_fold_read(const apr_table_t *query, const wlm_view_t *view, apr_pool_t *p)
{
    wlm_page_folds_t *folds = apr_palloc(p, sizeof(*folds));
    reading_t reading = { view, make_folds(view, p) };

    apr_table_do(read_parameter, &reading, query, names[WLM_FOLD_OPEN], names[WLM_FOLD_CLOSED], NULL);
    folds->of = reading.folds;
    folds->query = print_query(view, reading.folds, p);
    return folds;
}

/* -- use ------------------------------------------------------------------------------------------------------- */

wlm_fold_t wlm_page_fold_of(const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    return page->folds ? page->folds->of[cluster - page->view->clusters] : WLM_FOLD_UNSAID;
}

const char *wlm_page_fold_change(const wlm_page_t *page, const wlm_view_cluster_t *cluster, wlm_fold_t to)
{
    wlm_fold_t *folds = make_folds(page->view, page->out->p);

    if (page->folds) {
        memcpy(folds, page->folds->of, sizeof(*folds) * (size_t)page->view->nclusters);
    }
    set(folds, page->view, cluster->name, to);
    return print_query(page->view, folds, page->out->p);
}

void wlm_page_fold_print_fields(const wlm_page_t *page)
{
    int c;

    for (c = 0; page->folds && c < page->view->nclusters; ++c) {
        if (page->folds->of[c] != WLM_FOLD_UNSAID) {
            wlm_out_printf(page->out, "<input type=\"hidden\" name=\"%s\" value=\"%s\"/>",
                           names[page->folds->of[c]], wlm_page_text_escape(page, page->view->clusters[c].name));
        }
    }
}
