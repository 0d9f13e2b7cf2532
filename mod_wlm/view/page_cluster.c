/* A cluster on the page: its summary, and a row for each member, those that need attention first. Runs on the thread
 * that answers the request. */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "view/fields.h"
#include "view/page_chart.h"
#include "view/page_cluster.h"
#include "view/page_forms.h"
#include "view/page_links.h"
#include "view/page_state.h"
#include "view/page_text.h"

#define FEW_MEMBERS 20             /* a cluster of at most so many members is shown open in any case */

/* -- which members, in which order --------------------------------------------------------------------- */

static int is_in(const char *find, const char *text)
{
    return text && strcasestr(text, find) != NULL;
}

static int has_text(const wlm_view_member_t *member, const char *find)
{
    const wlm_field_t *field;

    for (field = wlm_fields_member; field->name; ++field) {
        if (is_in(find, wlm_fields_text(field, member))) {
            return 1;
        }
    }
    return 0;
}

int wlm_page_cluster_shows(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member)
{
    return (!page->cluster || strcmp(page->cluster, cluster->name) == 0)
           && (!page->member || strcmp(page->member, member->name) == 0)
           && (!page->find || is_in(page->find, cluster->name) || has_text(member, page->find));
}

static int compare_attention(const void *a, const void *b)
{
    const wlm_view_member_t *one = *(const wlm_view_member_t *const *)a, *other = *(const wlm_view_member_t *const *)b;

    if (one->attention != other->attention) {
        return one->attention < other->attention ? 1 : -1;
    }
    return one < other ? -1 : one > other;
}

/* By attention; members with the same level in file order */
static int order_members(const wlm_view_member_t **members, const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    int m, n = 0;

    for (m = 0; m < cluster->nmembers; ++m) {
        if (wlm_page_cluster_shows(page, cluster, &cluster->members[m])) {
            members[n++] = &cluster->members[m];
        }
    }
    qsort(members, (size_t)n, sizeof(*members), compare_attention);
    return n;
}

/* -- a row ------------------------------------------------------------------------------------------------ */

static void print_load(const wlm_page_t *page, const wlm_view_member_t *member)
{
    wlm_out_printf(page->out, "<td>%s", wlm_page_text_count(page, member->weight));
    if (member->weight != member->configured_weight) {
        wlm_out_printf(page->out, "<small>configured: %s</small>",
                       wlm_page_text_count(page, member->configured_weight));
    }
    wlm_out_printf(page->out, "<small>share: %.1f %%</small><small>got: %.1f %%</small></td>", member->share,
                   member->share_got);
    wlm_out_printf(page->out, "<td>%s", wlm_page_text_count(page, member->in_flight));
    if (member->max_connections) {
        wlm_out_printf(page->out, " of %s", wlm_page_text_count(page, member->max_connections));
    }
    wlm_out_printf(page->out, "<small>open: %s</small><small>idle: %s</small></td>",
                   wlm_page_text_count(page, member->open), wlm_page_text_count(page, member->idle));
}

static void print_counters(const wlm_page_t *page, const wlm_view_member_t *member)
{
    wlm_out_printf(page->out, "<td>%s</td><td>%s<small>%s</small>", wlm_page_text_count(page, member->requests),
                   wlm_page_text_count(page, member->failures), wlm_page_text_failures(page, member));
    if (member->busy) {
        wlm_out_printf(page->out, "<small>busy: %s</small>", wlm_page_text_count(page, member->busy));
    }
    wlm_out_printf(page->out, "</td><td>%s<small>kept: %s</small><small>moved here: %s</small></td>",
                   wlm_page_text_count(page, member->sessions_new), wlm_page_text_count(page, member->sessions_kept),
                   wlm_page_text_count(page, member->sessions_moved));
    wlm_out_printf(page->out, "<td>%s<small>sent: %s</small></td>", wlm_page_text_bytes(page, member->bytes_received),
                   wlm_page_text_bytes(page, member->bytes_sent));
    wlm_out_printf(page->out, "<td>%s<small>95 %%: %s</small><small>99 %%: %s</small></td>",
                   wlm_page_text_seconds(page, member->p50), wlm_page_text_seconds(page, member->p95),
                   wlm_page_text_seconds(page, member->p99));
}

static void print_steer(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member,
                        int forms)
{
    wlm_out_puts(page->out, "<td>");
    if (forms) {
        wlm_page_forms_print(page, cluster, member);
    }
    else {
        wlm_out_puts(page->out,
                     wlm_page_links_member(page, cluster, member,
                                           apr_psprintf(page->out->p, "Steer<span class=\"unseen\"> %s</span>",
                                                        wlm_page_text_escape(page, member->name))));
    }
    wlm_out_puts(page->out, "</td>");
}

