/* The top of the page: the members, clusters and files that need attention, and why. Runs on the thread that answers
 * the request. */
#include "view/page_attention.h"
#include "view/page_forms.h"
#include "view/page_links.h"
#include "view/page_state.h"
#include "view/page_text.h"

#define LISTED 12                  /* members that the top lists; the others come first in their clusters */

static int needs_attention(const wlm_view_member_t *member)
{
    return member->attention == WLM_ATTENTION_OUT || member->attention == WLM_ATTENTION_FAILING;
}

wlm_page_attention_t wlm_page_attention_sum(const wlm_view_t *view)
{
    wlm_page_attention_t sums = { .clusters = view->nclusters };
    int i;

    for (i = 0; i < view->nclusters; ++i) {
        const wlm_view_cluster_t *cluster = &view->clusters[i];

        sums.members += cluster->nmembers;
        sums.attention += cluster->by_attention[WLM_ATTENTION_OUT] + cluster->by_attention[WLM_ATTENTION_FAILING];
        sums.steered += cluster->by_attention[WLM_ATTENTION_STEERED];
        sums.stopped += !cluster->usable;
    }
    for (i = 0; i < view->nfiles; ++i) {
        sums.refused += view->files[i].refused != NULL;
    }
    return sums;
}

int wlm_page_attention_count(const wlm_page_attention_t *sums)
{
    return sums->attention + sums->stopped + sums->refused;
}

static void print_refused(const wlm_page_t *page)
{
    int f;

    wlm_out_puts(page->out, "<h2>A changed configuration is refused</h2>\n");
    for (f = 0; f < page->view->nfiles; ++f) {
        if (page->view->files[f].refused) {
            wlm_out_printf(page->out,
                           "<p>since %s: <span class=\"error\">%s</span><br/>What was loaded before stays in "
                           "use.</p>\n",
                           wlm_page_text_time(page, page->view->files[f].refused_since),
                           wlm_page_text_escape(page, page->view->files[f].refused));
        }
    }
}

static void print_stopped(const wlm_page_t *page)
{
    int c;

    for (c = 0; c < page->view->nclusters; ++c) {
        const wlm_view_cluster_t *cluster = &page->view->clusters[c];

        if (!cluster->usable) {
            wlm_out_printf(page->out, "<h2>Cluster <a href=\"?%s\">%s</a>: no member gets new sessions</h2>\n",
                           wlm_page_links_query(page, cluster->name, NULL, NULL, page->refresh),
                           wlm_page_text_escape(page, cluster->name));
        }
    }
}

static void print_members(const wlm_page_t *page, int attention)
{
    int c, m, n = 0;

    wlm_out_puts(page->out, "<ul>\n");
    for (c = 0; c < page->view->nclusters; ++c) {
        const wlm_view_cluster_t *cluster = &page->view->clusters[c];

        for (m = 0; m < cluster->nmembers; ++m) {
            if (needs_attention(&cluster->members[m]) && n++ < LISTED) {
                wlm_out_printf(page->out, "<li><strong>%s</strong> of %s %s ",
                               wlm_page_links_member(page, cluster, &cluster->members[m],
                                                     wlm_page_text_escape(page, cluster->members[m].name)),
                               wlm_page_text_escape(page, cluster->name),
                               wlm_page_state_text(page, &cluster->members[m]));
                wlm_page_state_print_details(page, &cluster->members[m]);
                wlm_page_forms_print(page, cluster, &cluster->members[m]);
                wlm_out_puts(page->out, "</li>\n");
            }
        }
    }
    if (attention > LISTED) {
        wlm_out_printf(page->out, "<li>and %d more, which are the first in their clusters</li>", attention - LISTED);
    }
    wlm_out_puts(page->out, "</ul>\n");
}

void wlm_page_attention_print(const wlm_page_t *page, const wlm_page_attention_t *sums)
{
    const wlm_out_t *out = page->out;

    wlm_out_printf(out, "<section class=\"verdict %s\">\n", wlm_page_attention_count(sums) ? "out" : "well");
    if (sums->refused) {
        print_refused(page);
    }
    print_stopped(page);
    if (sums->attention) {
        wlm_out_printf(out, "<h2>%d of %d members %s attention</h2>\n", sums->attention, sums->members,
                       sums->attention == 1 ? "needs" : "need");
        print_members(page, sums->attention);
    }
    else {
        wlm_out_printf(out, "<h2>No member needs attention: %d in %d cluster%s</h2>\n", sums->members, sums->clusters,
                       sums->clusters == 1 ? "" : "s");
    }
    if (sums->steered) {
        wlm_out_printf(out, "<p>%d steered by a person: drained, disabled, or of another weight.</p>\n", sums->steered);
    }
    wlm_out_puts(out, "</section>\n");
}
