/* Numbers, sizes, times and keywords in directives. Pure. */
#include "base/values.h"
#include <errno.h>
#include <string.h>
#include <apr_cstr.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/duration.h"

static const char *number(apr_int64_t *pnumber, const char *text, apr_int64_t min, apr_int64_t max, apr_pool_t *p)
{
    char *end;

    errno = 0;
    *pnumber = apr_strtoi64(text, &end, 10);
    if (!*text || *end || errno || *pnumber < min || *pnumber > max) {
        return apr_psprintf(p, "\"%s\" is not a number from %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT, text, min, max);
    }
    return NULL;
}

const char *wlm_values_whole(int *pnumber, const char *text, int min, int max, apr_pool_t *p)
{
    apr_int64_t value;
    const char *wrong = number(&value, text, min, max, p);

    *pnumber = (int)value;
    return wrong;
}

const char *wlm_values_size(apr_int64_t *psize, const char *text, apr_pool_t *p)
{
    static const char units[] = "KMG";
    apr_size_t len = strlen(text);
    const char *unit = len ? strchr(units, apr_toupper(text[len - 1])) : NULL;
    const char *wrong = number(psize, unit && *unit ? apr_pstrmemdup(p, text, len - 1) : text, 0, APR_INT64_C(1) << 32,
                               p);

    if (wrong) {
        return apr_psprintf(p, "\"%s\" is not a size; write bytes, or a number with K, M or G", text);
    }
    if (unit && *unit) {
        *psize <<= 10 * (unit - units + 1);
    }
    return NULL;
}

const char *wlm_values_time(apr_interval_time_t *pduration, const char *text, apr_pool_t *p)
{
    return wlm_duration_parse(pduration, text, "s") ? NULL
           : apr_psprintf(p, "\"%s\" is not a time; write seconds, or " WLM_DURATION_FORMS, text);
}

const char *wlm_values_percent(int *ppercent, const char *text, int min, int max, apr_pool_t *p)
{
    apr_size_t len = strlen(text);

    return wlm_values_whole(ppercent, len && text[len - 1] == '%' ? apr_pstrmemdup(p, text, len - 1) : text, min, max,
                            p);
}

const char *wlm_values_pair(const char **pvalue, const char *word, apr_pool_t *p)
{
    const char *equals = strchr(word, '=');

    if (!equals) {
        return NULL;
    }
    *pvalue = equals + 1;
    return apr_pstrmemdup(p, word, (apr_size_t)(equals - word));
}

const char *wlm_values_no_pair(const char *word, apr_pool_t *p)
{
    return apr_psprintf(p, "\"%s\" is no key=value", word);
}

const char *wlm_values_names(const char *const *names, const char *before_last, apr_pool_t *p)
{
    const char *all = names[0];
    int i;

    for (i = 1; names[i]; ++i) {
        all = apr_pstrcat(p, all, names[i + 1] ? ", " : before_last, names[i], NULL);
    }
    return all;
}

const char *wlm_values_keyword(int *pvalue, const char *text, const char *const *names, apr_pool_t *p)
{
    int i;

    for (i = 0; names[i]; ++i) {
        if (apr_cstr_casecmp(text, names[i]) == 0) {
            *pvalue = i;
            return NULL;
        }
    }
    return apr_psprintf(p, "\"%s\" is none of %s", text, wlm_values_names(names, ", ", p));
}
