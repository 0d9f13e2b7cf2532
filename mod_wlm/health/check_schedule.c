/* Which active checks are one and the same, and when each is due. Pure; any thread. */
#include <apr_strings.h>
#include "health/check_schedule.h"

const char *wlm_check_schedule_key(const wlm_check_rule_t *rule, apr_pool_t *p)
{
    /* no value has a line end: each comes from a line of httpd's configuration */
    return apr_psprintf(p, "%s\n%s\n%s\n%d-%d\n%s\n%" APR_TIME_T_FMT " %" APR_TIME_T_FMT, rule->method, rule->path,
                        rule->host ? rule->host : "", rule->status_min, rule->status_max,
                        rule->expr_text ? rule->expr_text : "", rule->interval, rule->timeout);
}

/* As a part of 2^32: 32 bits are enough for a place within an interval of an hour to the microsecond */
static uint64_t place_of(uint64_t number)
{
    return (number * UINT64_C(0x9e3779b97f4a7c15)) >> 32; /* 2^64 / golden ratio */
}

apr_time_t wlm_check_schedule_due(uint64_t number, apr_time_t origin, apr_interval_time_t interval, apr_time_t at)
{
    uint64_t whole = (uint64_t)interval >> 32, rest = (uint64_t)interval & 0xffffffffu, place = place_of(number);
    apr_time_t first = origin + (apr_time_t)(place * whole + (place * rest >> 32));

    return at <= first ? first : first + (at - first + interval - 1) / interval * interval;
}
