/* The page of one member: all its values and its events. Runs on the thread that answers the request. */
#include <string.h>
#include <apr_strings.h>
#include "view/fields.h"
#include "view/page_chart.h"
#include "view/page_forms.h"
#include "view/page_links.h"
#include "view/page_member.h"
#include "view/page_state.h"
#include "view/page_text.h"

static void print_row(const wlm_page_t *page, const char *name, const char *value, const char *help)
{
    wlm_out_printf(page->out, "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td></tr>\n", name, value, help);
}

static void print_values(const wlm_page_t *page, const wlm_view_member_t *member)
{
    const wlm_field_t *field;

    wlm_out_puts(
        page->out,
        "<section><h2>Values</h2><table class=\"values\"><caption class=\"unseen\">All values</caption>"
        "<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Value</th><th scope=\"col\">Meaning</th></tr></thead>"
        "<tbody>\n");
    for (field = wlm_fields_member; field->name; ++field) {
        const char *value = wlm_page_text_field(page, field, member);

        print_row(page, field->name, *value ? value : "\u2013", wlm_page_text_escape(page, field->help));
        if (strcmp(field->name, "failures") == 0) {
            value = wlm_page_text_failures(page, member);
            print_row(page, "failures_by", *value ? value : "\u2013", "by kind");
        }
        if (strcmp(field->name, "responses") == 0) {
            print_row(page, "responses_by", wlm_page_text_responses(page, member), "by the class of their status");
        }
    }
    wlm_out_puts(page->out, "</tbody></table></section>\n");
}

static void print_events(const wlm_page_t *page, const wlm_view_member_t *member)
{
    int i;

    wlm_out_puts(page->out, "<section><h2>Events</h2>");
    if (!member->nevents) {
        wlm_out_puts(page->out, "<p>Nothing has happened to it.</p></section>\n");
        return;
    }
    wlm_out_puts(page->out,
                 "<table class=\"events\"><caption class=\"unseen\">What happened to it, the last first</caption>"
                 "<thead><tr><th scope=\"col\">When</th><th scope=\"col\">What</th></tr></thead><tbody>\n");
    for (i = 0; i < member->nevents; ++i) {
        wlm_out_printf(page->out, "<tr><td>%s</td><td>%s</td></tr>\n", wlm_page_text_time(page, member->events[i].at),
                       wlm_page_text_escape(page, member->events[i].text));
    }
    wlm_out_puts(page->out, "</tbody></table></section>\n");
}

void wlm_page_member_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member)
{
    wlm_out_printf(page->out,
                   "<section class=\"member %s\"><h2>%s, a member of cluster <a href=\"?%s\">%s</a></h2>"
                   "<div class=\"sides\"><div><p>%s %s</p>",
                   wlm_page_state_class(member->attention), wlm_page_text_escape(page, member->name),
                   wlm_page_links_query(page, cluster->name, NULL, NULL, page->refresh),
                   wlm_page_text_escape(page, cluster->name), wlm_page_state_text(page, member),
                   wlm_page_text_escape(page, member->address));
    wlm_page_state_print_details(page, member);
    wlm_out_puts(page->out, "</div><div class=\"chart\"><small>Requests of the last 15 minutes: </small>");
    wlm_page_chart_print(page, member);
    wlm_out_puts(page->out, "</div></div><div class=\"steering\">");
    wlm_page_forms_print_all(page, cluster, member);
    wlm_out_puts(page->out, "</div></section>\n<div class=\"columns\">");
    print_events(page, member);
    print_values(page, member);
    wlm_out_puts(page->out, "</div>\n");
}
