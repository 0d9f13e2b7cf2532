/* The page's links: each leads to the page itself with other parameters. Runs on the thread that answers the
 * request. */
#include <apr_escape.h>
#include <apr_strings.h>
#include "view/page_fold.h"
#include "view/page_links.h"
#include "view/page_text.h"

static const char *add_to_query(const wlm_page_t *page, const char *query, const char *name, const char *value)
{
    apr_pool_t *p = page->out->p;

    return !value ? query
           : apr_pstrcat(p, query, *query ? "&amp;" : "", name, "=", apr_pescape_urlencoded(p, value), NULL);
}

static const char *query_of(const wlm_page_t *page, const char *cluster, const char *member, const char *find,
                            int refresh)
{
    const char *query = "";

    query = add_to_query(page, query, "cluster", cluster);
    query = add_to_query(page, query, "member", member);
    query = add_to_query(page, query, "find", find);
    query = add_to_query(page, query, "since", page->since);
    return add_to_query(page, query, "refresh", refresh ? apr_itoa(page->out->p, refresh) : NULL);
}

static const char *join(const wlm_page_t *page, const char *query, const char *folding)
{
    return !folding || !*folding ? query : apr_pstrcat(page->out->p, query, *query ? "&amp;" : "", folding, NULL);
}

const char *wlm_page_links_query(const wlm_page_t *page, const char *cluster, const char *member, const char *find,
                                 int refresh)
{
    return join(page, query_of(page, cluster, member, find, refresh), page->folds ? page->folds->query : NULL);
}

const char *wlm_page_links_fold(const wlm_page_t *page, const wlm_view_cluster_t *cluster, int opens)
{
    const char *query = query_of(page, NULL, NULL, NULL, page->refresh);
    const char *folding = wlm_page_fold_change(page, cluster, opens ? WLM_FOLD_OPEN : WLM_FOLD_CLOSED);

    return apr_psprintf(page->out->p, "<a class=\"fold\" href=\"?%s#%s\">%s<span class=\"unseen\"> %s</span></a> ",
                        join(page, query, folding), wlm_page_links_id(page, cluster->name, NULL),
                        opens ? "Open" : "Close", wlm_page_text_escape(page, cluster->name));
}

const char *wlm_page_links_member(const wlm_page_t *page, const wlm_view_cluster_t *cluster,
                                  const wlm_view_member_t *member, const char *text)
{
    return apr_psprintf(page->out->p, "<a href=\"?%s\">%s</a>",
                        wlm_page_links_query(page, cluster->name, member->name, NULL, page->refresh), text);
}

const char *wlm_page_links_id(const wlm_page_t *page, const char *cluster, const char *member)
{
    apr_pool_t *p = page->out->p;

    return apr_pstrcat(p, apr_pescape_urlencoded(p, cluster), member ? "." : "",
                       member ? apr_pescape_urlencoded(p, member) : "", NULL);
}
