/* What both printers of a comparison ask of it. */
#include "tools/wlmcfg/diff/diff.h"

int wlmcfg_diff_is_empty(const diff_t *diff)
{
    return !diff->settings->nelts && !diff->clusters->nelts && !diff->routes->nelts && !diff->sessions->nelts;
}
