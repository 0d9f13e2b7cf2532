/* A cluster on the page: its summary, and a row for each member, those that need attention first. Runs on the thread
 * that answers the request. */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "base/count.h"
#include "view/fields.h"
#include "view/page_chart.h"
#include "view/page_cluster.h"
#include "view/page_fold.h"
#include "view/page_forms.h"
#include "view/page_links.h"
#include "view/page_load.h"
#include "view/page_refused.h"
#include "view/page_state.h"
#include "view/page_text.h"

#define FEW_MEMBERS 20             /* rows of a cluster on the page of all; a larger one has those that matter only */

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
    if (member->weight_percent != 100) {
        wlm_out_printf(page->out, "<small>of it, by reports: %s %%</small>",
                       wlm_page_text_count(page, member->weight_percent));
    }
    if (member->reported_at) {
        wlm_out_printf(page->out, "<small>reported: %.0f %%%s%s</small>", member->reported,
                       member->reported_state ? ", " : "", member->reported_state ? member->reported_state : "");
    }
    else if (member->has_to_report) {
        wlm_out_puts(page->out, "<small>reported: nothing</small>");
    }
    wlm_out_printf(page->out, "<small>share: %.1f %%</small><small>got: %.1f %%</small></td>", member->share,
                   member->share_got);
    wlm_out_printf(page->out, "<td>%s", wlm_page_text_count(page, member->in_flight));
    if (member->max_connections) {
        wlm_out_printf(page->out, " of %s", wlm_page_text_count(page, member->max_connections));
    }
    wlm_out_printf(page->out, "<small>most: %s</small><small>open: %s</small><small>idle: %s</small></td>",
                   wlm_page_text_count(page, member->peak_in_flight),
                   wlm_page_text_count(page, member->open), wlm_page_text_count(page, member->idle));
}

static void print_sessions(const wlm_page_t *page, const wlm_view_member_t *member)
{
    wlm_out_printf(page->out, "<td>%s<small>kept: %s</small><small>moved here: %s</small>",
                   wlm_page_text_count(page, member->sessions_new), wlm_page_text_count(page, member->sessions_kept),
                   wlm_page_text_count(page, member->sessions_moved));
    if (member->sessions_learned) {
        wlm_out_printf(page->out, "<small>learned: %s</small>", wlm_page_text_count(page, member->sessions_learned));
    }
    if (member->sessions_evicted) {
        wlm_out_printf(page->out, "<small>evicted: %s</small>", wlm_page_text_count(page, member->sessions_evicted));
    }
    wlm_out_puts(page->out, "</td>");
}

static void print_counters(const wlm_page_t *page, const wlm_view_member_t *member)
{
    wlm_out_printf(page->out, "<td>%s<small>%.1f per second</small></td><td>%s<small>%s</small>",
                   wlm_page_text_count(page, member->requests), member->requests_per_second,
                   wlm_page_text_count(page, member->failures), wlm_page_text_failures(page, member));
    if (member->responses_by[WLM_STATUS_CLASSES - 1]) {
        wlm_out_printf(page->out, "<small>5xx: %s</small>",
                       wlm_page_text_count(page, member->responses_by[WLM_STATUS_CLASSES - 1]));
    }
    if (member->busy) {
        wlm_out_printf(page->out, "<small>busy: %s</small>", wlm_page_text_count(page, member->busy));
    }
    wlm_out_puts(page->out, "</td>");
    print_sessions(page, member);
    wlm_out_printf(page->out, "<td>%s<small>sent: %s</small></td>", wlm_page_text_bytes(page, member->bytes_received),
                   wlm_page_text_bytes(page, member->bytes_sent));
    wlm_out_printf(page->out, "<td>%s<small>95 %%: %s</small><small>99 %%: %s</small>",
                   wlm_page_text_seconds(page, member->p50), wlm_page_text_seconds(page, member->p95),
                   wlm_page_text_seconds(page, member->p99));
    if (member->response_average > 0) {
        wlm_out_printf(page->out, "<small>average to the head: %s</small>",
                       wlm_page_text_seconds(page, member->response_average));
    }
    wlm_out_puts(page->out, "</td>");
}

