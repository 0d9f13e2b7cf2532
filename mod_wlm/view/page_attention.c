/* The top of the page: the members, clusters and files that need attention, and why. Runs on the thread that answers
 * the request. */
#include <apr_strings.h>
#include "view/page_attention.h"
#include "base/count.h"
#include "base/expiry.h"
#include "view/page_forms.h"
#include "view/page_links.h"
#include "view/page_load.h"
#include "view/page_state.h"
#include "view/page_text.h"

#define LISTED 12                  /* members that the top lists; the others come first in their clusters */

static int needs_attention(const wlm_view_member_t *member)
{
    return member->attention == WLM_ATTENTION_OUT || member->attention == WLM_ATTENTION_FAILING;
}

static int is_soon(const wlm_view_t *view, uint64_t expires)
{
    return expires && expires < view->now + WLM_EXPIRES_SOON_SECONDS * UINT64_C(1000);
}

static int is_expiring(const wlm_view_t *view, const wlm_view_member_t *member)
{
    return is_soon(view, member->tls_expires) || is_soon(view, member->tls_own_expires);
}

static int count_expiring(const wlm_view_t *view, const wlm_view_cluster_t *cluster)
{
    int m, n = 0;

    for (m = 0; m < cluster->nmembers; ++m) {
        n += is_expiring(view, &cluster->members[m]);
    }
    return n;
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
        sums.expiring += count_expiring(view, cluster);
        sums.served_otherwise += cluster->served_by != WLM_SERVING_PRIMARY;
    }
    for (i = 0; i < view->nfiles; ++i) {
        sums.refused += view->files[i].refused != NULL;
    }
    return sums;
}

int wlm_page_attention_count(const wlm_page_attention_t *sums)
{
    return sums->attention + sums->expiring + sums->served_otherwise + sums->refused;
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

static void print_certificate(const wlm_page_t *page, const char *whose, uint64_t expires)
{
    if (is_soon(page->view, expires)) {
        wlm_out_printf(page->out, " %s: %s", whose, wlm_page_text_time(page, expires));
    }
}

static void print_expiring(const wlm_page_t *page)
{
    int c, m, n = 0;

    wlm_out_puts(page->out, "<h2>Certificates expire within " WLM_EXPIRES_SOON_TEXT "</h2><ul>\n");
    for (c = 0; c < page->view->nclusters; ++c) {
        const wlm_view_cluster_t *cluster = &page->view->clusters[c];

        for (m = 0; m < cluster->nmembers; ++m) {
            const wlm_view_member_t *member = &cluster->members[m];

            if (is_expiring(page->view, member) && n++ < LISTED) {
                wlm_out_printf(page->out, "<li><strong>%s</strong> of %s:",
                               wlm_page_links_member(page, cluster, member, wlm_page_text_escape(page, member->name)),
                               wlm_page_text_escape(page, cluster->name));
                print_certificate(page, "its certificate", member->tls_expires);
                print_certificate(page, "the one that the module shows to it", member->tls_own_expires);
                wlm_out_puts(page->out, "</li>\n");
            }
        }
    }
    wlm_out_printf(page->out, "%s</ul>\n", n > LISTED
                   ? apr_psprintf(page->out->p, "<li>and %d more</li>", n - LISTED) : "");
}

static void print_clusters(const wlm_page_t *page)
{
    int c;

    for (c = 0; c < page->view->nclusters; ++c) {
        const wlm_view_cluster_t *cluster = &page->view->clusters[c];

        if (cluster->served_by != WLM_SERVING_PRIMARY) {
            wlm_out_printf(page->out, "<h2>Cluster <a href=\"?%s\">%s</a>: %s</h2>\n",
                           wlm_page_links_query(page, cluster->name, NULL, NULL, page->refresh),
                           wlm_page_text_escape(page, cluster->name), wlm_serving_text(cluster->served_by));
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
        wlm_out_printf(page->out, "<li>and %d more, %s</li>", attention - LISTED,
                       wlm_count_word(attention - LISTED, "which is the first in its cluster",
                                      "which are the first in their clusters"));
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
    print_clusters(page);
    if (sums->expiring) {
        print_expiring(page);
    }
    if (sums->attention) {
        wlm_out_printf(out, "<h2>%d of %s %s attention</h2>\n", sums->attention,
                       wlm_count_text(sums->members, "member", out->p),
                       wlm_count_word(sums->attention, "needs", "need"));
        print_members(page, sums->attention);
    }
    else {
        wlm_out_printf(out, "<h2>No member needs attention: %d in %s</h2>\n", sums->members,
                       wlm_count_text(sums->clusters, "cluster", out->p));
    }
    if (sums->steered) {
        wlm_out_printf(out, "<p>%d steered by a person: drained, disabled, or of another weight.</p>\n", sums->steered);
    }
    wlm_out_puts(out, "</section>\n<section class=\"load\">");
    wlm_page_load_print(page, &page->view->load, page->view->waiting, 0, "In all");
    wlm_out_puts(out, "</section>\n");
}
