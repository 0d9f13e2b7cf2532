/* A number of things in words. Pure; any thread. */
#include <apr_strings.h>
#include "base/count.h"

const char *wlm_count_text(apr_int64_t n, const char *noun, apr_pool_t *p)
{
    return apr_psprintf(p, "%" APR_INT64_T_FMT " %s%s", n, noun, wlm_count_word(n, "", "s"));
}

const char *wlm_count_word(apr_int64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

void wlm_count_cut(apr_array_header_t *lines, int most, const char *others, apr_pool_t *p)
{
    int n = lines->nelts - most;

    if (n > 1) {
        lines->nelts = most;
        APR_ARRAY_PUSH(lines, const char *) = apr_psprintf(p, "%d %s", n, others);
    }
}
