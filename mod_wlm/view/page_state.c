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

static const char *meaning_of(const char *state)
{
    static const char *const meanings[][2] = {
        { "probing", "one request tries it now" }, { "checked-out", "health checks fail" },
        { "left-out", "it has failed too often of late" }, { "busy", "it says so: no new sessions" },
        { "unusable", "it has no Transport that can be used" },
    };
    size_t i;

    for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); ++i) {
        if (strcmp(meanings[i][0], state) == 0) {
            return meanings[i][1];
        }
    }
    return NULL;
}

static void print_condition(const wlm_page_t *page, const wlm_view_member_t *member)
{
    const char *meaning = meaning_of(member->state);

    if (member->since) {
        wlm_out_printf(page->out, "<div>since %s%s%s</div>", wlm_page_text_time(page, member->since),
                       meaning ? ": " : "", meaning ? meaning : "");
    }
    if (member->attention == WLM_ATTENTION_FAILING) {
        wlm_out_printf(page->out, "<div>%s of %s requests of the last 15 min failed</div>",
                       wlm_page_text_count(page, member->recent_failures_sum),
                       wlm_page_text_count(page, member->recent_requests_sum));
    }
    if (member->last_error) {
        wlm_out_printf(page->out, "<div class=\"error\"><span>Last error:</span> %s, %s</div>",
                       wlm_page_text_escape(page, member->last_error), wlm_page_text_time(page, member->last_error_at));
    }
    if (member->next_retry) {
        wlm_out_printf(page->out, "<div>Next try: %s</div>", member->next_retry > page->view->now
                       ? wlm_page_text_time(page, member->next_retry) : "with the next request");
    }
}

void wlm_page_state_print_details(const wlm_page_t *page, const wlm_view_member_t *member)
{
    print_condition(page, member);
    if (member->admin_since) {
        wlm_out_printf(page->out, "<div>%s since %s%s%s</div>", member->admin_state,
                       wlm_page_text_time(page, member->admin_since), member->admin_until ? ", until " : "",
                       member->admin_until ? wlm_page_text_time(page, member->admin_until) : "");
    }
    if (member->comment) {
        wlm_out_printf(page->out, "<div class=\"said\">%s</div>", wlm_page_text_escape(page, member->comment));
    }
}
