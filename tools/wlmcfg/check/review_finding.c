/* What the parts of the review share: what "and 1 more" is, and when two rules are the same to them.
 * On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "tools/wlmcfg/check/review_private.h"

const char *wlm_review_more(int n, apr_pool_t *p)
{
    return n > 1 ? apr_psprintf(p, " and %d more", n - 1) : "";
}

int wlm_review_has_same_names(const wlm_affinity_rule_t *a, const wlm_affinity_rule_t *b)
{
    return strcmp(a->cookie_name, b->cookie_name) == 0 && strcmp(a->url_identifier, b->url_identifier) == 0;
}
