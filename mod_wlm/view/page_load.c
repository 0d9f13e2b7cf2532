/* Requests in flight, rates, and the capacity that is left. Runs on the thread that answers the request. */
#include "view/fields.h"
#include "view/page_load.h"
#include "view/page_text.h"

void wlm_page_load_print(const wlm_page_t *page, const wlm_view_load_t *load, uint64_t waiting, uint64_t most,
                         const char *of)
{
    const wlm_out_t *out = page->out;

    wlm_out_printf(out, "<p>%s: in flight %s", of, wlm_page_text_count(page, load->in_flight));
    if (load->limit != WLM_FIELD_NONE) {
        wlm_out_printf(out, ", capacity left %s of %s", wlm_page_text_count(page, load->left),
                       wlm_page_text_count(page, load->limit));
    }
    wlm_out_printf(out, ", waiting %s", wlm_page_text_count(page, waiting));
    if (most) {
        wlm_out_printf(out, " of %s", wlm_page_text_count(page, most));
    }
    wlm_out_printf(out, ". Of the last %d s, per second: %.1f requests, %.1f failures, %.1f responses 5xx, "
                   "%.1f not served.</p>\n", WLM_ACTIVITY_SECONDS, load->requests,
                   load->failures, load->errors, load->unserved);
}
