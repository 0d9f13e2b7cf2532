/* `wlmcfg simulate`, numbers and times of the command line. They are parsed strictly, because by a mistyped one the
 * result would be wrong without a message. On main()'s thread. */
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/duration.h"
#include "tools/common/call.h"
#include "tools/wlmcfg/simulate/plan_values.h"

const char *wlmcfg_simulate_read_digits(uint64_t *value, const char *text, uint64_t max)
{
    const char *c = text;

    *value = 0;
    for (; apr_isdigit(*c); ++c) {
        uint64_t digit = (uint64_t)(*c - '0');
        if (digit > max || *value > (max - digit) / 10) {
            return NULL;
        }
        *value = *value * 10 + digit;
    }
    return c == text ? NULL : c;
}

int wlmcfg_simulate_read_number(uint64_t *value, const char *option, const char *text, uint64_t min, uint64_t max,
                                apr_pool_t *p)
{
    const char *end = wlmcfg_simulate_read_digits(value, text, max);

    if (end && !*end && *value >= min) {
        return 1;
    }
    tool_misuse(option, apr_psprintf(p, "\"%s\" is no whole number from %" APR_UINT64_T_FMT " to %" APR_UINT64_T_FMT,
                                       text, min, max));
    return 0;
}

int wlmcfg_simulate_read_time(apr_interval_time_t *time, const char *text, apr_interval_time_t min,
                              apr_interval_time_t max)
{
    return wlm_duration_parse(time, text, "s") && *time >= min && *time <= max;
}

int wlmcfg_simulate_read_time_of(apr_interval_time_t *time, const char *option, const char *text,
                                 apr_interval_time_t min, apr_interval_time_t max, apr_pool_t *p)
{
    if (!text || wlmcfg_simulate_read_time(time, text, min, max)) {
        return 1;
    }
    tool_misuse(option, apr_psprintf(p, "\"%s\" is no time such as 90s, 10m, 1h or 50ms, from %ds to %dh", text,
                                       (int)apr_time_sec(min), (int)(max / SIM_HOUR)));
    return 0;
}
