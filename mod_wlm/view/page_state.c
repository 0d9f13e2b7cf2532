/* A member's state on the page: badges, its begin, reason and end. Runs on the thread that answers the request. */
#include <string.h>
#include <apr_strings.h>
#include "view/page_state.h"
#include "view/page_text.h"

const char *wlm_page_state_class(wlm_attention_t attention)
{
    static const char *const classes[] = { [WLM_ATTENTION_NONE] = "well",
                                           [WLM_ATTENTION_STEERED] = "quiet",
                                           [WLM_ATTENTION_FAILING] = "failing",
                                           [WLM_ATTENTION_OUT] = "out" };
    return classes[attention];
}

const char *wlm_page_state_text(const wlm_page_t *page, const wlm_view_member_t *member)
{
    int is_up = strcmp(member->state, "up") == 0;
    const char *class = wlm_page_state_class(is_up && member->attention == WLM_ATTENTION_STEERED ? WLM_ATTENTION_NONE
                                                                                                 : member->attention);
    const char *text = apr_psprintf(page->out->p, "<b class=\"%s\">%s</b>", class,
                                    member->attention == WLM_ATTENTION_FAILING ? "failing" : member->state);

    return strcmp(member->admin_state, "enabled") == 0 ? text
           : apr_pstrcat(page->out->p, text, " <b class=\"steered\">", member->admin_state, "</b>", NULL);
}

static void print_condition(const wlm_page_t *page, const wlm_view_member_t *member)
{
    int is_out = strcmp(member->state, "up") != 0;
    int by_check = member->check && strcmp(member->state, "left-out") != 0 && strcmp(member->state, "busy") != 0;
    /* the last error is printed in any case */
    const char *reason = member->reason && member->reason != member->last_error ? member->reason : NULL;
    int is_bad = member->attention == WLM_ATTENTION_FAILING || member->attention == WLM_ATTENTION_OUT;

    if (member->since) {
        wlm_out_printf(page->out, "<div>since %s</div>", wlm_page_text_time(page, member->since));
    }
    if (reason) {
        wlm_out_printf(page->out, "<div%s>%s</div>", is_bad ? " class=\"error\"" : "",
                       wlm_page_text_escape(page, reason));
    }
    if (member->last_error) {
        wlm_out_printf(page->out, "<div class=\"error\"><span>Last error:</span> %s, %s</div>",
                       wlm_page_text_escape(page, member->last_error), wlm_page_text_time(page, member->last_error_at));
    }
    if (is_out && member->check_result) {
        wlm_out_printf(page->out, "<div>Last check: %s, %s, %s</div>", member->check_result,
                       wlm_page_text_time(page, member->checked_at),
                       wlm_page_text_seconds(page, member->check_time));
    }
    if (member->next_retry) {
        wlm_out_printf(page->out, "<div>Next %s: %s</div>", by_check ? "check" : "try",
                       member->next_retry > page->view->now ? wlm_page_text_time(page, member->next_retry)
                       : by_check ? "now" : "with the next request");
    }
}

void wlm_page_state_print_details(const wlm_page_t *page, const wlm_view_member_t *member)
{
    print_condition(page, member);
    if (member->source) {
        wlm_out_printf(page->out, "<div>From %s</div>", wlm_page_text_escape(page, member->source));
    }
    if (member->admin_since) {
        wlm_out_printf(page->out, "<div>%s since %s%s%s</div>", member->admin_state,
                       wlm_page_text_time(page, member->admin_since), member->admin_until ? ", until " : "",
                       member->admin_until ? wlm_page_text_time(page, member->admin_until) : "");
    }
    if (member->comment) {
        wlm_out_printf(page->out, "<div class=\"said\">%s</div>", wlm_page_text_escape(page, member->comment));
    }
}
