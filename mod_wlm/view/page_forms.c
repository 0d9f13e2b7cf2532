/* The page's forms, which POST to its own handler (httpd/status/admin.c). Those that take a member out of service are
 * behind a summary that has to be opened first. Runs on the thread that answers the request. */
#include <string.h>
#include <apr_strings.h>
#include "view/page_forms.h"
#include "view/page_links.h"
#include "view/page_text.h"

static void print_hidden(const wlm_page_t *page, const char *name, const char *value)
{
    if (value) {
        wlm_out_printf(page->out, "<input type=\"hidden\" name=\"%s\" value=\"%s\"/>", name,
                       wlm_page_text_escape(page, value));
    }
}

/* Field "back": the query of this page, to which the handler redirects after the action; "at": the id of the element
 * there that the form is about, so that scroll and focus stay with it */
static void begin_form(const wlm_page_t *page, const char *cluster, const char *member)
{
    const char *back = wlm_page_links_query(page, page->cluster, page->member, page->find, page->refresh);

    wlm_out_puts(page->out, "<form method=\"post\" action=\"?\">");
    print_hidden(page, "token", page->token);
    wlm_out_printf(page->out, "<input type=\"hidden\" name=\"back\" value=\"%s\"/>", *back ? back : "1");
    print_hidden(page, "at", cluster ? wlm_page_links_id(page, cluster, member) : NULL);
    print_hidden(page, "cluster", cluster);
    print_hidden(page, "member", member);
}

static void print_button(const wlm_page_t *page, const char *action, const char *text, const char *hint)
{
    wlm_out_printf(page->out, "<span><button name=\"action\" value=\"%s\">%s</button>%s%s%s</span>", action, text,
                   hint ? " <small>" : "", hint ? hint : "", hint ? "</small>" : "");
}

static void print_single(const wlm_page_t *page, const char *cluster, const char *member, const char *action,
                         const char *text, const char *hint)
{
    begin_form(page, cluster, member);
    print_button(page, action, text, hint);
    wlm_out_puts(page->out, "</form>");
}

/* A form with fields is not on a page that loads itself again, which would empty them, but behind a link to one that
 * does not.
 * @return 1: the link is there */
static int print_link_instead(const wlm_page_t *page, const char *text, const char *of, const char *cluster,
                              const char *member)
{
    if (page->refresh) {
        wlm_out_printf(page->out, "<a class=\"steer\" href=\"?%s\">%s<span class=\"unseen\"> %s, without refresh</span>"
                       "</a>", wlm_page_links_query(page, cluster, member, NULL, 0), text,
                       wlm_page_text_escape(page, of));
    }
    return page->refresh > 0;
}

static void begin_choice(const wlm_page_t *page, const char *text, const char *of)
{
    wlm_out_printf(page->out, "<details class=\"steer\"><summary>%s<span class=\"unseen\"> %s</span></summary>", text,
                   wlm_page_text_escape(page, of));
}

static void print_time_and_comment(const wlm_page_t *page)
{
    wlm_out_printf(page->out,
                   "<label>For <input name=\"for\" size=\"5\" placeholder=\"ever\" "
                   "pattern=\"[0-9]+(s|m|h|d)|ever\" "
                   "title=\"a time such as 90s, 30m, 8h or 2d; empty: until it is enabled\"/></label>"
                   "<label>Why <input name=\"comment\" maxlength=\"%d\"/></label>", page->comment_max);
}

/* A form to drain or disable a member, or a cluster, or (both NULL) the members of a host that the user enters
 * @param is_last  no other one gets new sessions */
static void print_removal(const wlm_page_t *page, const char *cluster, const char *member, int is_last)
{
    begin_form(page, cluster, member);
    if (is_last) {
        wlm_out_puts(page->out, "<strong class=\"last\">It is the only member that gets new sessions.</strong>");
    }
    if (!cluster && !member) {
        wlm_out_puts(page->out,
                     "<label>Host <input name=\"host\" required=\"required\" placeholder=\"HOST or HOST:PORT\"/>"
                     "</label>");
    }
    print_time_and_comment(page);
    wlm_out_puts(page->out,
                 "<label title=\"and other connections that were upgraded; they stay open otherwise\"><input "
                 "type=\"checkbox\" name=\"force\" value=\"1\"/> Close WebSockets</label>");
    print_button(page, "drain", "Drain", "no new sessions; those that it has go on");
    print_button(page, "disable", "Disable", "no requests; its sessions move");
    wlm_out_puts(page->out, "</form>");
}

void wlm_page_forms_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member)
{
    const char *name = member ? member->name : NULL;

    if (!page->token) {
        return;
    }
    if (member ? strcmp(member->admin_state, "enabled") != 0 || member->weight != member->configured_weight
               : cluster->by_attention[WLM_ATTENTION_STEERED] > 0) {
        print_single(page, cluster->name, name, "enable", member ? "Enable" : "Enable all", NULL);
    }
    if (print_link_instead(page, member ? "Take out" : "Take all out", member ? member->name : cluster->name,
                           cluster->name, name)) {
        return;
    }
    begin_choice(page, member ? "Take out" : "Take all out", member ? member->name : cluster->name);
    print_removal(page, cluster->name, name, member && member->share > 0 && cluster->usable == 1);
    wlm_out_puts(page->out, "</details>");
}

static void print_weight(const wlm_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member)
{
    begin_choice(page, "Weight", member->name);
    begin_form(page, cluster->name, member->name);
    wlm_out_printf(page->out, "<label>Weight <input name=\"weight\" type=\"number\" min=\"0\" max=\"65535\" "
                   "required=\"required\" value=\"%" APR_UINT64_T_FMT "\"/></label>",
                   (apr_uint64_t)member->configured_weight);
    print_time_and_comment(page);
    print_button(page, "weight", "Set the weight", NULL);
    wlm_out_puts(page->out, "</form></details>");
}

void wlm_page_forms_print_all(const wlm_page_t *page, const wlm_view_cluster_t *cluster,
                              const wlm_view_member_t *member)
{
    if (!page->token) {
        return;
    }
    wlm_page_forms_print(page, cluster, member);
    if (page->refresh) {
        return;
    }
    print_weight(page, cluster, member);
    begin_choice(page, "Mark up or down", member->name);
    print_single(page, cluster->name, member->name, "up", "Mark up",
                 "as if it had answered; requests and checks go on to "
                 "find out");
    print_single(page, cluster->name, member->name, "down", "Mark down", "as if it had failed; tried again after "
                 "RetryInterval");
    wlm_out_puts(page->out, "</details>");
    begin_choice(page, "Reset counters", member->name);
    print_single(page, cluster->name, member->name, "reset", "Set all counters to 0", NULL);
    wlm_out_puts(page->out, "</details>");
}

void wlm_page_forms_print_host(const wlm_page_t *page)
{
    if (page->token && !print_link_instead(page, "Take a host out", "with all its members", NULL, NULL)) {
        begin_choice(page, "Take a host out", "with all its members");
        print_removal(page, NULL, NULL, 0);
        wlm_out_puts(page->out, "</details>");
    }
}

void wlm_page_forms_print_reload(const wlm_page_t *page)
{
    if (page->token) {
        print_single(page, NULL, NULL, "reload", "Reload",
                     "a changed file is loaded at once; a bad one changes nothing");
    }
}
