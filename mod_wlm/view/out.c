/* Formatted output of the printers, through the caller's write function. Runs on the thread that answers the
 * request. */
#include <stdarg.h>
#include <string.h>
#include <apr_strings.h>
#include <apr_time.h>
#include "view/out.h"

void wlm_out_puts(const wlm_out_t *out, const char *text)
{
    out->write(out->to, text, strlen(text));
}

void wlm_out_printf(const wlm_out_t *out, const char *format, ...)
{
    char small[256];
    va_list args;
    int n;

    va_start(args, format);
    n = apr_vsnprintf(small, sizeof(small), format, args);
    va_end(args);
    if (n < (int)sizeof(small) - 1) {
        out->write(out->to, small, (apr_size_t)n);
        return;
    }
    va_start(args, format);
    wlm_out_puts(out, apr_pvsprintf(out->p, format, args));
    va_end(args);
}

const char *wlm_out_time(uint64_t ms, apr_pool_t *p)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, apr_time_from_msec((apr_time_t)ms));
    return apr_psprintf(p, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                        t.tm_min, t.tm_sec, (int)(t.tm_usec / 1000));
}

int wlm_out_utc_offset(uint64_t ms)
{
    apr_time_exp_t t;

    apr_time_exp_lt(&t, apr_time_from_msec((apr_time_t)ms));
    return t.tm_gmtoff;
}

#define SECOND 1000                /* times are in ms */
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

const char *wlm_out_span(uint64_t ms, apr_pool_t *p)
{
    return ms < MINUTE ? apr_psprintf(p, "%d s", (int)(ms / SECOND))
           : ms < HOUR ? apr_psprintf(p, "%d min", (int)(ms / MINUTE))
           : ms < DAY ? apr_psprintf(p, "%d h %d min", (int)(ms / HOUR), (int)(ms % HOUR / MINUTE))
           : apr_psprintf(p, "%d d %d h", (int)(ms / DAY), (int)(ms % DAY / HOUR));
}
