/* The frame of the page: its head, the configuration files, its foot, and the selection of members that it shows. Runs
 * on the thread that answers the request. */
#include <string.h>
#include <apr_strings.h>
#include "view/page.h"
#include "view/page_attention.h"
#include "view/page_cluster.h"
#include "view/page_engine.h"
#include "view/page_events.h"
#include "view/page_fold.h"
#include "view/page_forms.h"
#include "view/page_links.h"
#include "view/page_member.h"
#include "view/page_text.h"

static const char style[] =
#include "view/page_css.h"
;

/* -- files ------------------------------------------------------------------------------------------------- */

static void print_findings(const wlm_page_t *page, const wlm_view_file_t *file)
{
    int i, n = file->findings ? file->findings->nelts : 0;

    if (!n) {
        return;
    }
    wlm_out_printf(page->out, "<details><summary>Findings: %d</summary><ul>\n", n);
    for (i = 0; i < n; ++i) {
        const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(file->findings, i, const plugin_cfg_finding_t *);

        wlm_out_puts(page->out, "<li>");
        if (finding->line) {
            wlm_out_printf(page->out, "line %d: ", finding->line);
        }
        wlm_out_printf(page->out, "%s: %s [%s]</li>\n", plugin_cfg_severity_name(finding->severity),
                       wlm_page_text_escape(page, finding->message), finding->id);
    }
    wlm_out_puts(page->out, "</ul></details>\n");
}

static void print_file(const wlm_page_t *page, const wlm_view_file_t *file)
{
    wlm_out_printf(page->out, "<div class=\"file\"><p><code>%s</code>, loaded %s, generation %s</p>\n",
                   wlm_page_text_escape(page, file->path), wlm_page_text_time(page, file->loaded),
                   wlm_page_text_count(page, file->generation));
    if (file->refused) {
        wlm_out_printf(page->out, "<p><b class=\"out\">a change is refused</b> since %s</p>\n",
                       wlm_page_text_time(page, file->refused_since));
    }
    print_findings(page, file);
    wlm_out_puts(page->out, "</div>\n");
}

static void print_files(const wlm_page_t *page)
{
    int f;

    wlm_out_printf(page->out, "<section class=\"files\"><h2>Configuration</h2>\n<p>WLMDefaults %s: each cluster above "
                   "says what that means for it.</p>\n", page->view->defaults);
    for (f = 0; f < page->view->nfiles; ++f) {
        print_file(page, &page->view->files[f]);
    }
    wlm_out_puts(page->out, "<div class=\"steering\">");
    wlm_page_forms_print_reload(page);
    wlm_page_forms_print_host(page);
    wlm_out_puts(page->out, "</div></section>\n");
}

/* -- the frame ----------------------------------------------------------------------------------------------- */

static void print_refresh(const wlm_page_t *page)
{
    static const int choices[] = { 0, 5, 10, 60 };
    size_t i;

    wlm_out_puts(page->out, "<span>Refresh:");
    for (i = 0; i < sizeof(choices) / sizeof(choices[0]); ++i) {
        const char *text = choices[i] ? apr_psprintf(page->out->p, "%d s", choices[i]) : "off";

        wlm_out_printf(page->out, " <a href=\"?%s\"%s>%s</a>",
                       wlm_page_links_query(page, page->cluster, page->member, page->find, choices[i]),
                       choices[i] == page->refresh ? " aria-current=\"true\"" : "", text);
    }
    wlm_out_puts(page->out, "</span>");
}

static void print_search(const wlm_page_t *page)
{
    wlm_out_printf(page->out, "<form role=\"search\"><label>Find <input name=\"find\" type=\"search\" value=\"%s\" "
                   "placeholder=\"name, host, state\"/></label>", wlm_page_text_escape(page, page->find));
    if (page->refresh) {
        wlm_out_printf(page->out, "<input type=\"hidden\" name=\"refresh\" value=\"%d\"/>", page->refresh);
    }
    wlm_page_fold_print_fields(page);
    wlm_out_puts(page->out, "<button>Find</button></form>");
}

