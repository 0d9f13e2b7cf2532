/* The events of files, clusters and members in one list. Runs on the thread that answers the request. */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "base/count.h"
#include "view/page_events.h"
#include "view/page_links.h"
#include "view/page_text.h"

#define LISTED 100                 /* the newest */

typedef struct entry_t {
    const wlm_view_event_t *event;
    const char *of;                /* escaped, or a link */
} entry_t;

static int compare_time(const void *a, const void *b)
{
    uint64_t one = ((const entry_t *)a)->event->at, other = ((const entry_t *)b)->event->at;

    return one < other ? 1 : one > other ? -1 : 0;
}

static void add(apr_array_header_t *entries, const wlm_view_event_t *events, int n, const char *of)
{
    int i;

    for (i = 0; i < n; ++i) {
        APR_ARRAY_PUSH(entries, entry_t) = (entry_t){ .event = &events[i], .of = of };
    }
}

static void add_cluster(apr_array_header_t *entries, const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    apr_pool_t *p = page->out->p;
    const char *name = wlm_page_text_escape(page, cluster->name);
    int m;

    add(entries, cluster->events, cluster->nevents, apr_pstrcat(p, "cluster ", name, NULL));
    for (m = 0; m < cluster->nmembers; ++m) {
        const wlm_view_member_t *member = &cluster->members[m];

        if (member->nevents) {
            add(entries, member->events, member->nevents,
                apr_pstrcat(p, wlm_page_links_member(page, cluster, member, wlm_page_text_escape(page, member->name)),
                            " of ", name, NULL));
        }
    }
}

static apr_array_header_t *collect(const wlm_page_t *page)
{
    apr_array_header_t *entries = apr_array_make(page->out->p, 64, sizeof(entry_t));
    int i;

    for (i = 0; !page->cluster && i < page->view->nfiles; ++i) {
        add(entries, page->view->files[i].events, page->view->files[i].nevents,
            wlm_page_text_escape(page, page->view->files[i].path));
    }
    for (i = 0; i < page->view->nclusters; ++i) {
        if (!page->cluster || strcmp(page->cluster, page->view->clusters[i].name) == 0) {
            add_cluster(entries, page, &page->view->clusters[i]);
        }
    }
    qsort(entries->elts, (size_t)entries->nelts, sizeof(entry_t), compare_time);
    return entries;
}

static void print_choices(const wlm_page_t *page)
{
    static const char *const choices[] = { WLM_PAGE_SINCE, "8h", "2d", "30d" };
    const char *now = page->since ? page->since : WLM_PAGE_SINCE;
    size_t i;

    wlm_out_puts(page->out, "<p>Of the last");
    for (i = 0; i < sizeof(choices) / sizeof(choices[0]); ++i) {
        wlm_page_t other = *page;  /* all but this is as it is here */

        other.since = i ? choices[i] : NULL;
        wlm_out_printf(page->out, " <a href=\"?%s\"%s>%s</a>",
                       wlm_page_links_query(&other, page->cluster, NULL, NULL, page->refresh),
                       strcmp(choices[i], now) == 0 ? " aria-current=\"true\"" : "", choices[i]);
    }
    wlm_out_puts(page->out, ":</p>\n");
}

void wlm_page_events_print(const wlm_page_t *page)
{
    apr_array_header_t *entries = collect(page);
    int i;

    wlm_out_puts(page->out, "<section class=\"events\"><h2>Events</h2>");
    print_choices(page);
    if (!entries->nelts) {
        wlm_out_puts(page->out, "<p>There are none.</p></section>\n");
        return;
    }
    wlm_out_puts(page->out, "<table class=\"events\"><caption class=\"unseen\">What happened, the last first</caption>"
                 "<thead><tr><th scope=\"col\">When</th><th scope=\"col\">To</th>"
                 "<th scope=\"col\">What</th></tr></thead>"
                 "<tbody>\n");
    for (i = 0; i < entries->nelts && i < LISTED; ++i) {
        const entry_t *entry = &APR_ARRAY_IDX(entries, i, entry_t);

        wlm_out_printf(page->out, "<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n",
                       wlm_page_text_time(page, entry->event->at), entry->of,
                       wlm_page_text_escape(page, entry->event->text));
    }
    wlm_out_puts(page->out, "</tbody></table>");
    if (entries->nelts > LISTED) {
        int n = entries->nelts - LISTED;

        wlm_out_printf(page->out, "<p>%d earlier %s not listed here; <code>wlmctl events</code> and "
                       "<code>?format=json</code> have all.</p>", n, wlm_count_word(n, "one is", "ones are"));
    }
    wlm_out_puts(page->out, "</section>\n");
}
