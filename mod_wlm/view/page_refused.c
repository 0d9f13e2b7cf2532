/* What a cluster has refused, by the reason and by the class of the requests. Runs on the thread that answers the
 * request. */
#include "view/page_refused.h"
#include "base/count.h"
#include "view/page_text.h"

/* @param refused  by wlm_refusal_t */
static void print_reasons(const wlm_page_t *page, const uint64_t *refused)
{
    wlm_out_printf(page->out, "%s found no place, %s had waited as long as they may, %s were too many",
                   wlm_page_text_count(page, refused[WLM_REFUSED_NO_PLACE]),
                   wlm_page_text_count(page, refused[WLM_REFUSED_WAITED]),
                   wlm_page_text_count(page, refused[WLM_REFUSED_OVERLOAD]));
}

static void print_class(const wlm_page_t *page, const wlm_view_class_t *class)
{
    wlm_out_printf(page->out, "<p>%s%s, priority %s: %s %s, %s of them answered",
                   *class->name ? "Class " : "Without a class", class->name, wlm_page_text_count(page, class->priority),
                   wlm_page_text_count(page, class->requests),
                   wlm_count_word(class->requests, "request", "requests"),
                   wlm_page_text_count(page, class->in_time));
    if (class->goal > 0) {
        wlm_out_printf(page->out, " within %s", wlm_page_text_seconds(page, class->goal));
    }
    wlm_out_puts(page->out, ". Refused: ");
    print_reasons(page, class->refused);
    wlm_out_puts(page->out, ".</p>");
}

void wlm_page_refused_print(const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    const uint64_t *refused = cluster->refused;
    int i;

    if (refused[WLM_REFUSED_NO_PLACE] || refused[WLM_REFUSED_WAITED] || refused[WLM_REFUSED_OVERLOAD]) {
        wlm_out_puts(page->out, "<p>Refused: ");
        print_reasons(page, refused);
        wlm_out_puts(page->out, ".</p>");
    }
    for (i = 0; i < cluster->nclasses; ++i) {
        print_class(page, &cluster->classes[i]);
    }
}
