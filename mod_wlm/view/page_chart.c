/* A member's last quarter of an hour as a chart (SVG). Runs on the thread that answers the request. */
#include <apr_strings.h>
#include "view/page_chart.h"
#include "base/count.h"
#include "view/page_text.h"

#define STEP   4                   /* width of a sample, in units of the chart */
#define HEIGHT 24

/* A column for each sample, at least 2 high where the sample is not 0 */
static void print_columns(const wlm_page_t *page, const char *class, const uint64_t *samples, uint64_t top)
{
    int i, height, before = 0;

    wlm_out_printf(page->out, "<path class=\"%s\" d=\"M0 %d", class, HEIGHT);
    for (i = 0; i < WLM_SAMPLES; ++i) {
        height = (int)(samples[i] * HEIGHT / top);
        height = samples[i] && height < 2 ? 2 : height;
        if (height != before) {
            wlm_out_printf(page->out, "H%dV%d", i * STEP, HEIGHT - height);
        }
        before = height;
    }
    wlm_out_printf(page->out, "H%dV%dz\"/>", WLM_SAMPLES * STEP, HEIGHT);
}

void wlm_page_chart_print(const wlm_page_t *page, const wlm_view_member_t *member)
{
    const char *requests = wlm_page_text_count(page, member->recent_requests_sum);
    const char *failures = wlm_page_text_count(page, member->recent_failures_sum);
    const char *errors = wlm_page_text_count(page, member->recent_errors_sum);
    uint64_t top = 0, bad[WLM_SAMPLES];
    int i;

    for (i = 0; i < WLM_SAMPLES; ++i) {
        bad[i] = member->recent_failures[i] + member->recent_errors[i];
        top = member->recent_requests[i] > top ? member->recent_requests[i] : top;
        top = bad[i] > top ? bad[i] : top;
    }
    if (!top) {
        wlm_out_puts(page->out, "<span class=\"none\">none</span>");
        return;
    }
    wlm_out_printf(page->out,
                   "<svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\"><title>Last 15 "
                   "minutes: requests %s, failures %s%s; at most %s in %d s</title>",
                   WLM_SAMPLES * STEP, HEIGHT, requests, failures,
                   member->recent_errors_sum ? apr_pstrcat(page->out->p, ", responses 5xx ", errors, NULL) : "",
                   wlm_page_text_count(page, top), WLM_SAMPLE_SECONDS);
    print_columns(page, "requests", member->recent_requests, top);
    if (member->recent_failures_sum || member->recent_errors_sum) {
        print_columns(page, "failures", bad, top);
    }
    wlm_out_printf(page->out, "</svg><small>%s%s%s</small>", requests, member->recent_failures_sum
                   ? apr_pstrcat(page->out->p, ", ", failures, " failed", NULL) : "", member->recent_errors_sum
                   ? apr_pstrcat(page->out->p, ", ", errors, " 5xx", NULL) : "");
}
