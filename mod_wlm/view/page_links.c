/* The page's links: each leads to the page itself with other parameters. Runs on the thread that answers the
 * request. */
#include <apr_escape.h>
#include <apr_strings.h>
#include "view/page_links.h"

static const char *add_to_query(const wlm_page_t *page, const char *query, const char *name, const char *value)
{
    apr_pool_t *p = page->out->p;

    return !value ? query
           : apr_pstrcat(p, query, *query ? "&amp;" : "", name, "=", apr_pescape_urlencoded(p, value), NULL);
}

const char *wlm_page_links_query(const wlm_page_t *page, const char *cluster, const char *member, const char *find,
                                 int refresh)
{
    const char *query = "";

    query = add_to_query(page, query, "cluster", cluster);
    query = add_to_query(page, query, "member", member);
    query = add_to_query(page, query, "find", find);
    return add_to_query(page, query, "refresh", refresh ? apr_itoa(page->out->p, refresh) : NULL);
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
