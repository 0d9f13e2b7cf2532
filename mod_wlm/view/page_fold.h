/* view/page_fold.h: which clusters of the page the user has opened and closed. The page has no scripts, so that
 * stands in its URL, as open=CLUSTER and closed=CLUSTER, and all its links and forms keep it. What stands there of no
 * cluster is left out. Runs on the thread that answers the request.
 */
#ifndef WLM_VIEW_PAGE_FOLD_H
#define WLM_VIEW_PAGE_FOLD_H

#include <apr_tables.h>
#include "view/page.h"

/** What the user has said about a cluster. */
typedef enum { WLM_FOLD_UNSAID, WLM_FOLD_OPEN, WLM_FOLD_CLOSED } wlm_fold_t;

/** And about all. */
struct wlm_page_folds_t {
    const wlm_fold_t *of;          /* each cluster of the view */
    const char *query;             /* the same as parameters: open=a&amp;closed=b */
};

/** @param query  the page's parameters by name, several of a name among them @return for wlm_page_t.folds */
const wlm_page_folds_t *wlm_page_fold_read(const apr_table_t *query, const wlm_view_t *view, apr_pool_t *p);

/** @return what the user has said about this cluster of the page's view */
wlm_fold_t wlm_page_fold_of(const wlm_page_t *page, const wlm_view_cluster_t *cluster);

/** @return what is said about all, with this about one of them, as parameters */
const char *wlm_page_fold_change(const wlm_page_t *page, const wlm_view_cluster_t *cluster, wlm_fold_t to);

/** Print all as hidden fields of a form that GETs the page. */
void wlm_page_fold_print_fields(const wlm_page_t *page);

#endif