static void print_steer(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member,
                        int forms)
{
    wlm_out_puts(page->out, "<td class=\"forms\">");
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

    wlm_out_printf(page->out, "<tr id=\"%s\" tabindex=\"-1\" class=\"%s\">",
                   wlm_page_links_id(page, cluster->name, member->name), wlm_page_state_class(member->attention));
    wlm_out_printf(page->out, "<th scope=\"row\">%s<small>%s</small>%s</th><td>%s",
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

/* What is behind a cluster's name: badges, and how many of its members get new sessions */
static void print_badges(const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    static const struct {
        wlm_attention_t attention;
        const char *class, *text;
    } levels[] = {
        { WLM_ATTENTION_OUT, "out", "not up" }, { WLM_ATTENTION_FAILING, "failing", "failing" },
        { WLM_ATTENTION_STEERED, "steered", "steered" }
    };
    size_t i;

    for (i = 0; i < sizeof(levels) / sizeof(levels[0]); ++i) {
        if (cluster->by_attention[levels[i].attention]) {
            wlm_out_printf(page->out, "<b class=\"%s\">%d %s</b> ", levels[i].class,
                           cluster->by_attention[levels[i].attention], levels[i].text);
        }
    }
    if (cluster->on_backup) {
        wlm_out_puts(page->out, "<b class=\"failing\">on backup</b> ");
    }
    wlm_out_printf(page->out, "<span>%s of %s %s new sessions</span>",
                   wlm_page_text_count(page, cluster->usable),
                   wlm_count_text(cluster->nmembers, "member", page->out->p),
                   cluster->nmembers == 1 ? "gets" : wlm_count_word((apr_int64_t)cluster->usable, "gets", "get"));
}

/* What any policy can do about the load that there is */
static void print_free(const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    uint64_t all = cluster->recent_free + cluster->recent_bound;

    if (all) {
        wlm_out_printf(page->out, " Of %s of the last 15 min %.1f %% could be balanced; sessions bound the others.",
                       wlm_count_text((apr_int64_t)all, "request", page->out->p),
                       100.0 * (double)cluster->recent_free / (double)all);
    }
}

static void print_about(const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    wlm_out_printf(page->out, "<div class=\"about\"><p>%s", cluster->policy);
    if (cluster->balanced > 0) {
        wlm_out_printf(page->out, ", for %.1f %% of the requests", cluster->balanced);
    }
    if (cluster->primaries < cluster->nmembers) {
        wlm_out_printf(page->out, ", %d primary, %d backup", cluster->primaries,
                       cluster->nmembers - cluster->primaries);
    }
    wlm_out_puts(page->out, ".");
    print_free(page, cluster);
    wlm_out_printf(page->out, " Requests that are being repeated: %s.</p><p>%s</p>",
                   wlm_page_text_count(page, cluster->retrying),
                   cluster->settings);
    wlm_page_load_print(page, &cluster->load, cluster->waiting, cluster->waiting_max, "Now");
    wlm_page_refused_print(page, cluster);
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
    wlm_out_printf(page->out, "%s</tr></thead>\n<tbody>\n",
                   page->token ? "<th scope=\"col\" class=\"forms\">Steer</th>" : "");
}

/* @param n  members that the page is for @param is_short  few in all
 * @return how many of them, from the first on, have a row: on the page of all a large cluster, or each one of many
 * members, shows those that need attention or were steered, which come first, unless the user has said otherwise */
static int count_rows(const wlm_view_member_t *const *members, int n, int is_short, const wlm_page_t *page,
                      const wlm_view_cluster_t *cluster)
{
    int rows = 0;

    wlm_fold_t fold = wlm_page_fold_of(page, cluster);

    if (page->cluster || page->find || fold == WLM_FOLD_OPEN) {
        return n;
    }
    if (fold == WLM_FOLD_CLOSED) {
        return 0;
    }
    if (is_short && n <= FEW_MEMBERS) {
        return n;
    }
    while (rows < n && rows < FEW_MEMBERS && members[rows]->attention != WLM_ATTENTION_NONE) {
        ++rows;
    }
    return rows;
}

static const char *link_to(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const char *text)
{
    return apr_psprintf(page->out->p, "<a href=\"?%s\">%s</a>",
                        wlm_page_links_query(page, cluster->name, NULL, NULL, page->refresh), text);
}

/* A cluster without rows: a link to its own page */
static void print_closed(const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    wlm_out_printf(page->out, "<section id=\"%s\" tabindex=\"-1\" class=\"cluster closed\"><h2>%s</h2> ",
                   wlm_page_links_id(page, cluster->name, NULL),
                   link_to(page, cluster, wlm_page_text_escape(page, cluster->name)));
    print_badges(page, cluster);
    wlm_out_printf(page->out, " %s</section>\n", wlm_page_links_fold(page, cluster, 1));
}

static void print_open(const wlm_page_t *page, const wlm_view_cluster_t *cluster,
                       const wlm_view_member_t *const *members, int n, int rows, int forms)
{
    int m;

    wlm_out_printf(page->out, "<section id=\"%s\" tabindex=\"-1\" class=\"cluster\"><div class=\"head\"><h2>%s</h2> ",
                   wlm_page_links_id(page, cluster->name, NULL),
                   link_to(page, cluster, wlm_page_text_escape(page, cluster->name)));
    print_badges(page, cluster);
    if (!page->cluster && !page->find) {
        wlm_out_printf(page->out, " %s%s", rows < n ? wlm_page_links_fold(page, cluster, 1) : "",
                       wlm_page_links_fold(page, cluster, 0));
    }
    wlm_out_puts(page->out, "</div>\n");
    print_about(page, cluster);
    print_head(page, cluster);
    for (m = 0; m < rows; ++m) {
        print_row(page, cluster, members[m], forms);
    }
    wlm_out_puts(page->out, "</tbody></table>");
}

void wlm_page_cluster_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster, int is_short)
{
    const wlm_view_member_t **members =
        apr_palloc(page->out->p, sizeof(*members) * (apr_size_t)(cluster->nmembers + 1));
    int n = order_members(members, page, cluster), rows = count_rows(members, n, is_short, page, cluster);

    if (!n) {
        return;
    }
    if (!rows) {
        print_closed(page, cluster);
        return;
    }
    print_open(page, cluster, members, n, rows, is_short);
    if (rows < n) {
        wlm_out_printf(page->out, "<p class=\"more\">%s</p>",
                       link_to(page, cluster, apr_psprintf(page->out->p, "All %s members of %s",
                                                           wlm_page_text_count(page, (uint64_t)n),
                                                           wlm_page_text_escape(page, cluster->name))));
    }
    wlm_out_puts(page->out, "</section>\n");
}
