/* A number of things in words. Pure; any thread. */
#include <apr_strings.h>
#include "base/count.h"

const char *wlm_count_text(int n, const char *noun, apr_pool_t *p)
{
    return apr_psprintf(p, "%d %s%s", n, noun, n == 1 ? "" : "s");
}
