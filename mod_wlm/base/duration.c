/* How people write a time. Pure; any thread. */
#include <string.h>
#include <apr_lib.h>
#include "base/duration.h"

static const struct {
    const char *name;
    apr_interval_time_t length;
} units[] = {
    { "ms", 1000 }, { "s", APR_USEC_PER_SEC }, { "m", 60 * APR_USEC_PER_SEC }, { "min", 60 * APR_USEC_PER_SEC },
    { "h", 3600 * APR_USEC_PER_SEC }, { "d", 24 * 3600 * APR_USEC_PER_SEC }
};

/* @return 0: it is none */
static apr_interval_time_t length_of(const char *name)
{
    apr_size_t i;

    for (i = 0; i < sizeof(units) / sizeof(units[0]); ++i) {
        if (strcmp(name, units[i].name) == 0) {
            return units[i].length;
        }
    }
    return 0;
}

int wlm_duration_parse(apr_interval_time_t *pduration, const char *text, const char *unit)
{
    apr_interval_time_t number = 0, length;
    const char *at;

    for (at = text; apr_isdigit(*at) && number <= WLM_DURATION_MAX; ++at) {
        number = number * 10 + (*at - '0');
    }
    length = length_of(*at ? at : unit);
    if (at == text || !length || number > WLM_DURATION_MAX / length) {
        return 0;
    }
    *pduration = number * length;
    return 1;
}
