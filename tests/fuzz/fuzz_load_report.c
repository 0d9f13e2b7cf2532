/* What members report. Input: 'a' and the line of an agent; or another byte, a line with the name of a metric, which
 * may be empty, and a value of ORCA's field. What is read keeps its bounds. */
#include <float.h>
#include <string.h>
#include "fuzz.h"
#include "health/reported.h"
#include "http/load_report.h"

static void read_field(fuzz_input_t *input, apr_pool_t *p)
{
    const char *metric = fuzz_line(input, p), *text = fuzz_rest(input, p);
    wlm_reported_rule_t rule = { .kind = WLM_REPORTED_ORCA, .expiry = apr_time_from_sec(30) };
    double value = 0;

    if (wlm_http_load_report_read(&value, text, *metric ? metric : NULL)) {
        apr_time_t now = apr_time_from_sec(1000);
        double smoothed = wlm_reported_load_value(wlm_reported_load_after(0, value, now, &rule), now, &rule);

        FUZZ_ASSERT(value > 0 && value <= DBL_MAX);
        FUZZ_ASSERT(smoothed >= 0.0099 && smoothed <= WLM_REPORTED_UTILIZATION_MAX);
    }
}

static void read_line(const char *line, size_t len)
{
    wlm_reported_answer_t answer;
    int known = wlm_reported_answer_read(&answer, line, len);
    wlm_reported_state_t state = wlm_reported_state_after(0, &answer);

    FUZZ_ASSERT(known || !state);
    FUZZ_ASSERT(wlm_reported_state_percent(state) <= WLM_REPORTED_PERCENT_MAX);
    FUZZ_ASSERT(wlm_reported_state_maxconn(state) <= 1000000);
    FUZZ_ASSERT(wlm_reported_state_expired(state) == (state & 15));
    FUZZ_ASSERT(!wlm_reported_state_is_out(state) || strcmp(wlm_reported_state_name(state), "ready") != 0);
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };

    if (fuzz_byte(&input) == 'a') {
        read_line(input.data, input.size);
    }
    else {
        read_field(&input, p);
    }
}