/* The icon is a red triangle when something needs attention, so that the browser's tab shows it */
static void print_head(const wlm_page_t *page, const wlm_page_attention_t *sums)
{
    const wlm_out_t *out = page->out;
    int wrong = wlm_page_attention_count(sums);

    wlm_out_puts(out, "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\"><head>"
                 "<meta charset=\"utf-8\"/>\n");
    if (page->refresh) {
        wlm_out_printf(out, "<meta http-equiv=\"refresh\" content=\"%d; url=?%s\"/>\n", page->refresh,
                       wlm_page_links_query(page, page->cluster, page->member, page->find, page->refresh));
    }
    wlm_out_puts(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                 "<meta name=\"color-scheme\" content=\"light dark\"/>\n");
    wlm_out_printf(out, "<link rel=\"icon\" href=\"data:image/svg+xml,%%3Csvg xmlns='http://www.w3.org/2000/svg' "
                   "viewBox='0 0 8 8'%%3E%%3C%s fill='%%23%s'/%%3E%%3C/svg%%3E\"/>\n",
                   wrong ? "path d='M0 8L4 0L8 8z'" : "circle cx='4' cy='4' r='4'", wrong ? "c00" : "2a2");
    wlm_out_printf(out, "<title>%smod_wlm on %s</title>\n<style nonce=\"%s\">\n%s</style></head><body>\n",
                   wrong ? apr_psprintf(out->p, "(%d) ", wrong) : "",
                   wlm_page_text_escape(page, page->host), page->nonce, style);
}

static void print_top(const wlm_page_t *page)
{
    const wlm_out_t *out = page->out;
    const char *everything = wlm_page_links_query(page, NULL, NULL, NULL, page->refresh);

    wlm_out_printf(out, "<header><h1><a href=\"?%s\">mod_wlm on %s</a></h1><span>%s</span>", everything,
                   wlm_page_text_escape(page, page->host), wlm_page_text_made(page));
    print_search(page);
    print_refresh(page);
    wlm_out_puts(out, "</header>\n<main>\n");
    if (page->result) {
        wlm_out_printf(out, "<p class=\"result\" role=\"status\">%s</p>\n", wlm_page_text_escape(page, page->result));
    }
    if (page->cluster || page->find) {
        wlm_out_printf(out, "<p><a href=\"?%s\">Show everything</a></p>\n", everything);
    }
}

static void print_foot(const wlm_page_t *page)
{
    const wlm_view_t *view = page->view;

    wlm_out_printf(page->out,
                   "</main>\n<footer>mod_wlm %s. Records in shared memory: %s of %s for members, %s of %s for "
                   "clusters. The same for programs: <a href=\"?format=json\">JSON</a>, "
                   "<a href=\"?format=openmetrics\">OpenMetrics</a>.</footer></body></html>\n",
                   wlm_page_text_escape(page, view->version), wlm_page_text_count(page, view->member_slots),
                   wlm_page_text_count(page, view->member_slots_max), wlm_page_text_count(page, view->cluster_slots),
                   wlm_page_text_count(page, view->cluster_slots_max));
}

/* -- the contents ---------------------------------------------------------------------------------------- */

/* @return how many members the page shows */
static int for_each_shown(const wlm_page_t *page, void (*print)(const wlm_page_t *, const wlm_view_cluster_t *,
                                                                const wlm_view_member_t *))
{
    int c, m, n = 0;

    for (c = 0; c < page->view->nclusters; ++c) {
        const wlm_view_cluster_t *cluster = &page->view->clusters[c];

        for (m = 0; m < cluster->nmembers; ++m) {
            if (wlm_page_cluster_shows(page, cluster, &cluster->members[m])) {
                ++n;
                if (print) {
                    print(page, cluster, &cluster->members[m]);
                }
            }
        }
    }
    return n;
}

int wlm_page_exists(const wlm_page_t *page)
{
    return page->find || (!page->cluster && !page->member) || for_each_shown(page, NULL) > 0;
}

#define MANY_MEMBERS 100           /* with forms: see wlm_page_cluster_print() */

static void print_clusters(const wlm_page_t *page, int shown)
{
    int c;

    for (c = 0; c < page->view->nclusters; ++c) {
        wlm_page_cluster_print(page, &page->view->clusters[c], shown <= MANY_MEMBERS);
    }
}

void wlm_page_write(const wlm_page_t *page)
{
    wlm_page_attention_t sums = wlm_page_attention_sum(page->view);
    int is_of_member = page->member != NULL, shown = for_each_shown(page, NULL);

    print_head(page, &sums);
    print_top(page);
    if (!page->view->nfiles) {
        wlm_out_puts(page->out, "<p>No plugin-cfg.xml is in use: the directive WLMConfig names one.</p>\n");
    }
    else if (!shown && (page->cluster || page->member || page->find)) {
        wlm_out_puts(page->out, "<p>There is no such member.</p>\n");
    }
    else if (is_of_member) {
        for_each_shown(page, wlm_page_member_print);
    }
    else {
        if (!page->cluster && !page->find) {
            wlm_page_attention_print(page, &sums);
            wlm_page_engine_print(page);
        }
        print_clusters(page, shown);
    }
    if (page->view->nfiles && !is_of_member) {
        if (!page->find) {
            wlm_page_events_print(page);
        }
        print_files(page);
    }
    print_foot(page);
}