static void print_row(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member,
                      int forms)
{
    int is_backup = strcmp(member->tier, "backup") == 0;

    wlm_out_printf(page->out, "<tr class=\"%s\"><th scope=\"row\">%s<small>%s</small>%s</th><td>%s",
                   wlm_page_state_class(member->attention),
                   wlm_page_links_member(page, cluster, member, wlm_page_text_escape(page, member->name)),
                   wlm_page_text_escape(page, member->address), is_backup ? "<small>backup</small>" : "",
                   wlm_page_state_text(page, member));
    wlm_page_state_print_details(page, member);
    wlm_out_puts(page->out, "</td>");
    print_load(page, member);
    print_counters(page, member);
    wlm_out_puts(page->out, "<td class=\"chart\">");
    wlm_page_chart_print(page, member);
    wlm_out_puts(page->out, "</td>");
    if (page->token) {
        print_steer(page, cluster, member, forms);
    }
    wlm_out_puts(page->out, "</tr>\n");
}

/* -- the cluster -------------------------------------------------------------------------------------------- */

static void print_summary(const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    static const struct {
        wlm_attention_t attention;
        const char *class, *text;
    } levels[] = {
        { WLM_ATTENTION_OUT, "out", "not up" }, { WLM_ATTENTION_FAILING, "failing", "failing" },
        { WLM_ATTENTION_STEERED, "steered", "steered" }
    };
    size_t i;

    wlm_out_printf(page->out, "<summary><h2>%s</h2> ", wlm_page_text_escape(page, cluster->name));
    for (i = 0; i < sizeof(levels) / sizeof(levels[0]); ++i) {
        if (cluster->by_attention[levels[i].attention]) {
            wlm_out_printf(page->out, "<b class=\"%s\">%d %s</b> ", levels[i].class,
                           cluster->by_attention[levels[i].attention], levels[i].text);
        }
    }
    wlm_out_printf(page->out, "<span>%s of %d members get new sessions</span></summary>\n",
                   wlm_page_text_count(page, cluster->usable), cluster->nmembers);
}

static void print_about(const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    wlm_out_printf(page->out, "<div class=\"about\"><p>%s", cluster->policy);
    if (cluster->primaries < cluster->nmembers) {
        wlm_out_printf(page->out, ", %d primary, %d backup", cluster->primaries,
                       cluster->nmembers - cluster->primaries);
    }
    wlm_out_printf(page->out, ". Requests that are being repeated: %s; that wait for a member: %s.</p>",
                   wlm_page_text_count(page, cluster->retrying), wlm_page_text_count(page, cluster->waiting));
    wlm_page_forms_print(page, cluster, NULL);
    wlm_out_puts(page->out, "</div>\n");
}

static void print_head(const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    static const char *const columns[] = {
        "Member", "State", "Weight", "In flight", "Requests", "Failures", "New sessions", "Received", "Median time",
        "Last 15 min"
    };
    size_t i;

    wlm_out_printf(page->out, "<table><caption class=\"unseen\">Members of cluster %s</caption>\n<thead><tr>",
                   wlm_page_text_escape(page, cluster->name));
    for (i = 0; i < sizeof(columns) / sizeof(columns[0]); ++i) {
        wlm_out_printf(page->out, "<th scope=\"col\">%s</th>", columns[i]);
    }
    wlm_out_printf(page->out, "%s</tr></thead>\n<tbody>\n", page->token ? "<th scope=\"col\">Steer</th>" : "");
}

void wlm_page_cluster_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster, int forms)
{
    const wlm_view_member_t **members =
        apr_palloc(page->out->p, sizeof(*members) * (apr_size_t)(cluster->nmembers + 1));
    int m, n = order_members(members, page, cluster);
    int is_open = page->cluster || page->find || n <= FEW_MEMBERS || cluster->by_attention[WLM_ATTENTION_OUT]
                  || cluster->by_attention[WLM_ATTENTION_FAILING];

    if (!n) {
        return;
    }
    wlm_out_printf(page->out, "<details class=\"cluster\"%s>", is_open ? " open=\"open\"" : "");
    print_summary(page, cluster);
    print_about(page, cluster);
    print_head(page, cluster);
    for (m = 0; m < n; ++m) {
        print_row(page, cluster, members[m], forms);
    }
    wlm_out_puts(page->out, "</tbody></table></details>\n");
}
