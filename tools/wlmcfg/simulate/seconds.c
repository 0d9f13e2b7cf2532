/* `wlmcfg simulate`, how a time is printed. On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "tools/wlmcfg/simulate/print.h"

const char *wlmcfg_simulate_seconds(apr_interval_time_t time, apr_pool_t *p)
{
    char *text = apr_psprintf(p, "%" APR_INT64_T_FMT ".%03d", (apr_int64_t)apr_time_sec(time),
                              (int)apr_time_msec(time));
    size_t len = strlen(text);

    while (text[len - 1] == '0') {
        text[--len] = '\0';
    }
    if (text[len - 1] == '.') {
        text[--len] = '\0';
    }
    return apr_pstrcat(p, text, " s", NULL);
}
